//! Every kind of fault, by the point at which it steps in.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode};
use url::Url;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Waits before anything is done.
    Latency(Duration),
    /// Answers by itself; the server never learns of the request.
    Instead(Instead),
    /// Lets the server do its work, and spoils the answer.
    After(After),
    /// Changes a page of the token list.
    List(List),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Instead {
    Status { status: StatusCode, body: ErrorBody, retry_after: Option<HeaderValue> },
    Html,
    Redirect { status: StatusCode, target: HeaderValue },
    Refuse,
    ResetBefore,
    StoreLater(Duration),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorBody {
    Json,
    Html,
    Bytes(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Reset,
    Twice,
    Hang,
    Truncate(usize),
    Stall(usize),
    Drip(Duration),
    Garbage,
    BigHeader,
    /// Seconds by which the answer's date is ahead.
    Clock(i32),
    PlainOk,
    NoContentBody,
    EmptyBody,
    BadJson,
    Bom,
    BadUtf8,
    Deep,
    Object,
    TrailingJunk,
    GzipBomb,
    Endless,
    EndlessRows,
    EndlessValue,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum List {
    PageSize(usize),
    FailPage(u32),
    EmptyPage,
    SameCursor,
    Cycle,
    EndlessPages,
    ForeignCursor(Url),
    OtherPath,
    TwoCursors,
    NoCursor,
    MovingRows,
    DuplicateIds,
    OddRows,
}
