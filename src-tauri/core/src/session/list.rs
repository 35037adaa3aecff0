//! The list on screen: loading it, the windows of rows that the page asks for, and the changes made to it meanwhile.

#[cfg(test)]
mod tests;
mod view_reader;

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
    time::{Duration, Instant},
};

use calyptia_api::{Client, ListedToken, TokenId, UnconfirmedCreate};
use calyptia_catalog::{Catalog, Collation};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub(crate) use self::view_reader::ViewReader;
use super::SessionOptions;
use crate::{
    lock::lock,
    messages::{ErrorCode, FoundRows, LoadProgress, Loaded, NameMatch, Problem, Row, Rows, View},
};

/// How often the page is sent progress.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// The list of one project at a time.
pub(crate) struct OpenList {
    collation: Collation,
    max_bytes: usize,
    state: Mutex<State>,
}

/// Whether a token exists, as far as the list tells.
pub(crate) enum Presence {
    Listed(Row),
    Gone,
    Unknown,
}

struct State {
    /// Identifies the rows: it changes when others take their place.
    generation: u64,
    /// The number of the latest load.
    load: u64,
    project: Option<Uuid>,
    catalog: Catalog,
    /// Rows of it that are not tokens.
    unreadable: usize,
    /// Whether the catalog is a complete list.
    whole: bool,
    /// When it was last loaded completely.
    loaded_at: Option<Timestamp>,
    /// Changes since the latest load began, which its response may not contain. `None` is a removal.
    changed: HashMap<TokenId, Option<ListedToken>>,
    /// Tokens that certainly no longer exist, unless the list has them: what was removed here.
    removed: HashSet<TokenId>,
    /// Whether the latest load is in progress.
    loading: bool,
    closed: bool,
}

impl OpenList {
    /// The rows take at most this much memory, and as much again while the list is refreshed.
    pub(crate) fn new(options: &SessionOptions) -> Self {
        let SessionOptions { collation, max_list_bytes: max_bytes, .. } = options.clone();
        let catalog = Catalog::with_max_bytes(Timestamp::now(), collation.clone(), max_bytes);
        let state = Mutex::new(State {
            generation: 0,
            load: 0,
            project: None,
            catalog,
            unreadable: 0,
            whole: false,
            loaded_at: None,
            changed: HashMap::new(),
            removed: HashSet::new(),
            loading: false,
            closed: false,
        });
        Self { collation, max_bytes, state }
    }

