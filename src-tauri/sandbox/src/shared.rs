//! What a running server holds: all requests share it.

use std::{
    net::SocketAddr,
    sync::{Mutex, MutexGuard, PoisonError},
};

use secrecy::SecretString;

#[cfg(feature = "faults")]
use crate::fault::{Faults, RequestLog};
use crate::{sandbox::Sandbox, store::Store};

/// The state that all requests share.
pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) bearer_token: SecretString,
    #[cfg(feature = "faults")]
    pub(crate) faults: Faults,
    #[cfg(feature = "faults")]
    pub(crate) requests: RequestLog,
    store: Mutex<Store>,
}

impl Shared {
    pub(crate) fn new(address: SocketAddr, sandbox: Sandbox) -> Self {
        Self {
            address,
            bearer_token: sandbox.bearer_token,
            #[cfg(feature = "faults")]
            faults: Faults::new(sandbox.faults),
            #[cfg(feature = "faults")]
            requests: RequestLog::default(),
            store: Mutex::new(sandbox.store),
        }
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
