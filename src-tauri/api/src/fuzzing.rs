//! Properties that hold for any bytes a server may send. A fuzzer calls these functions with bytes of its own, a test with
//! those in `fuzz/corpus`. They panic if a property does not hold. Not part of any normal build.

use std::fmt;

use reqwest::header::{HeaderMap, HeaderValue, LINK};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use serde_json::Value;
use url::Url;

use crate::{
    DecodeError, ListedToken, Permission, Server, lenient,
    link::next_cursor,
    rows::{ArrayReader, MAX_DEPTH, MAX_ELEMENT_BYTES, read_row},
    size_limits::{MAX_ID_BYTES, MAX_PERMISSION_BYTES, kept_name},
};

/// The decoder of a token list that arrives in chunks.
///
/// The first three bytes are settings, by their lower five bits so that letters do: the lengths of every other chunk
/// (`A` is 1, `@` is 0; twice `@` is a single chunk), and the limit for an entry in units of 16 bytes (`@` is the real
/// one). The rest is the body.
pub fn list(data: &[u8]) {
    let [odd, even, limit, body @ ..] = data else { return };
    let setting = |byte: &u8| usize::from(byte % 32);
    let limit = match setting(limit) {
        0 => MAX_ELEMENT_BYTES,
        units => units * 16,
    };

    let whole = decode([body], limit);
    assert_eq!(whole, decode(body.chunks(1), limit), "it differs byte by byte");
    assert_eq!(whole, decode(cut(body, setting(odd), setting(even)), limit), "it differs when it is cut");

    let (rows, end) = whole;
    if let Err(error) = &end {
        assert!(error.byte <= body.len() as u64, "{error}: after the end");
        match error.element {
            // Counted from 1: the last one, or the next.
            Some(n) => assert!(n > 0 && (n == rows.len() || n == rows.len() + 1), "{error}: not the entry"),
            None => assert!(rows.is_empty(), "{error}: the entry is not named"),
        }
    }
    agrees_with_serde_json(body, limit, &rows, end.is_ok());
}

/// The cursor of the next page in `Link` headers.
///
/// The first line is a server's address, or anything else for a default. Each line after it is a header.
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
    let here = with("<?before=x>; rel=next".into());
    assert_eq!(with(format!("<{elsewhere}>; rel=next")), here, "where the link leads matters");
    match found {
        Ok(Some(cursor)) => leads_to_the_same_list(&page, &cursor),
        // No earlier header hides a next page.
        Ok(None) => assert_eq!(here, Ok(Some("x".into()))),
        Err(_) => assert!(here.is_err(), "a failure is forgotten"),
    }
}

fn leads_to_the_same_list(page: &Url, cursor: &str) {
    assert!(!cursor.is_empty(), "an empty cursor asks for the first page again");
    let mut next = page.clone();
    next.query_pairs_mut().append_pair("before", cursor);
    // The server reads the text, not what it was made from.
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

/// All rows up to the end, or to the error; `None` for those that are not tokens.
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

/// Chunks of two alternating lengths.
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

/// `serde_json` reads the body as a whole. What the decoder accepts must be JSON, and it must accept every list of objects
/// within the limits, each row with the content of its object.
fn agrees_with_serde_json(body: &[u8], limit: usize, rows: &[Option<ListedToken>], is_whole: bool) {
    if is_whole {
        let read = serde_json::from_slice::<Option<Vec<IgnoredAny>>>(body);
        let count = read.ok().map(|list| list.unwrap_or_default().len());
        assert_eq!(count, Some(rows.len()), "serde_json reads something else");
    }
    // Stricter than the decoder, which skips what it does not need.
    let Ok(objects) = serde_json::from_slice::<Vec<Object>>(body) else { return };
    if body.len() <= limit && nesting(body) <= MAX_DEPTH + 1 {
        assert!(is_whole, "a list of objects is refused");
        assert_eq!(rows.len(), objects.len());
    }
    rows.iter().zip(&objects).for_each(|(row, object)| says_the_same(row.as_ref(), object, body.len()));
}

/// The row has the content of its object, read in the simplest way.
fn says_the_same(row: Option<&ListedToken>, object: &Object, body_bytes: usize) {
    let field = |name: &str| object.0.iter().find(|(own, _)| own == name).map(|(_, value)| value);
    let text = |name: &str| field(name).and_then(Value::as_str);
    let is_once = |name: &&str| object.0.iter().filter(|(own, _)| own == name).count() <= 1;
    let is_text_or_nothing =
        |name: &str| field(name).is_none_or(|value| value.is_string() || value.is_null());
    let is_token = text("id").is_some_and(|id| id.len() <= MAX_ID_BYTES)
        && is_text_or_nothing("name")
        && ["id", "name", "token", "permissions", "createdAt"].iter().all(is_once);
    assert_eq!(row.is_some(), is_token, "a row is left out, or made of something else");

    // Destructured, so that a new field is not forgotten here.
    let Some(ListedToken { id, name, permissions, created_at, suffix }) = row else { return };
    assert_eq!(text("id"), Some(id.to_string().as_str()));
    assert_eq!(kept_name(text("name").unwrap_or_default()), *name);
    // An empty list is full access: only an empty list or null may become one.
    let listed = match field("permissions") {
        Some(Value::Null) => Some(Vec::new()),
        Some(Value::Array(list)) => list.iter().map(|one| one.as_str().map(Permission::from)).collect(),
        _ => None,
    };
    // A list that is longer than any real one counts as unreadable.
    let may_be_long = body_bytes > MAX_PERMISSION_BYTES;
    assert!(*permissions == listed || (may_be_long && permissions.is_none()), "{permissions:?}");
    let date = text("createdAt").and_then(|date| date.parse().ok());
    assert_eq!(*created_at, date.filter(lenient::is_known));
    if let Some(suffix) = *suffix {
        let value = text("token").expect("a suffix is the end of a value");
        assert!(
            value.ends_with(suffix.as_str()) && value.len() > 10 * suffix.as_str().len(),
            "too much of it is kept"
        );
    }
}

/// The deepest nesting of brackets in valid JSON, the list's own included.
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

    /// Passes every file of a corpus to `check`.
    fn replay(target: &str, check: fn(&[u8])) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        let files: Vec<_> = std::fs::read_dir(&folder)
            .and_then(Iterator::collect::<Result<_, _>>)
            .unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let is_seed = |file: &std::fs::DirEntry| file.file_name().to_string_lossy().starts_with("seed-");
        assert!(files.iter().any(is_seed), "no file written by hand in {}", folder.display());
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
        replay("list", list);
    }

    #[test]
    fn every_kept_link_is_read_as_it_should() {
        replay("link", link);
    }
}
