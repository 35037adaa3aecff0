//! What a failed command tells the page: a code from a closed list. The words a person reads stand in the page.

use calyptia_api::{
    BearerTokenError, CertificatesError, ConnectFailure, Error, Failure, Operation, ProxyError, ServerError,
    TlsFailure,
};
use calyptia_vault::VaultError;
use serde::Serialize;

use crate::keyring_help::install_command;

/// A failure, as it crosses to the page. Never holds a secret.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Problem {
    /// Which words to show.
    pub(crate) code: ErrorCode,
    /// The technical cause, in English.
    pub(crate) message: String,
    /// Whether trying again may help.
    pub(crate) retryable: bool,
    /// What the other side said of it: the server's own short message, or which package to install.
    pub(crate) detail: Option<String>,
    /// Seconds to wait before another try, where the server said so.
    pub(crate) retry_after: Option<u64>,
}

/// All the ways a command can fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum ErrorCode {
    BadServer,
    ServerNotEncrypted,
    ServerWithPassword,
    ServerWithQuery,
    BadBearer,
    BearerIsProjectToken,
    ClipboardEmpty,
    ClipboardUnavailable,
    Unauthenticated,
    PermissionDenied,
    NotFound,
    NameTaken,
    InvalidName,
    InvalidPermission,
    NothingTicked,
    RateLimited,
    ServerError,
    UnexpectedAnswer,
    TooLarge,
    ListIncomplete,
    NotTheApi,
    Redirected,
    Unreachable,
    ServerNotFound,
    ConnectionRefused,
    ProxyUnreachable,
    ProxyRefused,
    UntrustedCertificate,
    CertificateExpired,
    CertificateWrongHost,
    CertificateUnknownIssuer,
    OldTls,
    TimedOut,
    ChangeUnknown,
    ValueHidden,
    ValueNotPlain,
    ServerPathImpossible,
    BadProxy,
    ProxyWithPassword,
    ProxyWithPath,
    NoCertificates,
    BadCertificates,
    SettingsNotSaved,
    Cancelled,
    KeyringNoBus,
    KeyringNoProvider,
    KeyringNoCollection,
    KeyringLocked,
    KeyringDismissed,
    KeyringTimedOut,
    KeyringAmbiguous,
    KeyringUnrecognised,
    KeyringNotDeleted,
    KeyringFailed,
    BadConnectionName,
    SignedOut,
    SettingsUnreadable,
    Bug,
}

impl Problem {
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), retryable: false, detail: None, retry_after: None }
    }

    /// What a command says whose page asked without a connection.
    pub(crate) fn signed_out() -> Self {
        Self::new(ErrorCode::SignedOut, "there is no connection")
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        if error.outcome_unknown() {
            return Self::new(ErrorCode::ChangeUnknown, error.to_string());
        }
        Self::of_failure(&error)
    }
}

impl Problem {
    /// What went wrong with a call that is known not to have changed anything.
    pub(crate) fn of_failure(error: &Error) -> Self {
        let (detail, retry_after) = match &error.failure {
            Failure::Refused { message, retry_after, .. } => (message.clone(), *retry_after),
            Failure::NotConnected(
                ConnectFailure::ProxyUnreachable(proxy) | ConnectFailure::ProxyRefused(proxy),
            ) => (Some(proxy.clone()), None),
            Failure::Undecodable(place) => (Some(place.to_string()), None),
            Failure::Pagination(failure) => (Some(failure.to_string()), None),
            _ => (None, None),
        };
        Self {
            code: code_of(error),
            retryable: error.is_retryable(),
            message: error.to_string(),
            detail,
            retry_after,
        }
    }
}

fn code_of(error: &Error) -> ErrorCode {
    match &error.failure {
        Failure::InvalidRequest(_) => ErrorCode::Bug,
        Failure::NotConnected(failure) => match failure {
            ConnectFailure::Dns => ErrorCode::ServerNotFound,
            ConnectFailure::Refused => ErrorCode::ConnectionRefused,
            ConnectFailure::ProxyUnreachable(_) => ErrorCode::ProxyUnreachable,
            ConnectFailure::ProxyRefused(_) => ErrorCode::ProxyRefused,
            ConnectFailure::Tls(failure) => match failure {
                TlsFailure::Expired => ErrorCode::CertificateExpired,
                TlsFailure::WrongHost => ErrorCode::CertificateWrongHost,
                TlsFailure::UnknownIssuer => ErrorCode::CertificateUnknownIssuer,
                TlsFailure::OldProtocol => ErrorCode::OldTls,
                _ => ErrorCode::UntrustedCertificate,
            },
            ConnectFailure::NotTls => ErrorCode::NotTheApi,
            _ => ErrorCode::Unreachable,
        },
        Failure::Interrupted => ErrorCode::Unreachable,
        Failure::TimedOut => ErrorCode::TimedOut,
        Failure::Redirected { .. } => ErrorCode::Redirected,
        Failure::NotTheApi | Failure::NotHttp => ErrorCode::NotTheApi,
        Failure::TooLarge => ErrorCode::TooLarge,
        Failure::Pagination(_) => ErrorCode::ListIncomplete,
        Failure::Refused { status, message, .. } => refused(error.operation, *status, message.as_deref()),
        _ => ErrorCode::UnexpectedAnswer,
    }
}

