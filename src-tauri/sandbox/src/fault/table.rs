//! The table of faults: how each is written, what it does, and how its value is read. The parser and
//! the help both go by it, so neither can know a fault that the other does not.

use super::{
    kind::{After, Instead, Kind, List},
    value::Value,
};

struct Entry {
    /// The name, and behind it what the value is.
    usage: &'static str,
    does: &'static str,
    read: fn(Value<'_>) -> Result<Kind, String>,
}

impl Entry {
    fn name(&self) -> &'static str {
        self.usage.split(['=', '[']).next().unwrap_or_default()
    }
}

const TABLE: &[Entry] = &[
    Entry {
        usage: "latency=MS",
        does: "waits, then does and answers as ever",
        read: |value| value.milliseconds().map(Kind::Latency),
    },
    Entry {
        usage: "status=CODE[,body=BYTES|html][,retry-after=TEXT]",
        does: "answers this status instead; TEXT may be anything",
        read: |value| value.status().map(Kind::Instead),
    },
    Entry {
        usage: "html",
        does: "answers a sign-in page instead",
        read: |value| value.none(Kind::Instead(Instead::Html)),
    },
    Entry {
        usage: "redirect=URL[,status=CODE]",
        does: "redirects instead, with 302 unless told otherwise",
        read: |value| value.redirect().map(Kind::Instead),
    },
    Entry {
        usage: "refuse",
        does: "closes the connection instead",
        read: |value| value.none(Kind::Instead(Instead::Refuse)),
    },
    Entry {
        usage: "reset-before",
        does: "resets the connection instead",
        read: |value| value.none(Kind::Instead(Instead::ResetBefore)),
    },
    Entry {
        usage: "store-later=MS",
        does: "resets the connection, and does the work that much later",
        read: |value| value.milliseconds().map(|delay| Kind::Instead(Instead::StoreLater(delay))),
    },
    Entry {
        usage: "reset-after",
        does: "does the work, then resets the connection",
        read: |value| value.none(Kind::After(After::Reset)),
    },
    Entry {
        usage: "twice",
        does: "does the work, a create twice, then resets the connection",
        read: |value| value.none(Kind::After(After::Twice)),
    },
    Entry {
        usage: "hang",
        does: "does the work and never answers",
        read: |value| value.none(Kind::After(After::Hang)),
    },
    Entry {
        usage: "clock=SECONDS",
        does: "dates the answer so many seconds ahead, or behind if negative",
        read: |value| value.number().map(|seconds| Kind::After(After::Clock(seconds))),
    },
    Entry {
        usage: "truncate=BYTES",
        does: "closes the connection behind so much of the body",
        read: |value| value.number().map(|bytes| Kind::After(After::Truncate(bytes))),
    },
    Entry {
        usage: "stall=BYTES",
        does: "falls silent behind so much of the body",
        read: |value| value.number().map(|bytes| Kind::After(After::Stall(bytes))),
    },
    Entry {
        usage: "drip=MS",
        does: "sends a byte of the body each time",
        read: |value| value.milliseconds().map(|pause| Kind::After(After::Drip(pause))),
    },
    Entry {
        usage: "garbage",
        does: "does the work and answers something that is not HTTP",
        read: |value| value.none(Kind::After(After::Garbage)),
    },
    Entry {
        usage: "big-header",
        does: "adds a header of 1 MB",
        read: |value| value.none(Kind::After(After::BigHeader)),
    },
    Entry {
        usage: "plain-ok",
        does: "says 200 where 201 or 204 is right",
        read: |value| value.none(Kind::After(After::PlainOk)),
    },
    Entry {
        usage: "no-content-body",
        does: "says 204 and sends a body all the same",
        read: |value| value.none(Kind::After(After::NoContentBody)),
    },
    Entry {
        usage: "empty-body",
        does: "leaves the body out",
        read: |value| value.none(Kind::After(After::EmptyBody)),
    },
    Entry {
        usage: "bad-json",
        does: "breaks the JSON in the middle",
        read: |value| value.none(Kind::After(After::BadJson)),
    },
    Entry {
        usage: "bom",
        does: "puts a byte order mark in front of the body",
        read: |value| value.none(Kind::After(After::Bom)),
    },
    Entry {
        usage: "bad-utf8",
        does: "puts bytes that are not UTF-8 into the first text",
        read: |value| value.none(Kind::After(After::BadUtf8)),
    },
    Entry {
        usage: "deep",
        does: "answers lists in lists, 100,000 deep",
        read: |value| value.none(Kind::After(After::Deep)),
    },
    Entry {
        usage: "object",
        does: "answers an object that holds the true body",
        read: |value| value.none(Kind::After(After::Object)),
    },
    Entry {
        usage: "trailing-junk",
        does: "puts junk behind the body",
        read: |value| value.none(Kind::After(After::TrailingJunk)),
    },
    Entry {
        usage: "gzip-bomb",
        does: "answers gzip that unpacks to white space without end",
        read: |value| value.none(Kind::After(After::GzipBomb)),
    },
    Entry {
        usage: "endless",
        does: "answers a list of white space without end",
        read: |value| value.none(Kind::After(After::Endless)),
    },
    Entry {
        usage: "endless-rows",
        does: "answers a list of tokens without end",
        read: |value| value.none(Kind::After(After::EndlessRows)),
    },
    Entry {
        usage: "endless-value",
        does: "answers a list whose first text never ends",
        read: |value| value.none(Kind::After(After::EndlessValue)),
    },
    Entry {
        usage: "page-size=ROWS",
        does: "list: no page is longer, whatever was asked for",
        read: |value| match value.number()? {
            0 => Err("a page holds a row at least".to_owned()),
            rows => Ok(Kind::List(List::PageSize(rows))),
        },
    },
    Entry {
        usage: "fail-page=PAGE",
        does: "list: answers 500 from this page on",
        read: |value| value.number().map(|page| Kind::List(List::FailPage(page))),
    },
    Entry {
        usage: "empty-page",
        does: "list: an empty page comes first and leads to the true one",
        read: |value| value.none(Kind::List(List::EmptyPage)),
    },
    Entry {
        usage: "same-cursor",
        does: "list: each page leads to itself",
        read: |value| value.none(Kind::List(List::SameCursor)),
    },
    Entry {
        usage: "cycle",
        does: "list: the second page leads back to the first",
        read: |value| value.none(Kind::List(List::Cycle)),
    },
    Entry {
        usage: "endless-page",
        does: "list: an ever new cursor leads to the same rows",
        read: |value| value.none(Kind::List(List::EndlessPages)),
    },
    Entry {
        usage: "foreign-cursor[=ORIGIN]",
        does: "list: leads to another origin, http://foreign.invalid unless told otherwise",
        read: |value| value.origin("http://foreign.invalid").map(|to| Kind::List(List::ForeignCursor(to))),
    },
    Entry {
        usage: "other-path",
        does: "list: leads to another path of this origin",
        read: |value| value.none(Kind::List(List::OtherPath)),
    },
    Entry {
        usage: "two-cursors",
        does: "list: two Link headers lead to different pages",
        read: |value| value.none(Kind::List(List::TwoCursors)),
    },
    Entry {
        usage: "no-cursor",
        does: "list: the link to the next page lacks its cursor",
        read: |value| value.none(Kind::List(List::NoCursor)),
    },
    Entry {
        usage: "moving-rows",
        does: "list: the last row of a page comes again on the next",
        read: |value| value.none(Kind::List(List::MovingRows)),
    },
    Entry {
        usage: "duplicate-ids",
        does: "list: the first row's id comes again with other contents",
        read: |value| value.none(Kind::List(List::DuplicateIds)),
    },
    Entry {
        usage: "odd-rows",
        does: "list: the first page starts with rows that are odd in every way",
        read: |value| value.none(Kind::List(List::OddRows)),
    },
];

/// How each kind of fault is written, without target and turns, and what it does.
pub fn fault_kinds() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.iter().map(|entry| (entry.usage, entry.does))
}

pub(super) fn read(name: &str, value: Option<&str>) -> Result<Kind, String> {
    let entry = TABLE.iter().find(|entry| entry.name() == name);
    let entry = entry.ok_or_else(|| format!("there is no kind `{name}`"))?;
    (entry.read)(Value(value)).map_err(|problem| format!("{problem} ({})", entry.usage))
}
