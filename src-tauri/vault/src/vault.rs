//! The handle an app holds: async requests to the thread that owns the keyring, and the credentials kept for this
//! session only.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use keyring::CredentialStore;
use secrecy::SecretString;
use tokio::sync::watch;

use crate::error::VaultError;
use crate::pending_request::request;
use crate::platform;
use crate::queue::{PendingWrite, Reply, RequestQueue, Shared, StoreSource, Task};
use crate::session::{SessionStore, Storage};
use crate::waits::Waits;

/// How long a request can take unless [`Vault::with_deadline`] says otherwise. Long, because the keyring may be showing
/// its password prompt, and people have to look up the password.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// A longer deadline makes no difference to anybody, but could overflow the clock.
const MAX_DEADLINE: Duration = Duration::from_secs(24 * 60 * 60);

/// Credentials by account. Cheap to clone; all clones share one store and one session.
///
/// The futures need a tokio runtime with its timer, but none of their work runs in it.
///
/// Only one vault may change a store whose entries are limited in size. A second one, in this process or another, can
/// delete pieces that the first is about to use; the credential is then `Unrecognized`.
#[derive(Clone)]
pub struct Vault {
    shared: Arc<Shared>,
    deadline: Duration,
}

impl Vault {
    /// The system's keyring: the Secret Service on Linux, the login keychain on macOS, the Credential Manager on
    /// Windows. Opens nothing yet.
    #[must_use]
    pub fn system() -> Self {
        Self::of_system(platform::MAX_ENTRY_BYTES)
    }

    /// The system's keyring as if one of its entries held no more than this. For tests.
    #[doc(hidden)]
    #[must_use]
    pub fn system_with_limit(max_entry_bytes: usize) -> Self {
        Self::of_system(Some(max_entry_bytes))
    }

    fn of_system(max_entry_bytes: Option<usize>) -> Self {
        let open = Box::new(platform::open);
        Self::over(RequestQueue::new(StoreSource { open, max_entry_bytes, modifiers: platform::modifiers }))
    }

    /// Another store. `open` is called at the first request and again whenever the store broke, always in the thread
    /// that owns the store. An entry holds at most `max_entry_bytes` bytes, of which a manifest needs about 100.
    #[must_use]
    pub fn with_store(
        open: impl Fn() -> keyring::Result<Arc<CredentialStore>> + Send + Sync + 'static,
        max_entry_bytes: Option<usize>,
    ) -> Self {
        let modifiers = |_: &str| HashMap::new();
        Self::over(RequestQueue::new(StoreSource { open: Box::new(open), max_entry_bytes, modifiers }))
    }

    pub(crate) fn over(queue: Arc<RequestQueue>) -> Self {
        let shared = Shared { queue, session: SessionStore::default(), waits: Waits::default() };
        Self { shared: Arc::new(shared), deadline: DEADLINE }
    }

    /// The same vault with another deadline for the requests made through this handle.
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        Self { deadline: deadline.min(MAX_DEADLINE), ..self.clone() }
    }

    /// The credential of `account`: the session's if there is one, else the keyring's, else `None`. The session's is
    /// read without waiting for the keyring.
    ///
    /// # Errors
    /// Any [`VaultError`] but `NotDeleted`; `Unrecognized` when the entry is not text or a piece of it is missing. An
    /// error also if an abandoned write could not be undone: its credential is never returned.
    pub async fn read(&self, account: &str) -> Result<Option<SecretString>, VaultError> {
        if let Some(secret) = self.shared.session.recall(account) {
            return Ok(Some(secret));
        }
        let account = account.to_owned();
        self.ask(|reply| Task::Read { account, reply }).await
    }

    /// Writes `secret` to the keyring entry of `account`. Until the returned [`PendingWrite`] is committed, the write
    /// is not final; if it is dropped, the write is undone.
    ///
    /// If this future is dropped or its deadline passes, the write does not happen, or is undone as soon as the keyring
    /// call returns.
    ///
    /// # Errors
    /// Any [`VaultError`] but `NotDeleted`. The account keeps its previous credential, in the keyring and in the
    /// session, unless undoing the write fails as well. `Failed` also for a secret of more than 1 MiB, or one that looks
    /// like the manifest of a split one.
    pub async fn write(&self, account: &str, secret: SecretString) -> Result<PendingWrite, VaultError> {
        let account = account.to_owned();
        let shared = Arc::clone(&self.shared);
        self.ask(|reply| Task::Write { account, secret, shared, reply }).await
    }

    /// Whether a write to `account` that failed, or was dropped, may have left something in the keyring that has not been
    /// undone yet.
    #[must_use]
    pub fn has_abandoned_write(&self, account: &str) -> bool {
        self.shared.queue.abandoned(account).is_some()
    }

    /// Deletes the credential of `account` from the keyring, and reads to prove that it is gone. What the session keeps
    /// stays. It is no error if there was none. A deletion that has begun is not undone if its caller goes.
    ///
    /// # Errors
    /// Any [`VaultError`]. The keyring may still hold the credential. Without a keyring
    /// (`NoBus`, `NoProvider`, `NoCollection`) that is an error as well: it may hold one when it is back.
    pub async fn delete(&self, account: &str) -> Result<(), VaultError> {
        let account = account.to_owned();
        self.ask(|reply| Task::Delete { account, reply }).await.map(drop)
    }

    /// Keeps `secret` for `account` in memory until the app ends, and reads it from there. The keyring is not touched.
    pub fn remember_for_session(&self, account: &str, secret: SecretString) {
        self.shared.session.remember(account, secret);
    }

    /// Forgets what the session keeps for `account`. Returns whether there was anything. The keyring is not touched.
    pub fn forget_for_session(&self, account: &str) -> bool {
        self.shared.session.forget(account)
    }

    /// Forgets what the session keeps for any account. The keyring is not touched.
    pub fn forget_session(&self) {
        self.shared.session.forget_all();
    }

    /// Where [`Vault::read`] takes the credential of `account` from. Does not ask the keyring whether it has one.
    #[must_use]
    pub fn storage_of(&self, account: &str) -> Storage {
        if self.shared.session.holds(account) { Storage::Session } else { Storage::Keyring }
    }

    /// How many requests have been waiting for the keyring for more than two seconds. It probably shows a window then: it
    /// asks for its password or for permission.
    #[must_use]
    pub fn watch_waits(&self) -> watch::Receiver<usize> {
        self.shared.waits.watch()
    }

    async fn ask<T>(&self, task: impl FnOnce(Reply<T>) -> Task) -> Result<T, VaultError> {
        self.shared.waits.observe(request(&self.shared.queue, self.deadline, task)).await
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("session", &self.shared.session)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}
