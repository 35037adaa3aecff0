//! What a test holds: it starts and stops the service, tells it how to behave, and looks at what it keeps.

use std::sync::atomic::Ordering;

use zbus::zvariant::OwnedObjectPath;

use super::collection::Collection;
use super::item::ItemObject;
use super::paths::{COLLECTION, ROOT};
use super::service::Service;
use super::{Answered, Item, Method, Shared, Trick};

const NAME: &str = "org.freedesktop.secrets";

/// The service, on its bus until it is stopped or dropped.
pub struct SecretService {
    address: String,
    shared: Shared,
    connection: Option<zbus::blocking::Connection>,
}

impl SecretService {
    pub fn start(address: &str) -> Self {
        let mut this = Self { address: address.to_owned(), shared: Shared::default(), connection: None };
        this.start_again();
        this
    }

    /// As after a crash: it knows its items, and none of its clients.
    pub fn start_again(&mut self) {
        self.stop();
        self.shared.state().sessions.clear();
        let (address, shared) = (self.address.clone(), self.shared.clone());
        let connection = alone(move || {
            let connection = zbus::blocking::connection::Builder::address(address.as_str())
                .unwrap()
                .serve_at(ROOT, Service(shared.clone()))
                .unwrap()
                .serve_at(COLLECTION, Collection(shared.clone()))
                .unwrap()
                .build()
                .unwrap();
            let items: Vec<_> = shared.state().items.keys().cloned().collect();
            for path in items {
                let item = ItemObject { shared: shared.clone(), path: path.clone() };
                connection.object_server().at(path, item).unwrap();
            }
            connection.request_name(NAME).unwrap();
            connection
        });
        self.connection = Some(connection);
    }

    /// Leaves the bus, whatever it is doing.
    pub fn stop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = alone(move || connection.close());
        }
    }

    /// Gives up its name. It stays on the bus, and what it was asked before stays with it.
    pub fn drop_name(&self) {
        let connection = self.running();
        assert!(alone(move || connection.release_name(NAME).unwrap()));
    }

    pub fn take_name(&self) {
        let connection = self.running();
        alone(move || connection.request_name(NAME).unwrap());
    }

    pub fn trick(&self, method: Method, trick: Trick) {
        self.shared.state().tricks.insert(method, trick);
    }

    /// Makes so many more changes, and hangs in every one after them.
    pub fn hang_after(&self, changes: usize) {
        let mut state = self.shared.state();
        (state.left, state.stuck) = (Some(changes), 0);
    }

    /// How many changes it hangs in since then.
    pub fn stuck(&self) -> usize {
        self.shared.state().stuck
    }

    /// Asks before every call of this method, which must be one that creates or deletes something.
    pub fn ask_before(&self, method: Method, answered: Answered) {
        let mut state = self.shared.state();
        state.asks.insert(method);
        state.answered = answered;
    }

    /// No more tricks. What hangs goes on hanging, and what is locked stays locked.
    pub fn behave(&self) {
        let mut state = self.shared.state();
        state.tricks.clear();
        state.asks.clear();
        state.left = None;
    }

    /// Locks everything. Who wants to unlock it is asked.
    pub fn lock(&self, answered: Answered) {
        let mut state = self.shared.state();
        (state.locked, state.answered) = (true, answered);
    }

    /// It no longer opens sessions of this kind, and answers this error.
    pub fn refuse_algorithm(&self, algorithm: &'static str, error: &'static str) {
        self.shared.state().refused_algorithms.insert(algorithm, error);
    }

    /// It has no collection, and cannot create one.
    pub fn take_default_away(&self) {
        let mut state = self.shared.state();
        (state.without_default, state.has_collection) = (true, false);
    }

    /// The alias still names the collection that is gone.
    pub fn leave_dangling_alias(&self) {
        self.shared.state().without_default = false;
    }

    /// It can create a collection.
    pub fn allow_creation(&self) {
        self.shared.state().creates = true;
    }

    /// No alias names the collections that it creates.
    pub fn ignore_alias(&self) {
        self.shared.state().ignores_alias = true;
    }

    /// How many collections it has created.
    pub fn collections_created(&self) -> usize {
        self.shared.state().collections_created
    }

    /// How often it has asked.
    pub fn prompts(&self) -> usize {
        self.shared.state().prompts
    }

    /// How many calls of [`Method`]s have come.
    pub fn calls(&self) -> usize {
        self.shared.calls.load(Ordering::SeqCst)
    }

    /// How many changes it has made.
    pub fn landed(&self) -> usize {
        self.shared.state().landed
    }

    pub fn items(&self) -> Vec<Item> {
        self.shared.state().items.values().cloned().collect()
    }

    /// Adds an item beside whatever is there.
    pub fn put(&self, user: &str, secret: &[u8]) {
        let attributes = [("service", "calyptia-tokens"), ("username", user)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let item = Item { attributes, secret: secret.to_vec() };
        let path: OwnedObjectPath = {
            let mut state = self.shared.state();
            let path = state.fresh_path("collection/login");
            state.items.insert(path.clone(), item);
            path
        };
        let object = ItemObject { shared: self.shared.clone(), path: path.clone() };
        let connection = self.running();
        alone(move || connection.object_server().at(path, object).unwrap());
    }

    /// Somebody else removes all items.
    pub fn clear(&self) {
        self.shared.state().items.clear();
    }

    fn running(&self) -> zbus::blocking::Connection {
        self.connection.clone().expect("it runs")
    }
}

/// In a thread of its own: the blocking calls of zbus do not go with a runtime around them.
fn alone<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    std::thread::spawn(work).join().unwrap()
}
