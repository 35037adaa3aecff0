//! The projects a user is a member of.

use std::collections::HashSet;

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    Client, Error,
    error::{Failure, Operation, PaginationFailure},
    link::next_cursor,
};

/// Projects asked for at a time.
const PAGE_SIZE: &str = "100";
/// More pages than this are a server that does not stop.
const MAX_PAGES: usize = 100;

/// A project: the namespace that agents, core instances and tokens belong to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How many users are members of it.
    #[serde(default)]
    pub members_count: Option<u64>,
    /// How many agents are registered in it.
    #[serde(default)]
    pub agents_count: Option<u64>,
}

impl Client {
    /// All projects of the user, newest first. This is also the check that a credential works.
    ///
    /// # Errors
    /// Any [`Failure`]; 401 where the server does not accept the credential.
    pub async fn projects(&self) -> Result<Vec<Project>, Error> {
        let operation = Operation::ListProjects;
        let first = {
            let mut url = self.url(operation, &["v1", "projects"])?;
            url.query_pairs_mut().append_pair("last", PAGE_SIZE);
            url
        };
        let mut url = first.clone();
        let mut projects: Vec<Project> = Vec::new();
        let mut known = HashSet::new();
        let mut cursors = HashSet::new();
        for _ in 0..MAX_PAGES {
            let answer = self.get(operation, &url).await?;
            let no_way_on = |failure| Failure::Pagination(failure).during(operation);
            let cursor = next_cursor(answer.headers(), &url).map_err(no_way_on)?;
            let page: Vec<Project> = self.read(operation, answer).await?;
            projects.extend(page.into_iter().filter(|project| known.insert(project.id)));
            let Some(cursor) = cursor else { return Ok(projects) };
            url = first.clone();
            url.query_pairs_mut().append_pair("before", &cursor);
            if !cursors.insert(cursor) {
                return Err(no_way_on(PaginationFailure::Cycle));
            }
        }
        Err(Failure::Pagination(PaginationFailure::Endless).during(operation))
    }
}
