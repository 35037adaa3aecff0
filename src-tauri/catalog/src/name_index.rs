//! All names in one piece of memory, in the folded form that a filter searches in a single pass. A name's own spelling
//! is kept only where it differs. Names are added and never removed; a name's number is its row's number.

use memchr::memmem::Finder;

use crate::{folding::fold_into, gallop::gallop};

/// Follows each folded name. No folded name contains it, so no match crosses from one name into the next.
const SEPARATOR: char = '\n';
/// Set in the end of a name that is spelled differently from its folded form.
const HAS_SPELLING: u32 = 1 << 31;
/// Offsets have 31 bits.
const MAX_BYTES: usize = (1 << 31) - 1;

/// Names in the order in which they were added.
pub(crate) struct NameIndex {
    folded: String,
    /// The end of each folded name with its separator, and [`HAS_SPELLING`].
    ends: Vec<u32>,
    spellings: String,
    /// The row and the end of each spelling, by row.
    spelling_ends: Vec<(u32, u32)>,
    max_bytes: usize,
}

impl Default for NameIndex {
    fn default() -> Self {
        Self::with_max_bytes(MAX_BYTES)
    }
}

impl NameIndex {
    /// An index that takes at most this many bytes of folded names, and of spellings.
    pub(crate) fn with_max_bytes(max_bytes: usize) -> Self {
        let max_bytes = max_bytes.min(MAX_BYTES);
        Self {
            folded: String::new(),
            ends: Vec::new(),
            spellings: String::new(),
            spelling_ends: Vec::new(),
            max_bytes,
        }
    }

    /// Adds a name. `false` if there is no room for it.
    #[must_use]
    pub(crate) fn push(&mut self, name: &str) -> bool {
        let start = self.folded.len();
        fold_into(name, &mut self.folded);
        let same = self.folded[start..] == *name;
        self.folded.push(SEPARATOR);
        let spellings = self.spellings.len() + if same { 0 } else { name.len() };
        if self.folded.len() > self.max_bytes || spellings > self.max_bytes {
            self.folded.truncate(start);
            return false;
        }
        let end = self.folded.len() as u32;
        if same {
            self.ends.push(end);
        } else {
            self.spellings.push_str(name);
            self.spelling_ends.push((self.ends.len() as u32, spellings as u32));
            self.ends.push(end | HAS_SPELLING);
        }
        true
    }

    /// How much the texts take.
    pub(crate) fn bytes(&self) -> usize {
        self.folded.len() + self.spellings.len()
    }

    /// The name as it was added.
    pub(crate) fn get(&self, row: usize) -> &str {
        if self.ends[row] & HAS_SPELLING == 0 {
            return self.folded(row);
        }
        let at = self.spelling_ends.partition_point(|(of, _)| (*of as usize) < row);
        let start = at.checked_sub(1).map_or(0, |before| self.spelling_ends[before].1);
        &self.spellings[start as usize..self.spelling_ends[at].1 as usize]
    }

    /// The name as filters see it.
    pub(crate) fn folded(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.end(before));
        &self.folded[start..self.end(row) - SEPARATOR.len_utf8()]
    }

    /// Calls `found` with the number of each name that contains the folded text that `finder` looks for, in order.
    pub(crate) fn search(&self, finder: &Finder, mut found: impl FnMut(usize)) {
        let (mut row, mut at) = (0, 0);
        while let Some(skip) = finder.find(&self.folded.as_bytes()[at..]) {
            let hit = at + skip;
            row += gallop(self.ends.len() - row, |n| self.end(row + n) <= hit);
            found(row);
            at = self.end(row);
            row += 1;
        }
    }

    fn end(&self, row: usize) -> usize {
        (self.ends[row] & !HAS_SPELLING) as usize
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::folding::fold;

    proptest! {
        #[test]
        fn a_search_finds_the_same_as_a_look_at_each_name(
            all in prop::collection::vec("[aAbBÄß]{0,4}|\\PC{0,4}", 0..20),
            needle in "[aAbBäS]{1,2}",
        ) {
            let mut index = NameIndex::default();
            for name in &all {
                prop_assert!(index.push(name));
            }
            let needle = fold(&needle);
            let mut found = Vec::new();
            index.search(&Finder::new(&needle), |row| found.push(row));
            let expected: Vec<usize> = (0..all.len()).filter(|row| fold(&all[*row]).contains(&needle)).collect();
            prop_assert_eq!(found, expected);
            for (row, name) in all.iter().enumerate() {
                prop_assert_eq!(index.get(row), name);
                prop_assert_eq!(index.folded(row), fold(name));
            }
        }
    }

    #[test]
    fn a_name_without_room_is_refused_and_leaves_no_trace() {
        let mut index = NameIndex::with_max_bytes(12);
        assert!(index.push("edge") && index.push("CI"));
        assert!(!index.push("agent"), "5 + 5 + 3 bytes");
        assert!(index.push("Key"));
        assert_eq!([0, 1, 2].map(|row| index.get(row)), ["edge", "CI", "Key"]);
        assert_eq!((index.ends.len(), index.folded.as_str()), (3, "edge\nci\nkey\n"));
    }
}
