//! Finds the JWTs in a text, also those that are wrapped over several lines.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::{Deserialize, de::IgnoredAny};
use zeroize::Zeroizing;

use crate::BearerToken;

/// How a JWT begins: `{"` in base64.
pub(crate) const JWT_START: &str = "eyJ";
/// The most words that are taken for a token's beginning, and the most lines of one. More of them are no paste, and would take
/// long to read.
pub(crate) const MAX_STARTS: usize = 32;
const MAX_LINES: usize = 512;

/// A JWT, and where it begins.
pub(crate) struct Found {
    pub(crate) start: usize,
    pub(crate) token: Zeroizing<String>,
}

/// Where a word begins as tokens do.
pub(crate) fn starts(text: &str) -> Vec<usize> {
    let starts = text.match_indices(JWT_START).map(|(start, _)| start);
    starts.filter(|start| begins_word(&text[..*start])).take(MAX_STARTS + 1).collect()
}

/// Every JWT in a text (JWS with three parts, JWE with five), each where it begins.
pub(crate) fn jwts(text: &str, starts: &[usize]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    for &start in starts {
        // A line of the one before can begin so, too.
        if start < from {
            continue;
        }
        let (token, length) = joined(&text[start..]);
        let token = without_dots_behind(&token);
        if is_jwt(token) {
            found.push(Found { start, token: Zeroizing::new(token.to_owned()) });
            from = start + length;
        }
    }
    found
}

/// Whether what follows is not the middle of something longer. Percent-encoding and escapes end in a letter or digit.
fn begins_word(before: &str) -> bool {
    let mut last = before.bytes().rev();
    match last.next() {
        Some(b'n' | b'r' | b't') if before.as_bytes().iter().rev().nth(1) == Some(&b'\\') => true,
        Some(b) if is_part(b) => {
            b.is_ascii_hexdigit()
                && before.as_bytes().iter().rev().nth(2) == Some(&b'%')
                && last.next().is_some_and(|b| b.is_ascii_hexdigit())
        }
        _ => true,
    }
}

/// The characters of base64url, and the dots between parts.
pub(crate) fn is_part(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')
}

fn part_length(text: &str) -> usize {
    text.bytes().take_while(|b| is_part(*b)).count()
}

/// The token that begins here, over line breaks and indentation, and how much of the text it takes. A line goes on with the
/// next one if that holds nothing else.
fn joined(text: &str) -> (Zeroizing<String>, usize) {
    let mut end = part_length(text);
    // What is longer is refused anyway.
    let mut token =
        Zeroizing::new(String::with_capacity(end.max(2 * BearerToken::MAX_BYTES).min(text.len())));
    token.push_str(&text[..end]);
    for _ in 0..MAX_LINES {
        let Line { space, text: next, length, is_alone } = next_line(&text[end..]);
        let goes_on = match completeness(&token) {
            Completeness::Complete => is_longer(&token, &text[end..]),
            // A single word behind a space may be anything, unless something is missing.
            Completeness::Unknown => {
                space.contains(['\n', '\r'])
                    && space.matches('\n').count() < 2
                    && !followed_by_words(&next[length..])
            }
            Completeness::Incomplete => true,
        };
        let has_room = token.len() + length <= token.capacity();
        if space.is_empty() || length == 0 || !is_alone || !goes_on || !has_room {
            break;
        }
        token.push_str(&next[..length]);
        end = text.len() - next.len() + length;
    }
    (token, end)
}

/// What follows a part of a token.
struct Line<'t> {
    /// What separates them.
    space: &'t str,
    text: &'t str,
    /// How much of it may be a part of a token.
    length: usize,
    /// Whether nothing else is attached to that.
    is_alone: bool,
}

