//! The network settings of a client: which proxy it uses, and which certificates it trusts besides the platform's.

use std::fmt;

use base64::Engine as _;
use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use sha2::{Digest as _, Sha256};
use url::{Host, Url};
use x509_cert::der::Decode as _;

/// The network settings of a client. The default uses the system's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The proxy. Servers on this computer are always contacted directly.
    pub proxy: Proxy,
    /// Certificates of authorities to trust besides the platform's. They also work where the platform has none.
    pub extra_certificates: Option<ExtraCertificates>,
}

/// Which proxy requests go through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The system's: the variables `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case; without them, the system settings
    /// on macOS and Windows.
    #[default]
    System,
    /// No proxy, whatever the system says.
    Direct,
    /// The proxy at this address, for every server that is not on this computer.
    Address(ProxyAddress),
}

/// The address of a proxy. It never holds a password: that belongs in the system's settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProxyAddress(Url);

/// Why a text is not the address of a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It does not parse, or its scheme is not supported.
    #[error("a proxy's address looks like http://proxy.example.com:3128 or socks5h://localhost:1080")]
    NotAnAddress,
    /// It contains a user name or password.
    #[error(
        "leave the user name and password out; put them in the HTTPS_PROXY variable and use the system's proxy"
    )]
    HasCredentials,
    /// It has a path, query or fragment.
    #[error("leave out everything after the host and port")]
    HasPath,
}

/// Certificates of authorities to trust besides the platform's.
#[derive(Clone, PartialEq, Eq)]
pub struct ExtraCertificates(Vec<CertificateDer<'static>>);

/// Why a file holds no certificates to trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificatesError {
    /// It contains no certificate in PEM format.
    #[error("there is no certificate in this file; one starts with -----BEGIN CERTIFICATE-----")]
    None,
    /// The certificate with this number, counted from 1, cannot be read.
    #[error("certificate {0} in this file cannot be read")]
    Unreadable(usize),
    /// It also contains a private key, which belongs to nobody but its owner.
    #[error("this file contains a private key")]
    HasPrivateKey,
}

/// What people compare certificates by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateDetails {
    /// Its subject, in the form of RFC 4514.
    pub subject: String,
    /// The SHA-256 of the whole certificate, in hexadecimal.
    pub sha256: String,
}

impl ProxyAddress {
    /// Reads what a person typed. A missing scheme means `http`.
    ///
    /// # Errors
    /// Which rule the address breaks.
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
        // `Url` keeps a slash for these schemes only; without it, each proxy has one spelling.
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
    /// If it contains no certificate, one that cannot be read, or a private key.
    pub fn parse(pem: &[u8]) -> Result<Self, CertificatesError> {
        if memchr::memmem::find(pem, b"PRIVATE KEY-----").is_some() {
            return Err(CertificatesError::HasPrivateKey);
        }
        let mut certificates = Vec::new();
        // Well-formed PEM may contain anything, so each one is tried.
        let mut trial = rustls::RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let unreadable = CertificatesError::Unreadable(certificates.len() + 1);
            let certificate = certificate.map_err(|_| unreadable)?;
            trial.add(certificate.clone()).map_err(|_| unreadable)?;
            certificates.push(certificate);
        }
        if certificates.is_empty() { Err(CertificatesError::None) } else { Ok(Self(certificates)) }
    }

    /// The number of certificates.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Each certificate's subject and digest, in the file's order.
    #[must_use]
    pub fn details(&self) -> Vec<CertificateDetails> {
        let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.0
            .iter()
            .map(|certificate| CertificateDetails {
                subject: x509_cert::Certificate::from_der(certificate)
                    .map(|certificate| certificate.tbs_certificate.subject.to_string())
                    .unwrap_or_default(),
                sha256: hexadecimal(&Sha256::digest(certificate)),
            })
            .collect()
    }

    /// The certificates as the text of a PEM file, and nothing else that was in theirs.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let mut pem = String::new();
        for certificate in &self.0 {
            let encoded = base64::engine::general_purpose::STANDARD.encode(certificate);
            pem.push_str("-----BEGIN CERTIFICATE-----\n");
            for line in encoded.as_bytes().chunks(64) {
                pem.push_str(&String::from_utf8_lossy(line));
                pem.push('\n');
            }
            pem.push_str("-----END CERTIFICATE-----\n");
        }
        pem
    }

    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.0
    }
}

impl fmt::Debug for ExtraCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtraCertificates({})", self.count())
    }
}

/// Whether a host is this computer, by its address or by the name `localhost`.
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
}