    /// Loads a project's list. A project that is being opened shows its rows as they arrive. A list that is being refreshed
    /// stays on screen until the new one is complete, and beyond if it never is.
    pub(crate) async fn load(
        &self,
        client: &Client,
        project: Uuid,
        mut progress: impl FnMut(LoadProgress),
    ) -> Loaded {
        let (load, refreshing) = lock(&self.state).begin(project, || self.empty());
        // Also if this load is stopped: only until then its response may lack a change.
        let _loading = Loading { list: self, load };
        let mut fresh = self.empty();
        let mut reported = Instant::now();
        let mut tokens = client.tokens(project);
        let problem = loop {
            match tokens.next_batch().await {
                Ok(Some(batch)) => {
                    let mut state = lock(&self.state);
                    if state.load != load {
                        break Some(superseded());
                    }
                    if refreshing {
                        drop(state);
                        fresh.add(batch);
                        continue;
                    }
                    let first = state.catalog.is_empty();
                    state.add_arrived(batch);
                    let (generation, total) = (state.generation, state.catalog.len());
                    drop(state);
                    if first || reported.elapsed() >= PROGRESS_INTERVAL {
                        reported = Instant::now();
                        progress(LoadProgress { generation, total });
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(Problem::from(error)),
            }
        };
        let mut state = lock(&self.state);
        // A load that was cancelled still runs to its next wait. By then the list may be another project's.
        if state.load != load {
            return Loaded {
                total: 0,
                whole: false,
                conflicting: 0,
                unreadable: 0,
                no_room: 0,
                shortened: 0,
                ..state.describe(Some(superseded()))
            };
        }
        if problem.is_none() {
            if refreshing {
                let changed = std::mem::take(&mut state.changed);
                apply(&mut fresh, changed);
                state.replace(project, fresh);
            }
            state.whole = true;
            state.loaded_at = Some(Timestamp::now());
        }
        if problem.is_none() || !refreshing {
            state.unreadable = tokens.unreadable();
        }
        state.describe(problem)
    }

    fn empty(&self) -> Catalog {
        Catalog::with_max_bytes(Timestamp::now(), self.collation.clone(), self.max_bytes)
    }

    /// The state of the list after a load was stopped.
    pub(crate) fn stopped(&self, project: Uuid, problem: Problem) -> Result<Loaded, Problem> {
        let state = lock(&self.state);
        if state.project != Some(project) {
            return Err(problem);
        }
        Ok(state.describe(Some(problem)))
    }

    /// A window of the list, and where one token stands in the view.
    pub(crate) fn rows(&self, view: View, from: usize, count: usize, token: Option<&TokenId>) -> Rows {
        let mut state = lock(&self.state);
        let view = view.into();
        let window = state.catalog.window(&view, from, count);
        Rows {
            generation: state.generation,
            matched: window.matched,
            counts: state.catalog.counts().into(),
            from,
            rows: window.rows.into_iter().map(Into::into).collect(),
            position: token.and_then(|id| state.catalog.position(&view, id)),
        }
    }

    /// All rows of a view, to be read one after the other. `None` if another project's list is open.
    pub(crate) fn read_view(&self, project: Uuid, view: View) -> Option<ViewReader<'_>> {
        let mut state = lock(&self.state);
        (state.project == Some(project)).then(|| ViewReader {
            list: self,
            generation: state.generation,
            listed: state.catalog.len(),
            whole: state.whole && !state.lacks_rows(),
            loaded_at: state.loaded_at,
            places: state.catalog.places_of(&view.into()).into_iter(),
            part: Vec::new().into_iter(),
            has_changed: false,
        })
    }

    /// Those of these tokens that are in the list.
    pub(crate) fn find(&self, ids: &[String], view: View) -> FoundRows {
        let state = lock(&self.state);
        let ids: Vec<TokenId> = ids.iter().map(|id| TokenId::from(id.as_str())).collect();
        FoundRows {
            rows: ids.iter().filter_map(|id| state.catalog.find(id)).map(Into::into).collect(),
            hidden: state.catalog.hidden(&view.into(), &ids).into_iter().map(ToString::to_string).collect(),
        }
    }

    /// Reads a complete list of this project, if it is open and, with a `generation`, if no other has taken its place. `lacks_rows`
    /// is whether rows were left out, so that a token that is not in it may still exist.
    pub(crate) fn read_complete<T>(
        &self,
        project: Uuid,
        generation: Option<u64>,
        read: impl FnOnce(&Catalog, bool) -> T,
    ) -> Option<(u64, T)> {
        let state = lock(&self.state);
        let is_meant = generation.is_none_or(|generation| generation == state.generation);
        let lacks_rows = state.lacks_rows();
        (state.project == Some(project) && state.whole && is_meant)
            .then(|| (state.generation, read(&state.catalog, lacks_rows)))
    }

    /// A token's row, if it is in the list.
    pub(crate) fn row(&self, id: &TokenId) -> Option<Row> {
        lock(&self.state).catalog.find(id).map(Into::into)
    }

    /// The token of this create, if its project's list is open and shows exactly one that certainly is.
    pub(crate) fn created_by(
        &self,
        create: &UnconfirmedCreate,
        offset: Option<SignedDuration>,
    ) -> Option<TokenId> {
        let ids = self.ids_named(create.project(), create.new_token().name());
        let state = lock(&self.state);
        let is_new =
            |id: &TokenId| state.catalog.find(id).is_some_and(|row| create.is_certainly(&row.token, offset));
        let mut new = ids.into_iter().filter(is_new);
        new.next().filter(|_| new.next().is_none())
    }

    /// What is known of a token of this project.
    pub(crate) fn presence(&self, project: Uuid, id: &TokenId) -> Presence {
        let state = lock(&self.state);
        if state.project != Some(project) {
            return Presence::Unknown;
        }
        if let Some(row) = state.catalog.find(id) {
            return Presence::Listed(row.into());
        }
        // A row that was left out may be the token's.
        let has_all = state.whole && state.unreadable == 0 && state.catalog.left_out() == 0;
        if has_all || state.removed.contains(id) { Presence::Gone } else { Presence::Unknown }
    }

    /// The project whose list is open.
    pub(crate) fn project(&self) -> Option<Uuid> {
        lock(&self.state).project
    }

    /// The ids of the tokens with exactly this name, if this project's list is open.
    pub(crate) fn ids_named(&self, project: Uuid, name: &str) -> Vec<TokenId> {
        let state = lock(&self.state);
        if state.project == Some(project) { state.catalog.ids_named(name) } else { Vec::new() }
    }

    /// Whether a name is in this project's list, if that is open, or one that looks the same.
    pub(crate) fn match_name(&self, project: Uuid, name: &str, except: Option<&TokenId>) -> NameMatch {
        let state = lock(&self.state);
        if state.project == Some(project) {
            state.catalog.match_name(name, except).into()
        } else {
            NameMatch::None
        }
    }

    /// Adds a new token to its project's list, if that is open.
    pub(crate) fn add(&self, project: Uuid, token: &ListedToken) {
        let mut state = lock(&self.state);
        if state.project == Some(project) {
            state.put(token);
        }
    }

    /// Replaces a token that is in the list, or has yet to arrive. Returns the project of the list.
    pub(crate) fn update(&self, token: &ListedToken) -> Option<Uuid> {
        let mut state = lock(&self.state);
        if state.catalog.has(&token.id) {
            state.put(token);
        } else if state.loading {
            state.changed.insert(token.id.clone(), Some(token.clone()));
        } else {
            return None;
        }
        state.project
    }

    /// Removes a token that is in the list, or has yet to arrive. Returns the project of the list.
    pub(crate) fn remove(&self, id: &TokenId) -> Option<Uuid> {
        let mut state = lock(&self.state);
        state.removed.insert(id.clone());
        let removed = state.catalog.remove(id);
        if state.loading {
            state.changed.insert(id.clone(), None);
        } else if !removed {
            return None;
        }
        state.project
    }

    /// Drops all rows for good.
    pub(crate) fn close(&self) {
        let mut state = lock(&self.state);
        state.closed = true;
        state.load += 1;
        state.generation += 1;
        state.project = None;
        state.whole = false;
        state.changed = HashMap::new();
        state.removed = HashSet::new();
        state.catalog = self.empty();
    }
}

/// A load in progress, until this is dropped.
struct Loading<'l> {
    list: &'l OpenList,
    load: u64,
}

