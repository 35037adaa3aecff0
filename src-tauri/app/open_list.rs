//! The list on screen: loading it, the windows the page asks for, and the changes made to it meanwhile.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use calyptia_api::{Client, ListedToken, TokenId};
use calyptia_catalog::Catalog;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    contract::{LoadProgress, Loaded, Row, Rows, View},
    problem::{ErrorCode, Problem},
};

/// How often the page hears of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// The list of one project at a time.
pub(crate) struct OpenList(Mutex<List>);

/// Each load has a number, so that what belongs to an earlier one can be told.
struct List {
    generation: u64,
    project: Option<Uuid>,
    catalog: Catalog,
    /// Rows of it that are no tokens.
    unreadable: usize,
    /// Whether the catalogue is a whole list.
    whole: bool,
    /// What changed since the load under way began: its answer may have been on the way already.
    changed_meanwhile: Vec<Change>,
}

/// A change that the server has confirmed.
#[derive(Clone)]
enum Change {
    Put(ListedToken),
    Removed(TokenId),
}

impl Default for OpenList {
    fn default() -> Self {
        Self(Mutex::new(List {
            generation: 0,
            project: None,
            catalog: Catalog::new(Timestamp::now()),
            unreadable: 0,
            whole: false,
            changed_meanwhile: Vec::new(),
        }))
    }
}

impl OpenList {
    /// Loads a project's list. A project that is opened shows its rows as they come; a list that is refreshed stays
    /// on screen until the new one is whole, and beyond if it never is.
    pub(crate) async fn load(
        &self,
        client: &Client,
        project: Uuid,
        mut progress: impl FnMut(LoadProgress),
    ) -> Loaded {
        let (refreshing, generation) = {
            let mut list = self.lock();
            let refreshing = list.project == Some(project) && list.whole;
            list.changed_meanwhile.clear();
            if !refreshing {
                list.open(project, Catalog::new(Timestamp::now()));
            }
            (refreshing, list.generation)
        };
        let mut fresh = Catalog::new(Timestamp::now());
        let mut told = Instant::now();
        let mut rows = client.tokens(project);
        let problem = loop {
            match rows.next_batch().await {
                Ok(Some(batch)) if refreshing => fresh.add(batch),
                Ok(Some(batch)) => {
                    let (first, total) = {
                        let mut list = self.lock();
                        if list.generation != generation {
                            break Some(overtaken());
                        }
                        let first = list.catalog.is_empty();
                        list.catalog.add(batch);
                        (first, list.catalog.len())
                    };
                    if first || told.elapsed() >= PROGRESS_EVERY {
                        told = Instant::now();
                        progress(LoadProgress { generation, total });
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(Problem::from(error)),
            }
        };
        let mut list = self.lock();
        // A load that was cancelled may still run to its next wait. By then the list may be another project's.
        if list.generation != generation {
            let problem = Some(overtaken());
            return Loaded {
                generation,
                total: 0,
                whole: false,
                conflicting: 0,
                unreadable: 0,
                problem,
                clock_offset: None,
            };
        }
        if problem.is_none() {
            if refreshing {
                list.open(project, fresh);
            }
            for change in std::mem::take(&mut list.changed_meanwhile) {
                list.apply(&change);
            }
            list.whole = true;
        }
        if problem.is_none() || !refreshing {
            list.unreadable = rows.unreadable();
        }
        list.catalog.find_repeated_names();
        list.describe(problem)
    }

    /// How the list stands after a load was stopped.
    pub(crate) fn stopped(&self, project: Uuid, problem: Problem) -> Result<Loaded, Problem> {
        let mut list = self.lock();
        if list.project != Some(project) {
            return Err(problem);
        }
        list.catalog.find_repeated_names();
        Ok(list.describe(Some(problem)))
    }

    /// A window of the list.
    pub(crate) fn rows(&self, view: View, from: usize, count: usize) -> Rows {
        let mut list = self.lock();
        let window = list.catalog.window(&view.into(), from, count);
        Rows {
            generation: list.generation,
            matched: window.matched,
            counts: list.catalog.counts().into(),
            from,
            rows: window.rows.into_iter().map(Into::into).collect(),
        }
    }

    /// Those of these tokens that the list has.
    pub(crate) fn find(&self, ids: &[TokenId]) -> Vec<Row> {
        let list = self.lock();
        ids.iter().filter_map(|id| list.catalog.find(id)).map(Into::into).collect()
    }

    /// The ids of the tokens with exactly this name, if this project's list is open.
    pub(crate) fn ids_named(&self, project: Uuid, name: &str) -> Vec<TokenId> {
        let list = self.lock();
        if list.project == Some(project) { list.catalog.ids_named(name) } else { Vec::new() }
    }

    /// Whether the open list has a token of exactly this name.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        !self.lock().catalog.ids_named(name).is_empty()
    }

    /// Puts a token that was made in its project's list, if that is open.
    pub(crate) fn add(&self, project: Uuid, token: ListedToken) {
        let mut list = self.lock();
        if list.project == Some(project) {
            list.change(Change::Put(token));
        }
    }

    /// Puts a token in the place of what the list has of it. `None` if the list does not have it.
    pub(crate) fn update(&self, token: &ListedToken) {
        let mut list = self.lock();
        if list.catalog.has(&token.id) {
            list.change(Change::Put(token.clone()));
        }
    }

    /// Takes a token out of the list.
    pub(crate) fn remove(&self, id: &TokenId) {
        self.lock().change(Change::Removed(id.clone()));
    }

    fn lock(&self) -> MutexGuard<'_, List> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl List {
    fn open(&mut self, project: Uuid, catalog: Catalog) {
        self.generation += 1;
        self.project = Some(project);
        self.catalog = catalog;
        self.unreadable = 0;
        self.whole = false;
    }

    fn change(&mut self, change: Change) {
        self.apply(&change);
        self.catalog.find_repeated_names();
        self.changed_meanwhile.push(change);
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Put(token) => self.catalog.update(token),
            Change::Removed(id) => drop(self.catalog.remove(id)),
        }
    }

