//! Creating, changing and deleting tokens. Each is sent once; where its answer is lost, the server is asked what became
//! of it, and what cannot be found out is said.

use std::{collections::HashSet, time::Duration};

use calyptia_api::{Error, Found, ListedToken, LostCreate, NewToken, Permission, TokenChange, TokenId};
use uuid::Uuid;

use crate::{
    active::Active,
    contract::{Checking, CreateOutcome, Seen, UpdateOutcome},
    problem::{ErrorCode, Problem},
};

/// When to look for a token whose create was not answered: a server under load may take some seconds to store it.
const LOOKS_AFTER: [Duration; 3] = [Duration::ZERO, Duration::from_secs(2), Duration::from_secs(5)];

impl Active {
    /// Creates a token.
    pub(crate) async fn create(
        &self,
        project: Uuid,
        new: NewToken,
        checking: impl FnMut(Checking),
    ) -> Result<CreateOutcome, Problem> {
        let before = self.list.ids_named(project, new.name());
        let lost = LostCreate::new(project, new, before);
        // Before it is sent: whoever stops waiting must be able to look for it.
        let earlier = self.lost().replace(lost.clone());
        match self.client().create_token(project, lost.new_token()).await {
            Ok(token) => {
                self.lost().take();
                let row = ListedToken::from(&token);
                self.keep_created(token.id, token.value);
                self.list.add(project, row.clone());
                Ok(CreateOutcome::Created { row: row.into(), found: false })
            }
            Err(error) if error.may_have_happened() => {
                tracing::warn!("the answer to a create was lost: {error}");
                Ok(self.look(lost, &LOOKS_AFTER, checking).await)
            }
            Err(error) => {
                *self.lost() = None;
                // The name may be taken by the very token whose answer was lost before.
                if error.status() == Some(409)
                    && let Some(earlier) = earlier.filter(|earlier| is_same(earlier, &lost))
                {
                    *self.lost() = Some(earlier.clone());
                    return Ok(self.look(earlier, &LOOKS_AFTER[..1], checking).await);
                }
                Err(error.into())
            }
        }
    }

    /// Looks once more for the token whose create was not answered.
    pub(crate) async fn check_create(
        &self,
        checking: impl FnMut(Checking),
    ) -> Result<CreateOutcome, Problem> {
        let lost = self.lost().clone();
        let lost = lost.ok_or_else(|| Problem::new(ErrorCode::Bug, "there is no lost create"))?;
        Ok(self.look(lost, &LOOKS_AFTER[..1], checking).await)
    }

    async fn look(
        &self,
        lost: LostCreate,
        after: &[Duration],
        mut checking: impl FnMut(Checking),
    ) -> CreateOutcome {
        let mut outcome = CreateOutcome::NotFound;
        for (look, wait) in after.iter().enumerate() {
            checking(Checking { look: look + 1, of: after.len() });
            tokio::time::sleep(*wait).await;
            outcome = match self.client().find_created(&lost).await {
                Ok(Found::None) => CreateOutcome::NotFound,
                Ok(Found::One(token)) => {
                    self.lost().take();
                    self.list.add(lost.project(), token.clone());
                    return CreateOutcome::Created { row: token.into(), found: true };
                }
                Ok(Found::Several(tokens)) => {
                    tokens.iter().for_each(|token| self.list.add(lost.project(), token.clone()));
                    return CreateOutcome::Several { rows: tokens.into_iter().map(Into::into).collect() };
                }
                Err(error) => {
                    let again = error.is_retryable();
                    let unknown = CreateOutcome::Unknown { problem: error.into() };
                    if !again {
                        return unknown;
                    }
                    unknown
                }
            };
        }
        outcome
    }

    /// Changes a token that is still as the page saw it.
    pub(crate) async fn update(
        &self,
        id: TokenId,
        name: Option<String>,
        permissions: Option<Vec<Permission>>,
        seen: Seen,
    ) -> Result<UpdateOutcome, Problem> {
        let change = TokenChange::new(name.clone(), permissions.clone())
            .ok_or_else(|| Problem::new(ErrorCode::NothingTicked, "nothing to change, or nothing ticked"))?;
        let mut token = self.look_at(&id).await?;
        if !is_as_seen(&token, &seen) {
            self.list.update(&token);
            return Ok(UpdateOutcome::ChangedElsewhere { row: token.into() });
        }
        let sent = self.client().update_token(&id, &change).await;
        token.name = name.unwrap_or(token.name);
        token.permissions = permissions.or(token.permissions);
        match sent {
            Ok(()) => {}
            Err(error) if error.may_have_happened() => {
                let now = self.look_at(&id).await.map_err(|_| Problem::from(error.clone()))?;
                if now.name != token.name
                    || set(now.permissions.as_deref()) != set(token.permissions.as_deref())
                {
                    return Err(Problem::of_failure(&error));
                }
            }
            Err(error) => return Err(self.gone_or(&id, error)),
        }
        self.list.update(&token);
        Ok(UpdateOutcome::Updated { row: token.into() })
    }

    /// Deletes a token.
    pub(crate) async fn delete(&self, id: TokenId) -> Result<(), Problem> {
        match self.client().delete_token(&id).await {
            Ok(()) => {}
            Err(error) if error.may_have_happened() => match self.client().token(&id).await {
                Err(gone) if is_gone(&gone) => {}
                Ok(_) => return Err(Problem::of_failure(&error)),
                Err(_) => return Err(error.into()),
            },
            Err(error) => return Err(error.into()),
        }
        self.list.remove(&id);
        Ok(())
    }

    async fn look_at(&self, id: &TokenId) -> Result<ListedToken, Problem> {
        let token = self.client().token(id).await.map_err(|error| self.gone_or(id, error))?;
        Ok(ListedToken::from(&token))
    }

    /// Takes a token out of the list that the server no longer has.
    fn gone_or(&self, id: &TokenId, error: Error) -> Problem {
        if is_gone(&error) {
            self.list.remove(id);
        }
        error.into()
    }
}

fn is_gone(error: &Error) -> bool {
    matches!(error.status(), Some(404 | 410))
}

fn is_same(one: &LostCreate, other: &LostCreate) -> bool {
    one.project() == other.project() && one.new_token().name() == other.new_token().name()
}

/// The order of permissions says nothing.
fn set(permissions: Option<&[Permission]>) -> Option<HashSet<&Permission>> {
    permissions.map(|permissions| permissions.iter().collect())
}

fn is_as_seen(token: &ListedToken, seen: &Seen) -> bool {
    let permissions: Vec<_> = seen.permissions.iter().map(|text| Permission::from(text.as_str())).collect();
    token.name == seen.name && set(token.permissions.as_deref()) == set(Some(&permissions))
}
