//! How far the server's clock differs from this computer's. Token ages and credential expiry depend on it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::SystemTime,
};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::{DATE, HeaderMap};

/// Stands for an unknown offset.
const UNKNOWN: i64 = i64::MIN;

/// The server's clock as of its latest response. Clones share it.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(UNKNOWN)))
    }
}

impl Clock {
    /// Reads the `Date` of a response that has just begun. A missing or unreadable date changes nothing.
    pub(crate) fn read(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(server) = date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()) else { return };
        let seconds = |time| Timestamp::try_from(time).map(Timestamp::as_second).map_err(|_: jiff::Error| ());
        if let (Ok(server), Ok(here)) = (seconds(server), seconds(SystemTime::now())) {
            self.0.store(server - here, Ordering::Relaxed);
        }
    }

    pub(crate) fn offset(&self) -> Option<SignedDuration> {
        let seconds = self.0.load(Ordering::Relaxed);
        (seconds != UNKNOWN).then(|| SignedDuration::from_secs(seconds))
    }
}
