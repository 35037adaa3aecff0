//! Finds out why a request failed on its way, from the chain of causes. Only types, kinds and a few constant texts are looked
//! at: other texts may hold addresses with passwords in them.

use std::io;

use crate::{ConnectFailure, Error, Failure, Operation, TlsFailure, error::Cause};

/// The proxy that a request went through.
pub(crate) struct Via {
    /// Its host and port.
    pub(crate) proxy: String,
    /// Whether the proxy connected this client with the server, so that a TLS handshake with the server began.
    pub(crate) connected: bool,
}

impl Error {
    pub(crate) fn from_transport(
        operation: Operation,
        error: &reqwest::Error,
        via: Option<Via>,
        asked_for_certificate: bool,
    ) -> Self {
        Self::with_cause(operation, failure(error, via, asked_for_certificate), cause(error))
    }
}

fn failure(error: &reqwest::Error, via: Option<Via>, asked_for_certificate: bool) -> Failure {
    // With TLS 1.3 the server says so only after the client has taken the handshake for complete. It has not read the request.
    if asked_for_certificate && causes(error).any(refuses_without_certificate) {
        return Failure::NotConnected(ConnectFailure::Tls(TlsFailure::ClientCertificate));
    }
    if error.is_connect() {
        return Failure::NotConnected(connect_failure(error, via));
    }
    if error.is_builder() {
        return Failure::InvalidRequest("the request could not be built");
    }
    if error.is_timeout() {
        return Failure::TimedOut;
    }
    let unreadable = |error: &hyper::Error| error.is_parse();
    if causes(error).filter_map(|cause| cause.downcast_ref()).any(unreadable) {
        return Failure::NotHttp;
    }
    Failure::Interrupted
}

fn connect_failure(error: &reqwest::Error, via: Option<Via>) -> ConnectFailure {
    let at_proxy = via.as_ref().and_then(|via| causes(error).find_map(|cause| proxy_failure(cause, via)));
    if let Some(failure) = at_proxy.or_else(|| causes(error).find_map(tls_failure)) {
        return failure;
    }
    if let Some(via) = via {
        // What fails behind a tunnel is the TLS handshake with the server. A timeout does not say how far it came.
        return if via.connected || !error.is_timeout() {
            ConnectFailure::BehindProxy(via.proxy)
        } else {
            ConnectFailure::ProxyUnreachable(via.proxy)
        };
    }
    if error.is_timeout() {
        return ConnectFailure::TimedOut;
    }
    if error.is_dns() {
        return ConnectFailure::Dns;
    }
    match io_kind(error) {
        Some(io::ErrorKind::ConnectionRefused) => ConnectFailure::Refused,
        _ => ConnectFailure::Other,
    }
}

/// What a proxy did not do. The types of these errors are not public; their texts are constants.
fn proxy_failure(cause: &Source, via: &Via) -> Option<ConnectFailure> {
    let proxy = || via.proxy.clone();
    let text = cause.to_string();
    if let Some(stage) = text.strip_prefix("tunnel error: ") {
        return Some(match stage {
            "proxy authorization required" | "unsuccessful" => ConnectFailure::ProxyRefused(proxy()),
            _ => ConnectFailure::ProxyUnreachable(proxy()),
        });
    }
    if text == "error resolving for socks proxy" {
        return Some(ConnectFailure::Dns);
    }
    let stage = text.strip_prefix("SOCKS error: ")?;
    Some(match stage {
        // The replies of RFC 1928 about the server, and the one SOCKS 4 has for everything.
        "general server failure"
        | "network unreachable"
        | "host unreachable"
        | "connection refused"
        | "ttl expired"
        | "server failed to execute command" => ConnectFailure::BehindProxy(proxy()),
        "connection not allowed"
        | "command not supported"
        | "address type not supported"
        | "server does not support user/pass authentication"
        | "server implements authentication incorrectly"
        | "server ident service failed"
        | "server ident service did not recognise client identifier"
        | "credentials not accepted" => ConnectFailure::ProxyRefused(proxy()),
        _ => ConnectFailure::ProxyUnreachable(proxy()),
    })
}

fn tls_failure(cause: &Source) -> Option<ConnectFailure> {
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
            // Most tools mark a self-signed certificate as an authority. The type of this error is not public here; its
            // text is a constant.
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

/// The alerts that servers send if a client certificate is missing.
fn refuses_without_certificate(cause: &Source) -> bool {
    use rustls::{AlertDescription as Alert, Error};

    let alert = match cause.downcast_ref::<Error>() {
        Some(Error::AlertReceived(alert)) => *alert,
        _ => return false,
    };
    matches!(
        alert,
        Alert::CertificateRequired
            | Alert::HandshakeFailure
            | Alert::BadCertificate
            | Alert::NoCertificate
            | Alert::CertificateUnknown
            | Alert::UnknownCA
            | Alert::AccessDenied
    )
}

fn cause(error: &reqwest::Error) -> Option<Cause> {
    let hung_up = || {
        let mut errors = causes(error).filter_map(|cause| cause.downcast_ref::<hyper::Error>());
        errors.any(hyper::Error::is_incomplete_message).then_some(io::ErrorKind::UnexpectedEof)
    };
    io_kind(error).or_else(hung_up).map(Cause::new)
}

/// The innermost kind that says something: an `io::Error` may wrap another one.
fn io_kind(error: &reqwest::Error) -> Option<io::ErrorKind> {
    causes(error)
        .filter_map(|cause| Some(cause.downcast_ref::<io::Error>()?.kind()))
        .filter(|kind| *kind != io::ErrorKind::Other)
        .last()
}

type Source = dyn std::error::Error + 'static;

fn causes(error: &Source) -> impl Iterator<Item = &Source> {
    std::iter::successors(Some(error), |error| {
        // `source` of an `io::Error` skips the error that it wraps.
        match error.downcast_ref().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &Source),
            None => error.source(),
        }
    })
}
