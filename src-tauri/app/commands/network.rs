//! The network settings, and whether the server can be reached.

use calyptia_core::messages::{CertificatesChange, NetworkStatus, ProxyChoice, ServerWait};
use tauri::ipc::Channel;
use tokio::{sync::watch, time::Instant};
use uuid::Uuid;

use super::{
    Core,
    guard::{Reply, guard},
};

/// The network settings and the route in use.
#[tauri::command]
pub(super) async fn network(core: Core<'_>) -> Reply<NetworkStatus> {
    guard(async { Ok(core.network_status()) }).await
}

/// Changes the network settings. If anything is wrong with them, nothing changes.
#[tauri::command]
pub(super) async fn set_network(
    core: Core<'_>,
    proxy: ProxyChoice,
    certificates: CertificatesChange,
) -> Reply<NetworkStatus> {
    guard(async {
        core.set_network(proxy, certificates).await?;
        Ok(core.network_status())
    })
    .await
}

/// Whether the server responds.
#[tauri::command]
pub(super) async fn is_reachable(core: Core<'_>, connection: Uuid) -> Reply<bool> {
    guard(async { core.session(connection)?.is_reachable().await }).await
}

/// Ends the follower of a page that has been reloaded: its channel does not fail.
pub(crate) struct WaitFollower(watch::Sender<u64>);

impl Default for WaitFollower {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

/// Reports waits that a server asks for, until another page asks to follow them.
#[tauri::command]
pub(super) async fn follow_waits(
    core: Core<'_>,
    follower: tauri::State<'_, WaitFollower>,
    on_waiting: Channel<Option<ServerWait>>,
) -> Reply<()> {
    guard(async {
        let mut newer = follower.0.subscribe();
        let mut mine = 0;
        follower.0.send_modify(|number| {
            *number += 1;
            mine = *number;
        });
        let mut waits = core.waits().watch();
        loop {
            let waiting = waits.borrow_and_update().map(|end| ServerWait {
                // A second that has begun counts.
                seconds: end.saturating_duration_since(Instant::now()).as_secs_f64().ceil() as u64,
            });
            if on_waiting.send(waiting).is_err() {
                return Ok(());
            }
            tokio::select! {
                changed = waits.changed() => if changed.is_err() { return Ok(()) },
                _ = newer.wait_for(|number| *number != mine) => return Ok(()),
            }
        }
    })
    .await
}
