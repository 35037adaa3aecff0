//! A Secret Service that can misbehave, on a bus of its own. Told nothing, it works: it keeps items in memory, locks them
//! and asks. It is the tests' own reading of <https://specifications.freedesktop.org/secret-service-spec/>.

mod collection;
mod item;
mod prompt;
mod service;
mod session;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use zbus::zvariant::{OwnedObjectPath, Type};

use session::Session;

const ROOT: &str = "/org/freedesktop/secrets";
const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";

/// What the client calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    OpenSession,
    SearchItems,
    CreateItem,
    GetSecret,
    SetSecret,
    Delete,
}

/// How one of its methods goes wrong.
#[derive(Clone, Copy, Debug)]
pub enum Trick {
    /// Never answers.
    Silent,
    /// Does its work, and answers, so much later.
    Late(Duration),
    /// Refuses.
    Refuse,
    /// Says that it was done, and does nothing.
    Pretend,
    /// Answers something that cannot be read.
    Garble,
}

/// What becomes of a question that it asks.
#[derive(Clone, Copy, Debug)]
pub enum Answered {
    /// With the password, after so long.
    After(Duration),
    /// By closing it.
    Dismissed,
    Never,
}

/// An item.
#[derive(Clone)]
pub struct Item {
    pub attributes: HashMap<String, String>,
    pub secret: Vec<u8>,
}

struct State {
    items: HashMap<OwnedObjectPath, Item>,
    sessions: HashMap<OwnedObjectPath, Session>,
    locked: bool,
    without_default: bool,
    tricks: HashMap<Method, Trick>,
    answered: Answered,
    prompts: usize,
    numbers: usize,
}

/// Shared by all objects on the bus.
#[derive(Clone)]
struct Shared {
    state: Arc<Mutex<State>>,
    calls: Arc<AtomicUsize>,
}

#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.freedesktop.Secret.Error")]
enum Refusal {
    #[zbus(error)]
    ZBus(zbus::Error),
    IsLocked(String),
    NoSession(String),
    NoSuchObject(String),
}

/// As it crosses the bus.
#[derive(Debug, serde::Serialize, serde::Deserialize, Type)]
struct Secret {
    session: OwnedObjectPath,
    parameters: Vec<u8>,
    value: Vec<u8>,
    content_type: String,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Lets the method go wrong, as far as it goes wrong before its work.
    async fn begin(&self, method: Method) -> Result<Option<Trick>, Refusal> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let trick = self.state().tricks.get(&method).copied();
        match trick {
            Some(Trick::Silent) => std::future::pending().await,
            Some(Trick::Refuse) => Err(Refusal::IsLocked("as told".into())),
            Some(Trick::Late(time)) => {
                sleep(time).await;
                Ok(trick)
            }
            trick => Ok(trick),
        }
    }
}

impl State {
    fn fresh_path(&mut self, folder: &str) -> OwnedObjectPath {
        self.numbers += 1;
        format!("{ROOT}/{folder}/{}", self.numbers).try_into().unwrap()
    }

    fn matching(&self, wanted: &HashMap<String, String>) -> Vec<OwnedObjectPath> {
        let has_all =
            |item: &Item| wanted.iter().all(|(name, value)| item.attributes.get(name) == Some(value));
        let mut found: Vec<_> =
            self.items.iter().filter(|(_, item)| has_all(item)).map(|(path, _)| path.clone()).collect();
        found.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        found
    }
}

/// Waits without a runtime: the bus has its own.
async fn sleep(time: Duration) {
    let (done, wait) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        std::thread::sleep(time);
        drop(done);
    });
    let _ = wait.await;
}

/// The service, on its bus until it is stopped or dropped.
pub struct SecretService {
    address: String,
    shared: Shared,
    connection: Option<zbus::blocking::Connection>,
}

impl SecretService {
    pub fn start(address: &str) -> Self {
        let state = State {
            items: HashMap::new(),
            sessions: HashMap::new(),
            locked: false,
            without_default: false,
            tricks: HashMap::new(),
            answered: Answered::Never,
            prompts: 0,
            numbers: 0,
        };
        let shared = Shared { state: Arc::new(Mutex::new(state)), calls: Arc::default() };
        let mut this = Self { address: address.to_owned(), shared, connection: None };
        this.start_again();
        this
    }

    /// As after a crash: it knows its items, and none of its clients.
    pub fn start_again(&mut self) {
        self.stop();
        self.shared.state().sessions.clear();
        let (address, shared) = (self.address.clone(), self.shared.clone());
        // A thread of its own: the blocking calls of zbus do not go with a runtime around them.
        let connection = std::thread::spawn(move || {
            let connection = zbus::blocking::connection::Builder::address(address.as_str())
                .unwrap()
                .serve_at(ROOT, service::Service(shared.clone()))
                .unwrap()
                .serve_at(COLLECTION, collection::Collection(shared.clone()))
                .unwrap()
                .build()
                .unwrap();
            let items: Vec<_> = shared.state().items.keys().cloned().collect();
            for path in items {
                let item = item::ItemObject { shared: shared.clone(), path: path.clone() };
                connection.object_server().at(path, item).unwrap();
            }
            connection.request_name("org.freedesktop.secrets").unwrap();
            connection
        });
        self.connection = Some(connection.join().unwrap());
    }

    /// Leaves the bus, whatever it is doing.
    pub fn stop(&mut self) {
        if let Some(connection) = self.connection.take() {
            let _ = std::thread::spawn(move || connection.close()).join().unwrap();
        }
    }

    pub fn trick(&self, method: Method, trick: Trick) {
        self.shared.state().tricks.insert(method, trick);
    }

    pub fn behave(&self) {
        self.shared.state().tricks.clear();
    }

    /// Locks everything. Who wants to unlock it is asked.
    pub fn lock(&self, answered: Answered) {
        let mut state = self.shared.state();
        (state.locked, state.answered) = (true, answered);
    }

    pub fn take_default_away(&self) {
        self.shared.state().without_default = true;
    }

    /// How often it has asked.
    pub fn prompts(&self) -> usize {
        self.shared.state().prompts
    }

    /// How many calls of [`Method`]s have come.
    pub fn calls(&self) -> usize {
        self.shared.calls.load(Ordering::SeqCst)
    }

    pub fn items(&self) -> Vec<Item> {
        self.shared.state().items.values().cloned().collect()
    }

    /// Adds an item beside whatever is there.
    pub fn put(&self, user: &str, secret: &[u8]) {
        let attributes = [("service", "calyptia-tokens"), ("username", user)];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let item = Item { attributes, secret: secret.to_vec() };
        let path = {
            let mut state = self.shared.state();
            let path = state.fresh_path("collection/login");
            state.items.insert(path.clone(), item);
            path
        };
        let object = item::ItemObject { shared: self.shared.clone(), path: path.clone() };
        let connection = self.connection.clone().expect("it runs");
        std::thread::spawn(move || connection.object_server().at(path, object).unwrap()).join().unwrap();
    }

    /// Somebody else removes all items.
    pub fn clear(&self) {
        self.shared.state().items.clear();
    }
}
