//! A project token that somebody found and pasted, perhaps a leaked one, or only its id: whose it is, whether it still works, and
//! revoking it. A value stays in the session, and goes to the session's server only when the person asks for that.

use std::time::Duration;

use calyptia_api::{
    Client, Error, Failure, FoundToken, ListedToken, Responder, TokenId, find_project_token, is_invisible,
};
use uuid::Uuid;

use super::{Kind, Session};
use crate::{
    lock::lock,
    messages::{ErrorCode, FilterPaste, FoundTokenState, Problem, TokenLabel},
    token_text::holds_token,
};

/// How long a pasted token is kept.
pub(crate) const FOUND_TOKEN_TIME: Duration = Duration::from_secs(300);
/// How many words of a pasted text are looked at for an id.
const MAX_WORDS: usize = 1000;

/// What was pasted of a token.
#[derive(Clone)]
pub(super) enum Pasted {
    /// Its value, with which the server is asked.
    Value(FoundToken),
    /// Only its id, which is no secret: the server is asked with the person's own credential.
    Id(Uuid),
}

impl Pasted {
    fn id(&self) -> Uuid {
        match self {
            Self::Value(found) => found.id,
            Self::Id(id) => *id,
        }
    }

    /// What a refusal says about the token.
    fn refused(&self, error: Error) -> Result<FoundTokenState, Problem> {
        if error.is_gone() {
            return Ok(FoundTokenState::NotAccepted);
        }
        if let (Self::Value(_), Failure::Refused(refusal)) = (self, &error.failure)
            && refusal.status == 401
        {
            return match refusal.responder {
                Responder::Api => Ok(FoundTokenState::NotAccepted),
                // A gateway's refusal says nothing about the token.
                _ => Err(Problem { code: ErrorCode::Blocked, ..error.into() }),
            };
        }
        let problem = Problem::from(error);
        match problem.code {
            // Which permission that needs is not published.
            ErrorCode::PermissionDenied => Ok(FoundTokenState::NotPermitted),
            _ => Err(problem),
        }
    }
}

impl Session {
    /// What was pasted into the filter, without any token's value. That of a project token is kept for the calls below, until another
    /// text is pasted, it is forgotten, or the session is closed.
    pub(crate) fn look_up_pasted(&self, text: &str) -> FilterPaste {
        let paste = {
            let mut state = lock(&self.state);
            state.pastes += 1;
            state.found = None;
            state.pastes
        };
        self.cancel(Kind::Identify);
        let (pasted, project) = if holds_token(text) {
            let Some(found) = find_project_token(text) else { return FilterPaste::OtherToken };
            let project = found.project;
            (Pasted::Value(found), Some(project))
        } else {
            let Some(id) = self.pasted_id(text) else { return FilterPaste::Text };
            (Pasted::Id(id), None)
        };
        let elsewhere = project.is_some() && self.list.project() != project;
        let id = pasted.id();
        // A closed session keeps nothing, and a later paste stays.
        let mut state = lock(&self.state);
        if state.client.is_some() && state.pastes == paste {
            state.found = Some(pasted);
        }
        drop(state);
        FilterPaste::Token {
            paste,
            id: id.to_string(),
            project,
            // Whoever made up a token can give it the id of another project's.
            row: self.list.row(&TokenId::Uuid(id)).filter(|_| !elsewhere).map(Box::new),
            elsewhere,
        }
    }

    /// The id of a token in a text without one: the only one of the open list, whatever surrounds it, or one that is all of the text.
    fn pasted_id(&self, text: &str) -> Option<Uuid> {
        // As mails and chats write it.
        let text: String =
            text.chars().filter(|c| !is_invisible(*c)).map(|c| if is_dash(c) { '-' } else { c }).collect();
        let mut words = text
            .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
            .filter(|w| !w.is_empty());
        // With hyphens. Without them it may be anything.
        let id = |word: &str| (word.len() == 36).then(|| Uuid::try_parse(word).ok()).flatten();
        let mut listed = words
            .clone()
            .take(MAX_WORDS)
            .filter_map(id)
            .filter(|id| self.list.row(&TokenId::Uuid(*id)).is_some());
        if let Some(first) = listed.next() {
            return listed.all(|other| other == first).then_some(first);
        }
        let only = words.next()?;
        id(only).filter(|_| words.next().is_none())
    }

