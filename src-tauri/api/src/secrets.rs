//! The secrets that a client knows, and whether a text gives one of them away.
//!
//! This guards against accidents: a server or gateway that quotes a credential, whole or in part, wrapped, in another case,
//! percent-encoded, in base64 or in hexadecimal. A server that means harm knows its secrets anyway, and can write them in
//! ways that nothing recognizes.

use std::{
    collections::HashSet,
    fmt::Write as _,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

use crate::TokenValue;

/// A text that has this many letters and digits in a row in common with a secret gives it away.
const RUN: usize = 12;
/// Encodings and reversals of very short secrets are not looked for: they occur in ordinary words.
const MIN_DERIVED: usize = 8;
/// How often percent-encoding is undone.
const PERCENT_ROUNDS: usize = 3;

/// The bearer token of a client, and the token values that it has read and that somebody still holds. Clones share them.
#[derive(Clone)]
pub(crate) struct Secrets {
    bearer: Arc<SecretString>,
    /// A value is wiped when its last owner drops it; this does not keep it.
    values: Arc<Mutex<Vec<Weak<SecretString>>>>,
}

impl Secrets {
    pub(crate) fn new(bearer: SecretString) -> Self {
        Self { bearer: Arc::new(bearer), values: Arc::default() }
    }

    /// Looks for this value in texts as long as it is held. A placeholder is no secret.
    pub(crate) fn remember(&self, value: &TokenValue) {
        if value.is_placeholder() {
            return;
        }
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|value| value.strong_count() > 0);
        values.push(value.downgrade());
    }

    /// Whether a text gives away a secret that is known here, or one of `others`.
    pub(crate) fn are_revealed_by(&self, text: &str, others: &[SecretString]) -> bool {
        let values: Vec<_> = {
            let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            values.iter().filter_map(Weak::upgrade).collect()
        };
        let known = values.iter().map(|value| &**value).chain([&*self.bearer]);
        let secrets: Vec<_> = known.chain(others).map(|secret| secret.expose_secret()).collect();
        reveals(text, &secrets)
    }
}

/// A text in lower case, without anything but its letters and digits.
type Letters = Zeroizing<Vec<char>>;

/// Whether a text has a run of letters and digits in common with a secret, or with another form of one.
pub(crate) fn reveals(text: &str, secrets: &[&str]) -> bool {
    // A secret without letters and digits can only be looked for as it is.
    if secrets.iter().any(|secret| !secret.is_empty() && text.contains(secret)) {
        return true;
    }
    let readings: Vec<_> = readings(text).into_iter().chain(readings(&bare(text))).collect();
    let forms: Vec<_> = secrets.iter().flat_map(|secret| forms(secret)).collect();
    // Letters outside ASCII can separate the letters of a secret inside it, too.
    let (ascii, other): (Vec<_>, Vec<_>) = forms.iter().partition(|form| form.is_ascii());
    shares_a_run(&readings, &ascii, |c| c.is_ascii_alphanumeric())
        || shares_a_run(&readings, &other, char::is_alphanumeric)
}

fn shares_a_run(
    readings: &[Zeroizing<String>],
    forms: &[&Zeroizing<String>],
    keep: fn(char) -> bool,
) -> bool {
    if forms.is_empty() {
        return false;
    }
    let readings: Vec<Letters> = readings.iter().map(|reading| letters(reading, keep)).collect();
    let runs: HashSet<&[char]> = readings.iter().flat_map(|reading| reading.windows(RUN)).collect();
    forms.iter().map(|form| letters(form, keep)).any(|form| match form.len() {
        0 => false,
        RUN.. => !runs.is_empty() && form.windows(RUN).any(|run| runs.contains(run)),
        length => readings.iter().any(|reading| reading.windows(length).any(|run| run == &form[..])),
    })
}

fn letters(text: &str, keep: fn(char) -> bool) -> Letters {
    // Large enough never to move, which would leave a copy behind.
    let mut letters = Zeroizing::new(Vec::with_capacity(text.len()));
    letters.extend(text.chars().flat_map(char::to_lowercase).filter(|c| keep(*c)));
    letters
}

