//! What can go wrong with a call, told apart by what a caller can do about it. No error holds a body or a secret.

use std::fmt;

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
}

/// The ways a call fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The request cannot be made from what was given. Never sent.
    #[error("{0}")]
    BadRequest(&'static str),
    /// No connection was made. Never sent.
    #[error("{0}")]
    NotConnected(ConnectFailure),
    /// The server did not answer, or stopped in the middle, within the time allowed.
    #[error("the server did not answer in time")]
    TimedOut,
    /// The connection broke after the request was on its way.
    #[error("the connection broke before the answer was complete")]
    Interrupted,
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
}

/// Why there was no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
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
    /// The certificate or the TLS version was not accepted.
    #[error("no secure connection: the server's certificate was not accepted")]
    Tls,
    /// Anything else.
    #[error("no connection to the server")]
    Other,
}

/// Where an answer stops making sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer could not be read: {what} (entry {element}, byte {byte})")]
pub struct DecodeError {
    /// What is wrong, in words that quote nothing.
    pub what: &'static str,
    /// How many list entries had been read, this one included.
    pub element: usize,
    /// How many bytes into the body.
    pub byte: u64,
}

impl Operation {
    /// Whether doing it twice differs from doing it once.
    #[must_use]
    pub fn changes_something(self) -> bool {
        matches!(self, Self::CreateToken)
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
        })
    }
}

impl Error {
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
    pub fn may_have_happened(&self) -> bool {
        self.operation.changes_something()
            && match &self.failure {
                Failure::BadRequest(_) | Failure::NotConnected(_) | Failure::Redirected { .. } => false,
                Failure::Refused { status, .. } => *status >= 500,
                Failure::TimedOut
                | Failure::Interrupted
                | Failure::NotTheApi
                | Failure::Undecodable(_)
                | Failure::TooLarge => true,
            }
    }

    /// Whether the same call may succeed a little later, and repeating it does no harm.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !self.may_have_happened()
            && match &self.failure {
                Failure::NotConnected(failure) => *failure != ConnectFailure::Tls,
                Failure::TimedOut | Failure::Interrupted => true,
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
    pub(crate) fn from_transport(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            return Self::NotConnected(ConnectFailure::from_transport(error));
        }
        if error.is_builder() {
            return Self::BadRequest("the request could not be built");
        }
        if error.is_timeout() {
            return Self::TimedOut;
        }
        Self::Interrupted
    }
}

impl ConnectFailure {
    fn from_transport(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        if error.is_dns() {
            return Self::Dns;
        }
        causes(error)
            .find_map(|cause| {
                if cause.is::<rustls::Error>() {
                    return Some(Self::Tls);
                }
                let io = cause.downcast_ref::<std::io::Error>()?;
                // An `io::Error` hides what it wraps from `source`.
                if io.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
                    return Some(Self::Tls);
                }
                match io.kind() {
                    std::io::ErrorKind::ConnectionRefused => Some(Self::Refused),
                    std::io::ErrorKind::TimedOut => Some(Self::TimedOut),
                    _ => None,
                }
            })
            .unwrap_or(Self::Other)
    }
}

fn causes<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> impl Iterator<Item = &'e (dyn std::error::Error + 'static)> {
    std::iter::successors(Some(error), |error| error.source())
}

/// The server's message, made fit to show: one line of at most 200 characters, and none at all if a run of
/// characters in it is long enough to be a credential (ids have 36).
pub(crate) fn clean_message(message: &str) -> Option<String> {
    const LONGEST_WORD: usize = 40;
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
        assert_eq!(clean_message("token name taken").as_deref(), Some("token name taken"));
        assert_eq!(clean_message("a\nb\u{1b}[0m").as_deref(), Some("a b [0m"));
        assert!(clean_message("5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10 gone").is_some());
        assert_eq!(clean_message(&format!("bad token {}", "eyJhbGciOi".repeat(8))), None);
        assert_eq!(clean_message(" \n "), None);
        assert_eq!(clean_message(&"ab ".repeat(1000)).map(|m| m.len() <= 200), Some(true));
    }

    #[test]
    fn only_a_create_whose_answer_is_lost_may_have_happened() {
        let lost = [Failure::TimedOut, Failure::Interrupted, Failure::TooLarge, Failure::NotTheApi];
        for failure in lost {
            assert!(failure.clone().during(Operation::CreateToken).may_have_happened(), "{failure}");
            assert!(!failure.clone().during(Operation::CreateToken).is_retryable(), "{failure}");
            assert!(!failure.during(Operation::ListTokens).may_have_happened());
        }
        for failure in [
            Failure::NotConnected(ConnectFailure::Refused),
            Failure::Refused { status: 409, message: None, retry_after: None },
            Failure::Redirected { status: 302 },
        ] {
            assert!(!failure.during(Operation::CreateToken).may_have_happened());
        }
    }
}
