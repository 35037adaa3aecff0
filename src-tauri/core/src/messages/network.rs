//! The network settings, and waits that a server asked for.

use calyptia_api::{ClientError, Route, RouteSource};
use serde::{Deserialize, Serialize};

use super::Problem;

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
    /// The route of the current session.
    pub route: Option<RouteSummary>,
    pub certificates: Option<CertificatesSummary>,
}

/// The route that requests to a server take, and what decided it.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RouteSummary {
    Direct {
        reason: RouteReason,
    },
    Proxy {
        /// Its host and port.
        name: String,
        reason: RouteReason,
    },
    /// Requests are not sent: there may be a proxy, and it cannot be used.
    Unusable {
        problem: Problem,
        reason: Option<RouteReason>,
    },
}

/// What decided a route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum RouteReason {
    /// The server is on this computer.
    ThisComputer,
    /// The app's settings.
    Settings,
    /// This environment variable: one that names a proxy, or one that names exceptions.
    Variable { name: String },
    /// The system's settings.
    System,
    /// The exceptions in the system's settings.
    SystemException,
    /// No proxy is configured.
    NotConfigured,
}

impl From<&Route> for RouteSummary {
    fn from(route: &Route) -> Self {
        let reason = route.source().into();
        match route.proxy() {
            Some(name) => Self::Proxy { name, reason },
            None => Self::Direct { reason },
        }
    }
}

impl From<RouteSource> for RouteReason {
    fn from(source: RouteSource) -> Self {
        match source {
            RouteSource::ThisComputer => Self::ThisComputer,
            RouteSource::Network => Self::Settings,
            RouteSource::Variable(name) => Self::Variable { name: name.to_owned() },
            RouteSource::System => Self::System,
            RouteSource::SystemException => Self::SystemException,
            _ => Self::NotConfigured,
        }
    }
}

impl From<ClientError> for RouteSummary {
    fn from(error: ClientError) -> Self {
        let reason = match &error {
            ClientError::Proxy { set_by, .. } => Some((*set_by).into()),
            ClientError::ProxyScript => Some(RouteReason::System),
            _ => None,
        };
        Self::Unusable { problem: error.into(), reason }
    }
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
