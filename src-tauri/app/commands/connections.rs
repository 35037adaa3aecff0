//! Connecting to a server, keeping the credential, signing out.

use calyptia_api::{Bearer, Server};
use secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use crate::{
    contract::{BearerHint, Connection, Renewed, Saved, ServerChoice, Startup},
    problem::{ErrorCode, Problem},
    settings::Credential,
    state::{Keep, State},
};

/// What is known without the keyring and the network.
#[tauri::command]
pub(crate) fn start(state: tauri::State<'_, State>) -> Startup {
    let saved = state.settings.connection();
    let last_server = saved.as_ref().map(|saved| saved.server.clone()).filter(|server| !server.is_empty());
    let restorable = saved.filter(|saved| saved.credential != Credential::Session);
    let notice = state.settings.unreadable.then(|| {
        Problem::new(ErrorCode::SettingsUnreadable, "settings.json could not be read and was kept aside")
    });
    Startup {
        version: env!("CARGO_PKG_VERSION"),
        servers: Server::KNOWN.into_iter().map(|(name, url)| ServerChoice { name, url }).collect(),
        preset: state.launch.server.clone().or(last_server),
        saved: if state.launch.sample {
            Some(Saved { server: String::new(), sample: true })
        } else {
            restorable
                .map(|saved| Saved { sample: saved.credential == Credential::Sample, server: saved.server })
        },
        notice,
    }
}

/// Connects with the credential that an earlier run kept.
#[tauri::command]
pub(crate) async fn restore(state: tauri::State<'_, State>) -> Result<Connection, Problem> {
    let saved = state.settings.connection();
    state
        .connecting
        .run(async {
            match saved {
                _ if state.launch.sample => state.connect_to_sample().await,
                Some(saved) if saved.credential == Credential::Sample => state.connect_to_sample().await,
                Some(saved) => {
                    let server = Server::parse(&saved.server)?;
                    let secret = state.vault.read(server.as_str()).await?.ok_or_else(Problem::signed_out)?;
                    let bearer = Bearer::parse(secret.expose_secret())?;
                    state.connect(server, bearer, Keep::AsItIs).await
                }
                None => Err(Problem::signed_out()),
            }
        })
        .await
}

/// Tests a credential and keeps it. Without `bearer`, the pasted one is used.
#[tauri::command]
pub(crate) async fn connect(
    state: tauri::State<'_, State>,
    server: String,
    bearer: Option<String>,
    session_only: bool,
) -> Result<Connection, Problem> {
    let bearer = bearer.map(Zeroizing::new);
    let server = Server::parse(&server)?;
    let bearer = typed_or_pasted(&state, bearer)?;
    // Under `--sample` nothing is saved, so the next start would not know of an entry in the keyring.
    let keep = if session_only || state.launch.sample { Keep::Session } else { Keep::Keyring };
    let connection = state.connecting.run(state.connect(server, bearer, keep)).await?;
    state.pasted().take();
    Ok(connection)
}

/// Tests a new credential for the connection in use and goes on with it. Without `bearer`, the pasted one is used.
#[tauri::command]
pub(crate) async fn renew(
    state: tauri::State<'_, State>,
    bearer: Option<String>,
) -> Result<Renewed, Problem> {
    let bearer = typed_or_pasted(&state, bearer.map(Zeroizing::new))?;
    let renewed = state.connecting.run(state.renew(bearer)).await?;
    state.pasted().take();
    Ok(renewed)
}

fn typed_or_pasted(state: &State, typed: Option<Zeroizing<String>>) -> Result<Bearer, Problem> {
    match typed {
        Some(typed) => Ok(Bearer::parse(&typed)?),
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
pub(crate) async fn paste_bearer(state: tauri::State<'_, State>) -> Result<BearerHint, Problem> {
    let text = state.clipboard.text().await?;
    let bearer = Bearer::parse(&text)?;
    let hint = BearerHint::from(&bearer);
    *state.pasted() = Some(bearer);
    Ok(hint)
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

/// Removes the credential and leaves the connection.
#[tauri::command]
pub(crate) async fn sign_out(state: tauri::State<'_, State>) -> Result<(), Problem> {
    state.sign_out().await
}
