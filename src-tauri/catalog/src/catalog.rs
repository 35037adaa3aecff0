//! The list itself: what is in it, and the last view of it that was asked for.

use calyptia_api::{ListedToken, TokenId, is_shortened};
use jiff::{SignedDuration, Timestamp};

use crate::{
    AccessBits, Collation, FacetCounts, Facets, SortKey, View,
    facets::Cutoffs,
    look::look,
    name_counts::NameCounts,
    name_index::NameIndex,
    query::Query,
    row_store::RowStore,
    sorting::{Order, Sorting},
};

/// What a row takes beside its texts: its entry, its place in the indexes, and in up to three orders.
const ROW_BYTES: usize = 72;
/// Dates of one token that differ by less are one date in two precisions.
const SAME_DATE: SignedDuration = SignedDuration::from_secs(1);

/// All tokens of a project that have arrived so far.
pub struct Catalog {
    rows: RowStore,
    names: NameIndex,
    name_counts: NameCounts,
    collation: Collation,
    counts: FacetCounts,
    conflicting_rows: usize,
    left_out: usize,
    shortened: usize,
    max_bytes: usize,
    cutoffs: Cutoffs,
    by_name: Order,
    by_created: Order,
    /// The last view that shows a part of the list only.
    shown: Option<Shown>,
}

/// A part of the list in one order.
struct Shown {
    filter: String,
    facets: Facets,
    sort: SortKey,
    query: Query,
    order: Order,
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
    /// Whether another token has this name, or one that looks the same.
    pub duplicate_name: bool,
}

/// What two lists of a project are compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known<'c> {
    /// The token.
    pub id: TokenId,
    /// Its name.
    pub name: &'c str,
    /// What it can do.
    pub access: AccessBits,
}

/// Whether a name is in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMatch {
    /// Neither this name nor one that looks the same.
    None,
    /// Exactly this name.
    Same,
    /// Another name that a person cannot tell from this one.
    LooksAlike,
}

impl Catalog {
    /// The most memory that rows take by default: enough for the two million that a list has at most, with names of the usual
    /// length.
    pub const MAX_BYTES: usize = 512 * 1024 * 1024;

    /// An empty list. `now` decides how old tokens are, `collation` how names are sorted.
    #[must_use]
    pub fn new(now: Timestamp, collation: Collation) -> Self {
        Self::with_max_bytes(now, collation, Self::MAX_BYTES)
    }

    /// The same with another bound on the memory of its rows. While a view is sorted, the names take as much again for a
    /// moment.
    #[must_use]
    pub fn with_max_bytes(now: Timestamp, collation: Collation, max_bytes: usize) -> Self {
        Self {
            rows: RowStore::default(),
            names: NameIndex::default(),
            name_counts: NameCounts::default(),
            collation,
            counts: FacetCounts::default(),
            conflicting_rows: 0,
            left_out: 0,
            shortened: 0,
            max_bytes,
            cutoffs: Cutoffs::at(now),
            by_name: Order::default(),
            by_created: Order::default(),
            shown: None,
        }
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.counts.all
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many tokens of the whole list each facet has.
    #[must_use]
    pub fn counts(&self) -> FacetCounts {
        self.counts
    }

    /// How many rows were ignored because an earlier one with the same id says something else.
    #[must_use]
    pub fn conflicting_rows(&self) -> usize {
        self.conflicting_rows
    }

    /// How many tokens are missing because there was no room: the rows of a list, changes included, take up to
    /// [`MAX_BYTES`](Self::MAX_BYTES).
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// How many tokens have a name of which only the start is known.
    #[must_use]
    pub fn shortened(&self) -> usize {
        self.shortened
    }

    /// About how much memory the rows take, in bytes.
    fn bytes(&self) -> usize {
        self.rows.len() * ROW_BYTES + self.rows.extra_bytes() + self.names.bytes()
    }

    /// Adds rows as they arrive. A row whose id is there already is ignored: rows move between pages while a list is
    /// read.
    pub fn add(&mut self, tokens: impl IntoIterator<Item = ListedToken>) {
        for token in tokens {
            match self.rows.position(&token.id) {
                Some(row) => self.conflicting_rows += usize::from(!self.says_the_same(row, &token)),
                None => self.append(&token, None),
            }
        }
    }

    /// Replaces what is known of a token; adds it if it is not there.
    pub fn update(&mut self, token: &ListedToken) {
        let rank = self.rows.position(&token.id).map(|row| {
            self.take_out(row);
            self.rows.rank(row as u32)
        });
        self.append(token, rank);
    }

    /// Removes a token. `false` if it was not there.
    pub fn remove(&mut self, id: &TokenId) -> bool {
        let row = self.rows.position(id);
        row.map(|row| self.take_out(row)).is_some()
    }

    /// Whether a token with this id is there.
    #[must_use]
    pub fn has(&self, id: &TokenId) -> bool {
        self.rows.position(id).is_some()
    }

    /// The row with this id, if it is there.
    #[must_use]
    pub fn find(&self, id: &TokenId) -> Option<Row> {
        self.rows.position(id).map(|row| self.row(row))
    }

    /// How many places there are for tokens. Those of removed ones stay, and a changed token moves to a new one at the end.
    #[must_use]
    pub fn places(&self) -> usize {
        self.rows.len()
    }

    /// The place of a token.
    #[must_use]
    pub fn place(&self, id: &TokenId) -> Option<usize> {
        self.rows.position(id)
    }

    /// The token in a place, if there is one.
    #[must_use]
    pub fn known(&self, place: usize) -> Option<Known<'_>> {
        (place < self.rows.len() && !self.rows.is_removed(place)).then(|| Known {
            id: self.rows.id(place),
            name: self.names.get(place),
            access: self.rows.entry(place).access(),
        })
    }

