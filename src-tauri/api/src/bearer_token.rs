//! The user's bearer token: cleaned of what people paste along with it, kept secret, and read for hints about its owner.

use std::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::token_value::token_ids;

/// A bearer token (RFC 6750) that fits in an `Authorization` header. `Debug` hides it, and it is wiped when dropped.
#[derive(Clone)]
pub struct BearerToken(SecretString);

/// Why a text cannot be a bearer token. Never contains the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BearerTokenError {
    /// Nothing is left after the cleanup.
    #[error("it contains no bearer token")]
    Empty,
    /// It is a project token. The API lists and creates tokens only for a user.
    #[error(
        "this is a project token; listing and creating tokens needs your own bearer token, a JWT of three parts"
    )]
    IsProjectToken,
    /// A header cannot contain it: it has spaces, or characters outside ASCII.
    #[error("a bearer token has no spaces or special characters")]
    BadCharacters,
    /// Longer than any server accepts in a header.
    #[error("this is too long to be a bearer token (over 16 KiB)")]
    TooLong,
}

/// Claims of a JWT, not verified: hints for people, never a proof. A claim that is missing or unreadable is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BearerClaims {
    /// The email address it was issued to.
    pub email: Option<String>,
    /// When it stops working.
    pub expires_at: Option<Timestamp>,
}

impl BearerToken {
    /// The longest bearer token in bytes. Common servers refuse longer headers.
    pub const MAX_BYTES: usize = 16 * 1024;

    /// Reads a pasted text. Drops white space, quotes, a header name and the word `Bearer` around the token, and line breaks
    /// within it, as a terminal wraps lines.
    ///
    /// # Errors
    /// Why the text cannot be used.
    pub fn parse(text: &str) -> Result<Self, BearerTokenError> {
        let visible = without(&['\u{feff}', '\u{200b}'], text);
        // Unwrapped before line breaks are dropped, too: one may be all that separates `Bearer` from the token.
        let joined = without(&['\r', '\n'], without_wrapping(&visible));
        let text = without_wrapping(&joined);
        if text.is_empty() {
            return Err(BearerTokenError::Empty);
        }
        if text.len() > Self::MAX_BYTES {
            return Err(BearerTokenError::TooLong);
        }
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BearerTokenError::BadCharacters);
        }
        if token_ids(text).is_some() {
            return Err(BearerTokenError::IsProjectToken);
        }
        Ok(Self(SecretString::from(text)))
    }

    /// Its claims, if it is a JWT.
    #[must_use]
    pub fn claims(&self) -> BearerClaims {
        self.payload()
            .map(|claims| BearerClaims {
                email: claims.email,
                expires_at: claims.exp.and_then(|seconds| Timestamp::from_second(seconds as i64).ok()),
            })
            .unwrap_or_default()
    }

    /// The text itself, for the keyring.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    pub(crate) fn into_secret(self) -> SecretString {
        self.0
    }

    /// The value of an `Authorization` header. The HTTP library copies it to buffers of its own, which are not wiped.
    pub(crate) fn header(&self) -> Option<HeaderValue> {
        const SCHEME: &str = "Bearer ";
        let secret = self.0.expose_secret();
        let mut text = Zeroizing::new(String::with_capacity(SCHEME.len() + secret.len()));
        text.push_str(SCHEME);
        text.push_str(secret);
        let mut header = HeaderValue::from_str(&text).ok()?;
        header.set_sensitive(true);
        Some(header)
    }

    fn payload(&self) -> Option<Claims> {
        let mut parts = self.0.expose_secret().split('.');
        let (_, payload, _, None) = (parts.next()?, parts.next()?, parts.next()?, parts.next()) else {
            return None;
        };
        let mut json = Zeroizing::new(Vec::with_capacity(payload.len()));
        BASE64_URL_SAFE_NO_PAD.decode_vec(payload, &mut json).ok()?;
        serde_json::from_slice(&json).ok()
    }
}

impl fmt::Debug for BearerToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken(redacted)")
    }
}

#[derive(Deserialize)]
struct Claims {
    // Seconds; some issuers write a float.
    exp: Option<f64>,
    #[serde(rename = "https://cloud.calyptia.com/email")]
    email: Option<String>,
}

fn without(characters: &[char], text: &str) -> Zeroizing<String> {
    // As large as it can become, as growing would leave copies behind.
    let mut rest = Zeroizing::new(String::with_capacity(text.len()));
    rest.extend(text.chars().filter(|c| !characters.contains(c)));
    rest
}

fn without_wrapping(text: &str) -> &str {
    let quotes: &[char] = &['"', '\'', '`', '“', '”', '‘', '’', ',', ';'];
    let mut text = text;
    loop {
        let shorter = text.trim().trim_matches(quotes);
        let shorter = without_prefix(shorter, "authorization:");
        let shorter = match without_prefix(shorter, "bearer") {
            rest if rest.starts_with(char::is_whitespace) => rest,
            _ => shorter,
        };
        // "Bearer" with nothing after it is only the prefix.
        let shorter = if shorter.eq_ignore_ascii_case("bearer") { "" } else { shorter };
        if shorter == text {
            return text;
        }
        text = shorter;
    }
}