/// A secret as it may be written: as it is, backwards, in base64 wherever it begins in the groups of three, and in
/// hexadecimal.
fn forms(secret: &str) -> Vec<Zeroizing<String>> {
    let mut forms = vec![Zeroizing::new(secret.to_owned())];
    let derived = (0..3).map(|before| base64(secret.as_bytes(), before));
    let derived = derived.chain([Zeroizing::new(secret.chars().rev().collect()), hex(secret.as_bytes())]);
    if letters(secret, char::is_alphanumeric).len() >= MIN_DERIVED {
        forms.extend(derived);
    }
    forms
}

/// The characters of base64 that depend on nothing but these bytes, if `before` bytes precede them in their group of three.
fn base64(bytes: &[u8], before: usize) -> Zeroizing<String> {
    let mut group = Zeroizing::new(Vec::with_capacity(before + bytes.len()));
    group.resize(before, 0);
    group.extend_from_slice(bytes);
    let all = Zeroizing::new(BASE64_STANDARD_NO_PAD.encode(&*group));
    let own = (before * 8).div_ceil(6)..group.len() * 8 / 6;
    Zeroizing::new(all.get(own).unwrap_or_default().to_owned())
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    let mut hex = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        let _ = write!(*hex, "{byte:02x}");
    }
    hex
}

/// A text as it is, and with its percent-encoding undone once and again.
pub(crate) fn readings(text: &str) -> Vec<Zeroizing<String>> {
    let mut readings = vec![Zeroizing::new(text.to_owned())];
    for _ in 0..PERCENT_ROUNDS {
        match readings.last().and_then(|last| percent_decoded(last)) {
            Some(decoded) => readings.push(decoded),
            None => break,
        }
    }
    readings
}

