//! Locking: when asked, when nobody uses the app, with the desktop session, before sleep.

use calyptia_core::messages::LockReason;
use tauri::ipc::Channel;

use super::{
    Core,
    follow::{Follower, follow_changes},
    guard::{Reply, guard},
};

/// Drops everything that is in memory: the session, bearer tokens, the token on the clipboard.
#[tauri::command]
pub(super) async fn lock(core: Core<'_>) -> Reply<()> {
    guard(async {
        core.lock();
        Ok(())
    })
    .await
}

/// Somebody uses the app.
#[tauri::command]
pub(super) async fn report_activity(core: Core<'_>) -> Reply<()> {
    guard(async {
        core.report_activity();
        Ok(())
    })
    .await
}

/// Who follows the locks.
#[derive(Default)]
pub(crate) struct LockFollower(Follower);

/// Reports each time the app locks without being asked, until another page asks to follow.
#[tauri::command]
pub(super) async fn follow_locks(
    core: Core<'_>,
    follower: tauri::State<'_, LockFollower>,
    on_lock: Channel<Option<LockReason>>,
) -> Reply<()> {
    guard(follow_changes(&follower.0, core.watch_locks(), on_lock, |reason| *reason)).await
}
