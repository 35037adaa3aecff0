//! Compares the catalog with a plain list of tokens that is filtered and sorted for every look, after random changes.

mod support;

use std::cmp::Ordering;

use calyptia_api::{Access, ListedToken, Permission, TokenId};
use calyptia_catalog::{Age, Catalog, Collation, FacetCounts, Facets, SortKey, View};
use icu_collator::{
    Collator, CollatorBorrowed, CollatorPreferences, options::CollatorOptions,
    preferences::CollationNumericOrdering,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// Tokens in the order in which they arrived. A change leaves a token in its place.
#[derive(Default)]
struct Model {
    tokens: Vec<ListedToken>,
    conflicting: usize,
}

#[derive(Debug, Clone)]
enum Change {
    Add(Vec<ListedToken>),
    Update(ListedToken),
    Remove(TokenId),
    Look(View),
}

fn now() -> Timestamp {
    support::NOW.parse().expect("a date")
}

/// The names below without case, accents and invisible characters.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            '\u{200b}' | '\u{ad}' | '\u{308}' | '\u{301}' => None,
            'ö' => Some("o".into()),
            'á' => Some("a".into()),
            'ß' => Some("ss".into()),
            _ => Some(c.to_string()),
        })
        .collect()
}

fn collator() -> CollatorBorrowed<'static> {
    let mut preferences = CollatorPreferences::default();
    preferences.numeric_ordering = Some(CollationNumericOrdering::True);
    Collator::try_new(preferences, CollatorOptions::default()).expect("the root collation")
}

impl Model {
    fn position(&self, id: &TokenId) -> Option<usize> {
        self.tokens.iter().position(|token| token.id == *id)
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Add(tokens) => {
                for token in tokens {
                    match self.position(&token.id) {
                        None => self.tokens.push(token.clone()),
                        Some(at) => self.conflicting += usize::from(is_conflict(&self.tokens[at], token)),
                    }
                }
            }
            Change::Update(token) => match self.position(&token.id) {
                None => self.tokens.push(token.clone()),
                Some(at) => self.tokens[at] = token.clone(),
            },
            Change::Remove(id) => self.tokens.retain(|token| token.id != *id),
            Change::Look(_) => {}
        }
    }

    fn view(&self, view: &View, collator: &CollatorBorrowed) -> Vec<&ListedToken> {
        let words: Vec<String> = view.filter.split(' ').map(fold).collect();
        let mut tokens: Vec<_> = self
            .tokens
            .iter()
            .enumerate()
            .filter(|(_, token)| words.iter().all(|word| fold(&token.name).contains(word)))
            .filter(|(_, token)| is_in(token, view.facets))
            .collect();
        tokens.sort_by(|(a_at, a), (b_at, b)| match view.sort {
            SortKey::Created => a.created_at.cmp(&b.created_at).then(b_at.cmp(a_at)),
            SortKey::Name => collator.compare(&a.name, &b.name).then(a_at.cmp(b_at)),
        });
        if view.descending {
            tokens.reverse();
        }
        tokens.into_iter().map(|(_, token)| token).collect()
    }
}

/// The generated dates differ by seconds or not at all.
fn is_conflict(a: &ListedToken, b: &ListedToken) -> bool {
    let dates = a.created_at.zip(b.created_at);
    a.name != b.name
        || a.permissions != b.permissions
        || dates.is_some_and(|(a, b)| a.cmp(&b) != Ordering::Equal)
}

fn is_in(token: &ListedToken, facets: Facets) -> bool {
    let full = matches!(Access::of(token.permissions.as_deref()), Access::Full { .. });
    let can_delete =
        full || token.permissions.as_ref().is_some_and(|list| list.contains(&Permission::Delete));
    let is_older = |age: Age| {
        let days = match age {
            Age::NinetyDays => 90,
            Age::HalfYear => 182,
            Age::Year => 365,
        };
        let age = SignedDuration::from_hours(days * 24);
        token.created_at.is_some_and(|created| now().duration_since(created) > age)
    };
    (full || !facets.full_access)
        && (can_delete || !facets.can_delete)
        && facets.older_than.is_none_or(is_older)
}

/// Every combination.
fn all_facets() -> Vec<Facets> {
    let ages = [None].into_iter().chain(Age::ALL.map(Some));
    let with_access =
        |older_than| {
            [(false, false), (true, false), (false, true), (true, true)]
                .map(|(full_access, can_delete)| Facets { full_access, can_delete, older_than })
        };
    ages.flat_map(with_access).collect()
}

