//! How the network is used, and whether it works.

use tauri::ipc::Channel;
use tokio::time::Instant;

use crate::{
    cancellable::guarded,
    contract::{CertificatesChange, Network, ProxyChoice, Waiting},
    problem::Problem,
    state::State,
};

/// The settings of the network.
#[tauri::command]
pub(crate) fn network(state: tauri::State<'_, State>) -> Network {
    state.describe_network()
}

/// Changes them. If anything is wrong, all stays as it is. Off the main thread: it reads the system's certificates.
#[tauri::command(async)]
pub(crate) fn set_network(
    state: tauri::State<'_, State>,
    proxy: ProxyChoice,
    certificates: CertificatesChange,
) -> Result<Network, Problem> {
    state.set_network(proxy, certificates)?;
    Ok(state.describe_network())
}

/// Whether the server in use answers.
#[tauri::command]
pub(crate) async fn is_reachable(state: tauri::State<'_, State>) -> Result<bool, Problem> {
    let active = state.active()?;
    guarded(async { Ok(active.is_reachable().await) }).await
}

/// Tells of waits that a server asks for, until the page goes.
#[tauri::command]
pub(crate) async fn follow_waits(
    state: tauri::State<'_, State>,
    on_waiting: Channel<Option<Waiting>>,
) -> Result<(), Problem> {
    let mut waits = state.waits.watch();
    loop {
        let waiting = waits.borrow_and_update().map(|end| Waiting {
            // A second that has begun counts.
            seconds: end.saturating_duration_since(Instant::now()).as_secs_f64().ceil() as u64,
        });
        if on_waiting.send(waiting).is_err() || waits.changed().await.is_err() {
            return Ok(());
        }
    }
}
