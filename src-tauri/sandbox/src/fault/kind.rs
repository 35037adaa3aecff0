//! Every kind of fault, by the stage of a request that it affects.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde_json::Value;
use url::Url;

/// The stages in the order of a request. Faults of one request add up, except that only one
/// `Intercept` or `Alter` applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Delays the request.
    Latency(Duration),
    /// Shifts the server's clock by so many seconds.
    Clock(i32),
    /// Responds instead of the server, which never sees the request.
    Intercept(Intercept),
    /// Changes what a create or an update stores.
    Request(RequestEdit),
    /// Changes a page of the token list.
    List(ListFault),
    /// Changes headers, or fields of the rows, in the server's response.
    Response(ResponseEdit),
    /// Lets the server do its work, then alters or withholds its response.
    Alter(Alter),
}

/// A response that is not the server's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    Error { status: StatusCode, body: ErrorBody, retry_after: Option<HeaderValue> },
    Redirect { status: StatusCode, target: HeaderValue },
    SignInPage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ErrorBody {
    /// The API's error object; the text is its `error`, by default the status.
    Json(Option<String>),
    Html(Option<String>),
    /// So many bytes that are not JSON.
    Filler(usize),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Intercept {
    Reply(Reply),
    Close,
    Reset,
    StoreLater(Duration),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum RequestEdit {
    LowerCaseName,
    Set(String, Value),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResponseEdit {
    Set(String, Value),
    Remove(String),
    Null,
    OddProjects,
    Header(HeaderName, HeaderValue),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Alter {
    Reply(Reply),
    Reset,
    Twice,
    Hang,
    Truncate(usize),
    Stall(usize),
    Drip(Duration),
    Garbage,
    BigHeader,
    PlainOk,
    NoContentBody,
    EmptyBody,
    BadJson,
    Bom,
    BadUtf8,
    Deep,
    Object,
    TrailingJunk,
    Gzip,
    GzipBomb,
    Endless,
    EndlessRows,
    EndlessValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ListFault {
    PageSize(usize),
    FailPage(u32),
    EmptyPage,
    SameCursor,
    Cycle,
    EndlessPages,
    /// Where the next page's link leads: its scheme, host and port.
    ForeignCursor(Url),
    OtherPath,
    TwoCursors,
    NoCursor,
    /// The text of the `Link` header, with placeholders for the parts of the server's own.
    Link(String),
    MovingRows,
    DuplicateIds,
    OddRows,
}
