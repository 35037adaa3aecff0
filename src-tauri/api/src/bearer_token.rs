//! The user's bearer token: cleaned of what people paste along with it, kept secret, and read for hints about its owner.

use std::fmt;

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use jiff::Timestamp;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::pasted_text;

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
    /// It has characters that no bearer token has (RFC 6750), such as spaces within it.
    #[error("a bearer token has no spaces or special characters")]
    BadCharacters,
    /// It contains more than one bearer token.
    #[error("this contains several bearer tokens")]
    Several,
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

    /// Reads a pasted text: the token alone, or in a header, a command, JSON or an assignment. Drops invisible characters, and
    /// line breaks within the token, as a terminal wraps lines.
    ///
    /// # Errors
    /// Why the text cannot be used.
    pub fn parse(text: &str) -> Result<Self, BearerTokenError> {
        let token = pasted_text::find(text)?;
        if token.len() > Self::MAX_BYTES {
            return Err(BearerTokenError::TooLong);
        }
        Ok(Self(SecretString::from(token.as_str())))
    }

    /// Its claims, if it is a JWT.
    #[must_use]
    pub fn claims(&self) -> BearerClaims {
        self.payload()
            .map(|claims| BearerClaims {
                email: text(&claims.email).or_else(|| text(&claims.plain_email)),
                expires_at: time(&claims.exp),
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

/// Each may have any type, so that one odd claim costs no other.
#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    exp: serde_json::Value,
    #[serde(default, rename = "https://cloud.calyptia.com/email")]
    email: serde_json::Value,
    #[serde(default, rename = "email")]
    plain_email: serde_json::Value,
}

/// In seconds since 1970. Some issuers write a float, a text, or milliseconds.
fn time(claim: &serde_json::Value) -> Option<Timestamp> {
    let number = claim.as_f64().or_else(|| claim.as_str()?.trim().parse().ok())?;
    let seconds = if number.abs() >= 1e11 { number / 1000.0 } else { number };
    seconds.is_finite().then(|| Timestamp::from_second(seconds as i64).ok())?
}

fn text(claim: &serde_json::Value) -> Option<String> {
    claim.as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

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
    fn c70_each_claim_is_read_by_itself() {
        let claims = |payload: &str| BearerToken::parse(&jwt(payload)).expect("valid").claims();
        let email = r#""https://cloud.calyptia.com/email":"ana@acme.example""#;
        for exp in
            ["1900000000", "1900000000.5", r#""1900000000""#, r#"" 1900000000 ""#, "1.9e9", "1900000000000"]
        {
            let claims = claims(&format!("{{\"exp\":{exp},{email}}}"));
            assert_eq!(claims.expires_at.map(Timestamp::as_second), Some(1_900_000_000), "{exp}");
            assert_eq!(claims.email.as_deref(), Some("ana@acme.example"), "{exp}");
        }
        for exp in [r#""soon""#, "null", "[]", "{}", "true", "1e300", "-1e300", "99999999999999999999"] {
            let claims = claims(&format!("{{\"exp\":{exp},{email}}}"));
            assert_eq!(
                (claims.expires_at, claims.email.as_deref()),
                (None, Some("ana@acme.example")),
                "{exp}"
            );
        }
        for odd in ["1", "null", "[\"ana\"]", "{}"] {
            let claims = claims(&format!(r#"{{"exp":1900000000,"https://cloud.calyptia.com/email":{odd}}}"#));
            assert!(claims.expires_at.is_some() && claims.email.is_none(), "{odd}");
        }
        let claims = claims(r#"{"email":"ana@acme.example"}"#);
        assert_eq!(claims.email.as_deref(), Some("ana@acme.example"));
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
            // One at a place: behind an empty line something else begins.
            let places =
                breaks.into_iter().map(|(place, line_break)| (place.index(credential.len()), line_break));
            for (place, line_break) in places.collect::<BTreeMap<_, _>>().into_iter().rev() {
                text.insert_str(place, &line_break);
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
