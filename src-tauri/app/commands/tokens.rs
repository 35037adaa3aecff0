//! The tokens of a project.

use calyptia_core::{
    Kind, WantedToken,
    messages::{
        ClipboardState, ConfirmProgress, Copied, CreateOutcome, ExpectedToken, ExportFormat, Exported,
        FileSearch, FilterPaste, FoundRows, FoundTokenState, ListChanges, LoadProgress, Loaded, NameMatch,
        PasteSource, ReplacedToken, Rotations, Rows, SearchIn, SearchProgress, Snippet, SnippetRequest,
        TokenLabel, UpdateOutcome, View,
    },
};
use tauri::ipc::Channel;
use uuid::Uuid;

use super::{
    Core,
    follow::{Follower, follow},
    guard::{Reply, guard},
};

/// Opens a project, or loads its list again.
#[tauri::command]
pub(super) async fn load_tokens(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
    on_progress: Channel<LoadProgress>,
) -> Reply<Loaded> {
    guard(async {
        // Sending fails if the page is gone, which needs no progress.
        let progress = |progress| drop(on_progress.send(progress));
        let loaded = core.session(connection)?.load(project, progress).await?;
        if loaded.problem.is_none() {
            core.save_project(connection, project).await;
        }
        Ok(loaded)
    })
    .await
}

/// Stops [`load_tokens`]. The rows that have arrived stay.
#[tauri::command]
pub(super) async fn cancel_load(core: Core<'_>, connection: Uuid) -> Reply<()> {
    cancel(core, connection, Kind::Load).await
}

/// A window of the open list, and where the token with this id stands.
#[tauri::command]
pub(super) async fn rows(
    core: Core<'_>,
    connection: Uuid,
    view: View,
    from: usize,
    count: usize,
    token: Option<String>,
) -> Reply<Rows> {
    guard(async { Ok(core.session(connection)?.rows(view, from, count, token.as_deref())) }).await
}

/// What is pasted into the filter. The page does not see the value of a token.
#[tauri::command]
pub(super) async fn paste_into_filter(
    core: Core<'_>,
    connection: Uuid,
    source: PasteSource,
) -> Reply<FilterPaste> {
    guard(core.paste_into_filter(connection, source)).await
}

/// Asks the server about the project token that was pasted, with the token itself.
#[tauri::command]
pub(super) async fn check_found_token(
    core: Core<'_>,
    connection: Option<Uuid>,
    paste: u64,
) -> Reply<FoundTokenState> {
    guard(async { core.session_of_pasted(connection, paste).await?.check_found_token(paste).await }).await
}

/// Deletes the project token that was pasted, with the token itself.
#[tauri::command]
pub(super) async fn revoke_found_token(
    core: Core<'_>,
    connection: Option<Uuid>,
    paste: u64,
) -> Reply<FoundTokenState> {
    guard(async { core.session_of_pasted(connection, paste).await?.revoke_found_token(paste).await }).await
}

/// Forgets the project token that was pasted.
#[tauri::command]
pub(super) async fn forget_found_token(core: Core<'_>, connection: Option<Uuid>, paste: u64) -> Reply<()> {
    guard(async {
        match connection {
            None => core.forget_project_token(paste),
            Some(connection) => {
                if let Ok(session) = core.session(connection) {
                    session.forget_found_token(paste);
                }
            }
        }
        Ok(())
    })
    .await
}

/// Saves the rows of a view in a file that the person chooses. `None` if they chose none.
#[tauri::command]
pub(super) async fn export_tokens(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
    name: String,
    view: View,
    format: ExportFormat,
) -> Reply<Option<Exported>> {
    guard(core.export(connection, (project, &name), view, format)).await
}

/// Looks for project tokens in files, or a folder, that the person chooses. `None` if they chose none. The page gets places and ids.
#[tauri::command]
pub(super) async fn search_files(
    core: Core<'_>,
    connection: Uuid,
    what: SearchIn,
    on_progress: Channel<SearchProgress>,
) -> Reply<Option<FileSearch>> {
    guard(core.search_files(connection, what, |progress| drop(on_progress.send(progress)))).await
}

/// Stops [`search_files`]. What has been found stays.
#[tauri::command]
pub(super) async fn cancel_search(core: Core<'_>, connection: Uuid) -> Reply<()> {
    cancel(core, connection, Kind::Search).await
}

/// Those of these tokens that are in the open list, and which of them a view leaves out.
#[tauri::command]
pub(super) async fn find_rows(
    core: Core<'_>,
    connection: Uuid,
    ids: Vec<String>,
    view: View,
) -> Reply<FoundRows> {
    guard(async { Ok(core.session(connection)?.find(&ids, view)) }).await
}

/// What has changed in the open list since the last look at it. `None` if nothing has, or if that is not known or not wanted.
#[tauri::command]
pub(super) async fn what_changed(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
) -> Reply<Option<ListChanges>> {
    guard(async { core.session(connection)?.what_changed(project).await }).await
}

/// Notes that the changes which [`what_changed`] returned with this number have been seen. False if there may be others to show.
#[tauri::command]
pub(super) async fn mark_changes_seen(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
    number: u64,
) -> Reply<bool> {
    guard(async { core.session(connection)?.mark_changes_seen(project, number).await }).await
}

/// Who created a token, if the server says so.
#[tauri::command]
pub(super) async fn created_by(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
    id: String,
) -> Reply<Option<String>> {
    guard(async { core.session(connection)?.created_by(project, &id).await }).await
}

/// Stops [`created_by`].
#[tauri::command]
pub(super) async fn cancel_created_by(core: Core<'_>, connection: Uuid) -> Reply<()> {
    cancel(core, connection, Kind::Creator).await
}

