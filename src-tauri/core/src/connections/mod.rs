//! The saved connections, their bearer tokens, the network settings, and the current session. Whatever connects, signs out,
//! locks or changes the network goes through [`Connections`].
//!
//! Two locks keep that simple. `state` is held for moments only and decides what is current: closing a session, refusing a
//! late result and installing a new one happen under it, so none of them can overlap. `network` is held while a client is
//! built, so that there is one client at a time and it is built from the network as it is at that moment.

mod approval;
#[cfg(test)]
mod approval_tests;
mod auto_lock;
mod credentials;
#[cfg(test)]
mod interleavings;
mod keyring_writes;
mod network;
mod pasted_project_token;
mod prefetch;
mod problem_details;
mod reauthenticate;
mod rotations;
mod saved;
mod sign_in;
mod sign_out;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use calyptia_api::{RetryAfterWaits, Timeouts};
use calyptia_sandbox::Running;
use calyptia_vault::Vault;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use rotations::WantedToken;
pub use sign_in::CredentialStore;

use crate::{
    Clipboard, Settings,
    consent::Consent,
    export,
    lock::lock,
    messages::{
        ClipboardState, Copied, ErrorCode, ExportFormat, Exported, FileSearch, ListOrder, Preferences,
        Problem, SearchIn, SearchProgress, SnippetFormat, SnippetRequest, TokenAge, TokenLabel, View, Zoom,
        ZoomStep,
    },
    session::{Kind, Session, SessionOptions},
    settings::SavedCertificates,
    snapshots::Snapshots,
};
use approval::Approvals;
use auto_lock::AutoLock;
use credentials::PastedToken;
use keyring_writes::KeyringWrites;
use network::NetworkState;
pub(crate) use network::in_background;
use prefetch::Prefetch;

/// The app's connections.
pub struct Connections {
    settings: Settings,
    /// Under `--sample` nothing is saved, and nothing is written to the keyring.
    sample_only: bool,
    vault: Vault,
    keyring_writes: KeyringWrites,
    clipboard: Clipboard,
    consent: Arc<dyn Consent>,
    approvals: Mutex<Approvals>,
    auto_lock: AutoLock,
    waits: RetryAfterWaits,
    timeouts: Timeouts,
    session_options: SessionOptions,
    /// What is kept of the last look at each project.
    snapshots: Arc<Snapshots>,
    network: tokio::sync::Mutex<NetworkState>,
    /// Held by the sign-in in progress, until it has let go of everything.
    sign_in_turn: tokio::sync::Mutex<()>,
    state: Mutex<State>,
    /// The sample data's server, from its first use on.
    sandbox: tokio::sync::Mutex<Option<Running>>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Session>>,
    /// The sign-in in progress. A newer one takes its place.
    attempt: CancellationToken,
    prefetch: Option<Prefetch>,
    /// A bearer token that was pasted and has not been used yet.
    pasted: Option<PastedToken>,
    /// A project token that was pasted where a bearer token belongs.
    project_token: Option<pasted_project_token::Pasted>,
    /// Counts what makes a paste in progress obsolete.
    pastes: u64,
    /// The certificates of the file that was chosen last.
    chosen: Option<SavedCertificates>,
    /// Connections that are being signed out or forgotten, and what stops that.
    removing: HashMap<Uuid, CancellationToken>,
    /// The app quits: nothing starts any more.
    closed: bool,
}

impl State {
    /// Ends what has no session yet: a sign-in, a prefetch, a pasted bearer token.
    fn drop_pending(&mut self) {
        self.attempt.cancel();
        self.prefetch = None;
        self.drop_pasted();
    }

    fn drop_pasted(&mut self) {
        self.pasted = None;
        self.project_token = None;
        self.pastes += 1;
    }
}

/// A session that has been closed and still holds its list.
struct ClosedSession(Arc<Session>);

impl Drop for ClosedSession {
    fn drop(&mut self) {
        self.0.drop_list();
    }
}

impl Connections {
    /// The app's connections, with its settings. With `sample_only` nothing is saved.
    #[must_use]
    pub fn new(
        settings: Settings,
        sample_only: bool,
        clipboard: Clipboard,
        consent: Arc<dyn Consent>,
    ) -> Self {
        Self::with(settings, sample_only, Vault::system(), clipboard, consent)
    }

