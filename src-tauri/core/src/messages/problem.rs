//! How a command fails, as the page sees it: a code from a closed list, with the facts a person may need beside it. The
//! words that people read are in the page.

use std::fmt;

use calyptia_api::{
    BearerTokenError, CertificatesError, ClientError, ConnectFailure, Error, Failure, Operation, ProxyError,
    Reason, Refusal, Responder, ServerError, TlsFailure,
};
use calyptia_vault::VaultError;
use serde::Serialize;

use super::keyring_package::install_command;

/// A failure. Never contains a secret. `Debug` leaves out the detail, which may be a server's text, so that none reaches a log.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Problem {
    /// Selects the words to show.
    pub code: ErrorCode,
    /// The technical cause, in English.
    pub message: String,
    /// The API call that failed, in English, if it was one.
    pub operation: Option<String>,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// Whether trying again may help.
    pub retryable: bool,
    /// What the message is about: the server's own short words, a proxy, a variable, or the package to install.
    pub detail: Option<String>,
    /// Seconds to wait before trying again, if the server said so.
    pub retry_after: Option<u64>,
}

/// All the ways a command can fail. Each is a case in which a person would do something different.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ErrorCode {
    BadServer,
    ServerNotEncrypted,
    ServerWithPassword,
    ServerWithQuery,
    InvalidBearerToken,
    ProjectTokenGiven,
    /// The text holds several bearer tokens.
    SeveralBearerTokens,
    ClipboardEmpty,
    ClipboardUnavailable,
    Unauthenticated,
    EmailNotVerified,
    /// The API refuses.
    PermissionDenied,
    /// Something in front of the API refuses.
    Blocked,
    /// The API says that it does not exist, or no longer.
    NotFound,
    /// A 404 or 410 that is not the API's: nothing is known about the token.
    NotFoundElsewhere,
    NameTaken,
    /// A 409 for another reason.
    Conflict,
    InvalidName,
    InvalidPermission,
    NoPermissions,
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
    /// The proxy works, but does not reach the server.
    UnreachableBehindProxy,
    /// The proxy's address cannot be used, so nothing was sent.
    ProxyUnusable,
    /// The system chooses the proxy with a configuration script, which the app does not run, so nothing was sent.
    ProxyScript,
    UntrustedCertificate,
    CertificateExpired,
    CertificateWrongHost,
    CertificateUnknownIssuer,
    /// The system's own certificates cannot be used.
    CertificateStore,
    OldTls,
    /// The server requires a client certificate.
    ClientCertificate,
    /// Whatever listens at the address does not speak TLS.
    NotTls,
    TimedOut,
    /// It is unknown whether the change was made.
    ChangeUnknown,
    ValueHidden,
    ValueNotPlain,
    ServerPathImpossible,
    ServerHostImpossible,
    BadProxy,
    ProxyWithPassword,
    ProxyWithPath,
    NoCertificates,
    BadCertificates,
    /// The file of certificates also contains a private key.
    CertificatesWithKey,
    /// The file is a container of another format, such as PKCS #12.
    CertificatesOtherFormat,
    /// The file of certificates cannot be read, or is too large.
    CertificatesUnreadable,
    /// The project token was pasted too long ago, or not at all.
    FoundTokenExpired,
    /// The token that is to be replaced was changed or revoked since the page read it: nothing was created.
    OriginalChanged,
    /// The list changed, or another was opened, while it was written to a file: nothing was saved.
    ListChanged,
    /// A file that the person chose cannot be written.
    FileNotWritten,
    /// Nothing of what the person chose can be read.
    FilesNotRead,
    /// What the app kept of earlier lists could not be deleted.
    SnapshotsNotDeleted,
    /// The person was asked, and did not agree: nothing was sent.
    NotAllowed,
    /// The settings name another server than the keyring entry: nothing was sent.
    EntryOfAnotherServer,
    /// The bearer token was pasted too long ago, or not at all.
    PasteExpired,
    /// The bearer token was pasted for another server.
    PastedForAnotherServer,
    SettingsNotSaved,
    /// The settings were damaged and set aside.
    SettingsUnreadable,
    /// The settings cannot be read now, and are left as they are.
    SettingsUnavailable,
    /// A person stopped it.
    Cancelled,
    /// A newer request took its place.
    Superseded,
    /// Another one is in progress.
    Busy,
    KeyringNoBus,
    KeyringNoProvider,
    KeyringNoCollection,
    KeyringLocked,
    KeyringDismissed,
    /// The keyring asked whether to create a collection, and was refused.
    KeyringNotCreated,
    KeyringTimedOut,
    KeyringAmbiguous,
    KeyringUnrecognized,
    KeyringNotDeleted,
    KeyringFailed,
    BadConnectionName,
    /// No session is open, it has been closed meanwhile, or it belongs to another connection than the one named.
    SignedOut,
    Internal,
}

