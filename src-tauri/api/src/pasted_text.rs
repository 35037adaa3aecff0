//! Finds the bearer token in a pasted text: a header, a command, JSON, an assignment, a mail with wrapped lines.

use std::collections::HashMap;

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::{
    BearerToken, BearerTokenError,
    jwt_text::{Found, JWT_START, MAX_STARTS, begins_project_token, is_jwt, is_part, jwts, starts},
    message::is_invisible,
    token_scan::{SIGNATURE, TokenScanner},
    token_value::FoundToken,
};

/// The most text that is looked at. Nobody pastes more than this around a token.
const MAX_TEXT: usize = 256 * 1024;
/// More than a project token has.
const MAX_PROJECT_TOKEN: usize = 512;
/// The fields of a token response (RFC 6749) and of the files that tools keep, best first.
const FIELDS: [&str; 5] = ["access_token", "accessToken", "bearer", "token", "id_token"];
/// Those of them that name nothing else.
const ACCESS_TOKEN: [&str; 2] = ["access_token", "accessToken"];

/// The bearer token in a text. Drops invisible characters, and joins a token that is wrapped over several lines. A JWT is
/// taken out of whatever surrounds it; a token of another form, out of a header, JSON, an assignment or quotes.
///
/// # Errors
/// If there is none, several, or only a project token.
pub(crate) fn find(text: &str) -> Result<Zeroizing<String>, BearerTokenError> {
    if text.len() > MAX_TEXT {
        return Err(BearerTokenError::TooLong);
    }
    let visible = visible(text);
    let starts = starts(&visible);
    if starts.len() > MAX_STARTS {
        return Err(BearerTokenError::Several);
    }
    let mut tokens = jwts(&visible, &starts);
    // A token response also has an `id_token`, and a command may have a cookie.
    let is_meant = |found: &Found| {
        let before = &visible[..found.start];
        ACCESS_TOKEN.iter().any(|name| is_named(before, name)) || ends_with_scheme(before)
    };
    if tokens.iter().any(is_meant) {
        tokens.retain(is_meant);
    } else if !tokens.is_empty() {
        if let Some(word) = meant_opaque(&visible) {
            return Ok(word);
        }
        // Which of the two is meant is a guess, and the wrong one is a credential for something else.
        if named_word(&visible).is_some() {
            return Err(BearerTokenError::Several);
        }
    }
    if tokens.iter().any(|found| found.token != tokens[0].token) {
        return Err(BearerTokenError::Several);
    }
    if let Some(found) = tokens.pop() {
        return Ok(found.token);
    }
    if has_project_token(&visible, &starts) {
        return Err(BearerTokenError::IsProjectToken);
    }
    opaque(&visible)
}

/// The project token in a text that holds the value of just one, whatever surrounds it.
#[must_use]
pub fn find_project_token(text: &str) -> Option<FoundToken> {
    if text.len() > MAX_TEXT {
        return None;
    }
    let visible = visible(text);
    let starts = starts(&visible);
    if starts.len() > MAX_STARTS {
        return None;
    }
    let mut found = starts.iter().filter_map(|start| project_token_at(&visible[*start..]));
    // A part of one would be refused as if the whole were.
    let first = found.next().filter(FoundToken::is_whole)?;
    found.all(|other| other.is_same(&first)).then_some(first)
}

fn visible(text: &str) -> Zeroizing<String> {
    // As large as it can become, as growing would leave copies behind.
    let mut visible = Zeroizing::new(String::with_capacity(text.len()));
    visible.extend(text.chars().filter(|c| !is_invisible(*c)));
    visible
}

/// Whether a text ends with the scheme of a header.
fn ends_with_scheme(before: &str) -> bool {
    let before = before.trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
    before
        .len()
        .checked_sub(6)
        .and_then(|at| before.get(at..))
        .is_some_and(|end| end.eq_ignore_ascii_case("bearer"))
}

