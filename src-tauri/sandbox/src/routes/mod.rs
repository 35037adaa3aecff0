//! The table of operations and the router made from it.

mod description;
mod health;
mod ids;
mod projects;
mod tokens;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::Method,
    routing::{MethodRouter, delete, get, patch, post},
};

pub use description::OPENAPI;

use crate::{body::LARGEST_BODY, refusal::Refusal, server::Shared};

type Operation = (Method, &'static str, MethodRouter<Arc<Shared>>);

fn table() -> [Operation; 9] {
    [
        (Method::GET, "/healthz", get(health::show)),
        (Method::GET, "/openapi.json", get(description::show)),
        (Method::GET, "/v1/projects", get(projects::list)),
        (Method::GET, "/v1/projects/{projectID}", get(projects::show)),
        (Method::GET, "/v1/projects/{projectID}/tokens", get(tokens::list)),
        (Method::POST, "/v1/projects/{projectID}/tokens", post(tokens::create)),
        (Method::GET, "/v1/project_tokens/{tokenID}", get(tokens::show)),
        (Method::PATCH, "/v1/project_tokens/{tokenID}", patch(tokens::update)),
        (Method::DELETE, "/v1/project_tokens/{tokenID}", delete(tokens::remove)),
    ]
}

/// Method and path of every operation the server answers, with `{…}` where a path has an id.
pub fn operations() -> Vec<(Method, &'static str)> {
    table().into_iter().map(|(method, path, _)| (method, path)).collect()
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    table()
        .into_iter()
        .fold(Router::new(), |router, (_, path, handler)| router.route(path, handler))
        .fallback(|| async { Refusal::NotFound })
        .method_not_allowed_fallback(|| async { Refusal::MethodNotAllowed })
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(shared)
}
