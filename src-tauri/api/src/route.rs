//! The way to a server: direct, or through which proxy, and which setting decided it. It is chosen once for all requests of a
//! client, by the same code that shows it beforehand. A proxy that is configured but cannot be used is an error, never a reason
//! to connect directly.

#[cfg(any(windows, target_os = "macos", test))]
mod exceptions;
#[cfg(any(target_os = "macos", test))]
mod macos;
mod system;
#[cfg(any(windows, test))]
mod windows;

use std::env;

use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use url::{Host, Url};

use self::system::{SystemProxy, Unreadable};
use crate::{ClientError, Proxy, Server};

/// The way that requests to a server take, and which setting decided it.
#[derive(Debug, Clone)]
pub struct Route {
    intercept: Option<Intercept>,
    source: RouteSource,
}

/// What decided a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteSource {
    /// The server is on this computer.
    ThisComputer,
    /// [`Network::proxy`](crate::Network::proxy) says so.
    Network,
    /// This environment variable: one that names a proxy, or one that names the server as an exception.
    Variable(&'static str),
    /// The settings of Windows or macOS.
    System,
    /// The exceptions in the settings of Windows or macOS.
    SystemException,
    /// Nothing: no proxy is configured.
    Default,
}

/// The variables that configure a proxy for `https`, in the order in which they count.
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTION_VARIABLES: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// A variable's name and value.
type Variable = (&'static str, String);

impl Route {
    /// # Errors
    /// `Proxy` or `ProxyScript` if there may be a proxy for this server, but it cannot be used.
    pub(crate) fn to(server: &Server, proxy: &Proxy) -> Result<Self, ClientError> {
        // What stays on this computer needs no proxy, and no proxy should see it.
        if server.is_loopback() {
            return Ok(Self::direct(RouteSource::ThisComputer));
        }
        match proxy {
            Proxy::Direct => Ok(Self::direct(RouteSource::Network)),
            Proxy::Address(address) => Self::through(server, address.as_str(), RouteSource::Network),
            Proxy::System => {
                Self::configured(server, first_set(&PROXY_VARIABLES), first_set(&EXCEPTION_VARIABLES), || {
                    system::proxy_for(server)
                })
            }
        }
    }

    /// What is configured outside the app: by variables, or else by the system's own settings.
    fn configured(
        server: &Server,
        proxy: Option<Variable>,
        exceptions: Option<Variable>,
        system: impl FnOnce() -> Result<SystemProxy, Unreadable>,
    ) -> Result<Self, ClientError> {
        let system = if proxy.is_some() { Ok(SystemProxy::NotConfigured) } else { system() };
        match &system {
            Ok(SystemProxy::NotConfigured) if proxy.is_none() => {
                return Ok(Self::direct(RouteSource::Default));
            }
            Ok(SystemProxy::Exception) => return Ok(Self::direct(RouteSource::SystemException)),
            _ => {}
        }
        // Exceptions also count if the rest cannot be used.
        if let Some((name, exceptions)) = exceptions
            && is_exception(server, &exceptions)?
        {
            return Ok(Self::direct(RouteSource::Variable(name)));
        }
        match (proxy, system) {
            (Some((name, address)), _) => Self::through(server, &address, RouteSource::Variable(name)),
            (None, Ok(SystemProxy::Address(address))) => Self::through(server, &address, RouteSource::System),
            (None, Ok(SystemProxy::Script)) => Err(ClientError::ProxyScript),
            (None, _) => Err(ClientError::Proxy { name: None, set_by: RouteSource::System }),
        }
    }

    fn direct(source: RouteSource) -> Self {
        Self { intercept: None, source }
    }

    fn through(server: &Server, address: &str, source: RouteSource) -> Result<Self, ClientError> {
        let intercept = Matcher::builder().all(known_scheme(address)).build().intercept(&uri(server)?);
        let usable = intercept
            .filter(|found| has_valid_port(found) && !has_credentials(found) && !has_cut_password(address));
        let intercept = usable.ok_or_else(|| unusable(address, source))?;
        Ok(Self { intercept: Some(intercept), source })
    }

    /// Host and port of the proxy; `None` if requests go directly.
    #[must_use]
    pub fn proxy(&self) -> Option<String> {
        let uri = self.intercept.as_ref()?.uri();
        let host = uri.host().unwrap_or_default();
        Some(uri.port_u16().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    }

    /// What decided it.
    #[must_use]
    pub fn source(&self) -> RouteSource {
        self.source
    }

    pub(crate) fn to_reqwest(&self) -> Result<Option<reqwest::Proxy>, ClientError> {
        let Some(intercept) = &self.intercept else { return Ok(None) };
        let proxy = reqwest::Proxy::all(intercept.uri().to_string())
            .map_err(|_| ClientError::Proxy { name: self.proxy(), set_by: self.source })?;
        Ok(Some(match (intercept.basic_auth(), intercept.raw_auth()) {
            (Some(header), _) => {
                let mut header = header.clone();
                header.set_sensitive(true);
                proxy.custom_http_auth(header)
            }
            (None, Some((user, password))) => proxy.basic_auth(user, password),
            (None, None) => proxy,
        }))
    }
}

/// The server as the matcher wants it. The path does not matter, and might not parse.
fn uri(server: &Server) -> Result<hyper::Uri, ClientError> {
    uri_of(&server.host())
}

fn uri_of(host: &str) -> Result<hyper::Uri, ClientError> {
    format!("https://{host}/")
        .parse()
        .map_err(|_| ClientError::Proxy { name: None, set_by: RouteSource::Default })
}

/// Whether a list in the form of `NO_PROXY` names a server.
fn is_exception(server: &Server, exceptions: &str) -> Result<bool, ClientError> {
    let matcher =
        Matcher::builder().all("http://proxy.invalid").no(plain_suffixes(exceptions, server.port())).build();
    // A name may be written with the dot of the root.
    let name = server.host_name();
    let name = name.trim_end_matches('.');
    let host = if name.contains(':') { format!("[{name}]") } else { name.to_owned() };
    Ok(matcher.intercept(&uri_of(&host)?).is_none())
}

/// Whether a password with `/`, `?` or `#` in it ends the address early, so that its start would be read as host and port.
fn has_cut_password(address: &str) -> bool {
    let authority = address.split_once("://").map_or(address, |(_, rest)| rest);
    authority.find(['/', '?', '#']).is_some_and(|end| authority[end..].contains('@'))
}

/// The matcher ends a password at its first `@`, and takes the rest for a user name.
fn has_credentials(intercept: &Intercept) -> bool {
    intercept.uri().authority().is_none_or(|authority| authority.as_str().contains('@'))
}

/// The matcher accepts a port that is no number below 65,536, and connections then go to the scheme's default.
fn has_valid_port(intercept: &Intercept) -> bool {
    let uri = intercept.uri();
    let Some((authority, host)) = uri.authority().zip(uri.host()) else { return false };
    matches!(authority.as_str().strip_prefix(host), Some("" | ":")) || uri.port_u16().is_some()
}

/// The first of these variables that is set and not empty. A web server's child gets `HTTP_PROXY` from whoever sends a
/// request (`httpoxy`), so none counts there.
fn first_set(variables: &[&'static str]) -> Option<Variable> {
    if env::var_os("REQUEST_METHOD").is_some() {
        return None;
    }
    variables
        .iter()
        .filter_map(|name| Some((*name, env::var_os(name)?.to_string_lossy().trim().to_owned())))
        .find(|(_, value)| !value.is_empty())
}

/// GNOME writes `socks://`, which leaves the version open. Names are resolved by the proxy, as GNOME's own programs do.
fn known_scheme(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("socks") => format!("socks5h://{rest}"),
        _ => address.to_owned(),
    }
}

/// The entries as the matcher knows them. Go and Python accept `*.example.com` and a port, curl separates entries by spaces,
/// and all of them take the dot of the root and names outside ASCII. An entry for another port is none.
fn plain_suffixes(exceptions: &str, port: u16) -> String {
    let entries = exceptions.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
    entries.filter_map(|entry| plain_suffix(entry, port)).collect::<Vec<_>>().join(",")
}

fn plain_suffix(entry: &str, port: u16) -> Option<String> {
    let (host, own_port) = split_port(entry)?;
    if own_port.is_some_and(|own| own.parse() != Ok(port)) {
        return None;
    }
    let host = host.strip_prefix('*').filter(|suffix| suffix.starts_with('.')).unwrap_or(host);
    let host = host.trim_end_matches('.');
    if host.is_ascii() {
        return Some(host.to_owned()).filter(|host| !host.is_empty());
    }
    let (dot, name) = host.strip_prefix('.').map_or(("", host), |name| (".", name));
    Some(format!("{dot}{}", Host::parse(name).ok()?))
}

/// Host and port. Only an IPv6 address has more than one colon.
fn split_port(text: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        return if rest.is_empty() {
            Some((host, None))
        } else {
            Some((host, Some(rest.strip_prefix(':')?)))
        };
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => Some((host, Some(port))),
        _ => Some((text, None)),
    }
}

/// Names the host and port only where nothing of a password can be among them: one with `/` or `#` in it would be read as
/// the end of the host.
fn unusable(address: &str, set_by: RouteSource) -> ClientError {
    let with_scheme = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    let url = Url::parse(&with_scheme).ok();
    let is_plain =
        |url: &Url| matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let name = url.filter(is_plain).and_then(|url| {
        let host = url.host_str()?;
        Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
    });
    ClientError::Proxy { name, set_by }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Network, ProxyAddress};

    fn far_away() -> Server {
        Server::parse("https://api.example.com/calyptia").expect("valid")
    }

    /// The route with these values of `HTTPS_PROXY` and `NO_PROXY`.
    fn with_variables(address: &str, exceptions: &str) -> Result<Route, ClientError> {
        let exceptions = Some(("NO_PROXY", exceptions.to_owned())).filter(|(_, value)| !value.is_empty());
        let proxy = Some(("HTTPS_PROXY", address.to_owned()));
        Route::configured(&far_away(), proxy, exceptions, || panic!("variables come first"))
    }

    fn with_system(system: Result<SystemProxy, Unreadable>, exceptions: &str) -> Result<Route, ClientError> {
        let exceptions = Some(("no_proxy", exceptions.to_owned())).filter(|(_, value)| !value.is_empty());
        Route::configured(&far_away(), None, exceptions, || system)
    }

    #[test]
    fn a_route_names_its_proxy_without_a_password() {
        let route = with_variables("http://ana:canary@proxy.corp:3128", "").expect("usable");
        assert!(!format!("{route:?}").contains("canary"));
        assert_eq!(route.proxy().as_deref(), Some("proxy.corp:3128"));
        assert_eq!(route.source(), RouteSource::Variable("HTTPS_PROXY"));
    }

    #[test]
    fn c30_a_route_names_the_setting_that_decided_it() {
        let through_proxy = Network {
            proxy: Proxy::Address(ProxyAddress::parse("proxy.corp:3128").expect("valid")),
            ..Network::default()
        };
        let without = Network { proxy: Proxy::Direct, ..Network::default() };
        let here = Server::parse("https://localhost:5000").expect("valid");
        let decided = |network: &Network, server: &Server| {
            let route = network.route_to(server).expect("usable");
            (route.proxy(), route.source())
        };
        let proxy = || Some("proxy.corp:3128".to_owned());
        assert_eq!(decided(&through_proxy, &far_away()), (proxy(), RouteSource::Network));
        assert_eq!(decided(&without, &far_away()), (None, RouteSource::Network));
        assert_eq!(decided(&through_proxy, &here), (None, RouteSource::ThisComputer));

        let address = || Ok(SystemProxy::Address("proxy.corp:3128".to_owned()));
        for (route, expected) in [
            (
                with_variables("proxy.corp:3128", "other.test"),
                (proxy(), RouteSource::Variable("HTTPS_PROXY")),
            ),
            (with_variables("proxy.corp:3128", "example.com"), (None, RouteSource::Variable("NO_PROXY"))),
            (with_system(address(), ""), (proxy(), RouteSource::System)),
            (with_system(address(), "example.com"), (None, RouteSource::Variable("no_proxy"))),
            (with_system(Ok(SystemProxy::Exception), ""), (None, RouteSource::SystemException)),
            (with_system(Ok(SystemProxy::NotConfigured), "example.com"), (None, RouteSource::Default)),
            (with_system(Ok(SystemProxy::Script), "example.com"), (None, RouteSource::Variable("no_proxy"))),
            (with_system(Err(Unreadable), "example.com"), (None, RouteSource::Variable("no_proxy"))),
        ] {
            let route = route.expect("usable");
            assert_eq!((route.proxy(), route.source()), expected);
        }
    }

    #[test]
    fn c30_system_settings_that_cannot_be_followed_are_an_error_and_not_a_direct_connection() {
        let unusable = |name: Option<&str>| ClientError::Proxy {
            name: name.map(str::to_owned),
            set_by: RouteSource::System,
        };
        for (system, expected) in [
            (Ok(SystemProxy::Script), ClientError::ProxyScript),
            (Err(Unreadable), unusable(None)),
            (Ok(SystemProxy::Address("ftp://files:2121".to_owned())), unusable(Some("files:2121"))),
            (Ok(SystemProxy::Address("secure:99999".to_owned())), unusable(None)),
            (Ok(SystemProxy::Address("http://secure:-1".to_owned())), unusable(None)),
        ] {
            assert_eq!(with_system(system, "").expect_err("unusable"), expected);
        }
        let socks =
            with_system(Ok(SystemProxy::Address("socks4://old:1080".to_owned())), "").expect("usable");
        assert_eq!(socks.proxy().as_deref(), Some("old:1080"));
        assert!(socks.to_reqwest().expect("known to reqwest").is_some());
    }

    #[test]
    fn c20_socks_without_a_version_is_read_as_socks_5_with_names_resolved_by_the_proxy() {
        for address in ["socks://127.0.0.1:1080/", "SOCKS://127.0.0.1:1080"] {
            let route = with_variables(address, "").expect("usable");
            let intercept = route.intercept.expect("a proxy");
            assert_eq!(intercept.uri().to_string(), "socks5h://127.0.0.1:1080/");
        }
    }

    #[test]
    fn c21_exceptions_are_read_as_curl_go_and_python_write_them() {
        for exceptions in [
            "*.example.com",
            ".example.com",
            "example.com",
            "a.test, *.EXAMPLE.com ",
            "a.test example.com",
            "example.com.",
            "api.example.com:443",
            "[::1]:443, EXAMPLE.com",
            "*",
        ] {
            let route = with_variables("proxy.corp:3128", exceptions).expect("usable");
            assert!(route.proxy().is_none(), "{exceptions}");
        }
        for exceptions in [
            "",
            "*.ample.com",
            "example.org",
            "*.api.example.com.test",
            "api.example.com:8443",
            ".",
            ":443",
            "[::1",
        ] {
            let route = with_variables("proxy.corp:3128", exceptions).expect("usable");
            assert!(route.proxy().is_some(), "{exceptions}");
        }
    }

    #[test]
    fn c21_ports_addresses_and_names_outside_ascii_are_compared_with_the_server() {
        for (server, exception) in [
            ("https://api.corp:8443", "api.corp:8443"),
            ("https://10.1.2.3", "10.1.2.3:443"),
            ("https://10.1.2.3", "10.0.0.0/8"),
            ("https://[fd00::1]", "[fd00::1]"),
            ("https://[fd00::1]", "fd00::/8"),
            ("https://api.corp.", "corp"),
            ("https://api.xn--bcher-kva.test", ".bücher.test"),
        ] {
            let server = Server::parse(server).expect("valid");
            assert!(is_exception(&server, exception).expect("a server"), "{exception} {server:?}");
            assert!(!is_exception(&server, "other.corp:8443, 192.0.2.1").expect("a server"), "{server:?}");
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
            ("http://ana:1234@canary@proxy.corp:3128", Some("proxy.corp:3128")),
            ("http://canary canary", None),
            ("http=web:80;https=secure:443", None),
        ] {
            let error = with_variables(address, "").expect_err(address);
            let (name, set_by) = (name.map(str::to_owned), RouteSource::Variable("HTTPS_PROXY"));
            assert_eq!(error, ClientError::Proxy { name, set_by }, "{address}");
            assert!(!format!("{error} {error:?}").contains("canary"), "{address}");
            // An exception needs no proxy.
            assert!(with_variables(address, "example.com").expect("direct").proxy().is_none());
        }
    }
}
