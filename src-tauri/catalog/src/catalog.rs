//! The list itself: what is in it, and the last view of it that was asked for.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher as _, RandomState},
};

use calyptia_api::{ListedToken, Permission, TokenId, ValueSuffix};
use hashbrown::HashTable;
use jiff::{SignedDuration, Timestamp};

use crate::{Facet, FacetCounts, SortKey, View, entry::Entry, names::Names};

/// A token older than this is worth a second look.
const OLD_AFTER: SignedDuration = SignedDuration::from_hours(365 * 24);

/// All tokens of a project that have arrived so far.
pub struct Catalog {
    entries: Vec<Entry>,
    names: Names,
    others: HashMap<usize, Box<[Permission]>>,
    hasher: RandomState,
    /// The entries by their id: row numbers, which take a sixth of the ids' own size.
    by_id: HashTable<u32>,
    counts: FacetCounts,
    conflicting: usize,
    old_before: Timestamp,
    by_name: Option<Vec<u32>>,
    by_created: Option<Vec<u32>>,
    /// Hashes of the names that more than one token has.
    repeated_names: HashSet<u64>,
    shown: Option<(View, Vec<u32>)>,
}

/// A piece of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// How many rows the whole view has.
    pub matched: usize,
    /// The rows asked for, as far as they exist.
    pub rows: Vec<Row>,
}

/// A row of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The token.
    pub token: ListedToken,
    /// Whether another token has the same name, as far as [`Catalog::find_repeated_names`] was asked.
    pub repeated_name: bool,
}

