//! The one HTTP client every call goes through: its limits, its retries, and how an answer becomes a value or an
//! error.

use std::{fmt, time::Duration};

use backon::{ExponentialBuilder, Retryable as _};
use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue, RETRY_AFTER},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use url::Url;
use zeroize::Zeroizing;

use crate::{
    Bearer, Server,
    error::{DecodeError, Error, Failure, Operation, clean_message},
    rows::what_is_wrong,
};

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a server may stay silent, before its answer or in the middle of it.
const IDLE_TIMEOUT: Duration = Duration::from_secs(20);
/// How long it may take until an answer begins, connecting included.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// How often a read is tried again after a passing failure.
const RETRIES: usize = 2;
/// The longest wait a server may ask for.
const MAX_RETRY_AFTER: u64 = 60;
/// Most bytes of an answer that is read whole.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
/// Most bytes of an error's body that are looked at.
const MAX_ERROR_BYTES: usize = 16 * 1024;

/// A client for one server with one user's credential. Cheap to clone; every clone shares the connections.
///
/// Dropping the future of a call aborts its request.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    server: Server,
    authorization: HeaderValue,
}

/// What a server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Health {
    /// Its version, in its own words.
    #[serde(default)]
    pub version: Option<String>,
}

impl Client {
    /// Prepares a client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`Failure::BadRequest`] if the system's TLS or proxy settings cannot be read.
    pub fn new(server: Server, bearer: Bearer) -> Result<Self, Error> {
        // Only the first call installs it; a provider that is there already serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut http = reqwest::Client::builder()
            .user_agent(concat!("calyptia-tokens/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(IDLE_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never());
        if server.is_loopback() {
            http = http.no_proxy();
        }
        let failed = |what| Failure::BadRequest(what).during(Operation::Health);
        let http = http.build().map_err(|_| failed("the system's TLS or proxy settings cannot be read"))?;
        let authorization =
            bearer.header().ok_or_else(|| failed("the credential does not fit in a header"))?;
        Ok(Self { http, server, authorization })
    }

    /// The server this client talks to.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Asks the server whether it is well. Needs no credential and sends none.
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn health(&self) -> Result<Health, Error> {
        let operation = Operation::Health;
        let url = self.url(operation, &["healthz"])?;
        let answer = self.send(operation, self.http.get(url)).await?;
        read_whole(operation, answer).await
    }

    pub(crate) fn url(&self, operation: Operation, segments: &[&str]) -> Result<Url, Error> {
        self.server
            .endpoint(segments)
            .ok_or_else(|| Failure::BadRequest("this id cannot stand in an address").during(operation))
    }

    /// Reads, trying again after failures that pass.
    pub(crate) async fn get(&self, operation: Operation, url: &Url) -> Result<Response, Error> {
        let once = || async {
            let request = self.http.get(url.clone()).header(AUTHORIZATION, self.authorization.clone());
            self.send(operation, request).await
        };
        once.retry(
            ExponentialBuilder::default()
                .with_min_delay(Duration::from_millis(200))
                .with_max_times(RETRIES)
                .with_jitter(),
        )
        .when(|error| error.is_retryable() && is_worth_a_retry(&error.failure))
        // No delay means that the tries are used up, whatever the server asks for.
        .adjust(|error, delay| match &error.failure {
            Failure::Refused { retry_after: Some(seconds), .. } if *seconds > MAX_RETRY_AFTER => None,
            Failure::Refused { retry_after: Some(seconds), .. } => {
                delay.map(|_| Duration::from_secs(*seconds))
            }
            _ => delay,
        })
        .await
    }

    /// Writes, exactly once.
    pub(crate) async fn post(
        &self,
        operation: Operation,
        url: Url,
        body: &impl Serialize,
    ) -> Result<Response, Error> {
        let body = serde_json::to_vec(body)
            .map_err(|_| Failure::BadRequest("the request cannot be written as JSON").during(operation))?;
        let request = self
            .http
            .request(Method::POST, url)
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        self.send(operation, request).await
    }

    async fn send(&self, operation: Operation, request: reqwest::RequestBuilder) -> Result<Response, Error> {
        let sending = request.header(ACCEPT, "application/json").send();
        let answer = match tokio::time::timeout(ANSWER_TIMEOUT, sending).await {
            Err(_) => return Err(Failure::TimedOut.during(operation)),
            Ok(Err(error)) => return Err(Failure::from_transport(&error).during(operation)),
            Ok(Ok(answer)) => answer,
        };
        let status = answer.status();
        if status.is_success() {
            return if is_web_page(&answer) { Err(Failure::NotTheApi.during(operation)) } else { Ok(answer) };
        }
        if status.is_redirection() {
            return Err(Failure::Redirected { status: status.as_u16() }.during(operation));
        }
        Err(refused(answer).await.during(operation))
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("server", &self.server).finish_non_exhaustive()
    }
}

/// Reads an answer that is small by nature.
pub(crate) async fn read_whole<T: DeserializeOwned>(
    operation: Operation,
    mut answer: Response,
) -> Result<T, Error> {
    let mut body = Zeroizing::new(Vec::new());
    while let Some(chunk) = answer.chunk().await.map_err(|e| Failure::from_transport(&e).during(operation))? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(Failure::TooLarge.during(operation));
        }
        body.extend_from_slice(&chunk);
    }
    serde_json::from_slice(&body).map_err(|error| {
        let place = DecodeError { what: what_is_wrong(&error), element: 1, byte: body.len() as u64 };
        Failure::Undecodable(place).during(operation)
    })
}

/// An error's status always survives, whatever the body is.
async fn refused(mut answer: Response) -> Failure {
    #[derive(Deserialize)]
    struct Body {
        error: String,
    }

    let status = answer.status().as_u16();
    let retry_after =
        answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        if body.len() + chunk.len() > MAX_ERROR_BYTES {
            break;
        }
        body.extend_from_slice(&chunk);
    }
    let message = serde_json::from_slice::<Body>(&body).ok().and_then(|body| clean_message(&body.error));
    Failure::Refused { status, message, retry_after }
}

fn is_web_page(answer: &Response) -> bool {
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("text/html")
}

/// Among the failures that may pass, those that a proxy or a restart causes. A timeout has cost its time already.
fn is_worth_a_retry(failure: &Failure) -> bool {
    match failure {
        Failure::NotConnected(_) => true,
        Failure::Refused { status, .. } => {
            *status == StatusCode::TOO_MANY_REQUESTS || matches!(status, 502..=504)
        }
        _ => false,
    }
}
