//! The table of operations, and the router built from it.

mod audit_logs;
mod description;
mod fleets;
mod health;
mod ids;
mod projects;
mod tokens;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{MethodRouter, delete, get, patch, post},
};

pub use description::OPENAPI;

use crate::{api_error::ApiError, body::MAX_BODY, shared::Shared};

type Operation = (&'static str, &'static str, MethodRouter<Arc<Shared>>);

fn table() -> [Operation; 11] {
    [
        ("GET", "/healthz", get(health::show)),
        ("GET", "/openapi.json", get(description::show)),
        ("GET", "/v1/projects", get(projects::list)),
        ("GET", "/v1/projects/{projectID}", get(projects::show)),
        ("GET", "/v1/projects/{projectID}/tokens", get(tokens::list)),
        ("POST", "/v1/projects/{projectID}/tokens", post(tokens::create)),
        ("GET", "/v1/projects/{projectID}/audit_logs", get(audit_logs::list)),
        ("GET", "/v1/projects/{projectID}/fleets", get(fleets::list)),
        ("GET", "/v1/project_tokens/{tokenID}", get(tokens::show)),
        ("PATCH", "/v1/project_tokens/{tokenID}", patch(tokens::update)),
        ("DELETE", "/v1/project_tokens/{tokenID}", delete(tokens::remove)),
    ]
}

/// Method and path of every operation, with `{…}` where a path has an id.
pub fn operations() -> Vec<(&'static str, &'static str)> {
    table().into_iter().map(|(method, path, _)| (method, path)).collect()
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    table()
        .into_iter()
        .fold(Router::new(), |router, (_, path, handler)| router.route(path, handler))
        .fallback(|| async { ApiError::NotFound })
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(shared)
}
