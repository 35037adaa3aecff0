//! Connections that can be made to fail. HTTP cannot express a reset, a response that stops half-way or
//! bytes that are no response; these happen here, below the HTTP server.

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
    net::TcpStream,
};

/// What the connection does at the server's next write.
#[derive(Default)]
enum Action {
    #[default]
    Forward,
    /// Close once everything written so far has been sent.
    CloseAfterFlush,
    /// Send these bytes instead of the response, then close.
    SendRaw(Bytes),
    /// Close at once with a TCP reset.
    Reset,
}

/// Controls the connection of a request. The last action that was set counts.
#[derive(Clone, Default)]
pub(crate) struct ConnectionControl(Arc<Mutex<Action>>);

impl ConnectionControl {
    pub(super) fn close_after_flush(&self) {
        *self.action() = Action::CloseAfterFlush;
    }

    pub(super) fn send_raw(&self, bytes: impl Into<Bytes>) {
        *self.action() = Action::SendRaw(bytes.into());
    }

    pub(super) fn reset(&self) {
        *self.action() = Action::Reset;
    }

    fn action(&self) -> MutexGuard<'_, Action> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Listener<Io = TcpStream, Addr = SocketAddr>> Connected<IncomingStream<'_, FaultListener<L>>>
    for ConnectionControl
{
    fn connect_info(stream: IncomingStream<'_, FaultListener<L>>) -> Self {
        stream.io().control.clone()
    }
}

/// Wraps each connection of a TCP listener in a [`FaultStream`].
pub(crate) struct FaultListener<L>(pub(crate) L);

impl<L: Listener<Io = TcpStream, Addr = SocketAddr>> Listener for FaultListener<L> {
    type Io = FaultStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (FaultStream, SocketAddr) {
        let (stream, address) = self.0.accept().await;
        (FaultStream { stream, control: ConnectionControl::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// A connection that obeys its [`ConnectionControl`].
pub(crate) struct FaultStream {
    stream: TcpStream,
    control: ConnectionControl,
}

impl FaultStream {
    /// Carries out an action that forbids further writes. The error makes the server drop the
    /// connection, which closes it.
    fn before_write(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self.control.action() {
            Action::Forward | Action::CloseAfterFlush => return Poll::Ready(Ok(())),
            Action::SendRaw(bytes) => {
                while !bytes.is_empty() {
                    let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
                    drop(bytes.split_to(written));
                }
            }
            Action::Reset => self.stream.set_zero_linger()?,
        }
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }
}

impl AsyncRead for FaultStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for FaultStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.before_write(cx))?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.before_write(cx))?;
        Pin::new(&mut self.stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// The server flushes after each chunk: the moment to close in `CloseAfterFlush`.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.before_write(cx))?;
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        match *self.control.action() {
            Action::CloseAfterFlush => Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into())),
            _ => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
