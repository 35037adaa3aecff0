//! The thread that owns the store, and the desk where requests wait for it.
//!
//! One thread at a time is in charge and works through the queue. When its call has hung past the request's deadline, a
//! new thread takes over with a new store. The old one, once its call returns, touches nothing more: it leaves what it
//! may have changed at the desk, for the thread in charge to put right. So only single, hung operations of the store
//! ever happen beside each other.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use keyring::CredentialStore;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::error::{Fault, Health, VaultError};
use crate::pieces::{self, Bytes, Pieces, Progress, Shelf};
use crate::platform::Modifiers;

/// How many threads may hang in the store at once. With all of them stuck, requests wait for one to come back.
const MOST_THREADS: usize = 3;

/// How long the thread may go on with work whose caller has gone, before a waiting request gets a new thread.
const GRACE: Duration = Duration::from_secs(1);

/// How long putting a late change right may take before a waiting request gets a new thread.
const UNDOING: Duration = Duration::from_secs(20);

/// How to get a store, and how entries lie in it.
pub(crate) struct Source {
    pub build: Box<dyn Fn() -> keyring::Result<Arc<CredentialStore>> + Send + Sync>,
    pub limit: Option<usize>,
    pub modifiers: Modifiers,
}

/// The thread's end of a request. Sending fails when the caller has gone.
pub(crate) type Reply = oneshot::Sender<Result<Answer, VaultError>>;

pub(crate) enum Task {
    Read { account: String, reply: Reply },
    Write { account: String, secret: SecretString, reply: Reply },
    Delete { account: String, reply: Reply },
    Undo(Late),
}

pub(crate) enum Answer {
    Found(Option<SecretString>),
    /// With what it takes to undo the write.
    Written(Late),
    Deleted,
}

/// A change that nobody waits for any more, or that may come to that.
pub(crate) struct Late {
    account: String,
    wrote: Option<SecretString>,
    pieces: Option<Pieces>,
    /// What the account held before; `None` when that is unknown or not to be put back.
    previous: Option<Option<Bytes>>,
    /// The number of the change, when it was known to be made: a later one makes this one history.
    change: Option<u64>,
    /// From a replaced thread: its call may have overtaken changes made since.
    stray: bool,
}

impl Late {
    fn wrote_bytes(&self) -> Option<&[u8]> {
        self.wrote.as_ref().map(|secret| secret.expose_secret().as_bytes())
    }
}

/// What happened to an account while a replaced thread's change to it may still be made.
#[derive(Default)]
struct Strays {
    count: usize,
    /// What the account should hold, if it was changed since. Here only as long as the stray call.
    latest: Option<Latest>,
}

#[derive(Clone)]
struct Latest {
    value: Option<Bytes>,
    pieces: Option<Pieces>,
}

struct Job {
    request: u64,
    deadline: Instant,
    task: Task,
}

struct Running {
    request: u64,
    /// From here on a waiting request may have the thread replaced.
    overdue: Instant,
    /// The account this work changes.
    changes: Option<String>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    running: Option<Running>,
    in_charge: bool,
    replaced: usize,
    closed: bool,
    requests: u64,
    changes: HashMap<String, u64>,
    strays: HashMap<String, Strays>,
}

pub(crate) struct Desk {
    source: Source,
    state: Mutex<State>,
    bell: Condvar,
    /// Which thread is in charge. Outside the state, as it is asked before every operation of the store.
    turn: AtomicU64,
}

// What callers do.
impl Desk {
    pub(crate) fn new(source: Source) -> Arc<Self> {
        Arc::new(Self { source, state: Mutex::default(), bell: Condvar::new(), turn: AtomicU64::new(0) })
    }

    /// Queues a request and sees to it that there is a thread. The request's number serves to give it up.
    pub(crate) fn submit(self: &Arc<Self>, task: Task, deadline: Instant) -> Result<u64, VaultError> {
        let mut state = self.state();
        state.requests += 1;
        let request = state.requests;
        self.start(&mut state)?;
        state.queue.push_back(Job { request, deadline, task });
        self.bell.notify_one();
        drop(state);
        self.look();
        Ok(request)
    }