impl Catalog {
    /// An empty list. `now` decides which tokens are old.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            entries: Vec::new(),
            names: Names::default(),
            others: HashMap::new(),
            hasher: RandomState::new(),
            by_id: HashTable::new(),
            counts: FacetCounts::default(),
            conflicting: 0,
            old_before: now.checked_sub(OLD_AFTER).unwrap_or(Timestamp::MIN),
            by_name: None,
            by_created: None,
            repeated_names: HashSet::new(),
            shown: None,
        }
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many tokens stand in each facet.
    #[must_use]
    pub fn counts(&self) -> FacetCounts {
        self.counts
    }

    /// How many rows were left out because an earlier one with other contents has the same id.
    #[must_use]
    pub fn conflicting(&self) -> usize {
        self.conflicting
    }

    /// Adds rows as they arrive. A row whose id is there already is left out: rows move between pages while a list
    /// is read.
    pub fn add(&mut self, tokens: impl IntoIterator<Item = ListedToken>) {
        for token in tokens {
            self.add_one(&token);
        }
        self.forget_orders();
    }

    /// Puts a token's new name and permissions in the place of the old ones; adds it if it is not there.
    pub fn update(&mut self, token: &ListedToken) {
        let Some(index) = self.position(&token.id) else { return self.add([token.clone()]) };
        self.count(index, false);
        let (entry, others) = Entry::new(token, self.old_before);
        self.names.replace(index, &token.name);
        self.others.remove(&index);
        if entry.has_others() {
            self.others.insert(index, others);
        }
        self.entries[index] = entry;
        self.count(index, true);
        self.forget_orders();
    }

    /// Takes a token out. `false` if it was not there.
    pub fn remove(&mut self, id: &TokenId) -> bool {
        let Some(index) = self.position(id) else { return false };
        self.count(index, false);
        self.entries.remove(index);
        self.names.remove(index);
        let moved = |(at, others)| (if at > index { at - 1 } else { at }, others);
        self.others.remove(&index);
        self.others = std::mem::take(&mut self.others).into_iter().map(moved).collect();
        let hash = |entries: &[Entry], row: u32| self.hasher.hash_one(&entries[row as usize].id);
        self.by_id = HashTable::with_capacity(self.entries.len());
        for row in 0..self.entries.len() as u32 {
            self.by_id.insert_unique(hash(&self.entries, row), row, |row| hash(&self.entries, *row));
        }
        self.forget_orders();
        true
    }

    /// Whether a token of this id is there.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        self.position(id).is_some()
    }

    /// The row of this id, if it is there.
    #[must_use]
    pub fn find(&self, id: &TokenId) -> Option<Row> {
        self.position(id).map(|index| self.row(index))
    }

    /// The ids of the tokens with exactly this name.
    #[must_use]
    pub fn ids_named(&self, name: &str) -> Vec<TokenId> {
        self.names.positions(name).map(|index| self.entries[index].id.clone()).collect()
    }

    /// Looks for names that more than one token has, to be asked once a list has stopped changing.
    pub fn find_repeated_names(&mut self) {
        let mut hashes: Vec<u64> =
            (0..self.entries.len()).map(|index| self.hasher.hash_one(self.names.get(index))).collect();
        hashes.sort_unstable();
        self.repeated_names =
            hashes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    }

    /// The rows `from..from + count` of a view.
    pub fn window(&mut self, view: &View, from: usize, count: usize) -> Window {
        if self.shown.as_ref().is_none_or(|(shown, _)| shown != view) {
            let order = self.select(view);
            self.shown = Some((view.clone(), order));
        }
        let order = self.shown.as_ref().map_or(&[][..], |(_, order)| order);
        let matched = order.len();
        let rows = (from..matched.min(from.saturating_add(count)))
            .map(|position| if view.descending { order[matched - 1 - position] } else { order[position] })
            .map(|index| self.row(index as usize))
            .collect();
        Window { matched, rows }
    }

    fn add_one(&mut self, token: &ListedToken) {
        // Row numbers have 32 bits to keep the orders small.
        let Ok(row) = u32::try_from(self.entries.len()) else { return };
        let (entry, others) = Entry::new(token, self.old_before);
        if let Some(index) = self.position(&token.id) {
            let same = self.entries[index] == entry
                && self.names.get(index) == token.name
                && self.others.get(&index).map_or(&[][..], |others| others) == &*others;
            self.conflicting += usize::from(!same);
            return;
        }
        if entry.has_others() {
            self.others.insert(self.entries.len(), others);
        }
        self.names.push(&token.name);
        self.entries.push(entry);
        let hash = |row: &u32| self.hasher.hash_one(&self.entries[*row as usize].id);
        self.by_id.insert_unique(hash(&row), row, hash);
        self.count(row as usize, true);
    }

    fn position(&self, id: &TokenId) -> Option<usize> {
        let is_it = |row: &u32| self.entries[*row as usize].id == *id;
        self.by_id.find(self.hasher.hash_one(id), is_it).map(|row| *row as usize)
    }

    /// Counts an entry in, or out again.
    fn count(&mut self, index: usize, is_in: bool) {
        let entry = &self.entries[index];
        let change = |count: &mut usize, facet| {
            if entry.is_in(facet) {
                *count = if is_in { *count + 1 } else { *count - 1 };
            }
        };
        change(&mut self.counts.all, Facet::All);
        change(&mut self.counts.full_access, Facet::FullAccess);
        change(&mut self.counts.can_delete, Facet::CanDelete);
        change(&mut self.counts.old, Facet::Old);
    }

    fn forget_orders(&mut self) {
        (self.by_name, self.by_created, self.shown) = (None, None, None);
    }

    fn row(&self, index: usize) -> Row {
        let entry = &self.entries[index];
        let others = self.others.get(&index).map_or(&[][..], |others| others);
        let name = self.names.get(index);
        Row {
            token: ListedToken {
                id: entry.id.clone(),
                name: name.to_owned(),
                permissions: entry.permissions(others),
                created_at: entry.created,
                suffix: entry.suffix,
            },
            repeated_name: !self.repeated_names.is_empty()
                && self.repeated_names.contains(&self.hasher.hash_one(name)),
        }
    }

    /// The rows of a view in ascending order.
    fn select(&mut self, view: &View) -> Vec<u32> {
        let matching = (!view.filter.is_empty()).then(|| self.matching(&view.filter));
        let entries = &self.entries;
        let keep = |index: &u32| {
            let index = *index as usize;
            matching.as_ref().is_none_or(|matching| matching[index]) && entries[index].is_in(view.facet)
        };
        let order = match view.sort {
            SortKey::Name => self.by_name.get_or_insert_with(|| {
                sorted(entries.len(), |a, b| self.names.sort_key(a).cmp(self.names.sort_key(b)))
            }),
            // Rows arrive newest first. Among equals the last to arrive counts as the oldest, so that the order the
            // server gave is the order people see.
            SortKey::Created => self.by_created.get_or_insert_with(|| {
                sorted(entries.len(), |a, b| entries[a].created.cmp(&entries[b].created).then(b.cmp(&a)))
            }),
        };
        order.iter().copied().filter(keep).collect()
    }

    /// Which rows a filter matches. The end of a token's value finds its row, so that a value found somewhere can be
    /// tracked down.
    fn matching(&self, filter: &str) -> Vec<bool> {
        let mut matching = vec![false; self.entries.len()];
        self.names.search(filter, |index| matching[index] = true);
        if let Some(suffix) = filter.trim_end().as_bytes().last_chunk::<{ ValueSuffix::LEN }>() {
            for (entry, matching) in self.entries.iter().zip(&mut matching) {
                *matching |= entry.suffix.is_some_and(|t| t.as_str().as_bytes() == suffix);
            }
        }
        matching
    }
}

