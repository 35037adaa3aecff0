//! The thread that owns the clipboard.
//!
//! Every call of the desktop's clipboard runs in a thread of its own, because another program may never answer it. A call
//! that is not over in time is abandoned. If it puts a token there after all, the actor finds and removes it: it holds the
//! token until the call is over.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use super::{Backend, ClipboardError};
use crate::{
    clock::Clock,
    lock::lock,
    messages::{ClipboardState, PasteSource},
};

/// How long the actor waits.
#[derive(Clone, Copy)]
pub(crate) struct Timing {
    /// For one call. Programs that answer at all answer in milliseconds.
    pub(crate) call: Duration,
    /// Between looks at the clock while a token is there: a waiting thread does not count the time asleep.
    pub(crate) tick: Duration,
    /// Before clearing is tried again, the first time. It doubles up to `max_retry`.
    pub(crate) retry: Duration,
    pub(crate) max_retry: Duration,
    /// A token whose clearing has failed this often is reported.
    pub(crate) failures: u32,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            call: Duration::from_secs(3),
            tick: Duration::from_secs(1),
            retry: Duration::from_millis(250),
            max_retry: Duration::from_secs(10),
            failures: 3,
        }
    }
}

/// The most calls that may hang at once.
const MAX_ABANDONED: usize = 8;

type Reply<T> = oneshot::Sender<Result<T, ClipboardError>>;

pub(super) enum Command {
    Put(Put),
    Read(PasteSource, Reply<Zeroizing<String>>),
    /// Removes a text of somebody else's.
    Remove(SecretString, Reply<()>),
    /// Looks whether something else has taken the place of a token.
    Look,
    /// Answers when there is nothing left to clear, or clearing failed.
    Clear(Option<mpsc::Sender<()>>),
}

pub(super) struct Put {
    pub(super) text: SecretString,
    /// When to clear it. `None` for a text that is no secret and stays.
    pub(super) time: Option<Duration>,
    pub(super) owner: CancellationToken,
    pub(super) reply: Reply<()>,
}

impl Put {
    /// Whether nobody wants the token there any more.
    fn is_abandoned(&self) -> bool {
        self.owner.is_cancelled() || self.reply.is_closed()
    }
}

/// A token that is, or may be, on the clipboard.
struct HeldToken {
    text: Arc<SecretString>,
    /// When to clear it, by the clock.
    until: Duration,
    retry: Duration,
    /// How often clearing it has failed.
    failures: u32,
    /// Abandoned calls that may still put it there.
    calls: Vec<CallInProgress>,
}

impl HeldToken {
    fn is(&self, text: &SecretString) -> bool {
        self.text.expose_secret() == text.expose_secret()
    }

    fn may_come_back(&self) -> bool {
        self.calls.iter().any(|call| call.0.load(Ordering::SeqCst))
    }
}

/// Whether a call is still in progress.
#[derive(Clone)]
struct CallInProgress(Arc<AtomicBool>);

impl Drop for CallEnd {
    fn drop(&mut self) {
        self.0.store(false, Ordering::SeqCst);
    }
}

/// Dropped by the call when it is over.
struct CallEnd(Arc<AtomicBool>);

pub(super) struct Actor {
    backend: Arc<dyn Backend>,
    clock: Clock,
    timing: Timing,
    /// The one that is there, and those that may be.
    held: Vec<HeldToken>,
    abandoned: Arc<AtomicUsize>,
    /// Whether a token is there.
    state: watch::Sender<ClipboardState>,
}

impl Actor {
    pub(super) fn new(
        backend: Arc<dyn Backend>,
        clock: Clock,
        timing: Timing,
        state: watch::Sender<ClipboardState>,
    ) -> Self {
        Self { backend, clock, timing, held: Vec::new(), abandoned: Arc::default(), state }
    }

