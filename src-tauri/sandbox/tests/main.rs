//! How the sandbox behaves towards a client, over real connections.
#![allow(clippy::unwrap_used)]

mod command;
mod credentials;
mod description;
mod house;
mod lists;
mod sample;
mod server;
mod tokens;
