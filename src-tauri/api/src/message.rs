//! Makes a server's error message fit to show.

/// The longest run of characters that are common in credentials. Ids have 36.
const MAX_WORD: usize = 40;
/// The longest message, in characters.
const MAX_MESSAGE: usize = 200;

/// One line of at most 200 characters. `None` if nothing is left, or if the message holds `secret` or a run of characters
/// that is long enough to be a credential.
pub(crate) fn clean_message(message: &str, secret: &str) -> Option<String> {
    if message.contains(secret) {
        return None;
    }
    let is_token_character = |c: char| c.is_ascii_alphanumeric() || "-_.+/=".contains(c);
    if message.split(|c| !is_token_character(c)).any(|word| word.len() > MAX_WORD) {
        return None;
    }
    let line: String =
        message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_MESSAGE).collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_clean_line_without_credentials() {
        assert_eq!(clean_message("token name taken", "opaque").as_deref(), Some("token name taken"));
        assert_eq!(clean_message("a\nb\u{1b}[0m", "opaque").as_deref(), Some("a b [0m"));
        let id = "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10 gone";
        assert_eq!(clean_message(id, "opaque").as_deref(), Some(id));
        assert_eq!(clean_message(&format!("bad token {}", "eyJhbGciOi".repeat(8)), "opaque"), None);
        assert_eq!(clean_message("unknown credential opaque", "opaque"), None);
        assert_eq!(clean_message(" \n ", "opaque"), None);
        let long = clean_message(&"ab ".repeat(1000), "opaque").expect("short words");
        assert_eq!(long.len(), "ab ".repeat(67)[..200].trim().len());
    }
}
