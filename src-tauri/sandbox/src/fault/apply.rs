//! The way of a request through its faults: the wait, what is asked of the server, what it answers, and
//! what becomes of that answer.

use std::sync::Arc;

use axum::{
    body::{self, Body},
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use tokio::time::sleep;

use super::{Plan, answer, instead, kind::Kind, list};
use crate::{body::LARGEST_BODY, server::Shared, wire::Wire};

pub(crate) async fn apply(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(wire): ConnectInfo<Wire>,
    request: Request,
    next: Next,
) -> Response {
    let Plan { wait, list, act } = shared.faults.plan(request.method(), request.uri());
    sleep(wait).await;
    match act {
        Some(Kind::Instead(kind)) => instead::answer(kind, whole(request).await, next, &wire),
        act => {
            let response = match list::Listing::of(&request, &list, &shared) {
                Some(listing) => listing.serve(request, next).await,
                None => next.run(request).await,
            };
            match act {
                Some(Kind::After(kind)) => answer::spoil(kind, response, &wire, &shared).await,
                _ => response,
            }
        }
    }
}

/// Read to its end: closing a connection on which something is unread resets it, and then the client
/// might never see what was sent to it.
async fn whole(request: Request) -> Request {
    let (parts, body) = request.into_parts();
    let body = body::to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
    Request::from_parts(parts, Body::from(body))
}
