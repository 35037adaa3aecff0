//! While the web view starts, the connection used last is verified and its list loaded. The result is kept until the page asks for
//! it. Nothing is saved before that.

use std::sync::Arc;

use calyptia_api::Server;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{
    Connections,
    approval::Asking,
    sign_in::{PreparedConnection, VerifiedConnection},
};
use crate::{
    guard::guarded,
    lock::lock,
    messages::{ErrorCode, Problem},
    settings::Credential,
};

/// Work for a connection that the page has not asked for yet. Dropping this stops it.
pub(super) struct Prefetch {
    connection: Uuid,
    task: JoinHandle<Result<Prefetched, Problem>>,
}

/// How far the work got.
pub(super) enum Prefetched {
    /// Nothing has been sent to its server.
    Prepared(Box<PreparedConnection>),
    Verified(Box<VerifiedConnection>),
}

impl Drop for Prefetch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Prefetch {
    pub(super) async fn result(mut self) -> Result<Prefetched, Problem> {
        let stopped = |_| Err(Problem::new(ErrorCode::Cancelled, "the verification was stopped"));
        (&mut self.task).await.unwrap_or_else(stopped)
    }
}

impl Connections {
    /// Prepares the connection used last, if its bearer token is in the keyring, and verifies it if its server is encrypted. Needs
    /// a tokio runtime.
    pub fn prefetch(self: &Arc<Self>) {
        let Some(last) = self.settings.last().filter(|last| last.credential == Credential::Keyring) else {
            return;
        };
        // On this computer other users may listen; nothing is sent there before the window is open.
        let sends = Server::parse(&last.server).is_ok_and(|server| server.is_encrypted());
        self.prefetch_connection(last.id, sends);
    }

    /// Deletes snapshots that an earlier run of the app left behind, in the background. Needs a tokio runtime.
    pub fn delete_leftover_snapshots(&self) {
        let snapshots = Arc::clone(&self.snapshots);
        tokio::task::spawn_blocking(move || {
            if let Err(error) = snapshots.delete_leftovers() {
                tracing::warn!("a snapshot could not be deleted: {}", error.kind());
            }
        });
    }

    pub(super) fn prefetch_connection(self: &Arc<Self>, connection: Uuid, sends: bool) {
        let connections = Arc::downgrade(self);
        let mut state = lock(&self.state);
        // The page may have been faster.
        if state.closed || state.current.is_some() {
            return;
        }
        let task = tokio::spawn(async move {
            let connections = connections.upgrade().ok_or_else(Problem::signed_out)?;
            guarded(async {
                let prepared = connections.prepare_saved(connection, Asking::NotNow).await?;
                Ok(if sends {
                    Prefetched::Verified(Box::new(connections.verify(prepared).await?))
                } else {
                    Prefetched::Prepared(Box::new(prepared))
                })
            })
            .await
        });
        state.prefetch = Some(Prefetch { connection, task });
    }

    /// The work that was started for this connection.
    pub(super) fn take_prefetched(&self, id: Uuid) -> Option<Prefetch> {
        lock(&self.state).prefetch.take().filter(|prefetch| prefetch.connection == id)
    }
}
