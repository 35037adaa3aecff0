//! The one HTTP client that every call uses: its time limits, its retries, and how a response becomes a value or an error.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
    time::Duration,
};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use jiff::SignedDuration;
use reqwest::{
    Method, RequestBuilder, Response,
    header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    BearerToken, ClientError, ConnectFailure, Error, Failure, Network, Operation, Refusal, Responder,
    RetryAfterWaits, Server, SizeLimits, Timeouts, TlsFailure, TokenValue,
    body::read_whole,
    clock::Clock,
    route::Route,
    secrets::Secrets,
    tls::{self, Handshakes},
    transport::Via,
};

/// How often a read is repeated after a passing failure.
const RETRIES: usize = 2;
/// The delay before the first retry; it doubles, and varies.
const RETRY_DELAY: Duration = Duration::from_millis(200);
/// The longest wait that a server may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);
/// How often an HTTP/2 connection is checked, and how long the server may take to answer. This detects connections that
/// died while the computer slept before a request is lost on one.
const HTTP2_PING: Duration = Duration::from_secs(10);
/// Carries a project token, where a user's bearer token is in `Authorization`.
const PROJECT_TOKEN: HeaderName = HeaderName::from_static("x-project-token");

/// A client for one server with one credential. Clones are cheap: they share the connections, the secret, and what is known of
/// the server's clock.
///
/// Dropping the future of a call cancels its request.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    server: Server,
    credential: (HeaderName, HeaderValue),
    secrets: Secrets,
    route: Arc<Route>,
    handshakes: Handshakes,
    timeouts: Timeouts,
    size_limits: SizeLimits,
    waits: RetryAfterWaits,
    clock: Clock,
}

/// What a client shows to the server.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A user's bearer token.
    Bearer(BearerToken),
    /// A project token, which some calls accept as well.
    ProjectToken(TokenValue),
}

impl Credential {
    /// Its header and the secret itself. `None` if it cannot be part of a header.
    fn into_parts(self) -> Option<((HeaderName, HeaderValue), Secrets)> {
        Some(match self {
            Self::Bearer(bearer) => ((AUTHORIZATION, bearer.header()?), Secrets::new(bearer.into_secret())),
            Self::ProjectToken(value) => {
                let mut header = HeaderValue::from_str(value.secret().expose_secret()).ok()?;
                header.set_sensitive(true);
                ((PROJECT_TOKEN, header), Secrets::new(value.secret().clone()))
            }
        })
    }
}

impl From<BearerToken> for Credential {
    fn from(bearer: BearerToken) -> Self {
        Self::Bearer(bearer)
    }
}

impl From<TokenValue> for Credential {
    fn from(value: TokenValue) -> Self {
        Self::ProjectToken(value)
    }
}

/// How a client works. The defaults suit most callers.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The proxy, and which certificates are trusted.
    pub network: Network,
    /// The time limits of each request.
    pub timeouts: Timeouts,
    /// How much is read of a list.
    pub size_limits: SizeLimits,
    /// Shows the waits that the server asks for.
    pub waits: RetryAfterWaits,
}

/// What the server reports about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Health {
    /// Its version, in its own words.
    #[serde(default)]
    pub version: Option<String>,
}

impl Client {
    /// Makes a client with the default [`Options`]. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Client::with_options`].
    pub fn new(server: Server, credential: impl Into<Credential>) -> Result<Self, ClientError> {
        Self::with_options(server, credential, Options::default())
    }

    /// Makes a client. Nothing is sent yet. Reads the platform's certificates, which may take some milliseconds.
    ///
    /// # Errors
    /// If the platform's certificates, or the address of its proxy, cannot be used, or the credential cannot be part of a header.
    pub fn with_options(
        server: Server,
        credential: impl Into<Credential>,
        options: Options,
    ) -> Result<Self, ClientError> {
        let Options { network, timeouts, size_limits, waits } = options;
        let (credential, secrets) = credential.into().into_parts().ok_or(ClientError::InvalidCredential)?;
        let (http, route, handshakes) = connect(&server, &network, timeouts)?;
        let clock = Clock::default();
        Ok(Self { http, server, credential, secrets, route, handshakes, timeouts, size_limits, waits, clock })
    }

    /// The same client on another network, with connections of its own.
    ///
    /// # Errors
    /// As [`Client::with_options`].
    pub fn with_network(&self, network: &Network) -> Result<Self, ClientError> {
        let (http, route, handshakes) = connect(&self.server, network, self.timeouts)?;
        Ok(Self { http, route, handshakes, ..self.clone() })
    }

    /// The same client with another credential, in place of its own.
    ///
    /// # Errors
    /// If the credential cannot be part of a header.
    pub fn with_credential(&self, credential: impl Into<Credential>) -> Result<Self, ClientError> {
        let (credential, secrets) = credential.into().into_parts().ok_or(ClientError::InvalidCredential)?;
        Ok(Self { credential, secrets, ..self.clone() })
    }

    /// The server this client talks to.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// The way that requests take. It was chosen when the client was made.
    #[must_use]
    pub fn route(&self) -> &Route {
        &self.route
    }

    /// How far the server's clock is ahead of this computer's, as of its latest response; negative if it is behind. `None`
    /// if no response has had a readable date. Accurate to a second or two.
    #[must_use]
    pub fn clock_offset(&self) -> Option<SignedDuration> {
        self.clock.offset()
    }

    /// Keeps a value that another client has read out of every [`Refusal::message`] of this one, as long as a clone of it is
    /// held. The values that this client reads itself need no call.
    pub fn keep_secret(&self, value: &TokenValue) {
        self.secrets.remember(value);
    }

