//! Journeys through the real window: a person's work from beginning to end, and what becomes of it when something
//! goes wrong. Beside them stand the checks that need the whole app: what the keyring holds, what the files, the log
//! and the page do not, and that the page gives no reason to complain in its console.
//!
//! They tell each step and leave screenshots in `target/journey`, or where `JOURNEY_SCREENSHOTS` says.
//! `JOURNEY_THEME=light` or `dark` shows all of them in that theme.

#![cfg(target_os = "linux")]
#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "tests that tell what they do")]

mod by_ear;
mod canary;
mod colours;
mod connections;
mod consent;
mod ending;
mod fences;
mod homes;
mod keyring;
mod killed;
mod lost_create;
mod main_job;
mod native;
mod network;
mod other_server;
mod permissions;
mod place;
mod plain_server;
#[allow(dead_code, reason = "the benchmark uses all of it")]
mod processes;
mod rotation;
mod screen_reader;
mod second_start;
mod sizes;
mod sweep;
mod token_life;
mod trouble;
mod wayland;
mod what_changed;
mod where_is_it;
mod window;
