//! Faults that take the request away from the server.

use axum::{
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::sleep;

use super::{connection::ConnectionControl, kind::Intercept};

pub(super) fn respond(
    fault: Intercept,
    request: Request,
    next: Next,
    connection: &ConnectionControl,
) -> Response {
    match fault {
        Intercept::Reply(reply) => reply.into_response(),
        Intercept::Close => {
            connection.send_raw("");
            never_sent()
        }
        Intercept::Reset => {
            connection.reset();
            never_sent()
        }
        Intercept::StoreLater(delay) => {
            tokio::spawn(async move {
                sleep(delay).await;
                next.run(request).await
            });
            connection.reset();
            never_sent()
        }
    }
}

/// The HTTP server has to write something for the connection to carry out its action; no byte of this
/// reaches the client.
pub(super) fn never_sent() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
