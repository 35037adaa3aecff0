//! Faults that edit JSON: what a create or an update stores, and the rows and headers of a response.

use std::sync::Arc;

use axum::{
    body::Body,
    extract::Request,
    http::{
        HeaderValue,
        header::{CONTENT_LENGTH, DATE},
    },
    response::Response,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::{
    body::{created_id, read_all, read_request, with_body},
    kind::{RequestEdit, ResponseEdit},
    odd_projects::odd_projects,
};
use crate::shared::Shared;

/// Edits the JSON object that a create or an update sends; a request without one does not change.
pub(super) async fn request(request: Request, edits: &[RequestEdit]) -> Request {
    if edits.is_empty() {
        return request;
    }
    let (mut parts, body) = read_request(request).await;
    let Ok(mut object) = serde_json::from_slice::<Map<String, Value>>(&body) else {
        return Request::from_parts(parts, Body::from(body));
    };
    for edit in edits {
        match edit {
            RequestEdit::LowerCaseName => {
                if let Some(Value::String(name)) = object.get_mut("name") {
                    *name = name.to_lowercase();
                }
            }
            RequestEdit::Set(field, value) => drop(object.insert(field.clone(), value.clone())),
        }
    }
    parts.headers.remove(CONTENT_LENGTH);
    Request::from_parts(parts, Body::from(Value::from(object).to_string()))
}

/// Edits the response unless it is an error.
pub(super) async fn response(mut response: Response, edits: &[ResponseEdit]) -> Response {
    if edits.is_empty() || !response.status().is_success() {
        return response;
    }
    for edit in edits {
        if let ResponseEdit::Header(name, value) = edit {
            response.headers_mut().append(name, value.clone());
        }
    }
    if edits.iter().all(|edit| matches!(edit, ResponseEdit::Header(..))) {
        return response;
    }
    let (parts, body) = read_all(response).await;
    let Ok(mut json) = serde_json::from_slice(&body) else {
        return with_body(parts, body);
    };
    for edit in edits {
        apply(edit, &mut json);
    }
    with_body(parts, json.to_string())
}

fn apply(edit: &ResponseEdit, json: &mut Value) {
    match (edit, json) {
        (ResponseEdit::Set(..) | ResponseEdit::Remove(_), Value::Array(rows)) => {
            rows.iter_mut().for_each(|row| apply(edit, row));
        }
        (ResponseEdit::Set(field, value), Value::Object(row)) => {
            row.insert(field.clone(), value.clone());
        }
        (ResponseEdit::Remove(field), Value::Object(row)) => {
            row.remove(field);
        }
        (ResponseEdit::Null, json) if json.is_array() => *json = Value::Null,
        (ResponseEdit::OddProjects, Value::Array(rows)) => drop(rows.splice(..0, odd_projects())),
        _ => {}
    }
}

/// Gives a token that was just created the time of a clock that is off by so many seconds.
pub(super) async fn shift_creation(response: Response, seconds: i64, shared: &Arc<Shared>) -> Response {
    if seconds == 0 {
        return response;
    }
    let (parts, body) = read_all(response).await;
    let token = created_id(&parts, &body)
        .and_then(|id| shared.store().set_created_at(id, |time| shifted(time, seconds)).ok());
    match token.map(|token| serde_json::to_vec(&*token)) {
        Some(Ok(body)) => with_body(parts, body),
        _ => with_body(parts, body),
    }
}

/// Dates the response by a clock that is off by so many seconds.
pub(super) fn shift_date(response: &mut Response, seconds: i64) {
    let date = shifted(Timestamp::now(), seconds).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::try_from(date) {
        response.headers_mut().insert(DATE, date);
    }
}

fn shifted(time: Timestamp, seconds: i64) -> Timestamp {
    time.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(time)
}