/// Whether a name, or one that looks the same, is in the open list of a project. `except` is the token that is to be renamed.
#[tauri::command]
pub(super) async fn match_name(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
    name: String,
    except: Option<String>,
) -> Reply<NameMatch> {
    guard(async { Ok(core.session(connection)?.match_name(project, name.trim(), except.as_deref())) }).await
}

/// Creates a token in the project that its dialog was opened for, perhaps to replace another one. Sent once, never repeated; if the response is lost, the
/// server is asked whether the token exists.
#[tauri::command]
pub(super) async fn create_token(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
    name: String,
    permissions: Vec<String>,
    replaces: Option<ReplacedToken>,
    on_checking: Channel<ConfirmProgress>,
) -> Reply<CreateOutcome> {
    let wanted = WantedToken { project, name: &name, permissions: &permissions, replaces: replaces.as_ref() };
    let checking = |checking| drop(on_checking.send(checking));
    guard(core.create_token(connection, &wanted, checking)).await
}

/// The pairs of old and new tokens in the open list that a person is replacing.
#[tauri::command]
pub(super) async fn rotations(core: Core<'_>, connection: Uuid, project: Uuid) -> Reply<Rotations> {
    guard(core.rotations(connection, project)).await
}

/// Forgets such a pair; both tokens stay as they are.
#[tauri::command]
pub(super) async fn end_rotation(
    core: Core<'_>,
    connection: Uuid,
    project: Uuid,
    old: String,
    new: String,
) -> Reply<()> {
    guard(core.end_rotation(connection, project, &old, &new)).await
}

/// Looks again for the token whose create was not answered.
#[tauri::command]
pub(super) async fn check_create(
    core: Core<'_>,
    connection: Uuid,
    on_checking: Channel<ConfirmProgress>,
) -> Reply<CreateOutcome> {
    guard(core.check_create(connection, |checking| drop(on_checking.send(checking)))).await
}

/// Stops waiting for [`create_token`] or [`check_create`].
#[tauri::command]
pub(super) async fn cancel_create(core: Core<'_>, connection: Uuid) -> Reply<()> {
    cancel(core, connection, Kind::Create).await
}

/// Changes a token's name, permissions or both. `None` leaves it unchanged.
#[tauri::command]
pub(super) async fn update_token(
    core: Core<'_>,
    connection: Uuid,
    id: String,
    name: Option<String>,
    permissions: Option<Vec<String>>,
    expected: ExpectedToken,
) -> Reply<UpdateOutcome> {
    guard(core.update_token(connection, &id, name.as_deref(), permissions.as_deref(), &expected)).await
}

/// Deletes a token; every application that uses it stops.
#[tauri::command]
pub(super) async fn delete_token(core: Core<'_>, connection: Uuid, id: String) -> Reply<()> {
    guard(async { core.session(connection)?.delete(&id).await }).await
}

/// Stops waiting for [`update_token`] and [`delete_token`].
#[tauri::command]
pub(super) async fn cancel_change(core: Core<'_>, connection: Uuid) -> Reply<()> {
    cancel(core, connection, Kind::Change).await
}

/// The names of a project's fleets, to choose from in a snippet.
#[tauri::command]
pub(super) async fn list_fleets(core: Core<'_>, connection: Uuid, project: Uuid) -> Reply<Vec<String>> {
    guard(async { core.session(connection)?.fleet_names(project).await }).await
}

/// Stops [`list_fleets`].
#[tauri::command]
pub(super) async fn cancel_fleets(core: Core<'_>, connection: Uuid) -> Reply<()> {
    cancel(core, connection, Kind::Fleets).await
}

/// The text that [`copy_token`] would put around a token's value.
#[tauri::command]
pub(super) async fn snippet(core: Core<'_>, connection: Uuid, request: SnippetRequest) -> Reply<Snippet> {
    guard(async { core.session(connection)?.snippet(&request) }).await
}

/// Puts a token's value on the clipboard, alone or in a snippet. The value never reaches the page.
#[tauri::command]
pub(super) async fn copy_token(
    core: Core<'_>,
    connection: Uuid,
    id: String,
    snippet: Option<SnippetRequest>,
) -> Reply<Copied> {
    guard(core.copy_token(connection, &id, snippet.as_ref())).await
}

/// Puts the name or the id of a token on the clipboard. Without a connection it is the token that was pasted in place of a bearer
/// token.
#[tauri::command]
pub(super) async fn copy_label(
    core: Core<'_>,
    connection: Option<Uuid>,
    id: String,
    label: TokenLabel,
) -> Reply<()> {
    guard(core.copy_label(connection, &id, label)).await
}

/// Who follows the clipboard.
#[derive(Default)]
pub(crate) struct ClipboardFollower(Follower);

/// Reports when a token is on the clipboard, when it stays there past its time because clearing it keeps failing, and when it is
/// gone.
#[tauri::command]
pub(super) async fn follow_clipboard(
    core: Core<'_>,
    follower: tauri::State<'_, ClipboardFollower>,
    on_change: Channel<ClipboardState>,
) -> Reply<()> {
    guard(follow(&follower.0, core.watch_clipboard(), on_change, |state| *state)).await
}

/// Forgets the value of the token created last.
#[tauri::command]
pub(super) async fn forget_created(core: Core<'_>, connection: Uuid) -> Reply<()> {
    guard(async {
        core.session(connection)?.forget_created();
        Ok(())
    })
    .await
}

/// The work of a session that is closed has ended already.
async fn cancel(core: Core<'_>, connection: Uuid, kind: Kind) -> Reply<()> {
    guard(async {
        if let Ok(session) = core.session(connection) {
            session.cancel(kind);
        }
        Ok(())
    })
    .await
}
