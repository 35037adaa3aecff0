//! What the desktop expects of an app: the menu bar of macOS, text to copy, and quitting properly.

use calyptia_core::messages::{ErrorCode, KeptPaste, MenuChoice, MenuLabels, Problem};
use tauri::{AppHandle, Runtime, ipc::Channel};

use super::{
    Core,
    guard::{Reply, guard},
};
use crate::desktop::{menu, paste::PasteGuard, quit_guard::QuitGuard};

/// Shows the menu bar, where there is one, in the page's language. What is chosen in it is sent to the page.
#[tauri::command]
pub(super) async fn show_menu<R: Runtime>(
    app: AppHandle<R>,
    labels: MenuLabels,
    on_choice: Channel<MenuChoice>,
) -> Reply<()> {
    guard(async {
        if !cfg!(target_os = "macos") {
            return Ok(());
        }
        menu::show(&app, &labels, on_choice)
            .map_err(|error| Problem::new(ErrorCode::Internal, error.to_string()))
    })
    .await
}

/// From now on the page is sent a message when somebody wants to quit while a new token has not been copied.
#[tauri::command]
pub(super) async fn follow_quit_requests(
    quit_guard: tauri::State<'_, QuitGuard>,
    on_quit_request: Channel<()>,
) -> Reply<()> {
    guard(async {
        quit_guard.follow(on_quit_request);
        Ok(())
    })
    .await
}

/// From now on the page is sent a message when a token was pasted and kept away from it.
#[tauri::command]
pub(super) async fn follow_pastes(
    paste_guard: tauri::State<'_, PasteGuard>,
    on_paste: Channel<KeptPaste>,
) -> Reply<()> {
    guard(async {
        paste_guard.follow(on_paste);
        Ok(())
    })
    .await
}

/// Puts the details of a problem on the clipboard. A text that holds a token is refused.
#[tauri::command]
pub(super) async fn copy_problem_details(core: Core<'_>, text: String) -> Reply<()> {
    guard(core.copy_problem_details(&text)).await
}

/// Quits without asking.
#[tauri::command]
pub(super) async fn quit<R: Runtime>(app: AppHandle<R>) -> Reply<()> {
    guard(async {
        app.exit(0);
        Ok(())
    })
    .await
}
