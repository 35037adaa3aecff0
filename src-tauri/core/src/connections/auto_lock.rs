//! Locks without being asked: when nobody has used the app for a while, when the desktop session is locked, and before the
//! computer sleeps.
//!
//! The idle timer's clock runs while the computer sleeps. Where the app is not told of sleep, it locks on waking.

use std::{sync::Mutex, time::Duration};

use tokio::sync::watch;

use super::Connections;
use crate::{
    clock::{self, Clock},
    lock::lock,
    messages::LockReason,
};

/// Between looks at the clock: a timer that waits does not count the time asleep.
const TICK: Duration = Duration::from_secs(2);

/// Who has locked the app, and when somebody last used it.
pub(super) struct AutoLock {
    clock: Clock,
    idle: Mutex<Idle>,
    locks: watch::Sender<Option<LockReason>>,
}

struct Idle {
    /// When somebody last used the app, by the clock.
    since: Duration,
    /// The app has been locked since then.
    locked: bool,
}

impl Default for AutoLock {
    fn default() -> Self {
        Self::new(clock::system())
    }
}

impl AutoLock {
    pub(super) fn new(clock: Clock) -> Self {
        let idle = Mutex::new(Idle { since: clock(), locked: false });
        Self { clock, idle, locks: watch::Sender::new(None) }
    }
}

impl Connections {
    /// Each time the app locks without being asked.
    #[must_use]
    pub fn watch_locks(&self) -> watch::Receiver<Option<LockReason>> {
        self.auto_lock.locks.subscribe()
    }

    /// Somebody uses the app. If they come too late, it locks instead: whoever wakes the computer must not go on.
    pub fn report_activity(&self) {
        if !self.lock_if_idle() {
            let since = (self.auto_lock.clock)();
            *lock(&self.auto_lock.idle) = Idle { since, locked: false };
        }
    }

    /// Locks whenever nobody has used the app for the time that the preferences say. Never returns.
    pub async fn lock_when_idle(&self) {
        loop {
            tokio::time::sleep(TICK).await;
            self.lock_if_idle();
        }
    }

    /// Locks immediately, and tells the page why. Before sleep it also waits, up to 400 ms, until a token is gone from the
    /// clipboard.
    pub fn lock_because(&self, reason: LockReason) {
        lock(&self.auto_lock.idle).locked = true;
        // First, so that the page does not show what the closing session reports.
        self.auto_lock.locks.send_replace(Some(reason));
        self.lock();
        if reason == LockReason::Sleep {
            self.clipboard.clear_and_wait();
        }
    }

    /// Whether the time is over. Then the app locks, as soon as no change is in progress whose outcome somebody waits for.
    pub(super) fn lock_if_idle(&self) -> bool {
        let Some(minutes) = self.settings.preferences().lock_minutes else { return false };
        let session = lock(&self.state).current.clone();
        {
            let mut idle = lock(&self.auto_lock.idle);
            let now = (self.auto_lock.clock)();
            if idle.locked {
                // A session that is open by now was opened by somebody.
                if session.is_some() {
                    *idle = Idle { since: now, locked: false };
                }
                return false;
            }
            if now.saturating_sub(idle.since) < Duration::from_secs(60 * u64::from(minutes)) {
                return false;
            }
        }
        if !session.is_some_and(|session| session.is_changing()) {
            self.lock_because(LockReason::Idle { minutes });
        }
        true
    }
}
