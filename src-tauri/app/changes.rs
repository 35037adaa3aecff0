//! Creating, changing and deleting tokens. Each is sent once; where its answer is lost, the server is asked what became
//! of it, and what cannot be found out is said.

use std::{collections::HashSet, time::Duration};

use calyptia_api::{
    Error, ListedToken, Match, NewToken, Permission, TokenChange, TokenId, UnconfirmedCreate,
};
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
        let fresh = UnconfirmedCreate::new(project, new, before);
        // The same create may have been lost before, and its token stand in the list by now: what is new is what was not
        // there before the first.
        let earlier = self.lost().clone().filter(|earlier| is_same(earlier, &fresh));
        let lost = earlier.clone().unwrap_or(fresh);
        // Before it is sent: whoever stops waiting must be able to look for it.
        *self.lost() = Some(lost.clone());
        match self.client().create_token(project, lost.new_token()).await {
            Ok(token) => {
                self.lost().take();
                let row = ListedToken::from(&token);
                self.keep_created(token.id, Some(token.value));
                self.list.add(project, row.clone());
                Ok(CreateOutcome::Created { row: row.into(), found: false })
            }
            Err(error) if error.outcome_unknown() => {
                tracing::warn!("the answer to a create was lost: {error}");
                Ok(self.look(lost, &LOOKS_AFTER, checking).await)
            }
            Err(error) => {
                // This one did not happen; the one before may still be looked for.
                self.lost().clone_from(&earlier);
                // The name may be taken by the very token whose answer was lost before.
                if error.status() == Some(409)
                    && let Some(earlier) = earlier
                {
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
        lost: UnconfirmedCreate,
        after: &[Duration],
        mut checking: impl FnMut(Checking),
    ) -> CreateOutcome {
        let mut outcome = CreateOutcome::NotFound;
        for (look, wait) in after.iter().enumerate() {
            checking(Checking { look: look + 1, of: after.len() });
            tokio::time::sleep(*wait).await;
            outcome = match self.client().find_created(&lost).await {
                Ok(Match::NotFound) => CreateOutcome::NotFound,
                Ok(Match::Unique(token)) => {
                    self.lost().take();
                    self.keep_created(token.id.clone(), None);
                    self.list.add(lost.project(), token.clone());
                    return CreateOutcome::Created { row: token.into(), found: true };
                }
                Ok(Match::Ambiguous(tokens)) => {
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
            Err(error) if error.outcome_unknown() => {
                let now = self.look_at(&id).await.map_err(|_| Problem::from(error.clone()))?;
                if now.name != token.name
                    || set(now.permissions.as_deref()) != set(token.permissions.as_deref())
                {
                    // The server may still be working on it.
                    return Err(error.into());
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
            Err(error) if error.outcome_unknown() => match self.client().token(&id).await {
                Err(gone) if gone.is_gone() => {}
                // The server may still be working on it, or cannot be asked.
                _ => return Err(error.into()),
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
        if error.is_gone() {
            self.list.remove(id);
        }
        error.into()
    }
}

fn is_same(one: &UnconfirmedCreate, other: &UnconfirmedCreate) -> bool {
    one.project() == other.project() && one.new_token() == other.new_token()
}

/// The order of permissions says nothing.
fn set(permissions: Option<&[Permission]>) -> Option<HashSet<&Permission>> {
    permissions.map(|permissions| permissions.iter().collect())
}

fn is_as_seen(token: &ListedToken, seen: &Seen) -> bool {
    let permissions: Vec<_> = seen.permissions.iter().map(|text| Permission::from(text.as_str())).collect();
    token.name == seen.name && set(token.permissions.as_deref()) == set(Some(&permissions))
}

#[cfg(test)]
mod tests {
    use calyptia_sandbox::Method;

    use super::*;
    use crate::{
        contract::{Access, Facet, SortKey, View},
        testing::{connected, faults, new_token, sent},
    };

    async fn create(active: &Active, project: Uuid, name: &str) -> (Result<CreateOutcome, Problem>, usize) {
        let mut looks = 0;
        let outcome = active.create(project, new_token(name), |_| looks += 1).await;
        (outcome, looks)
    }

    fn names(active: &Active) -> Vec<String> {
        let view = View { filter: String::new(), facet: Facet::All, sort: SortKey::Name, descending: false };
        active.list.rows(view, 0, 100).rows.into_iter().map(|row| row.name).collect()
    }

    #[tokio::test]
    async fn n3_a_create_cut_off_after_storing_is_found_and_its_value_can_be_had() {
        for fault in ["POST:reset-after", "POST:truncate=20", "POST:bad-json", "POST:empty-body"] {
            let (sandbox, active, project) = connected(2, &[fault]).await;
            active.list.load(&active.client(), project, |_| ()).await;
            let (outcome, looks) = create(&active, project, "edge").await;
            let Ok(CreateOutcome::Created { row, found: true }) = outcome else {
                panic!("{fault}: {outcome:?}")
            };
            assert_eq!((row.name.as_str(), looks), ("edge", 1), "{fault}");
            assert_eq!(sent(&sandbox, &Method::POST), 1, "{fault}");
            assert!(names(&active).contains(&"edge".into()), "{fault}");
            assert!(
                !active.client().token(&row.id.as_str().into()).await.expect("its value").value.is_hidden()
            );
            assert!(active.lost().is_none());
        }
    }

    #[tokio::test]
    async fn a1_a_create_that_did_not_happen_is_not_found_and_can_be_sent_again() {
        let (sandbox, active, project) = connected(2, &["POST:status=502@1"]).await;
        let (outcome, looks) = create(&active, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
        assert_eq!((looks, sent(&sandbox, &Method::POST)), (3, 1));
        let outcome = active.check_create(|_| ()).await;
        assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
        let (outcome, _) = create(&active, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: false, .. })), "{outcome:?}");
        assert_eq!(sent(&sandbox, &Method::POST), 2);
    }

    #[tokio::test]
    async fn a1_a_create_stored_late_is_found_by_a_later_look() {
        let (sandbox, active, project) = connected(2, &["POST:store-later=500"]).await;
        let (outcome, looks) = create(&active, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: true, .. })), "{outcome:?}");
        assert!(looks > 1);
        assert_eq!(sent(&sandbox, &Method::POST), 1);
    }

    #[tokio::test]
    async fn a1_two_that_match_are_both_shown() {
        let (_sandbox, active, project) = connected(2, &["POST:twice"]).await;
        let (outcome, _) = create(&active, project, "edge").await;
        let Ok(CreateOutcome::Several { rows }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.name == "edge"));
    }

    #[tokio::test]
    async fn a1_a_name_taken_by_the_token_whose_answer_was_lost_means_that_it_was_made() {
        // The server cannot be asked while it is looked for, and answers again when it is sent once more.
        let specs = ["POST:reset-after@1", "GET:status=403"];
        let (sandbox, active, project) = connected(2, &specs).await;
        let (outcome, _) = create(&active, project, "edge").await;
        let Ok(CreateOutcome::Unknown { problem }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(problem.code, ErrorCode::PermissionDenied);
        sandbox.set_faults(Vec::new());
        let (outcome, _) = create(&active, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: true, .. })), "{outcome:?}");
    }

    #[tokio::test]
    async fn a1_a_create_that_is_refused_leaves_the_one_before_to_be_looked_for() {
        for refused in ["POST:status=403@1", "POST:status=401@1", "POST:status=429@1"] {
            let specs = ["POST:store-later=9000@1"];
            let (sandbox, active, project) = connected(2, &specs).await;
            let (outcome, _) = create(&active, project, "edge").await;
            assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
            sandbox.set_faults(faults(&[refused]));
            create(&active, project, "edge").await.0.expect_err(refused);
            let outcome = active.check_create(|_| ()).await.expect("it can still be looked for");
            assert!(
                matches!(outcome, CreateOutcome::NotFound | CreateOutcome::Created { .. }),
                "{outcome:?}"
            );
        }
    }

    #[tokio::test]
    async fn a1_a_token_stored_late_is_found_although_the_list_has_it_by_now() {
        let (sandbox, active, project) = connected(2, &["POST:store-later=9000@1"]).await;
        active.list.load(&active.client(), project, |_| ()).await;
        let (outcome, _) = create(&active, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
        while !names(&active).contains(&"edge".into()) {
            active.list.load(&active.client(), project, |_| ()).await;
        }
        sandbox.set_faults(faults(&["POST:status=409@1"]));
        let (outcome, _) = create(&active, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: true, .. })), "{outcome:?}");
    }

    #[tokio::test]
    async fn h3_a_token_that_is_gone_counts_as_deleted_and_leaves_the_list() {
        let (sandbox, active, project) = connected(3, &[]).await;
        active.list.load(&active.client(), project, |_| ()).await;
        let view =
            || View { filter: String::new(), facet: Facet::All, sort: SortKey::Name, descending: false };
        let row = || active.list.rows(view(), 0, 1).rows.remove(0);
        for faults_then in [&[][..], &["DELETE:status=404"], &["DELETE:status=410"]] {
            sandbox.set_faults(faults(faults_then));
            let row = row();
            active.delete(row.id.as_str().into()).await.expect("deleted");
            assert!(!names(&active).contains(&row.name), "{faults_then:?}");
        }
    }

    #[tokio::test]
    async fn h3_a_delete_whose_answer_is_lost_is_looked_after() {
        let (sandbox, active, project) = connected(3, &["DELETE:reset-after"]).await;
        active.list.load(&active.client(), project, |_| ()).await;
        let before = names(&active);
        let view = View { filter: String::new(), facet: Facet::All, sort: SortKey::Name, descending: false };
        let row = active.list.rows(view, 0, 1).rows.remove(0);
        active.delete(row.id.as_str().into()).await.expect("it is gone");
        assert_eq!(names(&active).len(), before.len() - 1);

        sandbox.set_faults(faults(&["DELETE:status=502"]));
        let view = View { filter: String::new(), facet: Facet::All, sort: SortKey::Name, descending: false };
        let row = active.list.rows(view, 0, 1).rows.remove(0);
        let problem = active.delete(row.id.as_str().into()).await.expect_err("still there");
        assert_eq!(problem.code, ErrorCode::ChangeUnknown);
        assert!(names(&active).contains(&row.name));
        assert_eq!(sent(&sandbox, &Method::DELETE), 2, "each was sent once");
    }

    async fn one_row(active: &Active, project: Uuid, specs: &[&str]) -> (TokenId, Seen) {
        let new = NewToken::new("mine", vec![Permission::Read, Permission::Update]).expect("permissions");
        let outcome = active.create(project, new, |_| ()).await;
        let Ok(CreateOutcome::Created { row, .. }) = outcome else { panic!("{specs:?}: {outcome:?}") };
        let Access::Some { permissions } = row.access else { panic!("{:?}", row.access) };
        (row.id.as_str().into(), Seen { name: row.name, permissions })
    }

    #[tokio::test]
    async fn h3_an_update_is_told_apart_from_one_of_a_token_that_is_gone_or_changed() {
        let (sandbox, active, project) = connected(3, &[]).await;
        active.list.load(&active.client(), project, |_| ()).await;
        let (id, seen) = one_row(&active, project, &[]).await;
        let update = |name: &str, seen: &Seen| {
            let seen = Seen { name: seen.name.clone(), permissions: seen.permissions.clone() };
            active.update(id.clone(), Some(name.to_owned()), None, seen)
        };
        let outcome = update("renamed", &seen).await;
        assert!(matches!(outcome, Ok(UpdateOutcome::Updated { .. })), "{outcome:?}");
        assert!(names(&active).contains(&"renamed".into()));

        // The page still believes in the old name.
        let patches = sent(&sandbox, &Method::PATCH);
        let outcome = update("again", &seen).await;
        let Ok(UpdateOutcome::ChangedElsewhere { row }) = outcome else { panic!("{outcome:?}") };
        assert_eq!((row.name.as_str(), sent(&sandbox, &Method::PATCH)), ("renamed", patches));

        let seen = Seen { name: "renamed".into(), permissions: seen.permissions };
        let taken = update("default", &seen).await.expect_err("taken");
        assert_eq!(taken.code, ErrorCode::NameTaken);

        sandbox.set_faults(faults(&["PATCH:reset-after"]));
        let outcome = update("third", &seen).await;
        assert!(matches!(outcome, Ok(UpdateOutcome::Updated { .. })), "{outcome:?}");

        sandbox.set_faults(Vec::new());
        active.client().delete_token(&id).await.expect("deleted elsewhere");
        let gone = update("fourth", &Seen { name: "third".into(), permissions: seen.permissions }).await;
        assert_eq!(gone.expect_err("gone").code, ErrorCode::NotFound);
        assert!(!names(&active).contains(&"third".into()));
    }
}
