//! Bearer tokens on their way in: typed, pasted, or read from the keyring.

use std::{sync::Arc, time::Duration};

use calyptia_api::{BearerToken, BearerTokenError, Server, find_project_token};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::Connections;
use crate::{
    lock::lock,
    messages::{AccountHint, ErrorCode, FilterPaste, PasteSource, Problem},
    session::FOUND_TOKEN_TIME,
    settings::{Credential, SavedConnection},
};

/// How long a pasted bearer token is kept.
pub(super) const PASTE_TIME: Duration = Duration::from_secs(120);

/// A bearer token that was pasted for one server.
pub(super) struct PastedToken {
    token: BearerToken,
    server: Server,
    /// What was on the clipboard, if it came from there.
    text: Option<SecretString>,
}

impl Connections {
    /// Reads a bearer token for this server from the clipboard, or from what was selected. It is kept until it is used or
    /// discarded, but no longer than two minutes. The page sees only its claims.
    ///
    /// # Errors
    /// If the server's address cannot be used, the clipboard holds no bearer token or does not respond, or the app was locked
    /// or the paste discarded meanwhile. If it holds a project token, that is kept: see [`Self::pasted_project_token`].
    pub async fn paste_bearer_token(
        self: &Arc<Self>,
        server: &str,
        source: PasteSource,
    ) -> Result<AccountHint, Problem> {
        let server = Server::parse(server)?;
        let paste = {
            let mut state = lock(&self.state);
            state.drop_pasted();
            state.pastes
        };
        let text = self.clipboard.read(source).await?;
        let token = match BearerToken::parse(&text) {
            Ok(token) => token,
            Err(error) => {
                if error == BearerTokenError::IsProjectToken
                    && let Some(found) = find_project_token(&text)
                {
                    self.keep_project_token(found, server, paste);
                }
                return Err(error.into());
            }
        };
        let hint = AccountHint::from(&token);
        let mut state = lock(&self.state);
        if state.pastes != paste {
            return Err(Problem::new(ErrorCode::Cancelled, "the paste was discarded meanwhile"));
        }
        let text = (source == PasteSource::Clipboard).then(|| SecretString::from(text.as_str()));
        state.pasted = Some(PastedToken { token, server, text });
        drop(state);
        let connections = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(PASTE_TIME).await;
            let Some(connections) = connections.upgrade() else { return };
            let mut state = lock(&connections.state);
            if state.pastes == paste {
                state.drop_pasted();
            }
        });
        Ok(hint)
    }

    /// Clears the bearer token that was pasted from the clipboard, unless something else is there by now.
    ///
    /// # Errors
    /// If nothing is pasted from the clipboard, or it is unknown whether the clipboard still holds it.
    pub async fn clear_pasted_from_clipboard(&self) -> Result<(), Problem> {
        let text = lock(&self.state).pasted.as_ref().and_then(|pasted| pasted.text.clone());
        let text = text.ok_or_else(paste_expired)?;
        Ok(self.clipboard.remove(text).await?)
    }

    /// Reads what is pasted into the filter of the open list. A token's value is answered with its id.
    ///
    /// # Errors
    /// If the session is closed, or the clipboard holds no text or does not respond.
    pub async fn paste_into_filter(
        &self,
        connection: Uuid,
        source: PasteSource,
    ) -> Result<FilterPaste, Problem> {
        let text = self.clipboard.read(source).await?;
        // Asked for only now: the app may have been locked meanwhile.
        let session = self.session(connection)?;
        let pasted = session.look_up_pasted(&text);
        // An id alone is no secret.
        if let FilterPaste::Token { paste, project: Some(_), .. } = pasted {
            let session = Arc::downgrade(&session);
            tokio::spawn(async move {
                tokio::time::sleep(FOUND_TOKEN_TIME).await;
                if let Some(session) = session.upgrade() {
                    session.expire_found_token(paste);
                }
            });
        }
        Ok(pasted)
    }

    /// Forgets the pasted bearer token, also one that is still being read.
    pub fn discard_pasted(&self) {
        lock(&self.state).drop_pasted();
    }

    /// The bearer token that was typed or, without one, the one that was pasted for this server.
    pub(super) fn entered(
        &self,
        typed: Option<&Zeroizing<String>>,
        server: &Server,
    ) -> Result<BearerToken, Problem> {
        if let Some(typed) = typed {
            return Ok(BearerToken::parse(typed)?);
        }
        match &lock(&self.state).pasted {
            Some(pasted) if pasted.server == *server => Ok(pasted.token.clone()),
            Some(_) => {
                Err(Problem::new(ErrorCode::PastedForAnotherServer, "it was pasted for another server"))
            }
            None => Err(paste_expired()),
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
        if !is_entry_of(&saved.entry, &server) {
            let message = "the settings name another server than the keyring entry";
            return Err(Problem::new(ErrorCode::EntryOfAnotherServer, message));
        }
        let secret = self.vault.read(&saved.entry).await?.ok_or_else(Problem::signed_out)?;
        let token = BearerToken::parse(secret.expose_secret())
            .map_err(|_| Problem::new(ErrorCode::KeyringUnrecognized, "the entry holds no bearer token"))?;
        Ok((saved, server, token))
    }
}

fn paste_expired() -> Problem {
    Problem::new(ErrorCode::PasteExpired, "no bearer token is pasted")
}

/// Whether a keyring entry belongs to a server: its user name is the server's address, numbered from the second on.
pub(super) fn is_entry_of(entry: &str, server: &Server) -> bool {
    let Some(rest) = entry.strip_prefix(server.as_str()) else { return false };
    let number = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    rest.is_empty() || number.is_some_and(|number| number.parse::<u32>().is_ok())
}
