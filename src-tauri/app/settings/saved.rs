//! What stands in the settings file, and how an older file is read. No secret is among it.

use std::io;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::contract::{Preferences, ProxyChoice};

/// The version this app writes.
pub(super) const VERSION: u32 = 2;

/// All that is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contents {
    pub(super) version: u32,
    pub(super) connections: Vec<SavedConnection>,
    /// The connection used last.
    pub(super) current: Option<Uuid>,
    #[serde(default)]
    pub(super) network: NetworkSettings,
    #[serde(default)]
    pub(super) preferences: Preferences,
}

/// A connection to go back to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedConnection {
    pub(crate) id: Uuid,
    /// What its owner calls it.
    pub(crate) name: String,
    /// The server's base URL. Empty for sample data.
    pub(crate) server: String,
    /// The user under which the keyring keeps its credential. It stays the same however the connection is called.
    pub(crate) entry: String,
    /// Where its credential is.
    pub(crate) credential: Credential,
    /// The e-mail address that its credential named last.
    pub(crate) account: Option<String>,
    /// The project that was open.
    pub(crate) project: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credential {
    /// In the keyring.
    Keyring,
    /// Nowhere: it was kept for the session only.
    Session,
    /// None is needed: the sample data inside the app.
    Sample,
    /// Nowhere: its owner signed out.
    SignedOut,
}

/// How the network is to be used. A password of a proxy is not among it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NetworkSettings {
    pub(crate) proxy: ProxyChoice,
    pub(crate) certificates: Option<SavedCertificates>,
}

/// A copy of the file of extra certificates: the file itself may move or go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedCertificates {
    /// The name of the file they came from.
    pub(crate) file: String,
    pub(crate) pem: String,
}

impl Contents {
    /// Reads this version's JSON, or the first one's, which knew a single connection.
    pub(super) fn parse(json: &[u8]) -> io::Result<Self> {
        #[derive(Deserialize)]
        struct Head {
            version: u32,
        }

        match serde_json::from_slice::<Head>(json)?.version {
            VERSION => Ok(serde_json::from_slice(json)?),
            1 => Ok(serde_json::from_slice::<First>(json)?.into()),
            _ => Err(io::Error::new(io::ErrorKind::InvalidData, "settings of another version")),
        }
    }
}

#[derive(Deserialize)]
struct First {
    connection: Option<FirstConnection>,
    #[serde(default)]
    network: NetworkSettings,
}

#[derive(Deserialize)]
struct FirstConnection {
    server: String,
    credential: Credential,
    project: Option<Uuid>,
}

impl From<First> for Contents {
    fn from(first: First) -> Self {
        let connections: Vec<_> = first
            .connection
            .map(|FirstConnection { server, credential, project }| SavedConnection {
                id: Uuid::new_v4(),
                name: first_name(&server),
                entry: server.clone(),
                server,
                credential,
                account: None,
                project,
            })
            .into_iter()
            .collect();
        Self {
            version: VERSION,
            current: connections.first().map(|connection| connection.id),
            connections,
            network: first.network,
            preferences: Preferences::default(),
        }
    }
}

/// What a connection is called until its owner gives it a name.
pub(crate) fn first_name(server: &str) -> String {
    match calyptia_api::Server::parse(server) {
        Ok(server) => server.host(),
        Err(_) => "Sample data".to_owned(),
    }
}
