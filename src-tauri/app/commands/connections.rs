//! Connecting to a server, keeping the credential, signing out.

use calyptia_api::{BearerToken, Server};
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::{
    cancellable::guarded,
    connecting::Keep,
    contract::{BearerClaims, Connection, KnownConnection, Renewed, ServerChoice, Startup},
    problem::{ErrorCode, Problem},
    state::State,
};

/// What is known without the keyring and the network.
#[tauri::command]
pub(crate) fn start(state: tauri::State<'_, State>) -> Startup {
    let notice = state.settings.unreadable.then(|| {
        Problem::new(ErrorCode::SettingsUnreadable, "settings.json could not be read and was kept aside")
    });
    Startup {
        version: env!("CARGO_PKG_VERSION"),
        servers: Server::KNOWN.into_iter().map(|(name, url)| ServerChoice { name, url }).collect(),
        preset: state.launch.server.clone(),
        sample: state.launch.sample,
        language: state.launch.language.clone(),
        connections: state.known_connections(),
        last: state.settings.last().map(|last| last.id),
        preferences: state.settings.preferences(),
        notice,
    }
}

/// The connections that are known.
#[tauri::command]
pub(crate) fn list_connections(state: tauri::State<'_, State>) -> Vec<KnownConnection> {
    state.known_connections()
}

/// Connects with the credential that is kept for a connection.
#[tauri::command]
pub(crate) async fn restore(state: tauri::State<'_, State>, connection: Uuid) -> Result<Connection, Problem> {
    state.connecting.run(state.restore(connection)).await
}

/// Tests a credential and keeps it, for a known connection or a new one. Without `bearer`, the pasted one is used.
#[tauri::command]
pub(crate) async fn connect(
    state: tauri::State<'_, State>,
    connection: Option<Uuid>,
    server: String,
    bearer: Option<String>,
    session_only: bool,
) -> Result<Connection, Problem> {
    let bearer = bearer.map(Zeroizing::new);
    let server = Server::parse(&server)?;
    let bearer = typed_or_pasted(&state, bearer)?;
    // Under `--sample` nothing is saved, so the next start would not know of an entry in the keyring.
    let keep = if session_only || state.launch.sample { Keep::Session } else { Keep::Keyring };
    let connection = state.connecting.run(state.connect(connection, server, bearer, keep)).await?;
    state.pasted().take();
    Ok(connection)
}

/// Tests a new credential for the connection in use and goes on with it. Without `bearer`, the pasted one is used.
#[tauri::command]
pub(crate) async fn renew(
    state: tauri::State<'_, State>,
    bearer: Option<String>,
    session_only: bool,
) -> Result<Renewed, Problem> {
    let bearer = typed_or_pasted(&state, bearer.map(Zeroizing::new))?;
    let renewed = state.connecting.run(state.renew(bearer, session_only)).await?;
    state.pasted().take();
    Ok(renewed)
}

fn typed_or_pasted(state: &State, typed: Option<Zeroizing<String>>) -> Result<BearerToken, Problem> {
    match typed {
        Some(typed) => Ok(BearerToken::parse(&typed)?),
        None => state
            .pasted()
            .clone()
            .ok_or_else(|| Problem::new(ErrorCode::BadBearer, "there is no pasted credential")),
    }
}

/// Stops [`connect`], [`renew`] or [`restore`].
#[tauri::command]
pub(crate) fn cancel_connect(state: tauri::State<'_, State>) {
    state.connecting.cancel();
}

/// Reads a credential from the clipboard and keeps it on this side; the page sees only what it says of itself.
#[tauri::command]
pub(crate) async fn paste_bearer(state: tauri::State<'_, State>) -> Result<BearerClaims, Problem> {
    guarded(async {
        let text = state.clipboard.text().await?;
        let bearer = BearerToken::parse(&text)?;
        let hint = BearerClaims::from(&bearer);
        *state.pasted() = Some(bearer);
        Ok(hint)
    })
    .await
}

/// Forgets the pasted credential.
#[tauri::command]
pub(crate) fn discard_bearer(state: tauri::State<'_, State>) {
    state.pasted().take();
}

/// Connects to the sample data inside the app.
#[tauri::command]
pub(crate) async fn try_sample(state: tauri::State<'_, State>) -> Result<Connection, Problem> {
    state.connecting.run(state.connect_to_sample()).await
}

/// Calls a connection something else.
#[tauri::command]
pub(crate) fn rename_connection(
    state: tauri::State<'_, State>,
    connection: Uuid,
    name: String,
) -> Result<(), Problem> {
    state.rename(connection, &name)
}

/// Removes a connection's credential. The connection stays known.
#[tauri::command]
pub(crate) async fn sign_out(state: tauri::State<'_, State>, connection: Uuid) -> Result<(), Problem> {
    guarded(state.sign_out(connection)).await
}

/// Removes a connection's credential and the connection.
#[tauri::command]
pub(crate) async fn forget_connection(
    state: tauri::State<'_, State>,
    connection: Uuid,
) -> Result<(), Problem> {
    guarded(state.forget(connection)).await
}

/// Drops everything that is in memory: list, credentials, the token on the clipboard.
#[tauri::command]
pub(crate) fn lock(state: tauri::State<'_, State>) {
    state.lock();
}
