//! Creating, changing and deleting tokens. Each request is sent once. If its response is lost, the server is asked what
//! happened, and what cannot be found out is reported as unknown.

use std::{collections::HashSet, time::Duration};

use calyptia_api::{
    Error, ListedToken, Match, NewToken, Permission, TokenChange, TokenId, UnconfirmedCreate, is_shortened,
    is_similar,
};
use uuid::Uuid;

use super::{Kind, Session};
use crate::{
    lock::lock,
    messages::{
        ConfirmProgress, CreateOutcome, ErrorCode, ExpectedToken, Problem, ReplacedToken, UpdateOutcome,
    },
};

impl Session {
    /// Creates a token. If the response is lost, looks for the token on the server and reports each attempt.
    ///
    /// # Errors
    /// Any failure after which the token certainly was not created, or the session is closed.
    pub async fn create(
        &self,
        project: Uuid,
        name: &str,
        permissions: &[String],
        progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        self.create_replacing(None, project, name, permissions, progress).await
    }

    /// As [`Self::create`], for a token that is to replace another one. That one must still be as the page showed it, or
    /// [`ErrorCode::OriginalChanged`].
    pub(crate) async fn create_replacing(
        &self,
        replaced: Option<&ReplacedToken>,
        project: Uuid,
        name: &str,
        permissions: &[String],
        progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        let new = NewToken::new(required(name)?, read_permissions(permissions)).ok_or_else(|| {
            Problem::new(ErrorCode::NoPermissions, "an empty list would grant every permission")
        })?;
        let create = async {
            if let Some(replaced) = replaced {
                self.check_replaced(replaced).await?;
            }
            lock(&self.state).replaced =
                replaced.map(|replaced| (project, TokenId::from(replaced.id.as_str())));
            self.create_once(project, new, progress).await
        };
        let outcome = self.run(Kind::Create, create).await;
        self.or_unknown(outcome)
    }

    /// Looks once more for the token whose create was not answered.
    ///
    /// # Errors
    /// If there is none, or the session is closed.
    pub async fn check_create(
        &self,
        progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        let check = async {
            let unconfirmed = lock(&self.state).unconfirmed.clone();
            let unconfirmed = unconfirmed
                .ok_or_else(|| Problem::new(ErrorCode::Internal, "there is no unconfirmed create"))?;
            self.confirm_create(unconfirmed, 1, None, progress).await
        };
        let outcome = self.run(Kind::Create, check).await;
        self.or_unknown(outcome)
    }

    /// Whoever stops waiting for a create does not know whether it happened.
    fn or_unknown(&self, outcome: Result<CreateOutcome, Problem>) -> Result<CreateOutcome, Problem> {
        match outcome {
            Err(problem)
                if problem.code == ErrorCode::Cancelled && lock(&self.state).unconfirmed.is_some() =>
            {
                Ok(CreateOutcome::Unknown { problem })
            }
            outcome => outcome,
        }
    }

    async fn create_once(
        &self,
        project: Uuid,
        new: NewToken,
        progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        let client = self.client()?;
        let before = self.list.ids_named(project, new.name());
        let fresh = UnconfirmedCreate::new(project, new, before);
        let (earlier, attempt) = {
            let mut state = lock(&self.state);
            // The same create may have been sent before, and its token may be in the list by now: what counts is what
            // existed before the first one.
            let earlier = state.unconfirmed.clone().filter(|earlier| is_same(earlier, &fresh));
            let attempt = earlier.clone().unwrap_or(fresh);
            // Before it is sent: whoever stops waiting must be able to look for it.
            state.unconfirmed = Some(attempt.clone());
            (earlier, attempt)
        };
        match client.create_token(project, attempt.new_token()).await {
            Ok(token) => {
                lock(&self.state).unconfirmed = None;
                let row = ListedToken::from(&token);
                self.keep_created(token.id, token.value);
                self.note_added(project, &row);
                Ok(CreateOutcome::Created { row: row.into(), found: false })
            }
            Err(error) if error.outcome_unknown() => {
                tracing::warn!("the response to a create was lost");
                self.confirm_create(attempt, self.confirm_after.len(), Some(error), progress).await
            }
            Err(error) => {
                // This one was not made; the earlier one may still be looked for.
                lock(&self.state).unconfirmed.clone_from(&earlier);
                // The name may be taken by the very token whose response was lost before.
                if error.status() == Some(409)
                    && let Some(earlier) = earlier
                {
                    return self.confirm_create(earlier, 1, None, progress).await;
                }
                Err(error.into())
            }
        }
    }