    fn describe(&self, problem: Option<Problem>) -> Loaded {
        Loaded {
            clock_offset: None,
            generation: self.generation,
            total: self.catalog.len(),
            whole: self.whole,
            conflicting: self.catalog.conflicting(),
            unreadable: self.unreadable,
            problem,
        }
    }
}

fn overtaken() -> Problem {
    Problem::new(ErrorCode::Cancelled, "another list was opened meanwhile")
}

#[cfg(test)]
mod tests {
    use calyptia_sandbox::Method;

    use super::*;
    use crate::{
        contract::{Facet, SortKey},
        testing::{connected, faults, new_token, sent},
    };

    fn newest_first() -> View {
        View { filter: String::new(), facet: Facet::All, sort: SortKey::Created, descending: true }
    }

    #[tokio::test]
    async fn a_token_made_while_the_list_is_refreshed_stays_in_it() {
        let (sandbox, active, project) = connected(3_000, &[]).await;
        let client = active.client();
        let mut seen = Vec::new();
        let first = active.list.load(&client, project, |progress| seen.push(progress.total)).await;
        assert!(first.problem.is_none() && first.whole && first.total == 3_000 && !seen.is_empty());

        let create_late = async {
            // Once the first page has been asked for, which holds the newest tokens.
            let asked = sandbox.requests().len();
            while sandbox.requests().len() == asked {
                tokio::task::yield_now().await;
            }
            let outcome = active.create(project, new_token("made meanwhile"), |_| ()).await;
            assert!(outcome.is_ok());
        };
        let (refreshed, ()) = tokio::join!(active.list.load(&client, project, |_| ()), create_late);
        assert!(refreshed.problem.is_none());
        assert!(refreshed.generation > first.generation);
        assert_eq!(active.list.rows(newest_first(), 0, 1).rows[0].name, "made meanwhile");
    }

