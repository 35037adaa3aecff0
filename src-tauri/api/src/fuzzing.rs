//! Checks what holds for any bytes a server may send: a fuzzer calls this with bytes of its own making, and a test with
//! those kept in `fuzz/corpus`. The functions panic where something does not hold. Not part of any normal build.

use std::fmt;

use reqwest::header::{HeaderMap, HeaderValue, LINK};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;
use url::Url;

use crate::{
    ListedToken, Permission, Server,
    error::DecodeError,
    link::next_cursor,
    rows::{ArrayReader, MAX_DEPTH, MAX_ELEMENT_BYTES, read_row},
};

/// The decoder of a token list that arrives in chunks.
///
/// The first three bytes are settings, by their lower five bits so that letters do: the lengths of every other chunk
/// (`A` is 1, `@` is 0; twice `@` is a single chunk), and the limit for an entry in units of 16 bytes (`@` is the one in
/// use). What follows is the answer's body.
pub fn list(data: &[u8]) {
    let [odd, even, limit, body @ ..] = data else { return };
    let setting = |byte: &u8| usize::from(byte % 32);
    let limit = match setting(limit) {
        0 => MAX_ELEMENT_BYTES,
        units => units * 16,
    };

    let whole = decode([body], limit);
    assert_eq!(whole, decode(body.chunks(1), limit), "byte by byte it is another list");
    assert_eq!(whole, decode(cut(body, setting(odd), setting(even)), limit), "cut, it is another list");

    let (rows, end) = whole;
    if let Err(error) = &end {
        assert!(error.byte <= body.len() as u64, "{error}: behind the end");
        match error.element {
            // Counted from 1: the one just taken or the one behind it.
            Some(n) => assert!(n > 0 && (n == rows.len() || n == rows.len() + 1), "{error}: not the entry"),
            None => assert!(rows.is_empty(), "{error}: the entry is not named"),
        }
    }
    agrees_with_serde_json(body, limit, &rows, end.is_ok());
}

/// The way to the next page, as `Link` headers tell it.
///
/// The first line is a server's address, or anything else for one that is. Each line after it is a header.
pub fn link(data: &[u8]) {
    let mut lines = data.split(|byte| *byte == b'\n');
    let address = lines.next().and_then(|line| std::str::from_utf8(line).ok()).unwrap_or_default();
    let server = Server::parse(address)
        .or_else(|_| Server::parse("https://api.example.com/sub"))
        .expect("the second one is a server");
    let mut page = server.endpoint(&["v1", "projects", "p", "tokens"]).expect("valid segments");
    page.query_pairs_mut().append_pair("last", "2");
    let lines: Vec<_> = lines.filter_map(|line| HeaderValue::from_bytes(line).ok()).collect();

    let cursor = |lines: &[HeaderValue]| {
        let mut headers = HeaderMap::new();
        lines.iter().for_each(|line| _ = headers.append(LINK, line.clone()));
        next_cursor(&headers, &page)
    };
    let found = cursor(&lines);
    let with = |more: String| {
        cursor(&[&lines[..], &[HeaderValue::from_str(&more).expect("a URL is a header's text")]].concat())
    };

    let backwards: Vec<_> = lines.iter().rev().cloned().collect();
    assert_eq!(found.as_ref().ok(), cursor(&backwards).as_ref().ok(), "the order of headers matters");
    let mut elsewhere = page.clone();
    elsewhere.set_path("/v1/users");
    elsewhere.set_query(Some("before=x"));
    assert!(with(format!("<{elsewhere}>; rel=next")).is_err(), "another resource was taken for this one");
    match found {
        Ok(Some(cursor)) => leads_to_the_same_list(&page, &cursor),
        // Nothing that stands before it hides a next page.
        Ok(None) => assert_eq!(with("<?before=x>; rel=next".into()), Ok(Some("x".into()))),
        Err(_) => assert!(with("<?before=x>; rel=next".into()).is_err(), "a failure is forgotten"),
    }
}

fn leads_to_the_same_list(page: &Url, cursor: &str) {
    assert!(!cursor.is_empty(), "an empty cursor asks for the first page again");
    let mut next = page.clone();
    next.query_pairs_mut().append_pair("before", cursor);
    // What the server will read is the text, not what it was made from.
    let next = Url::parse(next.as_str()).expect("still a URL");
    let place = |url: &Url| {
        let mut url = url.clone();
        url.set_query(None);
        url
    };
    assert_eq!(place(&next), place(page), "the cursor leads to another place");
    let pairs = |url: &Url| url.query_pairs().into_owned().collect::<Vec<_>>();
    let expected = [pairs(page), vec![("before".to_owned(), cursor.to_owned())]].concat();
    assert_eq!(pairs(&next), expected, "the cursor changes what is asked for");
}

