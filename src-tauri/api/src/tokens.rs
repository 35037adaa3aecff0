//! The calls on single tokens.

use reqwest::{Method, Response};
use uuid::Uuid;

use crate::{Client, Error, NewToken, Operation, Token, TokenChange, TokenId};

impl Client {
    /// Creates a token. The request is sent once: if its response is lost, [`Error::outcome_unknown`] is true, and
    /// [`Client::find_created`] looks for the token.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure) but `Pagination`; 409 if the name is taken.
    pub async fn create_token(&self, project: Uuid, new: &NewToken) -> Result<Token, Error> {
        let operation = Operation::CreateToken;
        let url = self.url(operation, &["v1", "projects", &project.to_string(), "tokens"])?;
        let response = self.write(operation, Method::POST, url, Some(new)).await?;
        self.read_token(operation, response).await
    }

    /// Fetches one token with its value.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure) but `Pagination`. [`Error::is_gone`] if it no longer exists.
    pub async fn token(&self, id: &TokenId) -> Result<Token, Error> {
        let operation = Operation::GetToken;
        let url = self.url(operation, &["v1", "project_tokens", &id.to_string()])?;
        let response = self.get(operation, &url).await?;
        self.read_token(operation, response).await
    }

    async fn read_token(&self, operation: Operation, response: Response) -> Result<Token, Error> {
        let token: Token = self.read(operation, response).await?;
        if let Some(value) = &token.value {
            self.keep_secret(value);
        }
        Ok(token)
    }

    /// Changes a token's name, permissions or both. What the change leaves out stays as it is. Sent once.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure) but `Pagination`. [`Error::is_gone`] if it no longer exists; 409 if the name is taken.
    pub async fn update_token(&self, id: &TokenId, change: &TokenChange) -> Result<(), Error> {
        let operation = Operation::UpdateToken;
        let url = self.url(operation, &["v1", "project_tokens", &id.to_string()])?;
        // The API responds with 204; the body of any other success does not matter.
        self.write(operation, Method::PATCH, url, Some(change)).await.map(drop)
    }

    /// Deletes a token; every application that uses it stops. A token that is gone already counts as deleted. Sent once.
    ///
    /// # Errors
    /// Any [`Failure`](crate::Failure) but `Pagination`, and none for which [`Error::is_gone`] is true.
    pub async fn delete_token(&self, id: &TokenId) -> Result<(), Error> {
        let operation = Operation::DeleteToken;
        let url = self.url(operation, &["v1", "project_tokens", &id.to_string()])?;
        match self.write(operation, Method::DELETE, url, None::<&()>).await {
            Err(error) if error.is_gone() => Ok(()),
            response => response.map(drop),
        }
    }
}
