//! Locks the app with the desktop session and before the computer sleeps, as logind reports both. Elsewhere than on Linux the
//! idle timer locks, whose clock runs while the computer sleeps.

use std::{future::ready, sync::Arc, time::Duration};

use calyptia_core::messages::LockReason;
use futures_util::{StreamExt as _, stream};
use zbus::{
    Connection, Proxy,
    fdo::{PropertiesChanged, PropertiesProxy},
    zvariant::{OwnedFd, OwnedObjectPath},
};

const LOGIND: &str = "org.freedesktop.login1";

/// How long the window has to show the lock screen before the computer sleeps. logind waits 5 s.
const DRAW_TIME: Duration = Duration::from_millis(250);

/// Locks whenever logind says so. `lock` returns once the app is locked; it may block. Returns when the bus is gone, or at
/// once if there is none.
pub(crate) async fn follow(lock: impl Fn(LockReason) + Send + Sync + 'static) {
    let followed = match Connection::system().await {
        Ok(bus) => follow_on(&bus, Arc::new(lock)).await,
        Err(error) => Err(error),
    };
    if let Err(error) = followed {
        tracing::warn!("the app does not lock with the desktop session or before sleep: {error}");
    }
}

async fn follow_on(bus: &Connection, lock: Arc<dyn Fn(LockReason) + Send + Sync>) -> zbus::Result<()> {
    let manager = proxy(bus, "/org/freedesktop/login1", "Manager").await?;
    // Before the inhibitor, so that no sleep that it delays is missed.
    let sleeps = manager.receive_signal("PrepareForSleep").await?;
    let sleeps = sleeps.filter_map(|signal| ready(signal.body().deserialize().ok().map(Event::Sleep)));
    let (mut events, mut inhibitor) = match (desktop_locks(bus, &manager).await, delay_sleep(&manager).await)
    {
        (Ok(locks), inhibitor) => (stream::select(sleeps, locks).boxed(), logged(inhibitor)),
        (Err(error), Ok(inhibitor)) => {
            tracing::warn!("the app does not lock with the desktop session: {error}");
            (sleeps.boxed(), Some(inhibitor))
        }
        (Err(error), Err(_)) => return Err(error),
    };
    while let Some(event) = events.next().await {
        match event {
            Event::Lock => lock_now(&lock, LockReason::Desktop).await,
            Event::Sleep(true) => {
                lock_now(&lock, LockReason::Sleep).await;
                if inhibitor.is_some() {
                    tokio::time::sleep(DRAW_TIME).await;
                }
                // Now it can sleep.
                inhibitor = None;
            }
            // It is awake again.
            Event::Sleep(false) => inhibitor = logged(delay_sleep(&manager).await),
        }
    }
    Ok(())
}

enum Event {
    Lock,
    /// Whether the computer is about to sleep; if not, it has woken.
    Sleep(bool),
}

/// Each time the desktop session is locked. `loginctl lock-session` emits `Lock`; desktops with a lock of their own, as
/// GNOME, set `LockedHint`.
async fn desktop_locks(
    bus: &Connection,
    manager: &Proxy<'_>,
) -> zbus::Result<stream::BoxStream<'static, Event>> {
    let path = session_path(manager).await?;
    let session = proxy(bus, path.clone(), "Session").await?;
    let locks = session.receive_signal("Lock").await?.map(|_| Event::Lock);
    let properties = PropertiesProxy::builder(bus).destination(LOGIND)?.path(path)?.build().await?;
    let hints = properties.receive_properties_changed().await?;
    let hints = hints.filter_map(|change| ready(is_locked(&change).then_some(Event::Lock)));
    Ok(stream::select(locks, hints).boxed())
}

fn is_locked(change: &PropertiesChanged) -> bool {
    let Ok(change) = change.args() else { return false };
    let hint = change.changed_properties().get("LockedHint");
    hint.is_some_and(|hint| bool::try_from(hint).is_ok_and(|locked| locked))
}

/// The session that the app runs in.
async fn session_path(manager: &Proxy<'_>) -> zbus::Result<OwnedObjectPath> {
    if let Ok(id) = std::env::var("XDG_SESSION_ID")
        && let Ok(path) = manager.call("GetSession", &(id,)).await
    {
        return Ok(path);
    }
    match manager.call("GetSessionByPID", &(std::process::id(),)).await {
        Ok(path) => Ok(path),
        // A desktop that starts apps as units of the user's systemd has them outside of its session.
        Err(_) => manager.call("GetSession", &("auto",)).await,
    }
}

/// Delays sleep for as long as the result lives, and a few seconds at most.
async fn delay_sleep(manager: &Proxy<'_>) -> zbus::Result<OwnedFd> {
    let why = "Locks before the computer sleeps";
    manager.call("Inhibit", &("sleep", "Calyptia Tokens", why, "delay")).await
}

fn logged(inhibitor: zbus::Result<OwnedFd>) -> Option<OwnedFd> {
    inhibitor
        .inspect_err(|error| tracing::warn!("sleep is not delayed until the app is locked: {error}"))
        .ok()
}

async fn lock_now(lock: &Arc<dyn Fn(LockReason) + Send + Sync>, reason: LockReason) {
    let lock = Arc::clone(lock);
    if tokio::task::spawn_blocking(move || lock(reason)).await.is_err() {
        tracing::error!("the app could not be locked");
    }
}

