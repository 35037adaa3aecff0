//! Reads a JSON request body, whatever its content type; every failure is an [`ApiError`].

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use serde::de::DeserializeOwned;

use crate::api_error::ApiError;

/// In bytes; far more than any valid name and permissions need.
pub(crate) const MAX_BODY: usize = 64 * 1024;

/// Extracts a JSON body.
pub(crate) struct JsonBody<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                ApiError::BodyTooLarge
            } else {
                ApiError::InvalidBody
            }
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| ApiError::InvalidBody)
    }
}
