//! The preferences, and what a person set in the window.

use calyptia_core::messages::{ListOrder, Preferences, SnippetFormat, TokenAge, ZoomStep};
use tauri::{AppHandle, Runtime};

use super::{
    Core,
    guard::{Reply, guard},
};
use crate::desktop::{theme, window};

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

/// Draws the page larger or smaller, within bounds, now and after a restart.
#[tauri::command]
pub(super) async fn change_zoom<R: Runtime>(app: AppHandle<R>, core: Core<'_>, step: ZoomStep) -> Reply<()> {
    guard(async { core.change_zoom(step, || window::show_zoom(&app)).await }).await
}

/// Remembers the order of the lists.
#[tauri::command]
pub(super) async fn set_order(core: Core<'_>, order: ListOrder) -> Reply<()> {
    guard(async { core.set_order(order).await }).await
}

/// Remembers the age that the lists were last narrowed to.
#[tauri::command]
pub(super) async fn set_token_age(core: Core<'_>, age: TokenAge) -> Reply<()> {
    guard(async { core.set_token_age(age).await }).await
}

/// Remembers the format of the last snippet.
#[tauri::command]
pub(super) async fn set_snippet_format(core: Core<'_>, format: SnippetFormat) -> Reply<()> {
    guard(async { core.set_snippet_format(format).await }).await
}
