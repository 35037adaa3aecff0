//! Sorted row numbers that are kept while the list changes: new rows are merged in and removed ones taken out, so that
//! one change in a long list does not sort it again.

use std::cmp::Ordering;

use icu_collator::CollatorBorrowed;

use crate::{
    Collation, SortKey,
    gallop::gallop,
    name_index::NameIndex,
    row_store::RowStore,
    sort_keys::{AsciiWeights, KeyedRows},
};

/// What rows are compared by.
pub(crate) struct Sorting<'s> {
    key: SortKey,
    rows: &'s RowStore,
    names: &'s NameIndex,
    collator: CollatorBorrowed<'s>,
    ascii: &'s AsciiWeights,
}

impl<'s> Sorting<'s> {
    pub(crate) fn new(
        key: SortKey,
        rows: &'s RowStore,
        names: &'s NameIndex,
        collation: &'s Collation,
    ) -> Self {
        Self { key, rows, names, collator: collation.collator(), ascii: collation.ascii() }
    }

    /// A total order: different rows are never equal.
    fn compare(&self, a: u32, b: u32) -> Ordering {
        match self.key {
            SortKey::Created => self.rows.compare_created(a, b),
            SortKey::Name => self
                .collator
                .compare(self.names.get(a as usize), self.names.get(b as usize))
                .then_with(|| self.rows.rank(a).cmp(&self.rows.rank(b))),
        }
    }

    fn sort(&self, rows: &mut Vec<u32>) {
        match self.key {
            SortKey::Created => rows.sort_by(|a, b| self.compare(*a, *b)),
            SortKey::Name => self.sort_by_name(rows),
        }
    }

    /// Computes each key once. Keys of ASCII names are written here, which takes a fraction of the time, and cannot be
    /// compared with the collator's keys for other names: both are sorted, then merged by comparing names.
    fn sort_by_name(&self, rows: &mut Vec<u32>) {
        let (mut ascii, mut other) = (KeyedRows::default(), KeyedRows::default());
        for row in rows.drain(..) {
            let name = self.names.get(row as usize);
            if !ascii.push(row, |key| self.ascii.write_key(name, key)) {
                other.push(row, |key| {
                    let Ok(()) = self.collator.write_sort_key_to(name, key);
                    true
                });
            }
        }
        let rank = |row| self.rows.rank(row);
        rows.extend(ascii.sorted(rank));
        merge(rows, &other.sorted(rank), |a, b| self.compare(a, b));
    }
}

/// Rows in ascending order, of those that have been looked at so far.
#[derive(Default)]
pub(crate) struct Order {
    rows: Vec<u32>,
    /// The rows before this number have been looked at.
    seen: usize,
}

impl Order {
    /// Rows that are in order already, of all rows before number `seen`.
    pub(crate) fn new(rows: Vec<u32>, seen: usize) -> Self {
        Self { rows, seen }
    }

    pub(crate) fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Looks at the rows that were added since the last time, and inserts those that `keep` accepts.
    pub(crate) fn catch_up(&mut self, sorting: &Sorting, keep: impl Fn(usize) -> bool) {
        let seen = sorting.rows.len();
        let mut added: Vec<u32> = (self.seen..seen).filter(|row| keep(*row)).map(|row| row as u32).collect();
        self.seen = seen;
        if added.len() > self.rows.len() {
            // Sorting is quicker than merging more rows than there are.
            self.rows.append(&mut added);
            sorting.sort(&mut self.rows);
        } else if !added.is_empty() {
            sorting.sort(&mut added);
            merge(&mut self.rows, &added, |a, b| sorting.compare(a, b));
        }
    }

    /// Takes a row out, if it is there.
    pub(crate) fn remove(&mut self, row: usize, sorting: &Sorting) {
        if row < self.seen
            && let Ok(at) = self.rows.binary_search_by(|other| sorting.compare(*other, row as u32))
        {
            self.rows.remove(at);
        }
    }
}

/// Merges sorted rows into others, in place, from the end.
fn merge(rows: &mut Vec<u32>, added: &[u32], compare: impl Fn(u32, u32) -> Ordering) {
    let mut end = rows.len();
    rows.resize(end + added.len(), 0);
    for (before, &row) in added.iter().enumerate().rev() {
        let at = end - gallop(end, |n| compare(rows[end - 1 - n], row).is_gt());
        rows.copy_within(at..end, at + before + 1);
        rows[at + before] = row;
        end = at;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_merge_is_the_same_as_a_sort(
            mut rows in prop::collection::vec(any::<u32>(), 0..40),
            mut added in prop::collection::vec(any::<u32>(), 0..40),
        ) {
            rows.sort_unstable();
            added.sort_unstable();
            let mut expected = [&rows[..], &added].concat();
            expected.sort_unstable();
            merge(&mut rows, &added, |a, b| a.cmp(&b));
            prop_assert_eq!(rows, expected);
        }
    }
}
