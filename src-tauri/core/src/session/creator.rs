//! Who created a token, where the server keeps an audit log. Nobody waits for that, and nothing is said if it is not known.

use uuid::Uuid;

use super::{Kind, Session};
use crate::messages::Problem;

impl Session {
    /// Who created a token, in the server's words. `None` if the server does not say, for whatever reason.
    ///
    /// # Errors
    /// If the session is closed, or a newer question takes the place of this one.
    pub async fn created_by(&self, project: Uuid, id: &str) -> Result<Option<String>, Problem> {
        let client = self.client()?;
        self.run(Kind::Creator, async { Ok(client.creator(project, &id.into()).await) }).await
    }
}
