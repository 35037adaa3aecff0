//! Keeps an API credential in the operating system's keyring, for an app that must never wait for it on its own thread.
//!
//! A keyring call blocks for as long as an unlock prompt is open, has no timeout, and must not run inside an async
//! runtime. So one detached thread owns the store, every request has a deadline, and nothing is opened before the first
//! request. A credential is kept in the keyring or, if the caller says so explicitly, in memory for this session; the
//! vault never falls back from one to the other.
//!
//! # What other programs see
//!
//! An entry has the service [`SERVICE`] and the account it was stored for. On Linux it is one item of the Secret
//! Service's default collection with the attributes `service` and `username`, the label `Calyptia Tokens: <account>`
//! and the plain credential as its secret:
//!
//! ```sh
//! secret-tool lookup service calyptia-tokens username https://cloud-api.calyptia.com
//! printf %s "$BEARER_TOKEN" | secret-tool store --label='Calyptia Tokens' \
//!     service calyptia-tokens username https://cloud-api.calyptia.com
//! ```
//!
//! On macOS it is a generic password of the login keychain:
//! `security find-generic-password -s calyptia-tokens -a https://cloud-api.calyptia.com -w`. On Windows it is a generic
//! credential of this machine named `<account>.calyptia-tokens`; one longer than 2,560 bytes is split over several.
//!
//! # Deadlines and undoing
//!
//! A request that has no answer at its deadline fails with [`VaultError::TimedOut`]. Its call in the keyring goes on, and
//! later requests wait for it. A [`Vault::write`] becomes final with [`PendingWrite::commit`]. Without it, because the
//! deadline passed, the future was dropped, or the caller changed its mind, the write is undone before any other request
//! is handled: the previous credential is put back, or the entry deleted. Undoing ends with the process.

mod diagnosis;
mod error;
mod history;
#[cfg(test)]
mod interleavings;
mod pending_request;
mod pieces;
mod platform;
mod queue;
#[cfg(target_os = "linux")]
mod secret_service;
mod session;
mod store_view;
mod vault;
mod waits;
mod worker;

pub use error::VaultError;
pub use queue::PendingWrite;
pub use session::{SessionStore, Storage};
pub use vault::{DEADLINE, Vault};

/// The service under which every entry is kept.
pub const SERVICE: &str = "calyptia-tokens";
