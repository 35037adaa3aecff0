//! How far this computer's clock is from the server's. Ages, and what a credential says of its end, hang on it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::SystemTime,
};

use reqwest::header::{DATE, HeaderMap};

/// Nothing is known yet.
const UNKNOWN: i64 = i64::MIN;

/// What the last answer told of the server's clock. Clones share it.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(UNKNOWN)))
    }
}

impl Clock {
    /// Reads the `Date` of an answer that has just begun. One without a date, or with an unreadable one, tells nothing.
    pub(crate) fn read(&self, headers: &HeaderMap) {
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        let Some(server) = date.and_then(|date| httpdate::parse_http_date(date.trim()).ok()) else { return };
        self.0.store(seconds_since_1970(server) - seconds_since_1970(SystemTime::now()), Ordering::Relaxed);
    }

    pub(crate) fn offset(&self) -> Option<i64> {
        Some(self.0.load(Ordering::Relaxed)).filter(|offset| *offset != UNKNOWN)
    }
}

fn seconds_since_1970(time: SystemTime) -> i64 {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
    }
}
