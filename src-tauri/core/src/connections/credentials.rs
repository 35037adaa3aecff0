//! Bearer tokens on their way in: typed, pasted, or read from the keyring.

use calyptia_api::{BearerToken, Server};
use secrecy::ExposeSecret as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Connections;
use crate::{
    lock::lock,
    messages::{AccountHint, ErrorCode, Problem},
    settings::{Credential, SavedConnection},
};

impl Connections {
    /// Reads a bearer token from the clipboard and keeps it until it is used or discarded. The page sees only its claims.
    ///
    /// # Errors
    /// If the clipboard holds no bearer token, does not respond, or the app was locked or the paste discarded meanwhile.
    pub async fn paste_bearer_token(&self) -> Result<AccountHint, Problem> {
        let paste = {
            let mut state = lock(&self.state);
            state.drop_pasted();
            state.pastes
        };
        let text = self.clipboard.read().await?;
        let token = BearerToken::parse(&text)?;
        let hint = AccountHint::from(&token);
        let mut state = lock(&self.state);
        if state.pastes != paste {
            return Err(Problem::new(ErrorCode::Cancelled, "the paste was discarded meanwhile"));
        }
        state.pasted = Some(token);
        Ok(hint)
    }

    /// Forgets the pasted bearer token, also one that is still being read.
    pub fn discard_pasted(&self) {
        lock(&self.state).drop_pasted();
    }

    /// The bearer token that was typed or, without one, the one that was pasted.
    pub(super) fn entered(&self, typed: Option<&Zeroizing<String>>) -> Result<BearerToken, Problem> {
        match typed {
            Some(typed) => Ok(BearerToken::parse(typed)?),
            None => lock(&self.state)
                .pasted
                .clone()
                .ok_or_else(|| Problem::new(ErrorCode::InvalidBearerToken, "no bearer token was pasted")),
        }
    }

    /// The saved bearer token of a connection, and its server.
    pub(super) async fn saved_credential(
        &self,
        id: Uuid,
    ) -> Result<(SavedConnection, Server, BearerToken), Problem> {
        let saved = self.settings.connection(id).ok_or_else(Problem::signed_out)?;
        let server = Server::parse(&saved.server)?;
        if saved.credential == Credential::SignedOut {
            return Err(Problem::signed_out());
        }
        let secret = self.vault.read(&saved.entry).await?.ok_or_else(Problem::signed_out)?;
        let token = BearerToken::parse(secret.expose_secret())
            .map_err(|_| Problem::new(ErrorCode::KeyringUnrecognized, "the entry holds no bearer token"))?;
        Ok((saved, server, token))
    }
}