    pub(crate) fn with(
        settings: Settings,
        sample_only: bool,
        vault: Vault,
        clipboard: Clipboard,
        consent: Arc<dyn Consent>,
    ) -> Self {
        let network = tokio::sync::Mutex::new(NetworkState::read(&settings));
        let snapshots = Arc::new(Snapshots::new(settings.clone()));
        Self {
            settings,
            sample_only,
            vault,
            keyring_writes: KeyringWrites::default(),
            clipboard,
            consent,
            approvals: Mutex::default(),
            auto_lock: AutoLock::default(),
            waits: RetryAfterWaits::default(),
            timeouts: Timeouts::default(),
            session_options: SessionOptions {
                snapshots: Some(Arc::clone(&snapshots)),
                ..SessionOptions::default()
            },
            snapshots,
            network,
            sign_in_turn: tokio::sync::Mutex::default(),
            state: Mutex::default(),
            sandbox: tokio::sync::Mutex::default(),
        }
    }

    /// The session of the connection that a command names.
    ///
    /// # Errors
    /// [`ErrorCode::SignedOut`] if it is not the current one.
    pub fn session(&self, connection: Uuid) -> Result<Arc<Session>, Problem> {
        let current = lock(&self.state).current.clone();
        current.filter(|session| session.connection() == connection).ok_or_else(Problem::signed_out)
    }

    /// Waits that servers ask for.
    #[must_use]
    pub fn waits(&self) -> &RetryAfterWaits {
        &self.waits
    }

    /// How many requests have been waiting for the keyring for more than two seconds.
    #[must_use]
    pub fn watch_keyring_waits(&self) -> watch::Receiver<usize> {
        self.vault.watch_waits()
    }

    /// The preferences.
    #[must_use]
    pub fn preferences(&self) -> Preferences {
        self.settings.preferences()
    }

    /// Changes the preferences, effective immediately.
    ///
    /// # Errors
    /// If a value is out of range, the settings cannot be saved, or what was kept of earlier lists cannot be deleted.
    pub async fn set_preferences(&self, preferences: Preferences) -> Result<(), Problem> {
        if !preferences.is_valid() {
            return Err(Problem::new(ErrorCode::Internal, "a preference is out of range"));
        }
        self.settings.set_preferences(preferences);
        let saved = self.save().await;
        if !preferences.show_changes {
            self.delete_snapshots(Snapshots::clear).await?;
        }
        saved
    }

    async fn delete_snapshots(
        &self,
        delete: impl FnOnce(&Snapshots) -> std::io::Result<()> + Send + 'static,
    ) -> Result<(), Problem> {
        let snapshots = Arc::clone(&self.snapshots);
        in_background(move || delete(&snapshots)).await?.map_err(|error| {
            tracing::warn!("a snapshot could not be deleted: {}", error.kind());
            Problem::new(ErrorCode::SnapshotsNotDeleted, error.kind().to_string())
        })
    }

    /// How large the page is drawn.
    #[must_use]
    pub fn zoom(&self) -> Zoom {
        self.settings.zoom()
    }

    /// Changes how large the page is drawn, and calls `show` before that is saved.
    ///
    /// # Errors
    /// If the settings cannot be saved.
    pub async fn change_zoom(&self, step: ZoomStep, show: impl FnOnce()) -> Result<(), Problem> {
        self.settings.change_zoom(step);
        show();
        self.save().await
    }

    /// Remembers the order of the lists.
    ///
    /// # Errors
    /// If the settings cannot be saved.
    pub async fn set_order(&self, order: ListOrder) -> Result<(), Problem> {
        self.settings.set_order(order);
        self.save().await
    }

    /// Remembers the age that the lists were last narrowed to.
    ///
    /// # Errors
    /// If the settings cannot be saved.
    pub async fn set_token_age(&self, age: TokenAge) -> Result<(), Problem> {
        self.settings.set_token_age(age);
        self.save().await
    }

    /// Remembers the format of the last snippet.
    ///
    /// # Errors
    /// If the settings cannot be saved.
    pub async fn set_snippet_format(&self, format: SnippetFormat) -> Result<(), Problem> {
        self.settings.set_snippet_format(format);
        self.save().await
    }

    /// Remembers the project that is open, as the latest of the recent ones, unless its connection has been forgotten meanwhile.
    pub async fn save_project(&self, connection: Uuid, project: Uuid) {
        if !self.settings.change_connection(connection, |known| known.open_project(project)) {
            return;
        }
        let _ = self.save().await;
    }

