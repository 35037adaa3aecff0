//! The tokens of a project.

use std::time::Duration;

use calyptia_api::{NewToken, Permission, TokenId};
use tauri::ipc::Channel;
use uuid::Uuid;

use crate::{
    contract::{
        Checking, Copied, CreateOutcome, Handover, LoadProgress, Loaded, Row, Rows, Seen, Snippet,
        UpdateOutcome, View,
    },
    handover,
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
    let load = async { Ok(active.load(project, progress).await) };
    let loaded = match state.loading.run(load).await {
        Err(stopped) => active.list.stopped(project, stopped)?,
        Ok(loaded) => loaded,
    };
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
    Ok(state.active()?.list.rows(view, from, count.min(MAX_WINDOW)))
}

/// Those of these tokens that are in the open list, as it has them.
#[tauri::command(async)]
pub(crate) fn find_rows(state: tauri::State<'_, State>, ids: Vec<String>) -> Result<Vec<Row>, Problem> {
    let ids: Vec<_> = ids.iter().map(|id| TokenId::from(id.as_str())).collect();
    Ok(state.active()?.list.find(&ids))
}

/// Whether a token of this name is in the open list.
#[tauri::command(async)]
pub(crate) fn name_exists(state: tauri::State<'_, State>, name: String) -> Result<bool, Problem> {
    Ok(state.active()?.list.has_name(name.trim()))
}

/// Creates a token in the project its dialog was opened for. Sent once, never repeated; if its answer is lost, the
/// server is asked whether the token exists.
#[tauri::command]
pub(crate) async fn create_token(
    state: tauri::State<'_, State>,
    project: Uuid,
    name: String,
    permissions: Vec<String>,
    on_checking: Channel<Checking>,
) -> Result<CreateOutcome, Problem> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Problem::new(ErrorCode::InvalidName, "a token needs a name"));
    }
    let new = NewToken::new(name, read_permissions(&permissions))
        .ok_or_else(|| Problem::new(ErrorCode::NothingTicked, "an empty list would allow everything"))?;
    let active = state.active()?;
    let _one_at_a_time = active
        .creating
        .try_lock()
        .map_err(|_| Problem::new(ErrorCode::Cancelled, "another token is being created"))?;
    let checking = |checking| drop(on_checking.send(checking));
    let outcome = state.creating.run(active.create(project, new, checking)).await;
    or_unknown(outcome, active.lost().is_some())
}

/// Looks again for the token whose create was not answered.
#[tauri::command]
pub(crate) async fn check_create(
    state: tauri::State<'_, State>,
    on_checking: Channel<Checking>,
) -> Result<CreateOutcome, Problem> {
    let active = state.active()?;
    let checking = |checking| drop(on_checking.send(checking));
    let outcome = state.creating.run(active.check_create(checking)).await;
    or_unknown(outcome, active.lost().is_some())
}

/// Stops waiting for [`create_token`] or [`check_create`].
#[tauri::command]
pub(crate) fn cancel_create(state: tauri::State<'_, State>) {
    state.creating.cancel();
}

/// Whoever stops waiting for a create does not know whether it happened.
fn or_unknown(outcome: Result<CreateOutcome, Problem>, sent: bool) -> Result<CreateOutcome, Problem> {
    match outcome {
        Err(problem) if problem.code == ErrorCode::Cancelled && sent => {
            Ok(CreateOutcome::Unknown { problem })
        }
        outcome => outcome,
    }
}

/// Changes a token's name, permissions or both. `None` leaves it as it is.
#[tauri::command]
pub(crate) async fn update_token(
    state: tauri::State<'_, State>,
    id: String,
    name: Option<String>,
    permissions: Option<Vec<String>>,
    seen: Seen,
) -> Result<UpdateOutcome, Problem> {
    let name = name.map(|name| name.trim().to_owned());
    if name.as_deref() == Some("") {
        return Err(Problem::new(ErrorCode::InvalidName, "a token needs a name"));
    }
    let permissions = permissions.as_deref().map(read_permissions);
    let active = state.active()?;
    state.changing.run(active.update(id.as_str().into(), name, permissions, seen)).await
}

/// Deletes a token; every application that uses it stops.
#[tauri::command]
pub(crate) async fn delete_token(state: tauri::State<'_, State>, id: String) -> Result<(), Problem> {
    let active = state.active()?;
    state.changing.run(active.delete(id.as_str().into())).await
}

/// Stops waiting for [`update_token`] or [`delete_token`].
#[tauri::command]
pub(crate) fn cancel_change(state: tauri::State<'_, State>) {
    state.changing.cancel();
}

fn read_permissions(texts: &[String]) -> Vec<Permission> {
    texts.iter().map(|text| Permission::from(text.as_str())).collect()
}

/// What [`copy_token`] would put around a token's value.
#[tauri::command]
pub(crate) fn snippet(state: tauri::State<'_, State>, handover: Handover) -> Result<Snippet, Problem> {
    handover::snippet(&handover, &state.active()?.server)
}

/// Puts a token's value on the clipboard, by itself or in what it is handed over in. The value never reaches the page.
#[tauri::command]
pub(crate) async fn copy_token(
    state: tauri::State<'_, State>,
    id: String,
    handover: Option<Handover>,
) -> Result<Copied, Problem> {
    let active = state.active()?;
    let id = TokenId::from(id.as_str());
    let seconds = state.settings.preferences().clipboard_seconds;
    let copy = async {
        let value = match active.created_value(&id) {
            Some(value) => value,
            None => active.client().token(&id).await?.value,
        };
        if value.is_hidden() {
            return Err(Problem::new(ErrorCode::ValueHidden, "the server hides this token's value"));
        }
        let text = match &handover {
            Some(handover) => handover::fill(handover, &active.server, value.secret())?,
            None => value.secret().clone(),
        };
        state.clipboard.lend(text, Duration::from_secs(seconds.into())).await
    };
    state.copying.run(copy).await?;
    Ok(Copied { clears_after_seconds: seconds })
}

/// Forgets the value of the token made last.
#[tauri::command]
pub(crate) fn forget_created(state: tauri::State<'_, State>) {
    if let Ok(active) = state.active() {
        active.forget_created();
    }
}
