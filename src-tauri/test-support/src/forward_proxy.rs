//! A forward proxy: it takes `CONNECT` and leads to one server, whichever was asked for.

use std::sync::Arc;

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// Dropping it stops it.
pub struct ForwardProxy {
    pub port: u16,
    heads: Arc<watch::Sender<Vec<String>>>,
    task: JoinHandle<()>,
}

impl ForwardProxy {
    /// Answers every request with these words; leads to this port if they grant it.
    pub async fn start(answer: &'static str, to: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let heads = Arc::new(watch::Sender::new(Vec::new()));
        let seen = Arc::clone(&heads);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, answer, to, Arc::clone(&seen)));
            }
        });
        Self { port, heads, task }
    }

    pub async fn start_open(to: u16) -> Self {
        Self::start("HTTP/1.1 200 Connection established\r\n\r\n", to).await
    }

    /// Host and port, as errors name it.
    pub fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// The heads of all requests so far.
    pub fn heads(&self) -> Vec<String> {
        self.heads.borrow().clone()
    }
}

impl Drop for ForwardProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(
    stream: TcpStream,
    answer: &str,
    to: u16,
    seen: Arc<watch::Sender<Vec<String>>>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while stream.read_line(&mut head).await? > 2 {}
    seen.send_modify(|heads| heads.push(head));
    stream.write_all(answer.as_bytes()).await?;
    if answer.starts_with("HTTP/1.1 200") {
        let mut server = TcpStream::connect(("127.0.0.1", to)).await?;
        copy_bidirectional(&mut stream, &mut server).await?;
    }
    Ok(())
}
