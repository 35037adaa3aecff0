//! Keys that sort names by comparing bytes, and the sort itself. Keys live only as long as the sort.

use std::cmp::Ordering;

use icu_collator::CollatorBorrowed;

/// How a collation weighs ASCII characters: enough to write the sort keys of ASCII names without the collator.
pub(crate) struct AsciiWeights([u8; 128]);

/// The weight of a character that the collation ignores.
const IGNORED: u8 = 0;
/// Separates the part of a key that ignores case from the case of its characters. Less than any weight.
const END: u8 = 1;
const FIRST_WEIGHT: u8 = 2;
const LOWERCASE: u8 = 2;
const UPPERCASE: u8 = 3;
/// The collator splits longer numbers.
const MAX_DIGITS: usize = 250;

impl AsciiWeights {
    /// Asks the collator, which must sort numbers by value, sort lowercase first, and weigh each ASCII character on
    /// its own.
    pub(crate) fn new(collator: &CollatorBorrowed) -> Self {
        let text = |c: u8| char::from(c).to_string();
        let is_ignored = |c: u8| collator.compare(&text(c), "") == Ordering::Equal;
        let mut characters: Vec<u8> =
            (0..128u8).filter(|c| !c.is_ascii_uppercase() && !is_ignored(*c)).collect();
        characters.sort_by(|a, b| collator.compare(&text(*a), &text(*b)));
        let mut weights = [IGNORED; 128];
        for (weight, character) in (FIRST_WEIGHT..).zip(characters) {
            weights[usize::from(character)] = weight;
            weights[usize::from(character.to_ascii_uppercase())] = weight;
        }
        Self(weights)
    }

    /// Appends the key of `name`. `false` if only the collator can write it; then `key` is as it was.
    pub(crate) fn write_key(&self, name: &str, key: &mut Vec<u8>) -> bool {
        let start = key.len();
        let bytes = name.as_bytes();
        let (mut at, mut has_uppercase) = (0, false);
        while let Some(&byte) = bytes.get(at) {
            let Some(&weight) = self.0.get(usize::from(byte)) else {
                key.truncate(start);
                return false;
            };
            if byte.is_ascii_digit() {
                let end = at + bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
                let zeros = bytes[at..end - 1].iter().take_while(|b| **b == b'0').count();
                let digits = &bytes[at + zeros..end];
                if digits.len() > MAX_DIGITS {
                    key.truncate(start);
                    return false;
                }
                // Of two numbers, the longer is the greater.
                key.extend([self.0[usize::from(b'0')], FIRST_WEIGHT + digits.len() as u8]);
                key.extend_from_slice(digits);
                at = end;
            } else {
                if weight != IGNORED {
                    key.push(weight);
                }
                has_uppercase |= byte.is_ascii_uppercase();
                at += 1;
            }
        }
        if has_uppercase {
            key.push(END);
            self.write_case(bytes, key);
        }
        true
    }

    /// Of names that are equal but for case, the one that has lowercase at the first difference comes first. What
    /// follows the last uppercase character need not be written: nothing sorts before it.
    fn write_case(&self, bytes: &[u8], key: &mut Vec<u8>) {
        let mut needed = key.len();
        let mut in_number = false;
        for &byte in bytes {
            let is_digit = byte.is_ascii_digit();
            if self.0[usize::from(byte)] == IGNORED || (is_digit && in_number) {
                continue;
            }
            in_number = is_digit;
            key.push(if byte.is_ascii_uppercase() { UPPERCASE } else { LOWERCASE });
            if byte.is_ascii_uppercase() {
                needed = key.len();
            }
        }
        key.truncate(needed);
    }
}

/// Rows with their keys.
#[derive(Default)]
pub(crate) struct KeyedRows {
    keys: Vec<u8>,
    rows: Vec<KeyedRow>,
}

/// A row, and how far its key has been compared.
struct KeyedRow {
    /// The bytes under comparison, padded with zeros.
    chunk: u64,
    row: u32,
    /// How many bytes of the key there are from `at`.
    left: u32,
    at: usize,
}

const CHUNK: usize = size_of::<u64>();

impl KeyedRows {
    /// Adds a row whose key `write` appends, unless `write` returns `false`.
    pub(crate) fn push(&mut self, row: u32, write: impl FnOnce(&mut Vec<u8>) -> bool) -> bool {
        let at = self.keys.len();
        let is_written = write(&mut self.keys);
        if is_written {
            let left = u32::try_from(self.keys.len() - at).unwrap_or(u32::MAX);
            self.rows.push(KeyedRow { chunk: 0, row, left, at });
        }
        is_written
    }

