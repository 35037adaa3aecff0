//! The network settings of a client: which proxy it uses, and which certificates it trusts in addition to the platform's.

use url::{Host, Url};

use crate::{ClientError, ExtraCertificates, Route, Server};

/// The network settings of a client. The default uses the system's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Network {
    /// The proxy. Servers on this computer are always contacted directly.
    pub proxy: Proxy,
    /// Certificates to trust in addition to the platform's. They also work where the platform has none.
    pub extra_certificates: Option<ExtraCertificates>,
}

impl Network {
    /// The way that requests to a server take, as a client made now would choose it. Reads the variables and the system's
    /// settings; nothing is sent.
    ///
    /// # Errors
    /// If there may be a proxy for this server, but it cannot be used.
    pub fn route_to(&self, server: &Server) -> Result<Route, ClientError> {
        Route::to(server, &self.proxy)
    }
}

/// Which proxy requests go through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proxy {
    /// The system's: the variables `HTTPS_PROXY` and `ALL_PROXY` in either case; without them, the settings of Windows and
    /// macOS. `NO_PROXY` names exceptions from both.
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
