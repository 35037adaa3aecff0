//! The table of faults: how each is written, what it does, and how its value is parsed. The parser and
//! the help text both use it, so they always agree.

use super::{
    kind::{Alter, Intercept, Kind, ListFault, Reply, RequestEdit, ResponseEdit},
    value::Value,
};

struct Entry {
    /// The name, followed by its value.
    usage: &'static str,
    description: &'static str,
    parse: fn(Value<'_>) -> Result<Kind, String>,
}

impl Entry {
    fn name(&self) -> &'static str {
        self.usage.split(['=', '[']).next().unwrap_or_default()
    }
}

const fn entry(
    usage: &'static str,
    description: &'static str,
    parse: fn(Value<'_>) -> Result<Kind, String>,
) -> Entry {
    Entry { usage, description, parse }
}

const TABLE: &[Entry] = &[
    entry("latency=MS", "waits, then continues as usual", |value| value.milliseconds().map(Kind::Latency)),
    entry(
        "clock=SECONDS",
        "sets the server's clock ahead, or back if negative: in Date and in createdAt",
        |value| value.number().map(Kind::Clock),
    ),
    entry(
        "status=CODE[,body=BYTES|html][,retry-after=TEXT][,error=TEXT]",
        "responds with this status instead",
        |value| value.error_reply().map(Intercept::Reply).map(Kind::Intercept),
    ),
    entry("html", "responds with a sign-in page instead", |value| {
        value.none(Kind::Intercept(Intercept::Reply(Reply::SignInPage)))
    }),
    entry("redirect=URL[,status=CODE]", "redirects instead, with 302 by default", |value| {
        value.redirect().map(Intercept::Reply).map(Kind::Intercept)
    }),
    entry("refuse", "closes the connection instead", |value| value.none(Kind::Intercept(Intercept::Close))),
    entry("reset-before", "resets the connection instead", |value| {
        value.none(Kind::Intercept(Intercept::Reset))
    }),
    entry("store-later=MS", "resets the connection and does the work so much later", |value| {
        value.milliseconds().map(Intercept::StoreLater).map(Kind::Intercept)
    }),
    entry("lower-case", "stores the name in lower case", |value| {
        value.none(Kind::Request(RequestEdit::LowerCaseName))
    }),
    entry("store=FIELD:JSON", "stores this value, whatever was sent", |value| {
        value.field().map(|(field, json)| Kind::Request(RequestEdit::Set(field, json)))
    }),
    entry("set=FIELD:JSON", "shows this value in each token and project", |value| {
        value.field().map(|(field, json)| Kind::Response(ResponseEdit::Set(field, json)))
    }),
    entry("unset=FIELD", "omits this field from each token and project", |value| {
        value.text().map(|field| Kind::Response(ResponseEdit::Remove(field.to_owned())))
    }),
    entry("null", "responds with null instead of a list", |value| {
        value.none(Kind::Response(ResponseEdit::Null))
    }),
    entry("header=NAME:TEXT", "adds this header, in Latin-1", |value| value.header().map(Kind::Response)),
    entry("odd-projects", "the list of projects starts with odd ones", |value| {
        value.none(Kind::Response(ResponseEdit::OddProjects))
    }),
    entry("status-after=CODE[,…]", "does the work, then responds like status", |value| {
        value.error_reply().map(Alter::Reply).map(Kind::Alter)
    }),
    entry("redirect-after=URL[,status=CODE]", "does the work, then redirects", |value| {
        value.redirect().map(Alter::Reply).map(Kind::Alter)
    }),
    entry("reset-after", "does the work, then resets the connection", |value| {
        value.none(Kind::Alter(Alter::Reset))
    }),
    entry("twice", "does the work, a create twice, then resets the connection", |value| {
        value.none(Kind::Alter(Alter::Twice))
    }),
    entry("hang", "does the work and never responds", |value| value.none(Kind::Alter(Alter::Hang))),
    entry("truncate=BYTES", "closes the connection after so many bytes of the body", |value| {
        value.number().map(Alter::Truncate).map(Kind::Alter)
    }),
    entry("stall=BYTES", "stops sending after so many bytes of the body", |value| {
        value.number().map(Alter::Stall).map(Kind::Alter)
    }),
    entry("drip=MS", "waits before each byte of the body", |value| {
        value.milliseconds().map(Alter::Drip).map(Kind::Alter)
    }),
    entry("garbage", "does the work and sends something that is not HTTP", |value| {
        value.none(Kind::Alter(Alter::Garbage))
    }),
    entry("big-header", "adds a header of 1 MB", |value| value.none(Kind::Alter(Alter::BigHeader))),
    entry("plain-ok", "responds with 200 instead of 201 or 204", |value| {
        value.none(Kind::Alter(Alter::PlainOk))
    }),
    entry("no-content-body", "responds with 204 and a body", |value| {
        value.none(Kind::Alter(Alter::NoContentBody))
    }),
    entry("empty-body", "omits the body", |value| value.none(Kind::Alter(Alter::EmptyBody))),
    entry("bad-json", "breaks the JSON in the middle", |value| value.none(Kind::Alter(Alter::BadJson))),
    entry("bom", "puts a byte order mark before the body", |value| value.none(Kind::Alter(Alter::Bom))),
    entry("bad-utf8", "puts invalid UTF-8 into the first string", |value| {
        value.none(Kind::Alter(Alter::BadUtf8))
    }),
    entry("deep", "responds with arrays nested 100,000 deep", |value| value.none(Kind::Alter(Alter::Deep))),
    entry("object", "responds with an object that contains the body", |value| {
        value.none(Kind::Alter(Alter::Object))
    }),
    entry("trailing-junk", "puts junk after the body", |value| value.none(Kind::Alter(Alter::TrailingJunk))),
    entry("gzip", "compresses the body, even for a client that does not accept gzip", |value| {
        value.none(Kind::Alter(Alter::Gzip))
    }),
    entry("gzip-bomb", "responds with gzip that expands to endless white space", |value| {
        value.none(Kind::Alter(Alter::GzipBomb))
    }),
    entry("endless", "responds with an array of endless white space", |value| {
        value.none(Kind::Alter(Alter::Endless))
    }),
    entry("endless-rows", "responds with an endless list of tokens", |value| {
        value.none(Kind::Alter(Alter::EndlessRows))
    }),
    entry("endless-value", "responds with a list whose first string never ends", |value| {
        value.none(Kind::Alter(Alter::EndlessValue))
    }),
    entry("page-size=ROWS", "list: limits pages to so many rows", |value| match value.number()? {
        0 => Err("a page holds at least one row".to_owned()),
        rows => Ok(Kind::List(ListFault::PageSize(rows))),
    }),
    entry("fail-page=PAGE", "list: responds with 500 from this page on", |value| {
        value.number().map(ListFault::FailPage).map(Kind::List)
    }),
    entry("empty-page", "list: an empty page comes first and links to the real one", |value| {
        value.none(Kind::List(ListFault::EmptyPage))
    }),
    entry("same-cursor", "list: each page links to itself", |value| {
        value.none(Kind::List(ListFault::SameCursor))
    }),
    entry("cycle", "list: the second page links back to the first", |value| {
        value.none(Kind::List(ListFault::Cycle))
    }),
    entry("endless-page", "list: new cursors lead to the same rows forever", |value| {
        value.none(Kind::List(ListFault::EndlessPages))
    }),
    entry(
        "foreign-cursor[=ORIGIN]",
        "list: links to another origin, by default http://foreign.invalid",
        |value| value.origin("http://foreign.invalid").map(ListFault::ForeignCursor).map(Kind::List),
    ),
    entry("other-path", "list: links to another path of this origin", |value| {
        value.none(Kind::List(ListFault::OtherPath))
    }),
    entry("two-cursors", "list: two Link headers lead to different pages", |value| {
        value.none(Kind::List(ListFault::TwoCursors))
    }),
    entry("no-cursor", "list: the link to the next page has no cursor", |value| {
        value.none(Kind::List(ListFault::NoCursor))
    }),
    entry(
        "link=TEXT",
        "list: replaces the Link header; {origin}, {path}, {query} and {cursor} are the real ones",
        |value| value.header_text().map(|text| Kind::List(ListFault::Link(text.to_owned()))),
    ),
    entry("moving-rows", "list: the last row of a page repeats on the next", |value| {
        value.none(Kind::List(ListFault::MovingRows))
    }),
    entry("duplicate-ids", "list: the first row's id repeats with other contents", |value| {
        value.none(Kind::List(ListFault::DuplicateIds))
    }),
    entry("odd-rows", "list: the first page starts with odd rows", |value| {
        value.none(Kind::List(ListFault::OddRows))
    }),
];

/// The usage of each kind of fault, without target and requests, and a description.
pub fn fault_kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().map(|entry| (entry.usage, entry.description))
}

pub(super) fn parse(name: &str, value: Option<&str>) -> Result<Kind, String> {
    let entry = TABLE.iter().find(|entry| entry.name() == name);
    let entry = entry.ok_or_else(|| format!("there is no kind `{name}`"))?;
    (entry.parse)(Value(value)).map_err(|problem| format!("{problem} ({})", entry.usage))
}
