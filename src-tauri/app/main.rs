//! Starts the app. On Windows a release build has no console window.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    calyptia_tokens::run()
}
