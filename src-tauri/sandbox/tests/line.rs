//! A client that shows what is on the wire, however broken.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    time::Duration,
};

use calyptia_sandbox::Method;
use serde_json::Value;

use crate::house::House;

/// No answer takes so long unless something is wrong.
const DEADLINE: Duration = Duration::from_secs(10);

/// Long for an answer on loopback, and the price of each test that expects silence.
const SILENCE: Duration = Duration::from_millis(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Closed,
    Reset,
    /// Open, with nothing coming.
    Silent,
    /// Left behind by the client, who had enough.
    More,
}

pub struct Heard {
    pub bytes: Vec<u8>,
    pub end: End,
}

impl Heard {
    /// Head and body; the body still in its chunks, if it came in chunks.
    pub fn parts(&self) -> (String, &[u8]) {
        let (head, body) = self.bytes.split_at(head_end(&self.bytes).expect("a whole head"));
        (String::from_utf8(head.to_vec()).unwrap().to_lowercase(), body)
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

/// Asks as the user and listens to the end.
pub fn hear(house: &House, method: Method, path: &str, body: &Value) -> Heard {
    listen(ask(house, method, path, body), usize::MAX, |_| DEADLINE)
}

/// The same, but gives up on a server that falls silent behind so many bytes of the body.
pub fn hear_until_stall(house: &House, method: Method, path: &str, body: &Value, bytes: usize) -> Heard {
    let patience = |heard: &[u8]| match head_end(heard) {
        Some(end) if heard.len() >= end + bytes => SILENCE,
        _ => DEADLINE,
    };
    listen(ask(house, method, path, body), usize::MAX, patience)
}

/// The same, but gives up on a server that is silent at any time.
pub fn hear_until_silence(house: &House, method: Method, path: &str, body: &Value) -> Heard {
    listen(ask(house, method, path, body), usize::MAX, |_| SILENCE)
}

/// The same, but leaves when it has heard enough.
pub fn hear_some(house: &House, path: &str, bytes: usize) -> Heard {
    listen(ask(house, Method::GET, path, &Value::Null), bytes, |_| DEADLINE)
}

fn ask(house: &House, method: Method, path: &str, body: &Value) -> TcpStream {
    let url = house.running.url();
    let host = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let (bearer, body) = (house.bearer(), body.to_string());
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {bearer}\r\nconnection: close\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len(),
    );
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

fn listen(mut stream: TcpStream, enough: usize, patience: impl Fn(&[u8]) -> Duration) -> Heard {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 64 * 1024];
    let end = loop {
        if bytes.len() >= enough {
            break End::More;
        }
        stream.set_read_timeout(Some(patience(&bytes))).unwrap();
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
    Heard { bytes, end }
}
