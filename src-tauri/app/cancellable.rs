//! Work of which there is one at a time, and which a person may stop. And work that may be broken: it is told, and ends
//! nothing but itself.

use std::{
    panic::AssertUnwindSafe,
    sync::{Mutex, PoisonError},
};

use futures_util::FutureExt as _;
use tokio::sync::oneshot;

use crate::problem::{ErrorCode, Problem};

/// Runs futures one at a time: a new one, or [`Self::cancel`], drops the one before.
#[derive(Default)]
pub(crate) struct Cancellable {
    stop: Mutex<Option<oneshot::Sender<()>>>,
}

impl Cancellable {
    /// Runs `work` to its end, or drops it when it is cancelled.
    pub(crate) async fn run<T>(&self, work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
        let (stop, stopped) = oneshot::channel();
        // Replacing the sender drops the one before, which is what stops the work before.
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
        tokio::select! {
            biased;
            _ = stopped => Err(Problem::new(ErrorCode::Cancelled, "cancelled")),
            result = guarded(work) => result,
        }
    }

    pub(crate) fn cancel(&self) {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Does `work`. If it panics, whoever asked for it is told: the page would wait for ever otherwise.
pub(crate) async fn guarded<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    // All locks here are taken up again after a panic, and what they hold is replaced as a whole.
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err(Problem::new(ErrorCode::Bug, "the work broke off")))
}

#[cfg(test)]
mod tests {
    use std::{future::pending, sync::Arc};

    use super::*;

    #[tokio::test]
    async fn cancelling_and_new_work_end_the_work_before() {
        let slot = Arc::new(Cancellable::default());
        for start_new in [false, true] {
            let waiting = tokio::spawn({
                let slot = Arc::clone(&slot);
                async move { slot.run(pending::<Result<(), Problem>>()).await }
            });
            while slot.stop.lock().expect("no panic").is_none() {
                tokio::task::yield_now().await;
            }
            if start_new {
                assert_eq!(slot.run(async { Ok(7) }).await.ok(), Some(7));
            } else {
                slot.cancel();
            }
            let result = waiting.await.expect("no panic");
            assert_eq!(result.map_err(|problem| problem.code), Err(ErrorCode::Cancelled));
        }
    }

    #[tokio::test]
    async fn p5_work_that_panics_is_told_and_the_next_works() {
        let slot = Cancellable::default();
        let broken =
            slot.run(async { if slot.stop.lock().is_ok() { panic!("canary") } else { Ok(()) } }).await;
        let problem = broken.expect_err("it broke");
        assert_eq!(problem.code, ErrorCode::Bug);
        assert!(!format!("{problem:?}").contains("canary"));
        assert_eq!(slot.run(async { Ok(7) }).await.ok(), Some(7));
    }
}
