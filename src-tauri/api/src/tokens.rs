//! The calls on single tokens.

use uuid::Uuid;

use crate::{Client, Error, NewToken, Token, TokenId, client::read_whole, error::Operation};

impl Client {
    /// Creates a token. The request is sent once and never again: if its answer is lost,
    /// [`Error::may_have_happened`] says so.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure); 409 where the name is taken.
    pub async fn create_token(&self, project: Uuid, new: &NewToken) -> Result<Token, Error> {
        let operation = Operation::CreateToken;
        let url = self.url(operation, &["v1", "projects", &project.to_string(), "tokens"])?;
        let answer = self.post(operation, url, new).await?;
        read_whole(operation, answer).await
    }

    /// Fetches one token with its value.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure); 404 or 410 where it no longer exists.
    pub async fn token(&self, id: &TokenId) -> Result<Token, Error> {
        let operation = Operation::GetToken;
        let url = self.url(operation, &["v1", "project_tokens", &id.to_string()])?;
        let answer = self.get(operation, &url).await?;
        read_whole(operation, answer).await
    }
}
