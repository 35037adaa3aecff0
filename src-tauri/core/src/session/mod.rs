//! A session: a connection that is signed in. It owns the client, the token list and all work in progress, and closing it
//! ends all of that at once.

mod changes;
mod creator;
mod file_search;
mod fleets;
mod found_token;
pub(crate) mod list;
mod list_prefetch;
mod mutations;
mod operations;
mod rotation;

use std::{
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use calyptia_api::{Client, Failure, Refusal, Server, TokenId, TokenValue, UnconfirmedCreate};
use calyptia_catalog::{Catalog, Collation};
use jiff::SignedDuration;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use operations::Kind;

use crate::{
    export,
    file_search::SearchLimits,
    lock::lock,
    messages::{
        ErrorCode, ExportFormat, FoundRows, LoadProgress, Loaded, NameMatch, PrefetchedList, Problem,
        ProjectSummary, Rows, Snippet, SnippetRequest, View,
    },
    snapshots::Snapshots,
    snippet,
};
use changes::{Compared, Looks};
pub(crate) use found_token::FOUND_TOKEN_TIME;
use list::OpenList;
pub(crate) use list_prefetch::ListPrefetch;
use operations::Operations;
pub(crate) use rotation::RotationState;

/// Clock skew is reported from this value on; less is harmless, and servers themselves differ a little.
const REPORTED_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The most rows that one call returns: several screens of any size.
const MAX_ROWS: usize = 500;

/// How many rows come with a connection: enough for any usual screen.
const FIRST_ROWS: usize = 64;
/// How long a connection waits for its list. Meanwhile the page draws nothing.
const FIRST_ROWS_TIME: Duration = Duration::from_millis(250);

/// How a session works. The defaults are the app's.
#[derive(Clone)]
pub struct SessionOptions {
    /// How long to wait before each look for a change whose response was lost: a server under load may take some seconds
    /// to make it.
    pub confirm_after: [Duration; 3],
    /// The order of names.
    pub collation: Collation,
    /// How much memory the rows of a list take, in bytes.
    pub max_list_bytes: usize,
    /// How much is read of files that are searched.
    pub search_limits: SearchLimits,
    /// What is kept of the last look at each project.
    pub(crate) snapshots: Option<Arc<Snapshots>>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        Self {
            confirm_after: [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5)],
            collation: Collation::default(),
            max_list_bytes: Catalog::MAX_BYTES,
            search_limits: SearchLimits::default(),
            snapshots: None,
        }
    }
}

/// A connection that is signed in.
pub struct Session {
    connection: Uuid,
    server: Server,
    sample: bool,
    confirm_after: [Duration; 3],
    search_limits: SearchLimits,
    operations: Operations,
    list: Arc<OpenList>,
    /// `None` for sample data.
    looks: Option<Arc<Looks>>,
    state: Mutex<State>,
}

/// What is dropped when the session is closed.
#[derive(Default)]
struct State {
    /// Replaced by reauthentication and by another network.
    client: Option<Client>,
    created: Option<CreatedToken>,
    /// The create that is in progress, or whose response was lost.
    unconfirmed: Option<UnconfirmedCreate>,
    /// The project and id of the token that this create is to replace, if it is.
    replaced: Option<(Uuid, TokenId)>,
    /// A create of a successor that nobody waits for any more, and what it is to replace: a list may show how it ended.
    left_behind: Option<(UnconfirmedCreate, TokenId)>,
    /// A project token that was pasted into the filter.
    found: Option<found_token::Pasted>,
    /// Counts what is pasted into the filter.
    pastes: u64,
    /// What has changed since the last look, as the page was last told.
    compared: Option<Compared>,
    /// Counts the comparisons.
    comparisons: u64,
    /// A load that was started before the session, until [`Session::load`] joins it.
    list_prefetch: Option<ListPrefetch>,
}

/// The token created last, until its dialog closes, which it does once the token is copied.
struct CreatedToken {
    id: TokenId,
    /// Copying it need not ask the server again. `None` if the response was lost and the token was found.
    value: Option<TokenValue>,
    /// Whether closing the app has been delayed for it.
    warned: bool,
}

impl Session {
    /// `list_prefetch` was started with this client.
    pub(crate) fn new(
        connection: Uuid,
        client: Client,
        sample: bool,
        list_prefetch: Option<ListPrefetch>,
        options: &SessionOptions,
    ) -> Self {
        let list = list_prefetch.as_ref().map(|prefetch| Arc::clone(&prefetch.list));
        let operations = Operations::default();
        let snapshots = options.snapshots.clone().filter(|_| !sample);
        let looks = snapshots.map(|snapshots| {
            Arc::new(Looks::new(snapshots, connection, client.server().as_str(), operations.closed().clone()))
        });
        Self {
            connection,
            server: client.server().clone(),
            sample,
            confirm_after: options.confirm_after,
            search_limits: options.search_limits.clone(),
            operations,
            list: list.unwrap_or_else(|| Arc::new(OpenList::new(options))),
            looks,
            state: Mutex::new(State { client: Some(client), list_prefetch, ..State::default() }),
        }
    }

