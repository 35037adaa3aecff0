//! A bare window, to compare the app with: the same toolkit and a page of one line, and nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    let opened = tauri::Builder::default().run(tauri::generate_context!("benches/bare/tauri.conf.json"));
    if opened.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