    /// Asks `GET /healthz` once, without the bearer token. Any JSON object with a success status is healthy.
    ///
    /// # Errors
    /// Any [`Failure`] but `Pagination`.
    pub async fn health(&self) -> Result<Health, Error> {
        let operation = Operation::Health;
        let url = self.url(operation, &["healthz"])?;
        let response = self.send(operation, self.http.get(url)).await?;
        self.read(operation, response).await
    }

    pub(crate) fn url(&self, operation: Operation, segments: &[&str]) -> Result<Url, Error> {
        let failure = Failure::InvalidRequest("this id cannot be part of a URL");
        self.server.endpoint(segments).ok_or_else(|| Error::new(operation, failure))
    }

    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    pub(crate) fn size_limits(&self) -> SizeLimits {
        self.size_limits
    }

    /// Sends a read. Repeats it after a passing failure: up to twice after short delays, and once more after a wait that
    /// the server asked for.
    pub(crate) async fn get(&self, operation: Operation, url: &Url) -> Result<Response, Error> {
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(RETRY_DELAY)
            .with_max_times(RETRIES)
            .with_jitter()
            .build();
        let mut waited = false;
        loop {
            let request = self.http.get(url.clone());
            let error = match self.send(operation, self.authorized(request)).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            match &error.failure {
                Failure::Refused(Refusal { status: 429 | 503, retry_after: Some(wait), .. }) => {
                    if waited || *wait > MAX_RETRY_AFTER {
                        return Err(error);
                    }
                    waited = true;
                    self.waits.wait(*wait).await;
                }
                // An idle connection may have died unnoticed; nothing of a response has arrived yet.
                Failure::NotConnected(_)
                | Failure::Interrupted
                | Failure::Refused(Refusal { status: 408 | 425 | 502..=504, .. })
                    if error.is_retryable() =>
                {
                    let Some(delay) = delays.next() else { return Err(error) };
                    tokio::time::sleep(delay).await;
                }
                _ => return Err(error),
            }
        }
    }

    /// Sends a read that is not worth repeating, nor waiting for.
    pub(crate) async fn get_once(&self, operation: Operation, url: &Url) -> Result<Response, Error> {
        self.send(operation, self.authorized(self.http.get(url.clone()))).await
    }

    /// Sends a write, exactly once.
    pub(crate) async fn write(
        &self,
        operation: Operation,
        method: Method,
        url: Url,
        body: Option<&impl Serialize>,
    ) -> Result<Response, Error> {
        let mut request = self.authorized(self.http.request(method, url));
        if let Some(body) = body {
            let body = serde_json::to_vec(body).map_err(|_| {
                Error::new(operation, Failure::InvalidRequest("the request cannot be written as JSON"))
            })?;
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        self.send(operation, request).await
    }

    /// Reads a response that is small by nature.
    pub(crate) async fn read<T: serde::de::DeserializeOwned>(
        &self,
        operation: Operation,
        response: Response,
    ) -> Result<T, Error> {
        read_whole(operation, response, self.timeouts).await
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        let (name, value) = &self.credential;
        request.header(name, value.clone())
    }

    /// The head of a successful response; the body is still to come.
    async fn send(&self, operation: Operation, request: RequestBuilder) -> Result<Response, Error> {
        let failed = |failure| Err(Error::new(operation, failure));
        let handshakes = self.handshakes.begun();
        let request = request.header(ACCEPT, "application/json").header(ACCEPT_ENCODING, "identity");
        let response = match tokio::time::timeout(self.timeouts.response, request.send()).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) => {
                let connected = self.handshakes.begun() > handshakes;
                let via = self.route.proxy().map(|proxy| Via { proxy, connected });
                let asked_for_certificate = self.handshakes.asked_for_certificate();
                return Err(Error::from_transport(operation, &error, via, asked_for_certificate));
            }
            Err(_) => return failed(Failure::TimedOut),
        };
        self.clock.read(response.headers());
        let status = response.status();
        if status.is_redirection() {
            return failed(Failure::Redirected { status: status.as_u16() });
        }
        if !status.is_success() {
            let refusal = Refusal::read(response, &self.secrets).await;
            // Some web servers let everyone connect, and refuse the request (nginx: 400).
            if self.handshakes.asked_for_certificate()
                && refusal.responder == Responder::Other
                && matches!(refusal.status, 400 | 495 | 496)
            {
                return failed(Failure::NotConnected(ConnectFailure::Tls(TlsFailure::ClientCertificate)));
            }
            return failed(Failure::Refused(refusal));
        }
        if is_web_page(&response) { failed(Failure::NotTheApi) } else { Ok(response) }
    }
}

type Connector = (reqwest::Client, Arc<Route>, Handshakes);

fn connect(server: &Server, network: &Network, timeouts: Timeouts) -> Result<Connector, ClientError> {
    let route = network.route_to(server)?;
    let handshakes = Handshakes::default();
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("calyptia-tokens/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // Whatever resolves names elsewhere, this name is this computer's. The ports are those of the URL.
        .resolve_to_addrs("localhost", &[(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()])
        .retry(reqwest::retry::never())
        .http2_keep_alive_interval(HTTP2_PING)
        .http2_keep_alive_timeout(HTTP2_PING)
        .http2_keep_alive_while_idle(true)
        .tls_backend_preconfigured(tls::config(server, network, &handshakes)?)
        // The route is chosen once, here, so that errors can name the proxy.
        .no_proxy();
    if let Some(proxy) = route.to_reqwest()? {
        http = http.proxy(proxy);
    }
    let http = http.build().map_err(|_| ClientError::Tls)?;
    Ok((http, Arc::new(route), handshakes))
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.server).finish_non_exhaustive()
    }
}

fn is_web_page(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("text/html")
}
