//! What lives as long as the app: the vault, the settings, the clipboard and the connection in use.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use calyptia_api::{BearerToken, ExtraCertificates, Network, Options, Proxy, ProxyAddress, RetryAfterWaits};
use calyptia_sandbox::Running;
use calyptia_vault::Vault;
use tauri::ipc::Channel;

use crate::{
    active::Active,
    cancellable::Cancellable,
    clipboard::Clipboard,
    contract::{Certificates, CertificatesChange, ProxyChoice, Route},
    head_start::HeadStart,
    launch::Launch,
    problem::{ErrorCode, Problem},
    settings::{NetworkSettings, SavedCertificates, Settings},
};

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
    /// RetryAfterWaits that a server asked for.
    pub(crate) waits: RetryAfterWaits,
    head_start: Mutex<Option<HeadStart>>,
    /// Where the page hears that somebody wants the app to end.
    on_closing: Mutex<Option<Channel<()>>>,
    /// A bearer that was pasted and not used yet.
    pasted: Mutex<Option<BearerToken>>,
    active: Mutex<Option<Arc<Active>>>,
    /// The sample data's server, from its first use on.
    pub(crate) sandbox: tokio::sync::Mutex<Option<Running>>,
}

impl State {
    pub(crate) fn new(launch: Launch, settings_folder: Option<PathBuf>) -> Self {
        // A visit to the sample data leaves the settings alone, even unreadable ones.
        let settings = Settings::load(settings_folder.filter(|_| !launch.sample));
        Self::with(launch, settings, Vault::system())
    }

    pub(crate) fn with(launch: Launch, settings: Settings, vault: Vault) -> Self {
        Self {
            launch,
            settings,
            vault,
            clipboard: Clipboard::default(),
            connecting: Cancellable::default(),
            copying: Cancellable::default(),
            loading: Cancellable::default(),
            creating: Cancellable::default(),
            changing: Cancellable::default(),
            waits: RetryAfterWaits::default(),
            head_start: Mutex::default(),
            on_closing: Mutex::default(),
            pasted: Mutex::default(),
            active: Mutex::default(),
            sandbox: tokio::sync::Mutex::default(),
        }
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
        self.not_saved(self.settings.set_network(NetworkSettings { proxy, certificates })).map_or(Ok(()), Err)
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

    pub(crate) fn options(&self) -> Options {
        Options { network: self.network(), waits: self.waits.clone(), ..Options::default() }
    }

    /// The connection in use.
    pub(crate) fn active(&self) -> Result<Arc<Active>, Problem> {
        self.active_slot().clone().ok_or_else(Problem::signed_out)
    }

    pub(crate) fn head_start(&self) -> MutexGuard<'_, Option<HeadStart>> {
        self.head_start.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn on_closing(&self) -> MutexGuard<'_, Option<Channel<()>>> {
        self.on_closing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn pasted(&self) -> MutexGuard<'_, Option<BearerToken>> {
        self.pasted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers the project that is open, unless its connection was forgotten meanwhile.
    pub(crate) fn save_project(&self, active: &Active, project: uuid::Uuid) {
        let saved = self.settings.change_connection(active.id, |known| known.project = Some(project));
        self.not_saved(saved);
    }

    /// What to tell of settings that could not be written, if anything.
    pub(crate) fn not_saved(&self, saved: std::io::Result<()>) -> Option<Problem> {
        let error = saved.err().filter(|_| !self.launch.sample)?;
        tracing::warn!("the settings could not be saved: {}", error.kind());
        Some(Problem::new(ErrorCode::SettingsNotSaved, error.kind().to_string()))
    }

    /// Ends all that is under way for the connection in use. What it still wanted to write, it does not.
    pub(crate) fn end_work(&self) {
        for work in [&self.copying, &self.loading, &self.creating, &self.changing] {
            work.cancel();
        }
    }

    pub(crate) fn active_slot(&self) -> MutexGuard<'_, Option<Arc<Active>>> {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use calyptia_sandbox::Method;

    use super::*;
    use crate::{
        settings::{Credential, SavedConnection},
        testing::{faults, sent},
    };

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
                let load = async { Ok(active.load(project, |_| ()).await) };
                state.loading.run(load).await.map(drop)
            }
        });
        while requests().await == before {
            tokio::task::yield_now().await;
        }
        state.sign_out(connection.id).await.expect("signed out");
        let ended = tokio::time::timeout(Duration::from_secs(10), loading).await.expect("it ends");
        assert_eq!(ended.expect("no panic").map_err(|problem| problem.code), Err(ErrorCode::Cancelled));
        assert!(state.active().is_err() && state.settings.connections().is_empty());

        // What was under way may still want to write.
        state.save_project(&active, project);
        assert!(state.settings.connections().is_empty());
        let again = Settings::load(Some(folder.path().to_owned()));
        assert!(again.connections().is_empty(), "and nothing is on disk");
    }

    #[tokio::test]
    async fn a3_a_late_answer_of_one_server_is_not_remembered_for_another() {
        let state = State::new(Launch::default(), None);
        let connection = state.connect_to_sample().await.expect("connected");
        let late = state.active().expect("connected");
        let other = SavedConnection {
            id: uuid::Uuid::from_u128(7),
            name: "other".into(),
            server: "https://api.example.com".into(),
            entry: "https://api.example.com".into(),
            credential: Credential::Keyring,
            account: None,
            project: None,
        };
        state.not_saved(state.settings.use_connection(other.clone()));
        state.save_project(&late, connection.projects[0].id);
        assert_eq!(state.settings.last(), Some(other));
        let sample = state.settings.connection(connection.id).expect("known");
        assert_eq!(sample.project, Some(connection.projects[0].id));
    }
}
