//! Recognizes requests for the token list and for the first page of a list.

use axum::http::{Method, Uri};
use url::form_urlencoded;

pub(super) fn is_token_list(method: &Method, path: &str) -> bool {
    let mut segments = path.split('/');
    method == Method::GET
        && segments.by_ref().take(3).eq(["", "v1", "projects"])
        && segments.by_ref().skip(1).eq(["tokens"])
}

pub(super) fn is_first_page(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    !form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "before" && !value.is_empty())
}
