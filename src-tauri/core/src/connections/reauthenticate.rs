//! Signing in again in the current session, which goes on with another bearer token: its list and its work stay.

use std::sync::Arc;

use calyptia_api::BearerToken;
use calyptia_vault::Storage;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Connections, CredentialStore, approval::Asking, sign_in::stopped};
use crate::{
    lock::lock,
    messages::{AccountHint, CredentialStorage, Problem, Reauthenticated},
    session::Session,
    settings::Credential,
};

impl Connections {
    /// Continues the session of a connection with the typed bearer token or, without one, the pasted one. The open list
    /// stays.
    ///
    /// # Errors
    /// Any failure of the server or the keyring, it was stopped, or the session is closed. Then nothing has changed.
    pub async fn reauthenticate(
        &self,
        connection: Uuid,
        typed: Option<Zeroizing<String>>,
        session_only: bool,
    ) -> Result<Reauthenticated, Problem> {
        let session = self.session(connection)?;
        let token = self.entered(typed.as_ref(), session.server())?;
        self.attempt(async |attempt| self.continue_with(&session, token, session_only, &attempt).await).await
    }

    /// Verifies a bearer token, stores it, and hands it to the session unless it was stopped.
    pub(super) async fn continue_with(
        &self,
        session: &Arc<Session>,
        token: BearerToken,
        session_only: bool,
        attempt: &CancellationToken,
    ) -> Result<Reauthenticated, Problem> {
        let connection = session.connection();
        let account = AccountHint::from(&token);
        if session.server().is_encrypted() {
            self.approve_network(Asking::Allowed).await?;
        }
        let built = self.build_client(session.server(), token.clone()).await?;
        built.client.projects().await?;
        let saved = self.settings.connection(connection).ok_or_else(Problem::signed_out)?;
        let store = if session_only
            || session.is_sample()
            || self.sample_only
            || self.vault.storage_of(&saved.entry) == Storage::Session
        {
            CredentialStore::Session
        } else {
            CredentialStore::Keyring
        };
        let pending = self.store(&saved, &token, store).await?;
        let network = self.network.lock().await;
        let client = self.current_client(&network, built, &token).await?;
        let storage = {
            let mut state = lock(&self.state);
            let is_current = state.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, session));
            if attempt.is_cancelled() || !is_current || state.removing.contains_key(&connection) {
                return Err(stopped());
            }
            session.set_client(client);
            let storage = self.make_final(pending, &saved.entry);
            state.drop_pasted();
            if !session.is_sample() {
                let email = account.email.clone();
                self.settings.change_connection(connection, |known| {
                    known.account = email;
                    known.credential = match storage {
                        CredentialStorage::Keyring => Credential::Keyring,
                        CredentialStorage::Session => Credential::Session,
                    };
                });
            }
            storage
        };
        drop(network);
        let _ = self.save().await;
        Ok(Reauthenticated { storage, account })
    }
}
