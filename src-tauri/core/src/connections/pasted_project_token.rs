//! A project token that was pasted where a bearer token belongs, perhaps a leaked one: it can be asked about and revoked with
//! itself, without signing in. It has a session of its own, which no list and no bearer token belongs to.

use std::{sync::Arc, time::Duration};

use calyptia_api::{FoundToken, Server};
use uuid::Uuid;

use super::{Connections, approval::Asking, sign_in::stopped};
use crate::{
    lock::lock,
    messages::{ErrorCode, PastedProjectToken, Problem},
    session::{FOUND_TOKEN_TIME, Kind, Session},
};

/// The token that was pasted last.
pub(super) struct Pasted {
    /// Which paste it was.
    paste: u64,
    server: Server,
    project: Uuid,
    id: Uuid,
    holder: Holder,
}

/// Where its value is.
enum Holder {
    /// Nothing has been asked yet.
    Here(FoundToken),
    Session(Arc<Session>),
}

impl Drop for Pasted {
    fn drop(&mut self) {
        if let Holder::Session(session) = &self.holder {
            session.close();
        }
    }
}

impl Connections {
    /// Keeps the value of a token that was pasted for this server, for five minutes at most.
    pub(super) fn keep_project_token(self: &Arc<Self>, found: FoundToken, server: Server, paste: u64) {
        {
            let mut state = lock(&self.state);
            // The app was locked, or the paste discarded meanwhile.
            if state.pastes != paste {
                return;
            }
            let (project, id) = (found.project, found.id);
            state.project_token = Some(Pasted { paste, server, project, id, holder: Holder::Here(found) });
        }
        let connections = Arc::downgrade(self);
        tokio::spawn(async move {
            tokio::time::sleep(FOUND_TOKEN_TIME).await;
            while connections.upgrade().is_some_and(|connections| !connections.expire_project_token(paste)) {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        });
    }

    /// Forgets the token of this paste. What has begun with it goes on: then false, and nothing more can begin.
    fn expire_project_token(&self, paste: u64) -> bool {
        let mut state = lock(&self.state);
        let Some(pasted) = state.project_token.as_ref().filter(|pasted| pasted.paste == paste) else {
            return true;
        };
        if let Holder::Session(session) = &pasted.holder {
            session.expire_found_token(paste);
            if session.is_running(Kind::Identify) {
                return false;
            }
        }
        state.project_token = None;
        true
    }

    /// What the token that was pasted says of itself, and the server it was pasted for. `None` if it is no longer kept.
    #[must_use]
    pub fn pasted_project_token(&self) -> Option<PastedProjectToken> {
        let state = lock(&self.state);
        let Pasted { paste, server, project, id, .. } = state.project_token.as_ref()?;
        let production = self
            .settings
            .connections()
            .iter()
            .any(|saved| saved.production && saved.server == server.as_str());
        Some(PastedProjectToken {
            paste: *paste,
            id: id.to_string(),
            project: *project,
            host: server.host(),
            production,
        })
    }

    /// Forgets the token of this paste, and stops what is done with it.
    pub fn forget_project_token(&self, paste: u64) {
        let mut state = lock(&self.state);
        if state.project_token.as_ref().is_some_and(|pasted| pasted.paste == paste) {
            state.project_token = None;
        }
    }

    /// The session that holds a pasted token: a connection's or, without one, that of the token itself. The person is asked before
    /// the token can go to a server or through a network that they have not agreed to.
    ///
    /// # Errors
    /// If the session is closed, the token is no longer kept, the server cannot be reached this way, or the person does not agree.
    pub async fn session_of_pasted(
        &self,
        connection: Option<Uuid>,
        paste: u64,
    ) -> Result<Arc<Session>, Problem> {
        if let Some(connection) = connection {
            return self.session(connection);
        }
        let (server, found) = match &lock(&self.state).project_token {
            Some(Pasted { paste: latest, server, holder, .. }) if *latest == paste => match holder {
                Holder::Session(session) => return Ok(Arc::clone(session)),
                Holder::Here(found) => (server.clone(), found.clone()),
            },
            _ => return Err(expired()),
        };
        self.recover_settings().await?;
        // Nobody is asked about a server that cannot be reached this way.
        self.check_route(&server).await?;
        self.approve_server(&server).await?;
        if server.is_encrypted() {
            self.approve_network(Asking::Allowed).await?;
        }
        let built = self.build_client(&server, found.value.clone()).await?;
        let session = Session::new(Uuid::nil(), built.client, false, None, &self.session_options);
        session.keep_found_token(found, paste);
        let session = Arc::new(session);
        // Asking takes time.
        match &mut lock(&self.state).project_token {
            Some(Pasted { paste: latest, holder, .. }) if *latest == paste => match holder {
                Holder::Session(session) => Ok(Arc::clone(session)),
                Holder::Here(_) => {
                    *holder = Holder::Session(Arc::clone(&session));
                    Ok(session)
                }
            },
            _ => Err(stopped()),
        }
    }
}

fn expired() -> Problem {
    Problem::new(ErrorCode::FoundTokenExpired, "the project token is no longer kept")
}
