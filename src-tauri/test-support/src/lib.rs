//! What the tests of several crates share: servers and proxies that misbehave over raw sockets, certificates made for the
//! occasion, session buses of their own, a Secret Service that misbehaves, and waits that end.
//!
//! It knows nothing of the crates it tests: they depend on it, for their tests only.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "test code")]

#[cfg(target_os = "linux")]
pub mod bus;
pub mod forward_proxy;
pub mod log;
pub mod raw;
#[cfg(target_os = "linux")]
pub mod secret_service;
pub mod socks_proxy;
pub mod tls;

use std::time::Duration;

/// No test waits longer for anything; what takes this long has hung.
const DEADLINE: Duration = Duration::from_secs(30);

/// Waits, but not forever.
pub async fn within<T>(what: &str, wait: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, wait).await.unwrap_or_else(|_| panic!("waited too long: {what}"))
}
