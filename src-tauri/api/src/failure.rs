//! The ways a call fails, distinguished by what a caller can do about each.

use crate::Refusal;

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
    /// The server did not respond, or stopped in the middle, within the time allowed.
    #[error("the server did not respond in time")]
    TimedOut,
    /// The connection broke after the request was sent.
    #[error("the connection broke before the response was complete")]
    Interrupted,
    /// The response is not HTTP, or its head is too large.
    #[error("the response is not HTTP")]
    NotHttp,
    /// The server responded with an error status.
    #[error("{0}")]
    Refused(Refusal),
    /// The server responded with a redirect. The client follows none, as it would send the credential elsewhere.
    #[error("the server redirects elsewhere (status {status})")]
    Redirected {
        /// The HTTP status.
        status: u16,
    },
    /// A successful response is a web page instead of the API's JSON.
    #[error("the response is a web page, not the API")]
    NotTheApi,
    /// A successful response is not what the API documents.
    #[error("{0}")]
    Undecodable(DecodeError),
    /// The response is larger than any the API has a reason to send.
    #[error("the response is too large")]
    TooLarge,
    /// The pages of a list do not lead to its end.
    #[error("the list is incomplete: {0}")]
    Pagination(PaginationFailure),
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// The server's name has no address.
    #[error("the server's name could not be found")]
    Dns,
    /// Nothing listens at the server's address.
    #[error("the server refused the connection")]
    Refused,
    /// The connection was not open in time.
    #[error("no connection within the time allowed")]
    TimedOut,
    /// The server could not prove its identity, or no common encryption was found.
    #[error("no secure connection: {0}")]
    Tls(TlsFailure),
    /// Whatever listens there does not speak TLS.
    #[error("no secure connection: the response is not TLS")]
    NotTls,
    /// The proxy, by host and port, cannot be reached.
    #[error("the proxy {0} cannot be reached")]
    ProxyUnreachable(String),
    /// The proxy, by host and port, asks for another user name and password, or does not let the request through.
    #[error("the proxy {0} does not let the request through")]
    ProxyRefused(String),
    /// The proxy, by host and port, works, but the server behind it cannot be reached.
    #[error("the server could not be reached through the proxy {0}")]
    BehindProxy(String),
    /// The connection failed in a way that has no name here. [`source`](std::error::Error::source) may have one.
    #[error("no connection to the server")]
    Other,
}

/// Why a server was not trusted. Nothing was sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFailure {
    /// The certificate has expired, or is not valid yet.
    #[error("its certificate is not valid at this time")]
    Expired,
    /// The certificate is for another host.
    #[error("its certificate is for another host")]
    WrongHost,
    /// No trusted authority issued the certificate; it may be self-signed.
    #[error("its certificate is from an unknown issuer")]
    UnknownIssuer,
    /// The issuer revoked the certificate.
    #[error("its certificate was revoked")]
    Revoked,
    /// It requires a client certificate.
    #[error("it requires a client certificate")]
    ClientCertificate,
    /// It speaks only versions or ciphers that are no longer safe.
    #[error("it speaks only outdated encryption")]
    OldProtocol,
    /// The certificate or the handshake is faulty in another way.
    #[error("its certificate was not accepted")]
    Other,
}

/// Why the pages of a list do not lead to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PaginationFailure {
    /// The next page has been read already.
    #[error("its pages form a cycle")]
    Cycle,
    /// The page links to several next pages.
    #[error("it names more than one next page")]
    Ambiguous,
    /// A link to a next page has no usable cursor, or the links cannot be read.
    #[error("the link to its next page cannot be read")]
    Unreadable,
    /// A page without entries links to a next page.
    #[error("a page is empty although more are to come")]
    EmptyPage,
    /// There are more pages or entries than any real list has.
    #[error("it does not end")]
    Endless,
}

/// Where a response stops making sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the response could not be read: {what} ({}byte {byte})", element.map(|n| format!("entry {n}, ")).unwrap_or_default())]
pub struct DecodeError {
    /// What is wrong, in words that quote nothing of the response.
    pub what: &'static str,
    /// The entry of the list, counted from 1.
    pub element: Option<usize>,
    /// Bytes before the error.
    pub byte: u64,
}
