//! Faults of the token list: what is asked of the server, its rows, and the links from page to page.

use axum::{
    body::{self, Body},
    extract::Request,
    http::{
        HeaderValue, Method, StatusCode, Uri,
        header::{CONTENT_LENGTH, LINK},
    },
    middleware::Next,
    response::Response,
};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{
    instead::refusal,
    kind::{ErrorBody, List},
    odd_rows::odd_rows,
};
use crate::{paging, server::Shared};

/// The cursor of the first page: everything stands behind it.
const START: u64 = u64::MAX;

pub(super) fn is_asked_for(method: &Method, path: &str) -> bool {
    let mut segments = path.split('/');
    method == Method::GET
        && segments.by_ref().take(3).eq(["", "v1", "projects"])
        && segments.by_ref().skip(1).eq(["tokens"])
}

pub(super) fn is_first_page(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    !form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "before" && !value.is_empty())
}

/// A request for a page of the list, with what shall go wrong.
pub(super) struct Listing<'a> {
    faults: &'a [List],
    /// The page's own address.
    here: Url,
    /// The page's own cursor, if the server made it.
    place: u64,
    is_first: bool,
}

impl<'a> Listing<'a> {
    /// `None` if nothing is to go wrong.
    pub(super) fn of(request: &Request, faults: &'a [List], shared: &Shared) -> Option<Self> {
        if faults.is_empty() {
            return None;
        }
        let host = paging::host(request.headers()).map(str::to_owned);
        let host = host.unwrap_or_else(|| shared.address.to_string());
        let here = Url::parse(&format!("http://{host}{}", request.uri())).ok()?;
        let place = value(&here, "before").and_then(|cursor| paging::read_cursor(&cursor).ok());
        Some(Self { faults, is_first: is_first_page(request.uri()), place: place.unwrap_or(START), here })
    }

    pub(super) async fn serve(self, mut request: Request, next: Next) -> Response {
        if self.faults.iter().any(|fault| matches!(fault, List::FailPage(_))) {
            return refusal(StatusCode::INTERNAL_SERVER_ERROR, ErrorBody::Json, None);
        }
        let asked = self.faults.iter().fold(self.here.clone(), |asked, fault| self.ask(asked, fault));
        if let Ok(uri) = asked[url::Position::BeforePath..].parse() {
            *request.uri_mut() = uri;
        }
        let mut response = next.run(request).await;
        if response.status() != StatusCode::OK {
            return response;
        }
        for fault in self.faults {
            let true_next = true_next(&response);
            if let Some(links) = self.links(fault, true_next) {
                response.headers_mut().remove(LINK);
                let links = links.iter().map(|link| format!(r#"<{link}>; rel="next""#));
                for link in links.filter_map(|link| HeaderValue::try_from(link).ok()) {
                    response.headers_mut().append(LINK, link);
                }
            }
            if let Some(change) = self.change(fault) {
                response = with_rows(response, change).await;
            }
        }
        response
    }

    /// What the server is asked for in place of what the client asked for.
    fn ask(&self, asked: Url, fault: &List) -> Url {
        match fault {
            List::PageSize(most) => match value(&asked, "last").unwrap_or_default().parse() {
                Ok(rows) if (1..=*most).contains(&rows) => asked,
                _ => replace(&asked, "last", Some(&most.to_string())),
            },
            // A place further up: the page starts with the row before the cursor once more.
            List::MovingRows if !self.is_first => at(&asked, self.place.saturating_add(1)),
            List::EndlessPages => at(&asked, START),
            _ => asked,
        }
    }

    /// The links to the next page, if the fault changes them.
    fn links(&self, fault: &List, true_next: Option<Url>) -> Option<Vec<Url>> {
        // A list that ends here goes wrong all the same.
        let next = || true_next.clone().unwrap_or_else(|| at(&self.here, START - 1));
        Some(match fault {
            List::SameCursor | List::EmptyPage if self.is_first => vec![at(&self.here, START)],
            List::SameCursor => vec![at(&self.here, self.place)],
            List::Cycle if self.place == START => vec![next()],
            List::Cycle => vec![at(&self.here, START)],
            List::EndlessPages => vec![at(&self.here, self.place.saturating_sub(1))],
            List::ForeignCursor(origin) => {
                let mut foreign = origin.clone();
                foreign.set_path(next().path());
                foreign.set_query(next().query());
                vec![foreign]
            }
            List::OtherPath => {
                let mut other = next();
                other.set_path("/v1/elsewhere");
                vec![other]
            }
            List::TwoCursors => vec![next(), at(&self.here, START - 2)],
            List::NoCursor => vec![replace(&self.here, "before", None)],
            _ => return None,
        })
    }

    /// What happens to the rows, if the fault changes them.
    fn change(&self, fault: &List) -> Option<fn(&mut Vec<Value>)> {
        match fault {
            List::EmptyPage if self.is_first => Some(Vec::clear),
            List::DuplicateIds => Some(|rows| {
                if let Some(mut twin) = rows.first().cloned() {
                    twin["name"] = "another row with the same id".into();
                    twin["permissions"] = json!(["delete:*"]);
                    rows.insert(1, twin);
                }
            }),
            List::OddRows if self.is_first => Some(|rows| drop(rows.splice(..0, odd_rows()))),
            _ => None,
        }
    }
}

async fn with_rows(response: Response, change: fn(&mut Vec<Value>)) -> Response {
    let (mut parts, body) = response.into_parts();
    let bytes = body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    let mut rows: Vec<Value> = serde_json::from_slice(&bytes).unwrap_or_default();
    change(&mut rows);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(Value::from(rows).to_string()))
}

fn true_next(response: &Response) -> Option<Url> {
    let link = response.headers().get(LINK)?.to_str().ok()?;
    link.strip_prefix('<')?.split_once('>')?.0.parse().ok()
}

fn at(url: &Url, place: u64) -> Url {
    replace(url, "before", Some(&paging::write_cursor(place)))
}

fn value(url: &Url, key: &str) -> Option<String> {
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
