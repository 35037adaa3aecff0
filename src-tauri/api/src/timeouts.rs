//! How long a call may take. All waits are bounded; nobody has to guess whether the app hangs.

use std::time::Duration;

/// The time a call may take, in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection is open.
    pub connect: Duration,
    /// How long a server may fall silent in the middle of its answer.
    pub idle: Duration,
    /// Until an answer begins, connecting included; and how long a body may take that arrives slower than
    /// [`Timeouts::MIN_BYTES_PER_SECOND`].
    pub answer: Duration,
}

impl Timeouts {
    /// Bytes per second below which a body counts as stuck. Phones on the edge of a network are faster.
    pub const MIN_BYTES_PER_SECOND: u64 = 1024;

    /// How long a body may have taken by the time that this many bytes of it are here.
    pub(crate) fn time_for(&self, bytes: u64) -> Duration {
        self.answer + Duration::from_secs(bytes / Self::MIN_BYTES_PER_SECOND)
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            idle: Duration::from_secs(20),
            answer: Duration::from_secs(30),
        }
    }
}
