//! What lives as long as the app: the vault, the settings, the clipboard and the connection in use.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use calyptia_api::{
    Bearer, Client, ExtraCertificates, Network, Options, Pauses, Proxy, ProxyAddress, Server,
};
use calyptia_sandbox::Running;
use calyptia_vault::Vault;

use crate::{
    active::Active,
    cancellable::Cancellable,
    clipboard::Clipboard,
    contract::{
        BearerHint, Certificates, CertificatesChange, Connection, ProxyChoice, Renewed, Route, Storage,
    },
    launch::Launch,
    problem::{ErrorCode, Problem},
    settings::{Credential, NetworkSettings, SavedCertificates, SavedConnection, Settings},
};

/// How long signing out of a session waits for a keyring that need not even be there.
const OLD_ENTRY_DEADLINE: Duration = Duration::from_secs(2);

/// The app's state, shared by all commands.
pub(crate) struct State {
    pub(crate) launch: Launch,
    pub(crate) settings: Settings,
    pub(crate) vault: Vault,
    pub(crate) clipboard: Clipboard,
    /// Connecting, which can be cancelled.
    pub(crate) connecting: Cancellable,
    /// Copying a token: a later copy, or signing out, ends an earlier one.
    pub(crate) copying: Cancellable,
    /// Loading a list, which can be cancelled.
    pub(crate) loading: Cancellable,
    /// Waiting for the answer to a create.
    pub(crate) creating: Cancellable,
    /// Changing or deleting a token.
    pub(crate) changing: Cancellable,
    /// Pauses that a server asked for.
    pub(crate) pauses: Pauses,
    /// A bearer that was pasted and not used yet.
    pasted: Mutex<Option<Bearer>>,
    active: Mutex<Option<Arc<Active>>>,
    /// The sample data's server, from its first use on.
    sandbox: tokio::sync::Mutex<Option<Running>>,
}

impl State {
    pub(crate) fn new(launch: Launch, settings_folder: Option<PathBuf>) -> Self {
        Self {
            // A visit to the sample data leaves the settings alone, even unreadable ones.
            settings: Settings::load(settings_folder.filter(|_| !launch.sample)),
            launch,
            vault: Vault::system(),
            clipboard: Clipboard::default(),
            connecting: Cancellable::default(),
            copying: Cancellable::default(),
            loading: Cancellable::default(),
            creating: Cancellable::default(),
            changing: Cancellable::default(),
            pauses: Pauses::default(),
            pasted: Mutex::default(),
            active: Mutex::default(),
            sandbox: tokio::sync::Mutex::default(),
        }
    }

