//! A project token's secret value: what an agent or script presents to the API.

use std::{
    fmt,
    sync::{Arc, Weak},
};

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};
use uuid::Uuid;

use crate::TokenId;

/// A token's value. `Debug` hides it, it has no `Serialize`, and it is wiped when its last clone is dropped.
#[derive(Clone)]
pub struct TokenValue(Arc<SecretString>);

/// The last six characters of a value: enough to tell tokens apart, too few to be useful to anyone else. The first
/// characters are the same for all tokens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ValueSuffix([u8; ValueSuffix::LEN]);

/// A project token that somebody found, with what it says of itself. Nobody has verified that.
#[derive(Clone, Debug)]
pub struct FoundToken {
    /// The token's id.
    pub id: Uuid,
    /// The id of the project it belongs to.
    pub project: Uuid,
    /// The token itself.
    pub value: TokenValue,
}

impl FoundToken {
    /// Reads a text that is a project token and nothing else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let (id, project) = token_ids(text)?;
        Some(Self { id, project, value: TokenValue(Arc::new(SecretString::from(text))) })
    }

    /// Whether nothing of its signature is missing or hidden.
    pub(crate) fn is_whole(&self) -> bool {
        let value = self.value.secret().expose_secret();
        let signature = value.split_once('.').map_or("", |(_, signature)| signature).as_bytes();
        signature.len() >= crate::token_scan::SIGNATURE && signature.iter().any(|byte| *byte != signature[0])
    }

    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.value.secret().expose_secret() == other.value.secret().expose_secret()
    }
}

impl TokenValue {
    /// The value itself, for the clipboard.
    #[must_use]
    pub fn secret(&self) -> &SecretString {
        &self.0
    }

    /// Refers to it as long as there is a clone.
    pub(crate) fn downgrade(&self) -> Weak<SecretString> {
        Arc::downgrade(&self.0)
    }

    /// Whether this is one of the placeholders that servers send instead of a value: an empty text, `redacted`, a run of one
    /// masking character, or anything with an ellipsis or three masking characters in a row. Every other text is a value, as formats
    /// may change.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        let text = self.0.expose_secret().trim();
        let mut characters = text.chars();
        let is_mask = match characters.next() {
            None => true,
            Some(first) => "*•●xX-".contains(first) && characters.all(|c| c == first),
        };
        let word = text.trim_matches(|c: char| c.is_ascii_punctuation());
        let is_word =
            ["redacted", "filtered", "masked", "hidden"].iter().any(|own| word.eq_ignore_ascii_case(own));
        // None of them is in the alphabet of any token.
        is_mask || is_word || ["…", "...", "***", "•••", "●●●"].iter().any(|mask| text.contains(mask))
    }

    /// The suffix, if this is the real value of the token with this id.
    #[must_use]
    pub fn suffix(&self, id: &TokenId) -> Option<ValueSuffix> {
        ValueSuffix::of(self.0.expose_secret(), id)
    }
}

impl fmt::Debug for TokenValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenValue(redacted)")
    }
}

impl<'de> Deserialize<'de> for TokenValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SecretString::deserialize(deserializer).map(|value| Self(Arc::new(value)))
    }
}

impl ValueSuffix {
    /// How many characters are kept.
    pub const LEN: usize = 6;

    /// The suffix of a value that contains the id of its own row. A server that hides values sends something else in their
    /// place, and the end of that would be misleading.
    pub(crate) fn of(value: &str, id: &TokenId) -> Option<Self> {
        if token_ids(value)?.0 != id.uuid()? {
            return None;
        }
        let end = value.as_bytes().last_chunk::<{ Self::LEN }>()?;
        Some(Self(*end))
    }

    /// The same of a value as JSON writes it. A value of the documented format has no characters to escape.
    pub(crate) fn of_json(json: &str, id: &TokenId) -> Option<Self> {
        Self::of(json.strip_prefix('"')?.strip_suffix('"')?, id)
    }

    /// The characters, all of the base64url alphabet.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // `of` checked the alphabet.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for ValueSuffix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ValueSuffix(…{})", self.as_str())
    }
}

