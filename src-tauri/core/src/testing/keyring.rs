//! A keyring in memory that is slow and fails as often as a test wants.

use std::{
    any::Any,
    collections::{BTreeMap, HashMap},
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use calyptia_vault::Vault;
use keyring::{
    Credential, CredentialStore, Entry, Error, Result,
    api::{CredentialApi, CredentialStoreApi},
};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};

use super::board::Gate;
use crate::lock::lock;

/// How one operation goes.
enum Luck {
    Works,
    Fails,
    /// It is done, and reported as failed.
    FailsAfter,
}

pub(crate) struct UnreliableKeyring {
    entries: Mutex<BTreeMap<String, Vec<u8>>>,
    random: Mutex<StdRng>,
    /// Of a hundred operations, how many fail.
    failures: Mutex<u32>,
    /// The next write waits until it is open.
    gate: Mutex<Option<Arc<Gate>>>,
    writes: AtomicUsize,
}

impl UnreliableKeyring {
    pub(crate) fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self {
            entries: Mutex::default(),
            random: Mutex::new(StdRng::seed_from_u64(seed)),
            failures: Mutex::new(10),
            gate: Mutex::default(),
            writes: AtomicUsize::new(0),
        })
    }

    pub(crate) fn vault(self: &Arc<Self>) -> Vault {
        let keyring = Arc::clone(self);
        Vault::with_store(move || Ok(Arc::new(Store(Arc::clone(&keyring))) as Arc<CredentialStore>), None)
    }

    /// The next write waits for this gate, then is made.
    pub(crate) fn hang_next_write(&self, gate: Arc<Gate>) {
        *lock(&self.gate) = Some(gate);
    }

    /// How many writes have begun.
    pub(crate) fn writes(&self) -> usize {
        self.writes.load(Ordering::SeqCst)
    }

    /// Works from now on.
    pub(crate) fn recover(&self) {
        *lock(&self.failures) = 0;
    }

    pub(crate) fn holds(&self, user: &str) -> bool {
        lock(&self.entries).contains_key(user)
    }

    fn operate<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let (luck, pause) = {
            let mut random = lock(&self.random);
            let failures = *lock(&self.failures);
            let luck = match random.random_range(0..100_u32) {
                number if number >= failures => Luck::Works,
                number if number % 2 == 0 => Luck::Fails,
                _ => Luck::FailsAfter,
            };
            (luck, random.random_range(0..600_u64))
        };
        // Often at once, sometimes slow.
        if pause > 400 {
            std::thread::sleep(Duration::from_micros(pause));
        }
        let failure = || Error::PlatformFailure(Box::new(std::io::Error::other("as intended")));
        match luck {
            Luck::Works => work(),
            Luck::Fails => Err(failure()),
            Luck::FailsAfter => work().and_then(|_| Err(failure())),
        }
    }
}

struct Store(Arc<UnreliableKeyring>);

impl CredentialStoreApi for Store {
    fn vendor(&self) -> String {
        "test".into()
    }

    fn id(&self) -> String {
        "test".into()
    }

    fn build(&self, _: &str, user: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(Item(Arc::clone(&self.0), user.to_owned()))))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("test store")
    }
}

struct Item(Arc<UnreliableKeyring>, String);

impl CredentialApi for Item {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        self.0.writes.fetch_add(1, Ordering::SeqCst);
        let gate = lock(&self.0.gate).take();
        if let Some(gate) = gate {
            gate.pass();
        }
        self.0.operate(|| {
            lock(&self.0.entries).insert(self.1.clone(), secret.to_vec());
            Ok(())
        })
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.0.operate(|| lock(&self.0.entries).get(&self.1).cloned().ok_or(Error::NoEntry))
    }

    fn delete_credential(&self) -> Result<()> {
        self.0.operate(|| lock(&self.0.entries).remove(&self.1).map(drop).ok_or(Error::NoEntry))
    }

    fn get_credential(&self) -> Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        None
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("test item")
    }
}