    /// Tests a credential, keeps it where `keep` says, and makes the connection the one in use.
    ///
    /// The credential is kept before anything else changes: if that fails, all is as it was.
    pub(crate) async fn connect(
        &self,
        server: Server,
        bearer: Bearer,
        keep: Keep,
    ) -> Result<Connection, Problem> {
        let same = |saved: &SavedConnection| match keep {
            // Its port differs at each start; its projects do not.
            Keep::Sample => saved.credential == Credential::Sample,
            _ => saved.server == server.as_str(),
        };
        let saved = self.settings.connection().filter(same);
        let secret = bearer.secret().clone();
        let active = Active::new(server, bearer, keep == Keep::Sample, self.options())?;
        let projects = active.client().projects().await?;
        let account = active.server.as_str();
        match keep {
            Keep::Keyring => self.vault.write(account, secret).await?,
            Keep::Session => self.vault.remember_for_session(account, secret),
            Keep::AsItIs | Keep::Sample => {}
        }
        let storage = match keep {
            Keep::Keyring => Storage::Keyring,
            Keep::Session | Keep::Sample => Storage::Session,
            Keep::AsItIs => match self.vault.storage_of(account) {
                calyptia_vault::Storage::Keyring => Storage::Keyring,
                calyptia_vault::Storage::Session => Storage::Session,
            },
        };
        let project = saved
            .and_then(|saved| saved.project)
            .filter(|project| projects.iter().any(|existing| existing.id == *project));
        let connection = Connection {
            server: account.to_owned(),
            host: active.server.host(),
            sample: active.sample,
            storage,
            account: active.account(),
            projects: projects.into_iter().map(Into::into).collect(),
            project,
        };
        for work in [&self.copying, &self.loading, &self.creating, &self.changing] {
            work.cancel();
        }
        self.save(&connection);
        *self.active_slot() = Some(Arc::new(active));
        Ok(connection)
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
            use secrecy::ExposeSecret as _;
            (Server::parse(&running.url())?, Bearer::parse(running.bearer().expose_secret())?)
        };
        self.connect(server, bearer, Keep::Sample).await
    }

    /// Goes on with a new credential over the list that is open, and keeps it where the old one is.
    pub(crate) async fn renew(&self, bearer: Bearer) -> Result<Renewed, Problem> {
        let active = self.active()?;
        let account = BearerHint::from(&bearer);
        let secret = bearer.secret().clone();
        let client = Client::with_options(active.server.clone(), bearer, self.options())?;
        client.projects().await?;
        let server = active.server.as_str();
        let storage = match self.vault.storage_of(server) {
            calyptia_vault::Storage::Keyring if !active.sample => {
                self.vault.write(server, secret).await?;
                Storage::Keyring
            }
            _ => {
                self.vault.remember_for_session(server, secret);
                Storage::Session
            }
        };
        active.renew(client, account.clone());
        Ok(Renewed { storage, account })
    }

    /// How requests are to be made, by the settings. Settings that no longer make sense count as the default.
    pub(crate) fn network(&self) -> Network {
        let NetworkSettings { proxy, certificates } = self.settings.network();
        Network {
            proxy: read_proxy(&proxy).unwrap_or_default(),
            extra_certificates: certificates.and_then(|c| ExtraCertificates::parse(c.pem.as_bytes()).ok()),
        }
    }

    /// Changes the settings of the network and puts them in force. If anything is wrong with them, all stays as it is.
    pub(crate) fn set_network(&self, proxy: ProxyChoice, change: CertificatesChange) -> Result<(), Problem> {
        let certificates = match change {
            CertificatesChange::Keep => self.settings.network().certificates,
            CertificatesChange::Remove => None,
            CertificatesChange::Use { file, pem } => Some(SavedCertificates { file, pem }),
        };
        let network = Network {
            proxy: read_proxy(&proxy)?,
            extra_certificates: certificates
                .as_ref()
                .map(|certificates| ExtraCertificates::parse(certificates.pem.as_bytes()))
                .transpose()?,
        };
        if let Ok(active) = self.active() {
            active.move_to(&network)?;
        }
        match self.settings.set_network(NetworkSettings { proxy, certificates }) {
            Err(error) if !self.launch.sample => {
                Err(Problem::new(ErrorCode::SettingsNotSaved, error.kind().to_string()))
            }
            _ => Ok(()),
        }
    }

    /// The settings of the network, as the page shows them.
    pub(crate) fn describe_network(&self) -> crate::contract::Network {
        let NetworkSettings { proxy, certificates } = self.settings.network();
        crate::contract::Network {
            proxy,
            route: match self.active().map(|active| active.client().proxy()) {
                Ok(Some(name)) => Route::Proxy { name },
                Ok(None) => Route::Direct,
                Err(_) => Route::Unknown,
            },
            certificates: certificates.map(|SavedCertificates { file, pem }| Certificates {
                count: ExtraCertificates::parse(pem.as_bytes())
                    .map_or(0, |certificates| certificates.count()),
                file,
            }),
        }
    }

    fn options(&self) -> Options {
        Options { network: self.network(), pauses: self.pauses.clone(), ..Options::default() }
    }

    /// Forgets the credential everywhere, then the connection. If the keyring keeps a credential, so does the app:
    /// nobody is shown as signed out who is not.
    pub(crate) async fn sign_out(&self) -> Result<(), Problem> {
        let active = self.active()?;
        let account = active.server.as_str();
        match self.vault.storage_of(account) {
            _ if active.sample => {}
            calyptia_vault::Storage::Keyring => self.vault.delete(account).await?,
            // The credential in use is in memory. What the keyring may hold from earlier is worth a try, no more.
            calyptia_vault::Storage::Session => {
                if let Err(error) = self.vault.with_deadline(OLD_ENTRY_DEADLINE).delete(account).await {
                    tracing::warn!("an older entry may be left in the keyring: {error}");
                }
                self.vault.forget_for_session(account);
            }
        }
        for work in [&self.copying, &self.loading, &self.connecting, &self.creating, &self.changing] {
            work.cancel();
        }
        self.active_slot().take();
        self.pasted().take();
        if self.settings.connection().is_some_and(|saved| is_of(&saved, &active)) {
            self.remember(None);
        }
        Ok(())
    }

    /// The connection in use.
    pub(crate) fn active(&self) -> Result<Arc<Active>, Problem> {
        self.active_slot().clone().ok_or_else(Problem::signed_out)
    }

    pub(crate) fn pasted(&self) -> MutexGuard<'_, Option<Bearer>> {
        self.pasted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the project that is open, if its connection is the one that is saved.
    pub(crate) fn save_project(&self, active: &Active, project: uuid::Uuid) {
        if let Some(saved) = self.settings.connection().filter(|saved| is_of(saved, active)) {
            self.remember(Some(SavedConnection { project: Some(project), ..saved }));
        }
    }

    fn save(&self, connection: &Connection) {
        let (server, credential) = match connection.storage {
            // A look at the sample data is no reason to forget where a credential is.
            _ if connection.sample => {
                if self.settings.connection().is_some_and(|saved| saved.credential == Credential::Keyring) {
                    return;
                }
                (String::new(), Credential::Sample)
            }
            Storage::Keyring => (connection.server.clone(), Credential::Keyring),
            Storage::Session => (connection.server.clone(), Credential::Session),
        };
        self.remember(Some(SavedConnection { server, credential, project: connection.project }));
    }

    fn remember(&self, connection: Option<SavedConnection>) {
        if self.launch.sample {
            return;
        }
        if let Err(error) = self.settings.set_connection(connection) {
            tracing::warn!("the settings could not be saved: {}", error.kind());
        }
    }

    fn active_slot(&self) -> MutexGuard<'_, Option<Arc<Active>>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read_proxy(choice: &ProxyChoice) -> Result<Proxy, Problem> {
    Ok(match choice {
        ProxyChoice::System => Proxy::System,
        ProxyChoice::None => Proxy::Direct,
        ProxyChoice::Address { url } => Proxy::Address(ProxyAddress::parse(url)?),
    })
}

