//! Finds the cursor of the next page in a `Link` header (RFC 8288).

use url::Url;

/// The `before` parameter of the link whose relation is `next`. `None` means this page is the last.
///
/// Only the cursor is taken from the link: the request is made anew, so that no header can send the credential to
/// another place.
pub(crate) fn next_cursor(header: &str, page: &Url) -> Option<String> {
    links(header).find_map(|(target, parameters)| {
        is_next(parameters).then_some(())?;
        let target = page.join(target.trim()).ok()?;
        let (_, cursor) = target.query_pairs().find(|(name, _)| name == "before")?;
        (!cursor.is_empty()).then(|| cursor.into_owned())
    })
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

    use super::*;

    fn cursor(header: &str) -> Option<String> {
        next_cursor(header, &Url::parse("https://api.example.com/sub/v1/x").expect("valid"))
    }

    #[test]
    fn the_cursor_of_the_next_page_is_found() {
        for header in [
            r#"<https://api.example.com/v1/x?before=a%2Bb%3D&last=2>; rel="next""#,
            r#"</v1/x?last=2&before=a%2Bb%3D>; rel=next"#,
            r#"<?before=a%2Bb%3D>;title="x, y; rel=prev";REL="prev NEXT""#,
            r#"<https://a/?before=z>; rel="prev", <https://b/?before=a%2Bb%3D>; rel="next""#,
        ] {
            assert_eq!(cursor(header).as_deref(), Some("a+b="), "{header}");
        }
    }

    #[test]
    fn anything_else_is_the_end() {
        for header in [
            "",
            r#"<https://a/?before=x>; rel="prev""#,
            r#"<https://a/?after=x>; rel="next""#,
            r#"<https://a/?before=>; rel="next""#,
            r#"<https://a/?before=x"#,
            "rel=next",
        ] {
            assert_eq!(cursor(header), None, "{header}");
        }
    }

    proptest! {
        #[test]
        fn any_header_is_read_without_panic(header in "[<>;,\"=?& a-z]{0,80}|\\PC{0,80}") {
            let _ = cursor(&header);
        }
    }
}
