//! A SOCKS 5 proxy (RFC 1928, without authentication): it leads to one server, whichever was asked for, or replies with an
//! error.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// Replies of RFC 1928, section 6.
pub mod reply {
    pub const GENERAL_FAILURE: u8 = 1;
    pub const NOT_ALLOWED: u8 = 2;
    pub const NETWORK_UNREACHABLE: u8 = 3;
    pub const HOST_UNREACHABLE: u8 = 4;
    pub const CONNECTION_REFUSED: u8 = 5;
    pub const TTL_EXPIRED: u8 = 6;
    pub const COMMAND_NOT_SUPPORTED: u8 = 7;
    pub const ADDRESS_TYPE_NOT_SUPPORTED: u8 = 8;
}

/// What the proxy does with every request.
#[derive(Debug, Clone, Copy)]
pub enum Target {
    /// Connects to this port of the computer. If nothing listens there, it replies that the connection was refused.
    Port(u16),
    /// Replies with this error.
    Fails(u8),
}

/// Dropping it stops it.
pub struct SocksProxy {
    pub port: u16,
    asked: Arc<watch::Sender<Vec<String>>>,
    task: JoinHandle<()>,
}

impl SocksProxy {
    pub async fn start(target: Target) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let asked = Arc::new(watch::Sender::new(Vec::new()));
        let log = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, target, Arc::clone(&log)));
            }
        });
        Self { port, asked, task }
    }

    /// Host and port, as errors name it.
    pub fn name(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Host and port of every request so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.borrow().clone()
    }
}

impl Drop for SocksProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn carry(
    mut stream: TcpStream,
    target: Target,
    asked: Arc<watch::Sender<Vec<String>>>,
) -> io::Result<()> {
    // Version, and the client's methods of authentication; none is needed.
    let mut greeting = [0; 2];
    stream.read_exact(&mut greeting).await?;
    stream.read_exact(&mut vec![0; usize::from(greeting[1])]).await?;
    stream.write_all(&[5, 0]).await?;

    // Version, command, reserved, type of address.
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let host = match head[3] {
        1 => std::net::Ipv4Addr::from(stream.read_u32().await?).to_string(),
        4 => std::net::Ipv6Addr::from(stream.read_u128().await?).to_string(),
        _ => {
            let mut name = vec![0; usize::from(stream.read_u8().await?)];
            stream.read_exact(&mut name).await?;
            String::from_utf8_lossy(&name).into_owned()
        }
    };
    let port = stream.read_u16().await?;
    asked.send_modify(|asked| asked.push(format!("{host}:{port}")));

    let connected = match target {
        Target::Port(port) => {
            TcpStream::connect(("127.0.0.1", port)).await.map_err(|_| reply::CONNECTION_REFUSED)
        }
        Target::Fails(reply) => Err(reply),
    };
    let code = connected.as_ref().err().copied().unwrap_or(0);
    // The address that the proxy uses; clients ignore it.
    stream.write_all(&[5, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    if let Ok(mut server) = connected {
        copy_bidirectional(&mut stream, &mut server).await?;
    }
    Ok(())
}