/// The server's error strings are part of its interface; the status decides where they are missing.
fn refused(operation: Operation, status: u16, message: Option<&str>) -> ErrorCode {
    match (status, message) {
        (401, _) => ErrorCode::Unauthenticated,
        (403, _) => ErrorCode::PermissionDenied,
        (404 | 410, _) => ErrorCode::NotFound,
        (409, _) if operation.changes_something() => ErrorCode::NameTaken,
        (429, _) => ErrorCode::RateLimited,
        (400 | 422, Some("invalid token name")) => ErrorCode::InvalidName,
        (400 | 422, Some("invalid permission" | "duplicate permission")) => ErrorCode::InvalidPermission,
        (500.., _) => ErrorCode::ServerError,
        _ => ErrorCode::UnexpectedAnswer,
    }
}

impl From<ServerError> for Problem {
    fn from(error: ServerError) -> Self {
        let code = match error {
            ServerError::NotAnAddress => ErrorCode::BadServer,
            ServerError::NotEncrypted => ErrorCode::ServerNotEncrypted,
            ServerError::HasCredentials => ErrorCode::ServerWithPassword,
            ServerError::HasQuery => ErrorCode::ServerWithQuery,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ProxyError> for Problem {
    fn from(error: ProxyError) -> Self {
        let code = match error {
            ProxyError::NotAnAddress => ErrorCode::BadProxy,
            ProxyError::HasCredentials => ErrorCode::ProxyWithPassword,
            ProxyError::HasPath => ErrorCode::ProxyWithPath,
        };
        Self::new(code, error.to_string())
    }
}

impl From<CertificatesError> for Problem {
    fn from(error: CertificatesError) -> Self {
        let (code, detail) = match error {
            CertificatesError::None => (ErrorCode::NoCertificates, None),
            CertificatesError::Unreadable(number) => (ErrorCode::BadCertificates, Some(number.to_string())),
        };
        Self { detail, ..Self::new(code, error.to_string()) }
    }
}

impl From<BearerTokenError> for Problem {
    fn from(error: BearerTokenError) -> Self {
        let code = match error {
            BearerTokenError::IsProjectToken => ErrorCode::BearerIsProjectToken,
            _ => ErrorCode::BadBearer,
        };
        Self::new(code, error.to_string())
    }
}

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::NoBus => ErrorCode::KeyringNoBus,
            VaultError::NoProvider => ErrorCode::KeyringNoProvider,
            VaultError::NoCollection => ErrorCode::KeyringNoCollection,
            VaultError::Locked => ErrorCode::KeyringLocked,
            VaultError::Dismissed => ErrorCode::KeyringDismissed,
            VaultError::TimedOut => ErrorCode::KeyringTimedOut,
            VaultError::Ambiguous => ErrorCode::KeyringAmbiguous,
            VaultError::Unrecognised => ErrorCode::KeyringUnrecognised,
            VaultError::NotDeleted => ErrorCode::KeyringNotDeleted,
            _ => ErrorCode::KeyringFailed,
        };
        let detail = match &error {
            VaultError::NoProvider => install_command().map(str::to_owned),
            VaultError::Failed { kind } => Some(kind.clone().into_owned()),
            _ => None,
        };
        Self { retryable: true, detail, ..Self::new(code, error.to_string()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(operation: Operation, failure: Failure) -> ErrorCode {
        Problem::from(Error { operation, failure }).code
    }

    fn answered(status: u16, message: &str) -> Failure {
        Failure::Refused { status, message: Some(message.to_owned()), retry_after: None }
    }

    #[test]
    fn a_servers_answer_becomes_the_code_whose_words_help() {
        use Operation::{CreateToken, ListTokens};
        for (operation, status, message, expected) in [
            (ListTokens, 401, "invalid token", ErrorCode::Unauthenticated),
            (ListTokens, 403, "permission denied", ErrorCode::PermissionDenied),
            (ListTokens, 429, "slow down", ErrorCode::RateLimited),
            (ListTokens, 503, "unavailable", ErrorCode::ServerError),
            (ListTokens, 400, "decode cursor", ErrorCode::UnexpectedAnswer),
            (CreateToken, 409, "token name taken", ErrorCode::NameTaken),
            (CreateToken, 400, "invalid token name", ErrorCode::InvalidName),
            (CreateToken, 422, "invalid permission", ErrorCode::InvalidPermission),
            (CreateToken, 502, "bad gateway", ErrorCode::ChangeUnknown),
        ] {
            assert_eq!(
                code(operation, answered(status, message)),
                expected,
                "{operation} {status} {message}"
            );
        }
    }

    #[test]
    fn a_create_whose_answer_is_lost_is_never_called_failed() {
        assert_eq!(code(Operation::CreateToken, Failure::TimedOut), ErrorCode::ChangeUnknown);
        assert_eq!(code(Operation::CreateToken, Failure::Interrupted), ErrorCode::ChangeUnknown);
        let refused = Failure::NotConnected(ConnectFailure::Refused);
        assert_eq!(code(Operation::CreateToken, refused), ErrorCode::ConnectionRefused);
    }
}