    /// The id of the connection.
    #[must_use]
    pub fn connection(&self) -> Uuid {
        self.connection
    }

    pub(crate) fn server(&self) -> &Server {
        &self.server
    }

    /// The project whose list is open.
    pub(crate) fn open_project(&self) -> Option<Uuid> {
        self.list.project()
    }

    pub(crate) fn is_sample(&self) -> bool {
        self.sample
    }

    pub(crate) fn client(&self) -> Result<Client, Problem> {
        lock(&self.state).client.clone().ok_or_else(Problem::signed_out)
    }

    /// Continues with another client. What is in progress ends on the old one. A closed session takes none.
    pub(crate) fn set_client(&self, client: Client) {
        let mut state = lock(&self.state);
        if state.client.is_some() {
            if let Some(value) = state.created.as_ref().and_then(|created| created.value.as_ref()) {
                client.keep_secret(value);
            }
            state.client = Some(client);
        }
    }

    /// Cancelled when the session is closed.
    pub(crate) fn closed(&self) -> &CancellationToken {
        self.operations.closed()
    }

    /// Runs work of this session: see [`Kind`].
    ///
    /// # Errors
    /// The work's own problem, or: the session is closed, the work was cancelled or superseded, or another piece of this
    /// kind is in progress.
    pub(crate) async fn run<T>(
        &self,
        kind: Kind,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        self.operations.run(kind, work).await
    }

    /// Whether a token is being created, changed or deleted.
    pub(crate) fn is_changing(&self) -> bool {
        [Kind::Create, Kind::Change, Kind::Identify].into_iter().any(|kind| self.is_running(kind))
    }

    /// Stops all work of a kind.
    pub fn cancel(&self, kind: Kind) {
        self.operations.cancel(kind);
    }

    /// Stops all work of a kind, because something newer takes its place.
    pub(crate) fn supersede(&self, kind: Kind) {
        self.operations.supersede(kind);
    }

    /// Whether work of a kind is in progress.
    pub(crate) fn is_running(&self, kind: Kind) -> bool {
        self.operations.is_running(kind)
    }

    /// Stops all work and accepts no more, until [`Self::resume`].
    pub(crate) fn suspend(&self) {
        self.operations.suspend();
        lock(&self.state).list_prefetch = None;
    }

    pub(crate) fn resume(&self) {
        self.operations.resume();
    }

    /// Ends all work, and drops the client and every secret. For good. The caller goes on to [`Self::drop_list`], which may
    /// have to wait for a view of a long list.
    pub(crate) fn close(&self) {
        self.operations.close();
        *lock(&self.state) = State::default();
    }

    /// Drops the list of a closed session.
    pub(crate) fn drop_list(&self) {
        self.list.close();
    }

    /// Opens a project, or loads its list again. A load that is stopped keeps the rows that have arrived.
    ///
    /// # Errors
    /// If the session is closed, or another project has been opened meanwhile.
    pub async fn load(&self, project: Uuid, progress: impl FnMut(LoadProgress)) -> Result<Loaded, Problem> {
        let client = self.client()?;
        let prefetch = lock(&self.state).list_prefetch.take().filter(|prefetch| prefetch.project == project);
        let load = async {
            match prefetch {
                Some(prefetch) => prefetch.join(progress).await,
                None => Ok(self.list.load(&client, project, progress).await),
            }
        };
        let loaded = self.run(Kind::Load, load).await;
        let mut loaded = match loaded {
            Ok(loaded) => loaded,
            Err(stopped) => self.list.stopped(project, stopped)?,
        };
        loaded.clock_offset = client
            .clock_offset()
            .filter(|offset| offset.abs() >= REPORTED_SKEW)
            .map(|offset| offset.as_secs());
        Ok(loaded)
    }

    /// The list whose load was started before the session, if it completes within [`FIRST_ROWS_TIME`].
    pub(crate) async fn prefetched_list(&self, project: Uuid, view: View) -> Option<PrefetchedList> {
        let ends = {
            let state = lock(&self.state);
            let prefetch = state.list_prefetch.as_ref().filter(|prefetch| prefetch.project == project)?;
            prefetch.ends_within(FIRST_ROWS_TIME)
        };
        if !ends.await {
            return None;
        }
        let loaded = self.load(project, |_| ()).await.ok()?;
        Some(PrefetchedList { loaded, rows: self.rows(view, 0, FIRST_ROWS, None) })
    }

    /// A window of the open list, of at most 500 rows, and where the token with this id stands.
    #[must_use]
    pub fn rows(&self, view: View, from: usize, count: usize, token: Option<&str>) -> Rows {
        self.list.rows(view, from, count.min(MAX_ROWS), token.map(TokenId::from).as_ref())
    }

