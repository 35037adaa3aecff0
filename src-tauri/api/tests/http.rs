//! Responses other than the documented success: redirects, errors, and unusual forms of success.

use calyptia_api::{Client, Error, Failure, Permission, Reason, Refusal, Responder, TokenChange, TokenId};
use jiff::SignedDuration;

use crate::support::{
    PATIENT, PROJECT, list, other_refusal, plain_client,
    raw::{Answer, Server},
    read_faults, reader, refusal, sandbox, within,
};

fn rename() -> TokenChange {
    TokenChange::new(Some("new".into()), None).expect("a change")
}

/// How each call fails, the reads first.
async fn failures(client: &Client) -> [Error; 7] {
    let id = TokenId::from("a");
    [
        client.projects().await.expect_err("projects"),
        list(client, PROJECT).await.1.expect_err("list"),
        client.token(&id).await.expect_err("token"),
        client.health().await.expect_err("health"),
        client.create_token(PROJECT, &reader("x")).await.expect_err("create"),
        client.update_token(&id, &rename()).await.expect_err("update"),
        client.delete_token(&id).await.expect_err("delete"),
    ]
}

#[tokio::test]
async fn h1_no_redirect_is_followed_whatever_its_status_and_target() {
    let other = Server::start_idle().await;
    for status in [301, 302, 303, 307, 308] {
        for target in
            ["/v1/elsewhere".into(), other.url(), other.https_url(), "http://api.test.invalid/".into()]
        {
            let location = format!("location: {target}\r\n");
            let server =
                Server::start(move |_| Answer::body(&format!("{status} Moved"), &location, "")).await;
            let client = plain_client(&server.url());
            for error in within("redirects", failures(&client)).await {
                assert_eq!(error.failure, Failure::Redirected { status }, "{error}");
                assert_eq!(error.status(), Some(status));
                assert!(!error.is_retryable());
                let may_be_done = matches!(status, 301..=303) && error.operation.changes_something();
                assert_eq!(error.outcome_unknown(), may_be_done, "{error}");
            }
            assert_eq!(server.seen().requests.len(), 7, "each call is made once: {:?}", server.lines());
        }
    }
    assert_eq!(other.seen().connections, 0);
}

