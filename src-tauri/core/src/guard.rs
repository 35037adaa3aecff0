//! Turns a panic into an error: whoever waits for the work gets an answer, and the app goes on.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;

use crate::messages::{ErrorCode, Problem};

/// Runs `work`. If it panics, the result is a problem with [`ErrorCode::Internal`].
///
/// # Errors
/// The work's own problem, or that it panicked.
pub async fn guarded<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    // Every lock in this crate recovers from poisoning, and what it protects is replaced as a whole.
    let done = AssertUnwindSafe(work).catch_unwind().await;
    done.unwrap_or_else(|_| Err(Problem::new(ErrorCode::Internal, "an internal error stopped the work")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn p5_a_panic_becomes_a_problem_that_does_not_quote_it() {
        let problem = guarded::<()>(async { panic!("canary") }).await.expect_err("it panicked");
        assert_eq!(problem.code, ErrorCode::Internal);
        assert!(!format!("{problem:?}").contains("canary"));
    }
}