/// Whether a saved connection is this one. The sample data's server has another address at each start.
fn is_of(saved: &SavedConnection, active: &Active) -> bool {
    match saved.credential {
        Credential::Sample => active.sample,
        _ => !active.sample && saved.server == active.server.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use calyptia_sandbox::Method;

    use super::*;
    use crate::testing::{faults, sent};

    #[tokio::test]
    async fn a3_signing_out_ends_what_is_under_way_and_nothing_is_written_late() {
        let folder = tempfile::tempdir().expect("a folder");
        let state = Arc::new(State::new(Launch::default(), Some(folder.path().to_owned())));
        let connection = state.connect_to_sample().await.expect("connected");
        let project = connection.projects[0].id;
        let active = state.active().expect("connected");
        let requests = async || {
            let sandbox = state.sandbox.lock().await;
            sent(sandbox.as_ref().expect("running"), &Method::GET)
        };
        state.sandbox.lock().await.as_ref().expect("running").set_faults(faults(&["hang"]));
        let before = requests().await;
        let loading = tokio::spawn({
            let (state, active) = (Arc::clone(&state), Arc::clone(&active));
            async move {
                let client = active.client();
                let load = async { Ok(active.list.load(&client, project, |_| ()).await) };
                state.loading.run(load).await.map(drop)
            }
        });
        while requests().await == before {
            tokio::task::yield_now().await;
        }
        state.sign_out().await.expect("signed out");
        let ended = tokio::time::timeout(Duration::from_secs(10), loading).await.expect("it ends");
        assert_eq!(ended.expect("no panic").map_err(|problem| problem.code), Err(ErrorCode::Cancelled));
        assert!(state.active().is_err() && state.settings.connection().is_none());

        // What was under way may still want to write.
        state.save_project(&active, project);
        assert!(state.settings.connection().is_none());
        let again = Settings::load(Some(folder.path().to_owned()));
        assert!(again.connection().is_none(), "and nothing is on disk");
    }

    #[tokio::test]
    async fn a3_a_late_answer_of_one_server_is_not_remembered_for_another() {
        let state = State::new(Launch::default(), None);
        let connection = state.connect_to_sample().await.expect("connected");
        let late = state.active().expect("connected");
        let other = SavedConnection {
            server: "https://api.example.com".into(),
            credential: Credential::Keyring,
            project: None,
        };
        state.remember(Some(other.clone()));
        state.save_project(&late, connection.projects[0].id);
        assert_eq!(state.settings.connection(), Some(other));
    }
}

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
