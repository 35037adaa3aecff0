//! The connection in use: one server, one user, the list that is open, and the token made last.

use std::sync::{Mutex, MutexGuard, PoisonError};

use calyptia_api::{
    BearerToken, Client, Error, Failure, Network, Options, Server, TokenId, TokenValue, UnconfirmedCreate,
};
use uuid::Uuid;

use crate::{
    contract::{LoadProgress, Loaded},
    open_list::OpenList,
};

/// From here on a difference of the clocks is told. Less does no harm, and servers themselves differ by a little.
const CLOCKS_DIFFER: u64 = 5 * 60;

/// A connection that was tested and is in use. Dropped at signing out, with all that it knows.
pub(crate) struct Active {
    pub(crate) id: Uuid,
    /// The user under which the keyring keeps its credential.
    pub(crate) entry: String,
    pub(crate) server: Server,
    pub(crate) sample: bool,
    pub(crate) list: OpenList,
    /// With the credential in use; a new one, or another network, puts another client in its place.
    client: Mutex<Client>,
    created: Mutex<Option<Created>>,
    /// The create that is on its way, or whose answer was lost.
    lost: Mutex<Option<UnconfirmedCreate>>,
    /// Held while a create is on its way.
    pub(crate) creating: tokio::sync::Mutex<()>,
}

/// The token made last, until its dialog closes, which it does once it is copied.
struct Created {
    id: TokenId,
    /// Copying it need not ask the server again. `None` if its answer was lost and the token found.
    value: Option<TokenValue>,
    /// Whether it has held the app's end up.
    told: bool,
}

impl Active {
    pub(crate) fn new(
        (id, entry): (Uuid, String),
        server: Server,
        bearer: BearerToken,
        sample: bool,
        options: Options,
    ) -> Result<Self, Error> {
        Ok(Self {
            id,
            entry,
            client: Mutex::new(Client::with_options(server.clone(), bearer, options)?),
            server,
            sample,
            list: OpenList::default(),
            created: Mutex::default(),
            lost: Mutex::default(),
            creating: tokio::sync::Mutex::default(),
        })
    }

    pub(crate) fn client(&self) -> Client {
        lock(&self.client).clone()
    }

    /// Goes on with another credential's client.
    pub(crate) fn renew(&self, client: Client) {
        *lock(&self.client) = client;
    }

    /// Goes on through another network. What is under way ends on the old one.
    pub(crate) fn move_to(&self, network: &Network) -> Result<(), Error> {
        let mut client = lock(&self.client);
        *client = client.with_network(network)?;
        Ok(())
    }

    /// Opens a project, or loads its list afresh.
    pub(crate) async fn load(&self, project: Uuid, progress: impl FnMut(LoadProgress)) -> Loaded {
        let client = self.client();
        let mut loaded = self.list.load(&client, project, progress).await;
        loaded.clock_offset = client.clock_offset().filter(|offset| offset.unsigned_abs() >= CLOCKS_DIFFER);
        loaded
    }

    /// Whether the server answers. A login page in its place, and a gateway that cannot reach it, do not count.
    pub(crate) async fn is_reachable(&self) -> bool {
        match self.client().health().await {
            Ok(_) => true,
            Err(error) => match error.failure {
                Failure::Refused { status, .. } => status != 429 && status < 500,
                // It need not have a health check in the form that is expected here.
                Failure::Undecodable(_) => true,
                _ => false,
            },
        }
    }

    /// The value of the token made last, if it is this one.
    pub(crate) fn created_value(&self, id: &TokenId) -> Option<TokenValue> {
        lock(&self.created).as_ref().filter(|created| created.id == *id)?.value.clone()
    }

    pub(crate) fn keep_created(&self, id: TokenId, value: Option<TokenValue>) {
        *lock(&self.created) = Some(Created { id, value, told: false });
    }

    /// Whether a token that was just made is not copied yet. Says so once.
    pub(crate) fn holds_up_the_end(&self) -> bool {
        lock(&self.created).as_mut().is_some_and(|created| !std::mem::replace(&mut created.told, true))
    }

    pub(crate) fn forget_created(&self) {
        lock(&self.created).take();
        lock(&self.lost).take();
    }

    /// The create that is on its way, or whose answer was lost.
    pub(crate) fn lost(&self) -> MutexGuard<'_, Option<UnconfirmedCreate>> {
        lock(&self.lost)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
