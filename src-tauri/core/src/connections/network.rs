//! The network settings, and the one place where clients are built.

use calyptia_api::{BearerToken, Client, ExtraCertificates, Network, Options, Proxy, ProxyAddress, Server};

use super::Connections;
use crate::{
    Settings,
    lock::lock,
    messages::{CertificatesChange, CertificatesSummary, NetworkStatus, Problem, ProxyChoice, RouteInUse},
    settings::{NetworkSettings, SavedCertificates},
};

/// The network in force.
pub(super) struct NetworkState {
    /// Changes with the network.
    pub(super) version: u64,
    /// Settings that cannot be used are an error for every request: they never become another route.
    network: Result<Network, Problem>,
}

impl NetworkState {
    pub(super) fn read(settings: &Settings) -> Self {
        // The proxy is unknown as long as the settings cannot be read.
        let network = match settings.unread() {
            Some(problem) => Err(problem),
            None => read(&settings.network()),
        };
        Self { version: 0, network }
    }
}

/// A client, and the version of the network it was built for.
pub(super) struct BuiltClient {
    pub(super) client: Client,
    pub(super) version: u64,
}

impl Connections {
    /// Builds a client for the network as it is now.
    pub(super) async fn build_client(
        &self,
        server: &Server,
        token: &BearerToken,
    ) -> Result<BuiltClient, Problem> {
        let network = self.network.lock().await;
        self.build_client_on(&network, server, token).await
    }

    /// The same, for a caller that goes on to install the client while the network stays as it is.
    pub(super) async fn build_client_on(
        &self,
        state: &NetworkState,
        server: &Server,
        token: &BearerToken,
    ) -> Result<BuiltClient, Problem> {
        let network = state.network.clone()?;
        let (timeouts, waits) = (self.timeouts, self.waits.clone());
        let options = Options { network, timeouts, waits, ..Options::default() };
        let (server, token) = (server.clone(), token.clone());
        let client = in_background(move || Client::with_options(server, token, options)).await??;
        Ok(BuiltClient { client, version: state.version })
    }

    /// Reads settings that could not be read at the start, and puts their network in force.
    pub(super) async fn recover_settings(&self) -> Result<(), Problem> {
        if self.settings.unread().is_none() {
            return Ok(());
        }
        let mut state = self.network.lock().await;
        let _ = self.save().await;
        if let Some(problem) = self.settings.unread() {
            return Err(problem);
        }
        *state = NetworkState { version: state.version + 1, ..NetworkState::read(&self.settings) };
        Ok(())
    }

    /// Changes the network settings; the current session continues on the new network. If anything is wrong with them,
    /// nothing changes.
    ///
    /// # Errors
    /// If the proxy or the certificates cannot be used, or the settings cannot be saved. In the last case they are in force.
    pub async fn set_network(&self, proxy: ProxyChoice, change: CertificatesChange) -> Result<(), Problem> {
        self.recover_settings().await?;
        {
            let mut state = self.network.lock().await;
            let certificates = match change {
                CertificatesChange::Keep => self.settings.network().certificates,
                CertificatesChange::Remove => None,
                CertificatesChange::Use { file, pem } => Some(SavedCertificates { file, pem }),
            };
            let settings = NetworkSettings { proxy, certificates };
            let network = read(&settings)?;
            let session = lock(&self.state).current.clone();
            if let Some(session) = session
                && let Ok(client) = session.client()
            {
                let network = network.clone();
                // A session that is closed meanwhile refuses the client; another one cannot be installed meanwhile.
                session.set_client(in_background(move || client.with_network(&network)).await??);
            }
            *state = NetworkState { version: state.version + 1, network: Ok(network) };
            self.settings.set_network(settings);
        }
        self.save().await
    }

    /// The network settings and the route in use.
    #[must_use]
    pub fn network_status(&self) -> NetworkStatus {
        let NetworkSettings { proxy, certificates } = self.settings.network();
        let client = lock(&self.state).current.as_ref().and_then(|session| session.client().ok());
        NetworkStatus {
            proxy,
            route: match client.map(|client| client.proxy()) {
                Some(Some(name)) => RouteInUse::Proxy { name },
                Some(None) => RouteInUse::Direct,
                None => RouteInUse::Unknown,
            },
            certificates: certificates.map(|SavedCertificates { file, pem }| CertificatesSummary {
                count: ExtraCertificates::parse(pem.as_bytes())
                    .map_or(0, |certificates| certificates.count()),
                file,
            }),
        }
    }
}

/// Building a client reads the system's certificates, which takes its time.
async fn in_background<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Problem> {
    use crate::messages::ErrorCode;

    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::new(ErrorCode::Internal, "building the client stopped"))
}

fn read(settings: &NetworkSettings) -> Result<Network, Problem> {
    let proxy = match &settings.proxy {
        ProxyChoice::System => Proxy::System,
        ProxyChoice::None => Proxy::Direct,
        ProxyChoice::Address { url } => Proxy::Address(ProxyAddress::parse(url)?),
    };
    let certificates = settings.certificates.as_ref();
    let extra_certificates =
        certificates.map(|certificates| ExtraCertificates::parse(certificates.pem.as_bytes())).transpose()?;
    Ok(Network { proxy, extra_certificates })
}
