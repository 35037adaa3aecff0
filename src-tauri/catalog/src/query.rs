//! What a filter asks for. Every word has to match a row: by name, by the suffix of the token's value, or by id.

use calyptia_api::ValueSuffix;
use memchr::memmem::Finder;
use uuid::Uuid;

use crate::{folding::fold, name_index::NameIndex, row_store::RowStore};

/// A shorter hexadecimal word is rather a part of a name, such as `cafe` or `2026`.
const MIN_ID_DIGITS: usize = 6;
/// Where a UUID has hyphens, as numbers of digits before them.
const HYPHENS: [usize; 4] = [8, 12, 16, 20];
/// What may surround a value or an id that was copied from a file.
const QUOTES: &[char] = &['"', '\'', '`', '{', '}', '<', '>', '(', ')', ',', ';', ':'];

/// A filter that has been read.
pub(crate) struct Query {
    words: Vec<Word>,
}

struct Word {
    /// Looks for the word in folded names.
    finder: Finder<'static>,
    /// The end of the word, if a value can end like that.
    suffix: Option<[u8; ValueSuffix::LEN]>,
    /// The digits of a UUID that the word begins, or is.
    uuid: Option<UuidPrefix>,
    /// What other ids are compared with.
    id: Box<str>,
}

struct UuidPrefix {
    bytes: [u8; 16],
    digits: usize,
}

impl Query {
    /// Reads a filter. Words of invisible characters only are left out.
    pub(crate) fn parse(filter: &str) -> Self {
        let mut words: Vec<Word> = filter.split_whitespace().filter_map(Word::parse).collect();
        // The longest word leaves the fewest rows to compare with the others.
        words.sort_by_key(|word| std::cmp::Reverse(word.finder.needle().len()));
        Self { words }
    }

    /// Whether every row matches.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether a row matches.
    pub(crate) fn matches(&self, row: usize, names: &NameIndex, rows: &RowStore) -> bool {
        self.words.iter().all(|word| word.matches(row, names, rows))
    }

    /// Takes the rows that do not match out of `kept`, which has a flag for each row. Looks at all names in one pass.
    pub(crate) fn retain(&self, kept: &mut [bool], names: &NameIndex, rows: &RowStore) {
        let Some((first, others)) = self.words.split_first() else { return };
        let mut matching = vec![false; kept.len()];
        names.search(&first.finder, |row| matching[row] = true);
        let can_match_token = first.suffix.is_some() || first.uuid.is_some() || rows.has_extras();
        for (row, (kept, matches)) in kept.iter_mut().zip(matching).enumerate() {
            *kept = *kept
                && (matches || (can_match_token && first.matches_token(row, rows)))
                && (others.is_empty() || others.iter().all(|word| word.matches(row, names, rows)));
        }
    }
}

impl Word {
    fn parse(text: &str) -> Option<Self> {
        let folded = fold(text);
        if folded.is_empty() {
            return None;
        }
        let bare = text.trim_matches(QUOTES);
        // Longer words count too: a whole value ends with its suffix.
        let suffix = bare.as_bytes().last_chunk().copied().filter(|end: &[u8; _]| end.is_ascii());
        Some(Self {
            finder: Finder::new(&folded).into_owned(),
            suffix,
            uuid: UuidPrefix::parse(text, bare),
            id: bare.into(),
        })
    }

    fn matches(&self, row: usize, names: &NameIndex, rows: &RowStore) -> bool {
        self.finder.find(names.folded(row).as_bytes()).is_some() || self.matches_token(row, rows)
    }

    /// Whether the suffix or the id of a row matches.
    fn matches_token(&self, row: usize, rows: &RowStore) -> bool {
        let (entry, extra) = (rows.entry(row), rows.extra(row));
        if let (Some(end), Some(suffix)) = (&self.suffix, &entry.suffix)
            && suffix.as_str().as_bytes().eq_ignore_ascii_case(end)
        {
            return true;
        }
        match (entry.uuid(extra), extra.and_then(|extra| extra.id.as_deref())) {
            (Some(id), _) => self.uuid.as_ref().is_some_and(|prefix| prefix.is_start_of(id)),
            (None, Some(id)) => {
                let is_uuid = self.uuid.as_ref().is_some_and(|prefix| {
                    Uuid::try_parse(id).is_ok_and(|id| prefix.is_start_of(id.as_bytes()))
                });
                is_uuid
                    || id.get(..self.id.len()).is_some_and(|start| {
                        start.eq_ignore_ascii_case(&self.id)
                            && (self.id.len() >= MIN_ID_DIGITS || self.id.len() == id.len())
                    })
            }
            (None, None) => false,
        }
    }
}

impl UuidPrefix {
    /// Reads hexadecimal digits with or without hyphens. `text` shows whether they are meant as an id.
    fn parse(text: &str, bare: &str) -> Option<Self> {
        const URN: &str = "urn:uuid:";
        let is_urn = bare.get(..URN.len()).is_some_and(|start| start.eq_ignore_ascii_case(URN));
        let hexadecimal = if is_urn { &bare[URN.len()..] } else { bare };
        let (mut bytes, mut digits) = ([0; 16], 0);
        for c in hexadecimal.chars() {
            if c == '-' && HYPHENS.contains(&digits) {
                continue;
            }
            let digit = c.to_digit(16)? as u8;
            *bytes.get_mut(digits / 2)? |= if digits.is_multiple_of(2) { digit << 4 } else { digit };
            digits += 1;
        }
        let is_meant = is_urn || text.starts_with('{') || digits >= MIN_ID_DIGITS;
        (digits > 0 && is_meant).then_some(Self { bytes, digits })
    }

    fn is_start_of(&self, id: &[u8; 16]) -> bool {
        let whole = self.digits / 2;
        self.bytes[..whole] == id[..whole]
            && (self.digits.is_multiple_of(2) || self.bytes[whole] >> 4 == id[whole] >> 4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: [u8; 16] =
        [0x5f, 0x0c, 0x6a, 0x8e, 0x5a, 0x63, 0x4f, 0x0a, 0x9a, 0x0e, 0x2f, 0x8f, 0x0a, 0x3f, 0x9f, 0x10];

    fn finds(word: &str) -> bool {
        Word::parse(word).expect("a word").uuid.is_some_and(|prefix| prefix.is_start_of(&ID))
    }

    #[test]
    fn an_id_is_found_in_every_usual_spelling_and_by_its_start() {
        for word in [
            "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
            "5F0C6A8E-5A63-4F0A-9A0E-2F8F0A3F9F10",
            "5f0c6a8e5a634f0a9a0e2f8f0a3f9f10",
            "{5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10}",
            "urn:uuid:5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
            "\"5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10\",",
            "5f0c6a8e",
            "5f0c6a8e-",
            "5f0c6a8e-5a6",
            "5f0c6a8",
            "{5f0",
        ] {
            assert!(finds(word), "{word}");
        }
    }

    #[test]
    fn words_that_are_rather_names_are_not_taken_for_ids() {
        for word in ["5f0c", "5f0c6-a8e", "5f0c6a8f", "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f101", "edge5f0c6a8e"]
        {
            assert!(!finds(word), "{word}");
        }
    }

    #[test]
    fn a_filter_without_visible_words_matches_everything() {
        assert!(Query::parse(" \t\u{200b} \u{301} ").is_empty());
        assert!(!Query::parse("x").is_empty());
    }
}
