//! Lists a page at a time: what the query asks for, the opaque cursor, and the link to the next page.
//!
//! A cursor is a place in the order of creation, not a count of rows, so rows that are created or
//! deleted between two pages neither repeat nor hide any other.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::HOST, request::Parts},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use url::{Url, form_urlencoded};

use crate::{refusal::Refusal, server::Shared};

/// Ten bytes in padded base64: its `==` trips a client that puts a cursor into a URL unescaped.
const CURSOR_MARK: [u8; 2] = *b"v1";

/// What one page shall hold.
#[derive(Default)]
pub(crate) struct PageRequest {
    /// How many rows; 0 is all of them.
    last: usize,
    before: Option<u64>,
    name: Option<String>,
}

/// A page of rows, newest first, and the place behind its last row if there are more.
pub(crate) struct Page<T> {
    pub(crate) rows: Vec<T>,
    pub(crate) next: Option<u64>,
}

impl PageRequest {
    fn read(query: &str) -> Result<Self, Refusal> {
        let mut request = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()).filter(|(_, value)| !value.is_empty()) {
            match &*key {
                "last" => request.last = value.parse().map_err(|_| Refusal::InvalidPageSize)?,
                "before" => request.before = Some(read_cursor(&value)?),
                "name" => request.name = Some(value.into_owned()),
                _ => {}
            }
        }
        Ok(request)
    }

    pub(crate) fn before(&self) -> u64 {
        self.before.unwrap_or(u64::MAX)
    }

    /// Picks the page out of rows that come newest first and start behind the cursor.
    pub(crate) fn pick<'a, T: 'a>(
        &self,
        newest_first: impl Iterator<Item = (&'a u64, &'a Arc<T>)>,
        name_of: impl Fn(&T) -> &str,
    ) -> Page<Arc<T>> {
        let wanted = self.name.as_deref().map(str::to_lowercase);
        let mut page = Page { rows: Vec::new(), next: None };
        let mut place_of_last_row = None;
        for (place, row) in newest_first {
            if wanted.as_ref().is_some_and(|wanted| !name_of(row).to_lowercase().contains(wanted)) {
                continue;
            }
            if self.last > 0 && page.rows.len() == self.last {
                page.next = place_of_last_row;
                break;
            }
            place_of_last_row = Some(*place);
            page.rows.push(Arc::clone(row));
        }
        page
    }
}

/// A request for a list, with the address it was sent to.
pub(crate) struct Listing {
    pub(crate) page: PageRequest,
    here: Url,
}

impl Listing {
    /// The `Link` header that leads to the page behind `place`.
    pub(crate) fn link(&self, place: u64) -> String {
        let mut next = self.here.clone();
        next.query_pairs_mut()
            .append_pair("last", &self.page.last.to_string())
            .append_pair("before", &write_cursor(place))
            .extend_pairs(self.page.name.as_ref().map(|name| ("name", name)));
        format!(r#"<{next}>; rel="next""#)
    }
}

impl FromRequestParts<Arc<Shared>> for Listing {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, Refusal> {
        let page = PageRequest::read(parts.uri.query().unwrap_or_default())?;
        let path = parts.uri.path();
        // The name the client used, so that `localhost` does not turn into another origin half-way.
        let here = host(&parts.headers)
            .and_then(|host| Url::parse(&format!("http://{host}{path}")).ok())
            .or_else(|| Url::parse(&format!("http://{}{path}", shared.address)).ok())
            .ok_or(Refusal::Unavailable)?;
        Ok(Self { page, here })
    }
}

pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok().filter(|host| !host.is_empty())
}

pub(crate) fn write_cursor(place: u64) -> String {
    let mut bytes = CURSOR_MARK.to_vec();
    bytes.extend(place.to_be_bytes());
    BASE64_STANDARD.encode(bytes)
}

pub(crate) fn read_cursor(text: &str) -> Result<u64, Refusal> {
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| Refusal::DecodeCursor)?;
    let place = bytes.strip_prefix(&CURSOR_MARK).ok_or(Refusal::DecodeCursor)?;
    place.try_into().map(u64::from_be_bytes).map_err(|_| Refusal::DecodeCursor)
}
