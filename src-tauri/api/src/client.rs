//! The one HTTP client every call goes through: its timeouts, its retries, and how an answer becomes a value or an
//! error.

use std::{fmt, sync::Arc, time::Duration};

use backon::{BackoffBuilder as _, ExponentialBuilder};
use reqwest::{
    Method, RequestBuilder, Response,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    BearerToken, Network, RetryAfterWaits, Server, Timeouts,
    body::{read_start, read_whole},
    clock::Clock,
    error::{Error, Failure, Operation, clean_message},
    network::Route,
    retry_after::retry_after,
};

/// How often a read is tried again after a passing failure.
const RETRIES: usize = 2;
/// The longest pause a server may ask for.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// How often a connection of HTTP/2 that carries a request is tried, and how long it may take to answer.
const HTTP2_PING: Duration = Duration::from_secs(10);
/// Most bytes of an error's body that are looked at.
const MAX_ERROR_BYTES: u64 = 16 * 1024;
/// How long an error's body is waited for: its status is here already.
const ERROR_BODY_LIMITS: Timeouts =
    Timeouts { connect: Duration::ZERO, idle: Duration::from_secs(1), answer: Duration::from_secs(2) };

/// A client for one server with one user's credential. Cheap to clone; every clone shares the connections.
///
/// Dropping the future of a call aborts its request.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    server: Server,
    authorization: HeaderValue,
    secret: SecretString,
    route: Option<Arc<Route>>,
    timeouts: Timeouts,
    waits: RetryAfterWaits,
    clock: Clock,
}

/// How a client works. The defaults are what most people need.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which way requests take.
    pub network: Network,
    /// How long they may take.
    pub timeouts: Timeouts,
    /// Where it can be seen that a server asked for a pause.
    pub waits: RetryAfterWaits,
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Health {
    /// Its version, in its own words.
    #[serde(default)]
    pub version: Option<String>,
}

impl Client {
    /// Prepares a client with the default [`Options`]. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::InvalidRequest`] if the system's TLS or proxy settings cannot be used.
    pub fn new(server: Server, bearer: BearerToken) -> Result<Self, Error> {
        Self::with_options(server, bearer, Options::default())
    }

    /// Prepares a client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::InvalidRequest`] if the system's TLS or proxy settings cannot be used.
    pub fn with_options(server: Server, bearer: BearerToken, options: Options) -> Result<Self, Error> {
        let Options { network, timeouts, waits } = options;
        let authorization = bearer.header().ok_or_else(|| {
            Failure::InvalidRequest("the credential does not fit in a header").during(Operation::Health)
        })?;
        let route = Route::to(&server, &network.proxy);
        let http = http_client(&server, &network, route.as_ref(), timeouts)?;
        let secret = bearer.secret().clone();
        let (route, clock) = (route.map(Arc::new), Clock::default());
        Ok(Self { http, server, authorization, secret, route, timeouts, waits, clock })
    }

    /// The same client on another network.
    ///
    /// # Errors
    /// [`Failure::InvalidRequest`] if the system's TLS or proxy settings cannot be used.
    pub fn with_network(&self, network: &Network) -> Result<Self, Error> {
        let route = Route::to(&self.server, &network.proxy);
        let http = http_client(&self.server, network, route.as_ref(), self.timeouts)?;
        Ok(Self { http, route: route.map(Arc::new), ..self.clone() })
    }

    /// The server this client talks to.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Host and port of the proxy that requests go through, if there is one.
    #[must_use]
    pub fn proxy(&self) -> Option<String> {
        self.route.as_deref().map(Route::name)
    }

