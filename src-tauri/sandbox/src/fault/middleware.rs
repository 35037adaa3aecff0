//! Takes each request through its faults, stage by stage.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request, State},
    middleware::{self, Next},
    response::Response,
};
use tokio::time::sleep;

use super::{
    alter,
    body::read_request,
    connection::ConnectionControl,
    edit, intercept, list,
    plan::{Act, Plan},
};
use crate::shared::Shared;

/// Adds the request log and the faults to the router.
pub(crate) fn layer(router: Router, shared: &Arc<Shared>) -> Router {
    router.layer(middleware::from_fn_with_state(Arc::clone(shared), apply))
}

async fn apply(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(connection): ConnectInfo<ConnectionControl>,
    request: Request,
    next: Next,
) -> Response {
    shared.requests.push(request.method().clone(), request.uri().path().to_owned());
    let Plan { wait, clock, request: request_edits, list, response: response_edits, act } =
        shared.faults.plan(request.method(), request.uri());
    sleep(wait).await;
    let mut response = match act {
        Some(Act::Intercept(fault)) => {
            // Closing a connection with unread data resets it, and the client might then lose what it
            // was sent.
            let (parts, body) = read_request(request).await;
            intercept::respond(fault, Request::from_parts(parts, Body::from(body)), next, &connection)
        }
        act => {
            let request = edit::request(request, &request_edits).await;
            let response = match list::FaultyPage::of(&request, &list, &shared) {
                Some(page) => page.serve(request, next).await,
                None => next.run(request).await,
            };
            let response = edit::shift_creation(response, clock.unwrap_or_default(), &shared).await;
            let response = edit::response(response, &response_edits).await;
            match act {
                Some(Act::Alter(fault)) => alter::alter(fault, response, &connection, &shared).await,
                _ => response,
            }
        }
    };
    if let Some(seconds) = clock {
        edit::shift_date(&mut response, seconds);
    }
    response
}
