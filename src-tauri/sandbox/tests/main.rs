//! The sandbox as clients see it, over real connections.
#![allow(clippy::unwrap_used)]

mod audit_logs;
mod command;
mod credentials;
mod description;
mod fault_edits;
mod fault_lists;
mod fault_specs;
mod faults;
mod fleets;
mod lists;
mod raw_client;
mod sample;
mod server;
mod test_server;
mod tokens;
