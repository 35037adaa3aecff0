//! What a fault consists of: the requests that it selects, and what happens to them.

use axum::http::Method;

use super::kind::Kind;

/// A fault, written `[TARGET:]KIND[=VALUE][@REQUESTS]`.
///
/// - `TARGET` selects requests: by method (`POST`), by the end of the path (`/tokens`), or both
///   (`GET/tokens`). Without it, the fault applies to all requests. It never applies to `/healthz` and
///   `/openapi.json`, and the kinds that change the token list or the projects apply only to those.
/// - `KIND` is one of [`fault_kinds`](crate::fault_kinds).
/// - `REQUESTS` counts the selected requests from 1: `@2` means the first two, `@3-` all from the third
///   on, `@3-5` the third to the fifth. Without it, the fault applies to all of them.
///
/// A value is taken literally, including commas and colons. Only `@` with numbers at the very end does
/// not belong to it.
///
/// Several faults can be set. Waits, clocks, edits and list faults add up. Of the others, only the first
/// that applies takes effect, and only this one counts the request. So `status=503@2` and
/// `reset-after@1` make two requests fail and reset the third.
///
/// ```
/// # use calyptia_sandbox::Fault;
/// let fault: Fault = "POST:reset-after@1".parse()?;
/// assert_eq!(fault.to_string(), "POST:reset-after@1");
/// # Ok::<(), calyptia_sandbox::InvalidFault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub(super) spec: String,
    pub(super) target: Target,
    pub(super) requests: RequestRange,
    pub(super) kind: Kind,
}

/// Which requests a fault selects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) method: Option<Method>,
    pub(super) path_suffix: String,
}

impl Target {
    pub(super) fn matches(&self, method: &Method, path: &str) -> bool {
        self.method.as_ref().is_none_or(|own| own == method) && path.ends_with(&self.path_suffix)
    }
}

/// Which of the selected requests a fault applies to, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RequestRange {
    pub(super) first: u32,
    pub(super) last: u32,
}

impl RequestRange {
    pub(super) const ALL: Self = Self { first: 1, last: u32::MAX };
}