    /// Works until the last handle is gone.
    pub(super) fn run(mut self, commands: &Receiver<Command>) {
        loop {
            let received = match self.held.iter().map(|held| held.until).min() {
                None => commands.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(until) => {
                    let left = until.saturating_sub((self.clock)());
                    commands.recv_timeout(left.min(self.timing.tick))
                }
            };
            match received {
                Ok(first) => {
                    let mut waiting = vec![first];
                    waiting.extend(commands.try_iter());
                    self.work(waiting);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.clear(|_| true),
            }
            let now = (self.clock)();
            self.clear(|held| held.until <= now);
            let state = self.state_now();
            self.state.send_if_modified(|was| std::mem::replace(was, state) != state);
        }
    }

    fn state_now(&self) -> ClipboardState {
        if self.held.is_empty() {
            ClipboardState::NoToken
        } else if self.held.iter().any(|held| held.failures >= self.timing.failures) {
            ClipboardState::Overdue
        } else {
            ClipboardState::Held
        }
    }

    /// Of all that waits, the latest decides what is on the clipboard.
    fn work(&mut self, waiting: Vec<Command>) {
        let decides = |command: &Command| matches!(command, Command::Put(_) | Command::Clear(_));
        let last = waiting.iter().rposition(decides);
        for (index, command) in waiting.into_iter().enumerate() {
            match command {
                Command::Put(put) if Some(index) == last => self.put(put),
                Command::Put(put) => drop(put.reply.send(Err(ClipboardError::Superseded))),
                Command::Read(source, reply) => {
                    if !reply.is_closed() {
                        let _ = reply.send(self.call(move |backend| match source {
                            PasteSource::Clipboard => backend.get(),
                            PasteSource::Primary => backend.get_primary(),
                        }));
                    }
                }
                Command::Remove(text, reply) => {
                    let _ = reply.send(self.call(move |backend| backend.remove(text.expose_secret())));
                }
                Command::Look => self.look(),
                Command::Clear(done) => {
                    self.clear(|_| true);
                    // Fails if nobody waits any more.
                    let _ = done.map(|done| done.send(()));
                }
            }
        }
    }

    fn put(&mut self, put: Put) {
        if put.is_abandoned() {
            let _ = put.reply.send(Err(ClipboardError::Superseded));
            return;
        }
        let text = Arc::new(put.text);
        let retry = self.timing.retry;
        let hold = |until, calls| HeldToken { text: Arc::clone(&text), until, retry, failures: 0, calls };
        // Looked at first: a call that ends after this may replace the text again.
        let (late, replaced): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.held).into_iter().partition(HeldToken::may_come_back);
        self.held = late;
        let (set, call) = self.set(&text);
        let result = match set {
            Ok(()) => {
                // It has taken the place of whatever was there.
                drop(replaced);
                let (same, others): (Vec<_>, Vec<_>) =
                    std::mem::take(&mut self.held).into_iter().partition(|held| held.is(&text));
                let calls = same.into_iter().flat_map(|held| held.calls).collect();
                self.held = others;
                if let Some(time) = put.time {
                    self.held.push(hold((self.clock)() + time, calls));
                }
                match self.call(|backend| backend.get()) {
                    Ok(there) if there.as_str() == text.expose_secret() => Ok(()),
                    Ok(_) => Err(ClipboardError::Replaced),
                    Err(error) => Err(error),
                }
            }
            // Nothing can be there.
            Err(ClipboardError::Unsupported) => {
                self.held.extend(replaced);
                Err(ClipboardError::Unsupported)
            }
            Err(error) => {
                self.held.extend(replaced);
                // It may be there nevertheless: on Windows the text is set first, its marks later.
                if put.time.is_some() {
                    self.held.push(hold(Duration::ZERO, vec![call]));
                }
                Err(error)
            }
        };
        let wanted = result.is_ok() && !put.owner.is_cancelled();
        if put.reply.send(result).is_err() || !wanted {
            self.clear(|held| Arc::ptr_eq(&held.text, &text));
        }
    }

    fn set(&self, text: &Arc<SecretString>) -> (Result<(), ClipboardError>, CallInProgress) {
        let in_progress = Arc::new(AtomicBool::new(true));
        let (text, end) = (Arc::clone(text), CallEnd(Arc::clone(&in_progress)));
        let set = self.call(move |backend| {
            let _end = end;
            backend.set(text.expose_secret())
        });
        (set, CallInProgress(in_progress))
    }

    /// Lets go of tokens whose place another text has taken. An empty clipboard proves nothing: some desktops show it to nobody but the
    /// program in front.
    fn look(&mut self) {
        if self.held.is_empty() {
            return;
        }
        let Ok(there) = self.call(|backend| backend.get()) else { return };
        let is_other = |held: &HeldToken| !there.is_empty() && held.text.expose_secret() != there.as_str();
        self.held.retain(|held| held.may_come_back() || !is_other(held));
    }

    /// Removes tokens that are held, unless something else is there by now. If that cannot be found out, it is tried again
    /// later.
    fn clear(&mut self, is_meant: impl Fn(&HeldToken) -> bool) {
        let (meant, others) = std::mem::take(&mut self.held).into_iter().partition(is_meant);
        self.held = others;
        let meant: Vec<HeldToken> = meant;
        for held in meant {
            // Looked at first: a call that ends after this may put the token there once more.
            let may_come_back = held.may_come_back();
            let text = Arc::clone(&held.text);
            match self.call(move |backend| backend.remove(text.expose_secret())) {
                Ok(()) if may_come_back => {
                    let until = (self.clock)() + self.timing.tick;
                    self.held.push(HeldToken { until, failures: 0, ..held });
                }
                Ok(()) => {}
                Err(error) => {
                    tracing::warn!("the clipboard could not be cleared yet: {error}");
                    let until = (self.clock)() + held.retry;
                    let retry = (held.retry * 2).min(self.timing.max_retry);
                    self.held.push(HeldToken { until, retry, failures: held.failures + 1, ..held });
                }
            }
        }
    }

    /// Makes a call, and abandons it if it is not over in time.
    fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dyn Backend) -> Result<T, ClipboardError> + Send + 'static,
    ) -> Result<T, ClipboardError> {
        if self.abandoned.load(Ordering::SeqCst) >= MAX_ABANDONED {
            return Err(ClipboardError::NoResponse);
        }
        // Whoever takes the sender first decides: the call by delivering its result, or the actor by giving up.
        let (done, result) = mpsc::channel();
        let done = Arc::new(Mutex::new(Some(done)));
        let (backend, abandoned) = (Arc::clone(&self.backend), Arc::clone(&self.abandoned));
        let delivery = Arc::clone(&done);
        let started = thread::Builder::new().name("clipboard call".into()).spawn(move || {
            let made = catch_unwind(AssertUnwindSafe(|| call(&*backend)));
            let made = made.unwrap_or(Err(ClipboardError::Unknown));
            match lock(&delivery).take() {
                Some(done) => drop(done.send(made)),
                None => drop(abandoned.fetch_sub(1, Ordering::SeqCst)),
            }
        });
        if started.is_err() {
            return Err(ClipboardError::Unknown);
        }
        match result.recv_timeout(self.timing.call) {
            Ok(made) => made,
            Err(_) => {
                let mut delivery = lock(&done);
                if delivery.take().is_some() {
                    self.abandoned.fetch_add(1, Ordering::SeqCst);
                    return Err(ClipboardError::NoResponse);
                }
                // It was over at the last moment.
                result.recv().unwrap_or(Err(ClipboardError::Unknown))
            }
        }
    }
}