impl Drop for Loading<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.list.state);
        if state.load == self.load {
            state.loading = false;
            state.changed = HashMap::new();
        }
    }
}

impl State {
    /// Starts a load. `true` if it refreshes a complete list.
    fn begin(&mut self, project: Uuid, empty: impl FnOnce() -> Catalog) -> (u64, bool) {
        if self.closed {
            // A number that no load has: it ends at its first batch.
            return (u64::MAX, false);
        }
        let refreshing = self.project == Some(project) && self.whole;
        self.load += 1;
        self.loading = true;
        self.changed.clear();
        if !refreshing {
            self.replace(project, empty());
        }
        (self.load, refreshing)
    }

    fn replace(&mut self, project: Uuid, catalog: Catalog) {
        self.generation += 1;
        self.project = Some(project);
        self.catalog = catalog;
        self.unreadable = 0;
        self.whole = false;
        self.loaded_at = None;
    }

    /// Whether rows were left out, so that a token that is not in the list may still exist.
    fn lacks_rows(&self) -> bool {
        self.unreadable > 0 || self.catalog.left_out() > 0
    }

    /// Adds rows of a list that is being opened: those that have changed since it was asked for as they are now.
    fn add_arrived(&mut self, batch: Vec<ListedToken>) {
        let Self { changed, catalog, .. } = self;
        catalog.add(batch.into_iter().filter_map(|token| match changed.get(&token.id) {
            None => Some(token),
            Some(changed) => changed.clone(),
        }));
    }

    fn put(&mut self, token: &ListedToken) {
        if self.closed {
            return;
        }
        self.catalog.update(token);
        if self.loading {
            self.changed.insert(token.id.clone(), Some(token.clone()));
        }
    }

    fn describe(&self, problem: Option<Problem>) -> Loaded {
        Loaded {
            clock_offset: None,
            generation: self.generation,
            total: self.catalog.len(),
            whole: self.whole,
            conflicting: self.catalog.conflicting_rows(),
            unreadable: self.unreadable,
            no_room: self.catalog.left_out(),
            shortened: self.catalog.shortened(),
            problem,
        }
    }
}

fn apply(catalog: &mut Catalog, changed: HashMap<TokenId, Option<ListedToken>>) {
    for (id, token) in changed {
        match token {
            Some(token) => catalog.update(&token),
            None => drop(catalog.remove(&id)),
        }
    }
}

fn superseded() -> Problem {
    Problem::new(ErrorCode::Superseded, "another list was opened meanwhile")
}
