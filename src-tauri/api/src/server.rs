//! The address of an API server: where requests go, and the only place a bearer is ever sent to.

use std::fmt;

use url::Url;

use crate::network::is_loopback;

/// A server's base URL: `https`, or `http` to this machine only; possibly with a path in front of the API's.
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
    /// Plain `http` to another machine would show the credential to the network.
    #[error("only https is allowed, except to this machine (localhost, 127.0.0.1, [::1])")]
    NotEncrypted,
    /// A user name or password stands in it.
    #[error("leave the user name and password out of the address")]
    HasCredentials,
    /// A query or fragment stands behind it.
    #[error("leave out everything from the question mark or hash sign on")]
    HasQuery,
}

impl Server {
    /// The vendor's own servers, by the names they publish.
    pub const KNOWN: [(&'static str, &'static str); 4] = [
        ("Production", "https://cloud-api.calyptia.com"),
        ("Staging", "https://cloud-api-staging.calyptia.com"),
        ("Development", "https://cloud-api-dev.calyptia.com"),
        ("Local", "http://localhost:5000"),
    ];

    /// The vendor's production server.
    #[must_use]
    pub fn production() -> Self {
        #[expect(clippy::unwrap_used, reason = "a constant, parsed in a test")]
        Self::parse(Self::KNOWN[0].1).unwrap()
    }

    /// Reads what a person typed. A missing scheme means `https`; a trailing slash does not matter.
    ///
    /// # Errors
    /// Says which rule the address breaks.
    pub fn parse(text: &str) -> Result<Self, ServerError> {
        let text = text.trim();
        let with_scheme = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let mut base = Url::parse(&with_scheme).map_err(|_| ServerError::NotAnAddress)?;
        if base.host().is_none() {
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

    /// Scheme, host and path without a trailing slash: the same text for the same server.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    /// Host, with the port where it is not the scheme's own.
    #[must_use]
    pub fn host(&self) -> String {
        let host = self.base.host_str().unwrap_or_default();
        match self.base.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// Whether requests stay on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.base.host())
    }

    /// Whether requests are encrypted. Those that are not stay on this machine.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.base.scheme() == "https"
    }

    /// The URL of an endpoint, each segment percent-encoded. `None` for segments that would name another
    /// endpoint: URLs drop `.` and `..` even when encoded.
    pub(crate) fn endpoint(&self, segments: &[&str]) -> Option<Url> {
        if segments.iter().any(|s| s.is_empty() || *s == "." || *s == "..") {
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
    use super::*;

    #[test]
    fn every_known_server_is_a_valid_address() {
        for (name, url) in Server::KNOWN {
            assert_eq!(Server::parse(url).map(|s| s.to_string()).as_deref(), Ok(url), "{name}");
        }
        assert_eq!(Server::production().host(), "cloud-api.calyptia.com");
    }

    #[test]
    fn a_typed_address_is_tidied() {
        for (typed, tidy) in [
            ("  https://api.example.com/  ", "https://api.example.com"),
            ("api.example.com", "https://api.example.com"),
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
    fn endpoints_stand_behind_a_sub_path_and_are_encoded() {
        let server = Server::parse("https://example.com/calyptia").expect("valid");
        let url = |segments: &[&str]| server.endpoint(segments).map(String::from);
        assert_eq!(
            url(&["v1", "project_tokens", "../../users"]).as_deref(),
            Some("https://example.com/calyptia/v1/project_tokens/..%2F..%2Fusers")
        );
        assert_eq!(url(&["v1", ".."]), None);
        assert_eq!(url(&["v1", ""]), None);
    }
}
