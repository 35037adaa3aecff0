//! Signing in: with a new bearer token, with a saved one, or to the sample data.
//!
//! A bearer token is verified first, which changes nothing, then stored, then its session is installed. Storing and
//! installing become final in one moment under the state's lock; a sign-in that was stopped before leaves nothing behind.

use std::sync::Arc;

use calyptia_api::{BearerToken, Client, Project, Server};
use calyptia_vault::{PendingWrite, Storage};
use secrecy::ExposeSecret as _;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    ClosedSession, Connections, State, approval::Asking, keyring_writes::AnnouncedWrite,
    network::BuiltClient, prefetch::Prefetched,
};
use crate::{
    guard::guarded,
    lock::lock,
    messages::{AccountHint, Connection, CredentialStorage, ErrorCode, Facets, ListOrder, Problem, View},
    session::{ListPrefetch, Session},
    settings::{Credential, SavedConnection},
};

/// Where to keep a bearer token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CredentialStore {
    /// In the system's keyring.
    Keyring,
    /// In memory, until the app ends.
    Session,
    /// Where it was read from.
    Unchanged,
    /// Nowhere: the sample data generates its own.
    Sample,
}

/// A connection with a client that has not sent anything yet.
pub(super) struct PreparedConnection {
    saved: SavedConnection,
    token: BearerToken,
    built: BuiltClient,
}

/// A connection whose bearer token the server has accepted, and which has no session yet.
pub(super) struct VerifiedConnection {
    pub(super) saved: SavedConnection,
    token: BearerToken,
    built: BuiltClient,
    projects: Vec<Project>,
    /// The list of the project that was open last.
    list_prefetch: Option<ListPrefetch>,
}

/// What a bearer token leaves behind once a sign-in is final.
pub(super) enum PendingCredential {
    /// In the keyring already. Dropping it takes it out again.
    Keyring(PendingWrite, AnnouncedWrite),
    Session(BearerToken),
    None,
}

impl Connections {
    /// Signs in with the saved bearer token of a connection.
    ///
    /// # Errors
    /// Any failure of the keyring or the server, or it was stopped.
    pub async fn restore(&self, id: Uuid) -> Result<Connection, Problem> {
        let is_sample =
            self.settings.connection(id).is_some_and(|saved| saved.credential == Credential::Sample);
        if is_sample {
            return self.connect_to_sample().await;
        }
        let connection = self
            .attempt(async |attempt| {
                let prefetched = match self.take_prefetched(id) {
                    Some(prefetch) => Some(prefetch.result().await),
                    None => None,
                };
                let verified = match prefetched {
                    // Nobody could be asked then.
                    Some(Err(problem)) if problem.code == ErrorCode::NotAllowed => {
                        self.verify_saved(id, Asking::Allowed).await?
                    }
                    Some(prefetched) => match prefetched? {
                        Prefetched::Prepared(prepared) => self.verify(*prepared).await?,
                        Prefetched::Verified(verified) => *verified,
                    },
                    None => self.verify_saved(id, Asking::Allowed).await?,
                };
                self.activate(verified, CredentialStore::Unchanged, &attempt).await
            })
            .await?;
        Ok(self.with_list(connection).await)
    }

    /// Signs in to the sample data if the app was started with it, or else to the connection used last, if its bearer token is
    /// available.
    ///
    /// # Errors
    /// As [`Self::restore`].
    pub async fn open_last(&self) -> Result<Option<Connection>, Problem> {
        if self.sample_only {
            return self.connect_to_sample().await.map(Some);
        }
        match self.settings.last().filter(|last| self.is_signed_in(last)) {
            Some(last) => self.restore(last.id).await.map(Some),
            None => Ok(None),
        }
    }

    /// Adds the prefetched list. The session is already active, so a failure here does not undo the sign-in.
    async fn with_list(&self, mut connection: Connection) -> Connection {
        if let (Some(project), Ok(session)) = (connection.project, self.session(connection.id)) {
            let ListOrder { sort, descending } = self.settings.order();
            let view = View { filter: String::new(), facets: Facets::default(), sort, descending };
            connection.list = session.prefetched_list(project, view).await;
        }
        connection
    }

    /// Signs in with the typed bearer token or, without one, the pasted one, and keeps it.
    ///
    /// # Errors
    /// Any failure of the server or the keyring, or it was stopped. Then nothing has changed.
    pub async fn connect(
        &self,
        wanted: Option<Uuid>,
        server: &str,
        typed: Option<Zeroizing<String>>,
        session_only: bool,
    ) -> Result<Connection, Problem> {
        let server = Server::parse(server)?;
        let token = self.entered(typed.as_ref(), &server)?;
        // With sample data nothing is saved, so the next start would not know of an entry in the keyring.
        let store = if session_only || self.sample_only {
            CredentialStore::Session
        } else {
            CredentialStore::Keyring
        };
        let connection = self.sign_in(wanted, server, token, store).await?;
        Ok(self.with_list(connection).await)
    }

