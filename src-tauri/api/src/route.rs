//! The way to a server: direct, or through which proxy. It is chosen once for all requests of a client. A proxy that is
//! configured but cannot be used is an error, never a reason to connect directly.

use std::env;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::Url;

use crate::{ClientError, Proxy, Server};

/// The proxy between this computer and a server.
#[derive(Debug)]
pub(crate) struct Route {
    intercept: Intercept,
}

/// The variables that configure a proxy for `https`, in the order in which they count.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTION_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

impl Route {
    /// `None` if requests go directly.
    ///
    /// # Errors
    /// `Proxy` if there is a proxy for this server, but its address cannot be used.
    pub(crate) fn to(server: &Server, proxy: &Proxy) -> Result<Option<Self>, ClientError> {
        // What stays on this computer needs no proxy, and no proxy should see it.
        if server.is_loopback() {
            return Ok(None);
        }
        match proxy {
            Proxy::Direct => Ok(None),
            Proxy::Address(address) => Self::through(server, address.as_str(), ""),
            Proxy::System => match first_set(&PROXY_VARIABLES) {
                Some(address) => {
                    Self::through(server, &address, &first_set(&EXCEPTION_VARIABLES).unwrap_or_default())
                }
                None => match Matcher::from_system().intercept(&uri(server)?) {
                    Some(intercept) if !has_valid_port(&intercept) => {
                        Err(unusable(&intercept.uri().to_string()))
                    }
                    found => Ok(found.map(Self::from)),
                },
            },
        }
    }

    fn through(server: &Server, address: &str, exceptions: &str) -> Result<Option<Self>, ClientError> {
        let uri = uri(server)?;
        let exceptions = plain_suffixes(exceptions);
        // The matcher returns `None` for an exception and for an address that cannot be used; another address shows which.
        if Matcher::builder().all("http://proxy.invalid").no(exceptions).build().intercept(&uri).is_none() {
            return Ok(None);
        }
        let intercept = Matcher::builder().all(known_scheme(address)).build().intercept(&uri);
        let usable = intercept.filter(|found| has_valid_port(found) && !has_cut_password(address));
        usable.map(|found| Some(found.into())).ok_or_else(|| unusable(address))
    }