    /// `lost` is how the create failed just now.
    async fn confirm_create(
        &self,
        unconfirmed: UnconfirmedCreate,
        max_attempts: usize,
        lost: Option<Error>,
        mut progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        let waits = self.waits_after(lost.as_ref());
        let lost = lost.map(Problem::from);
        let mut outcome = CreateOutcome::NotFound { problem: lost.clone() };
        for (index, wait) in waits.iter().take(max_attempts).enumerate() {
            progress(ConfirmProgress { attempt: index + 1, max_attempts });
            tokio::time::sleep(*wait).await;
            outcome = match self.client()?.find_created(&unconfirmed).await {
                Ok(Match::NotFound) => CreateOutcome::NotFound { problem: lost.clone() },
                Ok(Match::Unique(token)) => {
                    lock(&self.state).unconfirmed = None;
                    self.keep_created(token.id.clone(), None);
                    self.note_added(unconfirmed.project(), &token);
                    return Ok(CreateOutcome::Created { row: token.into(), found: true });
                }
                Ok(Match::Ambiguous(tokens)) => {
                    tokens.iter().for_each(|token| self.note_added(unconfirmed.project(), token));
                    return Ok(CreateOutcome::Several { rows: tokens.into_iter().map(Into::into).collect() });
                }
                Err(error) => {
                    let worth_another = error.is_retryable();
                    let unknown = CreateOutcome::Unknown { problem: error.into() };
                    if !worth_another {
                        return Ok(unknown);
                    }
                    unknown
                }
            };
        }
        Ok(outcome)
    }

    /// Changes a token that is still as the page showed it. `None` leaves the name or the permissions unchanged.
    ///
    /// # Errors
    /// Any failure of the calls, or the session is closed. [`ErrorCode::ChangeUnknown`] if the server may still be making
    /// the change.
    pub async fn update(
        &self,
        id: &str,
        name: Option<&str>,
        permissions: Option<&[String]>,
        expected: &ExpectedToken,
    ) -> Result<UpdateOutcome, Problem> {
        let id = TokenId::from(id);
        let name = name.map(required).transpose()?.map(str::to_owned);
        let permissions = permissions.map(read_permissions);
        let change = TokenChange::new(name.clone(), permissions.clone())
            .ok_or_else(|| Problem::new(ErrorCode::NoPermissions, "nothing to change, or no permissions"))?;
        self.run(Kind::Change, async {
            let mut token = self.fetch(&id).await?;
            if !is_as_expected(&token, expected) {
                self.note_updated(&token);
                return Ok(UpdateOutcome::ChangedElsewhere { row: token.into() });
            }
            let sent = self.client()?.update_token(&id, &change).await;
            token.name = name.unwrap_or(token.name);
            token.permissions = permissions.or(token.permissions);
            let stored = match sent {
                // The change is made: whoever waits for that waits no longer than this.
                Ok(()) => {
                    tokio::time::timeout(READ_BACK_TIMEOUT, self.fetch(&id)).await.unwrap_or_else(|_| {
                        Err(Problem::new(ErrorCode::TimedOut, "the token could not be read in time"))
                    })
                }
                Err(error) if error.outcome_unknown() => {
                    Ok(self.confirm(error, || self.changed_to(&id, &token, expected)).await?)
                }
                Err(error) => return Err(self.removed_if_gone(&id, error)),
            };
            // A server may store a name in another form. If it cannot be asked, what it accepted is the best that is known.
            match stored {
                Ok(stored) => token = stored,
                Err(problem) if problem.code == ErrorCode::NotFound => return Err(problem),
                Err(_) => {}
            }
            self.note_updated(&token);
            Ok(UpdateOutcome::Updated { row: token.into() })
        })
        .await
    }

    /// Deletes a token. One that no longer exists counts as deleted: if the API says so, or if a 404 from something else is
    /// followed by a complete list without it.
    ///
    /// # Errors
    /// Any failure of the call, or the session is closed. [`ErrorCode::ChangeUnknown`] if the server may still be deleting
    /// it.
    pub async fn delete(&self, id: &str) -> Result<(), Problem> {
        let id = TokenId::from(id);
        self.run(Kind::Change, async {
            match self.client()?.delete_token(&id).await {
                Ok(()) => {}
                Err(error) if error.outcome_unknown() => {
                    self.confirm(error, || self.is_gone(&id)).await?;
                }
                Err(error) if matches!(error.status(), Some(404 | 410)) && self.is_unlisted(&id).await => {}
                Err(error) => return Err(error.into()),
            }
            self.note_removed(&id);
            Ok(())
        })
        .await
    }

