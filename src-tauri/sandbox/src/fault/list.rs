//! Faults of the token list: the query that reaches the server, the rows, and the links between pages.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header::LINK},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{
    body::{read_all, with_body},
    kind::{ErrorBody, ListFault, Reply},
    list_request::is_first_page,
    odd_rows::odd_rows,
    value::latin1,
};
use crate::{page_request, paging, shared::Shared};

/// The cursor of the first page: all rows come after it.
const START: u64 = u64::MAX;

/// A request for a page of the token list, and the faults that apply to it.
pub(super) struct FaultyPage<'a> {
    faults: &'a [ListFault],
    url: Url,
    /// The page's own cursor, or [`START`] if the server did not issue it.
    cursor: u64,
    is_first: bool,
}

impl<'a> FaultyPage<'a> {
    /// `None` without faults.
    pub(super) fn of(request: &Request, faults: &'a [ListFault], shared: &Shared) -> Option<Self> {
        if faults.is_empty() {
            return None;
        }
        let host = page_request::host(request.headers()).map(str::to_owned);
        let host = host.unwrap_or_else(|| shared.address.to_string());
        let url = Url::parse(&format!("http://{host}{}", request.uri())).ok()?;
        let cursor = query_value(&url, "before").and_then(|cursor| paging::decode_cursor(&cursor).ok());
        Some(Self { faults, is_first: is_first_page(request.uri()), cursor: cursor.unwrap_or(START), url })
    }

    pub(super) async fn serve(self, mut request: Request, next: Next) -> Response {
        if self.faults.iter().any(|fault| matches!(fault, ListFault::FailPage(_))) {
            let (status, body) = (StatusCode::INTERNAL_SERVER_ERROR, ErrorBody::Json(None));
            return Reply::Error { status, body, retry_after: None }.into_response();
        }
        let url = self.faults.iter().fold(self.url.clone(), |url, fault| self.edit_query(url, fault));
        if let Ok(uri) = url[url::Position::BeforePath..].parse() {
            *request.uri_mut() = uri;
        }
        let mut response = next.run(request).await;
        if response.status() != StatusCode::OK {
            return response;
        }
        for fault in self.faults {
            if let Some(links) = self.links(fault, next_page(&response)) {
                response.headers_mut().remove(LINK);
                for link in links {
                    response.headers_mut().append(LINK, link);
                }
            }
            if let Some(edit) = self.row_edit(fault) {
                response = with_rows(response, edit).await;
            }
        }
        response
    }

    /// The query that reaches the server instead of the client's.
    fn edit_query(&self, url: Url, fault: &ListFault) -> Url {
        match fault {
            ListFault::PageSize(max) => match query_value(&url, "last").unwrap_or_default().parse() {
                Ok(rows) if (1..=*max).contains(&rows) => url,
                _ => replace(&url, "last", Some(&max.to_string())),
            },
            // One row earlier: the page starts with the row before the cursor again.
            ListFault::MovingRows if !self.is_first => at(&url, self.cursor.saturating_add(1)),
            ListFault::EndlessPages => at(&url, START),
            _ => url,
        }
    }

    /// The `Link` headers that replace the server's, if the fault does that.
    fn links(&self, fault: &ListFault, next_page: Option<Url>) -> Option<Vec<HeaderValue>> {
        if let ListFault::Link(template) = fault {
            return next_page.map(|next| latin1(&fill_in(template, &next)).into_iter().collect());
        }
        // These apply even to the last page.
        let next = || next_page.clone().unwrap_or_else(|| at(&self.url, START - 1));
        let targets = match fault {
            ListFault::SameCursor | ListFault::EmptyPage if self.is_first => vec![at(&self.url, START)],
            ListFault::SameCursor => vec![at(&self.url, self.cursor)],
            ListFault::Cycle if self.cursor == START => vec![next()],
            ListFault::Cycle => vec![at(&self.url, START)],
            ListFault::EndlessPages => vec![at(&self.url, self.cursor.saturating_sub(1))],
            ListFault::ForeignCursor(origin) => {
                let mut foreign = origin.clone();
                foreign.set_path(next().path());
                foreign.set_query(next().query());
                vec![foreign]
            }
            ListFault::OtherPath => {
                let mut other = next();
                other.set_path("/v1/elsewhere");
                vec![other]
            }
            ListFault::TwoCursors => vec![next(), at(&self.url, START - 2)],
            ListFault::NoCursor => vec![replace(&self.url, "before", None)],
            _ => return None,
        };
        Some(targets.iter().filter_map(|target| latin1(&format!(r#"<{target}>; rel="next""#))).collect())
    }

    /// How the rows change, if the fault changes them.
    fn row_edit(&self, fault: &ListFault) -> Option<fn(&mut Vec<Value>)> {
        match fault {
            ListFault::EmptyPage if self.is_first => Some(Vec::clear),
            ListFault::DuplicateIds => Some(|rows| {
                if let Some(mut duplicate) = rows.first().cloned() {
                    duplicate["name"] = "another row with the same id".into();
                    duplicate["permissions"] = json!(["delete:*"]);
                    rows.insert(1, duplicate);
                }
            }),
            ListFault::OddRows if self.is_first => Some(|rows| drop(rows.splice(..0, odd_rows()))),
            _ => None,
        }
    }
}

async fn with_rows(response: Response, edit: fn(&mut Vec<Value>)) -> Response {
    let (parts, body) = read_all(response).await;
    let mut rows: Vec<Value> = serde_json::from_slice(&body).unwrap_or_default();
    edit(&mut rows);
    with_body(parts, Value::from(rows).to_string())
}

/// Where the server's own link leads.
fn next_page(response: &Response) -> Option<Url> {
    let link = response.headers().get(LINK)?.to_str().ok()?;
    link.strip_prefix('<')?.split_once('>')?.0.parse().ok()
}

/// The cursor is percent-encoded, as it is in the query.
fn fill_in(template: &str, next: &Url) -> String {
    let cursor: String =
        form_urlencoded::byte_serialize(query_value(next, "before").unwrap_or_default().as_bytes()).collect();
    template
        .replace("{origin}", &next.origin().ascii_serialization())
        .replace("{path}", next.path())
        .replace("{query}", next.query().unwrap_or_default())
        .replace("{cursor}", &cursor)
}

fn at(url: &Url, cursor: u64) -> Url {
    replace(url, "before", Some(&paging::encode_cursor(cursor)))
}

fn query_value(url: &Url, key: &str) -> Option<String> {
    url.query_pairs()
        .find(|(own, value)| own == key && !value.is_empty())
        .map(|(_, value)| value.into_owned())
}

fn replace(url: &Url, key: &str, value: Option<&str>) -> Url {
    let mut replaced = url.clone();
    let others = url.query_pairs().filter(|(own, _)| own != key);
    replaced.query_pairs_mut().clear().extend_pairs(others).extend_pairs(value.map(|value| (key, value)));
    replaced
}
