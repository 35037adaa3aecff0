//! The one thread that owns the store. It handles requests in order, and is never replaced.
//!
//! # A call that hangs
//!
//! A keyring call can block for as long as a prompt is open, and cannot be interrupted. While it does, other requests
//! wait, and fail at their own deadlines with `TimedOut`; what the session keeps can still be read. A call that never
//! returns blocks the keyring until the app restarts. One case is known: the Secret Service exits while its prompt is
//! open, and the client waits for a signal that cannot come.
//!
//! The alternative is a second thread with a second connection. It keeps other requests going, but the hung call can
//! complete after later ones: it overwrites a newer credential, or brings back one that was reported as deleted, until
//! somebody notices and repairs it. With one thread everything that happens to an account happens in order, and a late
//! completion is undone before anything else is done. In both cases an undo is lost if the process ends first.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use keyring::CredentialStore;
use secrecy::{ExposeSecret, SecretString};

use crate::error::{StoreError, StoreState, VaultError};
use crate::history::UncommittedWrite;
use crate::pieces::{self, Progress};
use crate::queue::{PendingWrite, Reply, Request, RequestQueue, Shared, Task};
use crate::store_view::StoreView;

/// For work that nobody can cancel.
const NEVER: &dyn Fn() -> bool = &|| false;

pub(crate) struct Worker {
    queue: Arc<RequestQueue>,
    store: Option<Arc<CredentialStore>>,
}

impl Worker {
    pub fn new(queue: Arc<RequestQueue>) -> Self {
        Self { queue, store: None }
    }

    pub fn run(mut self) {
        while let Some(request) = self.queue.next() {
            self.handle(request);
        }
    }

    pub fn handle(&mut self, request: Request) {
        match request.task {
            Task::Read { account, reply } => self.read(&account, reply),
            Task::Write { account, secret, shared, reply } => {
                self.write(request.id, account, secret, shared, reply);
            }
            Task::Delete { account, reply } => self.delete(&account, reply),
            Task::UndoAbandoned { account } => drop(self.undo_abandoned(&account)),
            Task::DeleteLeftovers { account } => self.delete_leftovers(&account),
        }
    }

    fn read(&mut self, account: &str, reply: Reply<Option<SecretString>>) {
        // Usually nothing is left to undo. If an undo failed, its write must not be read as the account's credential.
        let found = self.undo_abandoned(account).and_then(|()| {
            self.work(&|| reply.is_closed(), |view| match pieces::read(view, account)? {
                None => Ok(None),
                Some(bytes) => match std::str::from_utf8(&bytes) {
                    Ok(text) => Ok(Some(SecretString::from(text))),
                    Err(_) => Err(StoreError::unrecognized()),
                },
            })
        });
        let _ = reply.send(found);
    }

    fn write(
        &mut self,
        id: u64,
        account: String,
        secret: SecretString,
        shared: Arc<Shared>,
        reply: Reply<PendingWrite>,
    ) {
        let mut progress = Progress::default();
        let written = self.work(&|| reply.is_closed(), |view| {
            pieces::write(view, &account, secret.expose_secret().as_bytes(), &mut progress)
        });
        if progress.head_touched {
            let write = UncommittedWrite {
                id,
                secret: Arc::new(secret),
                pieces: progress.pieces,
                previous: progress.previous.flatten().map(Arc::new),
                abandoned: written.is_err(),
            };
            self.queue.record(&account, write);
        }
        match written {
            // If the caller has gone, this drops the `PendingWrite`, which has the write undone.
            Ok(()) => drop(reply.send(Ok(PendingWrite::new(shared, account, id, progress.has_leftovers)))),
            Err(error) => {
                // Before the answer, so that the previous credential is back when the error is reported. Not after a
                // refusal: it would prompt again.
                if !error.is_refusal() {
                    if progress.head_touched {
                        let _ = self.undo_abandoned(&account);
                    } else if progress.has_leftovers {
                        self.delete_leftovers(&account);
                    }
                }
                let _ = reply.send(Err(error));
            }
        }
    }

    fn delete(&mut self, account: &str, reply: Reply<()>) {
        let deleted = self.work(&|| reply.is_closed(), |view| pieces::delete(view, account));
        if deleted.is_ok() {
            self.queue.forget_history(account);
        }
        let _ = reply.send(deleted);
    }

    /// Undoes the account's abandoned writes. If that fails, they stay recorded.
    fn undo_abandoned(&mut self, account: &str) -> Result<(), VaultError> {
        let Some(history) = self.queue.abandoned(account) else { return Ok(()) };
        let undone = self.work(NEVER, |view| {
            let found = pieces::inspect(view, account)?;
            match history.correction(&found) {
                Some(wanted) => pieces::restore(view, account, wanted.as_ref().map(|bytes| bytes.as_slice())),
                None if found.pieces.is_some() || history.has_pieces() => {
                    pieces::delete_leftovers(view, account)
                }
                None => Ok(()),
            }
        });
        match &undone {
            Ok(()) => {
                self.queue.remove_abandoned(account, &history);
                tracing::info!("an abandoned change of the keyring was undone");
            }
            Err(error) => {
                tracing::warn!(%error, "an abandoned change of the keyring could not be undone yet")
            }
        }
        undone
    }

    fn delete_leftovers(&mut self, account: &str) {
        if let Err(error) = self.work(NEVER, |view| pieces::delete_leftovers(view, account)) {
            // The journal still names them, so the next change deletes them.
            tracing::warn!(%error, "entries of an earlier credential are left in the keyring");
        }
    }

    /// Does `work` with the store. Opens the store if there is none and drops it if it broke. Tries a second time, with
    /// a new store, if the connection of an old one turned out to be gone, or if another program deleted an entry
    /// between a search and its use.
    fn work<T>(
        &mut self,
        cancelled: &dyn Fn() -> bool,
        mut work: impl FnMut(&StoreView<'_>) -> Result<T, StoreError>,
    ) -> Result<T, VaultError> {
        let mut retried = false;
        loop {
            let reused = self.store.is_some();
            // Stores use locks and data from another process; a panic in one must not end this thread.
            let done = catch_unwind(AssertUnwindSafe(|| {
                let source = &self.queue.source;
                let store = match &self.store {
                    Some(store) => Arc::clone(store),
                    None if cancelled() => return Err(StoreError::cancelled()),
                    None => Arc::clone(self.store.insert((source.open)()?)),
                };
                work(&StoreView {
                    store: &*store,
                    max_entry_bytes: source.max_entry_bytes,
                    modifiers: source.modifiers,
                    cancelled,
                })
            }));
            let failure = match done {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(failure)) => failure,
                Err(_) => {
                    StoreError::new(VaultError::failed("the keyring’s client panicked"), StoreState::Broken)
                }
            };
            if failure.state != StoreState::Usable {
                let broken = self.store.take();
                let _ = catch_unwind(AssertUnwindSafe(|| drop(broken)));
            }
            let can_retry = failure.state == StoreState::Disconnected && (reused || failure.is_item_gone());
            if retried || !can_retry || cancelled() {
                return Err(failure.error);
            }
            retried = true;
        }
    }
}
