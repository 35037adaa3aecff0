//! A call that failed: what was attempted, how it failed, and what a caller can do about it. No error holds a body, an
//! address or a secret.

use std::{fmt, io, time::Duration};

use crate::{ConnectFailure, Failure, Reason, Refusal};

/// A call that failed.
///
/// `Display` and `Debug` are fit for logs: they contain nothing that a server wrote. The server's own message is in
/// [`Refusal::message`]. [`source`](std::error::Error::source) is a [`Cause`] where the system named one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{operation}: {failure}")]
#[non_exhaustive]
pub struct Error {
    /// What was attempted.
    pub operation: Operation,
    /// How it failed.
    pub failure: Failure,
    #[source]
    cause: Option<Cause>,
}

/// The kind of input or output error behind a failed call. The text of the original error is dropped, as it may contain
/// addresses with passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Cause(io::ErrorKind);

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
    /// `GET /v1/projects/{projectID}/audit_logs`
    AuditLog,
    /// `GET /v1/projects/{projectID}/fleets`
    ListFleets,
}

impl Operation {
    /// Whether the call writes: repeating it is not the same as doing it once.
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
            Self::AuditLog => "audit log",
            Self::ListFleets => "list fleets",
        })
    }
}

impl Cause {
    pub(crate) fn new(kind: io::ErrorKind) -> Self {
        Self(kind)
    }

    /// The kind of the original error.
    #[must_use]
    pub fn kind(&self) -> io::ErrorKind {
        self.0
    }
}

impl Error {
    /// An error without a [`Cause`]. Callers' tests need it; the client makes its own.
    #[must_use]
    pub fn new(operation: Operation, failure: Failure) -> Self {
        Self { operation, failure, cause: None }
    }

    pub(crate) fn with_cause(operation: Operation, failure: Failure, cause: Option<Cause>) -> Self {
        Self { operation, failure, cause }
    }

    /// Whether the API itself said that the token does not exist, or no longer. Any other 404 or 410 comes from something
    /// else: a gateway, a server at the wrong address, or a project that is unknown.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(
            &self.failure,
            Failure::Refused(Refusal {
                status: 404 | 410,
                reason: Some(Reason::TokenNotFound | Reason::TokenGone),
                ..
            })
        )
    }

    /// The HTTP status of an error or a redirect.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.failure {
            Failure::Refused(Refusal { status, .. }) | Failure::Redirected { status } => Some(*status),
            _ => None,
        }
    }

    /// How long the server asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        match &self.failure {
            Failure::Refused(Refusal { retry_after, .. }) => *retry_after,
            _ => None,
        }
    }

    /// Whether the server may have done what was asked, although no response says so. Only writes have such an outcome.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.operation.changes_something()
            && match &self.failure {
                Failure::InvalidRequest(_) | Failure::NotConnected(_) => false,
                // A server or gateway that gave up waiting (408) may already have passed the request on.
                Failure::Refused(Refusal { status, .. }) => *status == 408 || *status >= 500,
                // Many frameworks send these after a form was processed. 307 and 308 ask for the same request at another
                // address, so it was not processed.
                Failure::Redirected { status } => matches!(status, 301..=303),
                Failure::TimedOut
                | Failure::Interrupted
                | Failure::NotHttp
                | Failure::NotTheApi
                | Failure::Undecodable(_)
                | Failure::TooLarge
                | Failure::Pagination(_) => true,
            }
    }

    /// Whether the same call may succeed a little later, and repeating it is safe.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        !self.outcome_unknown()
            && match &self.failure {
                Failure::NotConnected(failure) => {
                    !matches!(failure, ConnectFailure::Tls(_) | ConnectFailure::NotTls)
                }
                Failure::TimedOut | Failure::Interrupted | Failure::Pagination(_) => true,
                Failure::Refused(Refusal { status, .. }) => {
                    matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504)
                }
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Responder;

    const WRITES: [Operation; 3] = [Operation::CreateToken, Operation::UpdateToken, Operation::DeleteToken];

    fn refused(status: u16) -> Failure {
        let responder = Responder::Other;
        Failure::Refused(Refusal { status, reason: None, responder, message: None, retry_after: None })
    }

    #[test]
    fn a_write_without_a_usable_response_has_an_unknown_outcome_and_a_read_never_has() {
        let lost = [Failure::TimedOut, Failure::Interrupted, Failure::TooLarge, Failure::NotTheApi];
        let statuses = [408, 500, 501, 502, 503, 504].map(refused);
        let redirects = [301, 302, 303].map(|status| Failure::Redirected { status });
        for failure in lost.into_iter().chain(statuses).chain(redirects) {
            for write in WRITES {
                let error = Error::new(write, failure.clone());
                assert!(error.outcome_unknown() && !error.is_retryable(), "{error}");
            }
            assert!(!Error::new(Operation::ListTokens, failure).outcome_unknown());
        }
    }

    #[test]
    fn a_write_that_was_refused_or_never_sent_was_not_done() {
        let refusals = [400, 401, 403, 404, 409, 410, 422, 425, 429].map(refused);
        let redirects = [307, 308].map(|status| Failure::Redirected { status });
        let never_sent =
            [Failure::NotConnected(ConnectFailure::Refused), Failure::InvalidRequest("not a request")];
        for failure in refusals.into_iter().chain(redirects).chain(never_sent) {
            for write in WRITES {
                let error = Error::new(write, failure.clone());
                assert!(!error.outcome_unknown(), "{error}");
            }
        }
    }

    #[test]
    fn a_passing_refusal_is_retryable_and_another_is_not() {
        for status in 400..600 {
            let passes = matches!(status, 408 | 425 | 429 | 500 | 502 | 503 | 504);
            assert_eq!(Error::new(Operation::GetToken, refused(status)).is_retryable(), passes, "{status}");
        }
    }

    #[test]
    fn the_source_is_the_kind_of_the_cause_and_nothing_else() {
        let cause = Cause::new(io::ErrorKind::ConnectionReset);
        let error = Error::with_cause(Operation::Health, Failure::Interrupted, Some(cause));
        let source = std::error::Error::source(&error).expect("a cause");
        assert_eq!(source.downcast_ref::<Cause>().map(Cause::kind), Some(io::ErrorKind::ConnectionReset));
        assert_eq!(source.to_string(), "connection reset");
        assert!(std::error::Error::source(&Error::new(Operation::Health, Failure::Interrupted)).is_none());
    }
}
