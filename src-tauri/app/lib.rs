//! The desktop shell: a window, the commands that its page can call, and what the desktop expects of an app. Everything
//! else is in `calyptia-core`, which knows nothing of Tauri.

mod commands;
mod desktop;

use std::{process::ExitCode, sync::Arc, time::Duration};

use calyptia_core::{Clipboard, Connections, Settings};
use tauri::{App, AppHandle, Manager as _, RunEvent, Runtime, WindowEvent};

use desktop::{
    consent::Dialogs,
    hardening, launch,
    launch::Launch,
    launch_failure::{self, LaunchFailure},
    paste::PasteGuard,
    quit_guard::QuitGuard,
    window,
};

/// How long the window waits for the settings file. A local disk takes a millisecond.
const SETTINGS_TIMEOUT: Duration = Duration::from_secs(1);

/// Runs the app until its window closes.
#[must_use]
pub fn run() -> ExitCode {
    let launch = match Launch::from_arguments(std::env::args_os().skip(1)) {
        Ok(launch) => launch,
        Err(exit) => return exit,
    };
    launch::start_log();
    window::prepare();
    hardening::disable_core_dumps();
    launch::silence_panics();
    if !window::has_display() {
        return LaunchFailure::NoDisplay.report(launch.language.as_deref());
    }
    let context = tauri::generate_context!();
    #[cfg(target_os = "linux")]
    if !launch.sample && desktop::first_instance::is_hanging(&context.config().identifier) {
        return LaunchFailure::NotResponding.report(launch.language.as_deref());
    }
    let language = launch.language.clone();
    let opened = launch_failure::guarded(|| {
        window::builder(&launch)
            .invoke_handler(commands::handler())
            .setup(move |app| {
                set_up_or_exit(app.handle(), launch.language.clone(), || set_up(app, launch));
                Ok(())
            })
            .build(context)
    });
    match opened {
        Ok(app) => {
            app.run(|app, event| match event {
                RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. }
                    if !app.state::<QuitGuard>().may_quit(&app.state::<Arc<Connections>>()) =>
                {
                    api.prevent_close();
                }
                // Something may have been copied elsewhere.
                RunEvent::WindowEvent { event: WindowEvent::Focused(true), .. } => {
                    app.state::<Arc<Connections>>().look_at_clipboard();
                }
                // The app was started again, or its icon in the Dock was clicked.
                #[cfg(target_os = "macos")]
                RunEvent::Reopen { .. } => window::bring_forward(app),
                RunEvent::Exit => {
                    #[cfg(target_os = "linux")]
                    window::save_bounds(app);
                    app.state::<Arc<Connections>>().close();
                }
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(failure) => failure.report(language.as_deref()),
    }
}

/// Tauri would panic at an error of this, with nothing that a person can use.
fn set_up_or_exit<R: Runtime, E: std::fmt::Display>(
    app: &AppHandle<R>,
    language: Option<String>,
    set_up: impl FnOnce() -> Result<(), E>,
) {
    let Err(failure) = launch_failure::guarded(set_up) else { return };
    failure.report(language.as_deref());
    if let Some(connections) = app.try_state::<Arc<Connections>>() {
        connections.close();
    }
    std::process::exit(1);
}

/// Opens the window, and starts what goes on beside it.
fn set_up(app: &App, launch: Launch) -> tauri::Result<()> {
    // Sample data leaves the settings alone, even unreadable ones.
    let folder = app.path().app_config_dir().ok().filter(|_| !launch.sample);
    let settings = Settings::load_within(folder, SETTINGS_TIMEOUT);
    let dialogs = Dialogs::new(app.handle().clone());
    let connections = Arc::new(Connections::new(settings, launch.sample, clipboard(), Arc::new(dialogs)));
    manage(app, Arc::clone(&connections), launch);
    hardening::quit_on_signals(app.handle());
    lock_automatically(&connections);
    tauri::async_runtime::spawn(async move {
        connections.prefetch();
        connections.delete_leftover_snapshots();
    });
    window::open(app)?;
    // Tests read it.
    #[cfg(target_os = "linux")]
    if !window::is_automated() {
        hardening::hide_memory();
    }
    Ok(())
}

fn clipboard() -> Clipboard {
    #[cfg(target_os = "linux")]
    return desktop::gtk_clipboard::clipboard();
    #[cfg(not(target_os = "linux"))]
    return Clipboard::system();
}

/// Locks when nobody uses the app, and where the desktop says so.
fn lock_automatically(connections: &Arc<Connections>) {
    let idle = Arc::clone(connections);
    tauri::async_runtime::spawn(async move { idle.lock_when_idle().await });
    #[cfg(target_os = "linux")]
    {
        let connections = Arc::clone(connections);
        let lock = move |reason| connections.lock_because(reason);
        tauri::async_runtime::spawn(desktop::session_lock::follow(lock));
    }
}

/// Hands the commands what they need.
fn manage<R: Runtime>(app: &impl tauri::Manager<R>, connections: Arc<Connections>, launch: Launch) {
    app.manage(connections);
    app.manage(launch);
    app.manage(QuitGuard::default());
    app.manage(PasteGuard::default());
    app.manage(commands::LockFollower::default());
    app.manage(commands::WaitFollower::default());
    app.manage(commands::KeyringFollower::default());
    app.manage(commands::ClipboardFollower::default());
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use super::*;

    /// As a process of its own, because it ends. Elsewhere it would open a message box and wait for somebody to close it.
    #[test]
    fn c51_m9_a_failure_while_the_window_opens_ends_the_app_with_status_1() {
        const CHILD: &str = "LIB_TEST_FAILURE";
        if let Some(kind) = std::env::var_os(CHILD) {
            launch::silence_panics();
            let app = tauri::test::mock_app();
            set_up_or_exit(app.handle(), Some("en".into()), || match kind.to_str() {
                Some("none") => Ok(()),
                Some("error") => Err("no web view"),
                _ => panic!("canary"),
            });
            std::process::exit(7);
        }
        for (kind, status, words) in [
            ("none", 7, ""),
            (
                "error",
                1,
                "The window can’t be opened. Restart the desktop session and try again; if this keeps happening, reinstall the app. no web view\n",
            ),
            ("panic", 1, "The window can’t be opened."),
        ] {
            let run = Command::new(std::env::current_exe().expect("this program"))
                .args([
                    "--exact",
                    "tests::c51_m9_a_failure_while_the_window_opens_ends_the_app_with_status_1",
                ])
                .arg("--nocapture")
                .env(CHILD, kind)
                .output()
                .expect("it runs");
            let written = String::from_utf8_lossy(&run.stderr);
            assert_eq!(run.status.code(), Some(status), "{kind}: {written}");
            assert!(written.contains(words) && !written.contains("canary"), "{kind}: {written}");
        }
    }
}
