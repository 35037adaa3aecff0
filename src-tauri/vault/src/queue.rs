//! Where requests wait for the thread that owns the store, and what that thread and the callers both have to know: which
//! writes are not final. [`PendingWrite`] is here because a request's reply contains it and it refers to the queue.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use keyring::CredentialStore;
use secrecy::SecretString;
use tokio::sync::oneshot;

use crate::error::VaultError;
use crate::history::{History, UncommittedWrite};
use crate::platform::Modifiers;
use crate::session::SessionStore;
use crate::waits::Waits;

/// How to open a store, and how entries are stored in it.
pub(crate) struct StoreSource {
    pub open: Box<dyn Fn() -> keyring::Result<Arc<CredentialStore>> + Send + Sync>,
    pub max_entry_bytes: Option<usize>,
    pub modifiers: Modifiers,
}

/// The worker's end of a request. It is closed when the caller has gone.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, VaultError>>;

pub(crate) enum Task {
    Read { account: String, reply: Reply<Option<SecretString>> },
    Write { account: String, secret: SecretString, shared: Arc<Shared>, reply: Reply<PendingWrite> },
    Delete { account: String, reply: Reply<()> },
    UndoAbandoned { account: String },
    DeleteLeftovers { account: String },
}

pub(crate) struct Request {
    pub id: u64,
    pub task: Task,
}

#[derive(Default)]
struct State {
    requests: VecDeque<Request>,
    last_id: u64,
    has_worker: bool,
    closed: bool,
    histories: HashMap<String, History>,
}

impl State {
    fn request(&mut self, task: Task) -> Request {
        self.last_id += 1;
        Request { id: self.last_id, task }
    }
}

/// First in, first out; only undoing goes to the front.
pub(crate) struct RequestQueue {
    pub source: StoreSource,
    state: Mutex<State>,
    work_ready: Condvar,
}

// For callers.
impl RequestQueue {
    pub fn new(source: StoreSource) -> Arc<Self> {
        Arc::new(Self { source, state: Mutex::default(), work_ready: Condvar::new() })
    }

    /// A queue whose requests a test handles in its own thread.
    #[cfg(test)]
    pub fn without_worker(source: StoreSource) -> Arc<Self> {
        let queue = Self::new(source);
        queue.state().has_worker = true;
        queue
    }

    #[cfg(test)]
    pub fn try_next(&self) -> Option<Request> {
        self.state().requests.pop_front()
    }

    /// The number of the request submitted last.
    #[cfg(test)]
    pub fn last_id(&self) -> u64 {
        self.state().last_id
    }

    /// Queues a request and returns its number. If there is no worker, starts a thread for it that runs `work`.
    pub fn submit(self: &Arc<Self>, task: Task, work: fn(Arc<Self>)) -> Result<u64, VaultError> {
        let mut state = self.state();
        if !state.has_worker {
            let queue = Arc::clone(self);
            // Never joined: when the app exits, it can be in a call that ends only when a person answers a prompt.
            thread::Builder::new()
                .name("keyring".to_owned())
                .spawn(move || work(queue))
                .map_err(|_| VaultError::failed("no thread could be started"))?;
            state.has_worker = true;
        }
        let request = state.request(task);
        let id = request.id;
        state.requests.push_back(request);
        self.work_ready.notify_one();
        Ok(id)
    }

    /// Removes a request whose caller has gone, unless the worker has begun it.
    pub fn cancel(&self, id: u64) {
        let mut state = self.state();
        let index = state.requests.iter().position(|request| request.id == id);
        let cancelled = index.and_then(|index| state.requests.remove(index));
        drop(state);
        // Only now: dropping a request can close the queue, which takes the lock.
        drop(cancelled);
    }

    pub fn commit(&self, account: &str, id: u64, has_leftovers: bool) {
        let mut state = self.state();
        Self::change_history(&mut state, account, |history| history.commit(id));
        if has_leftovers {
            let request = state.request(Task::DeleteLeftovers { account: account.to_owned() });
            state.requests.push_back(request);
            self.work_ready.notify_one();
        }
    }

    /// Has a write undone before anything else that waits.
    pub fn abandon(&self, account: &str, id: u64) {
        let mut state = self.state();
        if state.histories.get_mut(account).is_some_and(|history| history.abandon(id)) {
            let request = state.request(Task::UndoAbandoned { account: account.to_owned() });
            state.requests.push_front(request);
            self.work_ready.notify_one();
        }
    }

    /// Lets the worker end once the queue is empty.
    pub fn close(&self) {
        self.state().closed = true;
        self.work_ready.notify_one();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under this lock. If it happens anyway, continuing is the lesser evil.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// For the worker.
impl RequestQueue {
    /// Waits for a request. `None` when the queue is empty and nobody is left to submit one.
    pub fn next(&self) -> Option<Request> {
        let mut state = self.state();
        loop {
            if let Some(request) = state.requests.pop_front() {
                return Some(request);
            }
            if state.closed {
                return None;
            }
            state = self.work_ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn record(&self, account: &str, write: UncommittedWrite) {
        self.state().histories.entry(account.to_owned()).or_default().push(write);
    }

    /// The account was deleted: no write before that is to be undone.
    pub fn forget_history(&self, account: &str) {
        self.state().histories.remove(account);
    }

    /// The account's history if a write in it has to be undone.
    pub fn abandoned(&self, account: &str) -> Option<History> {
        self.state().histories.get(account).filter(|history| history.has_abandoned()).cloned()
    }

    pub fn remove_abandoned(&self, account: &str, undone: &History) {
        Self::change_history(&mut self.state(), account, |history| history.remove_abandoned(undone));
    }

    fn change_history(state: &mut State, account: &str, change: impl FnOnce(&mut History)) {
        if let Some(history) = state.histories.get_mut(account) {
            change(history);
            if history.is_empty() {
                state.histories.remove(account);
            }
        }
    }
}

/// What all handles of one vault share. The last of them lets the worker end.
pub(crate) struct Shared {
    pub queue: Arc<RequestQueue>,
    pub session: SessionStore,
    pub waits: Waits,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.queue.close();
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
