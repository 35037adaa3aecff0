//! What it keeps and how it was told to behave, shared by all its objects on the bus.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use zbus::zvariant::{OwnedObjectPath, Type};

use super::paths::ROOT;
use super::session::Session;
use super::{Answered, Item, Method, Refusal, Trick};

pub struct State {
    pub items: HashMap<OwnedObjectPath, Item>,
    pub sessions: HashMap<OwnedObjectPath, Session>,
    pub locked: bool,
    /// The error that it refuses each of these session algorithms with.
    pub refused_algorithms: HashMap<&'static str, &'static str>,
    pub without_default: bool,
    pub has_collection: bool,
    pub label: String,
    /// Whether it can create a collection.
    pub creates: bool,
    pub ignores_alias: bool,
    pub collections_created: usize,
    pub tricks: HashMap<Method, Trick>,
    /// What it asks about before it does it, besides unlocking.
    pub asks: HashSet<Method>,
    pub answered: Answered,
    pub prompts: usize,
    /// How many changes it still makes before it hangs in the next one.
    pub left: Option<usize>,
    /// How many changes it hangs in, after so many.
    pub stuck: usize,
    /// How many changes it has made.
    pub landed: usize,
    numbers: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            items: HashMap::new(),
            sessions: HashMap::new(),
            locked: false,
            refused_algorithms: HashMap::new(),
            without_default: false,
            has_collection: true,
            label: "Login".into(),
            creates: false,
            ignores_alias: false,
            collections_created: 0,
            tricks: HashMap::new(),
            asks: HashSet::new(),
            answered: Answered::Never,
            prompts: 0,
            left: None,
            stuck: 0,
            landed: 0,
            numbers: 0,
        }
    }
}

impl State {
    pub fn fresh_path(&mut self, folder: &str) -> OwnedObjectPath {
        self.numbers += 1;
        format!("{ROOT}/{folder}/{}", self.numbers).try_into().unwrap()
    }

    pub fn matching(&self, wanted: &HashMap<String, String>) -> Vec<OwnedObjectPath> {
        let has_all =
            |item: &Item| wanted.iter().all(|(name, value)| item.attributes.get(name) == Some(value));
        let mut found: Vec<_> =
            self.items.iter().filter(|(_, item)| has_all(item)).map(|(path, _)| path.clone()).collect();
        found.sort_by(|one, other| one.as_str().cmp(other.as_str()));
        found
    }

    /// The worst text an error can have.
    fn indiscretion(&self) -> String {
        let secrets = self.items.values().map(|item| String::from_utf8_lossy(&item.secret).into_owned());
        format!("as told, about {}", secrets.collect::<Vec<_>>().join(", "))
    }
}

#[derive(Clone, Default)]
pub struct Shared {
    state: Arc<Mutex<State>>,
    pub calls: Arc<AtomicUsize>,
}

impl Shared {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Lets the method go wrong, as far as it goes wrong before its work.
    pub async fn begin(&self, method: Method) -> Result<Option<Trick>, Refusal> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.hangs(method) {
            std::future::pending::<()>().await;
        }
        let trick = self.state().tricks.get(&method).copied();
        match trick {
            Some(Trick::Silent) => std::future::pending().await,
            Some(Trick::Refuse) => return Err(Refusal::locked()),
            Some(Trick::Fail(name)) => return Err(Refusal::named(name, &self.state().indiscretion())),
            Some(Trick::Foreign) => return Err(Refusal::Foreign),
            Some(Trick::Late(time)) => sleep(time).await,
            _ => {}
        }
        // Anyone may search, and see whether it is locked.
        if self.state().locked && !matches!(method, Method::OpenSession | Method::SearchItems) {
            return Err(Refusal::locked());
        }
        Ok(trick)
    }

    /// Takes note of a change that was made, and lets it go wrong all the same.
    pub async fn landed(&self, trick: Option<Trick>) -> Result<(), Refusal> {
        self.state().landed += 1;
        match trick {
            Some(Trick::FailAfter(name)) => Err(Refusal::named(name, &self.state().indiscretion())),
            Some(Trick::Mute) => std::future::pending().await,
            _ => Ok(()),
        }
    }

    fn hangs(&self, method: Method) -> bool {
        let mut state = self.state();
        if !matches!(method, Method::CreateItem | Method::SetSecret | Method::Delete) {
            return false;
        }
        match state.left {
            Some(0) => {
                state.stuck += 1;
                true
            }
            left => {
                state.left = left.map(|left| left - 1);
                false
            }
        }
    }
}

/// As it crosses the bus.
#[derive(Debug, serde::Serialize, serde::Deserialize, Type)]
pub struct Secret {
    pub session: OwnedObjectPath,
    pub parameters: Vec<u8>,
    pub value: Vec<u8>,
    pub content_type: String,
}

/// Waits without a runtime: the bus has its own.
pub async fn sleep(time: Duration) {
    let (done, wait) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        std::thread::sleep(time);
        drop(done);
    });
    let _ = wait.await;
}
