//! Recognizes tokens in text, before it is known what they are for.

use zeroize::Zeroizing;

/// The most text that is looked at. Nobody pastes more than this around a token.
const MAX_TEXT: usize = 1024 * 1024;

/// Whether a text holds a bearer token or a project token, whatever stands around it and however it is wrapped. Both begin with
/// Base64 of a JSON object, followed by a dot. Tokens of another form are not recognized.
#[must_use]
pub fn holds_token(text: &str) -> bool {
    let is_inside = |letter: char| letter.is_ascii_graphic();
    // As large as it can become, as growing would leave copies behind.
    let mut joined = Zeroizing::new(String::with_capacity(text.len().min(MAX_TEXT)));
    joined.extend(text.chars().take(MAX_TEXT).filter(|letter| is_inside(*letter)));
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
        for text in ["", "edge", "eyJ", "eyJhbGciOiJub25lIn0", "https://host.example/eyJ.html", "a.b.c"] {
            assert!(!holds_token(text), "{text}");
        }
    }
}