    /// Looks a few times whether a change whose response was lost has been made.
    pub(super) async fn confirm<T, F: Future<Output = Option<T>>>(
        &self,
        lost: Error,
        look: impl Fn() -> F,
    ) -> Result<T, Problem> {
        for wait in self.waits_after(Some(&lost)) {
            tokio::time::sleep(wait).await;
            if let Some(found) = look().await {
                return Ok(found);
            }
        }
        // The server may still be working on it, or cannot be asked.
        Err(lost.into())
    }

    /// The waits before each look. The first is as long as the server asked for.
    fn waits_after(&self, lost: Option<&Error>) -> [Duration; 3] {
        let mut waits = self.confirm_after;
        let asked = lost.and_then(Error::retry_after).filter(|wait| *wait <= MAX_RETRY_AFTER);
        waits[0] = waits[0].max(asked.unwrap_or_default());
        waits
    }

    /// The token, if it is no longer as before, and as wanted but for what a server may change about a name.
    async fn changed_to(
        &self,
        id: &TokenId,
        wanted: &ListedToken,
        before: &ExpectedToken,
    ) -> Option<ListedToken> {
        let now = self.fetch(id).await.ok()?;
        let as_wanted = set(now.permissions.as_deref()) == set(wanted.permissions.as_deref())
            && is_similar(&now.name, &wanted.name);
        let exactly = as_wanted && now.name == wanted.name;
        (exactly || as_wanted && !is_as_expected(&now, before)).then_some(now)
    }

    /// Whether the API says that the token no longer exists.
    async fn is_gone(&self, id: &TokenId) -> Option<()> {
        let client = self.client().ok()?;
        client.token(id).await.is_err_and(|error| error.is_gone()).then_some(())
    }

    /// Whether a complete list of the project on screen has no such token.
    async fn is_unlisted(&self, id: &TokenId) -> bool {
        let (Ok(client), Some(project)) = (self.client(), self.list.project()) else { return false };
        let mut tokens = client.tokens(project);
        loop {
            match tokens.next_batch().await {
                Ok(Some(batch)) if batch.iter().all(|token| token.id != *id) => {}
                // An entry that cannot be read may be the token.
                Ok(None) => return tokens.unreadable() == 0,
                _ => return false,
            }
        }
    }

    pub(super) async fn fetch(&self, id: &TokenId) -> Result<ListedToken, Problem> {
        let token = self.client()?.token(id).await.map_err(|error| self.removed_if_gone(id, error))?;
        Ok(ListedToken::from(&token))
    }

    /// Removes a token from the list if the API says that it no longer exists.
    fn removed_if_gone(&self, id: &TokenId, error: Error) -> Problem {
        if error.is_gone() {
            self.note_removed(id);
        }
        error.into()
    }
}

/// How long reading a token that was changed can take. Without it the list shows what was sent.
const READ_BACK_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest wait that a server can ask for before a lost write is looked for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(60);

fn required(name: &str) -> Result<&str, Problem> {
    let name = name.trim();
    match name {
        "" => Err(Problem::new(ErrorCode::InvalidName, "a token needs a name")),
        // Such a name could not be compared with the server's: only its start is kept.
        _ if is_shortened(name) => Err(Problem::new(ErrorCode::InvalidName, "this name is too long")),
        _ => Ok(name),
    }
}

fn read_permissions(texts: &[String]) -> Vec<Permission> {
    texts.iter().map(|text| Permission::from(text.as_str())).collect()
}

fn is_same(one: &UnconfirmedCreate, other: &UnconfirmedCreate) -> bool {
    one.project() == other.project() && one.new_token() == other.new_token()
}

/// The order of permissions has no meaning.
fn set(permissions: Option<&[Permission]>) -> Option<HashSet<&Permission>> {
    permissions.map(|permissions| permissions.iter().collect())
}

pub(super) fn is_as_expected(token: &ListedToken, expected: &ExpectedToken) -> bool {
    let permissions: Vec<_> =
        expected.permissions.iter().map(|text| Permission::from(text.as_str())).collect();
    token.name == expected.name && set(token.permissions.as_deref()) == set(Some(&permissions))
}

#[cfg(test)]
mod tests;
