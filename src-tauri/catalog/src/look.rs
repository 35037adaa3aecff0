//! What a name looks like: names that a person cannot tell apart have the same look. Invisible characters, the way a text is
//! encoded, and white space at the ends or repeated do not show; some letters of other scripts, and some dashes, have the shape
//! of an ASCII character. Case and accents do show.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};

/// The look of a name.
pub(crate) fn look(name: &str) -> Cow<'_, str> {
    if is_plain(name) {
        return Cow::Borrowed(name);
    }
    let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    let mut look = String::with_capacity(name.len());
    for c in nfkd.normalize(name).chars() {
        let is_space = c.is_whitespace() || c == BRAILLE_BLANK;
        if is_space && !look.is_empty() && !look.ends_with(' ') {
            look.push(' ');
        } else if !is_space && !c.is_control() && !is_annotation(c) && !ignorable.contains(c) {
            look.push(ascii_twin(c).unwrap_or(c));
        }
    }
    look.truncate(look.trim_end().len());
    Cow::Owned(look)
}

/// A character of the braille block without dots, which is not white space for Unicode.
const BRAILLE_BLANK: char = '\u{2800}';

/// Whether a name is its own look: visible ASCII characters with single spaces between them.
fn is_plain(name: &str) -> bool {
    let mut before = b' ';
    for byte in name.bytes() {
        if !matches!(byte, b' '..=b'~') || (byte == b' ' && before == b' ') {
            return false;
        }
        before = byte;
    }
    before != b' ' || name.is_empty()
}

/// Interlinear annotation marks: invisible, although Unicode does not call them ignorable.
fn is_annotation(c: char) -> bool {
    matches!(c, '\u{fff9}'..='\u{fffb}')
}

/// The ASCII character of the same shape, for those of Unicode's confusables (UTS #39) that fonts draw alike and that keyboards
/// have. The whole table takes more room than the program has, and calls `0` and `O` alike.
pub(crate) fn ascii_twin(c: char) -> Option<char> {
    Some(match c {
        // Cyrillic.
        'а' => 'a',
        'с' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' => 'h',
        'і' => 'i',
        'ј' => 'j',
        'ӏ' => 'l',
        'о' => 'o',
        'р' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'ѵ' => 'v',
        'ԝ' => 'w',
        'х' => 'x',
        'у' => 'y',
        'А' => 'A',
        'В' => 'B',
        'С' => 'C',
        'Е' => 'E',
        'Н' => 'H',
        'І' | 'Ӏ' => 'I',
        'Ј' => 'J',
        'К' => 'K',
        'М' => 'M',
        'О' => 'O',
        'Р' => 'P',
        'Ѕ' => 'S',
        'Т' => 'T',
        'Ѵ' => 'V',
        'Ԝ' => 'W',
        'Х' => 'X',
        'У' => 'Y',
        // Greek.
        'ο' => 'o',
        'ν' => 'v',
        'Α' => 'A',
        'Β' => 'B',
        'Ε' => 'E',
        'Η' => 'H',
        'Ι' => 'I',
        'Κ' => 'K',
        'Μ' => 'M',
        'Ν' => 'N',
        'Ο' => 'O',
        'Ρ' => 'P',
        'Τ' => 'T',
        'Χ' => 'X',
        'Υ' => 'Y',
        'Ζ' => 'Z',
        // Armenian.
        'հ' => 'h',
        'ո' => 'n',
        'օ' => 'o',
        'ս' => 'u',
        // Latin.
        'ɑ' => 'a',
        'ɡ' => 'g',
        'ı' => 'i',
        // Punctuation.
        '‐' | '‒' | '–' | '−' | '˗' | '⁃' => '-',
        '‘' | '’' | 'ʼ' | '′' => '\'',
        '⁄' | '∕' => '/',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn c73_names_that_a_person_cannot_tell_apart_have_the_same_look() {
        for (name, other) in [
            ("edge", "edge "),
            ("edge", " edge"),
            ("edge", "edge\u{200b}"),
            ("edge", "e\u{ad}d\u{2060}ge\u{feff}"),
            ("edge", "edge\u{fe0f}"),
            ("edge", "\u{2066}edge\u{2069}"),
            ("edge", "\u{202d}edge"),
            ("edge", "edge\u{7}"),
            ("edge", "еdgе"),
            ("edge", "ed\u{fff9}ge"),
            ("edge eu", "edge\u{a0}eu"),
            ("edge eu", "edge  eu"),
            ("edge eu", "edge\teu\n"),
            ("edge eu", "edge\u{2800}eu"),
            ("edge-eu", "edge\u{2011}eu"),
            ("edge-eu", "edge–eu"),
            ("ana's", "ana’s"),
            ("café", "cafe\u{301}"),
            ("", "\u{200b}"),
            ("", " "),
        ] {
            assert_eq!(look(name), look(other), "{name:?} {other:?}");
        }
    }

    #[test]
    fn c73_names_that_differ_to_the_eye_have_another_look() {
        for (name, other) in [
            ("edge", "Edge"),
            ("edge", "edgé"),
            ("edge eu", "edgeeu"),
            ("token-10", "token-1O"),
            ("agent-l", "agent-I"),
            ("gpj.elbatnirp", "printable.jpg"),
            ("🦊", "🐻"),
            ("がか", "かか"),
        ] {
            assert_ne!(look(name), look(other), "{name:?} {other:?}");
        }
    }

    proptest! {
        #[test]
        fn a_look_looks_like_itself(name in "(?s)(.|\\p{C}|\\p{Z}|[ -~]){0,12}") {
            let once = look(&name).into_owned();
            prop_assert_eq!(look(&once), once.as_str());
        }

        #[test]
        fn the_short_way_for_plain_names_ends_at_the_same_look(name in "[ -~]{0,8}") {
            let words: Vec<_> = name.split_whitespace().collect();
            prop_assert_eq!(look(&name), words.join(" "));
        }
    }
}
