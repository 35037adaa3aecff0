//! Answers that arrive whole and say something odd: broken JSON, odd rows, and pages that lead nowhere.

use calyptia_api::{
    Client, DecodeError, Failure, ListedToken, PaginationFailure, Permission, TokenChange, TokenId,
};
use calyptia_catalog::{Catalog, Facet, SortKey, View};

use crate::support::{
    PATIENT, PROJECT, list, plain_client,
    raw::{Answer, Server},
    reader, sandbox, within,
};

async fn serve(body: impl Into<String>) -> (Server, Client) {
    let body = body.into();
    let server = Server::start(move |_| Answer::json(&body)).await;
    let client = plain_client(&server.url());
    (server, client)
}

async fn rows(body: impl Into<String>) -> Vec<ListedToken> {
    let (_server, client) = serve(body).await;
    let (rows, end) = list(&client, PROJECT).await;
    assert_eq!(end, Ok(()));
    rows
}

fn catalog(rows: Vec<ListedToken>) -> Catalog {
    let mut catalog = Catalog::new("2026-11-24T00:00:00Z".parse().expect("a date"));
    catalog.add(rows);
    catalog
}

fn by_date(catalog: &mut Catalog) -> Vec<String> {
    let view = View { sort: SortKey::Created, descending: true, ..View::default() };
    catalog.window(&view, 0, 100).rows.into_iter().map(|row| row.token.name).collect()
}

/// How a list, the projects and a create fail with this body, which holds `canary`.
async fn decode_errors(body: &[u8]) -> [DecodeError; 3] {
    let body = body.to_vec();
    let server = Server::start(move |_| {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
        Answer::keep([head.as_bytes(), &body].concat())
    })
    .await;
    let client = plain_client(&server.url());
    let errors = [
        list(&client, PROJECT).await.1.expect_err("not a list"),
        client.projects().await.expect_err("not projects"),
        client.create_token(PROJECT, &reader("x")).await.expect_err("not a token"),
    ];
    assert_eq!(server.seen().requests.len(), 3, "it does not help to ask again");
    assert!(errors[2].outcome_unknown(), "a create was sent");
    errors.map(|error| {
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
        assert!(!error.is_retryable());
        match error.failure {
            Failure::Undecodable(error) => error,
            other => panic!("{other:?}"),
        }
    })
}

