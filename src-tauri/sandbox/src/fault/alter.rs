//! Faults that let the server do its work and alter or withhold its response.

use std::{convert::Infallible, future, sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_LENGTH},
        response::Parts,
    },
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use tokio::time::sleep;

use super::{
    body::{created_id, read_all, with_body},
    connection::ConnectionControl,
    endless, gzip,
    intercept::never_sent,
    kind::Alter,
};
use crate::shared::Shared;

const DEPTH: usize = 100_000;
const BIG_HEADER: usize = 1024 * 1024;
const NOT_HTTP: &[u8] = b"\x16\x03\x01\x00\xff this is not the protocol you are looking for \x00\xfe\r\n\r\n";

pub(super) async fn alter(
    fault: Alter,
    response: Response,
    connection: &ConnectionControl,
    shared: &Arc<Shared>,
) -> Response {
    let (mut parts, body) = read_all(response).await;
    match fault {
        Alter::Reply(reply) => reply.into_response(),
        Alter::Reset => {
            connection.reset();
            never_sent()
        }
        Alter::Twice => {
            if let Some(id) = created_id(&parts, &body) {
                // Fails only if the token has been deleted since; then there is nothing to duplicate.
                let _ = shared.store().duplicate_token(id);
            }
            connection.reset();
            never_sent()
        }
        Alter::Hang => future::pending().await,
        Alter::Garbage => {
            connection.send_raw(NOT_HTTP);
            never_sent()
        }
        Alter::BigHeader => {
            // Cannot fail: letters are valid in a header.
            if let Ok(value) = HeaderValue::try_from("x".repeat(BIG_HEADER)) {
                parts.headers.insert(HeaderName::from_static("x-big"), value);
            }
            with_body(parts, body)
        }
        // An error response does not change.
        Alter::PlainOk | Alter::NoContentBody if !parts.status.is_success() => with_body(parts, body),
        Alter::PlainOk => {
            parts.status = StatusCode::OK;
            with_body(parts, body)
        }
        Alter::NoContentBody => {
            let body: &[u8] = if body.is_empty() { b"{\"status\":\"done\"}" } else { &body };
            connection.send_raw(no_content_with(body));
            never_sent()
        }
        Alter::EmptyBody => with_body(parts, ""),
        // All faults below change the body, so a response without one does not change.
        _ if body.is_empty() => with_body(parts, body),
        Alter::Truncate(bytes) => {
            let connection = connection.clone();
            interrupted(parts, &body, bytes, move || connection.close_after_flush())
        }
        Alter::Stall(bytes) => interrupted(parts, &body, bytes, || {}),
        Alter::Drip(pause) => drip(parts, body, pause),
        Alter::BadJson => with_body(parts, [&body[..body.len() / 2], b"}{"].concat()),
        Alter::Bom => with_body(parts, ["\u{feff}".as_bytes(), &body].concat()),
        Alter::BadUtf8 => with_body(parts, with_bad_utf8(&body)),
        Alter::Deep => with_body(parts, "[".repeat(DEPTH) + &"]".repeat(DEPTH)),
        Alter::Object => with_body(parts, [&b"{\"items\":"[..], &body, b"}"].concat()),
        Alter::TrailingJunk => with_body(parts, [&body, &b"\n<!-- served by edge-7 -->"[..]].concat()),
        Alter::Gzip => as_gzip(parts, gzip::encode(&body)),
        Alter::GzipBomb => as_gzip(parts, gzip::bomb()),
        Alter::Endless => with_body(parts, endless::white_space()),
        Alter::EndlessRows => with_body(parts, endless::rows()),
        Alter::EndlessValue => with_body(parts, endless::value()),
    }
}

fn as_gzip(mut parts: Parts, body: impl Into<Body>) -> Response {
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    with_body(parts, body)
}

/// The first bytes of the body with the whole body's length, then nothing more. `then` runs once these
/// bytes are on their way.
fn interrupted(
    mut parts: Parts,
    body: &Bytes,
    bytes: usize,
    then: impl FnOnce() + Send + 'static,
) -> Response {
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let start = stream::iter([Ok::<_, Infallible>(body.slice(..bytes.min(body.len())))]);
    let silence = stream::once(async {
        then();
        future::pending().await
    });
    Response::from_parts(parts, Body::from_stream(start.chain(silence)))
}

fn drip(mut parts: Parts, body: Bytes, pause: Duration) -> Response {
    parts.headers.insert(CONTENT_LENGTH, body.len().into());
    let drops = stream::unfold(body, move |mut rest| async move {
        sleep(pause).await;
        (!rest.is_empty()).then(|| (Ok::<_, Infallible>(rest.split_to(1)), rest))
    });
    Response::from_parts(parts, Body::from_stream(drops))
}

/// Raw bytes, because the HTTP server does not write a body after 204.
fn no_content_with(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 204 No Content\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn with_bad_utf8(body: &[u8]) -> Vec<u8> {
    let first_string = body.windows(2).position(|pair| pair == b":\"").map_or(0, |position| position + 2);
    let (before, after) = body.split_at(first_string);
    [before, b"\xc3\x28\xff", after].concat()
}