/// `None` if nothing is encoded.
fn percent_decoded(text: &str) -> Option<Zeroizing<String>> {
    let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let bytes = text.as_bytes();
    let mut decoded = Zeroizing::new(Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    (decoded.len() < bytes.len()).then(|| Zeroizing::new(String::from_utf8_lossy(&decoded).into_owned()))
}

/// Without what may have been put between the digits of percent-encoding.
fn bare(text: &str) -> Zeroizing<String> {
    let mut bare = Zeroizing::new(String::with_capacity(text.len()));
    bare.extend(text.chars().filter(|c| c.is_alphanumeric() || *c == '%'));
    bare
}

#[cfg(test)]
mod tests {
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;
    use crate::Reason;

    /// A secret of this many characters of those that bearer tokens and values have.
    fn secret(lengths: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        let characters: Vec<char> =
            ('a'..='z').chain('A'..='Z').chain('0'..='9').chain("-_.~+/".chars()).collect();
        prop::collection::vec(prop::sample::select(characters), lengths)
            .prop_map(|characters| characters.into_iter().collect::<String>())
            .prop_filter("something to recognize", |secret| {
                letters(secret, char::is_alphanumeric).len() >= MIN_DERIVED
            })
    }

    /// The ways in which a server may have mangled what it quotes.
    #[derive(Debug, Clone, Copy)]
    enum Mangling {
        SplitBy(&'static str, usize),
        Recased,
        PercentEncoded(u32),
        Base64(usize),
        Base64Url(usize),
        WrappedBase64,
        Hex,
        SpacedHex,
        Backwards,
    }

    fn mangling() -> impl Strategy<Value = Mangling> {
        let separators = [" ", "\n", "\r\n", "-", "\u{200b}", "\u{ad}", " \u{202e}", "é", ", ", "%0A", "+"];
        prop_oneof![
            (prop::sample::select(separators.to_vec()), 1..9_usize)
                .prop_map(|(by, every)| Mangling::SplitBy(by, every)),
            Just(Mangling::Recased),
            (1..=PERCENT_ROUNDS as u32).prop_map(Mangling::PercentEncoded),
            (0..3_usize).prop_map(Mangling::Base64),
            (0..3_usize).prop_map(Mangling::Base64Url),
            Just(Mangling::WrappedBase64),
            Just(Mangling::Hex),
            Just(Mangling::SpacedHex),
            Just(Mangling::Backwards),
        ]
    }

    impl Mangling {
        fn of(self, text: &str) -> String {
            let prefixed = |before: usize| format!("{}{text}=", &"x: "[..before]);
            match self {
                Self::SplitBy(by, every) => chunks(text, every).join(by),
                Self::Recased => text.chars().map(flipped).collect(),
                Self::PercentEncoded(rounds) => (0..rounds).fold(text.to_owned(), |text, _| {
                    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
                }),
                Self::Base64(before) => BASE64_STANDARD.encode(prefixed(before)),
                Self::Base64Url(before) => BASE64_URL_SAFE_NO_PAD.encode(prefixed(before)),
                Self::WrappedBase64 => chunks(&BASE64_STANDARD.encode(text), 7).join("\r\n "),
                Self::Hex => hex(text.as_bytes()).to_uppercase(),
                Self::SpacedHex => {
                    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
                }
                Self::Backwards => text.chars().rev().collect(),
            }
        }
    }

    fn chunks(text: &str, every: usize) -> Vec<String> {
        text.chars().collect::<Vec<_>>().chunks(every).map(|chunk| chunk.iter().collect()).collect()
    }

    fn flipped(c: char) -> char {
        if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    }

    /// A plain definition of the rule for secrets of ASCII characters.
    fn has_common_run(text: &str, secret: &str) -> bool {
        let plain = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let (text, secret) = (plain(text), plain(secret));
        let run = secret.len().min(RUN);
        (0..=secret.len() - run).any(|at| text.contains(&secret[at..at + run]))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn c18_a_secret_is_recognized_however_it_is_mangled(
            secret in secret(8..2_001),
            mangling in mangling(),
            before in "[ a-z:]{0,20}",
            behind in "[ a-z:]{0,20}",
        ) {
            let text = format!("{before} {} {behind}", mangling.of(&secret));
            prop_assert!(reveals(&text, &["another", &secret]), "{text}");
        }

        #[test]
        fn c18_a_part_of_a_secret_is_recognized_however_it_is_mangled(
            secret in secret(40..400),
            at in any::<prop::sample::Index>(),
            mangling in mangling(),
        ) {
            // Enough that 12 letters and digits are in it, whatever is between them.
            let at = at.index(secret.len() - 24);
            let part = &secret[at..at + 24];
            prop_assume!(letters(part, char::is_alphanumeric).len() >= RUN);
            let text = format!("what is {}?", mangling.of(part));
            prop_assert!(reveals(&text, &[&secret]), "{text}");
        }

        #[test]
        fn c18_two_manglings_hide_a_secret_no_better(
            secret in secret(24..200),
            separator in prop::sample::select(vec![" ", "\n", "\u{200b}"]),
            every in 1..9_usize,
        ) {
            let split = Mangling::SplitBy(separator, every);
            let recased = Mangling::Recased.of(&secret);
            for text in [
                split.of(&recased),
                split.of(&Mangling::PercentEncoded(1).of(&recased)),
                Mangling::PercentEncoded(2).of(&split.of(&recased)),
                split.of(&Mangling::Base64(1).of(&secret)),
                Mangling::PercentEncoded(1).of(&Mangling::Base64(2).of(&secret)),
                split.of(&Mangling::Backwards.of(&recased)),
                split.of(&Mangling::Hex.of(&secret)),
            ] {
                prop_assert!(reveals(&text, &[&secret]), "{text}");
            }
        }

        #[test]
        fn c18_pieces_in_another_order_are_recognized_if_one_is_long_enough(
            secret in "[A-Za-z0-9]{24,200}",
            length in RUN..24,
        ) {
            let mut pieces = chunks(&secret, length);
            pieces.reverse();
            let reversed = pieces.join(" / ");
            prop_assert!(reveals(&reversed, &[&secret]), "{}", reversed);
        }

        #[test]
        fn c18_the_rule_is_that_of_its_plain_definition(
            (secret, text) in secret(8..60).prop_flat_map(|secret| {
                let piece = (any::<prop::sample::Index>(), 0..20_usize, "[ a-z\n-]{0,6}");
                let pieces = prop::collection::vec(piece, 0..6);
                (Just(secret), pieces)
            }).prop_map(|(secret, pieces)| {
                let text: String = pieces.iter().map(|(at, length, between)| {
                    let at = at.index(secret.len());
                    format!("{}{between}", &secret[at..(at + length).min(secret.len())])
                }).collect();
                (secret, text)
            }),
        ) {
            if has_common_run(&text, &secret) {
                prop_assert!(reveals(&text, &[&secret]));
            }
            // The other direction, without the other forms of a secret, which a text can be by chance.
            let readings = readings(&text);
            let form = Zeroizing::new(secret.clone());
            let plain = shares_a_run(&readings, &[&form], |c| c.is_ascii_alphanumeric());
            prop_assert_eq!(plain, has_common_run(&text, &secret));
        }

        #[test]
        fn c18_any_text_and_any_secret_are_compared_without_panic(text in "(?s).{0,80}", secret in "(?s).{0,40}") {
            let found = reveals(&text, &[&secret]);
            prop_assert!(found || secret.is_empty() || !text.contains(&secret));
            let both = [text, secret.clone()].concat();
            prop_assert!(secret.is_empty() || reveals(&both, &[&secret]));
        }
    }

    #[test]
    fn c18_a_short_secret_is_recognized_as_a_whole() {
        assert!(reveals("it was S-e.C r\neT", &["secret"]));
        assert!(!reveals("it was secre", &["secret"]));
        assert!(reveals("a\u{301}пароль", &["пАРОЛЬ"]));
        assert!(reveals("is -._ right?", &["-._"]) && !reveals("is ._- right?", &["-._"]));
        assert!(!reveals("nothing to hide", &["", "-_."]));
        assert!(reveals("c2VjcmV0MTI=", &["secret12"]) && reveals("736563726574 3132", &["secret12"]));
    }

    #[test]
    fn c18_eleven_characters_in_common_are_not_enough_and_twelve_are() {
        let secret = "abcdefghijklmnopqrstuvwxyz0123456789";
        assert!(!reveals("defghijklmn", &[secret]));
        assert!(reveals("defghijklmno", &[secret]));
    }

    #[test]
    fn c18_what_the_api_says_reveals_no_ordinary_token() {
        let bearer = format!(
            "{}.{}.{}",
            BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","typ":"JWT"}"#),
            BASE64_URL_SAFE_NO_PAD
                .encode(r#"{"https://cloud.calyptia.com/email":"ana@acme.example","exp":1900000000}"#),
            BASE64_URL_SAFE_NO_PAD.encode([7; 256]),
        );
        for reason in Reason::ALL {
            assert!(!reveals(reason.as_str(), &[&bearer]), "{reason}");
        }
        assert!(!reveals(
            "token 5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10 of project x is used by 3 agents",
            &[&bearer]
        ));
    }

    #[test]
    fn c18_a_value_is_looked_for_as_long_as_somebody_holds_it() {
        let read = |text: &str| serde_json::from_str::<TokenValue>(&format!("\"{text}\"")).expect("a value");
        let secrets = Secrets::new("the-bearer-token".into());
        let value = read("value-0123456789");
        secrets.remember(&value);
        secrets.remember(&read("gone-0123456789-gone"));
        secrets.remember(&read("redacted"));
        let is_revealed = |text: &str| secrets.clone().are_revealed_by(text, &[]);
        assert!(is_revealed("no: the bearer token") && is_revealed("no: VALUE 0123456789"));
        assert!(!is_revealed("gone-0123456789-gone") && !is_revealed("it is redacted"));
        let copy = value.clone();
        drop(value);
        assert!(is_revealed("value-0123456789"), "a copy is held");
        drop(copy);
        assert!(!is_revealed("value-0123456789"));
        assert!(secrets.are_revealed_by("no: other 0123456789", &["other-0123456789".into()]));
    }
}