    /// By how many seconds the server's clock was ahead of this computer's at its last answer; negative if it was
    /// behind. `None` while no answer has told. A second or two mean nothing.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        self.clock.offset()
    }

    /// Asks the server once whether it is well. Needs no credential and sends none.
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn health(&self) -> Result<Health, Error> {
        let operation = Operation::Health;
        let url = self.url(operation, &["healthz"])?;
        let answer = self.send(operation, self.http.get(url)).await?;
        self.read(operation, answer).await
    }

    pub(crate) fn url(&self, operation: Operation, segments: &[&str]) -> Result<Url, Error> {
        self.server
            .endpoint(segments)
            .ok_or_else(|| Failure::InvalidRequest("this id cannot stand in an address").during(operation))
    }

    pub(crate) fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// Reads, trying again after failures that pass: a few times in short order, and once after a pause that the
    /// server asked for.
    pub(crate) async fn get(&self, operation: Operation, url: &Url) -> Result<Response, Error> {
        let mut delays = ExponentialBuilder::default()
            .with_min_delay(Duration::from_millis(200))
            .with_max_times(RETRIES)
            .with_jitter()
            .build();
        let mut paused = false;
        loop {
            let request = self.http.get(url.clone());
            let error = match self.send(operation, self.authorized(request)).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            match &error.failure {
                Failure::Refused { status: 429 | 503, retry_after: Some(seconds), .. } => {
                    let pause = Duration::from_secs(*seconds);
                    if paused || pause > LONGEST_PAUSE {
                        return Err(error);
                    }
                    paused = true;
                    self.waits.wait(pause).await;
                }
                // A connection kept from before may have died unnoticed; no byte of an answer is here yet.
                Failure::NotConnected(_)
                | Failure::Interrupted
                | Failure::Refused { status: 502..=504, .. }
                    if error.is_retryable() =>
                {
                    let Some(delay) = delays.next() else { return Err(error) };
                    tokio::time::sleep(delay).await;
                }
                _ => return Err(error),
            }
        }
    }

    /// Writes, exactly once.
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
                Failure::InvalidRequest("the request cannot be written as JSON").during(operation)
            })?;
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        self.send(operation, request).await
    }

    /// Reads an answer that is small by nature.
    pub(crate) async fn read<T: serde::de::DeserializeOwned>(
        &self,
        operation: Operation,
        answer: Response,
    ) -> Result<T, Error> {
        read_whole(answer, self.timeouts).await.map_err(|failure| failure.during(operation))
    }

    fn authorized(&self, request: RequestBuilder) -> RequestBuilder {
        request.header(AUTHORIZATION, self.authorization.clone())
    }

    async fn send(&self, operation: Operation, request: RequestBuilder) -> Result<Response, Error> {
        self.answer(request).await.map_err(|failure| failure.during(operation))
    }

    async fn answer(&self, request: RequestBuilder) -> Result<Response, Failure> {
        let sending = request.header(ACCEPT, "application/json").send();
        let answer = tokio::time::timeout(self.timeouts.answer, sending)
            .await
            .map_err(|_| Failure::TimedOut)?
            .map_err(|error| Failure::from_transport(&error, self.route.as_deref()))?;
        self.clock.read(answer.headers());
        let status = answer.status();
        if status.is_redirection() {
            return Err(Failure::Redirected { status: status.as_u16() });
        }
        if !status.is_success() {
            return Err(self.refused(answer).await);
        }
        if is_web_page(&answer) { Err(Failure::NotTheApi) } else { Ok(answer) }
    }

    /// An error's status always survives, whatever the body is.
    async fn refused(&self, answer: Response) -> Failure {
        #[derive(Deserialize)]
        struct Body {
            error: String,
        }

        let status = answer.status().as_u16();
        let retry_after = retry_after(answer.headers()).map(|wait| wait.as_secs());
        let body = read_start(answer, ERROR_BODY_LIMITS, MAX_ERROR_BYTES).await;
        let message = serde_json::from_slice::<Body>(&body)
            .ok()
            .and_then(|body| clean_message(&body.error, self.secret.expose_secret()));
        Failure::Refused { status, message, retry_after }
    }
}

fn http_client(
    server: &Server,
    network: &Network,
    route: Option<&Route>,
    timeouts: Timeouts,
) -> Result<reqwest::Client, Error> {
    let failed = |_| {
        Failure::InvalidRequest("the system's TLS or proxy settings cannot be used").during(Operation::Health)
    };
    // Only the first call installs it; a provider that is there already serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut http = reqwest::Client::builder()
        .user_agent(concat!("calyptia-tokens/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(timeouts.connect)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        // A connection that died while the computer slept is found out before a request is lost on it.
        .http2_keep_alive_interval(HTTP2_PING)
        .http2_keep_alive_timeout(HTTP2_PING)
        .http2_keep_alive_while_idle(true)
        // The route is found once, here, so that errors can name it.
        .no_proxy();
    if let Some(route) = route {
        http = http.proxy(route.for_requests().map_err(failed)?);
    }
    http = match &network.extra_certificates {
        // Reading the platform's certificates takes its time, and a system may have none.
        _ if !server.is_encrypted() => http.tls_certs_only([]),
        Some(extra) => http.tls_certs_merge(extra.for_requests().map_err(failed)?),
        None => http,
    };
    http.build().map_err(failed)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.server).finish_non_exhaustive()
    }
}

fn is_web_page(answer: &Response) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("text/html")
}
