//! The client against a server that is not the sandbox: canned answers over a raw socket, as terse as the API allows
//! and with the oddities that real servers and proxies have.

use std::sync::{Arc, Mutex};

use calyptia_api::{Access, Bearer, Client, Failure, NewToken, Permission, Server};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpListener,
};
use uuid::Uuid;

/// What arrived: request line and headers in lower case, then the body.
type Requests = Arc<Mutex<Vec<(String, String)>>>;

/// Answers each request with what `answer` makes of its first line.
async fn serve(answer: impl Fn(&str) -> String + Send + 'static) -> (Client, Requests) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
    // A self-hosted server under a path of its own.
    let url = format!("http://{}/calyptia/", listener.local_addr().expect("bound"));
    let requests = Requests::default();
    let seen = Arc::clone(&requests);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let mut head = String::new();
            while stream.read_line(&mut head).await.is_ok_and(|read| read > 2) {}
            let head_lower = head.to_lowercase();
            let length = head_lower
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next()?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            stream.read_exact(&mut body).await.expect("a whole request");
            let first_line = head.lines().next().unwrap_or_default().to_owned();
            seen.lock().expect("no panic").push((head, String::from_utf8(body).expect("JSON")));
            stream.write_all(answer(&first_line).as_bytes()).await.expect("written");
        }
    });
    let client =
        Client::new(Server::parse(&url).expect("loopback"), Bearer::parse("a.b.c").expect("a bearer"));
    (client.expect("a client"), requests)
}

fn json(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

#[tokio::test]
async fn a_terse_server_is_enough_to_list_and_create() {
    let (client, requests) = serve(|request| {
        if request.starts_with("POST") {
            // 200 for 201, null for an empty list, no date.
            json("200 OK", r#"{"id":"00000000-0000-0000-0000-000000000003","token":"opaque","name":"new","permissions":["read:*"]}"#)
        } else {
            let rows = r#"[{"id":"00000000-0000-0000-0000-000000000001","token":"****","name":"a","permissions":null,"createdAt":"?"},
                {"id":"00000000-0000-0000-0000-000000000002","name":"b","permissions":["read:*","future:x"],"more":{"x":[]}}]"#;
            let (one, two) = rows.split_at(90);
            format!("HTTP/1.1 200 OK\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:x}\r\n{two}\r\n0\r\n\r\n", one.len(), two.len())
        }
    })
    .await;
    let project = Uuid::from_u128(9);
    let mut list = client.tokens(project);
    let mut tokens = Vec::new();
    while let Some(batch) = list.next_batch().await.expect("readable") {
        tokens.extend(batch);
    }
    assert_eq!(tokens.iter().map(|token| token.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(Access::of(tokens[0].permissions.as_deref()), Access::Full { named: false });
    assert_eq!(tokens[1].permissions, Some(vec![Permission::Read, Permission::Other("future:x".into())]));
    assert!(tokens.iter().all(|token| token.tail.is_none()), "a redacted list has no tails");

    let new = NewToken::new("new", vec![Permission::Read]).expect("permissions");
    assert_eq!(client.create_token(project, &new).await.expect("created").name, "new");

    let requests = requests.lock().expect("no panic");
    let first_lines: Vec<_> = requests.iter().filter_map(|(head, _)| head.lines().next()).collect();
    assert_eq!(
        first_lines,
        [
            "GET /calyptia/v1/projects/00000000-0000-0000-0000-000000000009/tokens?last=2000 HTTP/1.1",
            "POST /calyptia/v1/projects/00000000-0000-0000-0000-000000000009/tokens HTTP/1.1",
        ]
    );
    assert!(requests.iter().all(|(head, _)| head.contains("authorization: Bearer a.b.c\r\n")));
    assert_eq!(requests[1].1, r#"{"name":"new","permissions":["read:*"]}"#);
}

#[tokio::test]
async fn a_login_page_and_a_redirect_are_not_taken_for_the_api() {
    let (client, _) = serve(|_| {
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: 6\r\n\r\n<html>".into()
    })
    .await;
    assert_eq!(client.projects().await.expect_err("a page").failure, Failure::NotTheApi);

    let (client, requests) = serve(|_| {
        "HTTP/1.1 307 Temporary Redirect\r\nconnection: close\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".into()
    })
    .await;
    assert_eq!(client.projects().await.expect_err("elsewhere").failure, Failure::Redirected { status: 307 });
    assert_eq!(requests.lock().expect("no panic").len(), 1);
}

#[tokio::test]
async fn a_passing_failure_is_tried_again_on_a_read_and_never_on_a_create() {
    let (client, requests) = serve(|_| json("503 Service Unavailable", "<h1>busy</h1>")).await;
    let error = client.projects().await.expect_err("busy");
    assert_eq!(error.failure, Failure::Refused { status: 503, message: None, retry_after: None });
    assert_eq!(requests.lock().expect("no panic").len(), 3, "one try and two retries");

    let new = NewToken::new("x", vec![Permission::Read]).expect("permissions");
    let error = client.create_token(Uuid::from_u128(9), &new).await.expect_err("busy");
    assert!(error.may_have_happened() && !error.is_retryable());
    assert_eq!(requests.lock().expect("no panic").len(), 4, "one POST");
}

#[tokio::test]
async fn a_server_that_always_asks_to_wait_is_not_asked_for_ever() {
    let busy = |seconds: &str| {
        format!(
            "HTTP/1.1 429 Too Many Requests\r\nconnection: close\r\nretry-after: {seconds}\r\ncontent-length: 0\r\n\r\n"
        )
    };
    for (seconds, requests_expected) in [("0", 2), ("9999", 1)] {
        let (client, requests) = serve(move |_| busy(seconds)).await;
        assert_eq!(client.projects().await.expect_err("busy").status(), Some(429));
        assert_eq!(requests.lock().expect("no panic").len(), requests_expected, "Retry-After: {seconds}");
    }
}

#[tokio::test]
async fn a_create_whose_answer_breaks_off_may_have_happened() {
    for answer in [
        "HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: 500\r\n\r\n{\"id\":",
        "HTTP/1.1 201 Created\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
        "",
    ] {
        let (client, requests) = serve(move |_| answer.into()).await;
        let new = NewToken::new("x", vec![Permission::Read]).expect("permissions");
        let error = client.create_token(Uuid::from_u128(9), &new).await.expect_err("broken");
        assert!(error.may_have_happened(), "{error}");
        assert_eq!(requests.lock().expect("no panic").len(), 1, "one POST");
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_is_an_error_behind_the_rows_that_came() {
    let (client, _) = serve(|_| {
        "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 500\r\n\r\n[{\"id\":\"a\",\"name\":\"first\"},{\"id\":".into()
    })
    .await;
    let mut list = client.tokens(Uuid::from_u128(9));
    let batch = list.next_batch().await.expect("the first row").expect("a batch");
    assert_eq!(batch[0].name, "first");
    assert!(list.next_batch().await.is_err());
}
