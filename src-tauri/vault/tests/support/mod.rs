//! A store in memory whose operations can be made to hang, fail, lie, panic, or crash after a given number of them.
#![allow(dead_code)]

#[cfg(target_os = "linux")]
pub mod bus;
#[cfg(target_os = "linux")]
pub mod service;

use std::any::Any;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use calyptia_vault::{PendingWrite, SERVICE, Vault, VaultError};
use keyring::api::{CredentialApi, CredentialStoreApi};
use keyring::{Credential, CredentialStore, Entry, Error, Result};
use secrecy::{ExposeSecret, SecretString};

pub const ACCOUNT: &str = "https://cloud-api.example";
pub const CANARY: &str = "canary-7f3a9c1e";
pub const WINDOWS: usize = 2560;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Open,
    Get,
    Set,
    Delete,
}

pub enum Fault {
    /// None, so that a later operation is the one that goes wrong.
    None,
    /// Wait for the gate, then do it.
    HangBefore(Arc<Gate>),
    /// Do it, then wait for the gate.
    HangAfter(Arc<Gate>),
    Fail(Error),
    /// Do it, and report a failure.
    FailAfter(Error),
    /// Report success, and do nothing.
    Pretend,
    Panic,
}

/// Opened by the test. A wait at it ends after 30 seconds at the latest.
#[derive(Default)]
pub struct Gate {
    state: Mutex<(bool, usize)>,
    changed: Condvar,
}

impl Gate {
    pub fn new() -> Arc<Self> {
        Arc::default()
    }

    pub fn open(&self) {
        self.state.lock().unwrap().0 = true;
        self.changed.notify_all();
    }

    fn pass(&self) {
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        self.changed.notify_all();
        let (_state, wait) =
            self.changed.wait_timeout_while(state, Duration::from_secs(30), |state| !state.0).unwrap();
        assert!(!wait.timed_out(), "nobody opened the gate");
    }

    /// Waits until an operation waits at the gate.
    pub async fn reached(&self) {
        eventually("an operation waits at the gate", || self.state.lock().unwrap().1 > 0).await;
    }
}

pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[derive(Default)]
pub struct FakeStore {
    pub items: Mutex<BTreeMap<String, Vec<u8>>>,
    pub faults: Mutex<VecDeque<(Op, Fault)>>,
    pub limit: Option<usize>,
    /// How many operations still succeed; the rest fail.
    pub left: Mutex<Option<usize>>,
    pub done: AtomicUsize,
    pub opened: AtomicUsize,
}

impl FakeStore {
    pub fn new(limit: Option<usize>) -> Arc<Self> {
        Arc::new(Self { limit, ..Self::default() })
    }

    pub fn vault(self: &Arc<Self>) -> Vault {
        let fake = Arc::clone(self);
        Vault::with_store(move || fake.open(), self.limit).with_deadline(Duration::from_secs(5))
    }

    fn open(self: &Arc<Self>) -> Result<Arc<CredentialStore>> {
        self.opened.fetch_add(1, Ordering::SeqCst);
        let fake = Arc::clone(self);
        self.operate(Op::Open, move || Ok(Arc::new(OpenedStore(fake)) as Arc<CredentialStore>))?
            .ok_or_else(|| Error::Invalid("store".into(), "pretended".into()))
    }

    /// Makes the next operation of this kind go wrong.
    pub fn inject(&self, op: Op, fault: Fault) {
        self.faults.lock().unwrap().push_back((op, fault));
    }

    pub fn put(&self, account: &str, bytes: &[u8]) {
        self.items.lock().unwrap().insert(account.to_owned(), bytes.to_vec());
    }

    pub fn text(&self, account: &str) -> Option<String> {
        self.items.lock().unwrap().get(account).map(|bytes| String::from_utf8(bytes.clone()).unwrap())
    }

    pub fn accounts(&self) -> Vec<String> {
        self.items.lock().unwrap().keys().cloned().collect()
    }

    /// `Ok(None)` is a pretended success.
    fn operate<T>(&self, op: Op, work: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
        if op != Op::Open {
            if let Some(left) = self.left.lock().unwrap().as_mut() {
                if *left == 0 {
                    return Err(failure("crashed"));
                }
                *left -= 1;
            }
            self.done.fetch_add(1, Ordering::SeqCst);
        }
        let fault = {
            let mut faults = self.faults.lock().unwrap();
            let found = faults.iter().position(|(at, _)| *at == op);
            found.and_then(|index| faults.remove(index))
        };
        match fault.map(|(_, fault)| fault) {
            None | Some(Fault::None) => work().map(Some),
            Some(Fault::HangBefore(gate)) => {
                gate.pass();
                work().map(Some)
            }
            Some(Fault::HangAfter(gate)) => {
                let done = work();
                gate.pass();
                done.map(Some)
            }
            Some(Fault::Fail(error)) => Err(error),
            Some(Fault::FailAfter(error)) => {
                work()?;
                Err(error)
            }
            Some(Fault::Pretend) => Ok(None),
            Some(Fault::Panic) => panic!("the store panics, as planned"),
        }
    }
}

/// A platform's error, whose text must never be shown.
pub fn failure(text: &str) -> Error {
    Error::PlatformFailure(Box::new(std::io::Error::other(format!("{text} {CANARY}"))))
}

struct OpenedStore(Arc<FakeStore>);

impl CredentialStoreApi for OpenedStore {
    fn vendor(&self) -> String {
        "fake".into()
    }

    fn id(&self) -> String {
        "fake".into()
    }

    fn build(&self, service: &str, user: &str, modifiers: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        assert_eq!(service, SERVICE);
        assert!(modifiers.is_none());
        Ok(Entry::new_with_credential(Arc::new(Item(Arc::clone(&self.0), user.to_owned()))))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("fake")
    }
}

struct Item(Arc<FakeStore>, String);

impl CredentialApi for Item {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        let work = || {
            if let Some(limit) = self.0.limit.filter(|limit| secret.len() > *limit) {
                return Err(Error::TooLong("secret".into(), limit as u32));
            }
            self.0.put(&self.1, secret);
            Ok(())
        };
        self.0.operate(Op::Set, work).map(drop)
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        let work = || self.0.items.lock().unwrap().get(&self.1).cloned().ok_or(Error::NoEntry);
        self.0.operate(Op::Get, work)?.ok_or(Error::NoEntry)
    }

    fn delete_credential(&self) -> Result<()> {
        let work = || self.0.items.lock().unwrap().remove(&self.1).map(drop).ok_or(Error::NoEntry);
        self.0.operate(Op::Delete, work).map(drop)
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

    fn debug_fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("item")
    }
}

pub fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

/// A text of `length` bytes, different for each `seed`.
pub fn long(seed: char, length: usize) -> String {
    let mut text: String = (0..length / 4).map(|index| format!("{seed}{:03}", index % 1000)).collect();
    text.extend(std::iter::repeat_n(seed, length - text.len()));
    text
}

pub async fn read(vault: &Vault, account: &str) -> std::result::Result<Option<String>, VaultError> {
    Ok(vault.read(account).await?.map(|secret| secret.expose_secret().to_owned()))
}

/// Writes and commits.
pub async fn write(vault: &Vault, account: &str, text: &str) -> std::result::Result<(), VaultError> {
    vault.write(account, secret(text)).await.map(PendingWrite::commit)
}
