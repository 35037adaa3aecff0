//! Remembers which requests arrived, so that a test can say how often a client asked for something.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    extract::{Request, State},
    http::Method,
    middleware::Next,
    response::Response,
};

/// Enough for any test, and a sandbox that is left open for days stays small.
const KEPT: usize = 4096;

/// Paths only: queries and headers stay out, credentials most of all.
#[derive(Default)]
pub(crate) struct RequestLog {
    entries: Mutex<VecDeque<(Method, String)>>,
}

impl RequestLog {
    pub(crate) fn entries(&self) -> Vec<(Method, String)> {
        self.lock().iter().cloned().collect()
    }

    fn push(&self, method: Method, path: String) {
        let mut entries = self.lock();
        if entries.len() == KEPT {
            entries.pop_front();
        }
        entries.push_back((method, path));
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Method, String)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) async fn record(State(log): State<Arc<RequestLog>>, request: Request, next: Next) -> Response {
    log.push(request.method().clone(), request.uri().path().to_owned());
    next.run(request).await
}