impl Problem {
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            operation: None,
            status: None,
            retryable: false,
            detail: None,
            retry_after: None,
        }
    }

    /// The command needs a session that is not open.
    #[must_use]
    pub fn signed_out() -> Self {
        Self::new(ErrorCode::SignedOut, "this connection has no open session")
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, message, operation, status, retryable, detail: _, retry_after } = self;
        f.debug_struct("Problem")
            .field("code", code)
            .field("message", message)
            .field("operation", operation)
            .field("status", status)
            .field("retryable", retryable)
            .field("retry_after", retry_after)
            .finish_non_exhaustive()
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let code = if error.outcome_unknown() { ErrorCode::ChangeUnknown } else { code_of(&error) };
        let (detail, retry_after) = match &error.failure {
            Failure::Refused(Refusal { message, retry_after, .. }) => (message.clone(), *retry_after),
            Failure::NotConnected(
                ConnectFailure::ProxyUnreachable(proxy)
                | ConnectFailure::ProxyRefused(proxy)
                | ConnectFailure::BehindProxy(proxy),
            ) => (Some(proxy.clone()), None),
            Failure::Undecodable(place) => (Some(place.to_string()), None),
            Failure::Pagination(failure) => (Some(failure.to_string()), None),
            _ => (None, None),
        };
        Self {
            code,
            message: error.to_string(),
            operation: Some(error.operation.to_string()),
            status: error.status(),
            retryable: error.is_retryable(),
            detail,
            retry_after: retry_after.map(|wait| wait.as_secs()),
        }
    }
}

fn code_of(error: &Error) -> ErrorCode {
    match &error.failure {
        Failure::InvalidRequest(_) => ErrorCode::Internal,
        Failure::NotConnected(failure) => match failure {
            ConnectFailure::Dns => ErrorCode::ServerNotFound,
            ConnectFailure::Refused => ErrorCode::ConnectionRefused,
            ConnectFailure::ProxyUnreachable(_) => ErrorCode::ProxyUnreachable,
            ConnectFailure::ProxyRefused(_) => ErrorCode::ProxyRefused,
            ConnectFailure::BehindProxy(_) => ErrorCode::UnreachableBehindProxy,
            ConnectFailure::Tls(failure) => match failure {
                TlsFailure::Expired => ErrorCode::CertificateExpired,
                TlsFailure::WrongHost => ErrorCode::CertificateWrongHost,
                TlsFailure::UnknownIssuer => ErrorCode::CertificateUnknownIssuer,
                TlsFailure::OldProtocol => ErrorCode::OldTls,
                TlsFailure::ClientCertificate => ErrorCode::ClientCertificate,
                _ => ErrorCode::UntrustedCertificate,
            },
            ConnectFailure::NotTls => ErrorCode::NotTls,
            _ => ErrorCode::Unreachable,
        },
        Failure::Interrupted => ErrorCode::Unreachable,
        Failure::TimedOut => ErrorCode::TimedOut,
        Failure::Redirected { .. } => ErrorCode::Redirected,
        Failure::NotTheApi | Failure::NotHttp => ErrorCode::NotTheApi,
        Failure::TooLarge => ErrorCode::TooLarge,
        Failure::Pagination(_) => ErrorCode::ListIncomplete,
        Failure::Refused(refusal) => refused(error.operation, refusal),
        _ => ErrorCode::UnexpectedAnswer,
    }
}

