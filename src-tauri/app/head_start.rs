//! The web view takes a while to start, and the rest of the app has nothing to do meanwhile: so the connection of last time
//! is tested ahead. What comes of it waits until the page asks for that connection, and nothing has changed before.

use tauri::{AppHandle, Manager as _, Runtime, async_runtime};
use uuid::Uuid;

use crate::{
    cancellable::guarded,
    connecting::Tested,
    problem::{ErrorCode, Problem},
    settings::Credential,
    state::State,
};

/// The test of a connection that nobody has asked for yet. Dropped, it ends.
pub(crate) struct HeadStart {
    connection: Uuid,
    test: async_runtime::JoinHandle<Result<Tested, Problem>>,
}

impl Drop for HeadStart {
    fn drop(&mut self) {
        self.test.abort();
    }
}

impl HeadStart {
    pub(crate) async fn result(mut self) -> Result<Tested, Problem> {
        (&mut self.test).await.unwrap_or_else(|_| Err(Problem::new(ErrorCode::Cancelled, "the app ends")))
    }
}

/// Tests the connection of last time, if its credential is in the keyring: the page will ask for it.
pub(crate) fn begin<R: Runtime>(app: &AppHandle<R>) {
    let state = app.state::<State>();
    let Some(last) = state.settings.last().filter(|last| last.credential == Credential::Keyring) else {
        return;
    };
    let test = async_runtime::spawn({
        let (app, id) = (app.clone(), last.id);
        async move { guarded(app.state::<State>().test_kept(id)).await }
    });
    *state.head_start() = Some(HeadStart { connection: last.id, test });
}

impl State {
    /// The test of this connection, if it was begun ahead.
    pub(crate) fn tested_ahead(&self, id: Uuid) -> Option<HeadStart> {
        self.head_start().take().filter(|ahead| ahead.connection == id)
    }
}
