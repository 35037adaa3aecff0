//! Bodies without an end. Only what the connection takes is generated.

use std::{convert::Infallible, iter};

use axum::body::{Body, Bytes};
use futures_util::stream;
use uuid::Uuid;

use super::rows;

pub(super) const CHUNK: usize = 64 * 1024;

/// About 40 KB.
const ROWS_PER_CHUNK: usize = 100;

pub(super) fn white_space() -> Body {
    repeat("[", " ".repeat(CHUNK))
}

pub(super) fn value() -> Body {
    repeat("[{\"id\":\"", "a".repeat(CHUNK))
}

pub(super) fn rows() -> Body {
    let mut rows = (1..).map(|number| rows::row(Uuid::from_u128(number), &format!("endless-{number}")));
    let mut separator = '[';
    body(iter::repeat_with(move || {
        let mut chunk = String::new();
        for row in rows.by_ref().take(ROWS_PER_CHUNK) {
            chunk.push(separator);
            chunk.push_str(&row.to_string());
            separator = ',';
        }
        chunk.into()
    }))
}

pub(super) fn repeat(start: impl Into<Bytes>, rest: impl Into<Bytes>) -> Body {
    body(iter::once(start.into()).chain(iter::repeat(rest.into())))
}

fn body(chunks: impl Iterator<Item = Bytes> + Send + 'static) -> Body {
    Body::from_stream(stream::iter(chunks.map(Ok::<_, Infallible>)))
}
