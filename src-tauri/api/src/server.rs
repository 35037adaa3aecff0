//! The address of an API server: where requests go, and the only place a bearer token is ever sent to.

use std::fmt;

use rustls::pki_types::ServerName;
use url::Url;

use crate::network::is_loopback;

/// A server's base URL: `https`, or `http` to this computer only; possibly with a path in front of the API's.
#[derive(Clone, PartialEq, Eq)]
pub struct Server {
    base: Url,
}

/// Why a text is not the address of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// It does not parse, or has no host.
    #[error("this is not a web address; one looks like https://cloud-api.example.com")]
    NotAnAddress,
    /// Plain `http` to another computer would show the bearer token to the network.
    #[error("only https is allowed, except to this computer (localhost, 127.0.0.1, [::1])")]
    NotEncrypted,
    /// It contains a user name or password.
    #[error("leave the user name and password out of the address")]
    HasCredentials,
    /// It has a query or fragment.
    #[error("leave out everything from the question mark or hash sign on")]
    HasQuery,
}

/// Longer than any address that people use, and short enough to show.
const MAX_ADDRESS: usize = 500;

/// A server that the vendor publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownServer {
    /// What the vendor calls it, in English.
    pub name: &'static str,
    /// Its address, as [`Server::as_str`] returns it.
    pub url: &'static str,
    /// Whether it serves the vendor's own work only.
    pub internal: bool,
}

impl Server {
    /// The vendor's servers, production first.
    pub const KNOWN: [KnownServer; 4] = [
        KnownServer { name: "Production", url: "https://cloud-api.calyptia.com", internal: false },
        KnownServer { name: "Staging", url: "https://cloud-api-staging.calyptia.com", internal: true },
        KnownServer { name: "Development", url: "https://cloud-api-dev.calyptia.com", internal: true },
        KnownServer { name: "Local", url: "http://localhost:5000", internal: false },
    ];

    /// The vendor's production server.
    #[must_use]
    pub fn production() -> Self {
        #[expect(clippy::unwrap_used, reason = "a constant, parsed in a test")]
        Self::parse(Self::KNOWN[0].url).unwrap()
    }

    /// Reads what a person typed. A missing scheme means `https`, or `http` on this computer; a trailing slash is ignored.
    ///
    /// # Errors
    /// Which rule the address breaks.
    pub fn parse(text: &str) -> Result<Self, ServerError> {
        let text = text.trim();
        if text.len() > MAX_ADDRESS {
            return Err(ServerError::NotAnAddress);
        }
        let parse = |text: &str| Url::parse(text).map_err(|_| ServerError::NotAnAddress);
        let mut base = if text.contains("://") {
            parse(text)?
        } else {
            let here = parse(&format!("http://{text}"))?;
            if is_loopback(here.host()) { here } else { parse(&format!("https://{text}"))? }
        };
        // The host of `https:/host` and the like.
        if base.host().is_none() || matches!(base.host_str(), Some("http" | "https")) {
            return Err(ServerError::NotAnAddress);
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(ServerError::HasCredentials);
        }
        if base.query().is_some() || base.fragment().is_some() {
            return Err(ServerError::HasQuery);
        }
        match base.scheme() {
            "https" => {}
            "http" if is_loopback(base.host()) => {}
            "http" => return Err(ServerError::NotEncrypted),
            _ => return Err(ServerError::NotAnAddress),
        }
        let path = base.path().trim_end_matches('/').to_owned();
        base.set_path(&path);
        Ok(Self { base })
    }

