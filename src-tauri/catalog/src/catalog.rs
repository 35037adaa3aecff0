//! The list itself: what is in it, and the last view of it that was asked for.

use std::collections::{HashMap, HashSet};

use calyptia_api::{ListedToken, Permission, Tail, TokenId};
use jiff::{SignedDuration, Timestamp};

use crate::{Facet, FacetCounts, SortKey, View, entry::Entry, names::Names};

/// A token older than this is worth a second look.
const OLD_AFTER: SignedDuration = SignedDuration::from_hours(365 * 24);

/// All tokens of a project that have arrived so far.
pub struct Catalog {
    entries: Vec<Entry>,
    names: Names,
    others: HashMap<usize, Box<[Permission]>>,
    ids: HashSet<TokenId>,
    counts: FacetCounts,
    old_before: Timestamp,
    by_name: Option<Vec<u32>>,
    by_created: Option<Vec<u32>>,
    shown: Option<(View, Vec<u32>)>,
}

/// A piece of a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// How many rows the whole view has.
    pub matched: usize,
    /// The rows asked for, as far as they exist.
    pub rows: Vec<ListedToken>,
}

impl Catalog {
    /// An empty list. `now` decides which tokens are old.
    #[must_use]
    pub fn new(now: Timestamp) -> Self {
        Self {
            entries: Vec::new(),
            names: Names::default(),
            others: HashMap::new(),
            ids: HashSet::new(),
            counts: FacetCounts::default(),
            old_before: now.checked_sub(OLD_AFTER).unwrap_or(Timestamp::MIN),
            by_name: None,
            by_created: None,
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

    /// Adds rows as they arrive. A row whose id is there already is left out: rows move between pages while a list
    /// is read.
    pub fn add(&mut self, tokens: impl IntoIterator<Item = ListedToken>) {
        for token in tokens {
            self.add_one(&token);
        }
        (self.by_name, self.by_created, self.shown) = (None, None, None);
    }

    /// Whether a token of exactly this name is in the list.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
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
        if u32::try_from(self.entries.len()).is_err() || !self.ids.insert(token.id.clone()) {
            return;
        }
        let (entry, others) = Entry::new(token, self.old_before);
        if entry.has_others() {
            self.others.insert(self.entries.len(), others);
        }
        self.counts.all += 1;
        self.counts.full_access += usize::from(entry.is_in(Facet::FullAccess));
        self.counts.can_delete += usize::from(entry.is_in(Facet::CanDelete));
        self.counts.old += usize::from(entry.is_in(Facet::Old));
        self.names.push(&token.name);
        self.entries.push(entry);
    }

    fn row(&self, index: usize) -> ListedToken {
        let entry = &self.entries[index];
        let others = self.others.get(&index).map_or(&[][..], |others| others);
        ListedToken {
            id: entry.id.clone(),
            name: self.names.get(index).to_owned(),
            permissions: entry.permissions(others),
            created_at: entry.created,
            tail: entry.tail,
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
        if let Some(tail) = filter.trim_end().as_bytes().last_chunk::<{ Tail::LEN }>() {
            for (entry, matching) in self.entries.iter().zip(&mut matching) {
                *matching |= entry.tail.is_some_and(|t| t.as_str().as_bytes() == tail);
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
            tail: None,
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
        catalog.window(view, 0, 100).rows.into_iter().map(|row| row.name).collect()
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
        assert_eq!(rows[5], token("2", "Älter als alle", Some(&["read:*", "future:x"]), "unknown"));
        assert_eq!(rows[4].permissions, None);
        assert_eq!(rows[1].permissions, Some(vec![]));
    }

    #[test]
    fn a_window_ends_where_the_view_ends() {
        let mut catalog = catalog();
        let view = View { sort: SortKey::Name, descending: true, ..View::default() };
        let window = catalog.window(&view, 4, 10);
        assert_eq!((window.matched, window.rows.len()), (6, 2));
        assert_eq!(window.rows[1].name, "CI-Deploy");
        assert!(catalog.window(&view, 100, usize::MAX).rows.is_empty());
    }

    #[test]
    fn a_new_token_is_in_the_view_that_was_shown_before() {
        let mut catalog = catalog();
        let view = View { descending: true, ..View::default() };
        catalog.window(&view, 0, 10);
        catalog.add([token("7", "brand-new", Some(&["read:*"]), "2026-06-01T11:59:00Z")]);
        assert_eq!(names(&mut catalog, &view)[0], "brand-new");
        assert!(catalog.has_name("brand-new") && !catalog.has_name("Brand-new"));
    }
}
