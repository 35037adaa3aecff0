//! How the app looks, how long a token stays on the clipboard, and when the app locks itself.

use tauri::{AppHandle, Runtime};

use crate::{
    contract::Preferences,
    problem::{ErrorCode, Problem},
    state::State,
    theme,
};

/// From too short to paste to too long to forget.
const CLIPBOARD_SECONDS: std::ops::RangeInclusive<u32> = 5..=600;
const LOCK_MINUTES: std::ops::RangeInclusive<u32> = 1..=24 * 60;

/// The preferences.
#[tauri::command]
pub(crate) fn preferences(state: tauri::State<'_, State>) -> Preferences {
    state.settings.preferences()
}

/// Changes them, for the next copy and from now on.
#[tauri::command]
pub(crate) fn set_preferences<R: Runtime>(
    app: AppHandle<R>,
    state: tauri::State<'_, State>,
    preferences: Preferences,
) -> Result<(), Problem> {
    let lock = preferences.lock_minutes.is_none_or(|minutes| LOCK_MINUTES.contains(&minutes));
    if !lock || !CLIPBOARD_SECONDS.contains(&preferences.clipboard_seconds) {
        return Err(Problem::new(ErrorCode::Bug, "a time out of range"));
    }
    theme::show(&app, preferences.theme);
    state.not_saved(state.settings.set_preferences(preferences)).map_or(Ok(()), Err)
}
