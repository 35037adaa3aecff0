//! Lists in pages: what the query asks for, and the opaque cursor.
//!
//! A cursor is a sequence number in the order of creation, not a number of rows. Rows that are created
//! or deleted between two pages therefore neither repeat nor hide other rows.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use url::form_urlencoded;

use crate::api_error::ApiError;

/// With it a cursor has ten bytes, and its base64 ends in `==`: a client that puts a cursor into a URL
/// without escaping it fails.
const CURSOR_PREFIX: [u8; 2] = *b"v1";

/// Which rows a page holds.
#[derive(Default)]
pub(crate) struct PageQuery {
    /// The number of rows; 0 means all of them.
    pub(crate) last: usize,
    before: Option<u64>,
    pub(crate) name: Option<String>,
}

/// A page of rows, newest first, and the sequence number of its last row if more rows follow.
pub(crate) struct Page<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) next: Option<u64>,
}

impl PageQuery {
    pub(crate) fn parse(query: &str) -> Result<Self, ApiError> {
        let mut parsed = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
            match &*key {
                "last" => parsed.last = value.parse().map_err(|_| ApiError::InvalidPageSize)?,
                "before" => parsed.before = Some(decode_cursor(&value)?),
                "name" => parsed.name = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok(parsed)
    }

    pub(crate) fn before(&self) -> u64 {
        self.before.unwrap_or(u64::MAX)
    }

    /// Selects the page from rows that come newest first and start after the cursor.
    pub(crate) fn select<'a, T: 'a>(
        &self,
        newest_first: impl Iterator<Item = (&'a u64, &'a Arc<T>)>,
        name_of: impl Fn(&T) -> &str,
    ) -> Page<Arc<T>> {
        let wanted = self.name.as_deref().map(str::to_lowercase);
        let mut page = Page { rows: Vec::new(), next: None };
        let mut last_row = None;
        for (sequence, row) in newest_first {
            if wanted.as_ref().is_some_and(|wanted| !name_of(row).to_lowercase().contains(wanted)) {
                continue;
            }
            if self.last > 0 && page.rows.len() == self.last {
                page.next = last_row;
                break;
            }
            last_row = Some(*sequence);
            page.rows.push(Arc::clone(row));
        }
        page
    }
}

pub(crate) fn encode_cursor(sequence: u64) -> String {
    let mut bytes = CURSOR_PREFIX.to_vec();
    bytes.extend(sequence.to_be_bytes());
    BASE64_STANDARD.encode(bytes)
}

pub(crate) fn decode_cursor(text: &str) -> Result<u64, ApiError> {
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| ApiError::DecodeCursor)?;
    let sequence = bytes.strip_prefix(&CURSOR_PREFIX).ok_or(ApiError::DecodeCursor)?;
    sequence.try_into().map(u64::from_be_bytes).map_err(|_| ApiError::DecodeCursor)
}
