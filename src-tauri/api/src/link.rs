//! Finds the cursor of a list's next page in a response's `Link` headers (RFC 8288).
//!
//! Only the cursor counts, on whatever host, port or path the link names: the request is made by this client, to its own
//! server, so no header can send the credential elsewhere. A link to a next page that cannot be understood is an error, as
//! ignoring it would end the list early without notice.

use std::borrow::Cow;

use reqwest::header::{HeaderMap, LINK};
use url::{Url, form_urlencoded};

use crate::{
    PaginationFailure::{self, Ambiguous, Unreadable},
    link_parser::{Link, links},
};

/// The cursor of the page after `page`: the `before` parameter of the link whose relation is `next`. `None` if there is no
/// such link, so that this page is the last.
///
/// # Errors
/// `Unreadable` if there is or may be a next link, but it has no usable cursor; `Ambiguous` if there are several cursors.
pub(crate) fn next_cursor(headers: &HeaderMap, page: &Url) -> Result<Option<String>, PaginationFailure> {
    let mut next = None;
    for header in headers.get_all(LINK) {
        for link in links(header.as_bytes()) {
            let Some(cursor) = cursor_of(&link.map_err(|_| Unreadable)?, page)? else { continue };
            if next.as_ref().is_some_and(|other| *other != cursor) {
                return Err(Ambiguous);
            }
            next = Some(cursor);
        }
    }
    Ok(next)
}

/// `None` if the link does not lead to the next page.
fn cursor_of(link: &Link<'_>, page: &Url) -> Result<Option<String>, PaginationFailure> {
    match link.parameter("rel") {
        // A link must state its relation. One that does not, and has a cursor, may have lost it.
        None if first_cursor(link.target).is_none() => return Ok(None),
        None => return Err(Unreadable),
        Some(relations) => {
            let mut relations = relations.split(u8::is_ascii_whitespace).map(without_marks);
            let is_any = |names: &[&str], relation: &[u8]| {
                names.iter().any(|name| relation.eq_ignore_ascii_case(name.as_bytes()))
            };
            if !relations.clone().any(|relation| is_any(&["next"], relation)) {
                let is_other = relations.any(|relation| is_any(&OTHER_RELATIONS, relation));
                // What has a cursor and no known relation may be the next page after all.
                let may_be_next = !is_other && first_cursor(link.target).is_some();
                return if may_be_next { Err(Unreadable) } else { Ok(None) };
            }
        }
    }
    if let Some(anchor) = link.parameter("anchor")
        && !is_same_page(anchor, page)?
    {
        return Ok(None);
    }
    match first_cursor(link.target) {
        Some(cursor) if !cursor.is_empty() && !cursor.contains(char::REPLACEMENT_CHARACTER) => {
            Ok(Some(cursor.into_owned()))
        }
        _ => Err(Unreadable),
    }
}

/// Relations that a link with a cursor can have without leading to the next page.
const OTHER_RELATIONS: [&str; 8] =
    ["prev", "previous", "first", "last", "self", "start", "current", "canonical"];

/// A relation without quotes and separators that some servers write around it.
fn without_marks(relation: &[u8]) -> &[u8] {
    let is_mark = |byte: &u8| b"'\",;".contains(byte);
    let start = relation.iter().position(|byte| !is_mark(byte)).unwrap_or(relation.len());
    let end = relation.iter().rposition(|byte| !is_mark(byte)).map_or(start, |end| end + 1);
    &relation[start..end]
}

/// The first `before` in the query of a target. Bytes that are not UTF-8 become replacement characters.
fn first_cursor(target: &[u8]) -> Option<Cow<'_, str>> {
    let without_fragment = target.split(|byte| *byte == b'#').next()?;
    let question_mark = without_fragment.iter().position(|byte| *byte == b'?')?;
    let mut pairs = form_urlencoded::parse(&without_fragment[question_mark + 1..]);
    pairs.find(|(name, _)| name == "before").map(|(_, cursor)| cursor)
}

