//! A running server: binds loopback, runs on its own thread, and stops when dropped.

use std::{
    fmt, io,
    net::{Ipv4Addr, TcpListener},
    sync::Arc,
    thread,
};

use axum::Router;
#[cfg(feature = "faults")]
use axum::http::Method;
use secrecy::SecretString;
use tokio::{runtime, sync::oneshot};
use uuid::Uuid;

#[cfg(feature = "faults")]
use crate::fault::{self, ConnectionControl, Fault, FaultListener};
use crate::{routes, sandbox::Sandbox, shared::Shared};

/// A running server. Dropping it stops the server and closes all open connections.
pub struct Running {
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Running {
    /// Its base URL, such as `http://127.0.0.1:40123`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The only bearer token it accepts.
    pub fn bearer_token(&self) -> &SecretString {
        &self.shared.bearer_token
    }

    /// Id and name of each project, in the order in which the server lists them.
    pub fn projects(&self) -> Vec<(Uuid, String)> {
        self.shared.store().project_names()
    }

    /// Replaces the faults, from the next request on.
    #[cfg(feature = "faults")]
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.shared.faults.set(faults);
    }

    /// Method and path of the requests that arrived, oldest first, including those that a fault made
    /// fail. Only the latest 4,096 are kept.
    #[cfg(feature = "faults")]
    pub fn requests(&self) -> Vec<(Method, String)> {
        self.shared.requests.entries()
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Running").field("url", &self.url()).finish_non_exhaustive()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        // Joins, so that nothing listens after the drop. The thread ends at its next poll, within
        // milliseconds.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Sandbox {
    /// Serves on this port of 127.0.0.1, or on a free one when `port` is 0. It never listens on an
    /// address that is not loopback.
    ///
    /// The server has its own thread and runtime, so that a busy caller does not slow it down.
    ///
    /// # Errors
    ///
    /// When the port is taken, or the thread or its runtime cannot be created.
    pub async fn serve(self, port: u16) -> io::Result<Running> {
        start(self, port).await
    }
}

/// Serves the sample projects on a free port with a random bearer token.
///
/// # Errors
///
/// As for [`Sandbox::serve`].
pub async fn start_sample() -> io::Result<Running> {
    Sandbox::sample().serve(0).await
}

async fn start(sandbox: Sandbox, port: u16) -> io::Result<Running> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let shared = Arc::new(Shared::new(listener.local_addr()?, sandbox));
    let router = routes::router(Arc::clone(&shared));
    #[cfg(feature = "faults")]
    let router = fault::layer(router, &shared);

    let (stop, stopped) = oneshot::channel();
    let (ready, started) = oneshot::channel();
    let thread = thread::Builder::new()
        .name("calyptia-sandbox".to_owned())
        .spawn(move || run(listener, router, ready, stopped))?;
    started.await.map_err(|_| io::Error::other("the sandbox's thread ended before it served"))??;
    Ok(Running { shared, stop: Some(stop), thread: Some(thread) })
}

/// Returning from here drops the runtime and with it every connection. A graceful shutdown would wait
/// for clients that never close theirs.
fn run(
    listener: TcpListener,
    router: Router,
    ready: oneshot::Sender<io::Result<()>>,
    stopped: oneshot::Receiver<()>,
) {
    let runtime = match runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let _ = ready.send(Err(error));
            return;
        }
    };
    runtime.block_on(async {
        match tokio::net::TcpListener::from_std(listener) {
            Ok(listener) => {
                tokio::spawn(accept(listener, router));
                let _ = ready.send(Ok(()));
                let _ = stopped.await;
            }
            Err(error) => {
                let _ = ready.send(Err(error));
            }
        }
    });
}

async fn accept(listener: tokio::net::TcpListener, router: Router) -> io::Result<()> {
    use axum::serve::ListenerExt;
    let listener = listener.tap_io(|stream| {
        // A streamed list is many writes; Nagle's algorithm would delay them by 40 ms each.
        let _ = stream.set_nodelay(true);
    });
    #[cfg(feature = "faults")]
    let server = axum::serve(
        FaultListener(listener),
        router.into_make_service_with_connect_info::<ConnectionControl>(),
    );
    #[cfg(not(feature = "faults"))]
    let server = axum::serve(listener, router);
    server.await
}
