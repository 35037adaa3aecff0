//! Creating, changing and deleting tokens. Each request is sent once. If its response is lost, the server is asked what
//! happened, and what cannot be found out is reported as unknown.

use std::collections::HashSet;

use calyptia_api::{
    Error, ListedToken, Match, NewToken, Permission, TokenChange, TokenId, UnconfirmedCreate, is_shortened,
};
use uuid::Uuid;

use super::{Kind, Session};
use crate::{
    lock::lock,
    messages::{ConfirmProgress, CreateOutcome, ErrorCode, ExpectedToken, Problem, UpdateOutcome},
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
        let new = NewToken::new(required(name)?, read_permissions(permissions)).ok_or_else(|| {
            Problem::new(ErrorCode::NoPermissions, "an empty list would grant every permission")
        })?;
        let outcome = self.run(Kind::Create, self.create_once(project, new, progress)).await;
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
            self.confirm_create(unconfirmed, 1, progress).await
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
                self.list.add(project, &row);
                Ok(CreateOutcome::Created { row: row.into(), found: false })
            }
            Err(error) if error.outcome_unknown() => {
                tracing::warn!("the response to a create was lost");
                self.confirm_create(attempt, self.confirm_after.len(), progress).await
            }
            Err(error) => {
                // This one was not made; the earlier one may still be looked for.
                lock(&self.state).unconfirmed.clone_from(&earlier);
                // The name may be taken by the very token whose response was lost before.
                if error.status() == Some(409)
                    && let Some(earlier) = earlier
                {
                    return self.confirm_create(earlier, 1, progress).await;
                }
                Err(error.into())
            }
        }
    }

    async fn confirm_create(
        &self,
        unconfirmed: UnconfirmedCreate,
        max_attempts: usize,
        mut progress: impl FnMut(ConfirmProgress),
    ) -> Result<CreateOutcome, Problem> {
        let mut outcome = CreateOutcome::NotFound;
        for (index, wait) in self.confirm_after.iter().take(max_attempts).enumerate() {
            progress(ConfirmProgress { attempt: index + 1, max_attempts });
            tokio::time::sleep(*wait).await;
            outcome = match self.client()?.find_created(&unconfirmed).await {
                Ok(Match::NotFound) => CreateOutcome::NotFound,
                Ok(Match::Unique(token)) => {
                    lock(&self.state).unconfirmed = None;
                    self.keep_created(token.id.clone(), None);
                    self.list.add(unconfirmed.project(), &token);
                    return Ok(CreateOutcome::Created { row: token.into(), found: true });
                }
                Ok(Match::Ambiguous(tokens)) => {
                    tokens.iter().for_each(|token| self.list.add(unconfirmed.project(), token));
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
                self.list.update(&token);
                return Ok(UpdateOutcome::ChangedElsewhere { row: token.into() });
            }
            let sent = self.client()?.update_token(&id, &change).await;
            token.name = name.unwrap_or(token.name);
            token.permissions = permissions.or(token.permissions);
            match sent {
                Ok(()) => {}
                Err(error) if error.outcome_unknown() => {
                    self.confirm(error, || self.is_now(&id, &token)).await?;
                }
                Err(error) => return Err(self.removed_if_gone(&id, error)),
            }
            self.list.update(&token);
            Ok(UpdateOutcome::Updated { row: token.into() })
        })
        .await
    }

    /// Deletes a token. One that no longer exists counts as deleted.
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
                Err(error) => return Err(error.into()),
            }
            self.list.remove(&id);
            Ok(())
        })
        .await
    }

    /// Looks a few times whether a change whose response was lost has been made.
    async fn confirm<F: Future<Output = bool>>(
        &self,
        lost: Error,
        is_made: impl Fn() -> F,
    ) -> Result<(), Problem> {
        for wait in self.confirm_after {
            tokio::time::sleep(wait).await;
            if is_made().await {
                return Ok(());
            }
        }
        // The server may still be working on it, or cannot be asked.
        Err(lost.into())
    }

    /// Whether the server has the token with this name and these permissions.
    async fn is_now(&self, id: &TokenId, wanted: &ListedToken) -> bool {
        self.fetch(id).await.is_ok_and(|now| {
            now.name == wanted.name && set(now.permissions.as_deref()) == set(wanted.permissions.as_deref())
        })
    }

    /// Whether the API says that the token no longer exists.
    async fn is_gone(&self, id: &TokenId) -> bool {
        match self.client() {
            Ok(client) => client.token(id).await.is_err_and(|error| error.is_gone()),
            Err(_) => false,
        }
    }

    async fn fetch(&self, id: &TokenId) -> Result<ListedToken, Problem> {
        let token = self.client()?.token(id).await.map_err(|error| self.removed_if_gone(id, error))?;
        Ok(ListedToken::from(&token))
    }

    /// Removes a token from the list if the API says that it no longer exists.
    fn removed_if_gone(&self, id: &TokenId, error: Error) -> Problem {
        if error.is_gone() {
            self.list.remove(id);
        }
        error.into()
    }
}

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

