//! What the desktop expects of an app: the menu bar of macOS, and an end in good order.

use tauri::{AppHandle, Runtime, ipc::Channel};

use crate::{
    contract::{MenuChoice, MenuLabels},
    menu,
    problem::{ErrorCode, Problem},
    state::State,
};

/// Gives the app its menu bar, where there is one, in the page's language; what is chosen in it goes to the page.
#[tauri::command]
pub(crate) fn show_menu<R: Runtime>(
    app: AppHandle<R>,
    labels: MenuLabels,
    on_choice: Channel<MenuChoice>,
) -> Result<(), Problem> {
    if !cfg!(target_os = "macos") {
        return Ok(());
    }
    menu::show(&app, &labels, on_choice).map_err(|error| Problem::new(ErrorCode::Bug, error.to_string()))
}

/// From now on the page hears on this channel when somebody wants the app to end while a token it made is not copied.
#[tauri::command]
pub(crate) fn follow_closing(state: tauri::State<'_, State>, on_closing: Channel<()>) {
    *state.on_closing() = Some(on_closing);
}

/// Ends the app in good order, without a question.
#[tauri::command]
pub(crate) fn quit<R: Runtime>(app: AppHandle<R>) {
    app.exit(0);
}
