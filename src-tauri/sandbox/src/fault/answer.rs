//! The server's true answer, spoiled on its way out.

use std::{convert::Infallible, future, sync::Arc, time::Duration};

use axum::{
    body::{self, Body, Bytes},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_ENCODING, CONTENT_LENGTH, DATE},
        response::Parts,
    },
    response::Response,
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tokio::time::sleep;
use uuid::Uuid;

use super::{endless, instead::unsent, kind::After};
use crate::{server::Shared, wire::Wire};

const DEPTH: usize = 100_000;
const BIG_HEADER: usize = 1024 * 1024;

pub(super) async fn spoil(kind: After, response: Response, wire: &Wire, shared: &Arc<Shared>) -> Response {
    let (mut parts, body) = response.into_parts();
    // What the server answers is always finite and its own.
    let body = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    match kind {
        After::Reset => {
            wire.reset();
            unsent()
        }
        After::Twice => {
            if parts.status == StatusCode::CREATED {
                make_twin(&body, shared);
            }
            wire.reset();
            unsent()
        }
        After::Hang => future::pending().await,
        After::Garbage => {
            wire.say(
                &b"\x16\x03\x01\x00\xff this is not the protocol you are looking for \x00\xfe\r\n\r\n"[..],
            );
            unsent()
        }
        After::BigHeader => {
            // Letters only: a header can hold them.
            if let Ok(value) = HeaderValue::try_from("x".repeat(BIG_HEADER)) {
                parts.headers.insert(HeaderName::from_static("x-big"), value);
            }
            with_body(parts, body)
        }
        After::Clock(seconds) => {
            let now = Timestamp::now();
            let date = now.checked_add(SignedDuration::from_secs(seconds.into())).unwrap_or(now);
            if let Ok(date) = HeaderValue::try_from(date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
                parts.headers.insert(DATE, date);
            }
            with_body(parts, body)
        }
        // A refusal stays one.
        After::PlainOk | After::NoContentBody if !parts.status.is_success() => with_body(parts, body),
        After::PlainOk => {
            parts.status = StatusCode::OK;
            with_body(parts, body)
        }
        After::NoContentBody => {
            wire.say(no_content_with(if body.is_empty() { b"{\"status\":\"done\"}" } else { &body }));
            unsent()
        }
        After::EmptyBody => with_body(parts, ""),
        // From here on the body is changed, and what has none stays as it is.
        _ if body.is_empty() => with_body(parts, body),
        After::Truncate(bytes) => {
            let wire = wire.clone();
            broken_off(parts, &body, bytes, move || wire.hang_up())
        }
        After::Stall(bytes) => broken_off(parts, &body, bytes, || {}),
        After::Drip(pause) => drip(parts, body, pause),
        After::BadJson => with_body(parts, [&body[..body.len() / 2], b"}{"].concat()),
        After::Bom => with_body(parts, ["\u{feff}".as_bytes(), &body].concat()),
        After::BadUtf8 => with_body(parts, with_bad_utf8(&body)),
        After::Deep => with_body(parts, "[".repeat(DEPTH) + &"]".repeat(DEPTH)),
        After::Object => with_body(parts, [&b"{\"items\":"[..], &body, b"}"].concat()),
        After::TrailingJunk => with_body(parts, [&body, &b"\n<!-- served by edge-7 -->"[..]].concat()),
        After::GzipBomb => {
            parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            with_body(parts, endless::gzip_bomb())
        }
        After::Endless => with_body(parts, endless::white_space()),
        After::EndlessRows => with_body(parts, endless::rows()),
        After::EndlessValue => with_body(parts, endless::value()),
    }
}

fn with_body(mut parts: Parts, body: impl Into<Body>) -> Response {
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, body.into())
}

/// A part of the body under the length of the whole, then nothing more. `then` is called when the part
/// is on its way.
fn broken_off(
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

/// The HTTP server would never write this.
fn no_content_with(body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 204 No Content\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn with_bad_utf8(body: &[u8]) -> Vec<u8> {
    let first_text = body.windows(2).position(|pair| pair == b":\"").map_or(0, |position| position + 2);
    let (before, after) = body.split_at(first_text);
    [before, b"\xc3\x28\xff", after].concat()
}

fn make_twin(created: &[u8], shared: &Arc<Shared>) {
    #[derive(Deserialize)]
    struct Created {
        id: Uuid,
    }
    if let Ok(Created { id }) = serde_json::from_slice(created) {
        // The token was there a moment ago; deleted since, it has no twin either.
        let _ = shared.store().add_twin(id);
    }
}