#[tokio::test]
async fn d1_broken_json_is_told_with_its_place_and_without_a_word_of_it() {
    let deep = [&br#"[{"canary":"#[..], &b"[".repeat(100_000)].concat();
    for (body, entry, place) in [
        (&br#"[{"id":"a","name":"x"},{"id":canary}]"#[..], Some(2), 22..37),
        (br#"[{"id":"a","name":"x"},{"id":"canary""#, Some(2), 37..38),
        (br#"[{"id":"a","name":"x"}] canary"#, Some(1), 24..25),
        (b"\xef\xbb\xbf[{\"id\":\"canary\"}]", None, 0..1),
        (b"[{\"id\":\"a\",\"name\":\"canary \xff\xfe\"}]", Some(1), 1..32),
        (br#"{"canary":[{"id":"a","name":"x"}]}"#, None, 0..1),
        (&deep, Some(1), 11..200),
        (b"canary", None, 0..1),
        (b"", None, 0..1),
    ] {
        let text = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let [list, projects, create] = decode_errors(body).await;
        assert!(place.contains(&list.byte), "{text}: {list:?}");
        assert_eq!(list.element.filter(|_| entry.is_some()), entry, "{text}: {list:?}");
        for whole in [projects, create] {
            assert!(whole.byte <= body.len() as u64, "{text}: {whole:?}");
        }
    }
}

#[tokio::test]
async fn d1_rows_that_are_no_tokens_are_left_out_and_counted() {
    let (_server, client) = serve(
        r#"[{"id":"a"},{"name":"no id"},{"id":7},{"id":"b","name":["x"]},{"id":"c","name":"\ud800"},
            {"id":"d","createdAt":1e999,"permissions":7},{"id":"e","token":{}}]"#,
    )
    .await;
    let mut list = client.tokens(PROJECT);
    let mut rows = Vec::new();
    while let Some(batch) = within("a list", list.next_batch()).await.expect("readable") {
        rows.extend(batch);
    }
    assert_eq!(rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>()[0], "a");
    assert_eq!(rows.len() + list.unreadable(), 7);
    assert!(list.unreadable() >= 4);
}

#[tokio::test]
async fn d1_a_list_in_which_nothing_is_a_token_is_not_taken_for_an_empty_one() {
    let (_server, client) = serve(r#"[{"error":"canary"}]"#).await;
    let error = list(&client, PROJECT).await.1.expect_err("not tokens");
    assert!(matches!(error.failure, Failure::Undecodable(_)), "{error:?}");
}

#[tokio::test]
async fn d2_what_a_later_server_adds_is_ignored_shown_or_kept() {
    let row = r#"{"id":"a","token":"x","name":"n","permissions":["read:*","future:x"],"expires":{"at":[1]}}"#;
    let server = Server::start(move |request| {
        if request.line().starts_with("GET") {
            Answer::json(if request.line().contains("projects") {
                r#"[{"id":"a","permissions":["read:*","future:x"],"new":[{}]}]"#
            } else {
                row
            })
        } else {
            Answer::keep("HTTP/1.1 204 No Content\r\n\r\n")
        }
    })
    .await;
    let client = plain_client(&server.url());
    let future = Permission::Other("future:x".into());
    let (rows, _) = list(&client, PROJECT).await;
    assert_eq!(rows[0].permissions, Some(vec![Permission::Read, future.clone()]));
    let id = TokenId::from("a");
    let token = client.token(&id).await.expect("a token");
    assert_eq!(token.permissions, Some(vec![Permission::Read, future.clone()]));

    let rename = TokenChange::new(Some("m".into()), None).expect("a change");
    client.update_token(&id, &rename).await.expect("renamed");
    let allow = TokenChange::new(None, Some(vec![Permission::Update, future])).expect("a change");
    client.update_token(&id, &allow).await.expect("changed");
    let bodies: Vec<_> = server.seen().requests.into_iter().map(|request| request.body).collect();
    assert_eq!(bodies[2..], [r#"{"name":"m"}"#, r#"{"permissions":["update:*","future:x"]}"#]);
}

#[tokio::test]
async fn d3_permissions_that_cannot_be_read_cost_neither_the_row_nor_its_neighbours() {
    let rows = rows(
        r#"[{"id":"a","permissions":[]},{"id":"b","permissions":null},{"id":"c"},{"id":"d","permissions":"read:*"},
            {"id":"e","permissions":[1]},{"id":"f","permissions":["read:*"]}]"#,
    )
    .await;
    let permissions: Vec<_> = rows.into_iter().map(|row| row.permissions).collect();
    let (full, unreadable) = (Some(vec![]), None);
    assert_eq!(
        permissions,
        [
            full.clone(),
            full,
            unreadable.clone(),
            unreadable.clone(),
            unreadable,
            Some(vec![Permission::Read])
        ]
    );
}

#[tokio::test]
async fn d4_an_id_stays_one_segment_of_an_address() {
    let (server, client) = serve(r#"{"id":"a","token":"x","name":"n"}"#).await;
    let id = TokenId::from("../../users?x=1#y z");
    let _ = client.token(&id).await;
    let _ = client.update_token(&id, &TokenChange::new(Some("m".into()), None).expect("a change")).await;
    let _ = client.delete_token(&id).await;
    let path = "/v1/project_tokens/..%2F..%2Fusers%3Fx=1%23y%20z";
    assert_eq!(server.lines(), ["GET", "PATCH", "DELETE"].map(|method| format!("{method} {path}")));
}

#[tokio::test]
async fn d4_of_rows_with_one_id_the_first_is_kept() {
    let rows =
        rows(r#"[{"id":"a","name":"first"},{"id":"a","name":"second"},{"id":"b","name":"first"}]"#).await;
    let mut catalog = catalog(rows);
    assert_eq!((catalog.len(), catalog.conflicting()), (2, 1));
    assert_eq!(by_date(&mut catalog), ["first", "first"]);
}

#[tokio::test]
async fn d5_odd_dates_cost_no_row_and_sorting_stays_stable() {
    let dates = [
        r#""2026-05-04T03:02:01.123456789Z""#,
        r#""the other day""#,
        r#""1911-12-14T15:00:00Z""#,
        "null",
        r#""9999-12-31T23:59:59Z""#,
        r#""2026-05-04T08:47:01+05:45""#,
        "17",
        r#""1969-07-20T20:17:40Z""#,
    ];
    let body = dates
        .iter()
        .enumerate()
        .map(|(n, date)| format!(r#"{{"id":"{n}","name":"{n}","createdAt":{date}}}"#))
        .collect::<Vec<_>>()
        .join(",");
    let rows = rows(format!("[{body}]")).await;
    let known: Vec<_> = rows.iter().map(|row| row.created_at.is_some()).collect();
    assert_eq!(known, [true, false, true, false, false, true, false, true]);
    let mut catalog = catalog(rows);
    // What has no date comes last, in the order in which it came.
    assert_eq!(by_date(&mut catalog), ["0", "5", "7", "2", "1", "3", "4", "6"]);
}

#[tokio::test]
async fn d6_names_arrive_as_they_are() {
    let names = [
        "W".repeat(10_000),
        "👩‍👩‍👧‍👦🏳️‍🌈".repeat(100),
        format!("z{}", "\u{30d}\u{353}".repeat(500)),
        "nul \u{0} inside".into(),
        "\u{202e}gpj.elbatnirp".into(),
        "<img src=x onerror=alert(1)>".into(),
        "{{7*7}} \\ \" / \n".into(),
        String::new(),
    ];
    let body: Vec<_> = names
        .iter()
        .enumerate()
        .map(|(n, name)| serde_json::json!({"id": n.to_string(), "name": name}))
        .collect();
    let rows = rows(serde_json::json!(body).to_string()).await;
    assert_eq!(rows.into_iter().map(|row| row.name).collect::<Vec<_>>(), names);
}

#[tokio::test]
async fn d7_pages_that_lead_nowhere_end_the_list_behind_the_rows_that_came() {
    let other = Server::start_idle().await;
    for (fault, rows_expected, failure, requests) in [
        ("same-cursor".to_owned(), 4, PaginationFailure::Cycle, 2),
        ("cycle".to_owned(), 6, PaginationFailure::Cycle, 3),
        (format!("foreign-cursor={}", other.url()), 2, PaginationFailure::ForeignLink, 1),
        ("other-path".to_owned(), 2, PaginationFailure::ForeignLink, 1),
        ("two-cursors".to_owned(), 2, PaginationFailure::Ambiguous, 1),
        ("empty-page".to_owned(), 0, PaginationFailure::EmptyPage, 1),
    ] {
        let (running, client) = sandbox(9, &["page-size=2", &fault], PATIENT).await;
        let (rows, end) = list(&client, running.projects()[0].0).await;
        assert_eq!(end.expect_err(&fault).failure, Failure::Pagination(failure), "{fault}");
        assert_eq!((rows.len(), running.requests().len()), (rows_expected, requests), "{fault}");
    }
    assert_eq!(other.seen().connections, 0, "the bearer goes nowhere else");
}

#[tokio::test]
async fn d7_a_third_page_that_fails_ends_the_list_behind_the_rows_that_came() {
    let (running, client) = sandbox(9, &["page-size=2", "fail-page=3"], PATIENT).await;
    let (rows, end) = list(&client, running.projects()[0].0).await;
    assert_eq!((rows.len(), end.expect_err("it fails").status()), (4, Some(500)));
}

#[tokio::test]
async fn d8_a_token_that_moves_between_pages_is_shown_once() {
    let (running, client) = sandbox(9, &["page-size=4", "moving-rows"], PATIENT).await;
    let (rows, end) = list(&client, running.projects()[0].0).await;
    assert_eq!(end, Ok(()));
    assert!(rows.len() > 9, "some came twice: {}", rows.len());
    let catalog = catalog(rows);
    assert_eq!((catalog.len(), catalog.conflicting()), (9, 0));
}

#[tokio::test]
async fn d9_a_million_tokens_are_a_list_like_any_other() {
    const MILLION: usize = 1_000_000;
    let (running, client) = sandbox(MILLION, &[], PATIENT).await;
    let mut catalog = catalog(Vec::new());
    let mut list = client.tokens(running.projects()[0].0);
    let mut last = None;
    while let Some(batch) = within("a batch", list.next_batch()).await.expect("a list") {
        last = batch.last().map(|token| token.name.clone());
        catalog.add(batch);
    }
    assert_eq!((catalog.len(), list.unreadable(), last.as_deref()), (MILLION, 0, Some("default")));
    assert_eq!(catalog.counts().all, MILLION);
    let view = View { filter: "DEFAULT".into(), facet: Facet::All, ..View::default() };
    assert!(catalog.window(&view, 0, 10).rows.iter().any(|row| row.token.name == "default"));
}