    /// The rows in the order of their keys; equal keys in the order of `rank`.
    pub(crate) fn sorted(mut self, rank: impl Fn(u32) -> u32) -> Vec<u32> {
        // Ranges of rows whose keys are equal so far. Not recursion: a key can be as long as a name.
        let mut ranges = Vec::new();
        ranges.push(0..self.rows.len());
        while let Some(range) = ranges.pop() {
            let offset = range.start;
            let rows = &mut self.rows[range];
            rows.iter_mut().for_each(|row| row.load_chunk(&self.keys));
            rows.sort_unstable_by(|a, b| {
                (a.chunk, a.length()).cmp(&(b.chunk, b.length())).then_with(|| rank(a.row).cmp(&rank(b.row)))
            });
            let mut start = 0;
            for equal in rows.chunk_by_mut(|a, b| (a.chunk, a.length()) == (b.chunk, b.length())) {
                let end = start + equal.len();
                if equal.len() > 1 && equal[0].left as usize > CHUNK {
                    equal.iter_mut().for_each(KeyedRow::skip_chunk);
                    ranges.push(offset + start..offset + end);
                }
                start = end;
            }
        }
        self.rows.into_iter().map(|row| row.row).collect()
    }
}

impl KeyedRow {
    /// The length of the key from `at`, as far as it matters: of equal chunks, the one that ends first is less.
    fn length(&self) -> u32 {
        self.left.min(CHUNK as u32 + 1)
    }

    fn load_chunk(&mut self, keys: &[u8]) {
        let mut chunk = [0; CHUNK];
        let length = CHUNK.min(self.left as usize);
        chunk[..length].copy_from_slice(&keys[self.at..self.at + length]);
        self.chunk = u64::from_be_bytes(chunk);
    }

    fn skip_chunk(&mut self) {
        self.at += CHUNK;
        self.left -= CHUNK as u32;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::Collation;

    static COLLATION: LazyLock<Collation> = LazyLock::new(Collation::default);

    fn ascii_key(name: &str, weights: &AsciiWeights) -> Vec<u8> {
        let mut key = Vec::new();
        assert!(weights.write_key(name, &mut key), "{name:?}");
        key
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(500))]
        #[test]
        fn keys_of_ascii_names_sort_as_the_collator_compares(
            a in "[a-cA-C0-2 _.-]{0,8}|[\\x00-\\x7f]{0,12}|[09]{0,30}x?",
            b in "[a-cA-C0-2 _.-]{0,8}|[\\x00-\\x7f]{0,12}|[09]{0,30}x?",
            insert in prop::option::of((any::<prop::sample::Index>(), "[\\x00-\\x7f]")),
        ) {
            let (collator, weights) = (COLLATION.collator(), COLLATION.ascii());
            prop_assert_eq!(
                ascii_key(&a, weights).cmp(&ascii_key(&b, weights)), collator.compare(&a, &b), "{:?} {:?}", a, b
            );
            // Names that differ in one character only.
            if let Some((at, text)) = insert {
                let mut near = a.clone();
                near.insert_str(at.index(a.len() + 1), &text);
                prop_assert_eq!(
                    ascii_key(&a, weights).cmp(&ascii_key(&near, weights)),
                    collator.compare(&a, &near),
                    "{:?} {:?}", a, near
                );
            }
        }

        #[test]
        fn rows_are_sorted_by_key_and_then_by_rank(
            keys in prop::collection::vec(prop::collection::vec(0u8..2, 0..20), 0..40),
        ) {
            let mut keyed = KeyedRows::default();
            for (row, key) in keys.iter().enumerate() {
                keyed.push(row as u32, |all| { all.extend(key); true });
            }
            let rank = |row| u32::MAX - row;
            let mut expected: Vec<u32> = (0..keys.len() as u32).collect();
            expected.sort_by(|a, b| keys[*a as usize].cmp(&keys[*b as usize]).then(rank(*a).cmp(&rank(*b))));
            prop_assert_eq!(keyed.sorted(rank), expected);
        }
    }

    #[test]
    fn every_pair_of_ascii_characters_sorts_as_the_collator_compares() {
        let (collator, weights) = (COLLATION.collator(), COLLATION.ascii());
        let texts: Vec<String> = (0..128u8).map(|c| char::from(c).to_string()).collect();
        for (a, b) in texts.iter().flat_map(|a| texts.iter().map(move |b| (a, b))) {
            assert_eq!(
                ascii_key(a, weights).cmp(&ascii_key(b, weights)),
                collator.compare(a, b),
                "{a:?} {b:?}"
            );
        }
    }

    #[test]
    fn other_names_and_very_long_numbers_are_left_to_the_collator() {
        let mut key = vec![7];
        for name in ["Größe", &"9".repeat(300)] {
            assert!(!COLLATION.ascii().write_key(name, &mut key));
            assert_eq!(key, [7]);
        }
    }
}