    /// Replaces the thread in charge if its work is overdue and other work waits.
    pub(crate) fn look(self: &Arc<Self>) {
        let mut state = self.state();
        let overdue = state.running.as_ref().is_some_and(|running| running.overdue <= Instant::now());
        if !overdue || state.queue.is_empty() || state.replaced + 1 >= MOST_THREADS {
            return;
        }
        tracing::warn!("the keyring does not answer: a new connection takes over");
        if let Some(account) = state.running.take().and_then(|running| running.changes) {
            state.strays.entry(account).or_default().count += 1;
        }
        state.replaced += 1;
        state.in_charge = false;
        if self.start(&mut state).is_err() {
            tracing::error!("no thread could be started for the keyring");
        }
    }

    /// Drops a request from the queue, or lets the thread know that nobody waits for what it does.
    pub(crate) fn give_up(&self, request: u64) {
        let mut state = self.state();
        state.queue.retain(|job| job.request != request);
        if let Some(running) = state.running.as_mut().filter(|running| running.request == request) {
            running.overdue = running.overdue.min(Instant::now() + GRACE);
        }
    }

    /// Has a write undone, ahead of everything that waits.
    pub(crate) fn undo(self: &Arc<Self>, late: Late) {
        let mut state = self.state();
        self.queue_undo(&mut state, late);
    }

    /// Lets the thread end once the queue is empty.
    pub(crate) fn close(&self) {
        self.state().closed = true;
        self.bell.notify_all();
    }

    fn queue_undo(self: &Arc<Self>, state: &mut State, late: Late) {
        state.requests += 1;
        let job = Job { request: state.requests, deadline: Instant::now() + UNDOING, task: Task::Undo(late) };
        state.queue.push_front(job);
        self.bell.notify_one();
        if self.start(state).is_err() {
            tracing::error!("a late change of the keyring could not be undone: no thread could be started");
        }
    }