    /// Host and port: what may be shown.
    pub(crate) fn name(&self) -> String {
        let uri = self.intercept.uri();
        let host = uri.host().unwrap_or_default();
        uri.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    pub(crate) fn to_reqwest(&self) -> reqwest::Result<reqwest::Proxy> {
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

impl From<Intercept> for Route {
    fn from(intercept: Intercept) -> Self {
        Self { intercept }
    }
}

/// The server as the matcher wants it. The path does not matter, and might not parse.
fn uri(server: &Server) -> Result<hyper::Uri, ClientError> {
    format!("https://{}/", server.host()).parse().map_err(|_| ClientError::Proxy { name: None })
}

/// Whether a password with `/`, `?` or `#` in it ends the address early, so that its start would be read as host and port.
fn has_cut_password(address: &str) -> bool {
    let authority = address.split_once("://").map_or(address, |(_, rest)| rest);
    authority.find(['/', '?', '#']).is_some_and(|end| authority[end..].contains('@'))
}

/// The matcher accepts a port that is no number below 65,536, and connections then go to the scheme's default.
fn has_valid_port(intercept: &Intercept) -> bool {
    let uri = intercept.uri();
    let Some((authority, host)) = uri.authority().zip(uri.host()) else { return false };
    matches!(authority.as_str().strip_prefix(host), Some("" | ":")) || uri.port_u16().is_some()
}

/// The first of these variables that is set and not empty. A web server's child gets `HTTP_PROXY` from whoever sends a
/// request (`httpoxy`), so none counts there.
fn first_set(variables: &[&str]) -> Option<String> {
    if env::var_os("REQUEST_METHOD").is_some() {
        return None;
    }
    variables
        .iter()
        .filter_map(env::var_os)
        .map(|value| value.to_string_lossy().trim().to_owned())
        .find(|value| !value.is_empty())
}

/// GNOME writes `socks://`, which leaves the version open. Names are resolved by the proxy, as GNOME's own programs do.
fn known_scheme(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("socks") => format!("socks5h://{rest}"),
        _ => address.to_owned(),
    }
}

/// Go and Python accept `*.example.com`; the matcher only knows `.example.com`.
fn plain_suffixes(exceptions: &str) -> String {
    let plain = exceptions.split(',').map(|entry| {
        let entry = entry.trim();
        entry.strip_prefix('*').filter(|suffix| suffix.starts_with('.')).unwrap_or(entry)
    });
    plain.collect::<Vec<_>>().join(",")
}

/// Names the host and port only where nothing of a password can be among them: one with `/` or `#` in it would be read as
/// the end of the host.
fn unusable(address: &str) -> ClientError {
    let with_scheme = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let url = Url::parse(&with_scheme).ok();
    let is_plain =
        |url: &Url| matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let name = url.filter(is_plain).and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    ClientError::Proxy { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ProxyAddress;

    fn far_away() -> Server {
        Server::parse("https://api.example.com/calyptia").expect("valid")
    }

    #[test]
    fn a_route_names_its_proxy_without_a_password() {
        let address = ProxyAddress::parse("proxy.corp:3128").expect("valid");
        let route =
            Route::to(&far_away(), &Proxy::Address(address.clone())).expect("usable").expect("a proxy");
        assert_eq!(route.name(), "proxy.corp:3128");
        let route = Route::through(&far_away(), "http://ana:canary@proxy.corp:3128", "").expect("usable");
        assert!(!format!("{route:?}").contains("canary"));
        assert_eq!(route.map(|route| route.name()).as_deref(), Some("proxy.corp:3128"));
        assert!(Route::to(&far_away(), &Proxy::Direct).expect("usable").is_none());
        let here = Server::parse("https://localhost:5000").expect("valid");
        assert!(Route::to(&here, &Proxy::Address(address)).expect("usable").is_none());
    }

    #[test]
    fn c20_socks_without_a_version_is_read_as_socks_5_with_names_resolved_by_the_proxy() {
        for address in ["socks://127.0.0.1:1080/", "SOCKS://127.0.0.1:1080"] {
            let route = Route::through(&far_away(), address, "").expect("usable").expect("a proxy");
            assert_eq!(route.intercept.uri().to_string(), "socks5h://127.0.0.1:1080/");
        }
    }

    #[test]
    fn c21_exceptions_are_read_as_curl_go_and_python_write_them() {
        for exceptions in ["*.example.com", ".example.com", "example.com", "a.test, *.EXAMPLE.com ", "*"] {
            let route = Route::through(&far_away(), "proxy.corp:3128", exceptions).expect("usable");
            assert!(route.is_none(), "{exceptions}");
        }
        for exceptions in ["", "*.ample.com", "example.org", "*.api.example.com.test"] {
            let route = Route::through(&far_away(), "proxy.corp:3128", exceptions).expect("usable");
            assert!(route.is_some(), "{exceptions}");
        }
    }

    #[test]
    fn b15g_an_address_that_cannot_be_used_is_an_error_and_shows_no_password() {
        for (address, name) in [
            ("ftp://ana:canary@proxy.corp:2121", Some("proxy.corp:2121")),
            ("quic://proxy.corp", Some("proxy.corp")),
            ("http://proxy.corp:99999", None),
            ("http://ana:1234/canary@proxy.corp", None),
            ("ana:1234?canary@proxy.corp:3128", None),
            ("http://ana:canary#x@proxy.corp:99999", None),
            ("http://canary canary", None),
            ("http=web:80;https=secure:443", None),
        ] {
            let error = Route::through(&far_away(), address, "").expect_err(address);
            assert_eq!(error, ClientError::Proxy { name: name.map(str::to_owned) }, "{address}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{address}");
            // An exception needs no proxy.
            assert!(Route::through(&far_away(), address, "example.com").expect("direct").is_none());
        }
    }
}
