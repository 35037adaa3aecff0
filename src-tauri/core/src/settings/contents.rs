//! The contents of the settings file. None of it is secret. Reading is lenient, field by field: a value that this version
//! does not know costs that field, never the connections.

use std::{collections::BTreeMap, io};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, value::RawValue};
use uuid::Uuid;

use super::rotations::SavedRotation;
use crate::messages::{ConnectionColor, ListOrder, Preferences, ProxyChoice, SnippetFormat, TokenAge, Zoom};

/// The version this app writes.
pub(super) const VERSION: u64 = 2;

/// Everything that is saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Contents {
    version: u64,
    pub(super) connections: Vec<SavedConnection>,
    /// The connection used last.
    pub(super) current: Option<Uuid>,
    pub(super) network: NetworkSettings,
    pub(super) preferences: Preferences,
    pub(super) zoom: Zoom,
    pub(super) order: ListOrder,
    /// That the lists were last narrowed to.
    pub(super) token_age: TokenAge,
    /// Of the last snippet.
    pub(super) snippet_format: SnippetFormat,
    /// Oldest first.
    pub(super) rotations: Vec<SavedRotation>,
}

/// A connection to return to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SavedConnection {
    pub(crate) id: Uuid,
    /// The name its owner gave it.
    pub(crate) name: String,
    /// The server's base URL. Empty for sample data.
    pub(crate) server: String,
    /// The user name of its keyring entry. Renaming the connection does not change it.
    pub(crate) entry: String,
    /// Where its bearer token is.
    pub(crate) credential: Credential,
    /// Whether the keyring may hold a bearer token under `entry`, wherever the current one is: true from before the first
    /// write until a deletion is proven.
    pub(crate) in_keyring: bool,
    /// The e-mail address in its latest bearer token.
    pub(crate) account: Option<String>,
    /// The project that was open.
    pub(crate) project: Option<Uuid>,
    /// Whether a lot depends on its tokens, so that revoking one takes an extra step.
    pub(crate) production: bool,
    /// What tells it from others at a glance.
    pub(crate) color: Option<ConnectionColor>,
    /// The projects that were open last, the latest first.
    pub(crate) recent_projects: Vec<Uuid>,
}

/// The most projects that are kept as recent ones: what somebody goes back and forth between.
pub(super) const MAX_RECENT_PROJECTS: usize = 5;

/// Where a connection's bearer token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Credential {
    Keyring,
    /// In memory, until the app ends.
    Session,
    /// Not needed: the sample data inside the app.
    Sample,
    /// Nowhere: its owner signed out.
    SignedOut,
}

/// The network settings. A proxy's password is never part of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct NetworkSettings {
    pub(crate) proxy: ProxyChoice,
    pub(crate) certificates: Option<SavedCertificates>,
}

/// A copy of the file of extra certificates: the file itself may be moved or deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SavedCertificates {
    /// The file's name.
    pub(crate) file: String,
    pub(crate) pem: String,
}

impl Contents {
    /// Reads a settings file of this version or another.
    ///
    /// # Errors
    /// `InvalidData` if it is not a JSON object.
    pub(super) fn parse(json: &[u8]) -> io::Result<Self> {
        let json = calyptia_api::to_utf8(json);
        let Some(Value::Object(mut fields)) = serde_json::from_slice(&json).ok().map(|raw| read_raw(raw, 0))
        else {
            return Err(io::ErrorKind::InvalidData.into());
        };
        let connections = match fields.remove("connections") {
            Some(Value::Array(connections)) => connections,
            // Version 1 had a single connection.
            _ => fields.remove("connection").into_iter().collect(),
        };
        let connections: Vec<_> = connections.into_iter().filter_map(SavedConnection::read).collect();
        let version = field(&mut fields, "version").unwrap_or_default();
        let current = match field(&mut fields, "current") {
            None if version == 1 => connections.first().map(|connection| connection.id),
            current => current,
        };
        Ok(Self {
            version,
            connections,
            current,
            network: match fields.remove("network") {
                None | Some(Value::Null) => NetworkSettings::default(),
                Some(network) => NetworkSettings::read(network),
            },
            preferences: object(&mut fields, "preferences").map(read_preferences).unwrap_or_default(),
            zoom: field(&mut fields, "zoom").map(Zoom::nearest).unwrap_or_default(),
            order: field(&mut fields, "order").unwrap_or_default(),
            token_age: field(&mut fields, "token_age").unwrap_or_default(),
            snippet_format: field(&mut fields, "snippet_format").unwrap_or_default(),
            rotations: SavedRotation::read_all(fields.remove("rotations")),
        })
    }