/// The API's documented words decide. Without them, it depends on whether the API can have sent the response at all.
fn refused(operation: Operation, refusal: &Refusal) -> ErrorCode {
    match (refusal.status, refusal.reason, refusal.responder) {
        (401, Some(Reason::EmailNotVerified), _) => ErrorCode::EmailNotVerified,
        (401, ..) => ErrorCode::Unauthenticated,
        (403, _, Responder::Api) => ErrorCode::PermissionDenied,
        (403, ..) => ErrorCode::Blocked,
        (404 | 410, Some(Reason::TokenNotFound | Reason::TokenGone | Reason::ProjectNotFound), _) => {
            ErrorCode::NotFound
        }
        // Asked first of all, at an address that a person typed.
        (404 | 410, ..) if operation == Operation::ListProjects => ErrorCode::NotTheApi,
        (404 | 410, ..) => ErrorCode::NotFoundElsewhere,
        (408, ..) => ErrorCode::TimedOut,
        (409, Some(Reason::TokenNameTaken), _) => ErrorCode::NameTaken,
        (409, ..) => ErrorCode::Conflict,
        (429, ..) => ErrorCode::RateLimited,
        (400 | 422, Some(Reason::InvalidTokenName), _) => ErrorCode::InvalidName,
        (400 | 422, Some(Reason::InvalidPermission | Reason::DuplicatePermission), _) => {
            ErrorCode::InvalidPermission
        }
        (425 | 500.., ..) => ErrorCode::ServerError,
        _ => ErrorCode::UnexpectedAnswer,
    }
}

impl From<ClientError> for Problem {
    fn from(error: ClientError) -> Self {
        let (code, detail) = match &error {
            ClientError::InvalidCredential => (ErrorCode::InvalidBearerToken, None),
            ClientError::CertificateStore { variable } => {
                (ErrorCode::CertificateStore, variable.map(str::to_owned))
            }
            ClientError::Proxy { name, .. } => (ErrorCode::ProxyUnusable, name.clone()),
            ClientError::ProxyScript => (ErrorCode::ProxyScript, None),
            _ => (ErrorCode::Internal, None),
        };
        Self { detail, ..Self::new(code, error.to_string()) }
    }
}

impl From<ServerError> for Problem {
    fn from(error: ServerError) -> Self {
        let code = match error {
            ServerError::NotEncrypted => ErrorCode::ServerNotEncrypted,
            ServerError::HasCredentials => ErrorCode::ServerWithPassword,
            ServerError::HasQuery => ErrorCode::ServerWithQuery,
            _ => ErrorCode::BadServer,
        };
        Self::new(code, error.to_string())
    }
}

impl From<ProxyError> for Problem {
    fn from(error: ProxyError) -> Self {
        let code = match error {
            ProxyError::HasCredentials => ErrorCode::ProxyWithPassword,
            ProxyError::HasPath => ErrorCode::ProxyWithPath,
            _ => ErrorCode::BadProxy,
        };
        Self::new(code, error.to_string())
    }
}

impl From<CertificatesError> for Problem {
    fn from(error: CertificatesError) -> Self {
        let (code, detail) = match error {
            CertificatesError::Unreadable(number) => (ErrorCode::BadCertificates, Some(number.to_string())),
            CertificatesError::HasPrivateKey => (ErrorCode::CertificatesWithKey, None),
            CertificatesError::OtherFormat(name) => {
                (ErrorCode::CertificatesOtherFormat, Some(name.to_owned()))
            }
            _ => (ErrorCode::NoCertificates, None),
        };
        Self { detail, ..Self::new(code, error.to_string()) }
    }
}

