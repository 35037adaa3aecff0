//! A page of rows as an HTTP answer. A long list is written while it is sent, so a million rows never
//! stand in memory as text.

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

use crate::{
    paging::{Listing, Page},
    refusal::Refusal,
};

/// About 400 KB of tokens: large enough to be quick, small enough to leave the thread to others.
const ROWS_AT_ONCE: usize = 1000;

pub(crate) fn respond<T>(page: Page<Arc<T>>, listing: &Listing) -> Result<Response, Refusal>
where
    T: Serialize + Send + Sync + 'static,
{
    let short = page.rows.len() <= ROWS_AT_ONCE;
    let mut pieces = Pieces { rows: page.rows.into_iter(), state: State::Unopened };
    let body = if short {
        Body::from(pieces.next().transpose().map_err(|_| Refusal::Unavailable)?.unwrap_or_default())
    } else {
        Body::from_stream(stream::iter(pieces))
    };
    let mut response = ([(CONTENT_TYPE, "application/json")], body).into_response();
    if let Some(place) = page.next {
        let link = HeaderValue::try_from(listing.link(place)).map_err(|_| Refusal::Unavailable)?;
        response.headers_mut().insert(LINK, link);
    }
    Ok(response)
}

enum State {
    Unopened,
    Open,
    Closed,
}

/// The text of a JSON array, some rows at a time. Up to [`ROWS_AT_ONCE`] rows make a single piece.
struct Pieces<T> {
    rows: vec::IntoIter<Arc<T>>,
    state: State,
}

impl<T: Serialize> Iterator for Pieces<T> {
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
        for row in self.rows.by_ref().take(ROWS_AT_ONCE) {
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