    /// Adds what a file holds that could not be read at the start: what has been changed since counts.
    pub(super) fn merge(&mut self, file: &Self) {
        let is_new =
            |connection: &&SavedConnection| self.connections.iter().all(|own| own.id != connection.id);
        let earlier: Vec<_> = file.connections.iter().filter(is_new).cloned().collect();
        self.connections.splice(0..0, earlier);
        self.current = self.current.or(file.current);
        if self.network == NetworkSettings::default() {
            self.network = file.network.clone();
        }
        if self.preferences == Preferences::default() {
            self.preferences = file.preferences;
        }
        if self.zoom == Zoom::default() {
            self.zoom = file.zoom;
        }
        if self.order == ListOrder::default() {
            self.order = file.order;
        }
        if self.token_age == TokenAge::default() {
            self.token_age = file.token_age;
        }
        if self.snippet_format == SnippetFormat::default() {
            self.snippet_format = file.snippet_format;
        }
        self.merge_rotations(&file.rotations);
    }

    /// Removes private keys beside the extra certificates, which earlier versions saved with them. Returns whether there were any.
    pub(super) fn remove_private_keys(&mut self) -> bool {
        const KEY: &str = "PRIVATE KEY-----";
        let Some(certificates) = &mut self.network.certificates else { return false };
        let pem = &mut certificates.pem;
        let mut removed = false;
        while let Some(label) = pem.find(KEY) {
            let start = pem[..label].rfind("-----BEGIN").unwrap_or(label);
            let after = label + KEY.len();
            let end = pem[after..].find(KEY).map_or(pem.len(), |end| after + end + KEY.len());
            pem.replace_range(start..end, "");
            removed = true;
        }
        removed
    }

    /// Whether a newer version of the app wrote it, which may keep more in it than this one understands.
    pub(super) fn is_newer(&self) -> bool {
        self.version > VERSION
    }

    pub(super) fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        let mut json = serde_json::to_vec_pretty(&Self { version: VERSION, ..self.clone() })?;
        json.push(b'\n');
        Ok(json)
    }
}

impl SavedConnection {
    /// `None` without a server to connect to.
    fn read(value: Value) -> Option<Self> {
        let Value::Object(mut fields) = value else { return None };
        let server: String = field(&mut fields, "server")?;
        // What an unknown value means is unknown, so the keyring may hold something.
        let credential = field(&mut fields, "credential");
        let is_certain = matches!(credential, Some(Credential::Sample | Credential::SignedOut));
        Some(Self {
            id: field(&mut fields, "id").unwrap_or_else(Uuid::new_v4),
            name: field(&mut fields, "name").unwrap_or_else(|| default_name(&server)),
            entry: field(&mut fields, "entry").unwrap_or_else(|| server.clone()),
            server,
            credential: credential.unwrap_or(Credential::SignedOut),
            in_keyring: field(&mut fields, "in_keyring").unwrap_or(!is_certain),
            account: field(&mut fields, "account"),
            project: field(&mut fields, "project"),
            // A value that cannot be understood must not take the extra step away.
            production: fields.remove("production").is_some_and(|value| value != Value::Bool(false)),
            color: field(&mut fields, "color"),
            recent_projects: recent_projects(fields.remove("recent_projects")),
        })
    }

    /// A project of it has been opened.
    pub(crate) fn open_project(&mut self, project: Uuid) {
        self.project = Some(project);
        self.recent_projects.retain(|recent| *recent != project);
        self.recent_projects.insert(0, project);
        self.recent_projects.truncate(MAX_RECENT_PROJECTS);
    }
}

