//! The projects a user is a member of.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{
    Client, DecodeError, Error, Failure, Operation, PaginationFailure, lenient, link::next_cursor,
    rows::read_row,
};

/// Projects asked for at a time.
const PAGE_SIZE: &str = "100";
/// A server with more pages than this never stops.
const MAX_PAGES: usize = 100;

/// A project: the namespace of agents, core instances and tokens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Identifies the project in all calls.
    pub id: Uuid,
    /// Empty if the server wrote null or left it out.
    #[serde(default, deserialize_with = "lenient::name")]
    pub name: String,
    /// The number of users who are members; `None` if the server did not say.
    #[serde(default, deserialize_with = "lenient::count")]
    pub members_count: Option<u64>,
    /// The number of registered agents; `None` if the server did not say.
    #[serde(default, deserialize_with = "lenient::count")]
    pub agents_count: Option<u64>,
}

/// A user's projects.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProjectList {
    /// Newest first, each id once.
    pub projects: Vec<Project>,
    /// The number of entries that were left out because they are no projects, for example because their id is no UUID.
    pub unreadable: usize,
}

impl Client {
    /// All projects of the user, newest first. This call also shows whether the bearer token works.
    ///
    /// # Errors
    /// As [`Client::project_list`].
    pub async fn projects(&self) -> Result<Vec<Project>, Error> {
        Ok(self.project_list().await?.projects)
    }

    /// All projects of the user, and the number of entries that could not be read.
    ///
    /// # Errors
    /// Any [`Failure`]; 401 if the server does not accept the bearer token, `Undecodable` if there are entries, but none is a
    /// project.
    pub async fn project_list(&self) -> Result<ProjectList, Error> {
        let operation = Operation::ListProjects;
        let pagination = |failure| Error::new(operation, Failure::Pagination(failure));
        let mut first = self.url(operation, &["v1", "projects"])?;
        first.query_pairs_mut().append_pair("last", PAGE_SIZE);
        let mut url = first.clone();
        let mut list = ProjectList::default();
        let mut known = HashSet::new();
        let mut cursors = HashSet::new();
        for _ in 0..MAX_PAGES {
            let response = self.get(operation, &url).await?;
            let cursor = next_cursor(response.headers(), &url).map_err(pagination)?;
            // Go servers write an empty list as null.
            let page: Option<Vec<Box<RawValue>>> = self.read(operation, response).await?;
            for entry in page.unwrap_or_default() {
                // One that is no project must not hide the others.
                match read_row::<Project>(entry.get().as_bytes()) {
                    Ok(Some(project)) if known.insert(project.id) => list.projects.push(project),
                    Ok(Some(_)) => {}
                    Ok(None) | Err(_) => list.unreadable += 1,
                }
            }
            let Some(cursor) = cursor else {
                if list.projects.is_empty() && list.unreadable > 0 {
                    let what = "none of its entries is a project";
                    let error = DecodeError { what, element: Some(1), byte: 0 };
                    return Err(Error::new(operation, Failure::Undecodable(error)));
                }
                return Ok(list);
            };
            url = first.clone();
            url.query_pairs_mut().append_pair("before", &cursor);
            if !cursors.insert(cursor) {
                return Err(pagination(PaginationFailure::Cycle));
            }
        }
        Err(pagination(PaginationFailure::Endless))
    }
}
