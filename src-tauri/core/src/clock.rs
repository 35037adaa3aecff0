//! A clock that runs while the computer sleeps: neither a copied token nor an idle session must outlive its time because a
//! lid was closed.

use std::{sync::Arc, time::Duration};

/// Time since a fixed point in the past.
pub(crate) type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

pub(crate) fn system() -> Clock {
    #[cfg(unix)]
    {
        use rustix::time::{ClockId, clock_gettime};

        // On Linux `CLOCK_MONOTONIC` stops during suspend; on macOS it does not.
        #[cfg(target_os = "linux")]
        const CLOCK: ClockId = ClockId::Boottime;
        #[cfg(not(target_os = "linux"))]
        const CLOCK: ClockId = ClockId::Monotonic;

        Arc::new(|| Duration::try_from(clock_gettime(CLOCK)).unwrap_or_default())
    }
    #[cfg(not(unix))]
    {
        // The performance counter of Windows includes the time asleep.
        let start = std::time::Instant::now();
        Arc::new(move || start.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_never_goes_back() {
        let clock = system();
        let first = clock();
        assert!(clock() >= first && first > Duration::ZERO);
    }
}
