//! What a caller holds while its request is on its way.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;

use crate::error::VaultError;
use crate::queue::{Reply, RequestQueue, Task};
use crate::worker::Worker;

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
    let id = queue.submit(task(reply), |queue| Worker::new(queue).run())?;
    let mut pending = PendingRequest { queue: Arc::clone(queue), id, answer };
    match tokio::time::timeout(deadline, &mut pending.answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(VaultError::failed("no answer")),
        Err(_) => Err(VaultError::TimedOut),
    }
}