async fn proxy<P>(bus: &Connection, path: P, interface: &str) -> zbus::Result<Proxy<'static>>
where
    P: TryInto<zbus::zvariant::ObjectPath<'static>>,
    P::Error: Into<zbus::Error>,
{
    Proxy::new(bus, LOGIND, path, format!("{LOGIND}.{interface}")).await
}

#[cfg(test)]
mod tests {
    use std::{
        io::Read as _,
        os::unix::net::UnixStream,
        sync::{
            Mutex,
            mpsc::{self, Receiver, Sender},
        },
    };

    use calyptia_test_support::{bus::Bus, within};
    use zbus::{connection::Builder, interface, object_server::SignalEmitter};

    use super::*;

    const SESSION: &str = "/org/freedesktop/login1/session/_37";

    /// logind, with one session. It hands the test its end of each inhibitor.
    struct Manager {
        inhibitors: Mutex<Sender<UnixStream>>,
    }

    #[interface(name = "org.freedesktop.login1.Manager")]
    impl Manager {
        fn get_session(&self, _id: &str) -> OwnedObjectPath {
            OwnedObjectPath::try_from(SESSION).expect("a path")
        }

        fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> OwnedFd {
            assert_eq!((what, mode), ("sleep", "delay"));
            let (own, theirs) = UnixStream::pair().expect("a pair");
            self.inhibitors.lock().expect("no panic").send(own).expect("the test goes on");
            OwnedFd::from(std::os::fd::OwnedFd::from(theirs))
        }

        #[zbus(signal)]
        async fn prepare_for_sleep(emitter: &SignalEmitter<'_>, start: bool) -> zbus::Result<()>;
    }

    struct Session {
        locked: bool,
    }

    #[interface(name = "org.freedesktop.login1.Session")]
    impl Session {
        #[zbus(signal)]
        async fn lock(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;

        #[zbus(property)]
        fn locked_hint(&self) -> bool {
            self.locked
        }
    }

    async fn connect(bus: &Bus) -> Connection {
        Builder::address(bus.address()).expect("an address").build().await.expect("connected")
    }

    async fn logind(bus: &Bus) -> (Connection, Receiver<UnixStream>) {
        let (inhibitors, received) = mpsc::channel();
        let connection = connect(bus).await;
        let server = connection.object_server();
        let manager = Manager { inhibitors: Mutex::new(inhibitors) };
        server.at("/org/freedesktop/login1", manager).await.expect("served");
        server.at(SESSION, Session { locked: false }).await.expect("served");
        connection.request_name(LOGIND).await.expect("the name");
        (connection, received)
    }

    /// Waits for a message of a thread.
    async fn next<T: Send + 'static>(what: &str, receiver: Receiver<T>) -> (T, Receiver<T>) {
        let message = tokio::task::spawn_blocking(move || (receiver.recv().expect("a message"), receiver));
        within(what, message).await.expect("no panic")
    }

    fn is_released(mut inhibitor: &UnixStream) -> bool {
        inhibitor.set_nonblocking(true).expect("set");
        inhibitor.read(&mut [0]).is_ok_and(|count| count == 0)
    }

    #[tokio::test]
    async fn it_locks_before_sleep_is_released_and_with_the_desktop_session() {
        let bus = Bus::start();
        let (logind, inhibitors) = logind(&bus).await;
        let client = connect(&bus).await;
        let (report, reasons) = mpsc::channel();
        let (go, gate) = mpsc::channel();
        let gate = Mutex::new(gate);
        let follower = tokio::spawn(async move {
            let lock = move |reason| {
                report.send(reason).expect("the test goes on");
                gate.lock().expect("no panic").recv().expect("the test goes on");
            };
            follow_on(&client, Arc::new(lock)).await
        });
        let (inhibitor, inhibitors) = next("the inhibitor", inhibitors).await;
        let server = logind.object_server();
        let manager = server.interface::<_, Manager>("/org/freedesktop/login1").await.expect("served");

        Manager::prepare_for_sleep(manager.signal_emitter(), true).await.expect("sent");
        let (reason, reasons) = next("the lock", reasons).await;
        assert_eq!(reason, LockReason::Sleep);
        assert!(!is_released(&inhibitor), "it is not locked yet");
        go.send(()).expect("it waits");
        let released = async {
            while !is_released(&inhibitor) {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        within("sleep is not delayed any more", released).await;
        Manager::prepare_for_sleep(manager.signal_emitter(), false).await.expect("sent");
        let (inhibitor, _inhibitors) = next("the next sleep is delayed again", inhibitors).await;
        assert!(!is_released(&inhibitor));

        for _ in 0..2 {
            go.send(()).expect("it goes on");
        }
        let session = server.interface::<_, Session>(SESSION).await.expect("served");
        Session::lock(session.signal_emitter()).await.expect("sent");
        let (reason, reasons) = next("the lock", reasons).await;
        assert_eq!(reason, LockReason::Desktop);
        for locked in [false, true] {
            session.get_mut().await.locked = locked;
            session.get().await.locked_hint_changed(session.signal_emitter()).await.expect("sent");
        }
        let (reason, reasons) = next("the lock", reasons).await;
        assert_eq!(reason, LockReason::Desktop);
        assert!(reasons.try_recv().is_err(), "unlocking locks nothing");
        follower.abort();
    }

    #[tokio::test]
    async fn without_logind_it_gives_up() {
        let bus = Bus::start();
        let client = connect(&bus).await;
        within("the end", follow_on(&client, Arc::new(|_| ()))).await.expect_err("nobody is there");
    }
}
