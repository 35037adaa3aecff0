//! The handle an app holds: async requests to the thread that owns the keyring, and the credentials kept for this
//! session only.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use keyring::CredentialStore;
use secrecy::SecretString;
use tokio::sync::oneshot;

use crate::error::VaultError;
use crate::platform;
use crate::session::{SessionStore, Storage};
use crate::worker::{Answer, Desk, Reply, Source, Task};

/// How long a request may take unless [`Vault::with_deadline`] says otherwise. Long, because the keyring may be showing
/// its password prompt, and people go and look for the password.
pub const DEADLINE: Duration = Duration::from_secs(120);

/// How often a waiting request looks whether the thread before it has to be replaced.
const LOOK: Duration = Duration::from_millis(100);

/// Beyond this a deadline is as good as none, and the clock's arithmetic stays safe.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Credentials by account (the server's origin). Cheap to clone; all clones share one store and one session.
///
/// The futures need a tokio runtime with its timer, but none of their work runs in it.
#[derive(Clone)]
pub struct Vault {
    line: Arc<Line>,
    session: Arc<SessionStore>,
    deadline: Duration,
}

/// Closes the desk when the last handle goes, so that its thread ends when the work is done.
struct Line(Arc<Desk>);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.close();
    }
}

impl Vault {
    /// The system's keyring: the Secret Service on Linux, the login keychain on macOS, the Credential Manager on
    /// Windows. Opens nothing yet.
    #[must_use]
    pub fn system() -> Self {
        Self::over(Source {
            build: Box::new(platform::open),
            limit: platform::LIMIT,
            modifiers: platform::modifiers,
        })
    }

    /// Another store, built by `build` at the first request and again whenever it broke. `build` runs in the thread
    /// that owns the store; it may run in a second one while the first is stuck. An entry holds at most `limit` bytes,
    /// of which a manifest needs about 120.
    #[must_use]
    pub fn with_store(
        build: impl Fn() -> keyring::Result<Arc<CredentialStore>> + Send + Sync + 'static,
        limit: Option<usize>,
    ) -> Self {
        Self::over(Source { build: Box::new(build), limit, modifiers: |_| HashMap::new() })
    }

    fn over(source: Source) -> Self {
        Self { line: Arc::new(Line(Desk::new(source))), session: Arc::default(), deadline: DEADLINE }
    }

    /// The same vault with another deadline for the requests made through this handle.
    #[must_use]
    pub fn with_deadline(&self, deadline: Duration) -> Self {
        Self { deadline: deadline.min(LONGEST), ..self.clone() }
    }

    /// The credential of `account`: the session's if there is one, else the keyring's, else `None`.
    ///
    /// # Errors
    /// Any [`VaultError`] but `NotDeleted`; `Unrecognised` when the entry holds no text or a piece of it is missing.
    pub async fn read(&self, account: &str) -> Result<Option<SecretString>, VaultError> {
        if let Some(secret) = self.session.recall(account) {
            return Ok(Some(secret));
        }
        let account = account.to_owned();
        match self.ask(|reply| Task::Read { account, reply }).await? {
            Answer::Found(secret) => Ok(secret),
            _ => Err(VaultError::failed("wrong answer")),
        }
    }

    /// Keeps `secret` for `account` in the keyring; then a credential kept for this session is forgotten.
    ///
    /// When the future is dropped, or the deadline passes, before this returned `Ok`, the write does not happen, or is
    /// undone as soon as the keyring lets go.
    ///
    /// # Errors
    /// Any [`VaultError`] but `NotDeleted`. The previous credential is still the account's, in the keyring and in the
    /// session; unless the keyring ended before it answered: then it holds what it kept last.
    pub async fn write(&self, account: &str, secret: SecretString) -> Result<(), VaultError> {
        let task_account = account.to_owned();
        self.ask(|reply| Task::Write { account: task_account, secret, reply }).await?;
        self.session.forget(account);
        Ok(())
    }

    /// Deletes the credential of `account` from the keyring and the session, and reads to see that it is gone. Nothing
    /// to delete is fine. Unlike a write, a deletion that comes too late is not undone.
    ///
    /// Where there is no keyring at all, forgetting a credential of this session is all there is to do.
    ///
    /// # Errors
    /// Any [`VaultError`]. Then the credential may still be there, and a session's is.
    pub async fn delete(&self, account: &str) -> Result<(), VaultError> {
        let task_account = account.to_owned();
        match self.ask(|reply| Task::Delete { account: task_account, reply }).await {
            Ok(_) => {
                self.session.forget(account);
                Ok(())
            }
            Err(VaultError::NoBus | VaultError::NoProvider | VaultError::NoCollection)
                if self.session.forget(account) =>
            {
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Keeps `secret` for `account` in memory until the app ends, and reads it from there. The keyring is not touched.
    pub fn remember_for_session(&self, account: &str, secret: SecretString) {
        self.session.remember(account, secret);
    }

    /// Forgets what the session keeps for `account` and says whether there was anything. The keyring is not touched.
    pub fn forget_for_session(&self, account: &str) -> bool {
        self.session.forget(account)
    }

    /// Forgets what the session keeps for any account. The keyring is not touched.
    pub fn forget_session(&self) {
        self.session.forget_all();
    }

    /// Where [`Vault::read`] takes the credential of `account` from. Asks no keyring, so it does not tell whether there
    /// is one.
    #[must_use]
    pub fn storage_of(&self, account: &str) -> Storage {
        if self.session.holds(account) { Storage::Session } else { Storage::Keyring }
    }

    async fn ask(&self, task: impl FnOnce(Reply) -> Task) -> Result<Answer, VaultError> {
        let deadline = Instant::now() + self.deadline;
        let (reply, answer) = oneshot::channel();
        let desk = Arc::clone(&self.line.0);
        let request = desk.submit(task(reply), deadline)?;
        let mut ticket = Ticket { desk, request, answer: Some(answer) };
        ticket.wait(deadline).await
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault")
            .field("session", &self.session)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// The caller's end of a request. Whoever is first, the thread by sending its answer or the caller by closing the
/// channel, has decided the request: the channel's one atomic state makes sure that exactly one of them is.
struct Ticket {
    desk: Arc<Desk>,
    request: u64,
    answer: Option<oneshot::Receiver<Result<Answer, VaultError>>>,
}

impl Ticket {
    async fn wait(&mut self, deadline: Instant) -> Result<Answer, VaultError> {
        loop {
            let Some(answer) = self.answer.as_mut() else { return Err(VaultError::TimedOut) };
            let left = deadline.saturating_duration_since(Instant::now());
            match tokio::time::timeout(left.min(LOOK), answer).await {
                Ok(answer) => {
                    self.answer = None;
                    // Unanswered: the thread was replaced at this very deadline.
                    return answer.unwrap_or(Err(VaultError::TimedOut));
                }
                Err(_) if left.is_zero() => return self.give_up().unwrap_or(Err(VaultError::TimedOut)),
                Err(_) => self.desk.look(),
            }
        }
    }

    /// Closes the channel and tells the desk, unless the thread was first: then its answer comes back.
    fn give_up(&mut self) -> Option<Result<Answer, VaultError>> {
        let mut answer = self.answer.take()?;
        answer.close();
        let answered = answer.try_recv().ok();
        if answered.is_none() {
            self.desk.give_up(self.request);
        }
        answered
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        // Answered, but nobody took the answer: to the one who cancelled, this write has not happened.
        if let Some(Ok(Answer::Written(late))) = self.give_up() {
            self.desk.undo(late);
        }
    }
}