#[tokio::test]
async fn h2_an_expired_credential_is_refused_with_its_reason() {
    let (running, client) = sandbox(3, &[], PATIENT).await;
    let project = running.projects()[0].0;
    assert!(list(&client, project).await.1.is_ok());
    let server =
        Server::start(|_| Answer::body("401 Unauthorized", "", r#"{"error":"invalid token"}"#)).await;
    for error in failures(&plain_client(&server.url())).await {
        assert_eq!(error.failure, Failure::Refused(refusal(401, Reason::InvalidToken)));
        assert!(!error.outcome_unknown() && !error.is_retryable());
    }
    assert_eq!(server.seen().requests.len(), 7, "nothing is repeated");
}

#[tokio::test]
async fn h3_a_token_that_is_gone_counts_as_deleted_and_cannot_be_changed() {
    for (status, reason) in [(404, Reason::TokenNotFound), (410, Reason::TokenGone)] {
        let body = format!(r#"{{"error":"{reason}"}}"#);
        let server = Server::start(move |_| Answer::body(&format!("{status} No"), "", &body)).await;
        let client = plain_client(&server.url());
        let id = TokenId::from("00000000-0000-0000-0000-000000000001");
        assert_eq!(client.delete_token(&id).await, Ok(()), "{status}");
        let error = client.update_token(&id, &rename()).await.expect_err("gone");
        assert_eq!(error.failure, Failure::Refused(refusal(status, reason)));
        assert!(error.is_gone() && !error.outcome_unknown());
        assert_eq!(server.seen().requests.len(), 2);
    }
}

#[tokio::test]
async fn h3_a_refused_delete_is_not_taken_for_a_token_that_is_gone() {
    for status in [400, 403, 409, 500] {
        let (_running, client) = sandbox(3, &[&format!("status={status}")], PATIENT).await;
        let error = client.delete_token(&TokenId::from("a")).await.expect_err("refused");
        assert_eq!(error.status(), Some(status));
    }
}

#[tokio::test]
async fn h3_c8_a_404_in_other_words_than_the_apis_is_not_taken_for_a_token_that_is_gone() {
    for (kind, body, responder) in [
        ("text/html", "<h1>404 Not Found</h1>", Responder::Other),
        ("text/plain", "404 page not found", Responder::Other),
        ("application/json", "{}", Responder::Other),
        ("application/json", r#"{"error":{"code":404}}"#, Responder::Other),
        ("application/json", r#"{"error":"not found"}"#, Responder::Api),
        ("application/json", r#"{"error":"Token not found"}"#, Responder::Api),
        ("application/json", r#"{"error":"project not found"}"#, Responder::Api),
    ] {
        let headers = format!("content-type: {kind}\r\n");
        let server = Server::start(move |_| Answer::body("404 Not Found", &headers, body)).await;
        let error = plain_client(&server.url()).delete_token(&TokenId::from("a")).await.expect_err(body);
        assert_eq!((error.status(), error.is_gone()), (Some(404), false), "{body}");
        let Failure::Refused(refusal) = error.failure else { panic!("{body}") };
        assert_eq!(refusal.responder, responder, "{body}");
    }
}

#[tokio::test]
async fn h3_a_documented_refusal_keeps_its_status_reason_and_message() {
    for (status, reason) in [
        (401, Reason::EmailNotVerified),
        (403, Reason::PermissionDenied),
        (404, Reason::ProjectNotFound),
        (409, Reason::TokenNameTaken),
        (422, Reason::InvalidTokenName),
    ] {
        let body = format!(r#"{{"error":"{reason}","detail":"canary","index":1,"quotaLimit":7}}"#);
        let server = Server::start(move |_| Answer::body(&format!("{status} No"), "", &body)).await;
        let client = plain_client(&server.url());
        let create = client.create_token(PROJECT, &reader("x")).await.expect_err("refused");
        let update = client.update_token(&TokenId::from("a"), &rename()).await.expect_err("refused");
        for error in [create, update] {
            assert_eq!(error.failure, Failure::Refused(refusal(status, reason)));
            assert!(!error.outcome_unknown() && !error.is_retryable() && !error.is_gone());
        }
        assert_eq!(server.seen().requests.len(), 2);
    }
}

#[tokio::test]
async fn c9_a_conflict_keeps_the_servers_own_words() {
    let words = "token is used by 3 core instances";
    let body = format!(r#"{{"error":"{words}"}}"#);
    let server = Server::start(move |_| Answer::body("409 Conflict", "", &body)).await;
    let error = plain_client(&server.url()).delete_token(&TokenId::from("a")).await.expect_err("in use");
    assert!(!format!("{error} {error:?}").contains(words), "errors are logged");
    let expected =
        Refusal { responder: Responder::Api, message: Some(words.to_owned()), ..other_refusal(409) };
    assert_eq!(error.failure, Failure::Refused(expected));
}

#[tokio::test]
async fn h5_a_passing_failure_is_tried_again_twice_on_a_read() {
    for (status, requests) in [(408, 3), (425, 3), (500, 1), (501, 1), (502, 3), (503, 3), (504, 3)] {
        let (running, client) = sandbox(3, &[&format!("status={status},body=html")], PATIENT).await;
        let error = within("projects", client.projects()).await.expect_err("it fails");
        assert_eq!(error.failure, Failure::Refused(other_refusal(status)));
        assert_eq!(running.requests().len(), requests, "{status}");
    }
    let (running, client) = sandbox(3, &["status=502@1", "status=504@1"], PATIENT).await;
    assert!(within("projects", client.projects()).await.is_ok(), "the third time it works");
    assert_eq!(running.requests().len(), 3);
}

#[tokio::test]
async fn h5_a_write_that_fails_on_the_server_is_sent_once_and_has_an_unknown_outcome() {
    for status in [408, 500, 502, 503, 504] {
        // A wait that the server asks for does not make it safe to repeat.
        let (running, client) = sandbox(3, &[&format!("status={status},retry-after=0")], PATIENT).await;
        let id = TokenId::from("a");
        for error in [
            client.create_token(PROJECT, &reader("x")).await.expect_err("create"),
            client.update_token(&id, &rename()).await.expect_err("update"),
            client.delete_token(&id).await.expect_err("delete"),
        ] {
            assert_eq!(error.status(), Some(status));
            assert!(error.outcome_unknown() && !error.is_retryable(), "{error}");
        }
        assert_eq!(running.requests().len(), 3);
    }
}

#[tokio::test]
async fn h6_another_success_status_is_success() {
    let (running, client) = sandbox(3, &["plain-ok"], PATIENT).await;
    let project = running.projects()[0].0;
    let created = client.create_token(project, &reader("x")).await.expect("200 for 201");
    client.update_token(&created.id, &rename()).await.expect("200 for 204");
    client.delete_token(&created.id).await.expect("200 for 204");
    assert!(client.token(&created.id).await.is_err(), "it is deleted");
}

#[tokio::test]
async fn h6_an_unexpected_body_does_not_spoil_the_next_response() {
    let (running, client) = sandbox(3, &["PATCH:no-content-body", "DELETE:no-content-body"], PATIENT).await;
    let project = running.projects()[0].0;
    let permissions = vec![Permission::Read];
    for name in ["a", "b", "c", "d"] {
        let created = client.create_token(project, &reader(name)).await.expect("created");
        let change = TokenChange::new(None, Some(permissions.clone())).expect("a change");
        client.update_token(&created.id, &change).await.expect("changed");
        let changed = client.token(&created.id).await.expect("fetched");
        assert_eq!(changed.permissions.as_ref(), Some(&permissions));
        client.delete_token(&created.id).await.expect("deleted");
        assert_eq!(list(&client, project).await.0.len(), 3);
    }
}

#[tokio::test]
async fn h6_the_status_survives_whatever_the_body_is() {
    let long = format!(r#"{{"error":"{}"}}"#, "no ".repeat(1000));
    let huge = format!(r#"{{"error":"{}"}}"#, "no ".repeat(10 * 1024 * 1024 / 3));
    let cut = "no ".repeat(67)[..200].trim().to_owned();
    use Responder::{Api, Other};
    for (body, responder, message) in [
        ("", Other, None),
        ("null", Other, None),
        (r#"{"error":null}"#, Other, None),
        (r#"["error"]"#, Other, None),
        ("<!doctype html><h1>Bad Request</h1>", Other, None),
        ("[[[[", Other, None),
        ("\u{0}\u{1}", Other, None),
        (&long, Api, Some(cut.as_str())),
        (&huge, Other, None),
        (r#"{"error":"line\none\u001b[31m \u0000"}"#, Api, Some("line one [31m")),
        (r#"{"error":" \n "}"#, Api, None),
    ] {
        let server = Server::start({
            let body = body.to_owned();
            move |_| Answer::body("400 Bad Request", "content-type: text/html\r\n", &body)
        })
        .await;
        let error = within("an error", plain_client(&server.url()).projects()).await.expect_err("refused");
        let message = message.map(str::to_owned);
        let expected = Refusal { responder, message, ..other_refusal(400) };
        assert!(error.failure == Failure::Refused(expected), "{:.60}: {:?}", body, error);
    }
}

#[tokio::test]
async fn h6_the_status_survives_an_error_that_stops_halfway() {
    const HEAD: &str = "HTTP/1.1 409 Conflict\r\ncontent-length: 100\r\n\r\n";
    for then in [Answer::stall, Answer::last] {
        let server = Server::start(move |_| then(format!(r#"{HEAD}{{"error":"#).into_bytes())).await;
        let client = plain_client(&server.url());
        let create = within("an error", client.create_token(PROJECT, &reader("x"))).await;
        let error = create.expect_err("refused");
        assert_eq!(error.failure, Failure::Refused(other_refusal(409)));
    }
}

#[tokio::test]
async fn m8_the_offset_of_the_servers_clock_is_read_from_its_responses() {
    let (sandbox, client) = sandbox(1, &[], PATIENT).await;
    assert_eq!(client.clock_offset(), None, "nothing is known before the first response");
    for (fault, expected) in [("clock=0", 0), ("clock=86400", 86_400), ("clock=-600", -600)] {
        sandbox.set_faults(read_faults(&[fault]));
        client.projects().await.expect("projects");
        let offset = client.clock_offset().expect("a date");
        let error = (offset - SignedDuration::from_secs(expected)).abs();
        assert!(error <= SignedDuration::from_secs(2), "{fault}: {offset}");
    }
    for headers in ["", "date: soon\r\n"] {
        let server = Server::start(move |_| Answer::body("200 OK", headers, "[]")).await;
        let client = plain_client(&server.url());
        client.projects().await.expect("projects");
        assert_eq!(client.clock_offset(), None, "{headers}");
    }
}

/// The message of the error that a list ends with, if the server sends this text in this body.
async fn shown(client: &Client) -> Option<String> {
    match list(client, PROJECT).await.1.expect_err("an error").failure {
        Failure::Refused(refusal) => refusal.message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn c18_a_message_that_repeats_the_bearer_token_in_pieces_is_not_shown() {
    for (text, is_shown) in [
        ("unknown: HEAD PAYLOAD\\nSIGNATURE", false),
        ("unknown: aGVhZC5wYXlsb2FkLnNpZ25hdHVyZQ==", false),
        ("unknown: %68ead%2Epay%6Coad%2ES", false),
        ("unknown: adpayloadsi", true),
    ] {
        let server =
            Server::start(move |_| Answer::body("400 No", "", &format!(r#"{{"error":"{text}"}}"#))).await;
        let message = shown(&plain_client(&server.url())).await;
        assert_eq!(message.as_deref(), is_shown.then_some(text), "{text}");
    }
}

#[tokio::test]
async fn c18_a_message_that_repeats_a_value_of_its_response_is_not_shown() {
    for (more, is_shown) in [
        (r#","token":"was.some-value""#, false),
        (r#","token":"x","more":[{"token":"some value 012345"}]"#, false),
        (r#","note":"some value 012345""#, true),
    ] {
        let body = format!(r#"{{"error":"this was Some Value 0123"{more}}}"#);
        let server = Server::start(move |_| Answer::body("400 No", "", &body)).await;
        let message = shown(&plain_client(&server.url())).await;
        assert_eq!(message.is_some(), is_shown, "{more}");
    }
}

#[tokio::test]
async fn c18_a_message_that_repeats_a_value_that_was_read_is_not_shown_while_it_is_held() {
    let server = Server::start(|request| {
        if request.line().starts_with("POST") || request.line().contains("project_tokens") {
            Answer::json(r#"{"id":"a","name":"n","token":"some-value-0123456789"}"#)
        } else {
            Answer::body("400 No", "", r#"{"error":"not some value 01234"}"#)
        }
    })
    .await;
    let client = plain_client(&server.url());
    let clone = client.clone();
    for creates in [true, false] {
        let token = if creates {
            client.create_token(PROJECT, &reader("n")).await.expect("created")
        } else {
            client.token(&TokenId::from("a")).await.expect("a token")
        };
        let value = token.value.expect("a value");
        assert_eq!(shown(&clone).await, None);
        let renewed = plain_client(&server.url());
        assert!(shown(&renewed).await.is_some(), "another client does not know it");
        renewed.keep_secret(&value);
        assert_eq!(shown(&renewed).await, None);
        drop(value);
        assert!(shown(&client).await.is_some() && shown(&renewed).await.is_some(), "it is wiped");
    }
}
