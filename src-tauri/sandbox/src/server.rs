//! The server's life: binding loopback, running on its own thread, and stopping when dropped.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use axum::{Router, http::Method, middleware};
use secrecy::SecretString;
use tokio::{runtime, sync::oneshot};
use uuid::Uuid;

use crate::{
    fault::{self, Fault, Faults},
    request_log::{self, RequestLog},
    routes,
    store::Store,
    wire::{Door, Wire},
};

/// What every request can reach.
pub(crate) struct Shared {
    pub(crate) address: SocketAddr,
    pub(crate) bearer: SecretString,
    pub(crate) faults: Faults,
    store: Mutex<Store>,
}

impl Shared {
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server at work. Dropping it stops the server and cuts the connections that are still open.
pub struct Running {
    shared: Arc<Shared>,
    log: Arc<RequestLog>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Running {
    /// Where it listens, such as `http://127.0.0.1:40123`, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.shared.address)
    }

    /// The only user bearer it accepts.
    pub fn bearer(&self) -> &SecretString {
        &self.shared.bearer
    }

    /// Id and name of each project, in the order in which the server lists them.
    pub fn projects(&self) -> Vec<(Uuid, String)> {
        self.shared.store().project_names()
    }

    /// Puts these in place of the faults that were set, from the next request on.
    pub fn set_faults(&self, faults: Vec<Fault>) {
        self.shared.faults.set(faults);
    }

    /// Method and path of the requests that arrived, oldest first, whatever became of them. Only the
    /// latest 4,096 are kept.
    pub fn requests(&self) -> Vec<(Method, String)> {
        self.log.entries()
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
        // Joined, so that nothing listens any more once the drop is over. The thread leaves at its next
        // poll, which is milliseconds away.
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

pub(crate) async fn start(
    store: Store,
    bearer: SecretString,
    faults: Vec<Fault>,
    port: u16,
) -> io::Result<Running> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let shared = Arc::new(Shared {
        address: listener.local_addr()?,
        bearer,
        faults: Faults::new(faults),
        store: Mutex::new(store),
    });
    let log = Arc::new(RequestLog::default());
    let router = routes::router(Arc::clone(&shared))
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), fault::apply))
        .layer(middleware::from_fn_with_state(Arc::clone(&log), request_log::record));

    let (stop, stopped) = oneshot::channel();
    let (ready, started) = oneshot::channel();
    let thread = thread::Builder::new()
        .name("calyptia-sandbox".to_owned())
        .spawn(move || run(listener, router, ready, stopped))?;
    started.await.map_err(|_| io::Error::other("the sandbox's thread ended before it served"))??;
    Ok(Running { shared, log, stop: Some(stop), thread: Some(thread) })
}

/// Leaving this function drops the runtime, and with it every connection, finished or not: a graceful
/// end would wait for clients that never hang up.
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
                let service = router.into_make_service_with_connect_info::<Wire>();
                tokio::spawn(axum::serve(Door(listener), service).into_future());
                let _ = ready.send(Ok(()));
                let _ = stopped.await;
            }
            Err(error) => {
                let _ = ready.send(Err(error));
            }
        }
    });
}
