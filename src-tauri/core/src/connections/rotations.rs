//! Replacing a token with a successor. The pair is saved as soon as the successor is known, so that the steps that are left are
//! offered after a restart, too. What is saved are the ids of both.

use uuid::Uuid;

use super::Connections;
use crate::{
    messages::{
        ConfirmProgress, CreateOutcome, ExpectedToken, Problem, ReplacedToken, Rotations, UpdateOutcome,
    },
    session::{RotationState, Session},
    settings::SavedRotation,
};

/// The token that a person wants.
pub struct WantedToken<'t> {
    /// Where to create it.
    pub project: Uuid,
    /// Its name.
    pub name: &'t str,
    /// What it can do.
    pub permissions: &'t [String],
    /// The token that it is to replace, if any.
    pub replaces: Option<&'t ReplacedToken>,
}

impl Connections {
    /// Creates a token: see [`Session::create`].
    ///
    /// # Errors
    /// As there. [`crate::messages::ErrorCode::OriginalChanged`] if the token to replace is not as the page showed it.
    pub async fn create_token(
        &self,
        connection: Uuid,
        wanted: &WantedToken<'_>,
        progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        let session = self.session(connection)?;
        let WantedToken { project, name, permissions, replaces } = *wanted;
        let outcome = session.create_replacing(replaces, project, name, permissions, progress).await?;
        self.save_pair(&session, &outcome).await;
        Ok(outcome)
    }

    /// Looks once more for the token whose create was not answered.
    ///
    /// # Errors
    /// As [`Session::check_create`].
    pub async fn check_create(
        &self,
        connection: Uuid,
        progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        let session = self.session(connection)?;
        let outcome = session.check_create(progress).await?;
        self.save_pair(&session, &outcome).await;
        Ok(outcome)
    }

    async fn save_pair(&self, session: &Session, outcome: &CreateOutcome) {
        let CreateOutcome::Created { row, .. } = outcome else { return };
        let Some((project, old)) = session.take_replaced() else { return };
        self.add_pair(session, project, old.to_string(), row.id.clone());
        // Whether it is saved, [`Self::rotations`] reports.
        let _ = self.save().await;
    }

    fn add_pair(&self, session: &Session, project: Uuid, old: String, new: String) {
        if let Some(known) = self.settings.connection(session.connection()) {
            self.settings.add_rotation(SavedRotation { server: known.server, project, old, new });
        }
    }

    /// The pairs of the open list. Those of which nothing is left to do are forgotten.
    ///
    /// # Errors
    /// If the session is closed.
    pub async fn rotations(&self, connection: Uuid, project: Uuid) -> Result<Rotations, Problem> {
        let session = self.session(connection)?;
        let left_behind = session.take_left_behind();
        let is_paired = |new: &str| self.saved_pairs(connection, project).iter().any(|pair| pair.new == new);
        if let Some((project, old, new)) = left_behind.filter(|(.., new)| !is_paired(&new.to_string())) {
            self.add_pair(&session, project, old.to_string(), new.to_string());
        }
        let mut pairs = Vec::new();
        let mut ended = false;
        for pair in self.saved_pairs(connection, project) {
            match session.rotation(&pair) {
                RotationState::Open(rotation) => pairs.push(*rotation),
                RotationState::Over => {
                    self.settings.end_rotation(&pair);
                    ended = true;
                }
                RotationState::Unknown => {}
            }
        }
        let saved = if ended || !pairs.is_empty() { self.save().await } else { Ok(()) };
        Ok(Rotations { problem: saved.err().filter(|_| !pairs.is_empty()), pairs })
    }

    /// Forgets a pair; both tokens stay as they are.
    ///
    /// # Errors
    /// If the session is closed, or the settings cannot be saved.
    pub async fn end_rotation(
        &self,
        connection: Uuid,
        project: Uuid,
        old: &str,
        new: &str,
    ) -> Result<(), Problem> {
        self.session(connection)?;
        for pair in self.saved_pairs(connection, project) {
            if pair.old == old && pair.new == new {
                self.settings.end_rotation(&pair);
            }
        }
        self.save().await
    }

    /// Changes a token: see [`Session::update`]. A successor whose old token is gone and that gets another name is a token like
    /// any other.
    ///
    /// # Errors
    /// As there.
    pub async fn update_token(
        &self,
        connection: Uuid,
        id: &str,
        name: Option<&str>,
        permissions: Option<&[String]>,
        expected: &ExpectedToken,
    ) -> Result<UpdateOutcome, Problem> {
        let session = self.session(connection)?;
        let outcome = session.update(id, name, permissions, expected).await?;
        if let (UpdateOutcome::Updated { .. }, Some(_), Some(project)) =
            (&outcome, name, session.open_project())
        {
            for pair in self.saved_pairs(connection, project) {
                let is_left =
                    matches!(session.rotation(&pair), RotationState::Open(open) if open.old.is_none());
                if pair.new == id && is_left {
                    self.settings.end_rotation(&pair);
                    let _ = self.save().await;
                }
            }
        }
        Ok(outcome)
    }

    fn saved_pairs(&self, connection: Uuid, project: Uuid) -> Vec<SavedRotation> {
        let server = self.settings.connection(connection).map(|known| known.server);
        server.map(|server| self.settings.rotations(&server, project)).unwrap_or_default()
    }
}
