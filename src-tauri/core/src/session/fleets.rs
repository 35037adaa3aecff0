//! The names of a project's fleets, to choose from in a snippet. Nobody waits for them.

use uuid::Uuid;

use super::{Kind, Session};
use crate::{messages::Problem, snippet};

impl Session {
    /// The names of a project's fleets that a snippet can express.
    ///
    /// # Errors
    /// Any failure of the request, or a newer question takes the place of this one.
    pub async fn fleet_names(&self, project: Uuid) -> Result<Vec<String>, Problem> {
        let client = self.client()?;
        self.run(Kind::Fleets, async {
            let mut names = client.fleet_names(project).await?;
            names.retain(|name| snippet::can_name_fleet(name));
            Ok(names)
        })
        .await
    }
}
