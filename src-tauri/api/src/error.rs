//! What can go wrong with a call, told apart by what a caller can do about it. No error holds a body or a secret.

use std::fmt;

use crate::network::Route;

/// A call that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {failure}")]
pub struct Error {
    /// What was attempted.
    pub operation: Operation,
    /// How it failed.
    pub failure: Failure,
}

/// The calls this client makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// `GET /healthz`
    Health,
    /// `GET /v1/projects`
    ListProjects,
    /// `GET /v1/projects/{projectID}/tokens`
    ListTokens,
    /// `POST /v1/projects/{projectID}/tokens`
    CreateToken,
    /// `GET /v1/project_tokens/{tokenID}`
    GetToken,
    /// `PATCH /v1/project_tokens/{tokenID}`
    UpdateToken,
    /// `DELETE /v1/project_tokens/{tokenID}`
    DeleteToken,
}

/// The ways a call fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The request cannot be made from what was given. Never sent.
    #[error("{0}")]
    InvalidRequest(&'static str),
    /// No connection was made. Never sent.
    #[error("{0}")]
    NotConnected(ConnectFailure),
    /// The server did not answer, or stopped in the middle, within the time allowed.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection broke after the request was on its way.
    #[error("the connection broke before the answer was complete")]
    Interrupted,
    /// What came back is not HTTP, or its head is larger than any.
    #[error("the answer is not HTTP")]
    NotHttp,
    /// The server answered with an error.
    #[error("the server answered {status}{}", message.as_ref().map(|m| format!(": {m}")).unwrap_or_default())]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's own short message, cleaned: one line, no control characters, nothing that could be a
        /// credential.
        message: Option<String>,
        /// Seconds the server asked to wait, from `Retry-After`.
        retry_after: Option<u64>,
    },
    /// The server answered with a redirect, which a credential does not follow.
    #[error("the server redirects elsewhere (status {status})")]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// A web page came instead of the API's JSON.
    #[error("the answer is a web page, not the API")]
    NotTheApi,
    /// The answer is not what the API documents.
    #[error("{0}")]
    Undecodable(DecodeError),
    /// The answer is larger than anything the API has to say.
    #[error("the answer is too large")]
    TooLarge,
    /// The pages of a list do not lead to its end.
    #[error("the list is not whole: {0}")]
    Pagination(PaginationFailure),
}

/// Why there was no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The host's name is unknown.
    #[error("the server's name could not be found")]
    Dns,
    /// Nothing listens there.
    #[error("the server refused the connection")]
    Refused,
    /// Nothing answered in time.
    #[error("no connection within the time allowed")]
    TimedOut,
    /// The server could not prove who it is.
    #[error("no secure connection: {0}")]
    Tls(TlsFailure),
    /// What listens there does not speak TLS.
    #[error("no secure connection: the answer is not TLS")]
    NotTls,
    /// The proxy, by host and port, cannot be reached.
    #[error("the proxy {0} cannot be reached")]
    ProxyUnreachable(String),
    /// The proxy, by host and port, asks for a user name and password, or does not let the request through.
    #[error("the proxy {0} does not let the request through")]
    ProxyRefused(String),
    /// Anything else.
    #[error("no connection to the server")]
    Other,
}

/// Why a server was not trusted. Nothing was sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFailure {
    /// The certificate's time is over, or has not begun.
    #[error("its certificate is not valid at this time")]
    Expired,
    /// The certificate is for another host.
    #[error("its certificate is for another host")]
    WrongHost,
    /// Nobody that is trusted here vouches for the certificate; self-signed ones are among these.
    #[error("its certificate is from an unknown issuer")]
    UnknownIssuer,
    /// The certificate was taken back.
    #[error("its certificate was revoked")]
    Revoked,
    /// It speaks only versions or ciphers that are no longer safe.
    #[error("it speaks only outdated encryption")]
    OldProtocol,
    /// Anything else.
    #[error("its certificate was not accepted")]
    Other,
}

/// Why the pages of a list do not lead to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PaginationFailure {
    /// The next page is one that was read already.
    #[error("its pages go round in circles")]
    Cycle,
    /// The next page is on another server, or is another resource.
    #[error("its next page is somewhere else")]
    ForeignLink,
    /// There are several next pages.
    #[error("it names more than one next page")]
    Ambiguous,
    /// There is a next page that cannot be asked for.
    #[error("its next page cannot be read")]
    Unreadable,
    /// A page without entries says that more follow.
    #[error("a page is empty although more are to come")]
    EmptyPage,
    /// There are more pages or entries than any list has.
    #[error("it has no end")]
    Endless,
}

