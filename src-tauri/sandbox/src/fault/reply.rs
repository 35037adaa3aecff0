//! Responses that are not the server's: errors, redirects and a sign-in page.

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, LOCATION, RETRY_AFTER},
    },
    response::{Html, IntoResponse, Response},
};
use serde_json::json;

use super::kind::{ErrorBody, Reply};

const SIGN_IN_PAGE: &str = "\
<!doctype html>
<title>Sign in to the network</title>
<h1>Welcome to the guest network</h1>
<form method=\"post\" action=\"/login\"><input name=\"code\"><button>Sign in</button></form>
";

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        match self {
            Self::Error { status, body, retry_after } => error(status, body, retry_after),
            Self::Redirect { status, target } => (status, [(LOCATION, target)]).into_response(),
            Self::SignInPage => Html(SIGN_IN_PAGE).into_response(),
        }
    }
}

fn error(status: StatusCode, body: ErrorBody, retry_after: Option<HeaderValue>) -> Response {
    const JSON: HeaderValue = HeaderValue::from_static("application/json");
    const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");
    let message = |given: Option<String>| given.unwrap_or_else(|| format!("fault: {status}"));
    let (content_type, body) = match body {
        ErrorBody::Json(text) => (JSON, Body::from(json!({ "error": message(text) }).to_string())),
        ErrorBody::Html(text) => {
            let text = message(text);
            (HTML, Body::from(format!("<!doctype html><title>{text}</title><h1>{text}</h1>")))
        }
        ErrorBody::Filler(length) => (JSON, Body::from("x".repeat(length))),
    };
    let mut response = (status, [(CONTENT_TYPE, content_type)], body).into_response();
    if let Some(text) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, text);
    }
    response
}