    #[tokio::test]
    async fn n1_the_last_list_stays_when_the_server_is_gone() {
        let (sandbox, active, project) = connected(3, &[]).await;
        let client = active.client();
        let first = active.list.load(&client, project, |_| ()).await;
        assert!(active.is_reachable().await);
        drop(sandbox);
        let lost = active.list.load(&client, project, |_| ()).await;
        assert_eq!(lost.problem.map(|problem| problem.code), Some(ErrorCode::ConnectionRefused));
        assert_eq!((lost.whole, lost.total, lost.generation), (true, 3, first.generation));
        assert!(!active.is_reachable().await);
    }

    #[tokio::test]
    async fn d7_a_list_that_breaks_off_is_never_called_whole() {
        let (sandbox, active, project) = connected(10, &["page-size=4", "fail-page=2"]).await;
        let client = active.client();
        let part = active.list.load(&client, project, |_| ()).await;
        assert_eq!((part.whole, part.total), (false, 4));
        assert!(part.problem.is_some());
        // A part is not worth keeping: the next try shows its rows as they come.
        sandbox.set_faults(faults(&["page-size=4", "same-cursor"]));
        let part = active.list.load(&client, project, |_| ()).await;
        assert_eq!((part.whole, part.problem.map(|p| p.code)), (false, Some(ErrorCode::ListIncomplete)));
        sandbox.set_faults(Vec::new());
        let whole = active.list.load(&client, project, |_| ()).await;
        assert_eq!((whole.whole, whole.total), (true, 10));
        // Once it is whole, it stays until a newer one is.
        sandbox.set_faults(faults(&["page-size=4", "cycle"]));
        let kept = active.list.load(&client, project, |_| ()).await;
        assert_eq!((kept.whole, kept.total), (true, 10));
        assert!(kept.problem.is_some());
    }

    #[tokio::test]
    async fn a3_an_answer_for_the_project_before_is_dropped() {
        let (sandbox, active, project) = connected(3_000, &[]).await;
        let other = sandbox.projects()[1].0;
        let client = active.client();
        let mut later = None;
        // The other project is opened while the first page of this one arrives.
        let first = active.list.load(&client, project, |_| {
            if later.is_none() {
                let mut list = active.list.lock();
                list.open(other, Catalog::new(Timestamp::now()));
                later = Some(list.generation);
            }
        });
        let first = first.await;
        assert_eq!(first.problem.map(|problem| problem.code), Some(ErrorCode::Cancelled));
        assert_eq!(active.list.rows(newest_first(), 0, 10).counts.all, 0, "nothing of the first came in");
        assert_eq!(sent(&sandbox, &Method::GET), 1, "its next page was not asked for");
    }

    #[tokio::test]
    async fn d4_rows_with_the_same_id_are_told() {
        let (_sandbox, active, project) = connected(5, &["duplicate-ids"]).await;
        let loaded = active.list.load(&active.client(), project, |_| ()).await;
        assert!(loaded.problem.is_none() && loaded.conflicting > 0, "{loaded:?}");
    }

    #[tokio::test]
    async fn d1_rows_that_are_no_tokens_are_left_out_and_told_and_the_others_stay() {
        let (sandbox, active, project) = connected(5, &["odd-rows"]).await;
        let loaded = active.list.load(&active.client(), project, |_| ()).await;
        assert!(loaded.problem.is_none() && loaded.whole && loaded.unreadable > 0, "{loaded:?}");
        assert_eq!(active.list.rows(newest_first(), 0, 10).counts.all, loaded.total);
        assert!(loaded.total > 30, "the others are there: {}", loaded.total);
        // The list on screen is the one before, and so is what is said of it.
        sandbox.set_faults(faults(&["status=500"]));
        let again = active.list.load(&active.client(), project, |_| ()).await;
        assert_eq!((again.unreadable, again.total), (loaded.unreadable, loaded.total));
        sandbox.set_faults(Vec::new());
        assert_eq!(active.list.load(&active.client(), project, |_| ()).await.unreadable, 0);
    }
}
