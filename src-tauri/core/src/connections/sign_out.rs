//! Locking, signing out, forgetting. The session's work ends first. Nobody is reported as signed out
//! while the keyring may hold their bearer token.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{ClosedSession, Connections, State};
use crate::{
    lock::lock,
    messages::{ErrorCode, Problem},
    session::Session,
    settings::Credential,
};

/// How often a removal is tried while other sign-ins begin.
const MAX_REMOVALS: usize = 3;

impl Connections {
    /// Deletes a connection's bearer token and closes its session. The connection stays known by its name and server. Returns a
    /// problem to report: it is signed out, but the settings on disk do not say so yet.
    ///
    /// # Errors
    /// If the keyring does not prove the deletion. Then the bearer token still works, the session is open, and nothing says
    /// otherwise.
    pub async fn sign_out(&self, id: Uuid) -> Result<Option<Problem>, Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        if saved.credential == Credential::Sample {
            return self.forget(id).await;
        }
        self.remove_credential(id, || {
            self.settings.change_connection(id, |known| {
                known.credential = Credential::SignedOut;
                known.in_keyring = false;
                (known.account, known.project) = (None, None);
                known.recent_projects.clear();
            });
        })
        .await
    }

    /// Deletes a connection's bearer token and everything that is known about the connection. Returns a problem to report,
    /// as [`Self::sign_out`] does, or: what was kept of its lists could not be deleted.
    ///
    /// # Errors
    /// As [`Self::sign_out`]. Then the connection stays known, so that it can be tried again.
    pub async fn forget(&self, id: Uuid) -> Result<Option<Problem>, Problem> {
        let server = self.settings.connection(id).map(|known| known.server);
        let forgotten = self.remove_credential(id, || self.settings.forget_connection(id)).await;
        let problem = forgotten?;
        if let Some(server) = server {
            self.forget_server(&server);
        }
        let deleted = self.delete_snapshots(move |snapshots| snapshots.forget(id)).await;
        Ok(problem.or(deleted.err()))
    }

    /// Stops the removal of a connection's bearer token, which then fails as cancelled. The connection stays as it is. Of the
    /// keyring nothing is asked any more, but it can still delete the entry if a person confirms that in its window.
    pub fn cancel_removal(&self, id: Uuid) {
        if let Some(removal) = lock(&self.state).removing.get(&id) {
            removal.cancel();
        }
    }

    /// Closes the session and drops everything that is in memory: the list, bearer tokens kept for this session, a pasted
    /// one, and a token on the clipboard. What the keyring holds is read again by [`Self::restore`].
    pub fn lock(&self) {
        let closed = {
            let mut state = lock(&self.state);
            state.drop_pending();
            self.vault.forget_session();
            Self::close_current(&mut state)
        };
        drop(closed);
        self.clipboard.clear();
    }

    /// Deletes a bearer token wherever it is, then closes the session and makes `change` in the same moment.
    async fn remove_credential(&self, id: Uuid, change: impl Fn()) -> Result<Option<Problem>, Problem> {
        let removal = Removal::begin(self, id)?;
        let stopped = removal.stopped.clone();
        tokio::select! {
            biased;
            () = stopped.cancelled() => {
                Err(Problem::new(ErrorCode::Cancelled, "signing out was stopped"))
            }
            removed = self.remove(removal, change) => removed,
        }?;
        // Not stopped any more: it is signed out.
        Ok(self.save().await.err())
    }

    async fn remove(&self, removal: Removal<'_>, change: impl Fn()) -> Result<(), Problem> {
        let id = removal.id;
        for _ in 0..MAX_REMOVALS {
            // A sign-in that has been stopped may still be giving back what it has written.
            lock(&self.state).drop_pending();
            drop(self.sign_in_turn.lock().await);
            let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
            let writes = self.keyring_writes.count(&saved.entry);
            if saved.in_keyring {
                self.vault.delete(&saved.entry).await?;
            }
            let closed = {
                let mut state = lock(&self.state);
                if self.keyring_writes.count(&saved.entry) != writes {
                    // Another sign-in has begun meanwhile, and may have written to the keyring.
                    continue;
                }
                self.vault.forget_for_session(&saved.entry);
                change();
                removal.close_session(&mut state)
            };
            drop(closed);
            return Ok(());
        }
        Err(Problem::new(ErrorCode::Busy, "sign-ins keep writing to the keyring entry"))
    }
}

/// The removal of a credential: the connection's work has ended, and no sign-in can install a session for it. Dropped before
/// the session is closed, the session continues.
struct Removal<'c> {
    connections: &'c Connections,
    id: Uuid,
    session: Option<Arc<Session>>,
    stopped: CancellationToken,
}

impl<'c> Removal<'c> {
    fn begin(connections: &'c Connections, id: Uuid) -> Result<Self, Problem> {
        let mut state = lock(&connections.state);
        if state.removing.contains_key(&id) {
            return Err(Problem::new(ErrorCode::Busy, "this connection is being signed out already"));
        }
        let stopped = CancellationToken::new();
        state.removing.insert(id, stopped.clone());
        let session = state.current.clone().filter(|session| session.connection() == id);
        if let Some(session) = &session {
            session.suspend();
            connections.clipboard.clear();
        }
        Ok(Self { connections, id, session, stopped })
    }

    fn close_session(&self, state: &mut State) -> Option<ClosedSession> {
        let is_current = state.current.as_ref().is_some_and(|session| session.connection() == self.id);
        let closed = is_current.then(|| Connections::close_current(state)).flatten();
        if closed.is_some() {
            self.connections.clipboard.clear();
        }
        closed
    }
}

impl Drop for Removal<'_> {
    fn drop(&mut self) {
        lock(&self.connections.state).removing.remove(&self.id);
        if let Some(session) = &self.session {
            session.resume();
        }
    }
}