    /// The ids of the tokens with exactly this name.
    #[must_use]
    pub fn ids_named(&self, name: &str) -> Vec<TokenId> {
        // At most as many as look like it.
        let count = self.name_counts.of(&self.names, name) as usize;
        (0..self.rows.len())
            .filter(|row| !self.rows.is_removed(*row) && self.names.get(*row) == name)
            .take(count)
            .map(|row| self.rows.id(row))
            .collect()
    }

    /// Whether a name is there, or one that looks the same. `except` is the token that is to be renamed, which does not count.
    #[must_use]
    pub fn match_name(&self, name: &str, except: Option<&TokenId>) -> NameMatch {
        let own = except.and_then(|id| self.rows.position(id)).map(|row| self.names.get(row));
        let own = own.is_some_and(|own| look(own) == look(name));
        if self.name_counts.of(&self.names, name) <= u32::from(own) {
            NameMatch::None
        } else if self.ids_named(name).iter().any(|id| Some(id) != except) {
            NameMatch::Same
        } else {
            NameMatch::LooksAlike
        }
    }

    /// The rows `from..from + count` of a view.
    pub fn window(&mut self, view: &View, from: usize, count: usize) -> Window {
        let order = self.order(view);
        let matched = order.len();
        let rows: Vec<u32> = (from..matched.min(from.saturating_add(count)))
            .map(|position| if view.descending { order[matched - 1 - position] } else { order[position] })
            .collect();
        Window { matched, rows: rows.into_iter().map(|row| self.row(row as usize)).collect() }
    }

    /// The places of the tokens of a view, in its order.
    pub fn places_of(&mut self, view: &View) -> Vec<u32> {
        let mut places = self.order(view).to_vec();
        if view.descending {
            places.reverse();
        }
        places
    }

    /// The row in a place, if a token is there.
    #[must_use]
    pub fn row_at(&self, place: u32) -> Option<Row> {
        let place = place as usize;
        (place < self.rows.len() && !self.rows.is_removed(place)).then(|| self.row(place))
    }

    /// Where a token stands in a view, if it is in it.
    pub fn position(&mut self, view: &View, id: &TokenId) -> Option<usize> {
        let row = self.rows.position(id)? as u32;
        let order = self.order(view);
        let position = order.iter().position(|other| *other == row)?;
        Some(if view.descending { order.len() - 1 - position } else { position })
    }

