//! The waits that servers ask for. Reads observe them on their own; whoever watches can show people how long they take.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

/// The waits in progress. Clones share them, and so can several clients.
#[derive(Clone)]
pub struct RetryAfterWaits {
    ends: Arc<Mutex<Vec<Instant>>>,
    latest: watch::Sender<Option<Instant>>,
}

impl Default for RetryAfterWaits {
    fn default() -> Self {
        Self { ends: Arc::default(), latest: watch::Sender::new(None) }
    }
}

impl RetryAfterWaits {
    /// When the last of the waits in progress ends, by tokio's clock; `None` while there is none.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Option<Instant>> {
        self.latest.subscribe()
    }

    /// Waits. Dropping the future ends the wait.
    pub(crate) async fn wait(&self, duration: Duration) {
        let wait = Wait { waits: self, end: Instant::now() + duration };
        self.change(|ends| ends.push(wait.end));
        tokio::time::sleep_until(wait.end).await;
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Instant>)) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut ends);
        self.latest.send_replace(ends.iter().max().copied());
    }
}

impl std::fmt::Debug for RetryAfterWaits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RetryAfterWaits").finish_non_exhaustive()
    }
}

struct Wait<'w> {
    waits: &'w RetryAfterWaits,
    end: Instant,
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        self.waits.change(|ends| {
            if let Some(place) = ends.iter().position(|end| *end == self.end) {
                ends.swap_remove(place);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_wait_is_seen_until_it_ends_or_is_dropped() {
        let waits = RetryAfterWaits::default();
        let seen = waits.watch();
        let start = Instant::now();
        let long = waits.wait(Duration::from_secs(60));
        let both = async {
            tokio::select! {
                () = waits.wait(Duration::from_secs(5)) => {}
                () = long => unreachable!("it is longer"),
            }
        };
        let look = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(*seen.borrow(), Some(start + Duration::from_secs(60)), "the later end counts");
        };
        tokio::join!(both, look);
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert_eq!(*seen.borrow(), None, "the dropped one has ended, too");
    }
}