    /// Whether the vendor publishes it, and what is sent to it is encrypted.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.is_encrypted() && Self::KNOWN.iter().any(|known| known.url == self.as_str())
    }

    /// Scheme, host and path without a trailing slash: the same text for the same server.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Host, and port unless it is the scheme's default.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// The host alone, an IPv6 address without brackets.
    pub(crate) fn host_name(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        host.trim_start_matches('[').trim_end_matches(']').to_owned()
    }

    /// The port, also if it is the scheme's default.
    pub(crate) fn port(&self) -> u16 {
        self.base.port_or_known_default().unwrap_or_default()
    }

    pub(crate) fn scheme(&self) -> &str {
        self.base.scheme()
    }

    /// Whether requests stay on this computer.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.base.host())
    }

    /// Whether requests are encrypted. Those that are not stay on this computer.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.scheme() == "https"
    }

    /// The name that its certificate must be valid for.
    pub(crate) fn tls_name(&self) -> Option<ServerName<'static>> {
        ServerName::try_from(self.host_name()).ok()
    }

    /// The URL of an endpoint, each segment percent-encoded. `None` for segments that would name another endpoint: URLs drop
    /// `.` and `..` even if they are encoded, and tabs and line breaks before they are.
    pub(crate) fn endpoint(&self, segments: &[&str]) -> Option<Url> {
        let is_lost = |s: &&str| matches!(*s, "" | "." | "..") || s.contains(['\t', '\r', '\n']);
        if segments.iter().any(is_lost) {
            return None;
        }
        let mut url = self.base.clone();
        url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
        Some(url)
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Server({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_known_server_is_a_valid_address() {
        for known in Server::KNOWN {
            assert_eq!(
                Server::parse(known.url).map(|s| s.to_string()).as_deref(),
                Ok(known.url),
                "{known:?}"
            );
        }
        assert_eq!(Server::production().host(), "cloud-api.calyptia.com");
    }

    #[test]
    fn a_typed_address_is_normalized() {
        for (typed, tidy) in [
            ("  https://api.example.com/  ", "https://api.example.com"),
            ("api.example.com", "https://api.example.com"),
            ("api.example.com:8443/calyptia", "https://api.example.com:8443/calyptia"),
            ("localhost:5000", "http://localhost:5000"),
            ("127.0.0.1:8911/", "http://127.0.0.1:8911"),
            ("https://example.com/calyptia/", "https://example.com/calyptia"),
            ("http://localhost:5000", "http://localhost:5000"),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://127.0.0.1:1/", "http://127.0.0.1:1"),
        ] {
            assert_eq!(Server::parse(typed).map(|s| s.to_string()).as_deref(), Ok(tidy));
        }
    }

    #[test]
    fn addresses_that_would_leak_or_mislead_are_refused() {
        for (typed, reason) in [
            ("http://example.com", ServerError::NotEncrypted),
            ("http://localhost.example.com", ServerError::NotEncrypted),
            ("http://10.0.0.1", ServerError::NotEncrypted),
            ("https://ana:secret@example.com", ServerError::HasCredentials),
            ("https://example.com/?a=b", ServerError::HasQuery),
            ("ftp://example.com", ServerError::NotAnAddress),
            ("", ServerError::NotAnAddress),
            ("https://", ServerError::NotAnAddress),
            ("not an address", ServerError::NotAnAddress),
        ] {
            assert_eq!(Server::parse(typed), Err(reason), "{typed}");
        }
    }

    #[test]
    fn endpoints_follow_a_sub_path_and_are_encoded() {
        let server = Server::parse("https://example.com/calyptia").expect("valid");
        let url = |segments: &[&str]| server.endpoint(segments).map(String::from);
        assert_eq!(
            url(&["v1", "project_tokens", "../../users"]).as_deref(),
            Some("https://example.com/calyptia/v1/project_tokens/..%2F..%2Fusers")
        );
        assert_eq!(url(&["v1", ".."]), None);
        assert_eq!(url(&["v1", ""]), None);
        assert_eq!(url(&["v1", ".\t."]), None);
    }

    /// A segment, decoded in the simplest possible way.
    fn decoded(segment: &str) -> Vec<u8> {
        let mut bytes = segment.bytes();
        std::iter::from_fn(|| {
            let byte = bytes.next()?;
            if byte != b'%' {
                return Some(byte);
            }
            let mut digit = || char::from(bytes.next().expect("two digits")).to_digit(16).expect("a digit");
            u8::try_from(digit() * 16 + digit()).ok()
        })
        .collect()
    }

    fn segment() -> impl Strategy<Value = String> {
        prop_oneof!["\\PC{1,12}", "[./\\\\%2eEfF?#;:@ \t\r\n]{1,6}", "(?s).{0,8}"]
    }

    proptest! {
        #[test]
        fn an_endpoint_stays_under_its_address_at_the_depth_it_was_given(
            host in "https://[a-z]{1,8}\\.example(:[1-9][0-9]{0,3})?|http://localhost:[1-9][0-9]{0,3}|http://\\[::1\\]",
            path in "(/[a-zA-Z0-9.%2e ;:@\\\\_é-]{0,8}){0,4}/{0,2}",
            segments in prop::collection::vec(segment(), 1..5),
        ) {
            let typed = format!("{host}{path}");
            let server = Server::parse(&typed);
            prop_assert!(server.is_ok(), "{}", typed);
            let server = server.expect("just checked");
            prop_assert_eq!(Server::parse(server.as_str()), Ok(server.clone()), "its own text is another address");
            let Some(endpoint) = server.endpoint(&segments.iter().map(String::as_str).collect::<Vec<_>>()) else {
                let names_another = |s: &String| matches!(s.as_str(), "" | "." | "..") || s.contains(['\t', '\r', '\n']);
                prop_assert!(segments.iter().any(names_another), "{:?} are refused", segments);
                return Ok(());
            };
            prop_assert_eq!(Url::parse(endpoint.as_str()), Ok(endpoint.clone()), "its text is another address");
            prop_assert_eq!(endpoint.origin(), server.base.origin());
            prop_assert_eq!((endpoint.username(), endpoint.password()), ("", None));
            prop_assert_eq!((endpoint.query(), endpoint.fragment()), (None, None));
            let behind = endpoint.as_str().strip_prefix(server.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let behind: Option<Vec<_>> = behind.map(|rest| rest.split('/').map(decoded).collect());
            let given: Vec<_> = segments.iter().map(|segment| segment.clone().into_bytes()).collect();
            prop_assert_eq!(behind, Some(given));
        }

        #[test]
        fn any_text_is_a_safe_address_or_refused(text in "\\PC{0,60}|(https?://)?[a-z0-9.:@\\[\\]/?#%]{0,30}") {
            let Ok(server) = Server::parse(&text) else { return Ok(()) };
            prop_assert!(server.is_encrypted() || server.is_loopback(), "{}", server);
            prop_assert!(!server.as_str().contains(['?', '#']), "{}", server);
            prop_assert_eq!(Server::parse(server.as_str()), Ok(server.clone()));
        }
    }
}
