//! Getting connected: with a new credential, with one that was kept, to the sample data, or anew over the list that is
//! open.

use calyptia_api::{BearerToken, Client, Network, Project, Server};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

use crate::{
    active::Active,
    contract::{BearerClaims, Connection, Renewed, Storage},
    problem::{ErrorCode, Problem},
    settings::{Credential, SavedConnection, first_name},
    state::State,
};

/// Where a credential is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// In the keyring.
    Keyring,
    /// In memory, until the app ends.
    Session,
    /// It comes from where it is kept.
    AsItIs,
    /// Nowhere: the sample data makes its own.
    Sample,
}

/// A connection whose credential the server has accepted, and that is not in use yet.
pub(crate) struct Tested {
    saved: SavedConnection,
    account: BearerClaims,
    secret: SecretString,
    /// The network it was tested on.
    network: Network,
    active: Active,
    projects: Vec<Project>,
}

impl State {
    /// Connects with the credential that is kept for a connection.
    pub(crate) async fn restore(&self, id: Uuid) -> Result<Connection, Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        if saved.credential == Credential::Sample {
            return self.connect_to_sample().await;
        }
        let tested = match self.tested_ahead(id) {
            Some(ahead) => ahead.result().await?,
            None => self.test_kept(id).await?,
        };
        self.take_up(tested, Keep::AsItIs).await
    }

    /// Tests the credential that is kept for a connection.
    pub(crate) async fn test_kept(&self, id: Uuid) -> Result<Tested, Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        let server = Server::parse(&saved.server)?;
        if saved.credential == Credential::SignedOut {
            return Err(Problem::signed_out());
        }
        let secret = self.vault.read(&saved.entry).await?.ok_or_else(Problem::signed_out)?;
        let bearer = BearerToken::parse(secret.expose_secret())
            .map_err(|_| Problem::new(ErrorCode::KeyringUnrecognised, "the entry holds no bearer"))?;
        self.test(Some(id), server, bearer, Keep::AsItIs).await
    }

    /// Connects to the sample data inside the app, starting its server if need be.
    pub(crate) async fn connect_to_sample(&self) -> Result<Connection, Problem> {
        let (server, bearer) = {
            let mut sandbox = self.sandbox.lock().await;
            let failed = |_| Problem::new(ErrorCode::Bug, "the sample data's server did not start");
            let running = match &mut *sandbox {
                Some(running) => running,
                none => none.insert(calyptia_sandbox::start_sample().await.map_err(failed)?),
            };
            (Server::parse(&running.url())?, BearerToken::parse(running.bearer().expose_secret())?)
        };
        self.connect(None, server, bearer, Keep::Sample).await
    }

    /// Tests a credential, keeps it where `keep` says, and makes the connection the one in use: the one that `wanted`
    /// names, another to the same server for the same person, or a new one.
    ///
    /// The credential is kept before anything else changes: if that fails, all is as it was.
    pub(crate) async fn connect(
        &self,
        wanted: Option<Uuid>,
        server: Server,
        bearer: BearerToken,
        keep: Keep,
    ) -> Result<Connection, Problem> {
        let tested = self.test(wanted, server, bearer, keep).await?;
        self.take_up(tested, keep).await
    }

    /// Asks the server with a credential. Nothing changes by that.
    async fn test(
        &self,
        wanted: Option<Uuid>,
        server: Server,
        bearer: BearerToken,
        keep: Keep,
    ) -> Result<Tested, Problem> {
        let account = BearerClaims::from(&bearer);
        let saved = self.saved_for(wanted, &server, keep, account.email.as_deref());
        let secret = bearer.secret().clone();
        let known = (saved.id, saved.entry.clone());
        let options = self.options();
        let network = options.network.clone();
        let active = Active::new(known, server, bearer, keep == Keep::Sample, options)?;
        let projects = active.client().projects().await?;
        Ok(Tested { saved, account, secret, network, active, projects })
    }

    /// Keeps a tested credential where `keep` says, and makes its connection the one in use.
    async fn take_up(&self, tested: Tested, keep: Keep) -> Result<Connection, Problem> {
        let Tested { saved, account, secret, network, active, projects } = tested;
        self.head_start().take();
        match keep {
            Keep::Keyring => self.vault.write(&saved.entry, secret).await?,
            Keep::Session => self.vault.remember_for_session(&saved.entry, secret),
            Keep::AsItIs | Keep::Sample => {}
        }
        let (storage, credential) = match keep {
            Keep::Keyring => (Storage::Keyring, Credential::Keyring),
            Keep::Session => (Storage::Session, Credential::Session),
            Keep::Sample => (Storage::Session, Credential::Sample),
            Keep::AsItIs => match self.vault.storage_of(&saved.entry) {
                calyptia_vault::Storage::Keyring => (Storage::Keyring, Credential::Keyring),
                calyptia_vault::Storage::Session => (Storage::Session, Credential::Session),
            },
        };
        // Its name or project may have been changed while the server was asked.
        let saved = self.settings.connection(saved.id).unwrap_or(saved);
        let project = saved.project.filter(|project| projects.iter().any(|existing| existing.id == *project));
        let email = account.email.clone();
        let saved = SavedConnection { credential, account: email, project, ..saved };
        // The network may have been changed while the server was asked. If not, the connection it was asked on serves on.
        if self.network() != network {
            active.move_to(&self.network())?;
        }
        self.end_work();
        let notice = self.not_saved(self.settings.use_connection(saved.clone()));
        let connection = Connection {
            id: saved.id,
            name: saved.name,
            server: active.server.to_string(),
            host: active.server.host(),
            sample: active.sample,
            storage,
            account,
            projects: projects.into_iter().map(Into::into).collect(),
            project,
            notice,
        };
        *self.active_slot() = Some(std::sync::Arc::new(active));
        Ok(connection)
    }

    /// Goes on with a new credential over the list that is open, and keeps it where the old one is, or in memory.
    pub(crate) async fn renew(&self, bearer: BearerToken, session_only: bool) -> Result<Renewed, Problem> {
        let active = self.active()?;
        let account = BearerClaims::from(&bearer);
        let secret = bearer.secret().clone();
        let client = Client::with_options(active.server.clone(), bearer, self.options())?;
        client.projects().await?;
        let in_keyring = self.vault.storage_of(&active.entry) == calyptia_vault::Storage::Keyring;
        let (storage, credential) = if in_keyring && !session_only && !active.sample {
            self.vault.write(&active.entry, secret).await?;
            (Storage::Keyring, Credential::Keyring)
        } else {
            self.vault.remember_for_session(&active.entry, secret);
            (Storage::Session, Credential::Session)
        };
        if !active.sample {
            let email = account.email.clone();
            self.not_saved(self.settings.change_connection(active.id, |known| {
                (known.credential, known.account) = (credential, email);
            }));
        }
        active.renew(client);
        Ok(Renewed { storage, account })
    }

    /// What is known of the connection, or what a new one begins with.
    fn saved_for(
        &self,
        wanted: Option<Uuid>,
        server: &Server,
        keep: Keep,
        email: Option<&str>,
    ) -> SavedConnection {
        let known = self.settings.connections();
        let found = known.iter().find(|known| match keep {
            // Its port differs at each start; its projects do not.
            Keep::Sample => known.credential == Credential::Sample,
            _ => known.server == server.as_str() && wanted == Some(known.id),
        });
        let same_person = || {
            let is_theirs = |known: &&SavedConnection| email.is_some() && known.account.as_deref() == email;
            known.iter().filter(|known| known.server == server.as_str()).find(is_theirs)
        };
        if let Some(found) = found.or_else(|| same_person().filter(|_| keep != Keep::Sample)) {
            return found.clone();
        }
        let address = if keep == Keep::Sample { "" } else { server.as_str() };
        let names = (1..).map(|number| match number {
            1 => first_name(address),
            number => format!("{} ({number})", first_name(address)),
        });
        // The first of a server has the server's address, so that it is found where people look for it.
        let entries = (1..).map(|number| match number {
            1 => address.to_owned(),
            number => format!("{address} ({number})"),
        });
        SavedConnection {
            id: Uuid::new_v4(),
            name: free(names, |name| known.iter().all(|known| known.name != *name)),
            server: address.to_owned(),
            entry: free(entries, |entry| known.iter().all(|known| known.entry != *entry)),
            credential: Credential::SignedOut,
            account: None,
            project: None,
        }
    }
}

/// The first that is free, of more than there can be taken.
fn free(mut candidates: impl Iterator<Item = String>, is_free: impl FnMut(&String) -> bool) -> String {
    candidates.find(is_free).unwrap_or_default()
}