    /// The name or the id of a token in the open list.
    pub(crate) fn label(&self, id: &str, label: TokenLabel) -> Option<String> {
        let row = self.list.row(&id.into())?;
        Some(match label {
            TokenLabel::Name => row.name,
            TokenLabel::Id => row.id,
        })
    }

    /// Keeps a token that was pasted elsewhere.
    pub(crate) fn keep_found_token(&self, found: FoundToken, paste: u64) {
        let mut state = lock(&self.state);
        state.pastes = paste;
        state.found = Some(Pasted::Value(found));
    }

    /// Forgets the value of the token of this paste, and stops what is done with it. That of a later paste stays.
    pub fn forget_found_token(&self, paste: u64) {
        if self.expire_found_token(paste) {
            self.cancel(Kind::Identify);
        }
    }

    /// Forgets the value of the token of this paste, unless something else has been pasted since. What has begun with it goes on.
    pub(crate) fn expire_found_token(&self, paste: u64) -> bool {
        let mut state = lock(&self.state);
        let is_latest = state.pastes == paste;
        if is_latest {
            state.found = None;
        }
        is_latest
    }

    /// Asks the server about the token of this paste: with the token itself as the credential or, if only its id was pasted, with the
    /// person's own.
    ///
    /// # Errors
    /// If it is forgotten, the session is closed, or the server cannot be asked.
    pub async fn check_found_token(&self, paste: u64) -> Result<FoundTokenState, Problem> {
        let (pasted, client) = self.found_token(paste)?;
        self.run(Kind::Identify, async {
            match client.token(&self.id_of(&pasted)).await {
                Ok(token) => Ok(FoundTokenState::Works { row: Box::new(ListedToken::from(&token).into()) }),
                Err(error) => pasted.refused(error),
            }
        })
        .await
    }

    /// Deletes the token of this paste, with the credential with which it is checked.
    ///
    /// # Errors
    /// If it is forgotten, the session is closed, or the server cannot be asked. [`ErrorCode::ChangeUnknown`] if the server may
    /// have deleted it.
    pub async fn revoke_found_token(&self, paste: u64) -> Result<FoundTokenState, Problem> {
        let (pasted, client) = self.found_token(paste)?;
        let id = self.id_of(&pasted);
        self.run(Kind::Identify, async {
            // Otherwise a token that never worked would be called revoked.
            if let Err(error) = client.token(&id).await
                && !matches!(pasted.refused(error)?, FoundTokenState::NotPermitted)
            {
                return Ok(FoundTokenState::NotAccepted);
            }
            match client.delete_token(&id).await {
                Ok(()) => {}
                Err(error) if error.outcome_unknown() => {
                    // It worked before. With a token that is gone, nothing can be read any more.
                    let gone = async || match client.token(&id).await {
                        Err(error) => {
                            matches!(pasted.refused(error), Ok(FoundTokenState::NotAccepted)).then_some(())
                        }
                        Ok(_) => None,
                    };
                    self.confirm(error, gone).await?;
                }
                Err(error) => return pasted.refused(error),
            }
            self.note_removed(&id);
            Ok(FoundTokenState::Revoked)
        })
        .await
    }

    /// Its id as the server spells it, if the list has it.
    fn id_of(&self, pasted: &Pasted) -> TokenId {
        let id = TokenId::Uuid(pasted.id());
        self.list.row(&id).map_or(id, |row| TokenId::from(row.id.as_str()))
    }

    fn found_token(&self, paste: u64) -> Result<(Pasted, Client), Problem> {
        let expired = || Problem::new(ErrorCode::FoundTokenExpired, "the project token is no longer kept");
        let pasted = {
            let state = lock(&self.state);
            state.found.clone().filter(|_| state.pastes == paste).ok_or_else(expired)?
        };
        let client = self.client()?;
        let client = match &pasted {
            Pasted::Value(found) => client.with_credential(found.value.clone())?,
            Pasted::Id(_) => client,
        };
        Ok((pasted, client))
    }
}

