//! Rows by number and by id. Rows are only added: a removed row keeps its number and is marked, and a changed token is
//! a removed row and a new one. The garbage disappears with the next refresh, which builds a new list.

use std::{
    cmp::Ordering,
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
};

use calyptia_api::{ListedToken, TokenId};
use hashbrown::HashTable;

use crate::{
    entry::{Entry, Extra},
    facets::Criteria,
};

/// Row numbers have 32 bits, which halves the size of every order.
const MAX_ROWS: usize = u32::MAX as usize;

#[derive(Default)]
pub(crate) struct RowStore {
    entries: Vec<Entry>,
    extras: HashMap<u32, Extra>,
    /// How much memory these take.
    extra_bytes: usize,
    hasher: RandomState,
    /// The rows that are not removed, by their ids.
    by_id: HashTable<u32>,
    /// For a row that replaced another: the number of the first row its token had.
    ranks: HashMap<u32, u32>,
}

impl RowStore {
    /// How many rows there are, removed ones included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn extra_bytes(&self) -> usize {
        self.extra_bytes
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len() >= MAX_ROWS
    }

    /// Adds a row whose id is not there yet, and returns its number. `rank` decides its place among equals; its own
    /// number if `None`.
    pub(crate) fn push(&mut self, token: &ListedToken, rank: Option<u32>) -> usize {
        let row = self.entries.len();
        let (entry, extra) = Entry::new(token);
        self.entries.push(entry);
        if let Some(extra) = extra {
            self.extra_bytes += extra.bytes();
            self.extras.insert(row as u32, extra);
        }
        if let Some(rank) = rank {
            self.ranks.insert(row as u32, rank);
        }
        let (entries, extras, hasher) = (&self.entries, &self.extras, &self.hasher);
        let hash = |row: &u32| match entries[*row as usize].uuid(extra_of(entries, extras, *row as usize)) {
            Some(id) => hasher.hash_one(id),
            None => hash_of_id(hasher, &entries[*row as usize].id(extras.get(row))),
        };
        self.by_id.insert_unique(hash(&(row as u32)), row as u32, hash);
        row
    }

    /// Marks a row as removed.
    pub(crate) fn remove(&mut self, row: usize) {
        let hash = self.hash(&self.id(row));
        if let Ok(entry) = self.by_id.find_entry(hash, |other| *other as usize == row) {
            entry.remove();
        }
        self.entries[row].mark_removed();
    }

    /// The row of a token that is not removed.
    pub(crate) fn position(&self, id: &TokenId) -> Option<usize> {
        let is_it = |row: &u32| match id {
            TokenId::Uuid(id) if !self.has_extras() => {
                self.entries[*row as usize].uuid(None) == Some(id.as_bytes())
            }
            id => self.id(*row as usize) == *id,
        };
        self.by_id.find(self.hash(id), is_it).map(|row| *row as usize)
    }

    pub(crate) fn entry(&self, row: usize) -> &Entry {
        &self.entries[row]
    }

    pub(crate) fn extra(&self, row: usize) -> Option<&Extra> {
        extra_of(&self.entries, &self.extras, row)
    }

    /// Whether any row has what does not fit in an [`Entry`].
    pub(crate) fn has_extras(&self) -> bool {
        !self.extras.is_empty()
    }

    pub(crate) fn id(&self, row: usize) -> TokenId {
        self.entries[row].id(self.extra(row))
    }

    pub(crate) fn is_removed(&self, row: usize) -> bool {
        self.entries[row].is_removed()
    }

    /// Whether a row is there and meets the criteria.
    pub(crate) fn is_shown(&self, row: usize, criteria: &Criteria) -> bool {
        let entry = &self.entries[row];
        !entry.is_removed() && criteria.admit(entry)
    }

    /// For each row, whether it is there and meets the criteria.
    pub(crate) fn shown(&self, criteria: &Criteria) -> Vec<bool> {
        if criteria.admit_all() && self.by_id.len() == self.len() {
            // Nothing is removed.
            return vec![true; self.len()];
        }
        (0..self.len()).map(|row| self.is_shown(row, criteria)).collect()
    }

    /// The token of a row, with the name that is kept elsewhere.
    pub(crate) fn token(&self, row: usize, name: &str) -> ListedToken {
        let (entry, extra) = (&self.entries[row], self.extra(row));
        ListedToken {
            id: entry.id(extra),
            name: name.to_owned(),
            permissions: entry.permissions(extra),
            created_at: entry.created(extra),
            suffix: entry.suffix,
        }
    }

    /// Decides between rows that are otherwise equal: the order in which the tokens arrived.
    pub(crate) fn rank(&self, row: u32) -> u32 {
        if self.ranks.is_empty() { row } else { self.ranks.get(&row).copied().unwrap_or(row) }
    }

    /// Oldest first. Rows arrive newest first, so among equals the last to arrive counts as the oldest: the order on
    /// screen is the server's.
    pub(crate) fn compare_created(&self, a: u32, b: u32) -> Ordering {
        let key = |row: u32| self.entries[row as usize].created_key();
        key(a)
            .cmp(&key(b))
            .then_with(|| {
                let (a, b) = (a as usize, b as usize);
                if !self.entries[a].has_extra() && !self.entries[b].has_extra() {
                    return Ordering::Equal;
                }
                let created = |row: usize| self.entries[row].created(self.extra(row));
                created(a).cmp(&created(b))
            })
            .then_with(|| self.rank(b).cmp(&self.rank(a)))
    }

    fn hash(&self, id: &TokenId) -> u64 {
        hash_of_id(&self.hasher, id)
    }
}

/// Spellings of one UUID have one hash.
fn hash_of_id(hasher: &RandomState, id: &TokenId) -> u64 {
    match (id, id.uuid()) {
        (TokenId::Text(text), None) => hasher.hash_one(Some(&**text)),
        (_, id) => hasher.hash_one(id.unwrap_or_default().as_bytes()),
    }
}

fn extra_of<'e>(entries: &[Entry], extras: &'e HashMap<u32, Extra>, row: usize) -> Option<&'e Extra> {
    if entries[row].has_extra() { extras.get(&(row as u32)) } else { None }
}
