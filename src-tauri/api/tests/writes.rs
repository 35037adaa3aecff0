//! Writes whose answer is lost: sent once, never called failed, and found again by looking.

use std::time::Duration;

use calyptia_api::{Client, Failure, Match, NewToken, Permission, TokenId, UnconfirmedCreate};
use calyptia_sandbox::{Method, Running};
use uuid::Uuid;

use crate::support::{
    PATIENT, PROJECT, SHORT, list, plain_client,
    raw::{Answer, Server},
    read_faults, reader, sandbox, within,
};

fn posts(running: &Running) -> usize {
    running.requests().iter().filter(|(method, _)| *method == Method::POST).count()
}

async fn named(client: &Client, project: Uuid, name: &str) -> Vec<TokenId> {
    let (rows, end) = list(client, project).await;
    assert_eq!(end, Ok(()));
    rows.into_iter().filter(|row| row.name == name).map(|row| row.id).collect()
}

#[tokio::test]
async fn n3_a_create_whose_answer_is_lost_is_sent_once_and_may_have_happened() {
    for fault in [
        "reset-after",
        "reset-before",
        "refuse",
        "truncate=20",
        "empty-body",
        "bad-json",
        "garbage",
        "html",
        "object",
        "big-header",
        "status=502",
    ] {
        let (running, client) = sandbox(3, &[&format!("POST:{fault}")], PATIENT).await;
        let project = running.projects()[0].0;
        let error = within(fault, client.create_token(project, &reader("x"))).await.expect_err(fault);
        assert!(error.outcome_unknown() && !error.is_retryable(), "{fault}: {error:?}");
        assert_eq!(posts(&running), 1, "{fault}");
    }
}

#[tokio::test]
async fn n3_a_connection_kept_from_before_that_dies_does_not_make_a_create_go_twice() {
    let server = Server::start(|request| match request.number {
        1 => Answer::json("[]"),
        _ => Answer::last(""),
    })
    .await;
    let client = plain_client(&server.url());
    assert_eq!(client.projects().await, Ok(vec![]));
    let error = within("a create", client.create_token(PROJECT, &reader("x"))).await.expect_err("it hung up");
    assert_eq!(error.failure, Failure::Interrupted);
    assert!(error.outcome_unknown());
    assert_eq!(server.seen().requests.len(), 2, "{:?}", server.lines());
}

#[tokio::test]
async fn n3_a_change_and_a_deletion_whose_answers_are_lost_are_sent_once() {
    let (running, client) = sandbox(3, &["PATCH:reset-after", "DELETE:reset-after"], PATIENT).await;
    let id = list(&client, running.projects()[0].0).await.0.remove(0).id;
    let change = calyptia_api::TokenChange::new(Some("m".into()), None).expect("a change");
    let update = client.update_token(&id, &change).await.expect_err("reset");
    assert_eq!(client.token(&id).await.expect("it is there").name, "m");
    let delete = client.delete_token(&id).await.expect_err("reset");
    assert!(matches!(client.token(&id).await.expect_err("it is gone").status(), Some(404 | 410)));
    for error in [update, delete] {
        assert!(error.outcome_unknown() && !error.is_retryable(), "{error:?}");
    }
    let count = |wanted: Method| running.requests().iter().filter(|(method, _)| *method == wanted).count();
    assert_eq!((count(Method::PATCH), count(Method::DELETE)), (1, 1));
}

/// Creates a token whose answer is lost; what was there before is known.
async fn lose(client: &Client, project: Uuid, new: NewToken) -> UnconfirmedCreate {
    let before = named(client, project, new.name()).await;
    let error = client.create_token(project, &new).await.expect_err("the answer is lost");
    assert!(error.outcome_unknown(), "{error:?}");
    UnconfirmedCreate::new(project, new, before)
}

#[tokio::test]
async fn a1_a_create_that_happened_is_found() {
    let (running, client) = sandbox(300, &["POST:reset-after"], PATIENT).await;
    let project = running.projects()[0].0;
    let lost = lose(&client, project, reader("x")).await;
    let Ok(Match::Unique(token)) = client.find_created(&lost).await else { panic!("it is there") };
    assert_eq!(named(&client, project, "x").await, std::slice::from_ref(&token.id));
    assert!(!client.token(&token.id).await.expect("its value").value.is_hidden());
    assert_eq!(posts(&running), 1);
}

#[tokio::test]
async fn a1_a_create_that_did_not_happen_is_not_found() {
    let (running, client) = sandbox(300, &["POST:reset-before"], PATIENT).await;
    let lost = lose(&client, running.projects()[0].0, reader("x")).await;
    assert_eq!(client.find_created(&lost).await, Ok(Match::NotFound));
    assert_eq!(posts(&running), 1);
}

#[tokio::test]
async fn a1_a_create_that_happens_late_is_found_late() {
    let (running, client) = sandbox(3, &[&format!("POST:store-later={}", SHORT.as_millis())], PATIENT).await;
    let lost = lose(&client, running.projects()[0].0, reader("x")).await;
    let found = within("the token", async {
        loop {
            match client.find_created(&lost).await.expect("a list") {
                Match::NotFound => tokio::time::sleep(Duration::from_millis(20)).await,
                found => return found,
            }
        }
    });
    assert!(matches!(found.await, Match::Unique(token) if token.name == "x"));
    assert_eq!(posts(&running), 1);
}

#[tokio::test]
async fn a1_two_that_match_are_both_found() {
    let (running, client) = sandbox(3, &["POST:twice"], PATIENT).await;
    let lost = lose(&client, running.projects()[0].0, reader("x")).await;
    let Ok(Match::Ambiguous(tokens)) = client.find_created(&lost).await else { panic!("there are two") };
    assert_eq!(tokens.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["x", "x"]);
}

#[tokio::test]
async fn a1_a_token_that_may_do_something_else_is_shown_and_not_taken_for_it() {
    let (running, client) = sandbox(3, &["POST:reset-before"], PATIENT).await;
    let project = running.projects()[0].0;
    let lost = lose(&client, project, reader("x")).await;
    running.set_faults(Vec::new());
    let theirs = NewToken::new("x", vec![Permission::Delete]).expect("permissions");
    client.create_token(project, &theirs).await.expect("someone else was quicker");
    let Ok(Match::Ambiguous(tokens)) = client.find_created(&lost).await else { panic!("it is not ours") };
    assert_eq!(tokens.len(), 1);
}

#[tokio::test]
async fn a1_what_had_the_name_before_is_not_taken_for_it() {
    // Servers that allow a name twice: the raw one lists what it is told to.
    let server = Server::start(|request| {
        if request.line().starts_with("POST") {
            Answer::last("")
        } else {
            Answer::json(r#"[{"id":"old","name":"x","permissions":["read:*"]}]"#)
        }
    })
    .await;
    let client = plain_client(&server.url());
    let lost = lose(&client, PROJECT, reader("x")).await;
    assert_eq!(client.find_created(&lost).await, Ok(Match::NotFound));
}

#[tokio::test]
async fn a1_when_the_server_cannot_be_asked_nothing_is_known() {
    let (running, client) = sandbox(3, &["POST:reset-after"], PATIENT).await;
    let lost = lose(&client, running.projects()[0].0, reader("x")).await;
    running.set_faults(read_faults(&["status=500"]));
    assert_eq!(client.find_created(&lost).await.expect_err("no answer").status(), Some(500));
}