/// Where an answer stops making sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer could not be read: {what} ({}byte {byte})", element.map(|n| format!("entry {n}, ")).unwrap_or_default())]
pub struct DecodeError {
    /// What is wrong, in words that quote nothing.
    pub what: &'static str,
    /// In which entry of the list, counted from 1.
    pub element: Option<usize>,
    /// How many bytes into the body.
    pub byte: u64,
}

impl Operation {
    /// Whether doing it twice differs from doing it once.
    #[must_use]
    pub fn changes_something(self) -> bool {
        matches!(self, Self::CreateToken | Self::UpdateToken | Self::DeleteToken)
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Health => "health",
            Self::ListProjects => "list projects",
            Self::ListTokens => "list tokens",
            Self::CreateToken => "create token",
            Self::GetToken => "get token",
            Self::UpdateToken => "update token",
            Self::DeleteToken => "delete token",
        })
    }
}

impl Error {
    /// Whether the API itself said that what was asked for is not there, or no longer. A 404 in other words is somebody
    /// else's: of a proxy, or of a server at the wrong address.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(&self.failure, Failure::Refused { status: 404 | 410, message: Some(_), .. })
    }

    /// The HTTP status, where there was an answer with an error.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self.failure {
            Failure::Refused { status, .. } | Failure::Redirected { status } => Some(status),
            _ => None,
        }
    }

    /// Whether the server may have done what was asked although the answer did not arrive.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.operation.changes_something()
            && match &self.failure {
                Failure::InvalidRequest(_) | Failure::NotConnected(_) => false,
                Failure::Refused { status, .. } => *status >= 500,
                // "See Other" is what some servers say once it is done.
                Failure::Redirected { status } => *status == 303,
                Failure::TimedOut
                | Failure::Interrupted
                | Failure::NotHttp
                | Failure::NotTheApi
                | Failure::Undecodable(_)
                | Failure::TooLarge
                | Failure::Pagination(_) => true,
            }
    }

    /// Whether the same call may succeed a little later, and repeating it does no harm.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !self.outcome_unknown()
            && match &self.failure {
                Failure::NotConnected(failure) => {
                    !matches!(failure, ConnectFailure::Tls(_) | ConnectFailure::NotTls)
                }
                Failure::TimedOut | Failure::Interrupted | Failure::Pagination(_) => true,
                Failure::Refused { status, .. } => matches!(status, 429 | 500 | 502 | 503 | 504),
                _ => false,
            }
    }
}

impl Failure {
    pub(crate) fn during(self, operation: Operation) -> Error {
        Error { operation, failure: self }
    }

