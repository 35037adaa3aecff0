//! The network settings, and the one place where clients are built.

use calyptia_api::{Client, Credential, ExtraCertificates, Network, Options, Proxy, ProxyAddress, Server};

use super::{
    Connections,
    approval::{Asking, NetworkDigest, not_allowed},
};
use crate::{
    Settings,
    lock::lock,
    messages::{
        CertificatesChange, CertificatesSummary, ErrorCode, NetworkStatus, Problem, ProxyChoice, RouteReason,
        RouteSummary,
    },
    settings::{NetworkSettings, SavedCertificates},
};

/// The network in force.
pub(super) struct NetworkState {
    /// Changes with the network.
    pub(super) version: u64,
    /// Settings that cannot be used are an error for every request: they never become another route.
    network: Result<Network, Problem>,
    /// The settings could not be read yet, and with them the proxy.
    unread: bool,
    /// No client is built before this has been agreed to.
    digest: Option<NetworkDigest>,
}

/// The largest file of certificates. All authorities that systems trust fit into a tenth of it.
const MAX_CERTIFICATES: u64 = 4 * 1024 * 1024;

impl NetworkState {
    pub(super) fn read(settings: &Settings) -> Self {
        // The proxy is unknown as long as the settings cannot be read.
        let (network, unread) = match settings.unread() {
            Some(problem) => (Err(problem), true),
            None => (read(&settings.network()), false),
        };
        Self { version: 0, network, unread, digest: NetworkDigest::of(&settings.network()) }
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
        credential: impl Into<Credential>,
    ) -> Result<BuiltClient, Problem> {
        let network = self.network.lock().await;
        self.build_client_on(&network, server, credential).await
    }

    /// The same, for a caller that goes on to install the client while the network stays as it is.
    pub(super) async fn build_client_on(
        &self,
        state: &NetworkState,
        server: &Server,
        credential: impl Into<Credential>,
    ) -> Result<BuiltClient, Problem> {
        let network = state.network.clone()?;
        // Neither a proxy nor extra certificates count on the way to this computer, unless it is asked for a certificate.
        if server.is_encrypted() && !self.is_approved(state.digest.as_ref()) {
            return Err(not_allowed());
        }
        let (timeouts, waits) = (self.timeouts, self.waits.clone());
        let options = Options { network, timeouts, waits, ..Options::default() };
        let (server, credential) = (server.clone(), credential.into());
        let client = in_background(move || Client::with_options(server, credential, options)).await??;
        Ok(BuiltClient { client, version: state.version })
    }

    /// Reads settings that could not be read at the start, and puts their network in force.
    pub(super) async fn recover_settings(&self) -> Result<(), Problem> {
        let mut state = self.network.lock().await;
        if !state.unread {
            return Ok(());
        }
        let _ = self.save().await;
        if let Some(problem) = self.settings.unread() {
            return Err(problem);
        }
        *state = NetworkState { version: state.version + 1, ..NetworkState::read(&self.settings) };
        Ok(())
    }

    /// Lets the person choose a file of certificates, for [`CertificatesChange::UseChosen`]. `None` if they chose none.
    ///
    /// # Errors
    /// If the file cannot be read, or is not one of certificates and nothing else.
    pub async fn choose_certificates(&self) -> Result<Option<CertificatesSummary>, Problem> {
        let Some(path) = self.consent.choose_certificates().await else { return Ok(None) };
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let read = in_background(move || {
            let mut bytes = Vec::new();
            let file = std::fs::File::open(path)?;
            std::io::Read::read_to_end(&mut std::io::Read::take(file, MAX_CERTIFICATES + 1), &mut bytes)?;
            if bytes.len() as u64 > MAX_CERTIFICATES {
                return Err(std::io::ErrorKind::FileTooLarge.into());
            }
            Ok::<_, std::io::Error>(zeroize::Zeroizing::new(bytes))
        });
        let bytes = read.await?.map_err(|error| {
            let kind = error.kind().to_string();
            Problem { detail: Some(kind.clone()), ..Problem::new(ErrorCode::CertificatesUnreadable, kind) }
        })?;
        let certificates = ExtraCertificates::parse(&bytes)?;
        let count = certificates.count();
        lock(&self.state).chosen = Some(SavedCertificates { file: file.clone(), pem: certificates.to_pem() });
        Ok(Some(CertificatesSummary { file, count }))
    }

