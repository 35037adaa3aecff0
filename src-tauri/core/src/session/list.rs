//! The list on screen: loading it, the windows of rows that the page asks for, and the changes made to it meanwhile.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
    time::{Duration, Instant},
};

use calyptia_api::{Client, ListedToken, TokenId, UnconfirmedCreate};
use calyptia_catalog::{Catalog, Collation};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

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

    /// All rows of a view, how many the list has, and whether those are all tokens of the project. `None` if another project's list
    /// is open.
    pub(crate) fn all_rows(&self, project: Uuid, view: View) -> Option<(Vec<Row>, usize, bool)> {
        let mut state = lock(&self.state);
        if state.project != Some(project) {
            return None;
        }
        let rows = state.catalog.window(&view.into(), 0, usize::MAX).rows;
        Some((rows.into_iter().map(Into::into).collect(), state.catalog.len(), state.whole))
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
        let lacks_rows = state.unreadable > 0 || state.catalog.left_out() > 0;
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

#[cfg(test)]
mod tests {
    use calyptia_sandbox::Method;

    use super::*;
    use crate::messages::FilterPaste;
    use crate::session::Session;
    use crate::testing::{faults, newest_first, reads, sent, session};

    #[tokio::test]
    async fn a_token_created_while_the_list_is_refreshed_stays_in_it() {
        let (sandbox, session, project) = session(3_000, &[]).await;
        let mut seen = Vec::new();
        let first = session.load(project, |progress| seen.push(progress.total)).await.expect("open");
        assert!(first.problem.is_none() && first.whole && first.total == 3_000 && !seen.is_empty());

        let create_late = async {
            // Once the first page has been requested, which holds the newest tokens.
            let asked = sandbox.requests().len();
            while sandbox.requests().len() == asked {
                tokio::task::yield_now().await;
            }
            session.create(project, "created meanwhile", &reads(), |_| ()).await.expect("created");
        };
        let (refreshed, ()) = tokio::join!(session.load(project, |_| ()), create_late);
        let refreshed = refreshed.expect("open");
        assert!(refreshed.problem.is_none());
        assert!(refreshed.generation > first.generation);
        assert_eq!(session.rows(newest_first(), 0, 1, None).rows[0].name, "created meanwhile");
    }

    #[tokio::test]
    async fn changes_made_while_a_list_arrives_count_and_its_rows_do_not_contradict_them() {
        let (_sandbox, session, project) = session(5_000, &[]).await;
        let late = {
            let mut oldest = session.client().expect("open").tokens(project);
            let mut last = None;
            while let Some(batch) = oldest.next_batch().await.expect("a list") {
                last = batch.into_iter().next_back();
            }
            last.expect("the last token")
        };
        let victim = std::cell::RefCell::new(None);
        let loaded = session.load(project, |_| {
            let mut victim = victim.borrow_mut();
            if victim.is_none() {
                // A row that has arrived is removed, and one that has not is renamed.
                let mut late = late.clone();
                late.name = "renamed meanwhile".into();
                session.list.update(&late);
                let row = session.rows(newest_first(), 0, 1, None).rows.remove(0);
                let id = TokenId::from(row.id.as_str());
                session.list.remove(&id);
                let created = ListedToken { id: "created-meanwhile".into(), ..late.clone() };
                session.list.add(project, &created);
                *victim = Some(id);
            }
        });
        let loaded = loaded.await.expect("open");
        let victim = victim.into_inner().expect("there was progress");
        assert_eq!((loaded.total, loaded.conflicting), (5_000, 0), "one less, one more");
        assert!(session.find(&[victim.to_string()], newest_first()).rows.is_empty());
        assert_eq!(session.find(&[late.id.to_string()], newest_first()).rows[0].name, "renamed meanwhile");
        assert_eq!(session.find(&["created-meanwhile".into()], newest_first()).rows.len(), 1);
    }

    #[tokio::test]
    async fn n1_the_last_list_stays_when_the_server_is_gone() {
        let (sandbox, session, project) = session(3, &[]).await;
        let first = session.load(project, |_| ()).await.expect("open");
        assert!(session.is_reachable().await.expect("open"));
        drop(sandbox);
        let lost = session.load(project, |_| ()).await.expect("open");
        assert_eq!(lost.problem.map(|problem| problem.code), Some(ErrorCode::ConnectionRefused));
        assert_eq!((lost.whole, lost.total, lost.generation), (true, 3, first.generation));
        assert!(!session.is_reachable().await.expect("open"));
    }

    #[tokio::test]
    async fn d7_a_list_that_breaks_off_is_never_called_complete() {
        let (sandbox, session, project) = session(10, &["page-size=4", "fail-page=2"]).await;
        let part = session.load(project, |_| ()).await.expect("open");
        assert_eq!((part.whole, part.total), (false, 4));
        assert!(part.problem.is_some());
        // A part is not worth keeping: the next load shows its rows as they arrive.
        sandbox.set_faults(faults(&["page-size=4", "same-cursor"]));
        let part = session.load(project, |_| ()).await.expect("open");
        assert_eq!((part.whole, part.problem.map(|p| p.code)), (false, Some(ErrorCode::ListIncomplete)));
        sandbox.set_faults(Vec::new());
        let whole = session.load(project, |_| ()).await.expect("open");
        assert_eq!((whole.whole, whole.total), (true, 10));
        // A complete list stays until a newer one is complete.
        sandbox.set_faults(faults(&["page-size=4", "cycle"]));
        let kept = session.load(project, |_| ()).await.expect("open");
        assert_eq!((kept.whole, kept.total), (true, 10));
        assert!(kept.problem.is_some());
    }

    #[tokio::test]
    async fn a3_a_response_for_the_project_before_is_dropped() {
        let (sandbox, session, project) = session(3_000, &[]).await;
        let other = sandbox.projects()[1].0;
        let client = session.client().expect("open");
        let mut opened = false;
        // The other project is opened while the first page of this one arrives.
        let first = session.list.load(&client, project, |_| {
            if !std::mem::replace(&mut opened, true) {
                lock(&session.list.state).begin(other, || session.list.empty());
            }
        });
        let first = first.await;
        assert_eq!(first.problem.map(|problem| problem.code), Some(ErrorCode::Superseded));
        assert_eq!(session.rows(newest_first(), 0, 10, None).counts.all, 0, "nothing of the first came in");
        assert_eq!(sent(&sandbox, &Method::GET), 1, "its next page was not requested");
    }

    #[tokio::test]
    async fn a3_a_load_that_is_superseded_does_not_stop_the_newer_one_from_keeping_changes() {
        let (sandbox, session, project) = session(3_000, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        sandbox.set_faults(faults(&["GET/tokens:latency=50"]));
        let created = async {
            let before = sandbox.requests().len();
            while sandbox.requests().len() < before + 2 {
                tokio::task::yield_now().await;
            }
            session.create(project, "created meanwhile", &reads(), |_| ()).await.expect("created");
        };
        let second = async {
            tokio::task::yield_now().await;
            session.load(project, |_| ()).await.expect("open")
        };
        let (first, second, ()) = tokio::join!(session.load(project, |_| ()), second, created);
        assert_eq!(first.expect("open").problem.map(|problem| problem.code), Some(ErrorCode::Superseded));
        assert!(second.whole);
        assert_eq!(session.rows(newest_first(), 0, 1, None).rows[0].name, "created meanwhile");
    }

    #[tokio::test]
    async fn a3_of_two_refreshes_of_one_project_the_later_counts() {
        let (_sandbox, session, project) = session(3_000, &[]).await;
        let client = session.client().expect("open");
        session.load(project, |_| ()).await.expect("open");
        let first = session.list.load(&client, project, |_| ());
        let second = async {
            tokio::task::yield_now().await;
            session.list.load(&client, project, |_| ()).await
        };
        let (first, second) = tokio::join!(first, second);
        assert_eq!(first.problem.map(|problem| problem.code), Some(ErrorCode::Superseded));
        assert!(second.problem.is_none() && second.whole && second.total == 3_000, "{second:?}");
    }

    #[tokio::test]
    async fn d4_rows_with_the_same_id_are_reported() {
        let (_sandbox, session, project) = session(5, &["duplicate-ids"]).await;
        let loaded = session.load(project, |_| ()).await.expect("open");
        assert!(loaded.problem.is_none() && loaded.conflicting > 0, "{loaded:?}");
    }

    #[tokio::test]
    async fn d1_rows_that_are_not_tokens_are_left_out_and_reported_and_the_others_stay() {
        let (sandbox, session, project) = session(5, &["odd-rows"]).await;
        let loaded = session.load(project, |_| ()).await.expect("open");
        assert!(loaded.problem.is_none() && loaded.whole && loaded.unreadable > 0, "{loaded:?}");
        assert_eq!(session.rows(newest_first(), 0, 10, None).counts.all, loaded.total);
        assert!(loaded.total > 30, "the others are there: {}", loaded.total);
        // The list on screen is the one before, and so is what is reported about it.
        sandbox.set_faults(faults(&["status=500"]));
        let again = session.load(project, |_| ()).await.expect("open");
        assert_eq!((again.unreadable, again.total), (loaded.unreadable, loaded.total));
        sandbox.set_faults(Vec::new());
        assert_eq!(session.load(project, |_| ()).await.expect("open").unreadable, 0);
    }

    #[tokio::test]
    async fn c17_rows_without_room_and_names_that_are_shortened_are_reported() {
        let (sandbox, session, project) = session(5, &["odd-rows"]).await;
        let loaded = session.load(project, |_| ()).await.expect("open");
        assert!(loaded.shortened > 0 && loaded.no_room == 0, "{loaded:?}");
        sandbox.set_faults(Vec::new());
        let loaded = session.load(project, |_| ()).await.expect("open");
        assert_eq!((loaded.total, loaded.shortened, loaded.no_room), (5, 0, 0), "{loaded:?}");
        let smaller = SessionOptions { max_list_bytes: 150, ..SessionOptions::default() };
        let smaller =
            Session::new(session.connection(), session.client().expect("open"), false, None, &smaller);
        // Also after a refresh.
        for _ in 0..2 {
            let crowded = smaller.load(project, |_| ()).await.expect("open");
            assert_eq!((crowded.total, crowded.no_room, crowded.conflicting), (2, 3, 0), "{crowded:?}");
        }
    }

    #[tokio::test]
    async fn c75_the_value_that_is_pasted_into_the_filter_finds_its_token_and_stays_here() {
        use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
        let value = |token: &str, project: Uuid| {
            let ids = format!(r#"{{"TokenID":"{token}","ProjectID":"{project}"}}"#);
            format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(ids), BASE64_URL_SAFE_NO_PAD.encode([7; 48]))
        };
        let (_sandbox, session, project) = session(5, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        let id = session.rows(newest_first(), 3, 1, None).rows[0].id.clone();
        let gone = Uuid::from_u128(1).to_string();
        let other = Uuid::from_u128(2);
        for (wanted, of, is_listed, is_elsewhere) in [
            (&id, project, true, false),
            (&gone, project, false, false),
            (&gone, other, false, true),
            // Anybody can make this up.
            (&id, other, false, true),
        ] {
            let found = session.look_up_pasted(&format!(" \"Bearer {}\",\n", value(wanted, of)));
            let FilterPaste::Token { id, project, row, elsewhere, .. } = found else { panic!("{found:?}") };
            assert_eq!((&id, project, elsewhere), (wanted, of, is_elsewhere));
            assert_eq!(row.map(|row| row.id), is_listed.then(|| wanted.clone()));
        }
        let two = format!("{} {}", value(&id, project), value(&gone, project));
        for text in [two.as_str(), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl"] {
            assert!(matches!(session.look_up_pasted(text), FilterPaste::OtherToken), "{text}");
        }
        assert!(matches!(session.look_up_pasted(" edge\n\teu "), FilterPaste::Text));
        // What is found is a row's id, which finds the row.
        let view = View { filter: id.clone(), ..newest_first() };
        assert_eq!(session.rows(view, 0, 9, None).rows[0].id, id);
    }

    #[tokio::test]
    async fn t3_a_closed_list_takes_nothing_any_more() {
        let (_sandbox, session, project) = session(5, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        let client = session.client().expect("open");
        session.close();
        session.drop_list();
        let late = session.list.load(&client, project, |_| ()).await;
        assert_eq!((late.total, late.problem.map(|problem| problem.code)), (0, Some(ErrorCode::Superseded)));
        let token = ListedToken {
            id: "late".into(),
            name: "late".into(),
            permissions: None,
            created_at: None,
            suffix: None,
        };
        session.list.add(project, &token);
        assert_eq!(session.rows(newest_first(), 0, 10, None).counts.all, 0);
    }
}
