//! Asks once before the app quits while a new token has not been copied. A second request, or a signal, quits at once.

use std::sync::{Mutex, PoisonError};

use calyptia_core::Connections;
use tauri::ipc::Channel;

/// Where the page is told that somebody wants to quit.
#[derive(Default)]
pub(crate) struct QuitGuard {
    page: Mutex<Option<Channel<()>>>,
}

impl QuitGuard {
    pub(crate) fn follow(&self, page: Channel<()>) {
        *self.page.lock().unwrap_or_else(PoisonError::into_inner) = Some(page);
    }

    /// Whether the app can quit now. If not, the page has been told.
    pub(crate) fn may_quit(&self, connections: &Connections) -> bool {
        if !connections.blocks_quit() {
            return true;
        }
        // A page that is gone cannot ask anybody.
        let page = self.page.lock().unwrap_or_else(PoisonError::into_inner);
        page.as_ref().is_none_or(|page| page.send(()).is_err())
    }
}
