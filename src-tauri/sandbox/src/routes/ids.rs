//! The ids in paths. Anything but a hyphenated UUID is malformed, which is another error than unknown.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use uuid::{Uuid, fmt::Hyphenated};

use crate::api_error::ApiError;

pub(super) struct ProjectId(pub(super) Uuid);
pub(super) struct TokenId(pub(super) Uuid);

impl<S: Send + Sync> FromRequestParts<S> for ProjectId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        id(parts, state).await.map(Self).ok_or(ApiError::InvalidProjectId)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for TokenId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        id(parts, state).await.map(Self).ok_or(ApiError::InvalidTokenId)
    }
}

async fn id<S: Send + Sync>(parts: &mut Parts, state: &S) -> Option<Uuid> {
    let Path(segment) = Path::<String>::from_request_parts(parts, state).await.ok()?;
    // The parser also accepts braces, a URN and plain hexadecimal digits; the service does not.
    (segment.len() == Hyphenated::LENGTH).then(|| segment.parse().ok()).flatten()
}
