//! A server that says exactly what it is told to, over TCP or TLS, and remembers what it heard.

use std::{sync::Arc, time::Duration};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::within;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Request {
    /// Request line and headers, as they were written.
    pub head: String,
    pub body: String,
    /// Which of the server's requests it is, counted from 1.
    pub number: usize,
}

impl Request {
    /// Method and target.
    pub fn line(&self) -> &str {
        self.head.split(" HTTP/").next().unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (own, value) = line.split_once(": ")?;
            own.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// What a server answers, and what it does then.
pub struct Answer {
    bytes: Vec<u8>,
    then: Then,
}

enum Then {
    HangUp,
    NextRequest,
    Silence,
    Repeat(Vec<u8>, Duration),
}

impl Answer {
    /// Hangs up behind these bytes.
    pub fn last(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), then: Then::HangUp }
    }

    /// Keeps the connection for the next request.
    pub fn keep(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), then: Then::NextRequest }
    }

    /// Falls silent behind these bytes.
    pub fn stall(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into(), then: Then::Silence }
    }

    /// Says these bytes, and then the others again and again.
    pub fn repeat(bytes: impl Into<Vec<u8>>, again: impl Into<Vec<u8>>, pause: Duration) -> Self {
        Self { bytes: bytes.into(), then: Then::Repeat(again.into(), pause) }
    }

    /// A whole answer with this body; the connection is kept.
    pub fn body(status: &str, headers: &str, body: &str) -> Self {
        let length = body.len();
        Self::keep(format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n{body}"))
    }

    /// The same as success.
    pub fn json(body: &str) -> Self {
        Self::body("200 OK", "content-type: application/json\r\n", body)
    }
}

/// What a server saw.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub connections: usize,
    /// Connections that the client left.
    pub left: usize,
    pub requests: Vec<Request>,
    /// Whatever came that was not a request.
    pub noise: Vec<u8>,
}

/// Dropping it stops it.
pub struct Server {
    pub port: u16,
    seen: Arc<watch::Sender<Seen>>,
    task: JoinHandle<()>,
}

impl Server {
    pub async fn start(answer: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        Self::listen(None, answer).await
    }

    pub async fn start_tls(
        acceptor: TlsAcceptor,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::listen(Some(acceptor), answer).await
    }

    /// A server that nobody should ask anything.
    pub async fn start_idle() -> Self {
        Self::start(|_| Answer::last("")).await
    }

    /// A server that does not speak HTTP: behind the first bytes that come it says its own.
    pub async fn start_canned(bytes: &'static [u8], then_hang_up: bool) -> Self {
        Self::accept(move |mut stream, seen| async move {
            let mut first = vec![0; 4096];
            let read = stream.read(&mut first).await.unwrap_or_default();
            seen.send_modify(|seen| seen.noise.extend(&first[..read]));
            if stream.write_all(bytes).await.is_ok() && !then_hang_up {
                hear_out(&mut stream, &seen).await;
            }
        })
        .await
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn https_url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.seen().requests.iter().map(|request| request.line().to_owned()).collect()
    }

    /// Waits until it has seen this.
    pub async fn until(&self, what: &str, enough: impl FnMut(&Seen) -> bool) {
        let mut seen = self.seen.subscribe();
        within(what, seen.wait_for(enough)).await.expect("the server runs");
    }

    async fn listen(
        acceptor: Option<TlsAcceptor>,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let answer = Arc::new(answer);
        Self::accept(move |stream, seen| {
            let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
            async move {
                match acceptor {
                    None => converse(stream, &*answer, &seen).await,
                    Some(acceptor) => match acceptor.accept(stream).await {
                        Ok(stream) => converse(stream, &*answer, &seen).await,
                        Err(_) => seen.send_modify(|seen| seen.left += 1),
                    },
                }
            }
        })
        .await
    }

    async fn accept<F: Future<Output = ()> + Send + 'static>(
        handle: impl Fn(TcpStream, Arc<watch::Sender<Seen>>) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let seen = Arc::new(watch::Sender::new(Seen::default()));
        let log = Arc::clone(&seen);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                log.send_modify(|seen| seen.connections += 1);
                tokio::spawn(handle(stream, Arc::clone(&log)));
            }
        });
        Self { port, seen, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &(impl Fn(&Request) -> Answer + Sync),
    seen: &watch::Sender<Seen>,
) {
    let mut unread = Vec::new();
    loop {
        let Some((head, body)) = read_request(&mut stream, &mut unread).await else {
            return seen.send_modify(|seen| {
                seen.noise.append(&mut unread);
                seen.left += 1;
            });
        };
        let number = seen.borrow().requests.len() + 1;
        let request = Request { head, body, number };
        let Answer { bytes, then } = answer(&request);
        seen.send_modify(|seen| seen.requests.push(request));
        let said = say(&mut stream, &bytes).await;
        match then {
            _ if !said => return seen.send_modify(|seen| seen.left += 1),
            Then::HangUp => {
                let _ = stream.shutdown().await;
                return;
            }
            Then::NextRequest => {}
            Then::Silence => return hear_out(&mut stream, seen).await,
            Then::Repeat(again, pause) => {
                while say(&mut stream, &again).await {
                    tokio::time::sleep(pause).await;
                }
                return seen.send_modify(|seen| seen.left += 1);
            }
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> bool {
    stream.write_all(bytes).await.is_ok() && stream.flush().await.is_ok()
}

/// Head and body; `None` once the client has left.
async fn read_request(
    stream: &mut (impl AsyncRead + Unpin),
    unread: &mut Vec<u8>,
) -> Option<(String, String)> {
    let end = loop {
        if let Some(end) = unread.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        read_more(stream, unread).await?;
    };
    let head = String::from_utf8_lossy(&unread[..end]).into_owned();
    let length = head
        .to_ascii_lowercase()
        .split_once("content-length: ")
        .and_then(|(_, rest)| rest.lines().next()?.parse::<usize>().ok());
    let length = length.unwrap_or_default();
    while unread.len() < end + length {
        read_more(stream, unread).await?;
    }
    let body = String::from_utf8_lossy(&unread[end..end + length]).into_owned();
    unread.drain(..end + length);
    Some((head, body))
}

async fn read_more(stream: &mut (impl AsyncRead + Unpin), unread: &mut Vec<u8>) -> Option<()> {
    match stream.read_buf(unread).await {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(()),
    }
}

/// Listens until the client leaves.
async fn hear_out(stream: &mut (impl AsyncRead + Unpin), seen: &watch::Sender<Seen>) {
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    seen.send_modify(|seen| {
        seen.noise.append(&mut heard);
        seen.left += 1;
    });
}