    /// Those of these tokens that are there and not in a view.
    pub fn hidden<'i>(&self, view: &View, ids: impl IntoIterator<Item = &'i TokenId>) -> Vec<&'i TokenId> {
        let query = Query::parse(&view.filter);
        let criteria = self.cutoffs.criteria(view.facets);
        let is_shown = |row: usize| {
            self.rows.is_shown(row, &criteria)
                && (query.is_empty() || query.matches(row, &self.names, &self.rows))
        };
        ids.into_iter().filter(|id| self.rows.position(id).is_some_and(|row| !is_shown(row))).collect()
    }

    /// The rows of a view, ascending.
    fn order(&mut self, view: &View) -> &[u32] {
        let Self { rows, names, by_name, by_created, shown, cutoffs, .. } = self;
        let sorting = Sorting::new(view.sort, rows, names, &self.collation);
        let all = match view.sort {
            SortKey::Name => by_name,
            SortKey::Created => by_created,
        };
        all.catch_up(&sorting, |row| !rows.is_removed(row));
        let is_same = |s: &Shown| (&s.filter, s.facets, s.sort) == (&view.filter, view.facets, view.sort);
        let criteria = cutoffs.criteria(view.facets);
        if !shown.as_ref().is_some_and(is_same) {
            let query = Query::parse(&view.filter);
            if view.facets == Facets::default() && query.is_empty() {
                return all.rows();
            }
            // Decided row by row first, in the order in which they are in memory.
            let mut kept = rows.shown(&criteria);
            query.retain(&mut kept, names, rows);
            let keep = |row: &u32| kept[*row as usize];
            *shown = Some(Shown {
                filter: view.filter.clone(),
                facets: view.facets,
                sort: view.sort,
                query,
                order: Order::new(all.rows().iter().copied().filter(keep).collect(), rows.len()),
            });
        }
        let Some(Shown { query, order, .. }) = shown else { return &[] };
        order.catch_up(&sorting, |row| rows.is_shown(row, &criteria) && query.matches(row, names, rows));
        order.rows()
    }

    /// Adds a row whose id is not there.
    fn append(&mut self, token: &ListedToken, rank: Option<u32>) {
        let is_full = self.rows.is_full() || self.bytes() >= self.max_bytes;
        if is_full || !self.names.push(&token.name) {
            self.left_out += 1;
            return;
        }
        let row = self.rows.push(token, rank);
        self.name_counts.add(&self.names, row);
        self.count(row, true);
    }

    /// Takes a row out of everything but the memory it is in.
    fn take_out(&mut self, row: usize) {
        let Self { rows, names, collation, by_name, by_created, shown, .. } = self;
        let sorting = |key| Sorting::new(key, rows, names, collation);
        by_name.remove(row, &sorting(SortKey::Name));
        by_created.remove(row, &sorting(SortKey::Created));
        if let Some(shown) = shown {
            shown.order.remove(row, &sorting(shown.sort));
        }
        self.count(row, false);
        self.rows.remove(row);
        self.name_counts.remove(&self.names, row);
    }

    /// Counts a row in, or out again.
    fn count(&mut self, row: usize, is_in: bool) {
        self.cutoffs.count(&mut self.counts, self.rows.entry(row), is_in);
        if is_shortened(self.names.get(row)) {
            self.shortened = if is_in { self.shortened + 1 } else { self.shortened - 1 };
        }
    }

    fn row(&self, row: usize) -> Row {
        let name = self.names.get(row);
        Row { token: self.rows.token(row, name), duplicate_name: self.name_counts.of(&self.names, name) > 1 }
    }

    /// Whether two rows of one token agree. Calls differ in what they say of a token: the list can hide its value, and
    /// the answer to its creation can lack the date or give it in another precision.
    fn says_the_same(&self, row: usize, token: &ListedToken) -> bool {
        let agree = |a: &ListedToken, b: &ListedToken| {
            let dates = a.created_at.zip(b.created_at);
            let permissions = |of: &ListedToken| {
                let mut permissions = of.permissions.clone();
                if let Some(list) = &mut permissions {
                    list.sort_by(|a, b| a.as_str().cmp(b.as_str()));
                    list.dedup();
                }
                permissions
            };
            a.name == b.name
                && permissions(a) == permissions(b)
                && a.suffix.zip(b.suffix).is_none_or(|(a, b)| a == b)
                && dates.is_none_or(|(a, b)| a.duration_since(b).abs() < SAME_DATE)
        };
        agree(&self.rows.token(row, self.names.get(row)), token)
    }
}

#[cfg(test)]
mod tests {
    use calyptia_api::{MAX_NAME_BYTES, Permission};
    use uuid::Uuid;

