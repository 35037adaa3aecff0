//! How long a token stays on the clipboard, and when the app locks itself.

use crate::{
    contract::Privacy,
    problem::{ErrorCode, Problem},
    state::State,
};

/// From too short to paste to too long to forget.
const CLIPBOARD_SECONDS: std::ops::RangeInclusive<u32> = 5..=600;
const LOCK_MINUTES: std::ops::RangeInclusive<u32> = 1..=24 * 60;

/// The settings.
#[tauri::command]
pub(crate) fn privacy(state: tauri::State<'_, State>) -> Privacy {
    state.settings.privacy()
}

/// Changes them, for the next copy and from now on.
#[tauri::command]
pub(crate) fn set_privacy(state: tauri::State<'_, State>, privacy: Privacy) -> Result<(), Problem> {
    let lock = privacy.lock_minutes.is_none_or(|minutes| LOCK_MINUTES.contains(&minutes));
    if !lock || !CLIPBOARD_SECONDS.contains(&privacy.clipboard_seconds) {
        return Err(Problem::new(ErrorCode::Bug, "a time out of range"));
    }
    state.not_saved(state.settings.set_privacy(privacy)).map_or(Ok(()), Err)
}
