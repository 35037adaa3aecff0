//! What the process may not do with what it knows: leave it behind in a core dump, or outlive the wish to end it.

use tauri::AppHandle;

/// Forbids core dumps, for this process and those it starts: the page's among them. A dump that the system's own
/// collector takes all the same holds no memory.
pub(crate) fn forbid_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};

        if setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_err() {
            tracing::warn!("core dumps could not be forbidden");
        }
        #[cfg(target_os = "linux")]
        if std::fs::write("/proc/self/coredump_filter", "0").is_err() {
            tracing::warn!("core dumps could not be emptied");
        }
    }
}

/// Ends the app in good order when the system asks it to: at log-out, at shutdown, by `kill`.
#[cfg(unix)]
pub(crate) fn end_when_asked(app: &AppHandle) {
    use tauri::Manager as _;
    use tokio::signal::unix::{SignalKind, signal};

    /// How long the window's own way of ending may take after a signal. People expect a second at most.
    const ORDERLY: std::time::Duration = std::time::Duration::from_millis(400);

    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let signals = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt()].map(signal);
        let [Ok(mut terminate), Ok(mut hangup), Ok(mut interrupt)] = signals else {
            return tracing::warn!("the system's wish to end the app cannot be heard");
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
        app.exit(0);
        // The window may not get round to it: its thread waits for something, or the display is gone.
        tokio::time::sleep(ORDERLY).await;
        app.state::<crate::state::State>().clipboard.clear_before_the_end();
        std::process::exit(0);
    });
}

/// Windows and its window tell each other by themselves.
#[cfg(not(unix))]
pub(crate) fn end_when_asked(_: &AppHandle) {}
