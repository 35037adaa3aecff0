//! A connection that can be told to break: what HTTP has no words for, such as a reset, an answer that
//! stops half-way and bytes that are no answer at all, is done here, below the HTTP server.

use std::{
    io::{self, IoSlice},
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use axum::{
    body::Bytes,
    extract::connect_info::Connected,
    serve::{IncomingStream, Listener},
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
};

/// What becomes of the connection.
#[derive(Default)]
enum Order {
    #[default]
    Carry,
    /// Closed once everything written so far has been sent.
    HangUp,
    /// These bytes are sent in place of the answer, then it is closed.
    Say(Bytes),
    /// Closed at once with a TCP reset.
    Reset,
}

/// The handle by which a request gives orders to the connection it came on. The last order counts; it
/// is carried out when the server next writes.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Order>>);

impl Wire {
    pub(crate) fn hang_up(&self) {
        *self.order() = Order::HangUp;
    }

    pub(crate) fn say(&self, bytes: impl Into<Bytes>) {
        *self.order() = Order::Say(bytes.into());
    }

    pub(crate) fn reset(&self) {
        *self.order() = Order::Reset;
    }

    fn order(&self) -> MutexGuard<'_, Order> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connected<IncomingStream<'_, Door>> for Wire {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().wire.clone()
    }
}

/// Where connections come in.
pub(crate) struct Door(pub(crate) TcpListener);

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // A streamed list goes out in many writes; batching them would add delays of 40 ms.
        let _ = stream.set_nodelay(true);
        (Line { stream, wire: Wire::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// One connection.
pub(crate) struct Line {
    stream: TcpStream,
    wire: Wire,
}

impl Line {
    /// Carries out the order, if there is one that forbids to write on. An error makes the server drop
    /// the connection, which closes it.
    fn obey(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.wire.order() {
            Order::Carry | Order::HangUp => return Poll::Ready(Ok(())),
            Order::Say(bytes) => {
                while !bytes.is_empty() {
                    let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
                    drop(bytes.split_to(written));
                }
            }
            Order::Reset => self.stream.set_zero_linger()?,
        }
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.obey(cx))?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.obey(cx))?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// The server flushes when all it has written is sent: the moment to hang up.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.obey(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        match *self.wire.order() {
            Order::HangUp => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