    /// Puts a token's value on the clipboard, alone or in a snippet. It is cleared in time, and at once if the session ends.
    ///
    /// # Errors
    /// Any failure of fetching the value or of the clipboard, or a newer copy took its place.
    pub async fn copy_token(
        &self,
        connection: Uuid,
        id: &str,
        request: Option<&SnippetRequest>,
    ) -> Result<Copied, Problem> {
        let session = self.session(connection)?;
        let clears_after_seconds = self.settings.preferences().clipboard_seconds;
        let time = Duration::from_secs(clears_after_seconds.into());
        session
            .run(Kind::Copy, async {
                let text = session.text_to_copy(&id.into(), request).await?;
                self.clipboard.put(text, time, session.closed()).await
            })
            .await?;
        session.copied(&id.into());
        Ok(Copied { clears_after_seconds })
    }

    /// Looks whether something else has taken the place of a token on the clipboard. Does not wait.
    pub fn look_at_clipboard(&self) {
        self.clipboard.look();
    }

    /// Puts the name of a token in the open list, or an id, on the clipboard, where it stays.
    ///
    /// # Errors
    /// If the session is closed, it is no such token, or any failure of the clipboard.
    pub async fn copy_label(
        &self,
        connection: Option<Uuid>,
        id: &str,
        label: TokenLabel,
    ) -> Result<(), Problem> {
        let session = connection.map(|connection| self.session(connection)).transpose()?;
        if let Some(session) = &session {
            // A value that is still being fetched would take the place of this text.
            session.supersede(Kind::Copy);
        }
        // Also the id of a token in no list, such as one that was pasted, if it is an id.
        let unlisted = || (label == TokenLabel::Id).then(|| Uuid::try_parse(id).ok()).flatten();
        let listed = session.and_then(|session| session.label(id, label));
        let text = listed
            .or_else(|| unlisted().map(|id| id.to_string()))
            .ok_or_else(|| Problem::new(ErrorCode::ListChanged, "no such token is in the list"))?;
        self.clipboard.put_plain(&text).await
    }

    /// Saves the rows of a view in a file that the person chooses. `None` if they chose none.
    ///
    /// # Errors
    /// If the session is closed, another list is open by now, or the file cannot be written.
    pub async fn export(
        &self,
        connection: Uuid,
        (project, name): (Uuid, &str),
        view: View,
        format: ExportFormat,
    ) -> Result<Option<Exported>, Problem> {
        self.session(connection)?;
        let wanted = export::file_name(name, format);
        let Some(path) = self.consent.choose_where_to_save(&wanted).await else { return Ok(None) };
        // Only now: choosing takes time, and the app may have been locked meanwhile.
        let (session, name) = (self.session(connection)?, name.to_owned());
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let export = move || session.export((project, &name), &view, format, &path);
        let tokens = in_background(export).await??;
        Ok(Some(Exported { file, tokens }))
    }

    /// Looks for project tokens in files that the person chooses, and reports how far that is. `None` if they chose none.
    ///
    /// # Errors
    /// If the session is closed, nothing of what was chosen can be read, or a newer search took its place.
    pub async fn search_files(
        &self,
        connection: Uuid,
        what: SearchIn,
        progress: impl FnMut(SearchProgress),
    ) -> Result<Option<FileSearch>, Problem> {
        let session = self.session(connection)?;
        session.search_files(self.consent.choose_to_search(what), progress).await
    }

    /// Whether a token that the app has put there is, or may be, on the clipboard.
    #[must_use]
    pub fn watch_clipboard(&self) -> watch::Receiver<ClipboardState> {
        self.clipboard.watch()
    }

    /// Whether a token that was just created has not been copied yet. True once for each token.
    #[must_use]
    pub fn blocks_quit(&self) -> bool {
        lock(&self.state).current.as_ref().is_some_and(|session| session.blocks_quit())
    }

    /// Ends everything for good, and waits briefly until a token is gone from the clipboard.
    pub fn close(&self) {
        let closed = {
            let mut state = lock(&self.state);
            state.closed = true;
            state.drop_pending();
            Self::close_current(&mut state)
        };
        drop(closed);
        self.clipboard.clear_and_wait();
    }

    /// Closes the current session. Its list is dropped with the result, for which nobody has to hold the lock.
    fn close_current(state: &mut State) -> Option<ClosedSession> {
        let session = state.current.take()?;
        session.close();
        Some(ClosedSession(session))
    }

    /// Saves the settings.
    async fn save(&self) -> Result<(), Problem> {
        match self.settings.save().await {
            Err(error) if !self.sample_only => {
                tracing::warn!("the settings could not be saved: {}", error.kind());
                Err(Problem::new(ErrorCode::SettingsNotSaved, error.kind().to_string()))
            }
            _ => Ok(()),
        }
    }
}
