//! How long a call may take. Every wait is bounded.

use std::time::Duration;

/// The time limits of a call. The default is 10, 30, 20 and 30 seconds, in the order of the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection is open, TLS handshake and proxy included.
    pub connect: Duration,
    /// Until a response begins, connecting included.
    pub response: Duration,
    /// How long a server may stay silent in the middle of a body.
    pub read: Duration,
    /// How long a body may take that arrives more slowly than [`Timeouts::MIN_BYTES_PER_SECOND`]. A faster one may take
    /// as long as its size requires.
    pub body: Duration,
}

impl Timeouts {
    /// Bytes per second below which a body counts as stuck. The slowest mobile connections are faster.
    pub const MIN_BYTES_PER_SECOND: u64 = 1024;

    /// How long a body may have taken by the time this many bytes have arrived.
    pub(crate) fn time_for(&self, bytes: u64) -> Duration {
        self.body + Duration::from_secs(bytes / Self::MIN_BYTES_PER_SECOND)
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            response: Duration::from_secs(30),
            read: Duration::from_secs(20),
            body: Duration::from_secs(30),
        }
    }
}
