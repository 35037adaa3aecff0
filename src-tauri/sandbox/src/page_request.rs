//! A request for a page of a list, and the link to the page after it.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header::HOST, request::Parts},
};
use url::Url;

use crate::{
    api_error::ApiError,
    paging::{PageQuery, encode_cursor},
    shared::Shared,
};

/// A request for a page, and the URL it was sent to.
pub(crate) struct PageRequest {
    pub(crate) query: PageQuery,
    url: Url,
}

impl PageRequest {
    /// The `Link` header for the page after the row with this sequence number.
    pub(crate) fn link(&self, sequence: u64) -> String {
        let mut next = self.url.clone();
        next.query_pairs_mut()
            .append_pair("last", &self.query.last.to_string())
            .append_pair("before", &encode_cursor(sequence))
            .extend_pairs(self.query.name.as_ref().map(|name| ("name", name)));
        format!(r#"<{next}>; rel="next""#)
    }
}

impl FromRequestParts<Arc<Shared>> for PageRequest {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, shared: &Arc<Shared>) -> Result<Self, ApiError> {
        let query = PageQuery::parse(parts.uri.query().unwrap_or_default())?;
        let path = parts.uri.path();
        // The host that the client used: `127.0.0.1` in the link for a client that asked for `localhost`
        // would be another origin.
        let url = host(&parts.headers)
            .and_then(|host| Url::parse(&format!("http://{host}{path}")).ok())
            .or_else(|| Url::parse(&format!("http://{}{path}", shared.address)).ok())
            .ok_or(ApiError::Unavailable)?;
        Ok(Self { query, url })
    }
}

pub(crate) fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(HOST)?.to_str().ok().filter(|host| !host.is_empty())
}
