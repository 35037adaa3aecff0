use calyptia_api::{BearerToken, Client, Failure, Operation, Refusal, Responder, Server};
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
    session.rows(by_name(), 0, 100, None).rows.into_iter().map(|row| row.name).collect()
}

fn first_row(session: &Session) -> Row {
    session.rows(by_name(), 0, 1, None).rows.remove(0)
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
        let Ok(CreateOutcome::Created { row, found: true }) = outcome else { panic!("{fault}: {outcome:?}") };
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
    assert!(matches!(outcome, Ok(CreateOutcome::NotFound { .. })), "{outcome:?}");
    assert_eq!((attempts, sent(&sandbox, &Method::POST)), (3, 1));
    let outcome = session.check_create(|_| ()).await;
    assert!(matches!(outcome, Ok(CreateOutcome::NotFound { .. })), "{outcome:?}");
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
        assert!(matches!(outcome, Ok(CreateOutcome::NotFound { .. })), "{outcome:?}");
        sandbox.set_faults(faults(&[refused]));
        create(&session, project, "edge").await.0.expect_err(refused);
        let outcome = session.check_create(|_| ()).await.expect("it can still be looked for");
        assert!(matches!(outcome, CreateOutcome::NotFound { .. }), "{outcome:?}");
    }
}

#[tokio::test]
async fn a1_a_token_stored_late_is_found_although_the_list_has_it_by_now() {
    let (sandbox, session, project) = session(2, &["POST:store-later=1500@1"]).await;
    session.load(project, |_| ()).await.expect("open");
    let (outcome, _) = create(&session, project, "edge").await;
    assert!(matches!(outcome, Ok(CreateOutcome::NotFound { .. })), "{outcome:?}");
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
    let session = Session::new(Uuid::nil(), client("one"), false, None, &SessionOptions::default());
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

#[tokio::test]
async fn c8_a_404_that_is_not_the_apis_counts_as_deleted_only_if_a_complete_list_lacks_the_token() {
    for (faults_of_lists, deleted) in [
        ("GET:latency=0", true),
        ("GET:status=500", false),
        ("GET:bad-json", false),
        ("GET:odd-rows", false),
        ("GET:no-cursor", false),
    ] {
        let (sandbox, session, project) = session(3, &[]).await;
        session.load(project, |_| ()).await.expect("open");
        let row = first_row(&session);
        // The work is done, and a gateway responds.
        sandbox.set_faults(faults(&["DELETE:status-after=404", faults_of_lists, "GET:page-size=1"]));
        let outcome = session.delete(&row.id).await;
        assert_eq!(outcome.is_ok(), deleted, "{faults_of_lists}: {outcome:?}");
        assert_eq!(names(&session).contains(&row.name), !deleted, "{faults_of_lists}");
        assert_eq!(sent(&sandbox, &Method::DELETE), 1);
    }
}

#[tokio::test]
async fn c11_a_create_that_fails_on_the_server_keeps_its_status_and_words() {
    let (_sandbox, session, project) = session(2, &["POST:status=500,error=disk full@1"]).await;
    let (outcome, _) = create(&session, project, "edge").await;
    let Ok(CreateOutcome::NotFound { problem: Some(problem) }) = outcome else { panic!("{outcome:?}") };
    assert_eq!((problem.code, problem.status), (ErrorCode::ChangeUnknown, Some(500)));
    assert_eq!(problem.detail.as_deref(), Some("disk full"));
    let outcome = session.check_create(|_| ()).await;
    assert!(matches!(outcome, Ok(CreateOutcome::NotFound { problem: None })), "{outcome:?}");
}

#[tokio::test]
async fn c16_after_a_change_the_list_shows_what_the_server_has() {
    let (sandbox, session, project) =
        session(3, &["PATCH:lower-case", "PATCH:store=permissions:[\"read:*\"]"]).await;
    session.load(project, |_| ()).await.expect("open");
    let (id, mut expected) = shown(&session, project).await;
    let outcome = rename(&session, &id, "Edge Madrid", &expected).await;
    let Ok(UpdateOutcome::Updated { row }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(row.name, "edge madrid");
    let RowAccess::Some { permissions } = &row.access else { panic!("{:?}", row.access) };
    assert_eq!(*permissions, reads());
    assert!(names(&session).contains(&"edge madrid".into()));

    // The same if the response is lost.
    expected = ExpectedToken { name: row.name, permissions: reads().into() };
    sandbox.set_faults(faults(&["PATCH:lower-case", "PATCH:reset-after"]));
    let outcome = rename(&session, &id, "Edge Lisbon", &expected).await;
    let Ok(UpdateOutcome::Updated { row }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(row.name, "edge lisbon");

    // A change of nothing but the case, which this server undoes, was not made as far as anybody can tell.
    expected.name = row.name;
    let outcome = rename(&session, &id, "Edge LISBON", &expected).await;
    assert_eq!(outcome.expect_err("unknown").code, ErrorCode::ChangeUnknown);

    // If the token cannot be read, what was accepted is shown.
    sandbox.set_faults(faults(&["PATCH:latency=300"]));
    let patches = sent(&sandbox, &Method::PATCH);
    let break_reads = async {
        while sent(&sandbox, &Method::PATCH) == patches {
            tokio::task::yield_now().await;
        }
        sandbox.set_faults(faults(&["GET:status=403"]));
    };
    let (outcome, ()) = tokio::join!(rename(&session, &id, "Edge Oslo", &expected), break_reads);
    let Ok(UpdateOutcome::Updated { row }) = outcome else { panic!("{outcome:?}") };
    assert_eq!(row.name, "Edge Oslo");
}

#[tokio::test(start_paused = true)]
async fn c88_a_lost_write_is_looked_for_once_the_time_the_server_asked_for_is_over() {
    let client = {
        let token = BearerToken::parse("head.payload.signature").expect("a bearer token");
        Client::new(Server::parse("http://127.0.0.1:1").expect("loopback"), token).expect("a client")
    };
    let session = Session::new(Uuid::nil(), client, false, None, &SessionOptions::default());
    let lost = |retry_after: Option<u64>| {
        let refusal = Refusal {
            status: 503,
            reason: None,
            responder: Responder::Other,
            message: None,
            retry_after: retry_after.map(Duration::from_secs),
        };
        Error::new(Operation::CreateToken, Failure::Refused(refusal))
    };
    for (asked, first) in [(None, 0), (Some(3), 3), (Some(60), 60), (Some(61), 0), (Some(0), 0)] {
        let waits = session.waits_after(Some(&lost(asked))).map(|wait| wait.as_secs());
        assert_eq!(waits, [first, 2, 5], "{asked:?}");
        let start = tokio::time::Instant::now();
        let looked = std::cell::Cell::new(None);
        let found = session.confirm(lost(asked), || {
            looked.set(Some(start.elapsed().as_secs()));
            std::future::ready(Some(()))
        });
        found.await.expect("found");
        assert_eq!(looked.get(), Some(first), "{asked:?}");
    }
}
