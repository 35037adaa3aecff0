//! Reads and replaces the bodies of requests and responses.

use axum::{
    body::{self, Body, Bytes},
    extract::Request,
    http::{StatusCode, header::CONTENT_LENGTH, request, response},
    response::Response,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::body::MAX_BODY;

pub(super) async fn read_request(request: Request) -> (request::Parts, Bytes) {
    let (parts, body) = request.into_parts();
    (parts, body::to_bytes(body, MAX_BODY).await.unwrap_or_default())
}

/// Without a limit: the body is the server's own and finite.
pub(super) async fn read_all(response: Response) -> (response::Parts, Bytes) {
    let (parts, body) = response.into_parts();
    (parts, body::to_bytes(body, usize::MAX).await.unwrap_or_default())
}

pub(super) fn with_body(mut parts: response::Parts, body: impl Into<Body>) -> Response {
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, body.into())
}

/// The id of the token that this response says was created.
pub(super) fn created_id(parts: &response::Parts, body: &[u8]) -> Option<Uuid> {
    #[derive(Deserialize)]
    struct Created {
        id: Uuid,
    }
    let created: Option<Created> = serde_json::from_slice(body).ok();
    created.filter(|_| parts.status == StatusCode::CREATED).map(|created| created.id)
}
