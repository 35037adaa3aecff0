//! A page of rows as a response. A long list is serialized while it is sent, so that the text of a
//! million rows is never in memory at once.

use std::{sync::Arc, vec};

use axum::{
    body::Body,
    http::{
        HeaderValue,
        header::{CONTENT_TYPE, LINK},
    },
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde::Serialize;

use crate::{api_error::ApiError, page_request::PageRequest, paging::Page};

/// About 400 KB of tokens: large enough to be fast, small enough not to block the thread for long.
const ROWS_PER_CHUNK: usize = 1000;

pub(crate) fn response<T>(page: Page<Arc<T>>, request: &PageRequest) -> Result<Response, ApiError>
where
    T: Serialize + Send + Sync + 'static,
{
    let is_short = page.rows.len() <= ROWS_PER_CHUNK;
    let mut chunks = Chunks { rows: page.rows.into_iter(), state: State::Unopened };
    let body = if is_short {
        Body::from(chunks.next().transpose().map_err(|_| ApiError::Unavailable)?.unwrap_or_default())
    } else {
        Body::from_stream(stream::iter(chunks))
    };
    let mut response = ([(CONTENT_TYPE, "application/json")], body).into_response();
    if let Some(sequence) = page.next {
        let link = HeaderValue::try_from(request.link(sequence)).map_err(|_| ApiError::Unavailable)?;
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

enum State {
    Unopened,
    Open,
    Closed,
}

/// The text of a JSON array in chunks of [`ROWS_PER_CHUNK`] rows.
struct Chunks<T> {
    rows: vec::IntoIter<Arc<T>>,
    state: State,
}

impl<T: Serialize> Iterator for Chunks<T> {
    type Item = serde_json::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut separator = match self.state {
            State::Unopened => b'[',
            State::Open => b',',
            State::Closed => return None,
        };
        let mut text = Vec::new();
        if self.rows.len() == 0 {
            text.push(separator);
        }
        for row in self.rows.by_ref().take(ROWS_PER_CHUNK) {
            text.push(separator);
            separator = b',';
            if let Err(error) = serde_json::to_writer(&mut text, &*row) {
                self.state = State::Closed;
                return Some(Err(error));
            }
        }
        self.state = State::Open;
        if self.rows.len() == 0 {
            text.push(b']');
            self.state = State::Closed;
        }
        Some(Ok(text))
    }
}
