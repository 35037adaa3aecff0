//! What is answered, or not, in the server's place.

use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
    },
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use serde_json::json;
use tokio::time::sleep;

use super::kind::{ErrorBody, Instead};
use crate::wire::Wire;

const SIGN_IN_PAGE: &str = "\
<!doctype html>
<title>Sign in to the network</title>
<h1>Welcome to the guest network</h1>
<form method=\"post\" action=\"/login\"><input name=\"code\"><button>Sign in</button></form>
";

pub(super) fn answer(kind: Instead, request: Request, next: Next, wire: &Wire) -> Response {
    match kind {
        Instead::Status { status, body, retry_after } => refusal(status, body, retry_after),
        Instead::Html => Html(SIGN_IN_PAGE).into_response(),
        Instead::Redirect { status, target } => (status, [(LOCATION, target)]).into_response(),
        Instead::Refuse => {
            wire.say("");
            unsent()
        }
        Instead::ResetBefore => {
            wire.reset();
            unsent()
        }
        Instead::StoreLater(delay) => {
            tokio::spawn(async move {
                sleep(delay).await;
                next.run(request).await
            });
            wire.reset();
            unsent()
        }
    }
}

/// An answer for the server to write, which makes the connection break instead.
pub(super) fn unsent() -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

pub(super) fn refusal(status: StatusCode, body: ErrorBody, retry_after: Option<HeaderValue>) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
    let words = format!("fault: {status}");
    let (content_type, body) = match body {
        ErrorBody::Json => (JSON, Body::from(json!({ "error": words }).to_string())),
        ErrorBody::Html => {
            (HTML, Body::from(format!("<!doctype html><title>{words}</title><h1>{words}</h1>")))
        }
        ErrorBody::Bytes(length) => (JSON, Body::from("x".repeat(length))),
    };
    let mut response = (status, [(CONTENT_TYPE, content_type)], body).into_response();
    if let Some(text) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, text);
    }
    response
}