fn next_line(rest: &str) -> Line<'_> {
    // A shell continues a line after a backslash.
    let gap = rest.strip_prefix('\\').unwrap_or(rest);
    let text = gap.trim_start();
    let length = part_length(text);
    let after = text[length..].chars().next();
    let is_alone = after.is_none_or(|c| c.is_whitespace() || "\"'`”’\\,;)}]>".contains(c));
    Line { space: &gap[..gap.len() - text.len()], text, length, is_alone }
}

/// Whether the lines behind a token that could be complete make it exactly as long as one with a larger key.
fn is_longer(token: &str, mut rest: &str) -> bool {
    let lengths = token.split('.').next().and_then(signature_lengths).unwrap_or_default();
    let mut length = token.rsplit('.').next().map_or(0, str::len);
    while lengths.last().is_some_and(|longest| length < *longest) {
        let line = next_line(rest);
        if !line.space.contains(['\n', '\r']) || line.length == 0 || !line.is_alone {
            return false;
        }
        length += line.length;
        if lengths.contains(&length) {
            return true;
        }
        rest = &line.text[line.length..];
    }
    false
}

/// Whether other words follow on the same line, so that it is a sentence and not the rest of a token.
fn followed_by_words(text: &str) -> bool {
    let line = text.split(['\n', '\r']).next().unwrap_or_default();
    line.contains(char::is_alphanumeric)
}

enum Completeness {
    Complete,
    Incomplete,
    Unknown,
}

/// Whether all of a JWT is there, as far as its header tells how long its signature is.
fn completeness(token: &str) -> Completeness {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, _, signature] = parts[..] else {
        return if parts.len() < 3 { Completeness::Incomplete } else { Completeness::Unknown };
    };
    let Some(lengths) = signature_lengths(header) else { return Completeness::Unknown };
    match signature.len() {
        length if lengths.contains(&length) => Completeness::Complete,
        length if length < lengths[0] => Completeness::Incomplete,
        _ => Completeness::Unknown,
    }
}

/// The lengths that signatures have with the algorithm of this header, shortest first.
fn signature_lengths(header: &str) -> Option<&'static [usize]> {
    // In base64url: 32, 48 and 64 bytes; two numbers of 32, 48 and 66 bytes; RSA keys of 2,048, 3,072 and 4,096 bits.
    Some(match algorithm(header)?.as_str() {
        "HS256" => &[43],
        "HS384" => &[64],
        "HS512" | "ES256" | "ES256K" | "EdDSA" | "Ed25519" => &[86],
        "ES384" => &[128],
        "ES512" => &[176],
        "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512" => &[342, 512, 683],
        _ => return None,
    })
}

#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    alg: Option<serde_json::Value>,
}

fn header(part: &str) -> Option<Header> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).ok()?;
    if !json.starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(&json).ok()
}

fn algorithm(part: &str) -> Option<String> {
    header(part)?.alg?.as_str().map(str::to_owned)
}

fn without_dots_behind(token: &str) -> &str {
    // "…token." at the end of a sentence. The third part of an unsigned JWT is empty.
    let mut token = token;
    while token.ends_with('.') && token.matches('.').count() > 2 {
        token = &token[..token.len() - 1];
    }
    token
}

pub(crate) fn is_jwt(token: &str) -> bool {
    let parts: Vec<&str> = token.split('.').collect();
    let has_parts = match parts.len() {
        3 => !parts[1].is_empty(),
        // The second may be empty: some keys are agreed on and not sent.
        5 => !parts[3].is_empty(),
        _ => false,
    };
    has_parts && header(parts[0]).is_some() && !begins_project_token(token)
}

/// Whether a text begins with the ids of a project token, whatever follows them.
pub(crate) fn begins_project_token(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Ids {
        #[serde(rename = "TokenID")]
        _token: IgnoredAny,
    }

    let ids = text.split('.').next().unwrap_or_default();
    let json = BASE64_URL_SAFE_NO_PAD.decode(ids).ok();
    json.is_some_and(|json| serde_json::from_slice::<Ids>(&json).is_ok())
}
