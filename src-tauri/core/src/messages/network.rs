//! The network settings, and waits that a server asked for.

use serde::{Deserialize, Serialize};

/// Which proxy requests go through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ProxyChoice {
    /// The system's settings decide.
    #[default]
    System,
    /// None.
    None,
    /// The proxy at this address, which holds no password.
    Address { url: String },
}

/// The network settings, and the route requests take.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NetworkStatus {
    pub proxy: ProxyChoice,
    pub route: RouteInUse,
    pub certificates: Option<CertificatesSummary>,
}

/// The route that requests to the current server take, whatever setting decided it.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RouteInUse {
    /// No session is open.
    Unknown,
    Direct,
    /// Host and port of the proxy.
    Proxy {
        name: String,
    },
}

/// The extra certificates that servers are checked against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CertificatesSummary {
    /// The name of the file they came from.
    pub file: String,
    pub count: usize,
}

/// What to do with the extra certificates.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum CertificatesChange {
    Keep,
    Remove,
    /// Use those of the file that was chosen last.
    UseChosen,
}

/// The server asked for a wait; the request continues afterwards.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ServerWait {
    pub seconds: u64,
}
