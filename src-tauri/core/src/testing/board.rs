//! A clipboard in memory that is as slow or as broken as a test wants, with a clock that the test moves.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use zeroize::Zeroizing;

use crate::{
    Clipboard,
    clipboard::{Backend, ClipboardError, Timing},
    clock::Clock,
    lock::lock,
};

/// How long the clipboard waits in these tests.
const TIMING: Timing = Timing {
    call: Duration::from_secs(1),
    tick: Duration::from_millis(2),
    retry: Duration::from_millis(2),
    max_retry: Duration::from_millis(8),
    failures: 3,
};

/// One call of the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Set,
    Get,
    Clear,
}

/// What happens at a call instead.
#[derive(Clone)]
pub(crate) enum Trouble {
    Fails(ClipboardError),
    /// It is done, and reported as failed.
    FailsAfter(ClipboardError),
    /// Waits until the gate is open, then does it.
    Hangs(Arc<Gate>),
    /// Takes this long.
    Slow(Duration),
}

/// Closed until a test opens it.
#[derive(Default)]
pub(crate) struct Gate {
    open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub(crate) fn open(&self) {
        *lock(&self.open) = true;
        self.opened.notify_all();
    }

    pub(crate) fn pass(&self) {
        let open = lock(&self.open);
        let limit = Duration::from_secs(30);
        let (_open, wait) = self.opened.wait_timeout_while(open, limit, |open| !*open).expect("no panic");
        assert!(!wait.timed_out(), "nobody opened the gate");
    }
}

#[derive(Default)]
pub(crate) struct Board {
    text: Mutex<Option<String>>,
    selected: Mutex<Option<String>>,
    trouble: Mutex<VecDeque<(Call, Trouble)>>,
    now: Mutex<Duration>,
    calls: Mutex<Vec<Call>>,
}

impl Board {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    pub(crate) fn clipboard(self: &Arc<Self>) -> Clipboard {
        self.clipboard_that_waits(TIMING.call)
    }

    /// A clipboard whose calls may take this long.
    pub(crate) fn clipboard_that_waits(self: &Arc<Self>, call: Duration) -> Clipboard {
        Clipboard::with(Arc::clone(self) as Arc<dyn Backend>, self.clock(), Timing { call, ..TIMING })
    }

    /// The clock that [`Self::pass`] moves.
    pub(crate) fn clock(self: &Arc<Self>) -> Clock {
        let board = Arc::clone(self);
        Arc::new(move || *lock(&board.now))
    }

    /// What another program finds.
    pub(crate) fn text(&self) -> Option<String> {
        lock(&self.text).clone()
    }

    /// Somebody selects a text.
    pub(crate) fn select(&self, text: &str) {
        *lock(&self.selected) = Some(text.to_owned());
    }

    /// As another program.
    pub(crate) fn put(&self, text: &str) {
        *lock(&self.text) = Some(text.to_owned());
    }

    /// The next call of this kind meets it.
    pub(crate) fn trouble(&self, call: Call, trouble: Trouble) {
        lock(&self.trouble).push_back((call, trouble));
    }

    /// Lets time pass, also for a computer that is asleep: nothing is woken by it.
    pub(crate) fn pass(&self, time: Duration) {
        *lock(&self.now) += time;
    }

    /// How many calls of this kind have begun.
    pub(crate) fn calls(&self, kind: Call) -> usize {
        lock(&self.calls).iter().filter(|call| **call == kind).count()
    }

    /// What the call reports once it is done.
    fn meet(&self, call: Call) -> Result<Result<(), ClipboardError>, ClipboardError> {
        lock(&self.calls).push(call);
        let trouble = {
            let mut troubles = lock(&self.trouble);
            let place = troubles.iter().position(|(at, _)| *at == call);
            place.and_then(|place| troubles.remove(place))
        };
        match trouble.map(|(_, trouble)| trouble) {
            None => Ok(Ok(())),
            Some(Trouble::Fails(error)) => Err(error),
            Some(Trouble::FailsAfter(error)) => Ok(Err(error)),
            Some(Trouble::Hangs(gate)) => {
                gate.pass();
                Ok(Ok(()))
            }
            Some(Trouble::Slow(time)) => {
                std::thread::sleep(time);
                Ok(Ok(()))
            }
        }
    }
}

impl Backend for Board {
    fn set(&self, text: &str) -> Result<(), ClipboardError> {
        let reported = self.meet(Call::Set)?;
        self.put(text);
        reported
    }

    fn get(&self) -> Result<Zeroizing<String>, ClipboardError> {
        self.meet(Call::Get)??;
        self.text().map(Zeroizing::new).ok_or(ClipboardError::Empty)
    }

    fn get_primary(&self) -> Result<Zeroizing<String>, ClipboardError> {
        lock(&self.selected).clone().map(Zeroizing::new).ok_or(ClipboardError::Empty)
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        let reported = self.meet(Call::Clear)?;
        *lock(&self.text) = None;
        reported
    }
}

/// Waits until something holds, but not forever.
pub(crate) async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap_or_else(|_| panic!("never: {what}"));
}