impl From<BearerTokenError> for Problem {
    fn from(error: BearerTokenError) -> Self {
        let code = match error {
            BearerTokenError::IsProjectToken => ErrorCode::ProjectTokenGiven,
            BearerTokenError::Several => ErrorCode::SeveralBearerTokens,
            _ => ErrorCode::InvalidBearerToken,
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
            VaultError::CreationDismissed => ErrorCode::KeyringNotCreated,
            VaultError::TimedOut => ErrorCode::KeyringTimedOut,
            VaultError::Ambiguous => ErrorCode::KeyringAmbiguous,
            VaultError::Unrecognized => ErrorCode::KeyringUnrecognized,
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

    fn problem(operation: Operation, failure: Failure) -> Problem {
        Problem::from(Error::new(operation, failure))
    }

    fn api(status: u16, reason: Option<Reason>, words: &str) -> Failure {
        let message = Some(words.to_owned());
        Failure::Refused(Refusal { status, reason, responder: Responder::Api, message, retry_after: None })
    }

    fn gateway(status: u16) -> Failure {
        let responder = Responder::Other;
        Failure::Refused(Refusal { status, reason: None, responder, message: None, retry_after: None })
    }

    #[test]
    fn h3_c6_c7_c9_c10_a_refusal_gets_the_code_whose_words_help_and_it_depends_on_who_refused() {
        use Operation::{CreateToken, DeleteToken, GetToken, ListProjects, ListTokens, UpdateToken};
        for (operation, failure, code) in [
            (ListTokens, api(401, Some(Reason::InvalidToken), "invalid token"), ErrorCode::Unauthenticated),
            (
                ListProjects,
                api(401, Some(Reason::EmailNotVerified), "email not verified"),
                ErrorCode::EmailNotVerified,
            ),
            (
                ListTokens,
                api(403, Some(Reason::PermissionDenied), "permission denied"),
                ErrorCode::PermissionDenied,
            ),
            (ListProjects, gateway(403), ErrorCode::Blocked),
            (DeleteToken, gateway(403), ErrorCode::Blocked),
            (GetToken, api(404, Some(Reason::TokenNotFound), "token not found"), ErrorCode::NotFound),
            (UpdateToken, api(410, Some(Reason::TokenGone), "token gone"), ErrorCode::NotFound),
            (DeleteToken, api(404, None, "not found"), ErrorCode::NotFoundElsewhere),
            (DeleteToken, gateway(404), ErrorCode::NotFoundElsewhere),
            (ListProjects, gateway(404), ErrorCode::NotTheApi),
            (ListProjects, api(404, None, "no such route"), ErrorCode::NotTheApi),
            (CreateToken, api(409, Some(Reason::TokenNameTaken), "token name taken"), ErrorCode::NameTaken),
            (DeleteToken, api(409, None, "token is used by 3 core instances"), ErrorCode::Conflict),
            (CreateToken, gateway(409), ErrorCode::Conflict),
            (
                CreateToken,
                api(400, Some(Reason::InvalidTokenName), "invalid token name"),
                ErrorCode::InvalidName,
            ),
            (
                CreateToken,
                api(422, Some(Reason::InvalidPermission), "invalid permission"),
                ErrorCode::InvalidPermission,
            ),
            (ListTokens, gateway(408), ErrorCode::TimedOut),
            (ListTokens, gateway(425), ErrorCode::ServerError),
            (ListTokens, gateway(429), ErrorCode::RateLimited),
            (ListTokens, api(400, Some(Reason::DecodeCursor), "decode cursor"), ErrorCode::UnexpectedAnswer),
            (ListTokens, gateway(503), ErrorCode::ServerError),
        ] {
            let text = format!("{operation}: {failure}");
            assert_eq!(problem(operation, failure).code, code, "{text}");
        }
    }

    #[test]
    fn a_write_whose_response_is_lost_is_never_reported_as_failed_and_keeps_what_is_known() {
        use Operation::{CreateToken, DeleteToken};
        for failure in [
            Failure::TimedOut,
            Failure::Interrupted,
            gateway(502),
            gateway(408),
            Failure::Redirected { status: 302 },
        ] {
            assert_eq!(problem(CreateToken, failure.clone()).code, ErrorCode::ChangeUnknown, "{failure}");
        }
        let unknown = problem(DeleteToken, api(500, None, "out of memory"));
        assert_eq!((unknown.code, unknown.status), (ErrorCode::ChangeUnknown, Some(500)));
        assert_eq!(unknown.detail.as_deref(), Some("out of memory"));
        assert_eq!(unknown.operation.as_deref(), Some("delete token"));
        let refused = Failure::NotConnected(ConnectFailure::Refused);
        assert_eq!(problem(CreateToken, refused).code, ErrorCode::ConnectionRefused);
    }

    #[test]
    fn c18_a_servers_own_text_is_for_the_window_only() {
        let problem = problem(Operation::DeleteToken, api(409, None, "canary"));
        assert_eq!(problem.detail.as_deref(), Some("canary"));
        assert!(
            !problem.message.contains("canary") && !format!("{problem:?} {problem:#?}").contains("canary")
        );
    }

    #[test]
    fn c23_c24_what_failed_on_the_way_is_named() {
        let behind = Failure::NotConnected(ConnectFailure::BehindProxy("proxy.corp:1080".into()));
        let behind = problem(Operation::ListProjects, behind);
        assert_eq!(behind.code, ErrorCode::UnreachableBehindProxy);
        assert_eq!(behind.detail.as_deref(), Some("proxy.corp:1080"));
        let store = Problem::from(ClientError::CertificateStore { variable: Some("SSL_CERT_FILE") });
        assert_eq!(
            (store.code, store.detail.as_deref()),
            (ErrorCode::CertificateStore, Some("SSL_CERT_FILE"))
        );
    }
}
