//! The connections that are known, and leaving them: for a while (locked), signed out, or forgotten.

use std::time::Duration;

use calyptia_api::Server;
use uuid::Uuid;

use crate::{
    contract::KnownConnection,
    problem::{ErrorCode, Problem},
    settings::{Credential, SavedConnection},
    state::State,
};

/// How long leaving a session waits for a keyring that need not even be there.
const OLD_ENTRY_DEADLINE: Duration = Duration::from_secs(2);
/// The longest name of a connection, in characters.
const LONGEST_NAME: usize = 60;

impl State {
    /// The connections, in the order in which they were made.
    pub(crate) fn known_connections(&self) -> Vec<KnownConnection> {
        self.settings.connections().into_iter().map(|saved| self.describe(saved)).collect()
    }

    fn describe(&self, saved: SavedConnection) -> KnownConnection {
        let SavedConnection { id, name, server, entry, credential, account, .. } = saved;
        KnownConnection {
            id,
            name,
            host: Server::parse(&server).map(|server| server.host()).unwrap_or_default(),
            server,
            sample: credential == Credential::Sample,
            account,
            session_only: credential == Credential::Session,
            signed_in: match credential {
                Credential::Keyring | Credential::Sample => true,
                Credential::Session => self.vault.storage_of(&entry) == calyptia_vault::Storage::Session,
                Credential::SignedOut => false,
            },
        }
    }

    pub(crate) fn rename(&self, id: Uuid, name: &str) -> Result<(), Problem> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(Problem::new(ErrorCode::BadConnectionName, "1 to 60 characters on one line"));
        }
        let saved = self.settings.change_connection(id, |known| known.name = name.to_owned());
        self.not_saved(saved).map_or(Ok(()), Err)
    }

    /// Deletes the credential, and leaves the connection if it is the one in use. It stays known. If the keyring keeps
    /// the credential, all stays as it is: nobody is shown as signed out who is not.
    pub(crate) async fn sign_out(&self, id: Uuid) -> Result<(), Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        match saved.credential {
            Credential::Sample => return self.forget(id).await,
            _ => self.delete_credential(&saved).await?,
        }
        self.leave(id);
        let change = |known: &mut SavedConnection| known.credential = Credential::SignedOut;
        self.not_saved(self.settings.change_connection(id, change));
        Ok(())
    }

    /// Deletes the credential and all that is known of the connection.
    pub(crate) async fn forget(&self, id: Uuid) -> Result<(), Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        self.delete_credential(&saved).await?;
        self.leave(id);
        self.not_saved(self.settings.forget_connection(id));
        Ok(())
    }

    /// Drops what is in memory: the connection in use with its list, credentials kept for this session, a pasted one,
    /// and a token on the clipboard. What the keyring holds is read again at the next [`State::restore`].
    pub(crate) fn lock(&self) {
        self.connecting.cancel();
        self.head_start().take();
        self.end_work();
        self.active_slot().take();
        self.pasted().take();
        self.vault.forget_session();
        self.clipboard.clear_soon();
    }

    async fn delete_credential(&self, saved: &SavedConnection) -> Result<(), Problem> {
        match saved.credential {
            Credential::Sample | Credential::SignedOut => {}
            Credential::Keyring
                if self.vault.storage_of(&saved.entry) == calyptia_vault::Storage::Keyring =>
            {
                self.vault.delete(&saved.entry).await?;
            }
            // The credential in use is in memory. What the keyring may hold from earlier is worth a try, no more.
            Credential::Session | Credential::Keyring => {
                if let Err(error) = self.vault.with_deadline(OLD_ENTRY_DEADLINE).delete(&saved.entry).await {
                    tracing::warn!("an older entry may be left in the keyring: {error}");
                }
                self.vault.forget_for_session(&saved.entry);
            }
        }
        Ok(())
    }

    /// Drops the connection in use, if it is this one, with all that is under way for it.
    fn leave(&self, id: Uuid) {
        // It may be on its way back into use.
        self.connecting.cancel();
        self.head_start().take();
        let mut active = self.active_slot();
        if active.as_ref().is_some_and(|active| active.id == id) {
            self.pasted().take();
            self.end_work();
            active.take();
        }
    }
}
