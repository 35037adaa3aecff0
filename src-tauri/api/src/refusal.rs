//! An error status, as the API documents it, or as a gateway in front of it words it.

use std::{fmt, time::Duration};

use reqwest::Response;
use serde::Deserialize;

use crate::{
    Timeouts, body::read_start, error_body::secrets_in, message::clean_message, retry_after::retry_after,
    secrets::Secrets,
};

/// How many bytes of an error's body are looked at.
const MAX_BODY_BYTES: u64 = 16 * 1024;
/// Short limits for an error's body: its status has arrived, and is what counts.
const BODY_TIMEOUTS: Timeouts = Timeouts {
    connect: Duration::ZERO,
    response: Duration::ZERO,
    read: Duration::from_secs(1),
    body: Duration::from_secs(2),
};

/// A response with an error status.
///
/// `Display` and `Debug` leave out [`message`](Self::message), so that no server text reaches a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Which documented error it is; `None` for any other wording.
    pub reason: Option<Reason>,
    /// Who responded.
    pub responder: Responder,
    /// The server's own message, to be shown as it is: one line of at most 200 characters, without control characters and
    /// invisible ones. `None` if it has 12 letters and digits in a row in common with the bearer token, with a token's value
    /// that the response carries or that the client has read and somebody still holds, or if it has anything else that could
    /// be a credential.
    pub message: Option<String>,
    /// How long the server asks to wait (`Retry-After`).
    pub retry_after: Option<Duration>,
}

/// Who responded with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Responder {
    /// The API: the body is a JSON object with a string `error`.
    Api,
    /// Something else: a gateway, a proxy, a firewall, or a server that does not have this API.
    Other,
}

/// The errors that the API documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// `invalid token ID`
    InvalidTokenId,
    /// `invalid token name`
    InvalidTokenName,
    /// `invalid permission`
    InvalidPermission,
    /// `duplicate permission`
    DuplicatePermission,
    /// `invalid project ID`
    InvalidProjectId,
    /// `decode cursor`
    DecodeCursor,
    /// `unauthenticated`
    Unauthenticated,
    /// `invalid token`
    InvalidToken,
    /// `email not verified`
    EmailNotVerified,
    /// `permission denied`
    PermissionDenied,
    /// `token not found`
    TokenNotFound,
    /// `project not found`
    ProjectNotFound,
    /// `token name taken`
    TokenNameTaken,
    /// `token gone`
    TokenGone,
    /// `unavailable`
    Unavailable,
}

impl Reason {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::InvalidTokenId,
        Self::InvalidTokenName,
        Self::InvalidPermission,
        Self::DuplicatePermission,
        Self::InvalidProjectId,
        Self::DecodeCursor,
        Self::Unauthenticated,
        Self::InvalidToken,
        Self::EmailNotVerified,
        Self::PermissionDenied,
        Self::TokenNotFound,
        Self::ProjectNotFound,
        Self::TokenNameTaken,
        Self::TokenGone,
        Self::Unavailable,
    ];

    /// As the API writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidTokenId => "invalid token ID",
            Self::InvalidTokenName => "invalid token name",
            Self::InvalidPermission => "invalid permission",
            Self::DuplicatePermission => "duplicate permission",
            Self::InvalidProjectId => "invalid project ID",
            Self::DecodeCursor => "decode cursor",
            Self::Unauthenticated => "unauthenticated",
            Self::InvalidToken => "invalid token",
            Self::EmailNotVerified => "email not verified",
            Self::PermissionDenied => "permission denied",
            Self::TokenNotFound => "token not found",
            Self::ProjectNotFound => "project not found",
            Self::TokenNameTaken => "token name taken",
            Self::TokenGone => "token gone",
            Self::Unavailable => "unavailable",
        }
    }

    /// Only the exact text: other servers word other errors similarly.
    fn of(error: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == error)
    }
}

impl Refusal {
    /// Reads the body of a response with an error status. The status survives whatever the body is. No message is kept
    /// that gives away one of the `secrets`.
    pub(crate) async fn read(response: Response, secrets: &Secrets) -> Self {
        #[derive(Deserialize)]
        struct Body {
            error: String,
        }

        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let body = read_start(response, BODY_TIMEOUTS, MAX_BODY_BYTES).await;
        // Serde would also read an array as this struct.
        let is_object = body.trim_ascii_start().starts_with(b"{");
        let error = serde_json::from_slice::<Body>(&body).ok().filter(|_| is_object).map(|body| body.error);
        Self {
            status,
            reason: error.as_deref().and_then(Reason::of),
            responder: if error.is_some() { Responder::Api } else { Responder::Other },
            message: error.and_then(|error| clean_message(&error, secrets, &secrets_in(&body)?)),
            retry_after,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the server responded with status {}", self.status)?;
        match self.reason {
            Some(reason) => write!(f, ": {reason}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Refusal")
            .field("status", &self.status)
            .field("reason", &self.reason)
            .field("responder", &self.responder)
            .field("retry_after", &self.retry_after)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_recognized_by_its_exact_text() {
        for reason in Reason::ALL {
            assert_eq!(Reason::of(reason.as_str()), Some(reason));
            assert_eq!(Reason::of(&reason.as_str().to_uppercase()), None);
            assert_eq!(Reason::of(&format!("{reason} ")), None);
        }
        for other in ["", "not found", "Not Found", "token is used by 3 core instances"] {
            assert_eq!(Reason::of(other), None, "{other}");
        }
    }

    #[test]
    fn a_servers_own_text_is_neither_displayed_nor_debugged() {
        let refusal = Refusal {
            status: 409,
            reason: Some(Reason::TokenNameTaken),
            responder: Responder::Api,
            message: Some("canary".into()),
            retry_after: None,
        };
        assert_eq!(refusal.to_string(), "the server responded with status 409: token name taken");
        assert!(!format!("{refusal:?}").contains("canary"));
    }
}