/// A token of another form that is called the access token, in a text with a JWT that is not. A variable in its place is none.
fn meant_opaque(text: &str) -> Option<Zeroizing<String>> {
    if let Some(value) = field_of_json(text, &ACCESS_TOKEN) {
        return opaque_word(value.expose_secret()).ok();
    }
    let in_query = ACCESS_TOKEN.iter().find_map(|name| {
        let (_, after) = text.split_once(&format!("{name}="))?;
        after.split(|c: char| c.is_whitespace() || "&;,\"'`".contains(c)).next()
    });
    let word = opaque_word(in_query.or_else(|| after_bearer(text))?).ok()?;
    word.bytes().any(|b| b.is_ascii_digit()).then_some(word)
}

fn has_project_token(text: &str, starts: &[usize]) -> bool {
    starts.iter().any(|start| project_token_at(&text[*start..]).is_some())
}

/// The project token that begins here, over line breaks and indentation. Other text may follow.
fn project_token_at(text: &str) -> Option<FoundToken> {
    let mut token = Zeroizing::new(String::with_capacity(MAX_PROJECT_TOKEN));
    let mut dot = None;
    let mut is_wrapped = false;
    for c in text.chars() {
        let signature = dot.map(|dot: usize| token.len() - dot - 1);
        let is_complete = signature.is_some_and(|length| length >= SIGNATURE);
        if c.is_whitespace() || c == '\\' {
            is_wrapped |= signature.is_some_and(|length| length > 0);
            continue;
        }
        let is_second_dot = c == '.' && dot.is_some();
        let is_foreign = !c.is_ascii() || !is_part(c as u8) || is_second_dot;
        // A complete token is not continued on the next line, whatever is there.
        if is_foreign || (is_wrapped && is_complete) || token.len() == MAX_PROJECT_TOKEN {
            break;
        }
        if c == '.' {
            dot = Some(token.len());
        }
        token.push(c);
    }
    FoundToken::read(&token)
}

/// Whether a text ends with a field of this name and its separator, as in JSON, in a query or in an assignment.
fn is_named(before: &str, name: &str) -> bool {
    before.trim_end_matches(|c: char| c.is_whitespace() || "\"':=".contains(c)).ends_with(name)
}

/// A token of another form, with what people copy around it.
fn opaque(text: &str) -> Result<Zeroizing<String>, BearerTokenError> {
    if let Some(value) = field_of_json(text, &FIELDS) {
        return opaque_word(value.expose_secret());
    }
    match opaque_word(text) {
        Err(error) if error != BearerTokenError::IsProjectToken => {
            let word = after_bearer(text).and_then(|word| opaque_word(word).ok());
            word.or_else(|| named_word(text)).ok_or(error)
        }
        found => found,
    }
}

/// The word behind `Bearer` or an access token's name in code and commands, if it can be nothing but a token.
fn named_word(text: &str) -> Option<Zeroizing<String>> {
    const NAMES: [&str; 4] = ["bearer", "access_token", "accesstoken", "access-token"];
    const BETWEEN: &str = "\"'`“”‘’:=^\\";
    const BEHIND: &str = "\"'`“”‘’^\\&,;<>()[]{}|";
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    NAMES.iter().flat_map(|name| lower.match_indices(name)).find_map(|(at, name)| {
        let rest = &text[at + name.len()..];
        let word = rest.trim_start_matches(|c: char| c.is_whitespace() || BETWEEN.contains(c));
        let end = word.find(|c: char| c.is_whitespace() || BEHIND.contains(c)).unwrap_or(word.len());
        let word = &word[..end];
        let may_be = !rest.starts_with(word) && word.len() >= 8;
        let is_jwt = word.starts_with(JWT_START);
        (may_be && !is_jwt && word.bytes().any(|b| b.is_ascii_digit()))
            .then(|| opaque_word(word).ok())
            .flatten()
    })
}