    /// Signs in to the sample data inside the app, and starts its server if needed.
    ///
    /// # Errors
    /// If the server does not start, or it was stopped.
    pub async fn connect_to_sample(&self) -> Result<Connection, Problem> {
        let connection = self
            .attempt(async |attempt| {
                let (server, token) = self.sample_server().await?;
                let store = CredentialStore::Sample;
                let prepared = self.prepare(None, server, token, store, Asking::Allowed).await?;
                let verified = self.verify(prepared).await?;
                self.activate(verified, store, &attempt).await
            })
            .await?;
        Ok(self.with_list(connection).await)
    }

    /// The sample data's server, started if needed, and its bearer token.
    async fn sample_server(&self) -> Result<(Server, BearerToken), Problem> {
        let mut sandbox = self.sandbox.lock().await;
        let failed = |_| Problem::new(ErrorCode::Internal, "the sample data's server did not start");
        let running = match &mut *sandbox {
            Some(running) => running,
            none => none.insert(calyptia_sandbox::start_sample().await.map_err(failed)?),
        };
        let token = BearerToken::parse(running.bearer_token().expose_secret())?;
        Ok((Server::parse(&running.url())?, token))
    }

    pub(super) async fn sign_in(
        &self,
        wanted: Option<Uuid>,
        server: Server,
        token: BearerToken,
        store: CredentialStore,
    ) -> Result<Connection, Problem> {
        self.attempt(async |attempt| {
            self.recover_settings().await?;
            // Nobody is asked about a server that cannot be reached this way.
            self.check_route(&server).await?;
            self.approve_server(&server).await?;
            let prepared = self.prepare(wanted, server, token, store, Asking::Allowed).await?;
            let verified = self.verify(prepared).await?;
            self.activate(verified, store, &attempt).await
        })
        .await
    }

    /// Stops the sign-in in progress.
    pub fn cancel_sign_in(&self) {
        lock(&self.state).attempt.cancel();
    }

    /// Runs a sign-in. It ends the one in progress, and is dropped when it is stopped.
    pub(super) async fn attempt<T>(
        &self,
        work: impl AsyncFnOnce(CancellationToken) -> Result<T, Problem>,
    ) -> Result<T, Problem> {
        let attempt = {
            let mut state = lock(&self.state);
            if state.closed {
                return Err(stopped());
            }
            state.attempt.cancel();
            state.attempt = CancellationToken::new();
            state.attempt.clone()
        };
        tokio::select! {
            biased;
            () = attempt.cancelled() => Err(stopped()),
            result = async {
                // The one before has been stopped, and lets go of what it holds.
                let _turn = self.sign_in_turn.lock().await;
                guarded(work(attempt.clone())).await
            } => result,
        }
    }

    /// Verifies the saved bearer token of a connection.
    pub(super) async fn verify_saved(&self, id: Uuid, asking: Asking) -> Result<VerifiedConnection, Problem> {
        self.verify(self.prepare_saved(id, asking).await?).await
    }

    /// Reads the saved bearer token of a connection, and builds its client. Sends nothing.
    pub(super) async fn prepare_saved(
        &self,
        id: Uuid,
        asking: Asking,
    ) -> Result<PreparedConnection, Problem> {
        let (_, server, token) = self.saved_credential(id).await?;
        self.prepare(Some(id), server, token, CredentialStore::Unchanged, asking).await
    }

    /// Builds the client of a connection. Sends nothing.
    pub(super) async fn prepare(
        &self,
        wanted: Option<Uuid>,
        server: Server,
        token: BearerToken,
        store: CredentialStore,
        asking: Asking,
    ) -> Result<PreparedConnection, Problem> {
        self.recover_settings().await?;
        if server.is_encrypted() {
            self.approve_network(asking).await?;
        }
        let saved = self.saved_or_new(wanted, &server, store, token.claims().email.as_deref());
        let built = self.build_client(&server, token.clone()).await?;
        Ok(PreparedConnection { saved, token, built })
    }

    /// Asks the server whether it accepts the bearer token, by requesting the projects and, concurrently, the list of the project
    /// that was open last. Changes nothing.
    pub(super) async fn verify(&self, prepared: PreparedConnection) -> Result<VerifiedConnection, Problem> {
        let PreparedConnection { saved, token, built } = prepared;
        let list_prefetch = saved
            .project
            .map(|project| ListPrefetch::begin(built.client.clone(), project, &self.session_options));
        let projects = built.client.projects().await?;
        Ok(VerifiedConnection { saved, token, built, projects, list_prefetch })
    }

