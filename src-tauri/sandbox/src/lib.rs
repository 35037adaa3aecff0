//! The tokens API of Calyptia Cloud on loopback, with sample data: what the app offers to people who
//! want to try it without an account, and what clients are tested against.
//!
//! It speaks HTTP like the real service and shares no type with any client of it, so a
//! misunderstanding cannot hide by being made on both sides. [`OPENAPI`] describes every operation;
//! the running server hands the same text out at `/openapi.json`.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let running = calyptia_sandbox::start_sample().await?;
//! let list_projects = format!("{}/v1/projects", running.url());
//! // Send `Authorization: Bearer …` with `running.bearer()`; dropping `running` stops the server.
//! # Ok(())
//! # }
//! ```

mod auth;
mod bearer;
mod body;
mod fault;
mod list_body;
mod paging;
mod permission;
mod refusal;
mod request_log;
mod routes;
mod sample;
mod sandbox;
mod server;
mod store;
mod token_format;
mod token_rules;
mod wire;

pub use axum::http::Method;
pub use fault::{Fault, InvalidFault, fault_kinds};
pub use routes::{OPENAPI, operations};
pub use sandbox::{Options, Sandbox, start_sample};
pub use server::Running;
