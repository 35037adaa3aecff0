//! The work in progress of a session. Each piece runs under a child of the session's cancellation token, so closing the
//! session ends all of it, and nothing can start afterwards.

use std::sync::{Arc, Mutex, OnceLock};

use tokio_util::sync::CancellationToken;

use crate::{
    guard::guarded,
    lock::lock,
    messages::{ErrorCode, Problem},
};

/// What a piece of work is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Loading the list. A newer load takes the place of the one in progress.
    Load,
    /// Creating a token, or looking for one whose create was not answered. One at a time.
    Create,
    /// Changing or deleting a token.
    Change,
    /// Copying a token. A newer copy takes the place of the one in progress.
    Copy,
    /// Listing the projects.
    Projects,
    /// Checking whether the server can be reached.
    Probe,
    /// Asking about a token that somebody found, or revoking it with itself.
    Identify,
    /// Looking for tokens in files. A newer search takes the place of the one in progress.
    Search,
    /// Comparing the list with the last look at it. A newer one takes the place of the one in progress.
    Compare,
    /// Noting that its changes have been seen.
    MarkSeen,
    /// Asking who created a token. A newer question takes the place of the one in progress.
    Creator,
    /// Asking for the names of fleets. A newer question takes the place of the one in progress.
    Fleets,
}

impl Kind {
    fn replaces_earlier(self) -> bool {
        matches!(self, Self::Load | Self::Copy | Self::Search | Self::Compare | Self::Creator | Self::Fleets)
    }

    fn is_exclusive(self) -> bool {
        self == Self::Create
    }
}

/// The operations of one session.
pub(crate) struct Operations {
    closed: CancellationToken,
    state: Mutex<State>,
}

struct State {
    accepting: bool,
    running: Vec<Arc<Operation>>,
}

struct Operation {
    kind: Kind,
    token: CancellationToken,
    /// Why it was stopped, if somebody stopped it alone.
    reason: OnceLock<ErrorCode>,
}

impl Operation {
    fn stop(&self, reason: ErrorCode) {
        let _ = self.reason.set(reason);
        self.token.cancel();
    }

    fn stopped(&self) -> Problem {
        match self.reason.get() {
            Some(ErrorCode::Superseded) => {
                Problem::new(ErrorCode::Superseded, "a newer request took its place")
            }
            Some(_) => Problem::new(ErrorCode::Cancelled, "cancelled"),
            None => Problem::signed_out(),
        }
    }
}

impl Default for Operations {
    fn default() -> Self {
        let state = State { accepting: true, running: Vec::new() };
        Self { closed: CancellationToken::new(), state: Mutex::new(state) }
    }
}

impl Operations {
    /// Cancelled when the session is closed.
    pub(crate) fn closed(&self) -> &CancellationToken {
        &self.closed
    }

    /// Runs `work` to its end, or drops it when it is cancelled or the session is closed. Panics become problems.
    ///
    /// # Errors
    /// The work's own problem, or: the session is closed, the work was cancelled or superseded, or another piece of this
    /// kind is in progress.
    pub(crate) async fn run<T>(
        &self,
        kind: Kind,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let running = self.begin(kind)?;
        tokio::select! {
            biased;
            () = running.operation.token.cancelled() => Err(running.operation.stopped()),
            result = guarded(work) => result,
        }
    }

    fn begin(&self, kind: Kind) -> Result<Running<'_>, Problem> {
        let mut state = lock(&self.state);
        if self.closed.is_cancelled() {
            return Err(Problem::signed_out());
        }
        if !state.accepting {
            return Err(Problem::new(ErrorCode::Busy, "the connection is being signed out"));
        }
        let earlier = || state.running.iter().filter(|operation| operation.kind == kind);
        if kind.is_exclusive() && earlier().next().is_some() {
            return Err(Problem::new(ErrorCode::Busy, "another one is in progress"));
        }
        if kind.replaces_earlier() {
            earlier().for_each(|operation| operation.stop(ErrorCode::Superseded));
        }
        let token = self.closed.child_token();
        let operation = Arc::new(Operation { kind, token, reason: OnceLock::new() });
        state.running.push(Arc::clone(&operation));
        Ok(Running { operations: self, operation })
    }

    /// Whether work of a kind is in progress.
    pub(crate) fn is_running(&self, kind: Kind) -> bool {
        lock(&self.state).running.iter().any(|operation| operation.kind == kind)
    }

    /// Stops all work of a kind.
    pub(crate) fn cancel(&self, kind: Kind) {
        self.stop(kind, ErrorCode::Cancelled);
    }

    /// Stops all work of a kind, because something newer takes its place.
    pub(crate) fn supersede(&self, kind: Kind) {
        self.stop(kind, ErrorCode::Superseded);
    }

    fn stop(&self, kind: Kind, reason: ErrorCode) {
        let state = lock(&self.state);
        let meant = state.running.iter().filter(|operation| operation.kind == kind);
        meant.for_each(|operation| operation.stop(reason));
    }

    /// Stops all work and accepts no more, until [`Self::resume`].
    pub(crate) fn suspend(&self) {
        let mut state = lock(&self.state);
        state.accepting = false;
        state.running.iter().for_each(|operation| operation.stop(ErrorCode::Cancelled));
    }

    /// Accepts work again.
    pub(crate) fn resume(&self) {
        lock(&self.state).accepting = true;
    }

    /// Stops all work and accepts no more.
    pub(crate) fn close(&self) {
        self.closed.cancel();
    }
}

