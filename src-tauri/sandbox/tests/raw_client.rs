//! A client that shows the bytes of a response, however broken it is.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use calyptia_sandbox::Method;
use serde_json::Value;

use crate::test_server::TestServer;

/// No response takes this long, even on a busy machine, unless something is wrong.
const DEADLINE: Duration = Duration::from_secs(60);

/// How long a test waits that expects the server to send nothing more.
const SILENCE: Duration = Duration::from_millis(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Closed,
    Reset,
    /// Still open, but nothing arrives.
    Silent,
    /// Still open; the client stopped reading.
    Unread,
}

pub struct RawResponse {
    pub bytes: Vec<u8>,
    pub end: End,
}

impl RawResponse {
    /// Head and body. A chunked body is still in its chunks.
    pub fn parts(&self) -> (String, &[u8]) {
        let (head, body) = self.bytes.split_at(head_end(&self.bytes).expect("a whole head"));
        // In Latin-1, where every byte is a character.
        (head.iter().copied().map(char::from).collect::<String>().to_lowercase(), body)
    }

    pub fn header<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        let (head, _) = self.parts();
        let value = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.and_then(|value| value.parse().ok())
    }
}

fn head_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|position| position + 4)
}

/// Sends a request as the user and reads the response to its end.
pub fn send(server: &TestServer, method: Method, path: &str, body: &Value) -> RawResponse {
    read(connect(server, method, path, body), usize::MAX, |_| DEADLINE)
}

/// The same, but stops when the server is silent after so many bytes of the body.
pub fn send_until_stall(
    server: &TestServer,
    method: Method,
    path: &str,
    body: &Value,
    bytes: usize,
) -> RawResponse {
    let timeout = |read: &[u8]| match head_end(read) {
        Some(end) if read.len() >= end + bytes => SILENCE,
        _ => DEADLINE,
    };
    read(connect(server, method, path, body), usize::MAX, timeout)
}

/// The same, but stops whenever the server is silent.
pub fn send_until_silence(server: &TestServer, method: Method, path: &str, body: &Value) -> RawResponse {
    read(connect(server, method, path, body), usize::MAX, |_| SILENCE)
}

/// Sends a GET as the user and stops after so many bytes.
pub fn receive(server: &TestServer, path: &str, bytes: usize) -> RawResponse {
    read(connect(server, Method::GET, path, &Value::Null), bytes, |_| DEADLINE)
}

/// Sends a request as the user and does not read.
pub fn connect(server: &TestServer, method: Method, path: &str, body: &Value) -> TcpStream {
    let url = server.running.url();
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let (bearer_token, body) = (server.bearer_token(), body.to_string());
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {bearer_token}\r\n\
         connection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len(),
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn read(mut stream: TcpStream, max: usize, timeout: impl Fn(&[u8]) -> Duration) -> RawResponse {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let end = loop {
        if bytes.len() >= max {
            break End::Unread;
        }
        stream.set_read_timeout(Some(timeout(&bytes))).unwrap();
        match stream.read(&mut buffer) {
            Ok(0) => break End::Closed,
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break End::Reset,
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                break End::Silent;
            }
            Err(error) => panic!("{error}"),
        }
    };
    RawResponse { bytes, end }
}