fn sorted(count: usize, mut compare: impl FnMut(usize, usize) -> std::cmp::Ordering) -> Vec<u32> {
    let mut order: Vec<u32> = (0..count as u32).collect();
    order.sort_by(|a, b| compare(*a as usize, *b as usize));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-06-01T12:00:00Z";

    fn token(id: &str, name: &str, permissions: Option<&[&str]>, created: &str) -> ListedToken {
        ListedToken {
            id: id.into(),
            name: name.into(),
            permissions: permissions.map(|list| list.iter().copied().map(Permission::from).collect()),
            created_at: created.parse().ok(),
            suffix: None,
        }
    }

    fn catalog() -> Catalog {
        let mut catalog = Catalog::new(NOW.parse().expect("a date"));
        catalog.add([
            token("1", "edge-agent", Some(&["read:*", "update:*"]), "2026-05-01T00:00:00Z"),
            token("2", "Älter als alle", Some(&["read:*", "future:x"]), "unknown"),
            token(
                "3",
                "CI-Deploy",
                Some(&["create:*", "read:*", "update:*", "delete:*"]),
                "2026-04-01T00:00:00Z",
            ),
            token("4", "edge-cleanup", Some(&["delete:*"]), "2026-03-01T00:00:00Z"),
        ]);
        catalog.add([
            token("1", "the same id again", Some(&[]), "2026-01-01T00:00:00Z"),
            token("5", "unreadable", None, "2024-01-01T00:00:00Z"),
            token("6", "default", Some(&[]), "2023-01-01T00:00:00Z"),
        ]);
        catalog
    }

    fn names(catalog: &mut Catalog, view: &View) -> Vec<String> {
        catalog.window(view, 0, 100).rows.into_iter().map(|row| row.token.name).collect()
    }

    #[test]
    fn newest_first_keeps_unknown_dates_at_the_end() {
        let view = View { descending: true, ..View::default() };
        let expected = ["edge-agent", "CI-Deploy", "edge-cleanup", "unreadable", "default", "Älter als alle"];
        assert_eq!(names(&mut catalog(), &view), expected);
    }

    #[test]
    fn names_sort_and_match_whatever_their_case() {
        let by_name = View { sort: SortKey::Name, ..View::default() };
        let expected = ["CI-Deploy", "default", "edge-agent", "edge-cleanup", "unreadable", "Älter als alle"];
        assert_eq!(names(&mut catalog(), &by_name), expected);
        for (filter, expected) in [
            ("DEPLOY", vec!["CI-Deploy"]),
            ("älter", vec!["Älter als alle"]),
            ("edge", vec!["edge-agent", "edge-cleanup"]),
            ("zzz", vec![]),
        ] {
            let view = View { filter: filter.into(), sort: SortKey::Name, ..View::default() };
            assert_eq!(names(&mut catalog(), &view), expected, "{filter}");
        }
    }

    #[test]
    fn facets_count_and_show_the_same_tokens() {
        let mut catalog = catalog();
        let counts = catalog.counts();
        assert_eq!(counts, FacetCounts { all: 6, full_access: 2, can_delete: 3, old: 2 });
        for (facet, count) in [
            (Facet::All, counts.all),
            (Facet::FullAccess, counts.full_access),
            (Facet::CanDelete, counts.can_delete),
            (Facet::Old, counts.old),
        ] {
            assert_eq!(catalog.window(&View { facet, ..View::default() }, 0, 0).matched, count, "{facet:?}");
        }
    }

    #[test]
    fn a_row_comes_back_as_it_went_in() {
        let mut catalog = catalog();
        let view = View { sort: SortKey::Name, ..View::default() };
        let rows = catalog.window(&view, 0, 100).rows;
        assert_eq!(rows[5].token, token("2", "Älter als alle", Some(&["read:*", "future:x"]), "unknown"));
        assert_eq!(rows[4].token.permissions, None);
        assert_eq!(rows[1].token.permissions, Some(vec![]));
    }

    #[test]
    fn a_window_ends_where_the_view_ends() {
        let mut catalog = catalog();
        let view = View { sort: SortKey::Name, descending: true, ..View::default() };
        let window = catalog.window(&view, 4, 10);
        assert_eq!((window.matched, window.rows.len()), (6, 2));
        assert_eq!(window.rows[1].token.name, "CI-Deploy");
        assert!(catalog.window(&view, 100, usize::MAX).rows.is_empty());
    }

    #[test]
    fn a_new_token_is_in_the_view_that_was_shown_before() {
        let mut catalog = catalog();
        let view = View { descending: true, ..View::default() };
        catalog.window(&view, 0, 10);
        catalog.add([token("7", "brand-new", Some(&["read:*"]), "2026-06-01T11:59:00Z")]);
        assert_eq!(names(&mut catalog, &view)[0], "brand-new");
        assert_eq!((catalog.ids_named("brand-new").len(), catalog.ids_named("Brand-new").len()), (1, 0));
    }

    #[test]
    fn d4_of_rows_with_the_same_id_the_first_is_kept_and_the_others_are_counted() {
        let mut catalog = catalog();
        assert_eq!((catalog.len(), catalog.conflicting()), (6, 1));
        let view = View { sort: SortKey::Name, ..View::default() };
        assert!(!names(&mut catalog, &view).contains(&"the same id again".to_owned()));
    }

    #[test]
    fn d4_names_that_repeat_are_marked() {
        let mut catalog = catalog();
        catalog.add([token("7", "default", Some(&["read:*"]), "2026-05-01T00:00:00Z")]);
        catalog.find_repeated_names();
        let rows = catalog.window(&View::default(), 0, 100).rows;
        let marked: Vec<_> =
            rows.iter().filter(|row| row.repeated_name).map(|row| row.token.id.to_string()).collect();
        assert_eq!(marked, ["6", "7"]);
    }

    #[test]
    fn d8_a_row_that_comes_twice_is_shown_once_and_is_no_conflict() {
        let mut catalog = catalog();
        catalog.add([token("4", "edge-cleanup", Some(&["delete:*"]), "2026-03-01T00:00:00Z")]);
        catalog.add([token("1", "edge-agent", Some(&["update:*", "read:*"]), "2026-05-01T00:00:00Z")]);
        assert_eq!((catalog.len(), catalog.conflicting()), (6, 1));
    }

    #[test]
    fn a_changed_token_stays_in_its_place_and_a_removed_one_is_gone() {
        let mut catalog = catalog();
        catalog.update(&token("2", "renamed", Some(&[]), "unknown"));
        assert!(catalog.remove(&"1".into()) && !catalog.remove(&"1".into()));
        assert_eq!(catalog.counts(), FacetCounts { all: 5, full_access: 3, can_delete: 4, old: 2 });
        let view = View { descending: true, ..View::default() };
        let expected = ["CI-Deploy", "edge-cleanup", "unreadable", "default", "renamed"];
        assert_eq!(names(&mut catalog, &view), expected);
        // What stands behind the removed row is still found by its id.
        catalog.update(&token("4", "edge-x", Some(&["read:*", "future:y"]), "2026-03-01T00:00:00Z"));
        let view = View { filter: "edge-x".into(), ..View::default() };
        let rows = catalog.window(&view, 0, 9).rows;
        assert_eq!(rows.len(), 1);
        assert_eq!(
            rows[0].token,
            token("4", "edge-x", Some(&["read:*", "future:y"]), "2026-03-01T00:00:00Z")
        );
        assert_eq!(catalog.counts().can_delete, 3);
        assert_eq!(catalog.find(&"4".into()), Some(rows[0].clone()));
        assert_eq!(catalog.find(&"1".into()), None);
    }
}
