//! The desktop shell: a window, the commands its page may call, and what stands behind them.
//!
//! The page asks through `commands`; they check what came in, call one thing, and turn failures into a
//! `problem::Problem`. HTTP is spoken by `calyptia-api`, credentials are kept by `calyptia-vault`, lists are held by
//! `calyptia-catalog`.

mod active;
mod cancellable;
mod changes;
mod clipboard;
mod closing;
mod commands;
mod connecting;
#[cfg(test)]
mod connections_tests;
mod contract;
mod handover;
mod hardening;
mod head_start;
mod keyring_help;
mod launch;
mod leaving;
mod menu;
mod open_list;
mod problem;
mod reach;
#[cfg(test)]
mod secrets_tests;
mod settings;
mod state;
#[cfg(test)]
mod testing;
mod theme;
mod window;

use std::process::ExitCode;

use tauri::{Manager as _, RunEvent, WindowEvent};

use launch::Launch;
use state::State;

/// Runs the app until its window closes.
#[must_use]
pub fn run() -> ExitCode {
    let launch = match Launch::from_arguments(std::env::args_os().skip(1)) {
        Ok(launch) => launch,
        Err(exit) => return exit,
    };
    launch::start_log();
    window::prepare();
    hardening::forbid_core_dumps();
    if !window::has_display() {
        tracing::error!("there is no display: neither DISPLAY nor WAYLAND_DISPLAY is set");
        return ExitCode::FAILURE;
    }
    launch::quiet_panics();
    let app = window::builder(&launch)
        .invoke_handler(commands::handler())
        .setup(move |app| {
            app.manage(State::new(launch, app.path().app_config_dir().ok()));
            hardening::end_when_asked(app.handle());
            head_start::begin(app.handle());
            window::open(app)?;
            Ok(())
        })
        .build(tauri::generate_context!());
    match app {
        Ok(app) => {
            app.run(|app, event| match event {
                RunEvent::WindowEvent { event: WindowEvent::CloseRequested { api, .. }, .. }
                    if !closing::may_end(app) =>
                {
                    api.prevent_close();
                }
                RunEvent::Exit => app.state::<State>().clipboard.clear_before_the_end(),
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
