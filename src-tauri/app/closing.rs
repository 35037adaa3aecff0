//! An end that is asked for by the window's frame or the menu bar of macOS, while a token that was just made is not copied:
//! the page says so, once. Whoever asks again means it, and so does the system.

use tauri::{AppHandle, Manager as _, Runtime};

use crate::state::State;

/// Whether the app may end now. If not, the page has been told that somebody wants it to.
pub(crate) fn may_end<R: Runtime>(app: &AppHandle<R>) -> bool {
    let state = app.state::<State>();
    if !state.active().is_ok_and(|active| active.holds_up_the_end()) {
        return true;
    }
    // A page that is gone has nothing to say.
    state.on_closing().as_ref().is_none_or(|page| page.send(()).is_err())
}
