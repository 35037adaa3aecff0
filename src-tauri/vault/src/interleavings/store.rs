//! A store whose every operation lets callers act, and can fail in each way a keyring can.

use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::panic::resume_unwind;
use std::sync::Arc;

use keyring::api::{CredentialApi, CredentialStoreApi};
use keyring::{Credential, CredentialStore, Entry, Error, Result};
use rand::RngExt;
use rand::rngs::StdRng;

use super::World;

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Op {
    Open,
    Get,
    Set,
    Delete,
}

#[derive(Clone, Copy)]
pub(super) enum Fault {
    Fail,
    FailAfter,
    Panic,
    PanicAfter,
    /// The connection is gone: the worker tries again.
    Disconnect,
    DisconnectAfter,
    /// The keyring is locked, and nothing is done.
    Refuse,
    /// Reports success, and does nothing.
    Lie,
}

impl Fault {
    pub fn random(rng: &mut StdRng, op: Op, can_lie: bool) -> Self {
        match rng.random_range(0..8) {
            0 => Self::Fail,
            1 => Self::FailAfter,
            2 => Self::Panic,
            3 => Self::PanicAfter,
            4 => Self::Disconnect,
            5 => Self::DisconnectAfter,
            6 => Self::Refuse,
            _ if op == Op::Delete && can_lie => Self::Lie,
            _ => Self::FailAfter,
        }
    }
}

fn failure() -> Error {
    Error::PlatformFailure(Box::new(io::Error::other("as planned")))
}

/// What the worker takes for a lost connection. Elsewhere than on Linux no error means that.
fn disconnected() -> Error {
    #[cfg(target_os = "linux")]
    return Error::PlatformFailure(Box::new(zbus::Error::InterfaceNotFound));
    #[cfg(not(target_os = "linux"))]
    failure()
}

#[derive(Clone)]
pub(super) struct FaultyStore(World);

impl FaultyStore {
    pub fn open(world: &World) -> Result<Arc<CredentialStore>> {
        let store = Self(world.clone());
        let opened = Arc::new(store.clone());
        store.operate(Op::Open, || Ok(())).map(|()| opened as Arc<CredentialStore>)
    }

    fn operate<T: Default>(&self, op: Op, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let fault = {
            let mut callers = self.0.callers();
            while callers.chance(0.3) {
                callers.act();
            }
            callers.fault(op)
        };
        let done = match fault {
            Some(Fault::Fail) => return Err(failure()),
            Some(Fault::Disconnect) => return Err(disconnected()),
            Some(Fault::Refuse) => return Err(Error::NoStorageAccess(Box::new(io::Error::other("locked")))),
            Some(Fault::Lie) => return Ok(T::default()),
            // Without the message that a panic prints.
            Some(Fault::Panic) => resume_unwind(Box::new("as planned")),
            _ => work(),
        };
        {
            let mut callers = self.0.callers();
            while callers.chance(0.3) {
                callers.act();
            }
        }
        match fault {
            Some(Fault::FailAfter) => Err(failure()),
            Some(Fault::DisconnectAfter) => Err(disconnected()),
            Some(Fault::PanicAfter) => resume_unwind(Box::new("as planned")),
            _ => done,
        }
    }
}

impl CredentialStoreApi for FaultyStore {
    fn vendor(&self) -> String {
        "test".into()
    }

    fn id(&self) -> String {
        "test".into()
    }

    fn build(&self, _: &str, account: &str, _: Option<&HashMap<&str, &str>>) -> Result<Entry> {
        Ok(Entry::new_with_credential(Arc::new(FaultyEntry { store: self.clone(), account: account.into() })))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn debug_fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultyStore")
    }
}

struct FaultyEntry {
    store: FaultyStore,
    account: String,
}

impl CredentialApi for FaultyEntry {
    fn set_secret(&self, secret: &[u8]) -> Result<()> {
        self.store.operate(Op::Set, || self.store.0.callers().set(&self.account, secret))
    }

    fn get_secret(&self) -> Result<Vec<u8>> {
        self.store.operate(Op::Get, || {
            self.store.0.callers().entries.get(&self.account).cloned().ok_or(Error::NoEntry)
        })
    }

    fn delete_credential(&self) -> Result<()> {
        self.store.operate(Op::Delete, || self.store.0.callers().delete(&self.account))
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
        f.write_str("FaultyEntry")
    }
}
