//! The list of saved connections: describing, renaming, and naming new ones.

use calyptia_api::Server;
use uuid::Uuid;

use super::{Connections, CredentialStore, credentials::is_entry_of};
use crate::{
    messages::{ConnectionColor, ErrorCode, KnownConnection, Preferences, Problem, ServerChoice, Startup},
    settings::{Credential, SavedConnection, default_name},
};

/// The longest name of a connection, in characters.
const MAX_NAME: usize = 60;

impl Connections {
    /// Everything that is known without the keyring and the network. The caller fills in how the app was started.
    #[must_use]
    pub fn startup(
        &self,
        version: &'static str,
        preset: Option<String>,
        language: Option<String>,
    ) -> Startup {
        Startup {
            version,
            servers: Server::KNOWN
                .into_iter()
                .map(|known| ServerChoice { name: known.name, url: known.url, internal: known.internal })
                .collect(),
            preset,
            sample: self.sample_only,
            language,
            connections: self.known(),
            last: self.settings.last().map(|last| last.id),
            preferences: Preferences { ..self.settings.preferences() },
            order: self.settings.order(),
            token_age: self.settings.token_age(),
            snippet_format: self.settings.snippet_format(),
            notice: self.settings.notice(),
        }
    }

    /// The saved connections, in the order they were created.
    #[must_use]
    pub fn known(&self) -> Vec<KnownConnection> {
        self.settings.connections().into_iter().map(|saved| self.describe(saved)).collect()
    }

    fn describe(&self, saved: SavedConnection) -> KnownConnection {
        let signed_in = self.is_signed_in(&saved);
        let SavedConnection {
            id,
            name,
            server,
            credential,
            in_keyring,
            account,
            project,
            production,
            color,
            ..
        } = saved;
        KnownConnection {
            id,
            name,
            host: Server::parse(&server).map(|server| server.host()).unwrap_or_default(),
            server,
            sample: credential == Credential::Sample,
            account,
            session_only: credential == Credential::Session,
            signed_in,
            in_keyring,
            project,
            production,
            color,
        }
    }

    /// Whether a connection can be used without entering a bearer token.
    pub(super) fn is_signed_in(&self, saved: &SavedConnection) -> bool {
        match saved.credential {
            Credential::Keyring | Credential::Sample => true,
            Credential::Session => self.vault.storage_of(&saved.entry) == calyptia_vault::Storage::Session,
            Credential::SignedOut => false,
        }
    }

    /// Renames a connection.
    ///
    /// # Errors
    /// If the name is empty, too long or has line breaks, the connection has been forgotten, or the settings cannot be saved.
    pub async fn rename(&self, id: Uuid, name: &str) -> Result<(), Problem> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
            return Err(Problem::new(ErrorCode::BadConnectionName, "1 to 60 characters on one line"));
        }
        if !self.settings.change_connection(id, |known| known.name = name.to_owned()) {
            return Err(Problem::signed_out());
        }
        self.save().await
    }

    /// Says whether a lot depends on a connection's tokens.
    ///
    /// # Errors
    /// If the connection has been forgotten, or the settings cannot be saved.
    pub async fn mark_production(&self, id: Uuid, production: bool) -> Result<(), Problem> {
        if !self.settings.change_connection(id, |known| known.production = production) {
            return Err(Problem::signed_out());
        }
        self.save().await
    }

    /// Gives a connection a color, or takes it away.
    ///
    /// # Errors
    /// If the connection has been forgotten, or the settings cannot be saved.
    pub async fn set_color(&self, id: Uuid, color: Option<ConnectionColor>) -> Result<(), Problem> {
        if !self.settings.change_connection(id, |known| known.color = color) {
            return Err(Problem::signed_out());
        }
        self.save().await
    }

    /// What is saved of a connection, or the start of a new one: the one that `wanted` names, another to the same server for
    /// the same person or for nobody, or a new one.
    pub(super) fn saved_or_new(
        &self,
        wanted: Option<Uuid>,
        server: &Server,
        store: CredentialStore,
        email: Option<&str>,
    ) -> SavedConnection {
        let known = self.settings.connections();
        let sample = store == CredentialStore::Sample;
        let is_wanted = |known: &&SavedConnection| {
            if sample {
                // Its port differs at each start; its projects do not.
                known.credential == Credential::Sample
            } else {
                known.server == server.as_str() && wanted == Some(known.id)
            }
        };
        let is_theirs = |known: &&SavedConnection| {
            !sample && known.server == server.as_str() && email.is_some() && known.account.as_deref() == email
        };
        // Signing out forgets whose it was; a connection without an owner is anybody's.
        let is_vacant = |known: &&SavedConnection| {
            !sample
                && known.server == server.as_str()
                && known.credential == Credential::SignedOut
                && known.account.is_none()
        };
        // The first of a server has the server's address, so that it is found where people look for it.
        let free_entry =
            |address: &str| free(address, |entry| known.iter().all(|known| known.entry != entry));
        let found = known.iter().find(is_wanted).or_else(|| known.iter().find(is_theirs));
        if let Some(found) = found.or_else(|| known.iter().find(is_vacant)) {
            if sample || is_entry_of(&found.entry, server) {
                return found.clone();
            }
            // The settings were changed: what the entry holds belongs to another server, and stays as it is.
            return SavedConnection {
                entry: free_entry(server.as_str()),
                in_keyring: false,
                ..found.clone()
            };
        }
        let address = if sample { "" } else { server.as_str() };
        SavedConnection {
            id: Uuid::new_v4(),
            name: free(&default_name(address), |name| known.iter().all(|known| known.name != name)),
            server: address.to_owned(),
            entry: free_entry(address),
            credential: Credential::SignedOut,
            in_keyring: false,
            account: None,
            project: None,
            production: false,
            color: None,
            recent_projects: Vec::new(),
        }
    }
}

/// `base`, or `base (2)` and so on: the first that is free.
fn free(base: &str, is_free: impl Fn(&str) -> bool) -> String {
    if is_free(base) {
        return base.to_owned();
    }
    let mut number = 2_u32;
    loop {
        let candidate = format!("{base} ({number})");
        if is_free(&candidate) {
            return candidate;
        }
        number += 1;
    }
}