fn check(catalog: &mut Catalog, model: &Model, view: &View, collator: &CollatorBorrowed) {
    let expected = model.view(view, collator);
    let window = catalog.window(view, 0, usize::MAX);
    assert_eq!(window.matched, expected.len(), "{view:?}");
    assert_eq!(window.rows.iter().map(|row| &row.token).collect::<Vec<_>>(), expected, "{view:?}");
    for token in &model.tokens {
        let position = expected.iter().position(|other| other.id == token.id);
        assert_eq!(catalog.position(view, &token.id), position, "{view:?}");
    }
    let unknown = TokenId::from("unknown");
    assert_eq!(catalog.position(view, &unknown), None);
    let ids: Vec<_> = model.tokens.iter().map(|token| token.id.clone()).chain([unknown]).collect();

    let hidden: Vec<_> = ids.iter().filter(|id| model.position(id).is_some()).collect();

    let hidden: Vec<_> =
        hidden.into_iter().filter(|id| !expected.iter().any(|token| token.id == **id)).collect();
    assert_eq!(catalog.hidden(view, &ids), hidden, "{view:?}");
    for row in window.rows {
        // All that makes generated names look alike.
        let look = |name: &str| {
            name.replace('\u{200b}', "").split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        let wanted = look(&row.token.name);
        let same_look = model.tokens.iter().filter(|token| look(&token.name) == wanted).count();
        assert_eq!(row.duplicate_name, same_look > 1, "{row:?}");
    }
}

fn check_all(catalog: &mut Catalog, model: &Model, collator: &CollatorBorrowed) {
    for (at, facets) in all_facets().into_iter().enumerate() {
        for (nth, filter) in ["", "o", "edge -1", "grosse"].into_iter().enumerate() {
            let sort = [SortKey::Name, SortKey::Created][(at + nth) % 2];
            let descending = facets.older_than.is_some();
            check(catalog, model, &View { filter: filter.into(), facets, sort, descending }, collator);
        }
    }
    let count = |facets| model.tokens.iter().filter(|token| is_in(token, facets)).count();
    let all = Facets::default();
    let expected = FacetCounts {
        all: count(all),
        full_access: count(Facets { full_access: true, ..all }),
        can_delete: count(Facets { can_delete: true, ..all }),
        older_than: Age::ALL.map(|age| count(Facets { older_than: Some(age), ..all })),
    };
    assert_eq!(catalog.counts(), expected);
    assert_eq!((catalog.len(), catalog.is_empty()), (model.tokens.len(), model.tokens.is_empty()));
    assert_eq!((catalog.conflicting_rows(), catalog.left_out()), (model.conflicting, 0));
    for token in &model.tokens {
        assert_eq!(catalog.find(&token.id).map(|row| row.token).as_ref(), Some(token));
        let mut ids = catalog.ids_named(&token.name);
        let mut expected: Vec<_> = model
            .tokens
            .iter()
            .filter(|other| other.name == token.name)
            .map(|token| token.id.clone())
            .collect();
        ids.sort_by_key(ToString::to_string);
        expected.sort_by_key(ToString::to_string);
        assert_eq!(ids, expected);
    }
}

fn id() -> impl Strategy<Value = TokenId> {
    (0u128..24).prop_map(|n| match n {
        0 => TokenId::from("some text"),
        1 => TokenId::from("5F0C6A8E-5A63-4F0A-9A0E-2F8F0A3F9F10"),
        n => TokenId::Uuid(uuid::Uuid::from_u128(n)),
    })
}

fn token() -> impl Strategy<Value = ListedToken> {
    let name = prop_oneof![
        3 => "(edge|Edge|agent|Größe|GRO\u{308}SSE|Árbol|a\u{301}rbol|ed\u{200b}ge|zo|)[- ]?(1|2|10|007|)",
        1 => "[a-zA-Z0-9 _.öß-]{0,10}",
    ];
    let permissions = prop::sample::select(vec![
        None,
        Some(&[][..]),
        Some(&["read:*"]),
        Some(&["read:*", "delete:*"]),
        Some(&["create:*", "read:*", "update:*", "delete:*"]),
        Some(&["future:x"]),
        Some(&["read:*", "future:x"]),
    ]);
    let created = prop::sample::select(vec![
        "",
        "0001-01-01T00:00:00Z",
        "1500-01-01T00:00:00Z",
        "2024-06-01T00:00:00.123456789Z",
        "2025-11-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:02Z",
        "9000-01-01T00:00:00Z",
    ]);
    (id(), name, permissions, created).prop_map(|(id, name, permissions, created)| ListedToken {
        id,
        ..support::token("", &name, permissions, created)
    })
}

fn view() -> impl Strategy<Value = View> {
    let filter =
        prop::sample::select(vec!["", "e", "edge", "ed ge", "1", "ARBOL", "größe", "o -", "\u{200b}"]);
    let facets = prop::sample::select(all_facets());
    let sort = prop::sample::select(vec![SortKey::Name, SortKey::Created]);
    (filter, facets, sort, any::<bool>()).prop_map(|(filter, facets, sort, descending)| View {
        filter: filter.into(),
        facets,
        sort,
        descending,
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        2 => prop::collection::vec(token(), 0..8).prop_map(Change::Add),
        3 => token().prop_map(Change::Update),
        2 => id().prop_map(Change::Remove),
        4 => view().prop_map(Change::Look),
    ]
}

proptest! {
    #[test]
    fn a_catalog_shows_what_a_plain_list_shows(changes in prop::collection::vec(change(), 0..40)) {
        let collator = collator();
        let mut catalog = Catalog::new(now(), Collation::default());
        let mut model = Model::default();
        let mut view = View::default();
        for change in &changes {
            match change {
                Change::Add(tokens) => catalog.add(tokens.iter().cloned()),
                Change::Update(token) => catalog.update(token),
                Change::Remove(id) => {
                    prop_assert_eq!(catalog.remove(id), model.position(id).is_some());
                }
                Change::Look(other) => view = other.clone(),
            }
            model.apply(change);
            // Not after each change: several can come between two looks.
            if matches!(change, Change::Look(_) | Change::Update(_)) {
                check(&mut catalog, &model, &view, &collator);
            }
        }
        check_all(&mut catalog, &model, &collator);
    }
}
