//! Recognizes tokens in text, before it is known what they are for.

use calyptia_api::TokenScanner;
use zeroize::Zeroizing;

/// The most text that is looked at. Nobody pastes more than this around a token.
const MAX_TEXT: usize = 1024 * 1024;

/// Whether a text holds a bearer token or a project token, whatever stands around it and however it is wrapped. Both begin with
/// Base64 of a JSON object, followed by a dot. Tokens of another form are not recognized.
#[must_use]
pub fn holds_token(text: &str) -> bool {
    let text = &text[..text.floor_char_boundary(MAX_TEXT)];
    // Between the pieces of one may be line breaks and indentation; in code, mails and JSON quotes, operators and marks as well.
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "-_.%".contains(letter);
    holds_whole(text, |letter| letter.is_ascii_graphic())
        || holds_whole(text, is_bare)
        // In Base64, as in a Kubernetes Secret.
        || TokenScanner::finds_any(text)
}

/// Whether a token is left of a text when all but some characters are dropped.
fn holds_whole(text: &str, is_kept: impl Fn(char) -> bool) -> bool {
    // As large as it can become, as growing would leave copies behind.
    let mut joined = Zeroizing::new(String::with_capacity(text.len()));
    for letter in text.chars().filter(|letter| is_kept(*letter)) {
        joined.push(letter);
        // A dot, where a token is part of an address.
        if joined.ends_with("%2E") || joined.ends_with("%2e") {
            let end = joined.len() - 3;
            joined.truncate(end);
            joined.push('.');
        }
    }
    let part = |text: &str| {
        let is_base64 =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'+' | b'/' | b'=');
        text.bytes().take_while(is_base64).count()
    };
    joined.match_indices("eyJ").any(|(start, _)| {
        let rest = &joined[start..];
        let head = part(rest);
        head >= 8 && rest[head..].strip_prefix('.').is_some_and(|rest| part(rest) >= 8)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p7_a_token_is_recognized_whatever_stands_around_it() {
        let bearer = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl";
        let project = "eyJUb2tlbklEIjoiMSJ9.abcdef0123456789";
        for token in [bearer, project] {
            let (first, second) = token.split_at(12);
            for text in [
                token.to_owned(),
                format!("Authorization: Bearer {token}\n"),
                format!("{{\"access_token\":\"{token}\"}}"),
                format!("{first}\n    {second}"),
                format!("{first}\u{ad}{second}"),
                format!("curl -H 'X-Project-Token: {token}' https://host"),
            ] {
                assert!(holds_token(&text), "{text}");
            }
        }
        let piece = |at: std::ops::Range<usize>| &bearer[at];
        let (one, two, three) = (piece(0..20), piece(20..40), piece(40..bearer.len()));
        for text in [
            format!("> {one}\n> {two}\n> {three}\n"),
            format!("token = \"{one}\" + \"{two}\" +\n  '{three}'"),
            format!("{{\"token\":\"{one}\\n{two}\\n{three}\"}}"),
            format!("{one}=\n{two}=\n{three}"),
            project.replace('.', "%2E"),
        ] {
            assert!(holds_token(&text), "{text}");
        }
        let ids = r#"{"TokenID":"5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10","ProjectID":"0e0d0a52-6f7b-4a37-8e2e-7d8a3a3d1c11"}"#;
        use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
        let value = format!(
            "{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(ids),
            BASE64_URL_SAFE_NO_PAD.encode([7; 24]) + &"b".repeat(32)
        );
        for shift in ["", "x", "xy"] {
            assert!(
                holds_token(&format!("token: {}", BASE64_STANDARD.encode(format!("{shift}{value}")))),
                "{shift}"
            );
        }
        for text in ["", "edge", "eyJ", "eyJhbGciOiJub25lIn0", "https://host.example/eyJ.html", "a.b.c"] {
            assert!(!holds_token(text), "{text}");
        }
    }
}
