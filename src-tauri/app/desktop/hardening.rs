//! Disables core dumps, hides the app's memory, and shuts down properly on signals.

use tauri::AppHandle;

/// Disables core dumps, for this process and those it starts, the page's among them. A dump that the system's own collector
/// takes nevertheless contains no memory.
pub(crate) fn disable_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        if setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_err() {
            tracing::warn!("core dumps could not be disabled");
        }
        #[cfg(target_os = "linux")]
        if std::fs::write("/proc/self/coredump_filter", "0").is_err() {
            tracing::warn!("core dumps could not be emptied");
        }
    }
}

/// Keeps other programs of the same user from reading the app's memory and environment and from attaching a debugger.
///
/// Only once the window is open: until then Tauri asks the desktop's portal whether it is dark, and portals refuse a process
/// whose `/proc/PID/root` they cannot read. It does not extend to the page's processes, which start as programs of their own.
#[cfg(target_os = "linux")]
pub(crate) fn hide_memory() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};

    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!("the app's memory could not be hidden from other programs: {error}");
    }
}

/// Quits the app when the system asks it to: at log-out, at shutdown, by `kill`.
#[cfg(unix)]
pub(crate) fn quit_on_signals(app: &AppHandle) {
    use std::sync::Arc;

    use calyptia_core::Connections;
    use tauri::Manager as _;
    use tokio::signal::unix::{SignalKind, signal};

    /// How long the window may take to close after a signal. People expect an app to be gone within a second.
    const ORDERLY: std::time::Duration = std::time::Duration::from_millis(400);

    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let signals = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()].map(signal);
        let [Ok(mut terminate), Ok(mut hangup), Ok(mut interrupt)] = signals else {
            return tracing::warn!("signals that ask the app to quit cannot be received");
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
        app.exit(0);
        // The main thread may be waiting for something, or the display may be gone.
        tokio::time::sleep(ORDERLY).await;
        app.state::<Arc<Connections>>().close();
        std::process::exit(0);
    });
}

/// Windows closes the window itself.
#[cfg(not(unix))]
pub(crate) fn quit_on_signals(_: &AppHandle) {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use rustix::process::{DumpableBehavior, dumpable_behavior};

    #[test]
    fn other_programs_of_the_user_cannot_read_the_memory() {
        super::hide_memory();
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
    }
}