    /// Saves the rows of a view in a file, and returns how many they are. `name` is the project's. Takes its time.
    ///
    /// # Errors
    /// [`ErrorCode::ListChanged`] if another list is open by now or it keeps changing, or the file cannot be written.
    pub(crate) fn export(
        &self,
        (project, name): (Uuid, &str),
        view: &View,
        format: ExportFormat,
        path: &Path,
    ) -> Result<usize, Problem> {
        const MAX_ATTEMPTS: usize = 3;
        let seconds = |time: jiff::Timestamp| format!("{time:.0}");
        for _ in 0..MAX_ATTEMPTS {
            let Some(mut rows) = self.list.read_view(project, view.clone()) else { break };
            let head = export::Head {
                server: self.server.as_str(),
                project: name,
                project_id: project,
                exported_at: seconds(jiff::Timestamp::now()),
                loaded_at: rows.loaded_at.map(seconds),
                filter: &view.filter,
                shown: export::shown(view.facets),
                exported: rows.len(),
                listed: rows.listed,
                list_complete: rows.whole,
            };
            match export::save(path, &head, &mut rows, format) {
                Ok(()) => return Ok(head.exported),
                Err(_) if !rows.is_current() => (),
                Err(error) => {
                    let kind = error.kind().to_string();
                    return Err(Problem {
                        detail: Some(kind.clone()),
                        ..Problem::new(ErrorCode::FileNotWritten, kind)
                    });
                }
            }
        }
        Err(Problem::new(ErrorCode::ListChanged, "the list changed while it was written"))
    }

    /// Those of these tokens that are in the open list, and which of them a view leaves out.
    #[must_use]
    pub fn find(&self, ids: &[String], view: View) -> FoundRows {
        self.list.find(ids, view)
    }

    /// Whether a project's list is open and has a token of this name, or of one that looks the same. `except` is the token that
    /// is to be renamed.
    #[must_use]
    pub fn match_name(&self, project: Uuid, name: &str, except: Option<&str>) -> NameMatch {
        self.list.match_name(project, name, except.map(TokenId::from).as_ref())
    }

    /// The user's projects, as they are now.
    ///
    /// # Errors
    /// Any failure of the call, or the session is closed.
    pub async fn projects(&self) -> Result<Vec<ProjectSummary>, Problem> {
        let client = self.client()?;
        let projects = self.run(Kind::Projects, async { Ok(client.projects().await?) }).await?;
        Ok(projects.into_iter().map(Into::into).collect())
    }

    /// Whether the server responds. A login page in its place, and a gateway that cannot reach it, do not count.
    ///
    /// # Errors
    /// If the session is closed.
    pub async fn is_reachable(&self) -> Result<bool, Problem> {
        let client = self.client()?;
        self.run(Kind::Probe, async {
            Ok(match client.health().await {
                Ok(_) => true,
                Err(error) => match error.failure {
                    Failure::Refused(Refusal { status, .. }) => status != 429 && status < 500,
                    // Its health check may have another form than the one expected here.
                    Failure::Undecodable(_) => true,
                    _ => false,
                },
            })
        })
        .await
    }

    /// The text around a token's value.
    ///
    /// # Errors
    /// If the format has no way to express the server's address.
    pub fn snippet(&self, request: &SnippetRequest) -> Result<Snippet, Problem> {
        snippet::snippet(request, &self.server)
    }

    /// A token's value, alone or in a snippet, for the clipboard.
    pub(crate) async fn text_to_copy(
        &self,
        id: &TokenId,
        request: Option<&SnippetRequest>,
    ) -> Result<SecretString, Problem> {
        let value = match self.created_value(id) {
            Some(value) => Some(value),
            None => self.client()?.token(id).await?.value,
        };
        let value = value
            .filter(|value| !value.is_placeholder())
            .ok_or_else(|| Problem::new(ErrorCode::ValueHidden, "the server hides this token's value"))?;
        match request {
            Some(request) => snippet::fill(request, &self.server, value.secret()),
            None => Ok(value.secret().clone()),
        }
    }

    /// The token has been copied: if it was created last, closing the app need not be delayed for it.
    pub(crate) fn copied(&self, id: &TokenId) {
        let mut state = lock(&self.state);
        if let Some(created) = state.created.as_mut().filter(|created| created.id == *id) {
            created.warned = true;
        }
    }

    fn created_value(&self, id: &TokenId) -> Option<TokenValue> {
        lock(&self.state).created.as_ref().filter(|created| created.id == *id)?.value.clone()
    }

    fn keep_created(&self, id: TokenId, value: Option<TokenValue>) {
        let mut state = lock(&self.state);
        state.created = Some(CreatedToken { id, value, warned: false });
        // This one may look the same, and is nobody's successor but the one's that it was created for.
        state.left_behind = None;
    }

    /// Forgets the value of the token created last, and the create that is unconfirmed.
    pub fn forget_created(&self) {
        let mut state = lock(&self.state);
        state.created = None;
        if let (Some(unconfirmed), Some((_, old))) = (state.unconfirmed.take(), state.replaced.take()) {
            state.left_behind = Some((unconfirmed, old));
        }
    }

    /// Whether a token that was just created has not been copied yet. True once for each token.
    pub(crate) fn blocks_quit(&self) -> bool {
        let mut state = lock(&self.state);
        state.created.as_mut().is_some_and(|created| !std::mem::replace(&mut created.warned, true))
    }
}