    /// Reads the chain of causes for the kind of failure. Only their types and kinds are looked at: their texts may
    /// hold addresses with passwords in them.
    pub(crate) fn from_transport(error: &reqwest::Error, route: Option<&Route>) -> Self {
        if error.is_connect() {
            return Self::NotConnected(ConnectFailure::from_transport(error, route));
        }
        if error.is_builder() {
            return Self::InvalidRequest("the request could not be built");
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let unreadable = |error: &hyper::Error| error.is_parse();
        if causes(error).filter_map(|cause| cause.downcast_ref()).any(unreadable) {
            return Self::NotHttp;
        }
        Self::Interrupted
    }
}

impl ConnectFailure {
    fn from_transport(error: &reqwest::Error, route: Option<&Route>) -> Self {
        if let Some(failure) = causes(error).find_map(tls_failure) {
            return failure;
        }
        // With a proxy in between, all that is left concerns it: the server's name is its to find.
        if let Some(route) = route {
            // The tunnel's error type is not public; its texts are constants.
            let refused = causes(error).any(|cause| {
                matches!(
                    cause.to_string().as_str(),
                    "tunnel error: proxy authorization required" | "tunnel error: unsuccessful"
                )
            });
            return if refused {
                Self::ProxyRefused(route.name())
            } else {
                Self::ProxyUnreachable(route.name())
            };
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        if error.is_dns() {
            return Self::Dns;
        }
        let kinds = causes(error).filter_map(|cause| Some(cause.downcast_ref::<std::io::Error>()?.kind()));
        kinds
            .filter_map(|kind| match kind {
                std::io::ErrorKind::ConnectionRefused => Some(Self::Refused),
                std::io::ErrorKind::TimedOut => Some(Self::TimedOut),
                _ => None,
            })
            .next()
            .unwrap_or(Self::Other)
    }
}

fn tls_failure(cause: &Cause) -> Option<ConnectFailure> {
    use rustls::{AlertDescription, CertificateError as Certificate, Error};

    let failure = match cause.downcast_ref::<Error>()? {
        Error::InvalidCertificate(certificate) => match certificate {
            Certificate::Expired
            | Certificate::ExpiredContext { .. }
            | Certificate::NotValidYet
            | Certificate::NotValidYetContext { .. } => TlsFailure::Expired,
            Certificate::NotValidForName | Certificate::NotValidForNameContext { .. } => {
                TlsFailure::WrongHost
            }
            Certificate::UnknownIssuer => TlsFailure::UnknownIssuer,
            // Self-signed, and by its own words an authority: what most tools make. The type of this error is not
            // public here; its text is a constant.
            Certificate::Other(other) if other.to_string() == "CaUsedAsEndEntity" => {
                TlsFailure::UnknownIssuer
            }
            Certificate::Revoked => TlsFailure::Revoked,
            _ => TlsFailure::Other,
        },
        Error::PeerIncompatible(_)
        | Error::AlertReceived(AlertDescription::ProtocolVersion | AlertDescription::HandshakeFailure) => {
            TlsFailure::OldProtocol
        }
        Error::InvalidMessage(_) => return Some(ConnectFailure::NotTls),
        _ => TlsFailure::Other,
    };
    Some(ConnectFailure::Tls(failure))
}

type Cause = dyn std::error::Error + 'static;

fn causes(error: &Cause) -> impl Iterator<Item = &Cause> {
    std::iter::successors(Some(error), |error| {
        // An `io::Error` hides what it wraps from `source`, and often enough it wraps another one.
        match error.downcast_ref().and_then(std::io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &Cause),
            None => error.source(),
        }
    })
}

/// The server's message, made fit to show: one line of at most 200 characters, and none at all if it holds `secret`
/// or a run of characters that is long enough to be a credential (ids have 36).
pub(crate) fn clean_message(message: &str, secret: &str) -> Option<String> {
    const LONGEST_WORD: usize = 40;
    if message.contains(secret) {
        return None;
    }
    let is_token_character = |c: char| c.is_ascii_alphanumeric() || "-_.+/=".contains(c);
    if message.split(|c| !is_token_character(c)).any(|word| word.len() > LONGEST_WORD) {
        return None;
    }
    let line: String = message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_clean_line_without_credentials() {
        assert_eq!(clean_message("token name taken", "opaque").as_deref(), Some("token name taken"));
        assert_eq!(clean_message("a\nb\u{1b}[0m", "opaque").as_deref(), Some("a b [0m"));
        assert!(clean_message("5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10 gone", "opaque").is_some());
        assert_eq!(clean_message(&format!("bad token {}", "eyJhbGciOi".repeat(8)), "opaque"), None);
        assert_eq!(clean_message("unknown credential opaque", "opaque"), None);
        assert_eq!(clean_message(" \n ", "opaque"), None);
        assert_eq!(clean_message(&"ab ".repeat(1000), "opaque").map(|m| m.len() <= 200), Some(true));
    }

    #[test]
    fn only_a_create_whose_answer_is_lost_may_have_happened() {
        let lost = [Failure::TimedOut, Failure::Interrupted, Failure::TooLarge, Failure::NotTheApi];
        for failure in lost {
            assert!(failure.clone().during(Operation::CreateToken).outcome_unknown(), "{failure}");
            assert!(!failure.clone().during(Operation::CreateToken).is_retryable(), "{failure}");
            assert!(!failure.during(Operation::ListTokens).outcome_unknown());
        }
        for failure in [
            Failure::NotConnected(ConnectFailure::Refused),
            Failure::Refused { status: 409, message: None, retry_after: None },
            Failure::Redirected { status: 302 },
        ] {
            assert!(!failure.during(Operation::CreateToken).outcome_unknown());
        }
    }
}