/// The text without quotes, an assignment, a header's name and line breaks, if what is left is one word.
fn opaque_word(text: &str) -> Result<Zeroizing<String>, BearerTokenError> {
    let mut named = false;
    // The marks of a code block have lines of their own.
    let is_mark = |line: &&str| !line.trim_start().starts_with("```");
    let mut marked = Zeroizing::new(String::with_capacity(text.len() + 1));
    for line in text.lines().filter(is_mark) {
        marked.push_str(line);
        marked.push('\n');
    }
    let text = without_wrapping(&marked, &mut named);
    let mut word = Zeroizing::new(String::with_capacity(text.len()));
    for line in text.lines() {
        let line = line.trim().trim_end_matches('\\').trim_end();
        // Nothing goes on behind an empty line.
        if line.is_empty() {
            return Err(BearerTokenError::BadCharacters);
        }
        word.push_str(line);
    }
    // A line break may be all that separates `Bearer` from the token.
    let word = Zeroizing::new(without_wrapping(&word, &mut named).to_owned());
    if word.is_empty() {
        return Err(BearerTokenError::Empty);
    }
    if word.len() > BearerToken::MAX_BYTES {
        return Err(BearerTokenError::TooLong);
    }
    // The alphabet of RFC 6750.
    let is_allowed = |b: u8| is_part(b) || matches!(b, b'~' | b'+' | b'/');
    if hides_project_token(&word) {
        return Err(BearerTokenError::IsProjectToken);
    }
    // A JWT that is glued to something else: which part belongs to it is a guess.
    let hides_jwt = word.match_indices(JWT_START).any(|(at, _)| at > 0 && is_jwt(&word[at..]));
    if word.trim_end_matches('=').bytes().all(is_allowed) && !word.starts_with('=') && !hides_jwt {
        Ok(word)
    } else {
        Err(BearerTokenError::BadCharacters)
    }
}

/// Whether a project token is in a word, glued to something else or in Base64.
fn hides_project_token(word: &str) -> bool {
    let mut starts = word.match_indices(JWT_START).take(MAX_STARTS);
    starts.any(|(at, _)| begins_project_token(&word[at..])) || TokenScanner::finds_any(word)
}

/// The first of these fields that a JSON object has, such as a token response.
fn field_of_json(text: &str, names: &[&str]) -> Option<SecretString> {
    let fields: HashMap<String, &RawValue> = serde_json::from_str(text.trim()).ok()?;
    names.iter().find_map(|name| serde_json::from_str(fields.get(*name)?.get()).ok())
}

/// The word behind the header's `Bearer` in a command: up to the next quote, or the end of the line.
fn after_bearer(text: &str) -> Option<&str> {
    const SCHEME: &str = "bearer ";
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let start = lower.find(SCHEME)?;
    if !lower[..start].trim_end().ends_with([':', '=']) {
        return None;
    }
    text[start + SCHEME.len()..].trim_start().split(['"', '\'', '`', '\n', '\r', '”', '’']).next()
}

