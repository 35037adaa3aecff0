//! The guard that every command runs behind. A command returns a [`Reply`], and only [`guard`] makes one, so none can be
//! written without it: a panic becomes a problem, never a promise that stays pending and never an abort.

use calyptia_core::{guarded, messages::Problem};
use serde::Serialize;

/// The result of a command.
pub(super) type Reply<T> = Result<Success<T>, Rejection>;

/// A result for the page.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Success<T>(T);

/// A problem for the page.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Rejection(Problem);

/// Runs a command.
pub(super) async fn guard<T>(command: impl Future<Output = Result<T, Problem>>) -> Reply<T> {
    guarded(command).await.map(Success).map_err(Rejection)
}
