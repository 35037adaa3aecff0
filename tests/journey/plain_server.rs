//! A server that is not the sandbox: the least that the API's description asks for, over a bare socket.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

const PROJECT: &str = "7d9f1c52-3f0e-4c5e-9a55-0f6d5a1c0b77";

/// Serves until the test ends; answers its address.
pub fn start(bearer: &'static str) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = format!("http://{}/self-hosted", listener.local_addr().unwrap());
    let rows = Arc::new(Mutex::new(vec![row(1, r#"{"name":"default","permissions":[]}"#)]));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            answer(stream, bearer, &rows);
        }
    });
    address
}

/// Token values are redacted, as a server may.
fn row(id: usize, wanted: &str) -> String {
    let rest = wanted.trim().strip_prefix('{').unwrap();
    format!(
        r#"{{"id":"00000000-0000-4000-8000-{id:012}","token":"redacted","createdAt":"2026-01-01T00:00:00Z",{rest}"#
    )
}

fn answer(mut stream: TcpStream, bearer: &str, rows: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    while reader.read_line(&mut head).is_ok_and(|read| read > 2) {}
    let length = head
        .to_lowercase()
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.lines().next()?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    let request = head.lines().next().unwrap_or_default().replace("?last=", " ");
    let mut rows = rows.lock().unwrap();
    let tokens = format!("/self-hosted/v1/projects/{PROJECT}/tokens ");
    let (status, body) = if !head.contains(&format!("authorization: Bearer {bearer}\r\n")) {
        ("401 Unauthorized", r#"{"error":"unauthenticated"}"#.to_owned())
    } else if request.starts_with("GET /self-hosted/v1/projects ") {
        (
            "200 OK",
            format!(r#"[{{"id":"{PROJECT}","name":"Self-hosted","createdAt":"2026-01-01T00:00:00Z"}}]"#),
        )
    } else if request.starts_with(&format!("GET {tokens}")) {
        ("200 OK", format!("[{}]", rows.iter().rev().cloned().collect::<Vec<_>>().join(",")))
    } else if request.starts_with(&format!("POST {tokens}")) {
        let id = rows.len() + 1;
        rows.push(row(id, &String::from_utf8(body).unwrap()));
        ("201 Created", rows.last().cloned().unwrap())
    } else {
        ("404 Not Found", r#"{"error":"not found"}"#.to_owned())
    };
    let mut response =
        format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: application/json\r\n");
    write!(response, "content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let _ = stream.write_all(response.as_bytes());
}
