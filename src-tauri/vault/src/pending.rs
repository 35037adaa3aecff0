//! What a caller holds while a request is on its way, and while a write is not final.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::error::VaultError;
use crate::queue::{Reply, RequestQueue, Task};
use crate::session::SessionStore;

/// What all handles of one vault share. The last of them lets the worker end.
pub(crate) struct Shared {
    pub queue: Arc<RequestQueue>,
    pub session: SessionStore,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// The caller's end of a request. Dropping it cancels the request.
struct PendingRequest<T> {
    queue: Arc<RequestQueue>,
    id: u64,
    answer: oneshot::Receiver<Result<T, VaultError>>,
}

impl<T> Drop for PendingRequest<T> {
    fn drop(&mut self) {
        // One that the worker has begun sees that this end is closed. An answer nobody took is dropped, and a
        // `PendingWrite` in it is thereby undone.
        self.queue.cancel(self.id);
    }
}

/// Submits a task and waits for its answer, for as long as `deadline` at most.
pub(crate) async fn request<T>(
    queue: &Arc<RequestQueue>,
    deadline: Duration,
    task: impl FnOnce(Reply<T>) -> Task,
) -> Result<T, VaultError> {
    let (reply, answer) = oneshot::channel();
    let id = queue.submit(task(reply))?;
    let mut pending = PendingRequest { queue: Arc::clone(queue), id, answer };
    match tokio::time::timeout(deadline, &mut pending.answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(VaultError::failed("no answer")),
        Err(_) => Err(VaultError::TimedOut),
    }
}

/// A credential that is in the keyring, but not final.
///
/// [`PendingWrite::commit`] makes it final. If it is dropped instead, the write is undone before any request that waits:
/// the account's previous credential is put back, or the entry deleted. Undoing changes nothing if the account no longer
/// holds what this write left, or if a later write was committed or the account deleted since. An undo that fails is
/// tried again before the next read of the account. Undoing ends with the process.
#[must_use = "a write that is not committed is undone"]
pub struct PendingWrite {
    shared: Arc<Shared>,
    account: String,
    id: u64,
    has_leftovers: bool,
    committed: bool,
}

impl PendingWrite {
    pub(crate) fn new(shared: Arc<Shared>, account: String, id: u64, has_leftovers: bool) -> Self {
        Self { shared, account, id, has_leftovers, committed: false }
    }

    /// Makes the write final, and forgets a credential kept for this session. What the previous credential leaves in the
    /// keyring is deleted afterwards.
    pub fn commit(mut self) {
        self.committed = true;
        self.shared.queue.commit(&self.account, self.id, self.has_leftovers);
        self.shared.session.forget(&self.account);
    }
}

impl Drop for PendingWrite {
    fn drop(&mut self) {
        if !self.committed {
            self.shared.queue.abandon(&self.account, self.id);
        }
    }
}

impl fmt::Debug for PendingWrite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingWrite").field("account", &self.account).finish_non_exhaustive()
    }
}