fn is_as_expected(token: &ListedToken, expected: &ExpectedToken) -> bool {
    let permissions: Vec<_> =
        expected.permissions.iter().map(|text| Permission::from(text.as_str())).collect();
    token.name == expected.name && set(token.permissions.as_deref()) == set(Some(&permissions))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use calyptia_api::{BearerToken, Client, Server};
    use calyptia_sandbox::Method;
    use calyptia_test_support::raw;

    use super::*;
    use crate::{
        messages::{Row, RowAccess},
        session::SessionOptions,
        testing::{by_name, faults, reads, sent, session, session_that_confirms},
    };

    async fn create(session: &Session, project: Uuid, name: &str) -> (Result<CreateOutcome, Problem>, usize) {
        let mut attempts = 0;
        let outcome = session.create(project, name, &reads(), |_| attempts += 1).await;
        (outcome, attempts)
    }

    fn names(session: &Session) -> Vec<String> {
        session.rows(by_name(), 0, 100).rows.into_iter().map(|row| row.name).collect()
    }

    fn first_row(session: &Session) -> Row {
        session.rows(by_name(), 0, 1).rows.remove(0)
    }

    fn is_unconfirmed(session: &Session) -> bool {
        lock(&session.state).unconfirmed.is_some()
    }

    #[tokio::test]
    async fn n3_a_create_cut_off_after_storing_is_found_and_its_value_can_be_read() {
        for fault in ["POST:reset-after", "POST:truncate=20", "POST:bad-json", "POST:empty-body"] {
            let (sandbox, session, project) = session(2, &[fault]).await;
            session.load(project, |_| ()).await.expect("open");
            let (outcome, attempts) = create(&session, project, "edge").await;
            let Ok(CreateOutcome::Created { row, found: true }) = outcome else {
                panic!("{fault}: {outcome:?}")
            };
            assert_eq!((row.name.as_str(), attempts), ("edge", 1), "{fault}");
            assert_eq!(sent(&sandbox, &Method::POST), 1, "{fault}");
            assert!(names(&session).contains(&"edge".into()), "{fault}");
            session.text_to_copy(&row.id.as_str().into(), None).await.expect("its value");
            assert!(!is_unconfirmed(&session));
        }
    }

    #[tokio::test]
    async fn a1_a_create_that_did_not_happen_is_not_found_and_can_be_sent_again() {
        let (sandbox, session, project) = session(2, &["POST:status=502@1"]).await;
        let (outcome, attempts) = create(&session, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
        assert_eq!((attempts, sent(&sandbox, &Method::POST)), (3, 1));
        let outcome = session.check_create(|_| ()).await;
        assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
        let (outcome, _) = create(&session, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: false, .. })), "{outcome:?}");
        assert_eq!(sent(&sandbox, &Method::POST), 2);
    }

    #[tokio::test]
    async fn a1_a_create_stored_late_is_found_by_a_later_attempt() {
        let confirm_after = [Duration::ZERO, Duration::from_millis(400), Duration::from_millis(400)];
        let (sandbox, session, project) =
            session_that_confirms(2, &["POST:store-later=200"], confirm_after).await;
        let (outcome, attempts) = create(&session, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: true, .. })), "{outcome:?}");
        assert_eq!((attempts, sent(&sandbox, &Method::POST)), (2, 1));
    }

    #[tokio::test]
    async fn a1_two_that_match_are_both_shown() {
        let (_sandbox, session, project) = session(2, &["POST:twice"]).await;
        let (outcome, _) = create(&session, project, "edge").await;
        let Ok(CreateOutcome::Several { rows }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row.name == "edge"));
    }

    #[tokio::test]
    async fn a1_a_name_taken_by_the_token_whose_response_was_lost_means_that_it_was_created() {
        // The server cannot be asked while the token is looked for, and responds again when it is sent once more.
        let specs = ["POST:reset-after@1", "GET:status=403"];
        let (sandbox, session, project) = session(2, &specs).await;
        let (outcome, _) = create(&session, project, "edge").await;
        let Ok(CreateOutcome::Unknown { problem }) = outcome else { panic!("{outcome:?}") };
        assert_eq!(problem.status, Some(403));
        sandbox.set_faults(Vec::new());
        let (outcome, _) = create(&session, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: true, .. })), "{outcome:?}");
    }

    #[tokio::test]
    async fn a1_a_refused_create_leaves_the_earlier_one_to_be_looked_for() {
        for refused in ["POST:status=403@1", "POST:status=401@1", "POST:status=429@1"] {
            let (sandbox, session, project) = session(2, &["POST:store-later=600000@1"]).await;
            let (outcome, _) = create(&session, project, "edge").await;
            assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
            sandbox.set_faults(faults(&[refused]));
            create(&session, project, "edge").await.0.expect_err(refused);
            let outcome = session.check_create(|_| ()).await.expect("it can still be looked for");
            assert!(matches!(outcome, CreateOutcome::NotFound), "{outcome:?}");
        }
    }

    #[tokio::test]
    async fn a1_a_token_stored_late_is_found_although_the_list_has_it_by_now() {
        let (sandbox, session, project) = session(2, &["POST:store-later=1500@1"]).await;
        session.load(project, |_| ()).await.expect("open");
        let (outcome, _) = create(&session, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::NotFound)), "{outcome:?}");
        while !names(&session).contains(&"edge".into()) {
            session.load(project, |_| ()).await.expect("open");
        }
        sandbox.set_faults(faults(&["POST:status=409@1"]));
        let (outcome, _) = create(&session, project, "edge").await;
        assert!(matches!(outcome, Ok(CreateOutcome::Created { found: true, .. })), "{outcome:?}");
    }

    #[tokio::test]
    async fn a2_a_second_create_is_refused_while_the_first_is_in_progress() {
        let (sandbox, session, project) = session(2, &["POST:latency=200"]).await;
        let permissions = reads();
        let first = session.create(project, "one", &permissions, |_| ());
        let second = async {
            while sent(&sandbox, &Method::POST) == 0 {
                tokio::task::yield_now().await;
            }
            session.create(project, "two", &permissions, |_| ()).await
        };
        let (first, second) = tokio::join!(first, second);
        assert!(matches!(first, Ok(CreateOutcome::Created { found: false, .. })), "{first:?}");
        assert_eq!(second.expect_err("one at a time").code, ErrorCode::Busy);
        assert_eq!(sent(&sandbox, &Method::POST), 1);
    }

    #[tokio::test]
    async fn a1_who_stops_waiting_for_a_create_can_look_for_it() {
        let (sandbox, session, project) = session(2, &["POST:hang"]).await;
        let stop = async {
            while sent(&sandbox, &Method::POST) == 0 {
                tokio::task::yield_now().await;
            }
            session.cancel(Kind::Create);
        };
        let (stopped, ()) = tokio::join!(create(&session, project, "edge"), stop);
        let Ok(CreateOutcome::Unknown { problem }) = stopped.0 else { panic!("{:?}", stopped.0) };
        assert_eq!(problem.code, ErrorCode::Cancelled);
        assert!(is_unconfirmed(&session));
    }

    #[tokio::test]
    async fn h3_a_token_that_is_gone_counts_as_deleted_and_leaves_the_list() {
        let (sandbox, session, project) = session(3, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        for gone_before in [false, true] {
            let row = first_row(&session);
            let id = TokenId::from(row.id.as_str());
            if gone_before {
                session.client().expect("open").delete_token(&id).await.expect("deleted elsewhere");
            }
            session.delete(&row.id).await.expect("deleted");
            assert!(!names(&session).contains(&row.name));
        }
        // A 404 that is not the API's says nothing about the token.
        sandbox.set_faults(faults(&["DELETE:status=404"]));
        let row = first_row(&session);
        let problem = session.delete(&row.id).await.expect_err("unknown");
        assert_eq!((problem.code, problem.status), (ErrorCode::NotFoundElsewhere, Some(404)));
        assert!(names(&session).contains(&row.name));
    }

    #[tokio::test]
    async fn h3_a_delete_whose_response_is_lost_is_followed_up() {
        let (sandbox, session, project) = session(3, &["DELETE:reset-after"]).await;
        session.load(project, |_| ()).await.expect("open");
        let before = names(&session).len();
        session.delete(&first_row(&session).id).await.expect("it is gone");
        assert_eq!(names(&session).len(), before - 1);

        sandbox.set_faults(faults(&["DELETE:status=502"]));
        let row = first_row(&session);
        let problem = session.delete(&row.id).await.expect_err("still there");
        assert_eq!((problem.code, problem.status), (ErrorCode::ChangeUnknown, Some(502)));
        assert!(names(&session).contains(&row.name));
        assert_eq!(sent(&sandbox, &Method::DELETE), 2, "each was sent once");
    }

    /// A token that can read and update, and what the page shows of it.
    async fn shown(session: &Session, project: Uuid) -> (TokenId, ExpectedToken) {
        let permissions = ["read:*", "update:*"].map(str::to_owned);
        let outcome = session.create(project, "mine", &permissions, |_| ()).await;
        let Ok(CreateOutcome::Created { row, .. }) = outcome else { panic!("{outcome:?}") };
        let RowAccess::Some { permissions } = row.access else { panic!("{:?}", row.access) };
        (TokenId::from(row.id.as_str()), ExpectedToken { name: row.name, permissions })
    }

    async fn rename(
        session: &Session,
        id: &TokenId,
        name: &str,
        expected: &ExpectedToken,
    ) -> Result<UpdateOutcome, Problem> {
        session.update(&id.to_string(), Some(name), None, expected).await
    }

    async fn renamed(session: &Session, id: &TokenId, expected: &mut ExpectedToken, name: &str) {
        let outcome = rename(session, id, name, expected).await;
        assert!(matches!(outcome, Ok(UpdateOutcome::Updated { .. })), "{outcome:?}");
        assert!(names(session).contains(&name.to_owned()));
        expected.name = name.to_owned();
    }

    #[tokio::test]
    async fn h3_an_update_is_told_apart_from_one_of_a_token_that_is_gone_or_changed() {
        let (sandbox, session, project) = session(3, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        let (id, first) = shown(&session, project).await;
        let mut expected = first.clone();
        renamed(&session, &id, &mut expected, "renamed").await;

        // The page still shows the old name.
        let patches = sent(&sandbox, &Method::PATCH);
        let outcome = rename(&session, &id, "again", &first).await;
        let Ok(UpdateOutcome::ChangedElsewhere { row }) = outcome else { panic!("{outcome:?}") };
        assert_eq!((row.name.as_str(), sent(&sandbox, &Method::PATCH)), ("renamed", patches));

        let taken = rename(&session, &id, "default", &expected).await.expect_err("taken");
        assert_eq!(taken.code, ErrorCode::NameTaken);

        sandbox.set_faults(faults(&["PATCH:reset-after"]));
        renamed(&session, &id, &mut expected, "third").await;

        sandbox.set_faults(faults(&["PATCH:status=502"]));
        let unknown = rename(&session, &id, "fourth", &expected).await.expect_err("not renamed");
        assert_eq!((unknown.code, unknown.status), (ErrorCode::ChangeUnknown, Some(502)));

        sandbox.set_faults(Vec::new());
        session.client().expect("open").delete_token(&id).await.expect("deleted elsewhere");
        let gone = rename(&session, &id, "fifth", &expected).await.expect_err("gone");
        assert_eq!(gone.code, ErrorCode::NotFound);
        assert!(!names(&session).contains(&"third".into()));
    }

    #[tokio::test]
    async fn c17_a_name_that_would_be_shortened_is_not_sent() {
        let (sandbox, session, project) = session(3, &[]).await;
        let name = "n".repeat(calyptia_api::MAX_NAME_BYTES + 1);
        let created = create(&session, project, &name).await.0;
        assert_eq!(created.expect_err("too long").code, ErrorCode::InvalidName);
        assert_eq!(sent(&sandbox, &Method::POST), 0);
    }

    #[tokio::test]
    async fn c18_the_value_of_a_created_token_is_kept_out_of_messages_also_after_reauthentication() {
        let server = raw::Server::start(|request| {
            if request.line().starts_with("POST") {
                raw::Answer::json(r#"{"id":"a","name":"n","token":"some-value-0123456789"}"#)
            } else {
                raw::Answer::body("400 No", "", r#"{"error":"not some value 01234"}"#)
            }
        })
        .await;
        let client = |token: &str| {
            let token = BearerToken::parse(token).expect("a bearer token");
            Client::new(Server::parse(&server.url()).expect("loopback"), token).expect("a client")
        };
        let session = Session::new(Uuid::nil(), client("one"), false, &SessionOptions::default());
        create(&session, Uuid::nil(), "n").await.0.expect("created");
        for token in ["one", "two"] {
            session.set_client(client(token));
            assert_eq!(session.projects().await.expect_err("refused").detail, None);
        }
        session.forget_created();
        assert!(session.projects().await.expect_err("refused").detail.is_some());
    }

    #[tokio::test]
    async fn t3_a_closed_session_does_nothing_and_knows_nothing() {
        let (sandbox, session, project) = session(3, &["GET:hang"]).await;
        let close = async {
            while sandbox.requests().is_empty() {
                tokio::task::yield_now().await;
            }
            session.close();
            session.drop_list();
        };
        let (load, ()) = tokio::join!(session.load(project, |_| ()), close);
        assert_eq!(load.expect_err("closed").code, ErrorCode::SignedOut);
        let requests = sandbox.requests().len();
        assert_eq!(create(&session, project, "late").await.0.expect_err("closed").code, ErrorCode::SignedOut);
        let deleted = session.delete("a").await;
        assert_eq!(deleted.expect_err("closed").code, ErrorCode::SignedOut);
        assert_eq!(session.projects().await.expect_err("closed").code, ErrorCode::SignedOut);
        assert_eq!(sandbox.requests().len(), requests);
        assert!(names(&session).is_empty() && session.client().is_err());
    }
}
