//! The names of a project's fleets of agents.
//!
//! They only save typing, and not every server has them. So this is asked once, without retries.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Client, Error, Operation, is_shortened, lenient, message::begins_a_credential, rows::read_row};

/// Nobody chooses from more.
const MAX_NAMES: usize = 1000;

#[derive(Deserialize)]
struct Fleet {
    #[serde(default, deserialize_with = "lenient::name")]
    name: String,
}

impl Client {
    /// The names of a project's fleets, each once, in no particular order, and at most 1,000. Entries without a name that can be
    /// used as it is are left out: it is missing, empty or very long, or has a credential in it.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure) but `Pagination`.
    pub async fn fleet_names(&self, project: Uuid) -> Result<Vec<String>, Error> {
        let operation = Operation::ListFleets;
        let url = self.url(operation, &["v1", "projects", &project.to_string(), "fleets"])?;
        let response = self.get_once(operation, &url).await?;
        // Go servers write an empty list as null.
        let entries: Option<Vec<Box<RawValue>>> = self.read(operation, response).await?;
        let mut names = BTreeSet::new();
        for entry in entries.unwrap_or_default() {
            let Ok(Some(Fleet { name })) = read_row(entry.get().as_bytes()) else { continue };
            let is_safe = || !self.secrets().are_revealed_by(&name, &[]) && !begins_a_credential(&name);
            if !name.trim().is_empty() && !is_shortened(&name) && is_safe() {
                names.insert(name);
            }
            if names.len() == MAX_NAMES {
                break;
            }
        }
        Ok(names.into_iter().collect())
    }
}
