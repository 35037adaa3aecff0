//! Values that the page follows: each change is sent to it.

use calyptia_core::messages::Problem;
use serde::Serialize;
use tauri::ipc::Channel;
use tokio::sync::watch;

/// Ends the follower of a page that has been reloaded: its channel does not fail.
pub(crate) struct Follower(watch::Sender<u64>);

impl Default for Follower {
    fn default() -> Self {
        Self(watch::Sender::new(0))
    }
}

/// Sends a value and its changes, until another page follows it or nothing can change any more.
pub(super) async fn follow<V, M: Serialize>(
    follower: &Follower,
    mut value: watch::Receiver<V>,
    page: Channel<M>,
    message: impl Fn(&V) -> M,
) -> Result<(), Problem>
where
    Channel<M>: Send,
{
    value.mark_changed();
    follow_changes(follower, value, page, message).await
}

/// As [`follow`], without the value as it is now.
pub(super) async fn follow_changes<V, M: Serialize>(
    follower: &Follower,
    mut value: watch::Receiver<V>,
    page: Channel<M>,
    message: impl Fn(&V) -> M,
) -> Result<(), Problem>
where
    Channel<M>: Send,
{
    let mut newer = follower.0.subscribe();
    let mut mine = 0;
    follower.0.send_modify(|number| {
        *number += 1;
        mine = *number;
    });
    loop {
        tokio::select! {
            changed = value.changed() => if changed.is_err() { return Ok(()) },
            _ = newer.wait_for(|number| *number != mine) => return Ok(()),
        }
        let message = message(&value.borrow_and_update());
        if page.send(message).is_err() {
            return Ok(());
        }
    }
}
