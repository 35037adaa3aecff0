//! Pauses that a server asks for: calls sit them out by themselves, and whoever watches can tell people how long.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::watch, time::Instant};

/// The pauses under way. Clones watch the same ones, so that several clients can share it.
#[derive(Clone)]
pub struct Pauses {
    ends: Arc<Mutex<Vec<Instant>>>,
    latest: watch::Sender<Option<Instant>>,
}

impl Default for Pauses {
    fn default() -> Self {
        Self { ends: Arc::default(), latest: watch::Sender::new(None) }
    }
}

impl Pauses {
    /// When the last of the pauses under way will be over; `None` while there is none.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<Option<Instant>> {
        self.latest.subscribe()
    }

    /// Waits. Dropping the future ends the pause as well.
    pub(crate) async fn sit_out(&self, wait: Duration) {
        let pause = Pause { pauses: self, end: Instant::now() + wait };
        self.change(|ends| ends.push(pause.end));
        tokio::time::sleep_until(pause.end).await;
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Instant>)) {
        let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        change(&mut ends);
        self.latest.send_replace(ends.iter().max().copied());
    }
}

impl std::fmt::Debug for Pauses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pauses").finish_non_exhaustive()
    }
}

struct Pause<'p> {
    pauses: &'p Pauses,
    end: Instant,
}

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        self.pauses.change(|ends| {
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
    async fn a_pause_is_seen_until_it_is_over_or_dropped() {
        let pauses = Pauses::default();
        let seen = pauses.watch();
        let start = Instant::now();
        let long = pauses.sit_out(Duration::from_secs(60));
        let both = async {
            tokio::select! {
                () = pauses.sit_out(Duration::from_secs(5)) => {}
                () = long => unreachable!("it is longer"),
            }
        };
        let look = async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            assert_eq!(*seen.borrow(), Some(start + Duration::from_secs(60)), "the later end counts");
        };
        tokio::join!(both, look);
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert_eq!(*seen.borrow(), None, "the dropped one is gone, too");
    }
}