/// The ids of the token and of its project in a project token. Does not verify the signature.
pub(crate) fn token_ids(text: &str) -> Option<(Uuid, Uuid)> {
    #[derive(Deserialize)]
    struct Ids {
        #[serde(rename = "TokenID")]
        token: Uuid,
        #[serde(rename = "ProjectID")]
        project: Uuid,
    }

    let (ids, signature) = text.split_once('.')?;
    // Two ids and their keys take 101 bytes; a much longer first part is something else.
    let mut json = [0; 256];
    let length = BASE64_URL_SAFE_NO_PAD.decode_slice(ids, &mut json).ok()?;
    let ids: Ids = serde_json::from_slice(&json[..length]).ok()?;
    let is_base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    (signature.len() >= ValueSuffix::LEN && signature.bytes().all(is_base64url))
        .then_some((ids.token, ids.project))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(token: Uuid, project: Uuid) -> String {
        let ids = format!(r#"{{"TokenID":"{token}","ProjectID":"{project}"}}"#);
        format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(ids), BASE64_URL_SAFE_NO_PAD.encode([42; 48]))
    }

    #[test]
    fn a_value_names_its_token_and_project() {
        let (token, project) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let value = value(token, project);
        assert_eq!(value.len(), 200, "two ids, a dot and a signature");
        assert_eq!(token_ids(&value), Some((token, project)));
    }

    #[test]
    fn only_the_real_value_of_its_own_row_has_a_suffix() {
        let (token, project) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let value = value(token, project);
        let suffix = ValueSuffix::of(&value, &TokenId::Uuid(token)).expect("its own row");
        assert_eq!(suffix.as_str(), &value[value.len() - 6..]);
        assert_eq!(ValueSuffix::of(&value, &TokenId::Uuid(project)), None);
        assert_eq!(ValueSuffix::of("********", &TokenId::Uuid(token)), None);
        assert_eq!(ValueSuffix::of("", &TokenId::Uuid(token)), None);
    }

    #[test]
    fn c85_an_id_in_another_spelling_has_a_suffix_too() {
        let token = Uuid::from_u128(0xabcdef);
        let value = value(token, Uuid::from_u128(2));
        for spelling in [
            token.to_string().to_uppercase(),
            token.braced().to_string(),
            token.urn().to_string(),
            token.simple().to_string(),
        ] {
            let suffix = ValueSuffix::of(&value, &TokenId::from(spelling.as_str()));
            assert_eq!(suffix.as_ref().map(ValueSuffix::as_str), value.get(194..), "{spelling}");
        }
    }

    #[test]
    fn c86_anything_but_a_known_placeholder_is_a_value() {
        let is_placeholder = |text: &str| TokenValue(Arc::new(SecretString::from(text))).is_placeholder();
        for placeholder in [
            "",
            " ",
            "*",
            "****",
            "redacted",
            "REDACTED",
            "[redacted]",
            "••••••••••••••••••••••••",
            "xxxxxxxx",
            "XXXX",
            "●●●●●●",
            "****7Zej",
            "••••••7ZejoQ",
            "eyJh****7ZejoQ",
            "[FILTERED]",
            "<masked>",
            "----",
            "eyJhbGciOiJIUzI1NiJ9…",
            "eyJhbGci...",
        ] {
            assert!(is_placeholder(placeholder), "{placeholder}");
        }
        let documented = value(Uuid::from_u128(1), Uuid::from_u128(2));
        for value in [
            documented.as_str(),
            "cal_0123456789abcdefghij",
            "chr_live:9f8e7d6c5b4a~0011223344556677",
            "k9fJ2mQx81",
            "xX",
            "a",
        ] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,300}", head in "[A-Za-z0-9_-]{0,500}") {
            let _ = token_ids(&text);
            let _ = token_ids(&format!("{head}.{text}"));
        }

        #[test]
        fn ids_are_read_from_a_value_however_its_json_is_spaced(
            token in any::<u128>().prop_map(Uuid::from_u128),
            project in any::<u128>().prop_map(Uuid::from_u128),
            other in any::<u128>().prop_map(Uuid::from_u128),
            signature in "[A-Za-z0-9_-]{6,80}",
            spaces in "[ \n]{0,8}",
            swapped in any::<bool>(),
        ) {
            let mut ids = [format!(r#""TokenID":"{token}""#), format!(r#""ProjectID":"{project}""#)];
            if swapped {
                ids.reverse();
            }
            let json = format!("{spaces}{{{}{spaces},{spaces}{}}}{spaces}", ids[0], ids[1]);
            let head = BASE64_URL_SAFE_NO_PAD.encode(json);
            let value = format!("{head}.{signature}");
            prop_assert_eq!(token_ids(&value), Some((token, project)));
            let suffix = ValueSuffix::of(&value, &TokenId::Uuid(token));
            prop_assert_eq!(suffix.as_ref().map(ValueSuffix::as_str), value.get(value.len() - ValueSuffix::LEN..));
            prop_assert_eq!(ValueSuffix::of(&value, &TokenId::Uuid(other)).is_some(), other == token);
            prop_assert_eq!(ValueSuffix::of(&value, &TokenId::Text("other".into())), None);
            prop_assert_eq!(ValueSuffix::of_json(&format!("\"{value}\""), &TokenId::Uuid(token)), suffix);
            for no_value in [&head, &format!("{value}.x"), &format!("{head}.{}", &signature[..5])] {
                prop_assert_eq!(token_ids(no_value), None);
            }
            let kept = TokenValue(Arc::new(SecretString::from(value)));
            prop_assert!(!kept.is_placeholder());
            let shown = format!("{kept:?} {suffix:?}");
            prop_assert!(!shown.contains(&head));
        }
    }
}