    use super::*;

    fn token(id: &str, name: &str) -> ListedToken {
        ListedToken { id: id.into(), name: name.into(), permissions: None, created_at: None, suffix: None }
    }

    #[test]
    fn a_token_keeps_its_place_until_it_changes() {
        let mut catalog = Catalog::new(Timestamp::UNIX_EPOCH, Collation::default());
        catalog.add([token("1", "edge"), token("2", "agent")]);
        assert_eq!(catalog.place(&"2".into()), Some(1));
        catalog.update(&ListedToken { permissions: Some(Vec::new()), ..token("1", "Edge") });
        catalog.remove(&"2".into());
        assert_eq!((catalog.places(), catalog.known(0), catalog.known(1)), (3, None, None));
        let known = catalog.known(2).expect("it moved");
        assert_eq!((known.id, known.name, known.access.is_full()), ("1".into(), "Edge", true));
        assert_eq!((catalog.place(&"2".into()), catalog.known(3)), (None, None));
    }

    #[test]
    fn tokens_without_room_are_counted() {
        let mut catalog = Catalog::new(Timestamp::UNIX_EPOCH, Collation::default());
        catalog.names = NameIndex::with_max_bytes(10);
        catalog.add([token("1", "edge"), token("2", "agent"), token("3", "ci")]);
        assert_eq!((catalog.len(), catalog.left_out()), (2, 1));
        assert!(catalog.has(&"3".into()) && !catalog.has(&"2".into()));
        // What is shown must not be out of date.
        catalog.update(&token("1", "renamed"));
        assert_eq!((catalog.len(), catalog.left_out()), (1, 2));
        assert!(!catalog.has(&"1".into()) && catalog.ids_named("edge").is_empty());
        let rows = catalog.window(&View::default(), 0, 9).rows;
        assert_eq!(rows.into_iter().map(|row| row.token).collect::<Vec<_>>(), [token("3", "ci")]);
    }

    #[test]
    fn c17_rows_are_bounded_by_the_memory_that_they_take_and_those_without_room_are_counted() {
        let max_bytes = 100 * 1024;
        let long = |n: usize| ListedToken {
            id: TokenId::from(format!("{n:01000}").as_str()),
            permissions: Some(vec![Permission::from("x".repeat(1000).as_str())]),
            ..token("", &"N".repeat(1000))
        };
        for (row, most) in [
            ((|n| token(&n.to_string(), &"n".repeat(1000))) as fn(usize) -> ListedToken, 1072),
            (|n| token(&format!("{n:01000}"), "n"), 1072),
            (|n| token(&Uuid::from_u128(n as u128).to_string(), ""), 72),
            (long, 4072),
        ] {
            let mut catalog = Catalog::with_max_bytes(Timestamp::UNIX_EPOCH, Collation::default(), max_bytes);
            catalog.add((0..10_000).map(row));
            let kept = catalog.len();
            assert!(kept <= max_bytes / most + 1, "{kept} of at least {most} bytes");
            assert!(kept > max_bytes / most / 3, "{kept} of at least {most} bytes");
            assert_eq!(kept + catalog.left_out(), 10_000);
            // Removing and adding does not make room for more.
            for n in 0..kept {
                catalog.remove(&row(n).id);
            }
            catalog.add((0..10_000).map(row));
            assert_eq!(catalog.len(), 0);
        }
    }

    #[test]
    fn c17_names_that_are_shortened_are_counted() {
        let mut catalog = Catalog::new(Timestamp::UNIX_EPOCH, Collation::default());
        let long = "n".repeat(MAX_NAME_BYTES + 1);
        catalog.add([token("1", &long), token("2", &long[1..]), token("3", &long)]);
        assert_eq!(catalog.shortened(), 2);
        catalog.update(&token("1", "short"));
        assert_eq!(catalog.shortened(), 1);
        catalog.remove(&"3".into());
        assert_eq!(catalog.shortened(), 0);
    }

    #[test]
    fn a_catalog_can_be_shared_between_threads() {
        fn is_shareable<T: Send + Sync>(value: T) -> T {
            value
        }
        assert!(is_shareable(Catalog::new(Timestamp::UNIX_EPOCH, Collation::default())).is_empty());
    }
}
