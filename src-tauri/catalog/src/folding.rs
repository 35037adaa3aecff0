//! The form of a text that a filter compares: without case, accents, compatibility variants and invisible characters.
//! `Größe`, its decomposed spelling and `GROSSE` are the same here, and so are letters of other scripts that look like Latin ones:
//! whoever filters for a name sees those that pass for it.

use crate::look::ascii_twin;
use icu_casemap::CaseMapper;
use icu_normalizer::{DecomposingNormalizerBorrowed, properties::CanonicalCombiningClassMapBorrowed};
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// Appends the folded form of `text`. It has no line break: every white space becomes a space.
pub(crate) fn fold_into(text: &str, folded: &mut String) {
    if text.is_ascii() {
        let start = folded.len();
        if text.contains(char::is_whitespace) {
            folded.extend(text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }));
        } else {
            folded.push_str(text);
        }
        folded[start..].make_ascii_lowercase();
        return;
    }
    let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
    let classes = CanonicalCombiningClassMapBorrowed::new();
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let base: String = nfkd
        .normalize(text)
        .chars()
        .filter(|c| !is_accent(classes.get_u8(*c)) && !ignorable.contains(*c))
        .collect();
    let cased = CaseMapper::new().fold_string(&base);
    // Only now: some look like a Latin letter in one case only, and both must stay the same here.
    let like_ascii = cased.chars().map(|c| ascii_twin(c).unwrap_or(c));
    folded.extend(like_ascii.map(|c| if c.is_whitespace() { ' ' } else { c }));
}

/// The folded form of `text`.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Whether a combining class is that of an accent or a vowel point. Nukta, kana voicing marks and virama (7 to 9) make
/// other letters rather than variants of the same.
fn is_accent(class: u8) -> bool {
    class == 1 || class >= 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c74_case_accents_and_spelling_are_ignored() {
        for (text, expected) in [
            ("Größe", "grosse"),
            ("GROẞE", "grosse"),
            ("gro\u{308}ße", "grosse"),
            ("Árbol", "arbol"),
            ("İstanbul", "istanbul"),
            ("ΣΊΣΥΦΟΣ", "σισυφoσ"),
            ("σίσυφος", "σισυφoσ"),
            ("Номер", "нoмep"),
            ("НОМЕР", "нoмep"),
            ("ﬁne ＡＢＣ", "fine abc"),
            ("tab\tnew\nline\u{a0}nbsp", "tab new line nbsp"),
            ("がか", "か\u{3099}か"),
        ] {
            assert_eq!(fold(text), expected, "{text}");
        }
    }

    #[test]
    fn c73_invisible_characters_are_ignored() {
        for invisible in
            ['\u{ad}', '\u{200b}', '\u{200d}', '\u{202e}', '\u{2060}', '\u{feff}', '\u{fe0f}', '\u{e0020}']
        {
            assert_eq!(fold(&format!("ed{invisible}ge")), "edge", "{invisible:?}");
        }
    }

    #[test]
    fn each_character_folds_to_something_that_stays_as_it_is() {
        // The blocks of scripts with case, accents or variants, and all invisible characters.
        for c in ('\0'..='\u{33ff}').chain('\u{a000}'..='\u{abff}').chain('\u{f900}'..='\u{10fff}') {
            let once = fold(&c.to_string());
            assert_eq!(fold(&once), once, "{c:?}");
            assert!(!once.contains('\n'), "{c:?}");
        }
    }
}
