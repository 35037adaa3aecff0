//! The errors that the API documents: status and `error` string of each.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;

/// `Display` gives the `error` string of the response; clients distinguish errors by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("invalid project ID")]
    InvalidProjectId,
    #[error("invalid token ID")]
    InvalidTokenId,
    #[error("invalid token name")]
    InvalidTokenName,
    #[error("invalid permission")]
    InvalidPermission,
    #[error("duplicate permission")]
    DuplicatePermission,
    #[error("decode cursor")]
    DecodeCursor,
    #[error("invalid page size")]
    InvalidPageSize,
    #[error("invalid action")]
    InvalidAction,
    #[error("missing parameter")]
    MissingParameter,
    #[error("invalid request body")]
    InvalidBody,
    #[error("unauthenticated")]
    Unauthenticated,
    #[error("invalid token")]
    InvalidToken,
    #[error("permission denied")]
    PermissionDenied,
    #[error("not found")]
    NotFound,
    #[error("token not found")]
    TokenNotFound,
    #[error("method not allowed")]
    MethodNotAllowed,
    #[error("token name taken")]
    TokenNameTaken,
    #[error("token gone")]
    TokenGone,
    #[error("request body too large")]
    BodyTooLarge,
    #[error("unavailable")]
    Unavailable,
}

impl ApiError {
    fn status(self) -> StatusCode {
        match self {
            Self::InvalidProjectId
            | Self::InvalidTokenId
            | Self::InvalidTokenName
            | Self::InvalidPermission
            | Self::DuplicatePermission
            | Self::DecodeCursor
            | Self::InvalidPageSize
            | Self::InvalidAction
            | Self::MissingParameter
            | Self::InvalidBody => StatusCode::BAD_REQUEST,
            Self::Unauthenticated | Self::InvalidToken => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::NotFound | Self::TokenNotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TokenNameTaken => StatusCode::CONFLICT,
            Self::TokenGone => StatusCode::GONE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

#[derive(Serialize)]
struct Body {
    error: String,
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status(), Json(Body { error: self.to_string() })).into_response()
    }
}
