//! The clipboard: reads a bearer token that is being pasted, and holds a token for a short time.
//!
//! One thread owns the clipboard and every deadline on it. It starts a token's deadline itself once the token is there,
//! measures it by a clock that runs while the computer sleeps, and clears the clipboard only if it still holds that token.
//! A newer request, or the end of the session that asked, wins over a request that waits. No call waits forever for another
//! program.

mod actor;
mod backend;
#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use secrecy::SecretString;
use tokio::sync::{oneshot, watch};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::{
    clock::{self, Clock},
    messages::{ClipboardState, ErrorCode, PasteSource, Problem},
};
pub(crate) use actor::Timing;
use actor::{Actor, Command, Put};
pub use backend::{Backend, ClipboardError};

/// How long the app waits for the clipboard when it quits, or when the computer is about to sleep.
const CLEAR_TIMEOUT: Duration = Duration::from_millis(400);

/// The system's clipboard. Cheap to clone; clones share the thread.
#[derive(Clone)]
pub struct Clipboard {
    commands: mpsc::Sender<Command>,
    state: watch::Receiver<ClipboardState>,
}

impl Clipboard {
    /// The clipboard of this desktop. Nothing is opened before the first use.
    #[must_use]
    pub fn system() -> Self {
        Self::with(Arc::new(backend::System::default()), clock::system(), Timing::default())
    }

    /// The same, with the window's own clipboard for desktops that offer no other.
    #[must_use]
    pub fn with_toolkit(toolkit: Arc<dyn Backend>) -> Self {
        Self::with(Arc::new(backend::System::with_toolkit(toolkit)), clock::system(), Timing::default())
    }

    /// Another clipboard, clock and timing.
    pub(crate) fn with(backend: Arc<dyn Backend>, clock: Clock, timing: Timing) -> Self {
        let (commands, received) = mpsc::channel();
        let (reported, state) = watch::channel(ClipboardState::NoToken);
        let actor = Actor::new(backend, clock, timing, reported);
        // Without a thread every request is answered by the closed channel.
        if std::thread::Builder::new().name("clipboard".into()).spawn(move || actor.run(&received)).is_err() {
            tracing::error!("the clipboard's thread could not be started");
        }
        Self { commands, state }
    }

    /// Puts a token on the clipboard, marked as not for histories, and clears it after `time` if it is still there.
    ///
    /// If this future is dropped, or `owner` is cancelled before it returns, the token is not put there, or is cleared at
    /// once.
    ///
    /// # Errors
    /// If the clipboard does not hold the token now: it is unavailable or does not respond, another program replaced the
    /// text, or a newer request took the place of this one.
    pub async fn put(
        &self,
        text: SecretString,
        time: Duration,
        owner: &CancellationToken,
    ) -> Result<(), Problem> {
        self.put_for(text, Some(time), owner.clone()).await
    }

    /// Puts a text there that is no secret, such as a token's id. It stays.
    ///
    /// # Errors
    /// As [`Self::put`].
    pub(crate) async fn put_plain(&self, text: &str) -> Result<(), Problem> {
        self.put_for(text.into(), None, CancellationToken::new()).await
    }

    async fn put_for(
        &self,
        text: SecretString,
        time: Option<Duration>,
        owner: CancellationToken,
    ) -> Result<(), Problem> {
        let (reply, result) = oneshot::channel();
        self.send(Command::Put(Put { text, time, owner, reply }));
        result.await.unwrap_or(Err(ClipboardError::NoResponse)).map_err(Problem::from)
    }

    /// The text that a paste takes.
    ///
    /// # Errors
    /// If there is no text, or the clipboard is unavailable or does not respond.
    pub async fn read(&self, source: PasteSource) -> Result<Zeroizing<String>, Problem> {
        let (reply, result) = oneshot::channel();
        self.send(Command::Read(source, reply));
        result.await.unwrap_or(Err(ClipboardError::NoResponse)).map_err(Problem::from)
    }

    /// Whether a token that the app has put there is, or may be, on the clipboard. Clearing it is tried until it succeeds.
    #[must_use]
    pub fn watch(&self) -> watch::Receiver<ClipboardState> {
        self.state.clone()
    }

    /// Clears this text, unless something else is there by now.
    ///
    /// # Errors
    /// If it is unknown whether it is still there. It is not tried again.
    pub(crate) async fn remove(&self, text: SecretString) -> Result<(), ClipboardError> {
        let (reply, result) = oneshot::channel();
        self.send(Command::Remove(text, reply));
        result.await.unwrap_or(Err(ClipboardError::NoResponse))
    }

    /// Looks whether something else has taken the place of a token, for what [`Self::watch`] reports. Does not wait.
    pub fn look(&self) {
        self.send(Command::Look);
    }

    /// Clears a token that the app has put there, unless something else is there by now. Does not wait.
    pub(crate) fn clear(&self) {
        self.send(Command::Clear(None));
    }

    /// Clears a token that the app has put there, and waits for that, but no longer than people wait for an app to quit.
    pub fn clear_and_wait(&self) {
        let (done, wait) = mpsc::channel();
        self.send(Command::Clear(Some(done)));
        let _ = wait.recv_timeout(CLEAR_TIMEOUT);
    }

    fn send(&self, command: Command) {
        // Fails only if there is no thread; then the reply's sender is dropped, which is the answer.
        let _ = self.commands.send(command);
    }
}

impl From<ClipboardError> for Problem {
    fn from(error: ClipboardError) -> Self {
        let code = match error {
            ClipboardError::Empty => ErrorCode::ClipboardEmpty,
            ClipboardError::Superseded => ErrorCode::Superseded,
            _ => ErrorCode::ClipboardUnavailable,
        };
        Self::new(code, error.to_string())
    }
}
