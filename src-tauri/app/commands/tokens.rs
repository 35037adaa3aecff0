//! The tokens of a project.

use calyptia_api::{ListedToken, NewToken, Permission, TokenId};
use tauri::ipc::Channel;
use uuid::Uuid;

use crate::{
    clipboard::CLEARED_AFTER,
    contract::{Copied, Created, LoadProgress, Loaded, Rows, View},
    problem::{ErrorCode, Problem},
    state::State,
};

/// The most rows one call hands out: several screens of any size.
const MAX_WINDOW: usize = 500;

/// Opens a project, or loads its list afresh.
#[tauri::command]
pub(crate) async fn load_tokens(
    state: tauri::State<'_, State>,
    project: Uuid,
    on_progress: Channel<LoadProgress>,
) -> Result<Loaded, Problem> {
    let active = state.active()?;
    // A page that is gone hears no progress; the load ends by itself.
    let progress = |progress| drop(on_progress.send(progress));
    let loaded = state.loading.run(async { Ok(active.load(project, progress).await) }).await?;
    if loaded.problem.is_none() {
        state.save_project(&active, project);
    }
    Ok(loaded)
}

/// Stops [`load_tokens`]. The rows that have arrived stay.
#[tauri::command]
pub(crate) fn cancel_load(state: tauri::State<'_, State>) {
    state.loading.cancel();
}

/// A window of the open list. Off the main thread: a new filter over a million rows takes some milliseconds.
#[tauri::command(async)]
pub(crate) fn rows(
    state: tauri::State<'_, State>,
    view: View,
    from: usize,
    count: usize,
) -> Result<Rows, Problem> {
    Ok(state.active()?.rows(view, from, count.min(MAX_WINDOW)))
}

/// Whether a token of this name is in the open list.
#[tauri::command(async)]
pub(crate) fn name_exists(state: tauri::State<'_, State>, name: String) -> Result<bool, Problem> {
    Ok(state.active()?.has_name(name.trim()))
}

/// Creates a token in the project its dialog was opened for. Sent once, never repeated.
#[tauri::command]
pub(crate) async fn create_token(
    state: tauri::State<'_, State>,
    project: Uuid,
    name: String,
    permissions: Vec<String>,
) -> Result<Created, Problem> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Problem::new(ErrorCode::InvalidName, "a token needs a name"));
    }
    let permissions = permissions.iter().map(|text| Permission::from(text.as_str())).collect();
    let new = NewToken::new(name, permissions)
        .ok_or_else(|| Problem::new(ErrorCode::NothingTicked, "an empty list would allow everything"))?;
    let active = state.active()?;
    let _one_at_a_time = active
        .creating
        .try_lock()
        .map_err(|_| Problem::new(ErrorCode::Cancelled, "another token is being created"))?;
    let token = active.client.create_token(project, &new).await?;
    let row = ListedToken::from(&token);
    active.add_created(project, row.clone(), token.value);
    Ok(Created { row: row.into() })
}

/// Puts a token's value on the clipboard. The value never reaches the page.
#[tauri::command]
pub(crate) async fn copy_token(state: tauri::State<'_, State>, id: String) -> Result<Copied, Problem> {
    let active = state.active()?;
    let id = TokenId::from(id.as_str());
    let value = match active.created_value(&id) {
        Some(value) => {
            state.copying.cancel();
            value
        }
        None => state.copying.run(async { Ok(active.client.token(&id).await?.value) }).await?,
    };
    if value.is_hidden() {
        let message = "the server hides this token's value";
        let problem = Problem::new(ErrorCode::UnexpectedAnswer, message);
        return Err(Problem { detail: Some(message.to_owned()), ..problem });
    }
    state.clipboard.lend(value.secret().clone()).await?;
    Ok(Copied { clears_after_seconds: CLEARED_AFTER.as_secs() })
}

/// Forgets the value of the token made last.
#[tauri::command]
pub(crate) fn forget_created(state: tauri::State<'_, State>) {
    if let Ok(active) = state.active() {
        active.forget_created();
    }
}
