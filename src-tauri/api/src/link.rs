//! Finds the way to the next page of a list in an answer's `Link` headers (RFC 8288).

use reqwest::header::{HeaderMap, LINK};
use url::Url;

use crate::error::PaginationFailure;

/// The cursor of the page behind this one: the `before` parameter of the link whose relation is `next`. Without such a
/// link, or such a parameter, this page is the last.
///
/// Only the cursor is taken from the link, and only where the link leads to the same list: the request is made anew, so
/// that no header can send the credential to another place.
pub(crate) fn next_cursor(headers: &HeaderMap, page: &Url) -> Result<Option<String>, PaginationFailure> {
    let mut next = None;
    for value in headers.get_all(LINK) {
        let Ok(value) = std::str::from_utf8(value.as_bytes()) else {
            return Err(PaginationFailure::Unreadable);
        };
        for (target, _) in links(value).filter(|(_, parameters)| is_next(parameters)) {
            let Some(cursor) = cursor_of(target, page)? else { continue };
            if next.as_ref().is_some_and(|other| *other != cursor) {
                return Err(PaginationFailure::Ambiguous);
            }
            next = Some(cursor);
        }
    }
    Ok(next)
}

fn cursor_of(target: &str, page: &Url) -> Result<Option<String>, PaginationFailure> {
    let target = page.join(target.trim()).map_err(|_| PaginationFailure::Unreadable)?;
    if !is_same_list(&target, page) {
        return Err(PaginationFailure::ForeignLink);
    }
    let cursor =
        target.query_pairs().find(|(name, _)| name == "before").map(|(_, cursor)| cursor.into_owned());
    Ok(cursor.filter(|cursor| !cursor.is_empty()))
}

/// Servers behind a proxy that takes care of TLS, or of a path in front, may know neither.
fn is_same_list(target: &Url, page: &Url) -> bool {
    let same_port = target.port_or_known_default() == page.port_or_known_default()
        || (target.scheme() == "http" && target.port().is_none() && page.port().is_none());
    let same_path = target.path() == page.path()
        || (target.path().starts_with("/v1/") && page.path().ends_with(target.path()));
    matches!(target.scheme(), "http" | "https") && target.host() == page.host() && same_port && same_path
}

/// The links of a header: each target with the parameters behind it. Commas and semicolons may stand in both.
fn links(header: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = header;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let mut quoted = false;
        let end = after
            .find(|c| {
                quoted ^= c == '"';
                c == ',' && !quoted
            })
            .unwrap_or(after.len());
        let (parameters, after) = after.split_at(end);
        rest = after;
        Some((target, parameters))
    })
}

fn is_next(parameters: &str) -> bool {
    parameters.split(';').any(|parameter| {
        let Some((name, value)) = parameter.split_once('=') else {
            return false;
        };
        name.trim().eq_ignore_ascii_case("rel")
            && value
                .trim()
                .trim_matches('"')
                .split_ascii_whitespace()
                .any(|rel| rel.eq_ignore_ascii_case("next"))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::header::HeaderValue;

    use super::*;

    fn cursor(headers: &[&str]) -> Result<Option<String>, PaginationFailure> {
        let page = Url::parse("https://api.example.com/sub/v1/x/tokens?last=2&before=now").expect("valid");
        let mut map = HeaderMap::new();
        for header in headers {
            map.append(LINK, HeaderValue::from_bytes(header.as_bytes()).expect("a header"));
        }
        next_cursor(&map, &page)
    }

    #[test]
    fn the_cursor_of_the_next_page_is_found() {
        for headers in [
            &[r#"<https://api.example.com/sub/v1/x/tokens?before=a%2Bb%3D&last=2>; rel="next""#][..],
            &[r#"<http://api.example.com/v1/x/tokens?before=a%2Bb%3D>; rel="next""#],
            &[r#"</v1/x/tokens?last=2&before=a%2Bb%3D>; rel=next"#],
            &[r#"<?before=a%2Bb%3D>;title="x, y; rel=prev";REL="prev NEXT""#],
            &[r#"<?before=z>; rel="prev", <?before=a%2Bb%3D>; rel="next""#],
            &[r#"<https://elsewhere.example.com/>; rel="help""#, r#"<?before=a%2Bb%3D>; rel="next""#],
            &[r#"<?before=a%2Bb%3D>; rel="next""#, r#"<?before=a%2Bb%3D>; rel="next""#],
        ] {
            assert_eq!(cursor(headers), Ok(Some("a+b=".into())), "{headers:?}");
        }
    }

    #[test]
    fn without_a_next_link_that_has_a_cursor_the_page_is_the_last() {
        for header in [
            "",
            r#"<?before=x>; rel="prev""#,
            r#"<?after=x>; rel="next""#,
            r#"<?before=>; rel="next""#,
            r#"<?before=x"#,
            "rel=next",
        ] {
            assert_eq!(cursor(&[header]), Ok(None), "{header}");
        }
    }

    #[test]
    fn d7_a_next_page_that_is_not_of_this_list_is_told() {
        use PaginationFailure::{Ambiguous, ForeignLink, Unreadable};
        for (headers, failure) in [
            (&[r#"<https://elsewhere.example.com/sub/v1/x/tokens?before=x>; rel="next""#][..], ForeignLink),
            (&[r#"<https://api.example.com:8443/sub/v1/x/tokens?before=x>; rel="next""#], ForeignLink),
            (&[r#"<http://api.example.com:8080/sub/v1/x/tokens?before=x>; rel="next""#], ForeignLink),
            (&[r#"<//elsewhere.example.com/v1/x/tokens?before=x>; rel="next""#], ForeignLink),
            (&[r#"</sub/v1/x/users?before=x>; rel="next""#], ForeignLink),
            (&[r#"</tokens?before=x>; rel="next""#], ForeignLink),
            (&[r#"<ftp://api.example.com/sub/v1/x/tokens?before=x>; rel="next""#], ForeignLink),
            (&[r#"<?before=x>; rel="next""#, r#"<?before=y>; rel="next""#], Ambiguous),
            (&[r#"<?before=x>; rel="next", <?before=y>; rel="next""#], Ambiguous),
            (&[r#"<http://[>; rel="next""#], Unreadable),
        ] {
            assert_eq!(cursor(headers), Err(failure), "{headers:?}");
        }
        let mut latin_1 = HeaderMap::new();
        latin_1.insert(LINK, HeaderValue::from_bytes(b"<?before=\xe9>; rel=next").expect("a header"));
        let page = Url::parse("https://api.example.com/").expect("valid");
        assert_eq!(next_cursor(&latin_1, &page), Err(Unreadable));
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(header in "[<>;,\"=?& a-z]{0,80}|[ -~é]{0,80}") {
            let _ = cursor(&[&header]);
        }

        #[test]
        fn any_cursor_survives_the_way_through_a_header(wanted in "\\PC{1,40}") {
            let mut link = Url::parse("https://api.example.com/sub/v1/x/tokens").expect("valid");
            link.query_pairs_mut().append_pair("before", &wanted).append_pair("last", "2");
            let header = format!("<{link}>; rel=\"next\"");
            prop_assert_eq!(cursor(&[&header]), Ok(Some(wanted)));
        }
    }
}
