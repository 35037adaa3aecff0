//! Reading a JSON request body, whatever content type it claims, with every failure told as JSON.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};

use crate::refusal::Refusal;

/// No token's name and permissions come near this.
pub(crate) const LARGEST_BODY: usize = 64 * 1024;

pub(crate) struct Sent<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Sent<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
                Refusal::BodyTooLarge
            } else {
                Refusal::InvalidBody
            }
        })?;
        serde_json::from_slice(&bytes).map(Self).map_err(|_| Refusal::InvalidBody)
    }
}

/// With `#[serde(default)]`, keeps a field that is absent (`None`) apart from one that is `null`
/// (`Some(None)`).
pub(crate) fn present<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
