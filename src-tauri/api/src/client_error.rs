//! Why a client cannot be made. Nothing is sent then.

use crate::RouteSource;

/// Why a client cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The credential does not fit into a header.
    #[error("the credential does not fit into a header")]
    InvalidCredential,
    /// The system's certificates cannot be used, so no server can be trusted. Extra certificates work without them.
    #[error("the system's certificates cannot be used{}", variable.map(|name| format!("; check the variable {name}")).unwrap_or_default())]
    CertificateStore {
        /// The environment variable that names another place for them, where it is set.
        variable: Option<&'static str>,
    },
    /// The address of the proxy cannot be used. The client does not fall back to a direct connection, which may be
    /// forbidden or watched.
    #[error("the address of the proxy{} cannot be used", name.as_ref().map(|name| format!(" {name}")).unwrap_or_default())]
    Proxy {
        /// The proxy's host and port, if the rest of the address leaves no doubt about them.
        name: Option<String>,
        /// What names the proxy.
        set_by: RouteSource,
    },
    /// The system's settings leave the choice of a proxy to a configuration script (PAC), which this client does not run. It
    /// does not fall back to a direct connection either.
    #[error("the system chooses the proxy with a configuration script, which cannot be followed")]
    ProxyScript,
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}
