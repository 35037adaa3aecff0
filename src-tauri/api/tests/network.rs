//! Networks that fail: unknown names, closed ports, silence, trickles, and connections that break.

use std::{io, time::Duration};

use calyptia_api::{Cause, Client, ConnectFailure, DecodeError, Error, Failure, Timeouts};

use crate::support::{
    PATIENT, PROJECT, SHORT, client, list, options, plain_client,
    raw::{Answer, Server},
    reader, sandbox, within,
};

const ROW: &str = r#"[{"id":"a","name":"first"},"#;

fn head(length: usize) -> String {
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n")
}

fn kind_of_cause(error: &Error) -> Option<io::ErrorKind> {
    let cause = std::error::Error::source(error)?;
    cause.downcast_ref().map(Cause::kind)
}

async fn failure_of_projects(client: &Client) -> Error {
    within("projects", client.projects()).await.expect_err("it fails")
}

#[tokio::test]
async fn n1_an_unknown_name_is_reported() {
    let client = plain_client("https://api.test.invalid");
    let error = failure_of_projects(&client).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::Dns));
    assert!(error.is_retryable());
    let error = client.create_token(PROJECT, &reader("x")).await.expect_err("no address");
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::Dns));
    assert!(error.is_retryable() && !error.outcome_unknown(), "it was never sent");
}

#[tokio::test]
async fn n1_a_closed_port_is_reported_and_nothing_was_sent() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    drop(listener);
    let client = plain_client(&url);
    let error = failure_of_projects(&client).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::Refused));
    assert_eq!(kind_of_cause(&error), Some(io::ErrorKind::ConnectionRefused));
    assert!(error.is_retryable());
    let error = client.create_token(PROJECT, &reader("x")).await.expect_err("refused");
    assert!(error.is_retryable() && !error.outcome_unknown());
}

#[tokio::test]
async fn n1_a_connection_that_fails_is_tried_three_times_for_a_read_and_once_for_a_write() {
    let server = Server::start_canned(b"", true).await;
    let client = plain_client(&server.https_url());
    let error = failure_of_projects(&client).await;
    assert!(matches!(error.failure, Failure::NotConnected(_)), "{error}");
    assert_eq!(server.seen().connections, 3);
    let error = client.create_token(PROJECT, &reader("x")).await.expect_err("no connection");
    assert!(matches!(error.failure, Failure::NotConnected(_)) && !error.outcome_unknown(), "{error}");
    assert_eq!(server.seen().connections, 4);
}

#[tokio::test]
async fn n2_a_handshake_that_is_never_answered_ends_at_the_time_limit_for_connecting() {
    // It waits for a request that a TLS client does not send.
    let server = Server::start_idle().await;
    let client = client(&server.https_url(), options(Timeouts { connect: SHORT, ..PATIENT }));
    let error = failure_of_projects(&client).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::TimedOut));
    assert_eq!(server.seen().connections, 3, "one try and two retries");
    server.until("the client leaves", |seen| seen.left == 3).await;
}

/// Linux drops what does not fit into the queue of a listener that accepts nobody; elsewhere it may be refused.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn n2_a_black_hole_ends_at_the_time_limit_for_connecting() {
    let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
    socket.bind(([127, 0, 0, 1], 0).into()).expect("a free port");
    let listener = socket.listen(1).expect("it listens");
    let address = listener.local_addr().expect("bound");
    let mut queue = Vec::new();
    // Full once a connection is no longer made.
    while let Ok(stream) = tokio::time::timeout(SHORT, tokio::net::TcpStream::connect(address)).await {
        queue.push(stream.expect("queued"));
    }
    let client = client(&format!("http://{address}"), options(Timeouts { connect: SHORT, ..PATIENT }));
    let error = failure_of_projects(&client).await;
    assert_eq!(error.failure, Failure::NotConnected(ConnectFailure::TimedOut));
    let error = client.create_token(PROJECT, &reader("x")).await.expect_err("a black hole");
    assert!(!error.outcome_unknown(), "{error}");
}

#[tokio::test]
async fn n2_silence_before_the_response_ends_at_its_time_limit_and_is_not_repeated() {
    for start in ["", "HTTP/1.1 200 OK\r\ncontent-ty"] {
        let server = Server::start(move |_| Answer::stall(start)).await;
        let client = client(&server.url(), options(Timeouts { response: SHORT, ..PATIENT }));
        let error = failure_of_projects(&client).await;
        assert_eq!(error.failure, Failure::TimedOut, "{start:?}");
        assert_eq!(server.seen().requests.len(), 1);
        server.until("the client leaves", |seen| seen.left == 1).await;
    }
}

#[tokio::test]
async fn n2_silence_in_the_middle_of_a_list_ends_it_after_the_rows_that_arrived() {
    let server = Server::start(|_| Answer::stall(head(500) + ROW)).await;
    let client = client(&server.url(), options(Timeouts { read: SHORT, ..PATIENT }));
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(end.expect_err("silence").failure, Failure::TimedOut);
    server.until("the client leaves", |seen| seen.left == 1).await;
}

#[tokio::test]
async fn n2_silence_in_the_middle_of_a_response_that_is_read_whole_ends_it() {
    let (running, client) = sandbox(3, &["stall=20"], Timeouts { read: SHORT, ..PATIENT }).await;
    assert_eq!(failure_of_projects(&client).await.failure, Failure::TimedOut);
    assert_eq!(running.requests().len(), 1);
}