/// A piece of work that is in progress until this is dropped.
struct Running<'o> {
    operations: &'o Operations,
    operation: Arc<Operation>,
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        lock(&self.operations.state).running.retain(|other| !Arc::ptr_eq(other, &self.operation));
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    type Waiting = tokio::task::JoinHandle<Result<(), Problem>>;

    async fn begun(operations: &Arc<Operations>, kind: Kind) -> Waiting {
        let before = lock(&operations.state).running.len();
        let waiting = tokio::spawn({
            let operations = Arc::clone(operations);
            async move { operations.run(kind, pending()).await }
        });
        while lock(&operations.state).running.len() == before {
            tokio::task::yield_now().await;
        }
        waiting
    }

    async fn code(waiting: Waiting) -> ErrorCode {
        waiting.await.expect("no panic").expect_err("stopped").code
    }

    #[tokio::test]
    async fn only_the_work_that_is_meant_is_cancelled() {
        let operations = Arc::new(Operations::default());
        let copy = begun(&operations, Kind::Copy).await;
        let changes = [begun(&operations, Kind::Change).await, begun(&operations, Kind::Change).await];
        operations.cancel(Kind::Change);
        for change in changes {
            assert_eq!(code(change).await, ErrorCode::Cancelled);
        }
        assert!(!copy.is_finished());
        assert_eq!(operations.run(Kind::Change, async { Ok(7) }).await.ok(), Some(7));
    }

    #[tokio::test]
    async fn a_newer_copy_supersedes_an_earlier_one_and_a_second_create_is_refused() {
        let operations = Arc::new(Operations::default());
        let copy = begun(&operations, Kind::Copy).await;
        assert_eq!(operations.run(Kind::Copy, async { Ok(7) }).await.ok(), Some(7));
        assert_eq!(code(copy).await, ErrorCode::Superseded);

        let create = begun(&operations, Kind::Create).await;
        let second = operations.run(Kind::Create, async { Ok(()) }).await;
        assert_eq!(second.expect_err("one at a time").code, ErrorCode::Busy);
        operations.cancel(Kind::Create);
        assert_eq!(code(create).await, ErrorCode::Cancelled);
    }

    #[tokio::test]
    async fn t3_closing_ends_every_kind_and_nothing_starts_afterwards() {
        let operations = Arc::new(Operations::default());
        let mut all = Vec::new();
        for kind in [
            Kind::Load,
            Kind::Create,
            Kind::Change,
            Kind::Copy,
            Kind::Projects,
            Kind::Probe,
            Kind::Identify,
            Kind::Search,
            Kind::Fleets,
        ] {
            all.push(begun(&operations, kind).await);
        }
        operations.close();
        for waiting in all {
            assert_eq!(code(waiting).await, ErrorCode::SignedOut);
        }
        operations.resume();
        let late = operations.run(Kind::Load, async { Ok(()) }).await;
        assert_eq!(late.expect_err("closed").code, ErrorCode::SignedOut);
    }

    #[tokio::test]
    async fn suspended_work_can_be_started_again() {
        let operations = Arc::new(Operations::default());
        let load = begun(&operations, Kind::Load).await;
        operations.suspend();
        assert_eq!(code(load).await, ErrorCode::Cancelled);
        let refused = operations.run(Kind::Load, async { Ok(()) }).await;
        assert_eq!(refused.expect_err("suspended").code, ErrorCode::Busy);
        operations.resume();
        assert_eq!(operations.run(Kind::Load, async { Ok(7) }).await.ok(), Some(7));
    }

    #[tokio::test]
    async fn p5_work_that_panics_is_reported_and_leaves_nothing_running() {
        let operations = Operations::default();
        let problem = operations.run::<()>(Kind::Create, async { panic!("canary") }).await;
        assert_eq!(problem.expect_err("it panicked").code, ErrorCode::Internal);
        assert_eq!(operations.run(Kind::Create, async { Ok(7) }).await.ok(), Some(7));
    }
}
