//! The API description, for people and for client generators.

use axum::{http::header::CONTENT_TYPE, response::IntoResponse};

/// The OpenAPI 3.1 description of every operation, as JSON.
pub const OPENAPI: &str = include_str!("../../openapi.json");

pub(super) async fn show() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], OPENAPI)
}
