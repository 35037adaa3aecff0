//! The system's own store on Linux, against a Secret Service that misbehaves and against a real one.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod crashes;
mod exiting;
mod gnome_keyring;
mod keepassxc;
mod kwallet;
mod late_writes;
mod odd_answers;
mod prompts;
mod providers;
mod refusals;
mod restarts;
mod waits;
