//! Parses the value of a `Link` header as RFC 8288 defines it. It works on bytes, as texts in headers may have any encoding,
//! and it is strict about what separates links and parameters: where one ends must never be a guess.

use std::borrow::Cow;

/// One link: its target, and its parameters in the order of the header.
pub(crate) struct Link<'h> {
    /// The text between `<` and `>`.
    pub(crate) target: &'h [u8],
    parameters: Vec<Parameter<'h>>,
}

/// A name and its value.
type Parameter<'h> = (&'h [u8], Cow<'h, [u8]>);

/// The header does not follow the grammar. What comes after the error is unknown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError;

impl Link<'_> {
    /// The value of the first parameter with this name; empty if it has none.
    pub(crate) fn parameter(&self, name: &str) -> Option<&[u8]> {
        let mut parameters = self.parameters.iter();
        let (_, value) = parameters.find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))?;
        Some(value)
    }
}

/// The links of one header. Ends after an error.
pub(crate) fn links(header: &[u8]) -> impl Iterator<Item = Result<Link<'_>, SyntaxError>> {
    let mut parser = Parser { rest: header };
    std::iter::from_fn(move || {
        let link = parser.next_link().transpose()?;
        if link.is_err() {
            parser.rest = &[];
        }
        Some(link)
    })
}

struct Parser<'h> {
    rest: &'h [u8],
}

impl<'h> Parser<'h> {
    /// `None` at the end of the header.
    fn next_link(&mut self) -> Result<Option<Link<'h>>, SyntaxError> {
        // Lists may have empty elements.
        self.skip(|byte| is_space(byte) || byte == b',');
        if self.rest.is_empty() {
            return Ok(None);
        }
        self.expect(b'<')?;
        let target = self.take_until(|byte| matches!(byte, b'<' | b'>'));
        self.expect(b'>')?;
        let mut parameters = Vec::new();
        loop {
            self.skip(is_space);
            if !self.accept(b';') {
                break;
            }
            self.skip(is_space);
            // Parameters may be empty, too.
            if let Some(parameter) = self.parameter()? {
                parameters.push(parameter);
            }
        }
        if !self.rest.is_empty() {
            self.expect(b',')?;
        }
        Ok(Some(Link { target: target.trim_ascii(), parameters }))
    }

    fn parameter(&mut self) -> Result<Option<Parameter<'h>>, SyntaxError> {
        let name = self.take_until(|byte| is_space(byte) || b"=;,\"<>".contains(&byte));
        if name.is_empty() {
            return Ok(None);
        }
        self.skip(is_space);
        if !self.accept(b'=') {
            // Only a relation without a value leaves the meaning of the link open.
            let has_meaning = !name.eq_ignore_ascii_case(b"rel");
            return if has_meaning { Ok(Some((name, Cow::default()))) } else { Err(SyntaxError) };
        }
        self.skip(is_space);
        let value = if self.accept(b'"') { self.quoted_string()? } else { self.token()? };
        Ok(Some((name, value)))
    }

    fn token(&mut self) -> Result<Cow<'h, [u8]>, SyntaxError> {
        let token = self.take_until(|byte| is_space(byte) || b";,\"".contains(&byte));
        if token.is_empty() { Err(SyntaxError) } else { Ok(Cow::Borrowed(token)) }
    }

    /// The rest of a quoted string, without its escapes.
    fn quoted_string(&mut self) -> Result<Cow<'h, [u8]>, SyntaxError> {
        let mut value = Cow::Borrowed(self.take_until(|byte| matches!(byte, b'"' | b'\\')));
        while self.accept(b'\\') {
            let (escaped, rest) = self.rest.split_first().ok_or(SyntaxError)?;
            self.rest = rest;
            value.to_mut().push(*escaped);
            value.to_mut().extend(self.take_until(|byte| matches!(byte, b'"' | b'\\')));
        }
        self.expect(b'"')?;
        Ok(value)
    }

    fn take_until(&mut self, is_end: impl Fn(u8) -> bool) -> &'h [u8] {
        let end = self.rest.iter().position(|byte| is_end(*byte)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn skip(&mut self, is_skipped: impl Fn(u8) -> bool) {
        self.take_until(|byte| !is_skipped(byte));
    }

    fn accept(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), SyntaxError> {
        if self.accept(byte) { Ok(()) } else { Err(SyntaxError) }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    type Parsed = (String, Vec<(String, String)>);

    fn parse(header: &str) -> Result<Vec<Parsed>, SyntaxError> {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        links(header.as_bytes())
            .map(|link| {
                let link = link?;
                let parameters = link.parameters.iter().map(|(name, value)| (text(name), text(value)));
                Ok((text(link.target), parameters.collect()))
            })
            .collect()
    }

    fn link(target: &str, parameters: &[(&str, &str)]) -> Parsed {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        (target.to_owned(), parameters.iter().map(owned).collect())
    }

    #[test]
    fn links_are_taken_apart_as_the_grammar_says() {
        for (header, expected) in [
            ("", vec![]),
            (", ,\t,", vec![]),
            ("<a>", vec![link("a", &[])]),
            ("< a >;;x", vec![link("a", &[("x", "")])]),
            ("<a,b;c>,<>", vec![link("a,b;c", &[]), link("", &[])]),
            ("<a>;x=1 ; y\t= \"2\"", vec![link("a", &[("x", "1"), ("y", "2")])]),
            (r#"<a>; t="b, c; d=\"e\\""#, vec![link("a", &[("t", r#"b, c; d="e\"#)])]),
            ("<a>; as=<b>", vec![link("a", &[("as", "<b>")])]),
        ] {
            assert_eq!(parse(header), Ok(expected), "{header}");
        }
    }

    #[test]
    fn what_does_not_follow_the_grammar_is_an_error() {
        for header in
            ["a", "<a", "<a<b>", "<a> b", "<a>; b c", "<a>; b=", "<a>; b=\"", "<a>; b=\"\\", "<a>; b=\"c\"d"]
        {
            assert_eq!(parse(header), Err(SyntaxError), "{header}");
        }
    }
}