    /// Changes the network settings; the current session continues on the new network. A proxy or certificates that have not
    /// been agreed to are asked about first. If anything is wrong with them, or the person does not agree, nothing changes.
    ///
    /// # Errors
    /// If the proxy or the certificates cannot be used, the person did not agree, or the settings cannot be saved. In the last
    /// case they are in force.
    pub async fn set_network(&self, proxy: ProxyChoice, change: CertificatesChange) -> Result<(), Problem> {
        self.recover_settings().await?;
        let certificates = match change {
            CertificatesChange::Keep => self.settings.network().certificates,
            CertificatesChange::Remove => None,
            CertificatesChange::UseChosen => lock(&self.state).chosen.clone(),
        };
        let settings = NetworkSettings { proxy: tidy(proxy)?, certificates };
        let network = read(&settings)?;
        let digest = NetworkDigest::of(&settings);
        let was_agreed_to = NetworkDigest::of(&self.settings.network()).is_some();
        self.approve(&settings, Asking::Allowed).await?;
        {
            let mut state = self.network.lock().await;
            // Another change may have been agreed to meanwhile.
            if !self.is_approved(digest.as_ref()) {
                return Err(Problem::new(
                    ErrorCode::Superseded,
                    "another change of the network took its place",
                ));
            }
            let session = lock(&self.state).current.clone();
            if let Some(session) = session
                && let Ok(client) = session.client()
            {
                let network = network.clone();
                // A session that is closed meanwhile refuses the client; another one cannot be installed meanwhile.
                session.set_client(in_background(move || client.with_network(&network)).await??);
            }
            // It would be asked about through the network before.
            lock(&self.state).project_token = None;
            *state = NetworkState { version: state.version + 1, network: Ok(network), unread: false, digest };
            self.settings.set_network(settings);
            if was_agreed_to && state.digest.is_none() {
                self.forget_network().await;
            }
        }
        self.save().await
    }

    /// The route that requests to a server would take now. Nothing is sent, no bearer token is read, and nobody is asked.
    ///
    /// # Errors
    /// If this is not the address of a server.
    pub async fn route_to(&self, server: &str) -> Result<RouteSummary, Problem> {
        self.route(Server::parse(server)?).await
    }

    /// # Errors
    /// If no request can be sent to a server, because the network settings or a proxy cannot be used.
    pub(super) async fn check_route(&self, server: &Server) -> Result<(), Problem> {
        match self.route(server.clone()).await? {
            RouteSummary::Unusable { problem, .. } => Err(problem),
            RouteSummary::Direct { .. } | RouteSummary::Proxy { .. } => Ok(()),
        }
    }

    async fn route(&self, server: Server) -> Result<RouteSummary, Problem> {
        let network = self.network.lock().await.network.clone();
        Ok(match network {
            Ok(network) => match in_background(move || network.route_to(&server)).await? {
                Ok(route) => (&route).into(),
                Err(error) => error.into(),
            },
            Err(problem) => RouteSummary::Unusable { problem, reason: Some(RouteReason::Settings) },
        })
    }

    /// The network settings, and the route of the current session.
    #[must_use]
    pub fn network_status(&self) -> NetworkStatus {
        let NetworkSettings { proxy, certificates } = self.settings.network();
        let client = lock(&self.state).current.as_ref().and_then(|session| session.client().ok());
        NetworkStatus {
            proxy,
            route: client.map(|client| client.route().into()),
            certificates: certificates.map(|SavedCertificates { file, pem }| CertificatesSummary {
                count: ExtraCertificates::parse(pem.as_bytes())
                    .map_or(0, |certificates| certificates.count()),
                file,
            }),
        }
    }
}

/// For what takes its time, such as reading the system's certificates or writing a file.
pub(crate) async fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Problem::new(ErrorCode::Internal, "the work in the background stopped"))
}

/// A proxy's address as it is saved: one spelling for each proxy, so that it is asked about once.
fn tidy(proxy: ProxyChoice) -> Result<ProxyChoice, Problem> {
    Ok(match proxy {
        ProxyChoice::Address { url } => {
            ProxyChoice::Address { url: ProxyAddress::parse(&url)?.as_str().to_owned() }
        }
        other => other,
    })
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
