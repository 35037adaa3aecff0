//! What the list shows, for each way of looking at it.

mod support;

use calyptia_api::{ListedToken, Permission, TokenId};
use calyptia_catalog::{Age, Catalog, FacetCounts, Facets, NameMatch, SortKey, View};
use jiff::Timestamp;
use support::{names, token, with_value};
use uuid::Uuid;

const ALL: Facets = Facets { full_access: false, can_delete: false, older_than: None };
const NEWEST_FIRST: View =
    View { filter: String::new(), facets: ALL, sort: SortKey::Created, descending: true };
const BY_NAME: View = View { filter: String::new(), facets: ALL, sort: SortKey::Name, descending: false };

fn filtered(filter: &str) -> View {
    View { filter: filter.into(), ..BY_NAME }
}

fn catalog() -> Catalog {
    let mut catalog = support::catalog([
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

#[test]
fn newest_first_keeps_unknown_dates_at_the_end() {
    let expected = ["edge-agent", "CI-Deploy", "edge-cleanup", "unreadable", "default", "Älter als alle"];
    assert_eq!(names(&mut catalog(), &NEWEST_FIRST), expected);
}

#[test]
fn d5_out_of_range_dates_sort_and_rows_without_a_date_keep_the_order_of_the_server() {
    let dates = [
        "2026-05-04T03:02:01.123456789Z",
        "the other day",
        "1911-12-14T15:00:00Z",
        "",
        "9000-12-31T23:59:59Z",
        "2026-05-04T08:47:01+05:45",
        "9001-01-01T00:00:00Z",
        "1969-07-20T20:17:40Z",
        "0001-01-01T00:00:00Z",
        "0001-01-01T00:00:01Z",
    ];
    let tokens =
        dates.iter().enumerate().map(|(n, date)| token(&n.to_string(), &n.to_string(), Some(&[]), date));
    let expected = ["6", "4", "0", "5", "7", "2", "9", "8", "1", "3"];
    assert_eq!(names(&mut support::catalog(tokens), &NEWEST_FIRST), expected);
}

#[test]
fn c74_names_sort_in_the_order_of_the_language_with_numbers_by_value() {
    let expected = ["Älter als alle", "CI-Deploy", "default", "edge-agent", "edge-cleanup", "unreadable"];
    assert_eq!(names(&mut catalog(), &BY_NAME), expected);
    let sorted = ["agent-2", "agent-10", "Árbol", "Token1", "token2", "token10", "zorro"];
    let mixed = [6, 3, 5, 2, 0, 4, 1].map(|n| token(&n.to_string(), sorted[n], Some(&[]), ""));
    assert_eq!(names(&mut support::catalog(mixed), &BY_NAME), sorted);
}

#[test]
fn c74_words_match_in_any_order_whatever_their_case_accents_and_spelling() {
    let mut catalog = support::catalog(
        ["edge-eu-agent", "Größe", "cafe\u{301} NFD", "café NFC", "ed\u{200b}ge us", "so\u{ad}ft"]
            .iter()
            .enumerate()
            .map(|(n, name)| token(&n.to_string(), name, Some(&[]), "")),
    );
    for (filter, expected) in [
        ("edge eu", &["edge-eu-agent"][..]),
        ("  EU   Edge ", &["edge-eu-agent"]),
        ("eu us", &[]),
        ("grosse", &["Größe"]),
        ("GRÖSSE", &["Größe"]),
        ("café", &["café NFC", "cafe\u{301} NFD"]),
        ("cafe\u{301}", &["café NFC", "cafe\u{301} NFD"]),
        ("cafe nfd", &["cafe\u{301} NFD"]),
        ("edge", &["ed\u{200b}ge us", "edge-eu-agent"]),
        ("e\u{200b}dge\u{200d}-", &["edge-eu-agent"]),
        ("soft", &["so\u{ad}ft"]),
        ("zzz", &[]),
    ] {
        assert_eq!(names(&mut catalog, &filtered(filter)), expected, "{filter:?}");
    }
    for nothing in ["", "  ", "\u{200b}", "\u{301}"] {
        assert_eq!(names(&mut catalog, &filtered(nothing)).len(), 6, "{nothing:?}");
    }
}

#[test]
fn c74_a_suffix_finds_its_token_whatever_its_case() {
    let mut catalog = support::catalog([
        with_value(1, "edge", "7Zejoq"),
        with_value(2, "other", "_-Zejo"),
        token("3", "no value", None, ""),
    ]);
    for (filter, expected) in [
        ("7Zejoq", &["edge"][..]),
        ("7zejoq", &["edge"]),
        ("…7Zejoq", &["edge"]),
        ("\"eyJhbGciOi.aaaaaaaaaaaaaaaaaa7Zejoq\",", &["edge"]),
        ("7zejoq ed", &["edge"]),
        ("7zejoq other", &[]),
        ("_-zejo", &["other"]),
        ("zejoq", &[]),
    ] {
        assert_eq!(names(&mut catalog, &filtered(filter)), expected, "{filter:?}");
    }
}

#[test]
fn an_id_finds_its_token_whole_or_by_its_start() {
    let id = "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10";
    let mut catalog = support::catalog([
        token(id, "uuid", Some(&[]), ""),
        token(&id.to_uppercase().replace("5F0C", "6F0C"), "uppercase", Some(&[]), ""),
        token("Token-Number-7", "text", Some(&[]), ""),
        token("7", "short", Some(&[]), ""),
    ]);
    for (filter, expected) in [
        (id, &["uuid"][..]),
        ("5F0C6A8E5A63", &["uuid"]),
        ("{5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10}", &["uuid"]),
        ("urn:uuid:5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10", &["uuid"]),
        ("5f0c", &[]),
        ("6f0c6a8e-", &["uppercase"]),
        ("token-number", &["text"]),
        ("\"Token-Number-7\"", &["text"]),
        ("token", &[]),
        ("7", &["short"]),
        ("5f0c6a8e uu", &["uuid"]),
    ] {
        assert_eq!(names(&mut catalog, &filtered(filter)), expected, "{filter:?}");
    }
    let uuid: Uuid = id.parse().expect("a UUID");
    assert!(catalog.has(&TokenId::Uuid(uuid)));
}

#[test]
fn facets_count_and_show_the_same_tokens() {
    let mut catalog = catalog();
    let counts = catalog.counts();
    assert_eq!(counts, FacetCounts { all: 6, full_access: 2, can_delete: 3, older_than: [3, 2, 2] });
    let older = Age::ALL.map(|age| Facets { older_than: Some(age), ..ALL });
    for (facets, count) in [
        (ALL, counts.all),
        (Facets { full_access: true, ..ALL }, counts.full_access),
        (Facets { can_delete: true, ..ALL }, counts.can_delete),
    ]
    .into_iter()
    .chain(older.into_iter().zip(counts.older_than))
    {
        assert_eq!(catalog.window(&View { facets, ..View::default() }, 0, 0).matched, count, "{facets:?}");
    }
}

#[test]
fn facets_that_are_chosen_together_must_all_hold() {
    let mut catalog = catalog();
    let all = ["CI-Deploy", "default", "edge-cleanup"];
    for (full_access, can_delete, older_than, expected) in [
        (true, false, None, &all[..2]),
        (false, true, None, &all),
        (true, true, None, &all[..2]),
        (true, false, Some(Age::Year), &all[1..2]),
        (false, true, Some(Age::Year), &all[1..2]),
        (true, true, Some(Age::NinetyDays), &all[1..2]),
    ] {
        let facets = Facets { full_access, can_delete, older_than };
        assert_eq!(names(&mut catalog, &View { facets, ..BY_NAME }), expected, "{facets:?}");
    }
    let both = View { facets: Facets { can_delete: true, older_than: Some(Age::Year), ..ALL }, ..BY_NAME };
    assert!(names(&mut catalog, &View { filter: "edge".into(), ..both.clone() }).is_empty());
    assert_eq!(catalog.hidden(&both, &["4".into(), "6".into()]), [&"4".into()]);
    // A view that is on screen follows the list.
    assert_eq!(names(&mut catalog, &both), ["default"]);
    catalog.update(&token("5", "readable", Some(&["delete:*"]), "2024-01-01T00:00:00Z"));
    catalog.update(&token("6", "default", Some(&["read:*"]), "2023-01-01T00:00:00Z"));
    assert_eq!(names(&mut catalog, &both), ["readable"]);
}

#[test]
fn a_token_is_older_than_an_age_once_more_than_that_has_passed() {
    // 90, 182 and 365 days before now, and a nanosecond more.
    let dates = [
        "2026-03-03T12:00:00Z",
        "2026-03-03T11:59:59.999999999Z",
        "2025-12-01T12:00:00Z",
        "2025-12-01T11:59:59.999999999Z",
        "2025-06-01T12:00:00Z",
        "2025-06-01T11:59:59.999999999Z",
    ];
    let tokens = dates.iter().enumerate().map(|(at, date)| token(&at.to_string(), "t", None, date));
    let mut catalog = support::catalog(tokens.chain([token("6", "t", None, "unknown")]));
    assert_eq!(catalog.counts().older_than, [5, 3, 1]);
    for (age, count) in Age::ALL.into_iter().zip([5, 3, 1]) {
        let view = View { facets: Facets { older_than: Some(age), ..ALL }, ..NEWEST_FIRST };
        assert_eq!(catalog.window(&view, 0, 0).matched, count, "{age:?}");
    }
}

#[test]
fn a_row_is_returned_as_it_was_added() {
    let mut catalog = catalog();
    let rows = catalog.window(&BY_NAME, 0, 100).rows;
    assert_eq!(rows[0].token, token("2", "Älter als alle", Some(&["read:*", "future:x"]), "unknown"));
    assert_eq!(rows[5].token.permissions, None);
    assert_eq!(rows[2].token.permissions, Some(vec![]));
    let value = with_value(1, "edge", "7Zejoq");
    catalog.add([value.clone()]);
    assert_eq!(catalog.find(&value.id).map(|row| row.token), Some(value));
}

#[test]
fn a_window_ends_where_the_view_ends() {
    let mut catalog = catalog();
    let view = View { descending: true, ..BY_NAME };
    let window = catalog.window(&view, 4, 10);
    assert_eq!((window.matched, window.rows.len()), (6, 2));
    assert_eq!(window.rows[1].token.name, "Älter als alle");
    assert!(catalog.window(&view, 100, usize::MAX).rows.is_empty());
}

#[test]
fn a_new_token_is_in_the_view_that_was_shown_before() {
    let mut catalog = catalog();
    catalog.window(&NEWEST_FIRST, 0, 10);
    catalog.add([token("7", "brand-new", Some(&["read:*"]), "2026-06-01T11:59:00Z")]);
    assert_eq!(names(&mut catalog, &NEWEST_FIRST)[0], "brand-new");
    assert_eq!((catalog.ids_named("brand-new").len(), catalog.ids_named("Brand-new").len()), (1, 0));
}

#[test]
fn d4_of_rows_with_the_same_id_the_first_is_kept_and_the_others_are_counted() {
    let mut catalog = catalog();
    assert_eq!((catalog.len(), catalog.conflicting_rows(), catalog.left_out()), (6, 1, 0));
    assert!(!names(&mut catalog, &BY_NAME).contains(&"the same id again".to_owned()));
}

#[test]
fn d4_duplicate_names_are_marked_while_there_are_any() {
    let mut catalog = catalog();
    let marked = |catalog: &mut Catalog| {
        let rows = catalog.window(&BY_NAME, 0, 100).rows;
        rows.iter().filter(|row| row.duplicate_name).map(|row| row.token.id.to_string()).collect::<Vec<_>>()
    };
    assert!(marked(&mut catalog).is_empty());
    catalog.add([token("7", "default", Some(&["read:*"]), "2026-05-01T00:00:00Z")]);
    assert_eq!(marked(&mut catalog), ["6", "7"]);
    // The first row of a name can go, and the others still count.
    catalog.update(&token("6", "renamed", Some(&[]), ""));
    assert!(marked(&mut catalog).is_empty());
    assert_eq!(catalog.ids_named("default"), ["7".into()]);
    catalog.update(&token("5", "default", Some(&[]), ""));
    assert_eq!(marked(&mut catalog), ["5", "7"]);
    assert!(catalog.remove(&"7".into()) && catalog.remove(&"5".into()));
    assert!(catalog.ids_named("default").is_empty());
    catalog.add([token("8", "default", Some(&[]), "")]);
    assert!(marked(&mut catalog).is_empty());
}

#[test]
fn c85_a_row_is_found_by_any_spelling_of_its_id() {
    let (lower, upper) = ("5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10", "5F0C6A8E-5A63-4F0A-9A0E-2F8F0A3F9F10");
    let (braced, urn) =
        ("{5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10}", "urn:uuid:5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10");
    for (listed, asked) in [(lower, upper), (upper, lower), (upper, upper), (braced, lower), (urn, lower)] {
        let mut catalog = support::catalog([token(listed, "a", None, ""), token("7", "b", None, "")]);
        assert_eq!(catalog.find(&asked.into()).expect("there").token.name, "a");
        let view = View { filter: asked.into(), ..View::default() };
        assert_eq!(catalog.window(&view, 0, 0).matched, 1, "{listed} {asked}");
        catalog.remove(&asked.into());
        assert!(catalog.find(&listed.into()).is_none());
        assert!(catalog.find(&"7".into()).is_some());
    }
}

#[test]
fn c73_names_that_look_the_same_are_marked_found_and_matched() {
    let alike =
        ["edge", "edge ", "edge\u{200b}", "\u{202d}edge\u{202c}", "\u{feff}edge", "\u{a0}edge\t", "еdge"];
    let cafe = ["café", "cafe\u{301}"];
    let others = ["Edge", "edge2", "\u{202e}gpj.elbatnirp"];
    let all = alike.iter().chain(&cafe).chain(&others).enumerate();
    let mut catalog =
        support::catalog(all.map(|(n, name)| token(&n.to_string(), name, Some(&["read:*"]), "")));
    for row in catalog.window(&View::default(), 0, 100).rows {
        assert_eq!(row.duplicate_name, !others.contains(&row.token.name.as_str()), "{row:?}");
    }
    for (filter, count) in
        [("edge", 9), ("еdge", 9), ("café", 2), ("cafe\u{301}", 2), ("gpj", 1), ("edge\u{200b}", 9)]
    {
        let view = View { filter: filter.into(), ..View::default() };
        assert_eq!(catalog.window(&view, 0, 0).matched, count, "{filter:?}");
    }
    for (name, except, expected) in [
        ("edge", None, NameMatch::Same),
        ("edge\u{2060}", None, NameMatch::LooksAlike),
        ("EDGE", None, NameMatch::None),
        ("edge2", Some("10"), NameMatch::None),
        ("edge2\u{200b}", Some("10"), NameMatch::None),
        ("edge2\u{200b}", Some("9"), NameMatch::LooksAlike),
        ("edge", Some("0"), NameMatch::LooksAlike),
    ] {
        let except = except.map(TokenId::from);
        assert_eq!(catalog.match_name(name, except.as_ref()), expected, "{name:?} {except:?}");
    }
    for n in 1..7 {
        catalog.remove(&n.to_string().as_str().into());
    }
    assert!(!catalog.find(&"0".into()).expect("there").duplicate_name, "no other looks like it any more");
}

#[test]
fn d8_a_row_that_moves_between_pages_is_shown_once_and_is_no_conflict() {
    let page = |from: usize, to: usize| {
        (from..to)
            .map(|n| token(&n.to_string(), &format!("token {n}"), Some(&["read:*"]), "2026-05-01T00:00:00Z"))
    };
    let mut catalog = support::catalog(page(0, 4));
    catalog.add(page(3, 7));
    catalog.add(page(6, 9));
    assert_eq!((catalog.len(), catalog.conflicting_rows()), (9, 0));
    let expected: Vec<String> = (0..9).map(|n| format!("token {n}")).collect();
    assert_eq!(names(&mut catalog, &NEWEST_FIRST), expected);
}

#[test]
fn a_row_that_says_the_same_in_other_words_is_no_conflict() {
    let mut catalog = catalog();
    for again in [
        token("4", "edge-cleanup", Some(&["delete:*"]), "2026-03-01T00:00:00Z"),
        token("1", "edge-agent", Some(&["update:*", "read:*", "read:*"]), "2026-05-01T00:00:00Z"),
        token("1", "edge-agent", Some(&["read:*", "update:*"]), "2026-05-01T00:00:00.25Z"),
        token("1", "edge-agent", Some(&["read:*", "update:*"]), ""),
        token("2", "Älter als alle", Some(&["future:x", "read:*"]), "2026-05-01T00:00:00Z"),
    ] {
        catalog.add([again]);
        assert_eq!((catalog.len(), catalog.conflicting_rows()), (6, 1));
    }
    for (n, other) in [
        token("1", "edge-agent", Some(&["read:*", "update:*"]), "2026-05-01T00:00:01Z"),
        token("1", "edge-agent", Some(&["read:*"]), "2026-05-01T00:00:00Z"),
        token("1", "edge-agent", None, "2026-05-01T00:00:00Z"),
        token("1", "Edge-agent", Some(&["read:*", "update:*"]), "2026-05-01T00:00:00Z"),
    ]
    .into_iter()
    .enumerate()
    {
        catalog.add([other]);
        assert_eq!((catalog.len(), catalog.conflicting_rows()), (6, n + 2));
    }
}

#[test]
fn a_changed_token_stays_in_its_place_and_a_removed_one_is_gone() {
    let mut catalog = catalog();
    catalog.update(&token("2", "renamed", Some(&[]), "unknown"));
    assert!(catalog.remove(&"1".into()) && !catalog.remove(&"1".into()));
    assert_eq!(
        catalog.counts(),
        FacetCounts { all: 5, full_access: 3, can_delete: 4, older_than: [3, 2, 2] }
    );
    let expected = ["CI-Deploy", "edge-cleanup", "unreadable", "default", "renamed"];
    assert_eq!(names(&mut catalog, &NEWEST_FIRST), expected);
    catalog.update(&token("4", "edge-x", Some(&["read:*", "future:y"]), "2026-03-01T00:00:00Z"));
    let rows = catalog.window(&filtered("edge-x"), 0, 9).rows;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].token, token("4", "edge-x", Some(&["read:*", "future:y"]), "2026-03-01T00:00:00Z"));
    assert_eq!(catalog.counts().can_delete, 3);
    assert_eq!(catalog.find(&"4".into()), Some(rows[0].clone()));
    assert_eq!(catalog.find(&"1".into()), None);
}

#[test]
fn d9_a_million_tokens_are_a_list_like_any_other() {
    const MILLION: usize = 1_000_000;
    let mut catalog = support::catalog((0..MILLION).map(row));
    assert_eq!((catalog.len(), catalog.left_out(), catalog.conflicting_rows()), (MILLION, 0, 0));
    let last = |catalog: &mut Catalog| catalog.window(&BY_NAME, MILLION - 1, 9).rows[0].token.name.clone();
    assert_eq!(last(&mut catalog), "token 999999");
    assert_eq!(names(&mut catalog, &filtered("999999 TOKEN")), ["token 999999"]);
    catalog.update(&support::token(&row(0).id.to_string(), "zz", Some(&[]), ""));
    assert!(catalog.remove(&row(1).id));
    assert_eq!(catalog.window(&BY_NAME, MILLION - 2, 9).rows[0].token.name, "zz");
    assert_eq!(catalog.window(&NEWEST_FIRST, 0, 1).rows[0].token.name, "token 2");
    assert_eq!(catalog.len(), MILLION - 1);
}

/// A row of a long list, newest first.
fn row(n: usize) -> ListedToken {
    ListedToken {
        id: TokenId::Uuid(Uuid::from_u128(n as u128)),
        name: format!("token {n}"),
        permissions: Some(vec![Permission::Read]),
        created_at: Timestamp::from_second(1_780_000_000 - n as i64).ok(),
        suffix: None,
    }
}