    fn start(self: &Arc<Self>, state: &mut State) -> Result<(), VaultError> {
        if state.in_charge {
            return Ok(());
        }
        let me = self.turn.fetch_add(1, Ordering::SeqCst) + 1;
        let desk = Arc::clone(self);
        // Never joined: at exit it may sit in a call that ends when a person answers a prompt.
        thread::Builder::new()
            .name("keyring".to_owned())
            .spawn(move || Worker { desk, me, store: None }.run())
            .map_err(|_| VaultError::failed("no thread could be started"))?;
        state.in_charge = true;
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that can panic runs under this lock; should it happen all the same, going on is the better harm.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

// What threads do.
impl Desk {
    fn replaced(&self, me: u64) -> bool {
        self.turn.load(Ordering::SeqCst) != me
    }

    /// Waits for work. `None` when this thread is no longer in charge, or nobody can ask for anything any more.
    fn next(&self, me: u64) -> Option<Task> {
        let mut state = self.state();
        loop {
            if self.replaced(me) {
                return None;
            }
            if let Some(job) = state.queue.pop_front() {
                let changes = match &job.task {
                    Task::Read { .. } => None,
                    Task::Write { account, .. } | Task::Delete { account, .. } => Some(account.clone()),
                    // A stray is on the books already.
                    Task::Undo(late) => (!late.stray).then(|| late.account.clone()),
                };
                state.running = Some(Running { request: job.request, overdue: job.deadline, changes });
                return Some(job.task);
            }
            if state.closed {
                state.in_charge = false;
                return None;
            }
            state = self.bell.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes note that a piece of work ended. `false` when the thread was replaced meanwhile and has to go; what it may
    /// have changed, `late`, then becomes work for the one in charge.
    fn finished(self: &Arc<Self>, me: u64, late: Result<(), Unfinished>) -> bool {
        let mut state = self.state();
        if !self.replaced(me) {
            state.running = None;
            return true;
        }
        state.replaced -= 1;
        match late {
            Err(Unfinished::Change(late)) => self.queue_undo(&mut state, Late { stray: true, ..*late }),
            Err(Unfinished::Nothing(account)) => Self::strike(&mut state, &account),
            Ok(()) => {}
        }
        drop(state);
        // There is room for another thread now, should the one in charge hang as well.
        self.look();
        false
    }

    /// Notes a change and returns its number; `None` when the thread was replaced, and so cannot tell whether its change
    /// came before or after another's.
    fn changed(&self, me: u64, account: &str, value: Option<&[u8]>, pieces: Option<Pieces>) -> Option<u64> {
        let mut state = self.state();
        if self.replaced(me) {
            return None;
        }
        if let Some(strays) = state.strays.get_mut(account) {
            let value = value.map(|bytes| Zeroizing::new(bytes.to_vec()));
            strays.latest = Some(Latest { value, pieces });
        }
        let change = state.changes.entry(account.to_owned()).or_default();
        *change += 1;
        Some(*change)
    }

    fn latest(&self, account: &str) -> Option<Latest> {
        self.state().strays.get(account).and_then(|strays| strays.latest.clone())
    }

    fn is_last(&self, account: &str, change: u64) -> bool {
        self.state().changes.get(account) == Some(&change)
    }

    fn strike(state: &mut State, account: &str) {
        if let Some(strays) = state.strays.get_mut(account) {
            strays.count -= 1;
            if strays.count == 0 {
                state.strays.remove(account);
            }
        }
    }
}

/// What a replaced thread leaves behind.
enum Unfinished {
    /// A change it may have made.
    Change(Box<Late>),
    /// A change to this account it certainly did not make, or made in time.
    Nothing(String),
}

struct Worker {
    desk: Arc<Desk>,
    me: u64,
    store: Option<Arc<CredentialStore>>,
}

impl Worker {
    fn run(mut self) {
        while let Some(task) = self.desk.next(self.me) {
            let end = match task {
                Task::Read { account, reply } => {
                    self.read(&account, reply);
                    Ok(())
                }
                Task::Write { account, secret, reply } => self.write(account, secret, reply),
                Task::Delete { account, reply } => self.delete(account, reply),
                Task::Undo(late) => self.undo(late),
            };
            if !Arc::clone(&self.desk).finished(self.me, end) {
                return;
            }
        }
    }

    fn replaced(&self) -> bool {
        self.desk.replaced(self.me)
    }

    fn read(&mut self, account: &str, reply: Reply) {
        let desk = Arc::clone(&self.desk);
        let me = self.me;
        let halted = || reply.is_closed() || desk.replaced(me);
        let found = self.work(&halted, |shelf| match pieces::read(shelf, account)? {
            None => Ok(None),
            // Copied at its exact length, so that no half-filled buffer is left behind unwiped.
            Some(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => Ok(Some(SecretString::from(text))),
                Err(_) => Err(Fault::unrecognised()),
            },
        });
        let _ = reply.send(found.map(Answer::Found));
    }

    fn write(&mut self, account: String, secret: SecretString, reply: Reply) -> Result<(), Unfinished> {
        let desk = Arc::clone(&self.desk);
        let me = self.me;
        let mut progress = Progress::default();
        let halted = || reply.is_closed() || desk.replaced(me);
        let written = self.work(&halted, |shelf| {
            pieces::write(shelf, &account, secret.expose_secret().as_bytes(), &mut progress)
        });
        if !progress.touched {
            let _ = reply.send(written.and(Err(VaultError::failed("nothing was written"))));
            return self.settled(account);
        }
        let mut late = Late {
            account: account.clone(),
            wrote: Some(secret),
            pieces: progress.pieces.clone(),
            previous: progress.previous,
            change: None,
            stray: false,
        };
        match written {
            Ok(()) => {
                late.change = desk.changed(me, &account, late.wrote_bytes(), late.pieces.clone());
                if late.change.is_none() {
                    return Err(Unfinished::Change(Box::new(late)));
                }
                match reply.send(Ok(Answer::Written(late))) {
                    // The caller was first.
                    Err(Ok(Answer::Written(late))) => return self.undo(late),
                    _ if progress.untidy => self.sweep(&account),
                    _ => {}
                }
                self.settled(account)
            }
            Err(_) if self.replaced() => Err(Unfinished::Change(Box::new(late))),
            // Refused by a person. Nothing was written, and looking at it would ask again.
            Err(error @ (VaultError::Dismissed | VaultError::Locked)) => {
                let _ = reply.send(Err(error));
                self.settled(account)
            }
            // The keyring may have made the change and still reported a failure.
            Err(error) => {
                let _ = reply.send(Err(error));
                self.undo(late)
            }
        }
    }

    fn delete(&mut self, account: String, reply: Reply) -> Result<(), Unfinished> {
        let desk = Arc::clone(&self.desk);
        let me = self.me;
        let deleted = self.work(&|| desk.replaced(me), |shelf| pieces::delete(shelf, &account));
        if self.replaced() || (deleted.is_ok() && desk.changed(me, &account, None, None).is_none()) {
            // Not to be undone; but it may have removed what was written since, and that has to come back.
            let late =
                Late { account, wrote: None, pieces: None, previous: None, change: None, stray: false };
            return Err(Unfinished::Change(Box::new(late)));
        }
        let _ = reply.send(deleted.map(|()| Answer::Deleted));
        self.settled(account)
    }

    fn undo(&mut self, late: Late) -> Result<(), Unfinished> {
        let desk = Arc::clone(&self.desk);
        let me = self.me;
        if !late.stray && late.change.is_some_and(|change| !desk.is_last(&late.account, change)) {
            return self.settled(late.account);
        }
        let latest = if late.stray { desk.latest(&late.account) } else { None };
        let unheaded = latest.as_ref().and_then(|latest| latest.pieces.as_ref());
        let wanted = latest.as_ref().map(|latest| &latest.value).or(late.previous.as_ref());
        let wanted = wanted.map(|value| value.as_ref().map(|bytes| bytes.as_slice()));
        let done = self.work(&|| desk.replaced(me), |shelf| {
            pieces::put_back(shelf, &late.account, late.wrote_bytes(), late.pieces.as_ref(), unheaded, wanted)
        });
        if self.replaced() {
            return Err(Unfinished::Change(Box::new(late)));
        }
        match done {
            Ok(Some(progress)) => {
                desk.changed(me, &late.account, wanted.flatten(), progress.pieces);
                tracing::info!("a change of the keyring that came too late was undone");
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "a change of the keyring that came too late may stand"),
        }
        if late.stray {
            Desk::strike(&mut desk.state(), &late.account);
            return Ok(());
        }
        self.settled(late.account)
    }

    /// Removes what a write left over. What fails here is found again at the next change.
    fn sweep(&mut self, account: &str) {
        let desk = Arc::clone(&self.desk);
        let me = self.me;
        if let Err(error) = self.work(&|| desk.replaced(me), |shelf| pieces::sweep(shelf, account, &[])) {
            tracing::warn!(%error, "entries of an earlier credential are left in the keyring");
        }
    }

    /// The end of work that changes nothing any more. If the thread was replaced, this is to be struck off the books.
    fn settled(&self, account: String) -> Result<(), Unfinished> {
        if self.replaced() { Err(Unfinished::Nothing(account)) } else { Ok(()) }
    }

    /// Does `work` with the store: built if there is none, dropped if it broke, and built again at once for a second try
    /// if it was an old one whose connection turned out to be gone, or if somebody removed an item between its being
    /// found and its being used.
    fn work<T>(
        &mut self,
        halted: &dyn Fn() -> bool,
        mut work: impl FnMut(&Shelf<'_>) -> Result<T, Fault>,
    ) -> Result<T, VaultError> {
        let mut tried = false;
        loop {
            let old = self.store.is_some();
            // Stores rely on locks and on data from another process; a panic in one must not end this thread.
            let done = catch_unwind(AssertUnwindSafe(|| {
                let store = match &self.store {
                    Some(store) => Arc::clone(store),
                    None if halted() => return Err(Fault::halted()),
                    None => Arc::clone(self.store.insert((self.desk.source.build)()?)),
                };
                let source = &self.desk.source;
                work(&Shelf { store: &*store, limit: source.limit, modifiers: source.modifiers, halted })
            }));
            let fault = match done {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(fault)) => fault,
                Err(_) => Fault::new(VaultError::failed("the keyring's client panicked"), Health::Rebuild),
            };
            if fault.health != Health::Sound {
                self.store = None;
            }
            let worth_it = fault.health == Health::Stale && (old || fault.is_item_gone());
            if tried || !worth_it || halted() {
                return Err(fault.error);
            }
            tried = true;
        }
    }
}
