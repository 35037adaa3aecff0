//! Keeps an API credential in the operating system's keyring, for an app that must never wait for it in its own thread.
//!
//! A keyring call blocks for as long as an unlock prompt is open, knows no time limit, and may not run inside an async
//! runtime. So one detached thread owns the store, every request has a deadline, and nothing is opened before the first
//! request. A credential lives in the keyring or, if the caller says so explicitly, in memory for this session; it never
//! falls back from the one to the other by itself.
//!
//! # What it looks like from outside
//!
//! An entry has the service [`SERVICE`] and the account it was stored for. On Linux it is one item of the Secret
//! Service's default collection with the attributes `service` and `username`, the label `Calyptia Tokens: <account>`
//! and the plain credential as its secret:
//!
//! ```sh
//! secret-tool lookup service calyptia-tokens username https://cloud-api.calyptia.com
//! printf %s "$BEARER" | secret-tool store --label='Calyptia Tokens' \
//!     service calyptia-tokens username https://cloud-api.calyptia.com
//! ```
//!
//! On macOS it is a generic password of the login keychain:
//! `security find-generic-password -s calyptia-tokens -a https://cloud-api.calyptia.com -w`. On Windows it is a generic
//! credential of this machine named `<account>.calyptia-tokens`; one longer than 2,560 bytes is split over several.
//!
//! # Waiting and giving up
//!
//! A request that has not been answered at its deadline fails with [`VaultError::TimedOut`]. Its thread may still sit in
//! the store's call; then a new one with a newly built store takes over, up to three at once. A [`Vault::write`] whose
//! caller has gone, by the deadline or by dropping the future, is undone: the previous credential is put back, or the
//! entry removed. Undoing ends with the process.

mod error;
mod pieces;
mod platform;
mod session;
mod vault;
mod worker;

pub use error::VaultError;
pub use session::{SessionStore, Storage};
pub use vault::{DEADLINE, Vault};

/// The service under which every entry is kept.
pub const SERVICE: &str = "calyptia-tokens";