/// Whether the link is about the page that was asked for, and not about another resource. Servers behind a proxy may not
/// know their own host, nor a path in front of theirs.
fn is_same_page(anchor: &[u8], page: &Url) -> Result<bool, PaginationFailure> {
    let anchor = std::str::from_utf8(anchor).map_err(|_| Unreadable)?;
    let anchor = page.join(anchor).map_err(|_| Unreadable)?;
    Ok(page.path().ends_with(anchor.path()) || anchor.path().ends_with(page.path()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn cursor_of_bytes(headers: &[&[u8]]) -> Result<Option<String>, PaginationFailure> {
        let page = Url::parse("https://api.example.com/sub/v1/x/tokens?last=2&before=now").expect("valid");
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(LINK, HeaderValue::from_bytes(header).expect("a header"));
        }
        next_cursor(&map, &page)
    }

    fn cursor(headers: &[&str]) -> Result<Option<String>, PaginationFailure> {
        cursor_of_bytes(&headers.iter().map(|header| header.as_bytes()).collect::<Vec<_>>())
    }

    #[test]
    fn the_cursor_of_the_next_page_is_found() {
        for headers in [
            &[r#"<https://api.example.com/sub/v1/x/tokens?before=a%2Bb%3D&last=2>; rel="next""#][..],
            &[r#"</v1/x/tokens?last=2&before=a%2Bb%3D>; rel=next"#],
            &[r#"<?before=a%2Bb%3D>;title="x, y; rel=prev";REL="prev NEXT""#],
            &[r#"<?before=a%2Bb%3D>;title="x \"; rel=prev";rel="n\ext""#],
            &[r#"<?before=a%2Bb%3D> ; rel = "next" ; rel="prev""#],
            &[
                r#"<?before=a%2Bb%3D>; crossorigin; rel="https://example.com/relation next"; rel*=UTF-8''prev"#,
            ],
            &[r#"<?before=z>; rel="prev", ,, <?before=a%2Bb%3D>; rel="next","#],
            &[r#"<https://elsewhere.example.com/>; rel="help""#, r#"<?before=a%2Bb%3D>; rel="next""#],
            &[r#"<?before=a%2Bb%3D>; rel="next""#, r#"</tokens?before=a%2Bb%3D>; rel="next""#],
            &[r#"<?before=a%2Bb%3D#fragment>; rel="next"; anchor="""#],
            &["<?before=a%2Bb%3D>; rel='next'"],
            &[r#"<?before=a%2Bb%3D>; rel="next;""#],
            &[r#"<?before=a%2Bb%3D>; rel="\"next\"""#],
            &[r#"<?before=a%2Bb%3D>; rel="next"; anchor="http://10.0.0.1:8080/v1/x/tokens?last=2""#],
        ] {
            assert_eq!(cursor(headers), Ok(Some("a+b=".into())), "{headers:?}");
        }
    }

    #[test]
    fn c84_the_cursor_counts_wherever_the_link_leads() {
        for target in [
            "http://elsewhere.example.com/sub/v1/x/tokens?before=x",
            "https://api.example.com:8443/sub/v1/x/tokens?before=x",
            "//elsewhere.example.com/v1/x/tokens?before=x",
            "/sub/v1/x/tokens/?before=x",
            "/api/v1/projects/5F0C6A8E-5A63-4F0A-9A0E-2F8F0A3F9F10/tokens?before=x",
            "ftp://[?before=x",
        ] {
            assert_eq!(cursor(&[&format!("<{target}>; rel=next")]), Ok(Some("x".into())), "{target}");
        }
    }

    #[test]
    fn without_a_next_link_the_page_is_the_last() {
        for header in [
            "",
            " , ,",
            r#"<?before=x>; rel="prev""#,
            r#"<?before=x>; rel="prev"; rel="next""#,
            r#"<?before=x>; rel=prev; title="a; rel=next""#,
            r#"<?before=x>; rel=prev; title="a\"; rel=next""#,
            r#"</next>; rel="nextpage""#,
            r#"<?before=x>; rel="next"; anchor="/v1/other""#,
            "</style.css>",
        ] {
            assert_eq!(cursor(&[header]), Ok(None), "{header}");
        }
    }

    #[test]
    fn c87_other_links_are_ignored_in_whatever_characters_they_are_written() {
        let latin_1 = b"</s\xe9.css>; rel=preload; title=\"\xe9\"; as=\xe9";
        assert_eq!(cursor_of_bytes(&[latin_1]), Ok(None));
        assert_eq!(cursor_of_bytes(&[latin_1, b"<?before=x>; rel=next"]), Ok(Some("x".into())));
    }

    #[test]
    fn c15_a_next_link_that_cannot_be_followed_does_not_end_the_list() {
        for header in [
            r#"<>; rel="next""#,
            r#"<?after=x>; rel="next""#,
            r#"<?before=>; rel="next""#,
            r#"<?before=&before=x>; rel="next""#,
            r#"<#?before=x>; rel="next""#,
            r#"<?before=%ff>; rel="next""#,
            r#"<?before=x>; rel="next"; anchor="http://[""#,
            "<?before=x",
            "<?before=x>",
            "<?before=x>;",
            "<?before=x>; rel",
            "<?before=x>; rel=",
            r#"<?before=x>; rel="next"#,
            r#"<?before=x>; rel="next\"#,
            "<?before=x>; rel=next prev",
            r#"<?before=x>; rel="""#,
            r#"<?before=x>; rel="nextpage""#,
            r#"<?before=x>; rel="next,prev""#,
            r#"<?before=x>; rel="https://x.test/rels/next""#,
            "<?before=x>; rel=\u{201c}next\u{201d}",
            "<?before=x> rel=next",
            "<a; rel=prev, <?before=x>; rel=next",
            "rel=next",
            "?before=x; rel=next",
            "<?before=x>; rel=prev, garbage",
        ] {
            assert_eq!(cursor(&[header]), Err(Unreadable), "{header}");
        }
        assert_eq!(cursor_of_bytes(&[b"<?before=\xe9>; rel=next"]), Err(Unreadable));
    }

    #[test]
    fn d7_two_next_pages_are_ambiguous() {
        for headers in [
            &[r#"<?before=x>; rel="next""#, r#"<?before=y>; rel="next""#][..],
            &[r#"<?before=x>; rel="next", <?before=y>; rel="next""#],
        ] {
            assert_eq!(cursor(headers), Err(Ambiguous), "{headers:?}");
        }
    }

    fn quoted(text: &str) -> String {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }

    /// Any link that the grammar allows and that is not about a next page.
    fn other_link() -> impl Strategy<Value = String> {
        let space = "[ \t]{0,2}";
        let relation = prop::sample::select(vec!["prev", "last", "first", "self", "previous"]);
        let parameter = prop_oneof![
            "[a-z]{1,5}\\*?".prop_filter("not the relation", |name| name != "rel" && name != "anchor"),
            "[ -~]{0,12}".prop_map(|text| format!("title={}", quoted(&text))),
            "[!#-+.-:<-~-]{1,8}".prop_map(|token| format!("as={token}")),
            Just("rel=next".to_owned()),
        ];
        let parameters = prop::collection::vec((space, space, parameter), 0..4);
        ("[!-;=?-~]{0,20}", space, relation, parameters).prop_map(|(target, space, relation, parameters)| {
            // The first relation counts, so a later one changes nothing.
            let mut link = format!("<{target}>{space};{space}rel={}", quoted(relation));
            for (before, after, parameter) in parameters {
                link += &format!("{before};{after}{parameter}");
            }
            link
        })
    }

    /// Links to the next page, as servers may write them; the cursor is `x`.
    fn next_link() -> impl Strategy<Value = String> {
        let target =
            prop::sample::select(vec!["?before=x", "//h.test:1/p?last=2&before=x&y", "/a,b;c?before=x"]);
        let rel = prop::sample::select(vec!["\"next\"", "\"prev NeXt\"", "\"\\next last\""]);
        let title = "[ -~]{0,12}".prop_map(|text| quoted(&text));
        (target, rel, title, "[ \t]{0,2}", any::<bool>()).prop_map(|(target, rel, title, space, first)| {
            let title = format!("{space};{space}title={space}{title}");
            let rel = format!("{space};{space}REL{space}={rel}");
            if first { format!("<{target}>{rel}{title}") } else { format!("<{target}>{title}{rel}") }
        })
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(header in "[<>;,\"\\\\=?& a-z]{0,80}|[ -~é]{0,80}") {
            let _ = cursor(&[&header]);
        }

        #[test]
        fn any_cursor_survives_a_header(wanted in "[^\\p{C}\u{fffd}]{1,40}") {
            let mut link = Url::parse("https://api.example.com/sub/v1/x/tokens").expect("valid");
            link.query_pairs_mut().append_pair("before", &wanted).append_pair("last", "2");
            prop_assert_eq!(cursor(&[&format!("<{link}>; rel=\"next\"")]), Ok(Some(wanted)));
        }

        #[test]
        fn the_next_link_is_found_among_any_others(
            before in prop::collection::vec(other_link(), 0..3),
            next in next_link(),
            after in prop::collection::vec(other_link(), 0..3),
            split in any::<bool>(),
        ) {
            let others = [&before[..], &after].concat();
            prop_assert_eq!(cursor(&[&others.join(", ")]), Ok(None));
            let links = [before, vec![next], after].concat();
            let found = if split {
                cursor(&links.iter().map(String::as_str).collect::<Vec<_>>())
            } else {
                cursor(&[&links.join(" ,, ")])
            };
            prop_assert_eq!(found, Ok(Some("x".to_owned())));
        }

        #[test]
        fn a_next_link_that_is_damaged_never_ends_the_list_silently(
            before in prop::collection::vec(other_link(), 0..3),
            next in next_link(),
            cut in any::<prop::sample::Index>(),
        ) {
            // Cut off anywhere after its first character. Spaces alone would be no link.
            let cut = 1 + cut.index(next.len() - 1);
            let links = [before, vec![next[..cut].to_owned()]].concat();
            let found = cursor(&[&links.join(", ")]);
            prop_assert!(matches!(found, Ok(Some(_)) | Err(Unreadable)), "{:?}: {:?}", links, found);
        }

        #[test]
        fn a_next_link_without_its_cursor_is_unreadable(next in next_link(), with in prop::sample::select(vec!["", "before", "before=", "after=x"])) {
            let found = cursor(&[&next.replace("before=x", with)]);
            prop_assert_eq!(found, Err(Unreadable));
        }
    }
}
