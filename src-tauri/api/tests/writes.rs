//! Writes whose response is lost: sent once, never reported as failed, and found by looking.

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
async fn n3_a_create_whose_response_is_lost_is_sent_once_and_has_an_unknown_outcome() {
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
async fn n3_a_change_and_a_deletion_whose_responses_are_lost_are_sent_once() {
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

/// Creates a token whose response is lost; the ids that had its name before are known.
async fn lose(client: &Client, project: Uuid, new: NewToken) -> UnconfirmedCreate {
    let before = named(client, project, new.name()).await;
    let create = UnconfirmedCreate::new(project, new, before);
    let error = client.create_token(project, create.new_token()).await.expect_err("the response is lost");
    assert!(error.outcome_unknown(), "{error:?}");
    create
}

#[tokio::test]
async fn a1_a_create_that_happened_is_found() {
    let (running, client) = sandbox(300, &["POST:reset-after"], PATIENT).await;
    let project = running.projects()[0].0;
    let lost = lose(&client, project, reader("x")).await;
    let Ok(Match::Unique(token)) = client.find_created(&lost).await else { panic!("it is there") };
    assert_eq!(named(&client, project, "x").await, std::slice::from_ref(&token.id));
    let value = client.token(&token.id).await.expect("a token").value.expect("a value");
    assert!(!value.is_placeholder());
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
async fn a1_a_token_with_other_permissions_is_shown_and_not_taken_for_it() {
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
async fn a1_a_token_that_had_the_name_before_is_not_taken_for_it() {
    // As on servers that allow a name twice.
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
async fn a1_when_the_server_fails_nothing_is_known() {
    let (running, client) = sandbox(3, &["POST:reset-after"], PATIENT).await;
    let lost = lose(&client, running.projects()[0].0, reader("x")).await;
    running.set_faults(read_faults(&["status=500"]));
    assert_eq!(client.find_created(&lost).await.expect_err("no response").status(), Some(500));
}

/// A server that lists this for every request, and counts its clock from this many seconds ahead.
async fn lists(rows: String, clock_ahead: Option<i64>) -> Server {
    Server::start(move |_| {
        let date = clock_ahead.map_or_else(String::new, |ahead| {
            let now = std::time::SystemTime::UNIX_EPOCH
                + Duration::from_secs((jiff::Timestamp::now().as_second() + ahead) as u64);
            format!("date: {}\r\n", httpdate::fmt_http_date(now))
        });
        Answer::body("200 OK", &date, &rows)
    })
    .await
}

#[tokio::test]
async fn c2_a_token_that_is_older_than_the_create_is_not_taken_for_it() {
    const HOUR: i64 = 3600;
    let create = UnconfirmedCreate::new(PROJECT, reader("x"), []);
    #[derive(Debug, PartialEq)]
    enum Found {
        Ours,
        Perhaps,
        Nothing,
    }
    for (clock_ahead, age, expected) in [
        (Some(0), 0, Found::Ours),
        // A colleague may have created it just before.
        (Some(0), 30, Found::Perhaps),
        (Some(0), 120, Found::Nothing),
        // By the server's clock, whatever this computer's says.
        (Some(HOUR), -HOUR, Found::Ours),
        (Some(HOUR), 0, Found::Nothing),
        (Some(-HOUR), HOUR, Found::Ours),
        (Some(-HOUR), HOUR + 120, Found::Nothing),
        // Without the server's clock the age is unknown.
        (None, HOUR, Found::Perhaps),
    ] {
        let created = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() - age).expect("a time");
        let row = format!(r#"[{{"id":"a","name":"x","permissions":["read:*"],"createdAt":"{created}"}}]"#);
        let server = lists(row, clock_ahead).await;
        let found = plain_client(&server.url()).find_created(&create).await.expect("a list");
        let found = match found {
            Match::Unique(_) => Found::Ours,
            Match::Ambiguous(_) => Found::Perhaps,
            Match::NotFound => Found::Nothing,
        };
        assert_eq!(found, expected, "{clock_ahead:?} {age}");
        let requests = if expected == Found::Nothing { 2 } else { 1 };
        assert_eq!(server.seen().requests.len(), requests, "{clock_ahead:?} {age}");
    }
    let undated = r#"[{"id":"a","name":"x","permissions":["read:*"]}]"#;
    let server = lists(undated.to_owned(), Some(0)).await;
    let found = plain_client(&server.url()).find_created(&create).await;
    assert!(matches!(found, Ok(Match::Ambiguous(_))), "{found:?}");
}

#[tokio::test]
async fn c1_a_token_whose_name_the_server_changed_is_shown_and_not_taken_for_it() {
    let create = UnconfirmedCreate::new(PROJECT, reader("Edge Madrid "), []);
    let row = r#"[{"id":"a","name":"edge madrid","permissions":["read:*"]}]"#;
    let server = lists(row.to_owned(), None).await;
    let found = plain_client(&server.url()).find_created(&create).await.expect("a list");
    assert!(matches!(&found, Match::Ambiguous(tokens) if tokens.len() == 1), "{found:?}");
}

#[tokio::test]
async fn a1_the_newest_tokens_are_looked_at_before_those_with_the_name() {
    let create = UnconfirmedCreate::new(PROJECT, reader("x"), []);
    let server = lists("[]".to_owned(), None).await;
    assert_eq!(plain_client(&server.url()).find_created(&create).await, Ok(Match::NotFound));
    let path = "GET /v1/projects/00000000-0000-0000-0000-000000000009/tokens";
    assert_eq!(server.lines(), [format!("{path}?last=100"), format!("{path}?last=2000&name=x")]);
}

/// Servers tidy names in ways of their own.
#[tokio::test]
async fn c1_a_token_that_the_server_lists_for_the_name_may_be_the_new_one_however_it_is_written() {
    const HOUR: i64 = 3600;
    let create = UnconfirmedCreate::new(PROJECT, reader("Edge  Madrid"), []);
    for (permission, age, is_shown) in [("read:*", 0, true), ("read:*", HOUR, false), ("delete:*", 0, false)]
    {
        let created = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second() - age).expect("a time");
        let row = format!(
            r#"[{{"id":"a","name":"edge-madrid","permissions":["{permission}"],"createdAt":"{created}"}}]"#
        );
        let server = Server::start(move |request| {
            let now = httpdate::fmt_http_date(std::time::SystemTime::now());
            // Only where the name is asked for: another token among the newest is somebody else's.
            let rows = if request.line().contains("name=") { &*row } else { "[]" };
            Answer::body("200 OK", &format!("date: {now}\r\n"), rows)
        })
        .await;
        let found = plain_client(&server.url()).find_created(&create).await.expect("a list");
        let is_perhaps = matches!(&found, Match::Ambiguous(tokens) if tokens.len() == 1);
        assert_eq!(is_perhaps, is_shown, "{permission} {age}: {found:?}");
        assert!(is_shown || found == Match::NotFound, "{found:?}");
    }
}
