//! Signing in to servers and out of them, and the saved connections.

use calyptia_core::messages::{
    AccountHint, Connection, ConnectionColor, KnownConnection, PasteSource, PastedProjectToken, Problem,
    Reauthenticated, Startup,
};
use tauri::ipc::Channel;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{
    Core,
    follow::{Follower, follow},
    guard::{Reply, guard},
};
use crate::desktop::launch::Launch;

/// What is known without the keyring and the network.
#[tauri::command]
pub(super) async fn start(core: Core<'_>, launch: tauri::State<'_, Launch>) -> Reply<Startup> {
    // The first that a page asks for.
    tracing::info!("the page has started");
    guard(async {
        let Launch { server, language, .. } = launch.inner().clone();
        Ok(core.startup(env!("CARGO_PKG_VERSION"), server, language))
    })
    .await
}

/// The saved connections.
#[tauri::command]
pub(super) async fn list_connections(core: Core<'_>) -> Reply<Vec<KnownConnection>> {
    guard(async { Ok(core.known()) }).await
}

/// Signs in with the saved bearer token of a connection.
#[tauri::command]
pub(super) async fn restore(core: Core<'_>, connection: Uuid) -> Reply<Connection> {
    guard(core.restore(connection)).await
}

/// Signs in at the start: see [`calyptia_core::Connections::open_last`].
#[tauri::command]
pub(super) async fn open_last(core: Core<'_>) -> Reply<Option<Connection>> {
    guard(core.open_last()).await
}

/// Verifies a bearer token and keeps it, for a saved connection or a new one. Without `bearer_token`, the pasted one is
/// used.
#[tauri::command]
pub(super) async fn connect(
    core: Core<'_>,
    connection: Option<Uuid>,
    server: String,
    bearer_token: Option<String>,
    session_only: bool,
) -> Reply<Connection> {
    let typed = bearer_token.map(Zeroizing::new);
    guard(core.connect(connection, &server, typed, session_only)).await
}

/// Verifies another bearer token for the session of a connection, and continues with it. Without `bearer_token`, the pasted
/// one is used.
#[tauri::command]
pub(super) async fn reauthenticate(
    core: Core<'_>,
    connection: Uuid,
    bearer_token: Option<String>,
    session_only: bool,
) -> Reply<Reauthenticated> {
    let typed = bearer_token.map(Zeroizing::new);
    guard(core.reauthenticate(connection, typed, session_only)).await
}

/// Stops [`connect`], [`reauthenticate`], [`restore`] or [`try_sample`].
#[tauri::command]
pub(super) async fn cancel_connect(core: Core<'_>) -> Reply<()> {
    guard(async {
        core.cancel_sign_in();
        Ok(())
    })
    .await
}

/// Reads a bearer token for a server from the clipboard and keeps it in Rust; the page sees only its claims.
#[tauri::command]
pub(super) async fn paste_bearer_token(
    core: Core<'_>,
    server: String,
    source: PasteSource,
) -> Reply<AccountHint> {
    guard(core.paste_bearer_token(&server, source)).await
}

/// What the project token that was pasted in place of a bearer token says of itself. `None` if it is no longer kept.
#[tauri::command]
pub(super) async fn pasted_project_token(core: Core<'_>) -> Reply<Option<PastedProjectToken>> {
    guard(async { Ok(core.pasted_project_token()) }).await
}

/// Clears the bearer token that was pasted from the clipboard, unless something else is there by now.
#[tauri::command]
pub(super) async fn clear_pasted(core: Core<'_>) -> Reply<()> {
    guard(core.clear_pasted_from_clipboard()).await
}

/// Forgets the pasted bearer token.
#[tauri::command]
pub(super) async fn discard_bearer_token(core: Core<'_>) -> Reply<()> {
    guard(async {
        core.discard_pasted();
        Ok(())
    })
    .await
}

/// Signs in to the sample data inside the app.
#[tauri::command]
pub(super) async fn try_sample(core: Core<'_>) -> Reply<Connection> {
    guard(core.connect_to_sample()).await
}

/// Renames a connection.
#[tauri::command]
pub(super) async fn rename_connection(core: Core<'_>, connection: Uuid, name: String) -> Reply<()> {
    guard(core.rename(connection, &name)).await
}

/// Says whether a lot depends on a connection's tokens.
#[tauri::command]
pub(super) async fn mark_production(core: Core<'_>, connection: Uuid, production: bool) -> Reply<()> {
    guard(core.mark_production(connection, production)).await
}

/// Gives a connection a color, or takes it away.
#[tauri::command]
pub(super) async fn set_connection_color(
    core: Core<'_>,
    connection: Uuid,
    color: Option<ConnectionColor>,
) -> Reply<()> {
    guard(core.set_color(connection, color)).await
}

/// Deletes a connection's bearer token. The connection stays known. Returns a problem to report.
#[tauri::command]
pub(super) async fn sign_out(core: Core<'_>, connection: Uuid) -> Reply<Option<Problem>> {
    guard(core.sign_out(connection)).await
}

/// Stops [`sign_out`] or [`forget_connection`].
#[tauri::command]
pub(super) async fn cancel_sign_out(core: Core<'_>, connection: Uuid) -> Reply<()> {
    guard(async {
        core.cancel_removal(connection);
        Ok(())
    })
    .await
}

/// Who follows the waits for the keyring.
#[derive(Default)]
pub(crate) struct KeyringFollower(Follower);

/// Reports whether the app has been waiting for the keyring for a while, until another page asks to follow that.
#[tauri::command]
pub(super) async fn follow_keyring(
    core: Core<'_>,
    follower: tauri::State<'_, KeyringFollower>,
    on_waiting: Channel<bool>,
) -> Reply<()> {
    guard(follow(&follower.0, core.watch_keyring_waits(), on_waiting, |waiting| *waiting > 0)).await
}

/// Deletes a connection's bearer token and the connection. Returns a problem to report.
#[tauri::command]
pub(super) async fn forget_connection(core: Core<'_>, connection: Uuid) -> Reply<Option<Problem>> {
    guard(core.forget(connection)).await
}
