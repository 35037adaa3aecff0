//! Why the app has locked.

use serde::Serialize;

/// Why the app has locked without being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum LockReason {
    /// Nobody has used it for the time that the preferences say.
    Idle { minutes: u32 },
    /// The desktop session was locked.
    Desktop,
    /// The computer was about to sleep.
    Sleep,
}
