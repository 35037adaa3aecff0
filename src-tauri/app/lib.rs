//! The desktop shell: a window, the commands that its page can call, and what the desktop expects of an app. Everything
//! else is in `calyptia-core`, which knows nothing of Tauri.

mod commands;
mod desktop;

use std::{process::ExitCode, sync::Arc, time::Duration};

use calyptia_core::{Connections, Settings};
use tauri::{Manager as _, RunEvent, WindowEvent};

use desktop::{
    consent::Dialogs, hardening, launch, launch::Launch, paste::PasteGuard, quit_guard::QuitGuard, window,
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
    if !window::has_display() {
        tracing::error!("there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
        return ExitCode::FAILURE;
    }
    launch::silence_panics();
    let app = window::builder(&launch)
        .invoke_handler(commands::handler())
        .setup(move |app| {
            // Sample data leaves the settings alone, even unreadable ones.
            let folder = app.path().app_config_dir().ok().filter(|_| !launch.sample);
            let settings = Settings::load_within(folder, SETTINGS_TIMEOUT);
            let dialogs = Dialogs::new(app.handle().clone(), launch.language.as_deref());
            let connections = Arc::new(Connections::new(settings, launch.sample, Arc::new(dialogs)));
            manage(app, Arc::clone(&connections), launch);
            hardening::quit_on_signals(app.handle());
            lock_automatically(&connections);
            tauri::async_runtime::spawn(async move { connections.prefetch() });
            window::open(app)?;
            // Tests read it.
            #[cfg(target_os = "linux")]
            if !window::is_automated() {
                hardening::hide_memory();
            }
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| match event {
                RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. }
                    if !app.state::<QuitGuard>().may_quit(&app.state::<Arc<Connections>>()) =>
                {
                    api.prevent_close();
                }
                // The app was started again, or its icon in the Dock was clicked.
                #[cfg(target_os = "macos")]
                RunEvent::Reopen { .. } => window::bring_forward(app),
                RunEvent::Exit => app.state::<Arc<Connections>>().close(),
                _ => {}
            });
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!("the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
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
fn manage<R: tauri::Runtime>(app: &impl tauri::Manager<R>, connections: Arc<Connections>, launch: Launch) {
    app.manage(connections);
    app.manage(launch);
    app.manage(QuitGuard::default());
    app.manage(PasteGuard::default());
    app.manage(commands::LockFollower::default());
    app.manage(commands::WaitFollower::default());
    app.manage(commands::KeyringFollower::default());
    app.manage(commands::ClipboardFollower::default());
}
