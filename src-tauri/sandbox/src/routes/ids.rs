//! The ids in paths. Anything but a hyphenated UUID is malformed, which is not the same as unknown.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use uuid::{Uuid, fmt::Hyphenated};

use crate::refusal::Refusal;

pub(super) struct ProjectId(pub(super) Uuid);
pub(super) struct TokenId(pub(super) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for ProjectId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        id(parts, state).await.map(Self).ok_or(Refusal::InvalidProjectId)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TokenId {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        id(parts, state).await.map(Self).ok_or(Refusal::InvalidTokenId)
    }
}

async fn id<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<Uuid> {
    let Path(segment) = Path::<String>::from_request_parts(parts, state).await.ok()?;
    // The parser also takes braces, a URN and bare hexadecimal, which the service does not.
    (segment.len() == Hyphenated::LENGTH).then(|| segment.parse().ok()).flatten()
}