#[tokio::test]
async fn n2_a_trickle_counts_as_stuck() {
    let server =
        Server::start(|_| Answer::repeat(head(1_000_000) + ROW, " ", Duration::from_millis(20))).await;
    let client = client(&server.url(), options(Timeouts { body: SHORT * 2, ..PATIENT }));
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(end.expect_err("a trickle").failure, Failure::TimedOut);
    server.until("the client leaves", |seen| seen.left == 1).await;
}

#[tokio::test]
async fn n2_a_body_that_keeps_flowing_may_take_longer_than_a_slow_one() {
    let piece = " ".repeat(4 * Timeouts::MIN_BYTES_PER_SECOND as usize);
    // Without a length: the body ends where the client has read as much as it wants.
    let server = Server::start(move |_| {
        Answer::repeat("HTTP/1.1 200 OK\r\n\r\n[", piece.clone(), Duration::from_millis(50))
    })
    .await;
    let client = client(&server.url(), options(Timeouts { body: SHORT, ..PATIENT }));
    let mut list = client.tokens(PROJECT);
    assert!(tokio::time::timeout(SHORT * 3, list.next_batch()).await.is_err(), "it is still being read");
}

#[tokio::test]
async fn n2_a_dropped_call_closes_its_connection_at_any_stage() {
    let answers: [fn(usize) -> Answer; 3] = [
        |_| Answer::stall(""),
        |_| Answer::stall("HTTP/1.1 200 OK\r\n"),
        |length| Answer::stall(head(length) + ROW),
    ];
    for answer in answers {
        let server = Server::start(move |_| answer(500)).await;
        let client = plain_client(&server.url());
        let mut list = client.tokens(PROJECT);
        tokio::select! {
            () = async { while matches!(list.next_batch().await, Ok(Some(_))) {} } => panic!("the response is incomplete"),
            () = server.until("the request", |seen| seen.requests.len() == 1) => {}
        }
        drop(list);
        server.until("the client leaves", |seen| seen.left == 1).await;

        let new = reader("x");
        tokio::select! {
            _ = client.create_token(PROJECT, &new) => panic!("the response is incomplete"),
            () = server.until("the request", |seen| seen.requests.len() == 2) => {}
        }
        server.until("the client leaves", |seen| seen.left == 2).await;
    }
}

#[tokio::test]
async fn n2_a_dropped_call_closes_a_connection_that_is_being_made() {
    let server = Server::start_idle().await;
    let client = plain_client(&server.https_url());
    tokio::select! {
        _ = client.projects() => panic!("nothing responds"),
        () = server.until("the connection", |seen| seen.connections == 1) => {}
    }
    server.until("the client leaves", |seen| seen.left == 1).await;
}

#[tokio::test]
async fn n4_a_list_that_breaks_off_is_an_error_after_the_rows_that_arrived() {
    let what = "it ends in the middle";
    let byte = ROW.len() as u64;
    let incomplete = Failure::Undecodable(DecodeError { what, element: Some(2), byte });
    for (start, failure) in [
        (head(500), Failure::Interrupted),
        ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1b\r\n".to_owned(), Failure::Interrupted),
        // Without a length, only the JSON shows that something is missing.
        ("HTTP/1.1 200 OK\r\n\r\n".to_owned(), incomplete),
    ] {
        let server = Server::start(move |_| Answer::last(start.clone() + ROW)).await;
        let (rows, end) = list(&plain_client(&server.url()), PROJECT).await;
        assert_eq!((rows.len(), end.expect_err("incomplete").failure), (1, failure));
    }
}

#[tokio::test]
async fn n4_a_list_that_is_shorter_than_announced_is_an_error_even_if_its_json_is_complete() {
    let server = Server::start(|_| Answer::last(head(500) + r#"[{"id":"a","name":"first"}]"#)).await;
    let client = plain_client(&server.url());
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!((rows.len(), end.expect_err("short").failure), (1, Failure::Interrupted));

    let server = Server::start(|_| Answer::last(head(500) + "[]")).await;
    let error = failure_of_projects(&plain_client(&server.url())).await;
    assert_eq!(error.failure, Failure::Interrupted);
    assert_eq!(kind_of_cause(&error), Some(io::ErrorKind::UnexpectedEof));
}

#[tokio::test]
async fn n7_a_login_page_is_not_taken_for_the_api() {
    let (running, client) = sandbox(3, &["html"], PATIENT).await;
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!((rows.len(), end.expect_err("a page").failure), (0, Failure::NotTheApi));
    assert_eq!(failure_of_projects(&client).await.failure, Failure::NotTheApi);
    assert_eq!(running.requests().len(), 2, "it does not help to ask again");
    let error = client.create_token(PROJECT, &reader("x")).await.expect_err("a page");
    assert!(error.failure == Failure::NotTheApi && error.outcome_unknown());
    let page = "HTTP/1.1 200 OK\r\nContent-Type: Text/HTML\r\ncontent-length: 6\r\n\r\n<html>";
    let server = Server::start(move |_| Answer::keep(page)).await;
    let error = plain_client(&server.url()).health().await.expect_err("a page");
    assert_eq!(error.failure, Failure::NotTheApi);
}