fn without_prefix<'t>(text: &'t str, prefix: &str) -> &'t str {
    match text.get(..prefix.len()) {
        Some(start) if start.eq_ignore_ascii_case(prefix) => &text[prefix.len()..],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn jwt(payload: &str) -> String {
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        format!("{}.{}.{}", encode(r#"{"alg":"RS256"}"#), encode(payload), encode("signature"))
    }

    #[test]
    fn what_people_paste_along_is_dropped() {
        for pasted in [
            "abc.def.ghi",
            "  abc.def.ghi\n",
            "Bearer abc.def.ghi",
            "bearer   abc.def.ghi",
            "Authorization: Bearer abc.def.ghi",
            "\"abc.def.ghi\"",
            "'Bearer abc.def.ghi',",
            "“abc.def.ghi”",
            "abc.\ndef.\r\nghi",
            "Bearer\nabc.def.ghi",
            "\u{feff}abc.def.ghi",
        ] {
            let bearer = BearerToken::parse(pasted).unwrap_or_else(|error| panic!("{pasted:?}: {error}"));
            assert_eq!(bearer.secret().expose_secret(), "abc.def.ghi", "{pasted:?}");
        }
    }

    #[test]
    fn what_cannot_be_a_bearer_token_is_told_apart() {
        for nothing in ["", "  ", "\"\"", "Bearer ", "Bearer"] {
            assert_eq!(BearerToken::parse(nothing).err(), Some(BearerTokenError::Empty), "{nothing:?}");
        }
        assert_eq!(BearerToken::parse("two words").err(), Some(BearerTokenError::BadCharacters));
        assert_eq!(BearerToken::parse("schlüssel").err(), Some(BearerTokenError::BadCharacters));
        assert_eq!(
            BearerToken::parse(&"x".repeat(BearerToken::MAX_BYTES + 1)).err(),
            Some(BearerTokenError::TooLong)
        );
        let ids = r#"{"TokenID":"5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10","ProjectID":"0e0d0a52-6f7b-4a37-8e2e-7d8a3a3d1c11"}"#;
        let project_token =
            format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(ids), BASE64_URL_SAFE_NO_PAD.encode([7; 48]));
        assert_eq!(BearerToken::parse(&project_token).err(), Some(BearerTokenError::IsProjectToken));
    }

    #[test]
    fn a_jwt_has_an_owner_and_an_expiry() {
        let bearer = BearerToken::parse(&jwt(
            r#"{"exp":1900000000,"https://cloud.calyptia.com/email":"ana@acme.example"}"#,
        ));
        let claims = bearer.expect("valid").claims();
        assert_eq!(claims.email.as_deref(), Some("ana@acme.example"));
        assert_eq!(claims.expires_at.map(Timestamp::as_second), Some(1_900_000_000));
        assert_eq!(BearerToken::parse("opaque").expect("valid").claims(), BearerClaims::default());
        assert_eq!(BearerToken::parse(&jwt("[]")).expect("valid").claims(), BearerClaims::default());
    }

    #[test]
    fn debug_and_the_header_hide_it() {
        let bearer = BearerToken::parse("canary.canary.canary").expect("valid");
        assert!(!format!("{bearer:?}").contains("canary"));
        let header = bearer.header().expect("it fits");
        assert!(!format!("{header:?}").contains("canary"));
        assert_eq!(header.as_bytes(), b"Bearer canary.canary.canary");
    }

    /// What people copy along with a bearer token, or what a terminal or a mail client adds.
    fn decorated() -> impl Strategy<Value = (String, String)> {
        let part = "[A-Za-z0-9_-]{1,60}";
        let credential = (part, part, part).prop_map(|(a, b, c)| format!("{a}.{b}.{c}"));
        let around = prop::sample::select(vec![
            ("Bearer ", ""),
            ("bEARER\t ", " "),
            ("Bearer\r\n", "\n"),
            ("Authorization:", ""),
            ("authorization: ", ";"),
            ("\"", "\""),
            ("'", "',"),
            ("“", "”"),
            ("\n ", " \r\n"),
            ("\u{feff}", "\u{200b}"),
            ("", ","),
        ]);
        let breaks = prop::collection::vec((any::<prop::sample::Index>(), "\n|\r\n|\u{200b}"), 0..4);
        (credential, breaks, prop::collection::vec(around, 0..6)).prop_map(|(credential, breaks, around)| {
            let mut text = credential.clone();
            for (place, line_break) in breaks {
                let places: Vec<_> = text.char_indices().map(|(at, _)| at).collect();
                text.insert_str(*place.get(&places), &line_break);
            }
            let wrap = |text: String, (before, behind): (&str, &str)| format!("{before}{text}{behind}");
            (around.into_iter().fold(text, wrap), credential)
        })
    }

    proptest! {
        #[test]
        fn whatever_surrounds_a_bearer_token_is_dropped_and_nothing_else((text, credential) in decorated()) {
            let bearer = BearerToken::parse(&text);
            prop_assert_eq!(bearer.as_ref().map(|b| b.secret().expose_secret()), Ok(credential.as_str()));
        }

        #[test]
        fn what_is_refused_is_not_repeated(before in "\\PC{0,40}", behind in "(?s).{0,40}") {
            for text in [format!("{before} canary {behind}"), format!("{before}canary\u{1}{behind}")] {
                if let Err(error) = BearerToken::parse(&text) {
                    let shown = format!("{error} {error:?}");
                    prop_assert!(!shown.contains("canary"));
                }
            }
        }

        #[test]
        fn any_text_is_cleaned_into_a_header_or_refused(text in "\\PC*|(?s).{0,40}") {
            if let Ok(bearer) = BearerToken::parse(&text) {
                prop_assert!(bearer.header().is_some());
                let again = BearerToken::parse(bearer.secret().expose_secret());
                prop_assert_eq!(
                    again.ok().map(|b| b.secret().expose_secret().to_owned()),
                    Some(bearer.secret().expose_secret().to_owned())
                );
                let _ = bearer.claims();
            }
        }
    }
}
