//! A log of the requests that arrived, so that a test can check how often a client sent something.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::Method;

/// Enough for any test; the log of a sandbox that runs for days stays small.
const MAX_ENTRIES: usize = 4096;

/// Methods and paths only: queries and headers can contain secrets.
#[derive(Default)]
pub(crate) struct RequestLog {
    entries: Mutex<VecDeque<(Method, String)>>,
}

impl RequestLog {
    pub(crate) fn entries(&self) -> Vec<(Method, String)> {
        self.lock().iter().cloned().collect()
    }

    pub(super) fn push(&self, method: Method, path: String) {
        let mut entries = self.lock();
        if entries.len() == MAX_ENTRIES {
            entries.pop_front();
        }
        entries.push_back((method, path));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Method, String)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
