//! Whether the app already runs and responds. The plug-in that keeps one instance would wait for it forever.

use std::{sync::mpsc, thread, time::Duration};

/// A responsive instance answers in milliseconds.
const TIMEOUT: Duration = Duration::from_secs(4);

/// Whether an instance holds the app's name on the session bus and does not answer.
pub(crate) fn is_hanging(identifier: &str) -> bool {
    let name = format!("{identifier}.SingleInstance");
    let (answered, answer) = mpsc::channel();
    let asked = thread::Builder::new().name("first instance".into()).spawn(move || {
        // Whatever the answer is, even that nobody has the name or that there is no bus, nobody has to be waited for.
        let _ = zbus::blocking::Connection::session()
            .and_then(|bus| bus.call_method(Some(name), "/", Some("org.freedesktop.DBus.Peer"), "Ping", &()));
        // Fails if nobody waits any more.
        let _ = answered.send(());
    });
    asked.is_ok() && matches!(answer.recv_timeout(TIMEOUT), Err(mpsc::RecvTimeoutError::Timeout))
}