/// A name is dropped once: what has two is no assignment.
fn without_wrapping<'t>(text: &'t str, named: &mut bool) -> &'t str {
    let quotes: &[char] = &['"', '\'', '`', '“', '”', '‘', '’', ',', ';'];
    let mut text = text;
    loop {
        let shorter = text.trim().trim_matches(quotes);
        let shorter = without_prefix(shorter, "authorization:");
        let unnamed = if *named { shorter } else { without_name(shorter) };
        *named |= unnamed.len() < shorter.len();
        let shorter = unnamed;
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

/// Without a variable's or a field's name: `token=`, `export TOKEN=`, `TOKEN:`.
fn without_name(text: &str) -> &str {
    let rest = without_prefix(text, "export").trim_start();
    let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')).count();
    let name = &rest[..length];
    let after = rest[length..].trim_start();
    match after.chars().next() {
        Some(':' | '=') if !name.is_empty() => {
            let value = &after[1..];
            // Padding at the end of the token.
            if value.trim_matches('=').is_empty() { text } else { value.trim_start() }
        }
        _ => text,
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

    use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
    use uuid::Uuid;

    use super::*;

    fn encode(text: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(text)
    }

    fn jwt(algorithm: &str, signature: usize) -> String {
        let header = encode(&format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#));
        format!(
            "{header}.{}.{}",
            encode(r#"{"exp":1900000000,"sub":"ana"}"#),
            "s1G-".repeat(200).split_at(signature).0
        )
    }

    fn found(text: &str) -> Result<String, BearerTokenError> {
        find(text).map(|token| token.to_string())
    }

    #[test]
    fn c75_a_project_token_is_found_whatever_surrounds_it_and_only_if_it_is_one() {
        let ids = |n: u128| (Uuid::from_u128(n), Uuid::from_u128(n + 1));
        let value = |n: u128| {
            let (token, project) = ids(n);
            let json = format!(r#"{{"TokenID":"{token}","ProjectID":"{project}"}}"#);
            format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(json), BASE64_URL_SAFE_NO_PAD.encode([7; 48]))
        };
        let one = value(1);
        let wrapped = format!("{}\n  {}", &one[..76], &one[76..]);
        for text in [
            one.clone(),
            format!("  \"{one}\",\n"),
            format!("Bearer {one}"),
            format!("X-Project-Token: {one}"),
            format!("CALYPTIA_CLOUD_TOKEN='{one}'"),
            format!("{{\"token\": \"{one}\"}}"),
            format!("\u{200b}{one}\u{feff}"),
            format!("{one} is {one}."),
            format!("{one} is live"),
            format!("CALYPTIA_CLOUD_TOKEN={one}\nOTHER=1\n"),
            format!("    api_key       {one}\n    calyptia_host example.com\n"),
            format!("{wrapped}\nnext line"),
            wrapped,
        ] {
            let found = find_project_token(&text).expect(&text);
            assert_eq!((found.id, found.project), ids(1), "{text}");
            assert_eq!(found.value.secret().expose_secret(), one, "{text}");
        }
        let bearer = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbmEifQ.c2lnbmF0dXJl";
        let (ids, _) = one.split_once('.').expect("two parts");
        let masked = format!("{ids}.{}", "x".repeat(64));
        let quoted = format!("> {}\n> {}", &one[..160], &one[160..]);
        for part in [masked.as_str(), &quoted, &format!("{}…", &one[..190]), &format!("{ids}.REDACTED")] {
            assert!(find_project_token(part).is_none(), "{part}");
        }
        for glued in [
            format!("The leaked token is {one}."),
            format!("{one}. Please revoke it."),
            format!("{one}..."),
            format!("-{one}"),
            format!("_{one}_"),
            format!("{one}.txt"),
            format!("{one}\n{one}"),
            base64::prelude::BASE64_STANDARD.encode(&one),
        ] {
            assert_eq!(found(&glued), Err(BearerTokenError::IsProjectToken), "{glued}");
        }
        for text in ["", "edge", &one[..130], bearer, &format!("{one}\n{}", value(3)), &one.repeat(2000)] {
            assert!(find_project_token(text).is_none(), "{text}");
        }
    }

    #[test]
    fn c68_a_token_is_taken_out_of_what_surrounds_it() {
        let token = jwt("RS256", 342);
        let (first, second) = token.split_at(70);
        let (second, third) = second.split_at(100);
        for text in [
            format!("curl -sS https://host/v1/projects -H 'Authorization: Bearer {token}' -H 'Accept: */*'"),
            format!("curl \\\n  -H \"authorization: bearer {token}\" \\\n  https://host"),
            format!("GET /v1/projects HTTP/1.1\r\nAuthorization: Bearer {token}\r\nHost: host\r\n\r\n"),
            format!("Here is it:\n\n{token}\n\nThanks"),
            format!("Here is it: {token}."),
            format!("{first}\u{ad}{second}\u{200c}{third}"),
            format!("\u{202a}{token}\u{202c}"),
            format!("  {first}\n    {second}\r\n\t{third}\n"),
            format!("TOKEN={first}\\\n{second}{third}"),
            format!("{first} {second} {third}"),
            format!("<{token}>"),
            format!("[token]({token})"),
            format!("Bearer%20{token}"),
            format!("{token}\nedge\n"),
            format!("{token} {token}"),
        ] {
            assert_eq!(found(&text).as_deref(), Ok(token.as_str()), "{text}");
        }
        let encrypted = format!("{}..{}.c1.d2", encode(r#"{"alg":"dir"}"#), encode("iv"));
        assert_eq!(found(&format!("Bearer {encrypted}\n")), Ok(encrypted));
    }

    #[test]
    fn c69_json_and_assignments_are_read_and_nothing_is_sent_with_its_wrapping() {
        let token = jwt("HS256", 43);
        let other = jwt("ES256", 86);
        for text in [
            format!(r#"{{"access_token":"{token}"}}"#),
            format!(r#"{{"id_token":"{other}", "access_token": "{token}","expires_in":86400}}"#),
            format!("id_token={other}&access_token={token}&token_type=Bearer"),
            format!("https://app.example/#access_token={token}&expires_in=1"),
            format!("token={token}"),
            format!("export TOKEN=\"{token}\""),
            format!("token: '{token}',"),
            format!(r#"{{"idToken":"{other}","accessToken":"{token}"}}"#),
            format!("curl https://host -H 'cookie: s={other}' -H 'authorization: Bearer {token}'"),
            format!("TOKEN={token} curl -H \"Authorization: Bearer $TOKEN\" https://host"),
        ] {
            assert_eq!(found(&text).as_deref(), Ok(token.as_str()), "{text}");
        }
        for text in [
            r#"{"access_token":"opaque-1~2"}"#,
            r#"{ "token" : "opaque-1~2", "expires": 5 }"#,
            "token=opaque-1~2",
            "export TOKEN='opaque-1~2'",
            "TOKEN: opaque-1~2",
            "curl -H 'Authorization: Bearer opaque-1~2' https://host",
            "Authorization: Bearer opaque-1~2\r\nHost: host",
        ] {
            assert_eq!(found(text).as_deref(), Ok("opaque-1~2"), "{text}");
        }
        // Another credential beside it is not taken for it.
        for text in [
            format!(r#"{{"access_token":"opaque-1~2","id_token":"{other}"}}"#),
            format!(r#"{{"accessToken":"opaque-1~2","refresh_token":"{other}"}}"#),
            format!("https://app.example/#access_token=opaque-1~2&id_token={other}"),
            format!("curl https://host -H 'cookie: s={other}' -H 'authorization: Bearer opaque-1~2'"),
        ] {
            assert_eq!(found(&text).as_deref(), Ok("opaque-1~2"), "{text}");
        }
        for text in [
            format!(
                r#"fetch("https://host", {{"authorization": "Bearer opaque-1~2", "cookie": "s={other}"}})"#
            ),
            format!(r#"-Headers @{{"authorization"="Bearer opaque-1~2"; "cookie"="s={other}"}}"#),
            format!("curl ^\"https://host^\" -H ^\"authorization: Bearer opaque-1~2^\" -b ^\"s={other}^\""),
            format!(r#"{{"body":{{"access_token":"opaque-1~2","id_token":"{other}"}}}}"#),
            format!("access_token: opaque-1~2\nid_token: {other}\n"),
            format!("ACCESS_TOKEN=opaque-1~2\nID_TOKEN={other}\n"),
            format!("the bearer: production-eu-1 {other}"),
        ] {
            assert_eq!(found(&text), Err(BearerTokenError::Several), "{text}");
        }
        for text in [
            r#"{"Authorization": "Bearer opaque-1~2"}"#,
            r#"headers = {"Authorization": "Bearer opaque-1~2"}"#,
            r#"@{ Authorization = "Bearer opaque-1~2" }"#,
            "curl -H ^\"authorization: Bearer opaque-1~2^\" ^\"https://host^\"",
            "```text\nopaque-1~2\n```",
        ] {
            assert_eq!(found(text).as_deref(), Ok("opaque-1~2"), "{text}");
        }
        assert_eq!(found("opaque-1~2\n\nThanks"), Err(BearerTokenError::BadCharacters));
        let large = jwt("RS256", 683);
        for cut in [342, 512] {
            let text = format!(
                "{}\n{}\n\nThanks",
                &large[..large.len() - 683 + cut],
                &large[large.len() - 683 + cut..]
            );
            assert_eq!(found(&text).as_deref(), Ok(large.as_str()), "{cut}");
        }
        let encrypted = format!("{other}.d2.d2");
        assert_eq!(found(&format!("Here:\n\n{encrypted}\n\nThanks\n")).as_deref(), Ok(encrypted.as_str()));
        for text in [
            "{\"key\":\"opaque\"}",
            "a=b=c",
            "a:b@c",
            "see https://host/a",
            "Bearer token required",
            "not a bearer token",
        ] {
            assert_eq!(found(text), Err(BearerTokenError::BadCharacters), "{text}");
        }
        assert_eq!(found(&format!("{token}\n\n{other}")), Err(BearerTokenError::Several));
        let two = format!("access_token={token}&access_token={other}");
        assert_eq!(found(&two), Err(BearerTokenError::Several));
        assert_eq!(found("b3BhcXVl=="), Ok("b3BhcXVl==".into()));
    }

    #[test]
    fn c68_text_without_end_and_texts_that_begin_many_tokens_are_refused_soon() {
        let token = jwt("RS256", 342);
        let long = format!("{}{token}", " ".repeat(MAX_TEXT));
        assert_eq!(found(&long), Err(BearerTokenError::TooLong));
        for gap in [" ", "\n", "."] {
            let begins = format!("eyJ{gap}").repeat(MAX_TEXT / 4);
            assert!(found(&begins).is_err(), "{gap}");
        }
        assert_eq!(found(&"eyJ".repeat(MAX_TEXT / 4)), Err(BearerTokenError::TooLong));
    }

    #[test]
    fn a_project_token_is_recognized_in_a_command_unless_a_bearer_token_is_there() {
        let ids = encode(
            r#"{"TokenID":"5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10","ProjectID":"0e0d0a52-6f7b-4a37-8e2e-7d8a3a3d1c11"}"#,
        );
        let project = format!("{ids}.{}", "a".repeat(64));
        let text = format!("curl -H 'X-Project-Token: {project}' https://host");
        assert_eq!(found(&text), Err(BearerTokenError::IsProjectToken));
        let bearer = jwt("RS256", 342);
        assert_eq!(found(&format!("{text} -H 'Authorization: Bearer {bearer}'")), Ok(bearer));
    }

    fn wrapping() -> impl Strategy<Value = (String, String)> {
        // No text that could itself be the rest of a token.
        let words = "([a-z]{1,8}[ :=/\\n]{1,2}){0,6}";
        (words, "[\"'`<(\\[ \n]", "[\"'`>)\\], \n;&]([a-z]{1,8}[ :/]){0,4}")
            .prop_map(|(a, b, c)| (format!("{a}{b}"), c))
    }

    proptest! {
        #[test]
        fn c68_any_text_around_a_jwt_leads_to_that_jwt_or_to_a_refusal(
            algorithm in prop::sample::select(vec![("RS256", 342), ("HS256", 43), ("ES256", 86), ("none", 0), ("X", 17)]),
            before in "(?s).{0,80}",
            behind in "(?s)([ \\n\"',;:<>()&]\\PC{0,80})?",
        ) {
            let token = jwt(algorithm.0, algorithm.1);
            if let Ok(text) = found(&format!("{before}{token}{behind}")) {
                // What follows on lines of its own may be the rest of a signature of unknown length.
                prop_assert!(text.starts_with(&token), "{text}");
                prop_assert!(algorithm.1 < 18 || text == token, "{text}");
            }
        }

        #[test]
        fn c68_words_and_punctuation_around_a_jwt_are_dropped((before, behind) in wrapping()) {
            let token = jwt("RS256", 342);
            prop_assert_eq!(found(&format!("{before}{token}{behind}")), Ok(token));
        }

        #[test]
        fn c68_a_jwt_can_be_wrapped_anywhere(
            places in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
            gap in prop::sample::select(vec!["\n", "\r\n", "\n    ", "\u{ad}", "\u{200c}", " \n\t", "\\\n"]),
            length in prop::sample::select(vec![342, 512, 683]),
        ) {
            let token = jwt("RS256", length);
            let mut places: Vec<usize> = places.iter().map(|place| 1 + place.index(token.len() - 1)).collect();
            places.sort_unstable();
            places.dedup();
            let mut text = token.clone();
            places.iter().rev().for_each(|place| text.insert_str(*place, gap));
            // Cut in its first characters, a JWT is not recognized; joined as a whole, it is.
            prop_assert_eq!(found(&text), Ok(token));
        }
    }
}
