//! The network settings, and whether the server can be reached.

use calyptia_core::messages::{
    CertificatesChange, CertificatesSummary, NetworkStatus, ProxyChoice, RouteSummary, ServerWait,
};
use tauri::ipc::Channel;
use tokio::time::Instant;
use uuid::Uuid;

use super::{
    Core,
    follow::{Follower, follow},
    guard::{Reply, guard},
};

/// The network settings and the route of the current session.
#[tauri::command]
pub(super) async fn network(core: Core<'_>) -> Reply<NetworkStatus> {
    guard(async { Ok(core.network_status()) }).await
}

/// The route that requests to a server would take. Nothing is sent.
#[tauri::command]
pub(super) async fn route_to(core: Core<'_>, server: String) -> Reply<RouteSummary> {
    guard(core.route_to(&server)).await
}

/// Lets the person choose a file of certificates in a dialog of the desktop. The page sees its name.
#[tauri::command]
pub(super) async fn choose_certificates(core: Core<'_>) -> Reply<Option<CertificatesSummary>> {
    guard(core.choose_certificates()).await
}

/// Changes the network settings, if the person agrees. If anything is wrong with them, nothing changes.
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

/// Who follows the waits.
#[derive(Default)]
pub(crate) struct WaitFollower(Follower);

/// Reports waits that a server asks for, until another page asks to follow them.
#[tauri::command]
pub(super) async fn follow_waits(
    core: Core<'_>,
    follower: tauri::State<'_, WaitFollower>,
    on_waiting: Channel<Option<ServerWait>>,
) -> Reply<()> {
    let seconds = |end: &Option<Instant>| {
        end.map(|end| ServerWait {
            // A second that has begun counts.
            seconds: end.saturating_duration_since(Instant::now()).as_secs_f64().ceil() as u64,
        })
    };
    guard(follow(&follower.0, core.waits().watch(), on_waiting, seconds)).await
}
