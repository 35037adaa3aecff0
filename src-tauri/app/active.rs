//! The connection in use: one server, one user, and the list that is open.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use calyptia_api::{Bearer, Client, Error, ListedToken, Server, TokenId, TokenValue};
use calyptia_catalog::Catalog;
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    contract::{BearerHint, LoadProgress, Loaded, Rows, View},
    problem::{ErrorCode, Problem},
};

/// How often the page hears of progress.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// A connection that was tested and is in use. Dropped at signing out, with all that it knows.
pub(crate) struct Active {
    pub(crate) client: Client,
    pub(crate) account: BearerHint,
    pub(crate) sample: bool,
    list: Mutex<List>,
    /// The token made last, until its dialog closes: copying it need not ask the server again.
    created: Mutex<Option<(TokenId, TokenValue)>>,
    /// Held while a create is on its way.
    pub(crate) creating: tokio::sync::Mutex<()>,
}

/// The list on screen. Each load has a number, so that what belongs to an earlier one can be told.
struct List {
    generation: u64,
    project: Option<Uuid>,
    catalog: Catalog,
    /// Tokens made since the load under way began: its answer may have been on the way already.
    made_meanwhile: Vec<ListedToken>,
}

impl Active {
    pub(crate) fn new(server: Server, bearer: Bearer, sample: bool) -> Result<Self, Error> {
        let account = BearerHint::from(&bearer);
        Ok(Self {
            client: Client::new(server, bearer)?,
            account,
            sample,
            list: Mutex::new(List {
                generation: 0,
                project: None,
                catalog: Catalog::new(Timestamp::now()),
                made_meanwhile: Vec::new(),
            }),
            created: Mutex::default(),
            creating: tokio::sync::Mutex::default(),
        })
    }

    /// Loads a project's list. A project that is opened shows its rows as they come; a list that is refreshed stays
    /// on screen until the new one is whole, and beyond if it never is.
    pub(crate) async fn load(&self, project: Uuid, mut progress: impl FnMut(LoadProgress)) -> Loaded {
        let (refreshing, generation) = {
            let mut list = self.list();
            let refreshing = list.project == Some(project) && !list.catalog.is_empty();
            list.made_meanwhile.clear();
            if !refreshing {
                list.open(project, Catalog::new(Timestamp::now()));
            }
            (refreshing, list.generation)
        };
        let mut fresh = Catalog::new(Timestamp::now());
        let mut told = Instant::now();
        let mut rows = self.client.tokens(project);
        let problem = loop {
            match rows.next_batch().await {
                Ok(Some(batch)) if refreshing => fresh.add(batch),
                Ok(Some(batch)) => {
                    let mut list = self.list();
                    if list.generation != generation {
                        break Some(overtaken());
                    }
                    let first = list.catalog.is_empty();
                    list.catalog.add(batch);
                    if first || told.elapsed() >= PROGRESS_EVERY {
                        told = Instant::now();
                        progress(LoadProgress { generation, total: list.catalog.len() });
                    }
                }
                Ok(None) => break None,
                Err(error) => break Some(Problem::from(error)),
            }
        };
        let mut list = self.list();
        // A load that was cancelled may still run to its next wait. By then the list may be another project's.
        if list.generation != generation {
            return Loaded { generation, total: 0, problem: Some(overtaken()) };
        }
        if refreshing && problem.is_none() {
            fresh.add(std::mem::take(&mut list.made_meanwhile));
            list.open(project, fresh);
        }
        Loaded { generation: list.generation, total: list.catalog.len(), problem }
    }

    /// A window of the open list.
    pub(crate) fn rows(&self, view: View, from: usize, count: usize) -> Rows {
        let mut list = self.list();
        let window = list.catalog.window(&view.into(), from, count);
        Rows {
            generation: list.generation,
            matched: window.matched,
            counts: list.catalog.counts().into(),
            from,
            rows: window.rows.into_iter().map(Into::into).collect(),
        }
    }

    pub(crate) fn has_name(&self, name: &str) -> bool {
        self.list().catalog.has_name(name)
    }

    /// Puts a token that was just made into the list of its project, and keeps its value at hand.
    pub(crate) fn add_created(&self, project: Uuid, row: ListedToken, value: TokenValue) {
        *self.created() = Some((row.id.clone(), value));
        let mut list = self.list();
        if list.project == Some(project) {
            list.made_meanwhile.push(row.clone());
            list.catalog.add([row]);
        }
    }

    /// The value of the token made last, if it is this one.
    pub(crate) fn created_value(&self, id: &TokenId) -> Option<TokenValue> {
        self.created().as_ref().filter(|(created, _)| created == id).map(|(_, value)| value.clone())
    }

    pub(crate) fn forget_created(&self) {
        self.created().take();
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn created(&self) -> MutexGuard<'_, Option<(TokenId, TokenValue)>> {
        self.created.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn overtaken() -> Problem {
    Problem::new(ErrorCode::Cancelled, "another list was opened meanwhile")
}

impl List {
    fn open(&mut self, project: Uuid, catalog: Catalog) {
        self.generation += 1;
        self.project = Some(project);
        self.catalog = catalog;
    }
}

#[cfg(test)]
mod tests {
    use calyptia_api::{NewToken, Permission};
    use calyptia_sandbox::{Options, Sandbox};
    use secrecy::ExposeSecret as _;

    use super::*;
    use crate::contract::{Facet, SortKey};

    fn newest_first() -> View {
        View { filter: String::new(), facet: Facet::All, sort: SortKey::Created, descending: true }
    }

    #[tokio::test]
    async fn a_token_made_while_the_list_is_refreshed_stays_in_it() {
        let sandbox = Sandbox::new(Options { tokens: Some(3_000), ..Options::default() });
        let sandbox = sandbox.serve(0).await.expect("a free port");
        let server = Server::parse(&sandbox.url()).expect("loopback");
        let bearer = Bearer::parse(sandbox.bearer().expose_secret()).expect("a bearer");
        let active = Active::new(server, bearer, false).expect("a client");
        let project = sandbox.projects()[0].0;
        let mut seen = Vec::new();
        let first = active.load(project, |progress| seen.push(progress.total)).await;
        assert!(first.problem.is_none() && first.total == 3_000 && !seen.is_empty());

        let new = NewToken::new("made meanwhile", vec![Permission::Read]).expect("permissions");
        let create_late = async {
            // Once the first page has been asked for, which holds the newest tokens.
            let asked = sandbox.requests().len();
            while sandbox.requests().len() == asked {
                tokio::task::yield_now().await;
            }
            let token = active.client.create_token(project, &new).await.expect("created");
            active.add_created(project, ListedToken::from(&token), token.value);
        };
        let (refreshed, ()) = tokio::join!(active.load(project, |_| ()), create_late);
        assert!(refreshed.problem.is_none());
        assert!(refreshed.generation > first.generation);
        assert_eq!(active.rows(newest_first(), 0, 1).rows[0].name, "made meanwhile");

        drop(sandbox);
        let lost = active.load(project, |_| ()).await;
        assert!(lost.problem.is_some());
        assert_eq!((lost.total, lost.generation), (3_001, refreshed.generation), "the last list stays");
    }
}