    /// Stores a verified bearer token and installs the session.
    pub(super) async fn activate(
        &self,
        verified: VerifiedConnection,
        store: CredentialStore,
        attempt: &CancellationToken,
    ) -> Result<Connection, Problem> {
        let VerifiedConnection { saved, token, built, projects, list_prefetch } = verified;
        let account = AccountHint::from(&token);
        let sample = store == CredentialStore::Sample;
        let pending = self.store(&saved, &token, store).await?;
        let network = self.network.lock().await;
        // A load over an outdated network stops here.
        let list_prefetch = list_prefetch.filter(|_| built.version == network.version);
        let client = self.current_client(&network, built, &token).await?;
        let server = client.server().clone();
        let session = Session::new(saved.id, client, sample, list_prefetch, &self.session_options);
        let session = Arc::new(session);
        let closed;
        let (saved, storage) = {
            let mut state = lock(&self.state);
            if attempt.is_cancelled() || state.removing.contains_key(&saved.id) {
                return Err(stopped());
            }
            closed = self.leave(&mut state);
            state.current = Some(session);
            let storage = self.make_final(pending, &saved.entry);
            // Its name or project may have been changed while the server was asked.
            let entry = saved.entry.clone();
            let saved = self.settings.connection(saved.id).unwrap_or(saved);
            let exists = |project: &Uuid| projects.iter().any(|existing| existing.id == *project);
            let saved = SavedConnection {
                credential: match storage {
                    _ if sample => Credential::Sample,
                    CredentialStorage::Keyring => Credential::Keyring,
                    CredentialStorage::Session => Credential::Session,
                },
                in_keyring: saved.in_keyring || (storage == CredentialStorage::Keyring && !sample),
                account: account.email.clone(),
                project: saved.project.filter(exists),
                recent_projects: saved.recent_projects.iter().copied().filter(exists).collect(),
                entry,
                ..saved
            };
            self.settings.use_connection(saved.clone());
            (saved, storage)
        };
        drop(closed);
        drop(network);
        let notice = self.save().await.err();
        Ok(Connection {
            id: saved.id,
            name: saved.name,
            server: server.to_string(),
            host: server.host(),
            sample,
            storage: if sample { CredentialStorage::Session } else { storage },
            account,
            projects: projects.into_iter().map(Into::into).collect(),
            project: saved.project,
            recent: saved.recent_projects,
            production: saved.production,
            color: saved.color,
            notice,
            list: None,
        })
    }

    /// Closes the session that another is about to replace, and drops what belongs to no session.
    fn leave(&self, state: &mut State) -> Option<ClosedSession> {
        state.prefetch = None;
        state.drop_pasted();
        let closed = Self::close_current(state);
        if closed.is_some() {
            self.clipboard.clear();
        }
        closed
    }

    /// Stores a bearer token in a way that is undone unless it is made final.
    pub(super) async fn store(
        &self,
        connection: &SavedConnection,
        token: &BearerToken,
        store: CredentialStore,
    ) -> Result<PendingCredential, Problem> {
        Ok(match store {
            CredentialStore::Keyring => {
                let connection = SavedConnection { account: token.claims().email, ..connection.clone() };
                let announced = self.announce_write(&connection).await;
                match self.vault.write(&connection.entry, token.secret().clone()).await {
                    Ok(write) => PendingCredential::Keyring(write, announced),
                    Err(error) => {
                        announced.failed(&error);
                        let _ = self.save().await;
                        return Err(error.into());
                    }
                }
            }
            CredentialStore::Session => PendingCredential::Session(token.clone()),
            CredentialStore::Unchanged | CredentialStore::Sample => PendingCredential::None,
        })
    }

    /// Makes a stored bearer token the connection's. Says where it is.
    pub(super) fn make_final(&self, pending: PendingCredential, entry: &str) -> CredentialStorage {
        match pending {
            PendingCredential::Keyring(write, announced) => {
                write.commit();
                announced.keep();
            }
            PendingCredential::Session(token) => {
                self.vault.remember_for_session(entry, token.secret().clone());
            }
            PendingCredential::None => {}
        }
        match self.vault.storage_of(entry) {
            Storage::Keyring => CredentialStorage::Keyring,
            Storage::Session => CredentialStorage::Session,
        }
    }

    /// The client that was verified, or another if the network has changed since.
    pub(super) async fn current_client(
        &self,
        network: &super::NetworkState,
        built: BuiltClient,
        token: &BearerToken,
    ) -> Result<Client, Problem> {
        if built.version == network.version {
            return Ok(built.client);
        }
        Ok(self.build_client_on(network, built.client.server(), token.clone()).await?.client)
    }
}

pub(super) fn stopped() -> Problem {
    Problem::new(ErrorCode::Cancelled, "the sign-in was stopped")
}
