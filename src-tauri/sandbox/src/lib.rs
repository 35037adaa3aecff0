//! The tokens API of Calyptia Cloud on loopback, with sample data. People use it to try the app
//! without an account, and clients are tested against it.
//!
//! It speaks HTTP like the real service and shares no type with any client, so that a
//! misunderstanding of the API cannot hide on both sides. [`OPENAPI`] describes every operation; the
//! running server returns the same text at `/openapi.json`.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! let running = calyptia_sandbox::start_sample().await?;
//! let list_projects = format!("{}/v1/projects", running.url());
//! // Send `Authorization: Bearer …` with `running.bearer_token()`. Dropping `running` stops the server.
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `faults`: faults on demand and a log of the requests that arrived. Off by default; tests and the
//!   command enable it.
//! - `cli`: the `calyptia-sandbox` command. It includes `faults`.

mod api_error;
mod audit_log;
mod auth;
mod bearer_token;
mod body;
#[cfg(feature = "faults")]
mod fault;
mod list_body;
mod page_request;
mod paging;
mod permission;
mod routes;
mod sample;
mod sandbox;
mod server;
mod shared;
mod store;
mod token_rules;
mod token_value;

#[cfg(feature = "faults")]
pub use axum::http::Method;
#[cfg(feature = "faults")]
pub use fault::{Fault, InvalidFault, fault_kinds};
pub use routes::{OPENAPI, operations};
pub use sandbox::{Options, Sandbox};
pub use server::{Running, start_sample};
