//! Which way requests take, and which certificates servers are checked against besides the platform's own.

use std::fmt;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use url::{Host, Url};

use crate::Server;

/// How the network is to be used. The default is what the system says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The proxy. Servers on this machine are always asked directly.
    pub proxy: Proxy,
    /// Certificates of authorities that the platform does not know.
    pub extra_certificates: Option<ExtraCertificates>,
}

/// Which proxy requests go through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The system's: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`; on macOS and Windows its settings, too.
    #[default]
    System,
    /// None.
    Direct,
    /// This one.
    Address(ProxyAddress),
}

/// The address of a proxy. It holds no password: one that is needed belongs into the system's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

/// Why a text is not the address of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It does not parse, or is of a kind that is not supported.
    #[error("a proxy's address looks like http://proxy.example.com:3128 or socks5h://localhost:1080")]
    NotAnAddress,
    /// A user name or password stands in it.
    #[error(
        "leave the user name and password out; put them in the HTTPS_PROXY variable and use the system's proxy"
    )]
    HasCredentials,
    /// A path, query or fragment stands behind it.
    #[error("leave out everything behind the host and port")]
    HasPath,
}

/// Certificates of authorities to trust besides the platform's.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtraCertificates(Vec<CertificateDer<'static>>);

/// Why a file holds no certificates to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificatesError {
    /// There is no certificate in it.
    #[error("there is no certificate in this file; one starts with -----BEGIN CERTIFICATE-----")]
    None,
    /// One of them cannot be read.
    #[error("certificate {0} in this file cannot be read")]
    Unreadable(usize),
}

impl ProxyAddress {
    /// Reads what a person typed. A missing scheme means `http`.
    ///
    /// # Errors
    /// Says which rule the address breaks.
    pub fn parse(text: &str) -> Result<Self, ProxyError> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        let mut url = Url::parse(&with_scheme).map_err(|_| ProxyError::NotAnAddress)?;
        if !matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h")
            || url.host_str().is_none_or(str::is_empty)
        {
            return Err(ProxyError::NotAnAddress);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProxyError::HasCredentials);
        }
        if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
            return Err(ProxyError::HasPath);
        }
        // The same text for the same proxy, whatever its scheme.
        if url.scheme().starts_with("http") {
            url.set_path("");
        }
        Ok(Self(url))
    }

    /// Scheme, host and port, without a slash at the end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str().trim_end_matches('/')
    }
}

impl ExtraCertificates {
    /// Reads the text of a PEM file.
    ///
    /// # Errors
    /// If there is no certificate in it, or one that cannot be read.
    pub fn parse(pem: &[u8]) -> Result<Self, CertificatesError> {
        let mut certificates = Vec::new();
        // Tried for real: well-formed PEM may hold anything.
        let mut trial = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let unreadable = CertificatesError::Unreadable(certificates.len() + 1);
            let certificate = certificate.map_err(|_| unreadable)?;
            trial.add(certificate.clone()).map_err(|_| unreadable)?;
            certificates.push(certificate);
        }
        if certificates.is_empty() { Err(CertificatesError::None) } else { Ok(Self(certificates)) }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn for_requests(&self) -> reqwest::Result<Vec<reqwest::Certificate>> {
        self.0.iter().map(|certificate| reqwest::Certificate::from_der(certificate)).collect()
    }
}

impl fmt::Debug for ExtraCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraCertificates({})", self.count())
    }
}

/// The proxy between here and a server, found once for all its requests.
pub(crate) struct Route {
    intercept: Intercept,
}

impl Route {
    /// `None` where requests go directly.
    pub(crate) fn to(server: &Server, proxy: &Proxy) -> Option<Self> {
        // What stays on this machine is nobody else's business.
        if server.is_loopback() {
            return None;
        }
        let matcher = match proxy {
            Proxy::Direct => return None,
            Proxy::System => Matcher::from_system(),
            Proxy::Address(address) => Matcher::builder().all(address.as_str()).build(),
        };
        let intercept = matcher.intercept(&server.as_str().parse().ok()?)?;
        Some(Self { intercept })
    }

    /// Host and port: what may be shown.
    pub(crate) fn name(&self) -> String {
        let uri = self.intercept.uri();
        let host = uri.host().unwrap_or_default();
        uri.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    pub(crate) fn for_requests(&self) -> reqwest::Result<reqwest::Proxy> {
        let proxy = reqwest::Proxy::all(self.intercept.uri().to_string())?;
        Ok(match (self.intercept.basic_auth(), self.intercept.raw_auth()) {
            (Some(header), _) => {
                let mut header = header.clone();
                header.set_sensitive(true);
                proxy.custom_http_auth(header)
            }
            (None, Some((user, password))) => proxy.basic_auth(user, password),
            (None, None) => proxy,
        })
    }
}

/// Whether a host is this machine, by its address or by the one name that may stand for it.
pub(crate) fn is_loopback(host: Option<Host<&str>>) -> bool {
    match host {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_address_is_tidied_or_refused() {
        for (typed, tidy) in [
            (" proxy.corp:3128 ", Ok("http://proxy.corp:3128")),
            ("http://proxy.corp:3128/", Ok("http://proxy.corp:3128")),
            ("socks5h://localhost:1080", Ok("socks5h://localhost:1080")),
            ("http://ana:secret@proxy.corp:3128", Err(ProxyError::HasCredentials)),
            ("http://proxy.corp:3128/pac", Err(ProxyError::HasPath)),
            ("ftp://proxy.corp", Err(ProxyError::NotAnAddress)),
            ("", Err(ProxyError::NotAnAddress)),
            ("not a host", Err(ProxyError::NotAnAddress)),
        ] {
            let read = ProxyAddress::parse(typed);
            assert_eq!(read.as_ref().map(ProxyAddress::as_str).map_err(|e| *e), tidy, "{typed}");
        }
    }

    #[test]
    fn a_route_names_its_proxy_without_a_password() {
        let server = Server::parse("https://api.example.com").expect("valid");
        let address = ProxyAddress::parse("proxy.corp:3128").expect("valid");
        let route = Route::to(&server, &Proxy::Address(address.clone())).expect("a proxy");
        assert_eq!(route.name(), "proxy.corp:3128");
        assert!(Route::to(&server, &Proxy::Direct).is_none());
        let here = Server::parse("https://localhost:5000").expect("valid");
        assert!(Route::to(&here, &Proxy::Address(address)).is_none());
    }
}
