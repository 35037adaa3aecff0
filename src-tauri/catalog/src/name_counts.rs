//! How many rows have a name of each look, kept up to date with every change.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
};

use hashbrown::HashTable;

use crate::{look::look, name_index::NameIndex};

/// Counts by look. A look is represented by the first row that had it, whose name stays in the [`NameIndex`].
#[derive(Default)]
pub(crate) struct NameCounts {
    hasher: RandomState,
    representatives: HashTable<Representative>,
    /// Counts by representative row. Most looks occur once, so only other counts are kept.
    unusual: HashMap<u32, u32>,
}

/// A row with the hash of its look: a table that grows does not read the names again.
struct Representative {
    hash: u32,
    row: u32,
}

impl NameCounts {
    /// Counts the name of a row.
    pub(crate) fn add(&mut self, names: &NameIndex, row: usize) {
        let look = look(names.get(row));
        match self.representative(names, &look) {
            Some(representative) => self.set(representative, self.count(representative) + 1),
            None => {
                let new = Representative { hash: self.hash(&look), row: row as u32 };
                self.representatives.insert_unique(spread(new.hash), new, |known| spread(known.hash));
            }
        }
    }

    /// Takes the name of a removed row out of the count.
    pub(crate) fn remove(&mut self, names: &NameIndex, row: usize) {
        if let Some(representative) = self.representative(names, &look(names.get(row))) {
            self.set(representative, self.count(representative).saturating_sub(1));
        }
    }

    /// How many rows have a name that looks like this one, or is this one.
    pub(crate) fn of(&self, names: &NameIndex, name: &str) -> u32 {
        self.representative(names, &look(name)).map_or(0, |representative| self.count(representative))
    }

    fn representative(&self, names: &NameIndex, wanted: &str) -> Option<u32> {
        let hash = self.hash(wanted);
        let is_it =
            |known: &Representative| known.hash == hash && look(names.get(known.row as usize)) == wanted;
        self.representatives.find(spread(hash), is_it).map(|known| known.row)
    }

    fn hash(&self, look: &str) -> u32 {
        self.hasher.hash_one(look) as u32
    }

    fn count(&self, representative: u32) -> u32 {
        self.unusual.get(&representative).copied().unwrap_or(1)
    }

    fn set(&mut self, representative: u32, count: u32) {
        if count == 1 {
            self.unusual.remove(&representative);
        } else {
            self.unusual.insert(representative, count);
        }
    }
}

/// The table reads the lowest and the highest bits of a hash.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}