/// Those that can be read, each once.
fn recent_projects(value: Option<Value>) -> Vec<Uuid> {
    let Some(Value::Array(values)) = value else { return Vec::new() };
    let mut projects = Vec::new();
    for project in values.into_iter().filter_map(|value| serde_json::from_value(value).ok()) {
        if projects.len() < MAX_RECENT_PROJECTS && !projects.contains(&project) {
            projects.push(project);
        }
    }
    projects
}

impl NetworkSettings {
    /// What cannot be understood must not become another route: it is kept as an address and as certificates that cannot be
    /// used, so requests fail until a person has looked at it.
    fn read(value: Value) -> Self {
        let proxy_text = |value: &Value| ProxyChoice::Address { url: format!("not understood: {value}") };
        let Value::Object(mut fields) = value else {
            return Self { proxy: proxy_text(&value), certificates: None };
        };
        let proxy = fields.remove("proxy").unwrap_or(Value::Null);
        let certificates = fields.remove("certificates").unwrap_or(Value::Null);
        let unusable = || SavedCertificates { file: "settings.json".into(), pem: certificates.to_string() };
        Self {
            proxy: match &proxy {
                Value::Null => ProxyChoice::default(),
                proxy => serde_json::from_value(proxy.clone()).unwrap_or_else(|_| proxy_text(proxy)),
            },
            certificates: match &certificates {
                Value::Null => None,
                value => Some(serde_json::from_value(value.clone()).unwrap_or_else(|_| unusable())),
            },
        }
    }
}

fn read_preferences(mut fields: Map<String, Value>) -> Preferences {
    let default = Preferences::default();
    Preferences {
        language: field(&mut fields, "language").unwrap_or(default.language),
        theme: field(&mut fields, "theme").unwrap_or(default.theme),
        density: field(&mut fields, "density").unwrap_or(default.density),
        clipboard_seconds: field(&mut fields, "clipboardSeconds")
            .filter(|seconds| Preferences::CLIPBOARD_SECONDS.contains(seconds))
            .unwrap_or(default.clipboard_seconds),
        lock_minutes: field(&mut fields, "lockMinutes")
            .filter(|minutes: &Option<u32>| {
                minutes.is_none_or(|minutes| Preferences::LOCK_MINUTES.contains(&minutes))
            })
            .unwrap_or(default.lock_minutes),
        // A value that cannot be understood may have been meant to keep nothing.
        show_changes: fields
            .remove("showChanges")
            .map_or(default.show_changes, |value| value == Value::Bool(true)),
    }
}

/// The most levels of arrays and objects that settings have is four.
const MAX_DEPTH: usize = 8;

/// A value of which parts cannot be represented, such as the number `1e999` or half a surrogate pair, costs only those: they
/// become an empty array, which no field takes.
fn read_raw(raw: &RawValue, depth: usize) -> Value {
    let nothing = || Value::Array(Vec::new());
    if let Ok(value) = serde_json::from_str(raw.get()) {
        value
    } else if depth == MAX_DEPTH {
        nothing()
    } else if let Ok(fields) = serde_json::from_str::<BTreeMap<String, &RawValue>>(raw.get()) {
        fields.into_iter().map(|(name, raw)| (name, read_raw(raw, depth + 1))).collect()
    } else if let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) {
        items.into_iter().map(|raw| read_raw(raw, depth + 1)).collect()
    } else {
        nothing()
    }
}

/// A field's value, unless it is missing or of another shape.
pub(super) fn field<T: DeserializeOwned>(fields: &mut Map<String, Value>, name: &str) -> Option<T> {
    serde_json::from_value(fields.remove(name)?).ok()
}

fn object(fields: &mut Map<String, Value>, name: &str) -> Option<Map<String, Value>> {
    match fields.remove(name)? {
        Value::Object(fields) => Some(fields),
        _ => None,
    }
}

/// A connection's name until its owner gives it another.
pub(crate) fn default_name(server: &str) -> String {
    match calyptia_api::Server::parse(server) {
        Ok(server) => server.host(),
        Err(_) => "Sample data".to_owned(),
    }
}