/// All rows up to the end, or to what is wrong; `None` for those that are not tokens.
fn decode<'c>(
    chunks: impl IntoIterator<Item = &'c [u8]>,
    limit: usize,
) -> (Vec<Option<ListedToken>>, Result<(), DecodeError>) {
    let mut reader = ArrayReader::with_limit(limit);
    let mut rows = Vec::new();
    for chunk in chunks {
        let end = reader.push(chunk, |element| {
            rows.push(read_row(element)?);
            Ok(())
        });
        assert!(reader.held() <= limit, "{} bytes are kept", reader.held());
        if end.is_err() {
            return (rows, end);
        }
    }
    let end = reader.finish();
    (rows, end)
}

/// Chunks of two lengths that take turns.
fn cut(mut rest: &[u8], odd: usize, even: usize) -> Vec<&[u8]> {
    if odd + even == 0 {
        return vec![rest];
    }
    let mut chunks = Vec::new();
    for length in [odd, even].into_iter().cycle() {
        let (chunk, after) = rest.split_at(length.min(rest.len()));
        chunks.push(chunk);
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    chunks
}

/// `serde_json` reads the body as a whole: what the decoder takes is JSON, and it takes every list of objects within the
/// timeouts, each row as its object says.
fn agrees_with_serde_json(body: &[u8], limit: usize, rows: &[Option<ListedToken>], is_whole: bool) {
    if is_whole {
        let read = serde_json::from_slice::<Vec<IgnoredAny>>(body).map(|list| list.len());
        assert_eq!(read.ok(), Some(rows.len()), "serde_json reads something else");
    }
    // Stricter than the decoder, which does not look into what it has no use for.
    let Ok(objects) = serde_json::from_slice::<Vec<Object>>(body) else { return };
    if body.len() <= limit && nesting(body) <= MAX_DEPTH + 1 {
        assert!(is_whole, "a list of objects is refused");
        assert_eq!(rows.len(), objects.len());
    }
    rows.iter().zip(&objects).for_each(|(row, object)| says_the_same(row.as_ref(), object));
}

/// The row is what its object says, read in the plainest way.
fn says_the_same(row: Option<&ListedToken>, object: &Object) {
    let field = |name: &str| object.0.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    let text = |name: &str| field(name).and_then(Value::as_str);
    let is_once = |name: &&str| object.0.iter().filter(|(own, _)| own == name).count() <= 1;
    let is_text_or_nothing =
        |name: &&str| field(name).is_none_or(|value| value.is_string() || value.is_null());
    let is_token = text("id").is_some()
        && ["name", "token"].iter().all(is_text_or_nothing)
        && ["id", "name", "token", "permissions", "createdAt"].iter().all(is_once);
    assert_eq!(row.is_some(), is_token, "a row is left out, or made of something else");

    // Taken apart, so that a further field is not forgotten here.
    let Some(ListedToken { id, name, permissions, created_at, suffix }) = row else { return };
    assert_eq!(text("id"), Some(id.to_string().as_str()));
    assert_eq!(text("name").unwrap_or_default(), *name);
    // An empty list is full access: it must never come out of anything but an empty list or null.
    let listed = match field("permissions") {
        Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(|one| one.as_str().map(Permission::from)).collect(),
        _ => None,
    };
    assert_eq!(*permissions, listed);
    assert_eq!(*created_at, text("createdAt").and_then(|date| date.parse().ok()));
    if let Some(suffix) = *suffix {
        let value = text("token").expect("a suffix is the end of a value");
        assert!(
            value.ends_with(suffix.as_str()) && value.len() > 10 * suffix.as_str().len(),
            "too much of it is kept"
        );
    }
}

/// How deep brackets stand in each other in valid JSON, the list's own among them.
fn nesting(json: &[u8]) -> u32 {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0u32, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// An object with all its fields, also those that come twice. A derived `Deserialize` would take an array for one.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields;
        impl<'de> Visitor<'de> for Fields {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                std::iter::from_fn(|| map.next_entry().transpose()).collect::<Result<_, _>>().map(Object)
            }
        }
        deserializer.deserialize_map(Fields)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// Hands every file of a corpus to `check`. `seeds` is how many were written by hand: fewer files means that some
    /// went missing.
    fn replay(target: &str, seeds: usize, check: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        let files: Vec<_> = std::fs::read_dir(&folder)
            .and_then(Iterator::collect::<Result<_, _>>)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let names = files.iter().map(|file| file.file_name().into_string().unwrap_or_default());
        let by_hand = names.filter(|name| name.starts_with("seed-")).count();
        assert_eq!(by_hand, seeds, "hand-written files in {}", folder.display());
        for file in files {
            // Shown only if the check panics.
            #[expect(clippy::print_stdout, reason = "names the file that fails")]
            {
                println!("{}", file.path().display());
            }
            check(&std::fs::read(file.path()).expect("a readable file"));
        }
    }

    #[test]
    fn every_kept_list_is_read_as_it_should() {
        replay("list", 82, list);
    }

    #[test]
    fn every_kept_link_is_read_as_it_should() {
        replay("link", 67, link);
    }
}
