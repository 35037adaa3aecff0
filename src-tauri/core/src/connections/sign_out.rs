//! Leaving a connection: locked, signed out, or forgotten. The session's work ends first. Nobody is reported as signed out
//! while the keyring may hold their bearer token.

use std::sync::Arc;

use uuid::Uuid;

use super::Connections;
use crate::{
    lock::lock,
    messages::{ErrorCode, Problem},
    session::Session,
    settings::{Credential, SavedConnection},
};

impl Connections {
    /// Deletes a connection's bearer token and closes its session. The connection stays known.
    ///
    /// # Errors
    /// If the keyring does not prove the deletion. Then the bearer token still works, the session is open, and nothing says
    /// otherwise.
    pub async fn sign_out(&self, id: Uuid) -> Result<(), Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        if saved.credential == Credential::Sample {
            return self.forget(id).await;
        }
        self.delete_credential(&saved, |certain| {
            self.settings.change_connection(id, |known| {
                known.credential = Credential::SignedOut;
                known.in_keyring = !certain;
            });
        })
        .await
    }

    /// Deletes a connection's bearer token and everything that is known about the connection.
    ///
    /// # Errors
    /// As [`Self::sign_out`]. Then the connection stays known, so that it can be tried again.
    pub async fn forget(&self, id: Uuid) -> Result<(), Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        self.delete_credential(&saved, |certain| {
            if certain {
                self.settings.forget_connection(id);
            } else {
                self.settings.change_connection(id, |known| known.credential = Credential::SignedOut);
            }
        })
        .await
    }

    /// Closes the session and drops everything that is in memory: the list, bearer tokens kept for this session, a pasted
    /// one, and a token on the clipboard. What the keyring holds is read again by [`Self::restore`].
    pub fn lock(&self) {
        let mut state = lock(&self.state);
        state.drop_pending();
        Self::close_current(&mut state);
        self.vault.forget_session();
        self.clipboard.clear();
    }

    /// Deletes a bearer token wherever it is, then closes the session and makes `change`. That is told whether the keyring
    /// certainly holds nothing: a sign-in that has begun meanwhile may have written to it.
    async fn delete_credential(
        &self,
        saved: &SavedConnection,
        change: impl FnOnce(bool),
    ) -> Result<(), Problem> {
        let leaving = Leaving::begin(self, saved.id)?;
        let writes = self.keyring_writes.count(&saved.entry);
        if saved.in_keyring {
            self.vault.delete(&saved.entry).await?;
        }
        let certain = leaving.finish(|| {
            let certain = self.keyring_writes.count(&saved.entry) == writes;
            self.vault.forget_for_session(&saved.entry);
            change(certain);
            certain
        });
        let _ = self.save().await;
        if certain { Ok(()) } else { Err(Problem::new(ErrorCode::Busy, "a sign-in has begun meanwhile")) }
    }
}

/// A connection that is being left: its work has ended, and no sign-in can bring it back. Dropped unfinished, it continues.
struct Leaving<'c> {
    connections: &'c Connections,
    id: Uuid,
    session: Option<Arc<Session>>,
}

impl<'c> Leaving<'c> {
    fn begin(connections: &'c Connections, id: Uuid) -> Result<Self, Problem> {
        let mut state = lock(&connections.state);
        if !state.leaving.insert(id) {
            return Err(Problem::new(ErrorCode::Busy, "this connection is being signed out already"));
        }
        // It may be about to be signed in.
        state.drop_pending();
        let session = state.current.clone().filter(|session| session.connection() == id);
        if let Some(session) = &session {
            session.suspend();
            connections.clipboard.clear();
        }
        Ok(Self { connections, id, session })
    }

    /// Closes the session for good and makes `change` in the same moment.
    fn finish<T>(self, change: impl FnOnce() -> T) -> T {
        let mut state = lock(&self.connections.state);
        if state.current.as_ref().is_some_and(|session| session.connection() == self.id) {
            Connections::close_current(&mut state);
            self.connections.clipboard.clear();
        }
        let changed = change();
        drop(state);
        changed
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        lock(&self.connections.state).leaving.remove(&self.id);
        if let Some(session) = &self.session {
            session.resume();
        }
    }
}
