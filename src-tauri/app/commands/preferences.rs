//! The preferences.

use calyptia_core::messages::Preferences;
use tauri::{AppHandle, Runtime};

use super::{
    Core,
    guard::{Reply, guard},
};
use crate::desktop::theme;

/// The preferences.
#[tauri::command]
pub(super) async fn preferences(core: Core<'_>) -> Reply<Preferences> {
    guard(async { Ok(core.preferences()) }).await
}

/// Changes the preferences, effective immediately.
#[tauri::command]
pub(super) async fn set_preferences<R: Runtime>(
    app: AppHandle<R>,
    core: Core<'_>,
    preferences: Preferences,
) -> Reply<()> {
    guard(async {
        if preferences.is_valid() {
            theme::show(&app, preferences.theme);
        }
        core.set_preferences(preferences).await
    })
    .await
}
