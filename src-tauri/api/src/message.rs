//! Makes a server's error message fit to show.

use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{DefaultIgnorableCodePoint, GeneralCategory},
};
use secrecy::SecretString;

use crate::secrets::{Secrets, readings, reveals};

/// The longest run of characters that are common in credentials. Ids have 36.
const MAX_WORD: usize = 40;
/// The longest message, in characters.
const MAX_MESSAGE: usize = 200;
/// How project tokens and JWTs begin: `{"TokenID":"`, `{"ProjectID":"`, `{"alg":"` and `{"typ":"JWT"` in base64.
const BEGINNINGS: [&str; 4] = ["eyJUb2tlbklEIjoi", "eyJQcm9qZWN0SUQiOi", "eyJhbGciOi", "eyJ0eXAiOiJKV1Qi"];

/// One line of at most 200 visible characters. `None` if nothing is left, or if the message gives away a secret that the
/// client knows or that came with the message, or has anything that could be a credential.
pub(crate) fn clean_message(
    message: &str,
    secrets: &Secrets,
    came_with_it: &[SecretString],
) -> Option<String> {
    if secrets.are_revealed_by(message, came_with_it) || looks_like_a_credential(message) {
        return None;
    }
    let visible = message.chars().filter(|c| !is_invisible(*c));
    let line: String = visible.map(|c| if breaks(c) { ' ' } else { c }).take(MAX_MESSAGE).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// Whether a text has a long run of characters that are common in credentials, or the beginning of a token.
fn looks_like_a_credential(text: &str) -> bool {
    let is_credential_character = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let mut words = Vec::new();
    let readings = readings(&visible);
    readings.iter().for_each(|reading| words.extend(reading.split(|c| !is_credential_character(c))));
    words.iter().any(|word| word.len() > MAX_WORD) || begins_a_credential(text)
}

/// Whether a text has the beginning of a project token or a JWT in it.
pub(crate) fn begins_a_credential(text: &str) -> bool {
    reveals(text, &BEGINNINGS)
}

/// Characters that nobody sees, or that change the order of others: marks for the direction of text, zero-width characters,
/// and letters without a shape.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    CodePointMapData::<GeneralCategory>::new().get(c) == GeneralCategory::Format
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

/// Control characters and the line and paragraph separators.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    use proptest::prelude::*;

    use super::*;

    fn clean(message: &str) -> Option<String> {
        clean_message(message, &Secrets::new("opaque".into()), &["a-value-0123456789".into()])
    }

    #[test]
    fn a_message_is_one_clean_line_without_credentials() {
        assert_eq!(clean("token name taken").as_deref(), Some("token name taken"));
        assert_eq!(clean("a\nb\u{1b}[0m").as_deref(), Some("a b [0m"));
        let id = "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10 gone";
        assert_eq!(clean(id).as_deref(), Some(id));
        assert_eq!(clean(&format!("bad token {}", "eyJhbGciOi".repeat(8))), None);
        assert_eq!(clean("unknown credential opaque"), None);
        assert_eq!(clean("unknown credential O p-a\nque"), None);
        assert_eq!(clean("unknown credential value 0123 456 789"), None);
        assert_eq!(clean(" \n \u{200b}"), None);
        let long = clean(&"ab ".repeat(1000)).expect("short words");
        assert_eq!(long.len(), "ab ".repeat(67)[..200].trim().len());
        assert_eq!(clean(&format!("{}opaque", "ab ".repeat(1000))), None, "behind what would be shown");
    }

    #[test]
    fn c18_what_looks_like_a_token_is_not_shown_although_it_is_unknown() {
        let ids = r#"{"TokenID":"5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10","ProjectID":"0e0d0a52-6f7b-4a37-8e2e-7d8a3a3d1c11"}"#;
        let value =
            format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(ids), BASE64_URL_SAFE_NO_PAD.encode([7; 48]));
        let spaced: Vec<_> = value.as_bytes().chunks(10).map(String::from_utf8_lossy).collect();
        let hidden: Vec<_> = value.as_bytes().chunks(30).map(String::from_utf8_lossy).collect();
        let run = "k9fJ2mQx81".repeat(5);
        let encoded: String = run.bytes().map(|byte| format!("%{byte:02X}")).collect();
        for text in [&value, &spaced.join(" "), &hidden.join("\u{200b}"), &run, &encoded] {
            assert_eq!(clean(&format!("who is {text}?")), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn c18_a_shown_message_has_no_control_bidi_or_zero_width_character(text in "(?s)(.|\\p{C}|\\p{Z}){0,60}") {
            let hidden = "a\u{202e}b\u{2066}c\u{200d}d\u{feff}e\u{ad}f\u{e0041}g\u{7}h\u{85}i\u{2028}j";
            for text in [format!("{text} {hidden}"), format!("{hidden}{text}")] {
                let Some(shown) = clean(&text) else { continue };
                prop_assert!(shown.chars().count() <= MAX_MESSAGE);
                let odd = |c: char| {
                    c.is_control()
                        || "\u{ad}\u{61c}\u{180e}\u{2028}\u{2029}\u{feff}".contains(c)
                        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
                        || matches!(c, '\u{fff9}'..='\u{fffb}' | '\u{e0001}'..='\u{e007f}')
                };
                prop_assert!(!shown.contains(odd), "{shown:?}");
            }
            let shown = clean(hidden);
            prop_assert_eq!(shown.as_deref(), Some("abcdefg h i j"));
        }
    }
}