/// A hyphen that text processing has put in place of the one in an id.
fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use calyptia_api::{BearerToken, Server};
    use calyptia_sandbox::{Method, Running};
    use calyptia_test_support::raw;
    use secrecy::ExposeSecret as _;
    use uuid::Uuid;

    use super::*;
    use crate::{
        messages::{CreateOutcome, Row},
        session::SessionOptions,
        testing::{faults, newest_first, sent, session},
    };

    /// A token with these permissions in the open list, whose value has been pasted into the filter.
    async fn pasted(permissions: &[&str]) -> (Running, Session, Row, u64) {
        let (sandbox, session, project) = session(3, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        let permissions: Vec<_> = permissions.iter().map(|text| (*text).to_owned()).collect();
        let outcome = session.create(project, "leaked", &permissions, |_| ()).await;
        let Ok(CreateOutcome::Created { row, .. }) = outcome else { panic!("{outcome:?}") };
        let value = session.text_to_copy(&row.id.as_str().into(), None).await.expect("its value");
        let paste = session.look_up_pasted(&format!("CALYPTIA_CLOUD_TOKEN=\"{}\"\n", value.expose_secret()));
        let FilterPaste::Token { paste, row: Some(found), .. } = paste else { panic!("{paste:?}") };
        assert_eq!(found.id, row.id);
        (sandbox, session, row, paste)
    }

    fn is_listed(session: &Session, row: &Row) -> bool {
        session.rows(newest_first(), 0, 9, None).rows.iter().any(|listed| listed.id == row.id)
    }

    #[tokio::test]
    async fn a_found_token_says_that_it_works_and_is_revoked_with_itself() {
        let (sandbox, session, row, paste) = pasted(&["read:*", "delete:*"]).await;
        let Ok(FoundTokenState::Works { row: now }) = session.check_found_token(paste).await else {
            panic!()
        };
        assert_eq!(now.name, "leaked");
        assert!(matches!(session.revoke_found_token(paste).await, Ok(FoundTokenState::Revoked)));
        assert_eq!(sent(&sandbox, &Method::DELETE), 1);
        assert!(!is_listed(&session, &row));
        assert!(matches!(session.check_found_token(paste).await, Ok(FoundTokenState::NotAccepted)));
    }

    #[tokio::test]
    async fn what_the_token_is_not_permitted_to_do_is_said_and_changes_nothing() {
        let (_sandbox, session, row, paste) = pasted(&["read:*"]).await;
        assert!(matches!(session.revoke_found_token(paste).await, Ok(FoundTokenState::NotPermitted)));
        assert!(matches!(session.check_found_token(paste).await, Ok(FoundTokenState::Works { .. })));
        assert!(is_listed(&session, &row));
        let (_sandbox, session, _, paste) = pasted(&["delete:*"]).await;
        assert!(matches!(session.check_found_token(paste).await, Ok(FoundTokenState::NotPermitted)));
    }

    #[tokio::test]
    async fn n3_a_revoke_whose_response_is_lost_is_confirmed_with_the_token_itself() {
        let (sandbox, session, row, paste) = pasted(&["read:*", "delete:*"]).await;
        sandbox.set_faults(faults(&["DELETE:reset-after"]));
        assert!(matches!(session.revoke_found_token(paste).await, Ok(FoundTokenState::Revoked)));
        assert_eq!(sent(&sandbox, &Method::DELETE), 1);
        assert!(!is_listed(&session, &row));

        let (sandbox, session, row, paste) = pasted(&["read:*", "delete:*"]).await;
        sandbox.set_faults(faults(&["DELETE:reset-before"]));
        let problem = session.revoke_found_token(paste).await.expect_err("unknown");
        assert_eq!((problem.code, sent(&sandbox, &Method::DELETE)), (ErrorCode::ChangeUnknown, 1));
        assert!(is_listed(&session, &row));
    }

    #[tokio::test]
    async fn a_gateways_refusal_says_nothing_about_the_token() {
        let (sandbox, session, row, paste) = pasted(&["read:*", "delete:*"]).await;
        sandbox.set_faults(faults(&["GET:status=401,body=html"]));
        let problem = session.check_found_token(paste).await.expect_err("not the API's");
        assert_eq!(problem.code, ErrorCode::Blocked);
        // The first look is answered by the API, all others by the gateway.
        sandbox.set_faults(faults(&["DELETE:reset-before", "GET:status=401,body=html@2-"]));
        let problem = session.revoke_found_token(paste).await.expect_err("unknown");
        assert_eq!(problem.code, ErrorCode::ChangeUnknown);
        assert!(is_listed(&session, &row));
    }

    #[tokio::test]
    async fn a_token_that_never_worked_is_not_called_revoked_and_no_delete_is_sent() {
        let (sandbox, session, row, _) = pasted(&["read:*", "delete:*"]).await;
        let value = session.text_to_copy(&row.id.as_str().into(), None).await.expect("its value");
        let (ids, _) = value.expose_secret().split_once('.').expect("two parts");
        let other = session.look_up_pasted(&format!("{ids}.{}", "AB".repeat(32)));
        let FilterPaste::Token { paste, .. } = other else { panic!("{other:?}") };
        sandbox.set_faults(faults(&["DELETE:reset-before"]));
        assert!(matches!(session.revoke_found_token(paste).await, Ok(FoundTokenState::NotAccepted)));
        assert_eq!(sent(&sandbox, &Method::DELETE), 0);
        assert!(is_listed(&session, &row));
    }

    #[tokio::test]
    async fn t3_forgetting_a_found_token_stops_what_is_done_with_it() {
        let (sandbox, session, _, paste) = pasted(&["read:*", "delete:*"]).await;
        sandbox.set_faults(faults(&["GET:latency=5000"]));
        let check = session.check_found_token(paste);
        let forget = async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            session.forget_found_token(paste);
        };
        let (checked, ()) = tokio::join!(check, forget);
        assert_eq!(checked.expect_err("stopped").code, ErrorCode::Cancelled);
    }

    #[tokio::test]
    async fn the_token_of_an_id_is_checked_and_revoked_with_the_persons_own_credential() {
        let (sandbox, session, project) = session(3, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        let row = session.rows(newest_first(), 0, 1, None).rows.remove(0);
        let paste = |text: &str| match session.look_up_pasted(text) {
            FilterPaste::Token { paste, id, project: None, row, elsewhere: false } => Some((paste, id, row)),
            FilterPaste::Text => None,
            other => panic!("{other:?}"),
        };
        let (first, id, found) = paste(&format!(" {} ", row.id.to_uppercase())).expect("an id");
        assert_eq!((&id, found.map(|found| found.id)), (&row.id, Some(row.id.clone())));
        let Ok(FoundTokenState::Works { row: now }) = session.check_found_token(first).await else {
            panic!()
        };
        assert_eq!(now.name, row.name);

        let unknown = Uuid::from_u128(1);
        let (second, id, found) = paste(&unknown.to_string()).expect("an id");
        assert_eq!((id, found.is_none()), (unknown.to_string(), true));
        assert!(matches!(session.check_found_token(second).await, Ok(FoundTokenState::NotAccepted)));
        assert!(matches!(session.revoke_found_token(second).await, Ok(FoundTokenState::NotAccepted)));
        assert_eq!(sent(&sandbox, &Method::DELETE), 0);
        session.check_found_token(first).await.expect_err("another paste's");

        let written = format!("[“{}”.]\u{feff}", unknown.to_string().replace('-', "\u{2011}"));
        assert_eq!(paste(&written).map(|(_, id, _)| id), Some(unknown.to_string()));

        let (third, _, _) =
            paste(&format!("DELETE /v1/project_tokens/{} 403 {unknown}", row.id)).expect("an id");
        sandbox.set_faults(faults(&["DELETE:reset-after"]));
        assert!(matches!(session.revoke_found_token(third).await, Ok(FoundTokenState::Revoked)));
        assert_eq!(sent(&sandbox, &Method::DELETE), 1);
        assert!(!is_listed(&session, &row));
        let rest = session.rows(newest_first(), 0, 2, None).rows;
        for text in [
            format!("agent {unknown}"),
            format!("agent-{unknown}"),
            unknown.simple().to_string(),
            format!("{} {}", rest[0].id, rest[1].id),
        ] {
            assert!(paste(&text).is_none(), "{text}");
        }
    }

    #[tokio::test]
    async fn a_credential_that_has_expired_says_nothing_about_the_token_of_an_id() {
        let (sandbox, session, project) = session(1, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        let id = session.rows(newest_first(), 0, 1, None).rows[0].id.clone();
        let FilterPaste::Token { paste, .. } = session.look_up_pasted(&id) else { panic!() };
        sandbox.set_faults(faults(&["GET:status=401"]));
        let problem = session.revoke_found_token(paste).await.expect_err("who asks is unknown");
        assert_eq!((problem.code, sent(&sandbox, &Method::DELETE)), (ErrorCode::Unauthenticated, 0));
    }

    #[tokio::test]
    async fn what_is_done_on_a_card_is_done_with_its_own_token_only() {
        let (sandbox, session, row, first) = pasted(&["read:*", "delete:*"]).await;
        let value = session.text_to_copy(&row.id.as_str().into(), None).await.expect("its value");
        let again = session.look_up_pasted(value.expose_secret());
        let FilterPaste::Token { paste: second, .. } = again else { panic!("{again:?}") };
        session.check_found_token(first).await.expect_err("another paste's");
        session.revoke_found_token(first).await.expect_err("another paste's");
        session.forget_found_token(first);
        assert!(!session.expire_found_token(first));
        assert_eq!(sent(&sandbox, &Method::DELETE), 0);
        assert!(matches!(session.check_found_token(second).await, Ok(FoundTokenState::Works { .. })));
    }

    #[tokio::test]
    async fn the_token_goes_alone_and_the_bearer_token_stays_here() {
        const ID: Uuid = Uuid::from_u128(1);
        let server = raw::Server::start(|request| {
            let alone =
                request.header("x-project-token").is_some() && request.header("authorization").is_none();
            let token =
                format!("{{\"id\":\"{ID}\",\"name\":\"edge\",\"permissions\":[\"read:*\"],\"token\":\"\"}}");
            raw::Answer::json(if alone { &token } else { "{}" })
        })
        .await;
        let bearer = BearerToken::parse("some-opaque-credential-1").expect("a bearer token");
        let client = Client::new(Server::parse(&server.url()).expect("loopback"), bearer).expect("a client");
        let session = Session::new(Uuid::nil(), client, false, None, &SessionOptions::default());
        let ids = format!(r#"{{"TokenID":"{ID}","ProjectID":"{ID}"}}"#);
        let (head, tail) = (base64::prelude::BASE64_URL_SAFE_NO_PAD, "ab".repeat(32));
        let value = format!("{}.{tail}", base64::Engine::encode(&head, ids));
        let pasted = session.look_up_pasted(&value);
        let FilterPaste::Token { paste, row: None, .. } = pasted else { panic!("{pasted:?}") };
        let state = session.check_found_token(paste).await;
        assert!(matches!(&state, Ok(FoundTokenState::Works { row }) if row.name == "edge"), "{state:?}");
    }

    #[tokio::test]
    async fn t3_a_found_token_is_forgotten_with_its_time_its_card_and_its_session() {
        for end in [
            (|session, paste| assert!(session.expire_found_token(paste))) as fn(&Session, u64),
            |session, paste| session.forget_found_token(paste),
            |session, _| drop(session.look_up_pasted("edge")),
            |session, _| session.close(),
        ] {
            let (sandbox, session, _, paste) = pasted(&["read:*", "delete:*"]).await;
            end(&session, paste);
            session.check_found_token(paste).await.expect_err("forgotten");
            session.revoke_found_token(paste).await.expect_err("forgotten");
            assert_eq!(sent(&sandbox, &Method::DELETE), 0);
        }
        let (_sandbox, session, row, _) = pasted(&["read:*"]).await;
        let value = session.text_to_copy(&row.id.as_str().into(), None).await.expect("its value");
        session.close();
        session.look_up_pasted(value.expose_secret());
        assert!(lock(&session.state).found.is_none(), "a closed session keeps nothing");
    }
}
