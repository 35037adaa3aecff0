//! How the sandbox behaves towards a client, over real connections.
#![allow(clippy::unwrap_used)]

mod command;
mod credentials;
mod description;
mod fault_lists;
mod fault_specs;
mod faults;
mod house;
mod line;
mod lists;
mod sample;
mod server;
mod tokens;
