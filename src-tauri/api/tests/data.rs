//! Responses with odd content: broken JSON, odd rows, and pages that lead nowhere.

use calyptia_api::{
    Client, DecodeError, Failure, ListedToken, Options, PaginationFailure, Permission, SizeLimits,
    TokenChange, TokenId, is_shortened,
};

use crate::support::{
    PATIENT, PROJECT, client, list, options, plain_client,
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

/// How a list, the projects and a create fail with this body, which contains `canary`.
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
    assert_eq!(server.seen().requests.len(), 3, "repeating it would not help");
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
async fn d1_broken_json_is_reported_with_its_place_and_without_its_content() {
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
            {"id":"d","createdAt":1e999,"permissions":7},{"id":"e","token":{}},null,7,"f",["g","h"]]"#,
    )
    .await;
    let mut list = client.tokens(PROJECT);
    let mut rows = Vec::new();
    while let Some(batch) = within("a list", list.next_batch()).await.expect("readable") {
        rows.extend(batch);
    }
    // A value of the wrong type only costs the suffix.
    assert_eq!(rows.iter().map(|row| row.id.to_string()).collect::<Vec<_>>(), ["a", "e"]);
    assert_eq!(list.unreadable(), 9);
}

#[tokio::test]
async fn d1_a_list_in_which_nothing_is_a_token_is_not_taken_for_an_empty_one() {
    let (_server, client) = serve(r#"[{"error":"canary"}]"#).await;
    let error = list(&client, PROJECT).await.1.expect_err("not tokens");
    assert!(matches!(error.failure, Failure::Undecodable(_)), "{error:?}");
}

#[tokio::test]
async fn d2_what_a_later_server_adds_is_ignored_or_kept() {
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
async fn d5_odd_dates_cost_no_row() {
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
}

#[tokio::test]
async fn d6_names_arrive_as_they_are() {
    let names = [
        "W".repeat(4_096),
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
async fn d7_pages_that_lead_nowhere_end_the_list_after_the_rows_that_arrived() {
    for (fault, rows_expected, failure, requests) in [
        ("same-cursor", 4, PaginationFailure::Cycle, 2),
        ("cycle", 6, PaginationFailure::Cycle, 3),
        ("no-cursor", 2, PaginationFailure::Unreadable, 1),
        ("two-cursors", 2, PaginationFailure::Ambiguous, 1),
        ("empty-page", 0, PaginationFailure::EmptyPage, 1),
    ] {
        let (running, client) = sandbox(9, &["page-size=2", fault], PATIENT).await;
        let (rows, end) = list(&client, running.projects()[0].0).await;
        assert_eq!(end.expect_err(fault).failure, Failure::Pagination(failure), "{fault}");
        assert_eq!((rows.len(), running.requests().len()), (rows_expected, requests), "{fault}");
    }
}

/// Pages without end, each with this row and a cursor of its own.
async fn endless(row: &str) -> Server {
    let row = row.to_owned();
    Server::start(move |request| {
        let link = format!("link: <?before={}>; rel=next\r\n", request.number);
        Answer::body("200 OK", &link, &format!("[{row}]"))
    })
    .await
}

#[tokio::test]
async fn c17_all_pages_of_a_list_together_are_bounded() {
    let row = r#"{"id":"a"}"#;
    let server = endless(row).await;
    let page = row.len() as u64 + 2;
    let limits = |list| Options { size_limits: SizeLimits { page: 64, list }, ..options(PATIENT) };
    for (list_bytes, rows_expected) in [(5 * page, 5), (5 * page + 1, 5), (6 * page - 1, 5), (6 * page, 6)] {
        let (rows, end) = list(&client(&server.url(), limits(list_bytes)), PROJECT).await;
        assert_eq!((rows.len(), end.expect_err("endless").failure), (rows_expected, Failure::TooLarge));
    }
    let (rows, end) = list(
        &client(&endless(&format!("{row},{row},{row},{row},{row},{row}")).await.url(), limits(9999)),
        PROJECT,
    )
    .await;
    assert_eq!((rows.len(), end.expect_err("a large page").failure), (0, Failure::TooLarge), "as before");
}

#[tokio::test]
async fn c17_names_are_shortened_and_what_cannot_be_shortened_is_unreadable() {
    let long = "x".repeat(900_000);
    let permissions = vec!["read:*"; 1_000];
    let body = serde_json::json!([
        {"id": "a", "name": long, "permissions": ["read:*"]},
        {"id": "b", "name": "n", "permissions": permissions},
        {"id": "c", "name": "n", "permissions": [long]},
        {"id": long, "name": "n"},
    ]);
    let (_server, client) = serve(body.to_string()).await;
    let mut list = client.tokens(PROJECT);
    let mut rows = Vec::new();
    while let Some(batch) = within("a list", list.next_batch()).await.expect("readable") {
        rows.extend(batch);
    }
    assert_eq!(
        (rows.len(), list.unreadable()),
        (3, 1),
        "the row whose id is too long is left out and counted"
    );
    assert!(is_shortened(&rows[0].name) && rows[0].name.ends_with('…') && rows[0].name.len() < 5_000);
    assert_eq!(rows[0].permissions, Some(vec![Permission::Read]));
    assert_eq!((&rows[1].permissions, &rows[2].permissions), (&None, &None), "never fewer than there are");
    assert!(rows[1..].iter().all(|row| !is_shortened(&row.name)));

    // A single token's name is the same as in the list.
    let (_server, client) = serve(body[0].to_string()).await;
    assert_eq!(client.token(&TokenId::from("a")).await.expect("a token").name, rows[0].name);
}

/// Two pages: the first with this header, the second without one.
async fn paged(link: String) -> Server {
    Server::start(move |request| {
        if request.line().contains("before=") {
            Answer::json(r#"[{"id":"second"}]"#)
        } else {
            Answer::body("200 OK", &link, r#"[{"id":"first"}]"#)
        }
    })
    .await
}

#[tokio::test]
async fn d10_c84_the_next_page_is_asked_of_our_own_server_wherever_the_link_leads() {
    let other = Server::start_idle().await;
    for target in [
        other.url() + "/v1/projects/x/tokens?before=c%2B1&last=2",
        other.https_url() + "/?before=c%2B1",
        "/api/v1/projects/00000000-0000-0000-0000-00000000000A/tokens/?before=c%2B1".to_owned(),
    ] {
        let server = paged(format!("link: </style.css>; rel=preload, <{target}>; rel=next\r\n")).await;
        let (rows, end) = list(&plain_client(&server.url()), PROJECT).await;
        assert_eq!((rows.len(), end), (2, Ok(())), "{target}");
        let path = "GET /v1/projects/00000000-0000-0000-0000-000000000009/tokens?last=2000";
        assert_eq!(server.lines(), [path.to_owned(), format!("{path}&before=c%2B1")], "{target}");
    }
    assert_eq!(other.seen().connections, 0, "the bearer token goes nowhere else");
}

#[tokio::test]
async fn c15_a_next_link_that_cannot_be_read_makes_lists_incomplete() {
    for link in ["<?page=2>; rel=next", "<?before=x; rel=next", "<?before=x>", "<?before=x>; rel=\"next"] {
        let server = paged(format!("link: {link}\r\n")).await;
        let client = plain_client(&server.url());
        let unreadable = Failure::Pagination(PaginationFailure::Unreadable);
        let (rows, end) = list(&client, PROJECT).await;
        assert_eq!((rows.len(), end.expect_err(link).failure), (1, unreadable.clone()), "{link}");
        assert_eq!(client.projects().await.expect_err(link).failure, unreadable, "{link}");
    }
}

#[tokio::test]
async fn d7_a_third_page_that_fails_ends_the_list_after_the_rows_that_arrived() {
    let (running, client) = sandbox(9, &["page-size=2", "fail-page=3"], PATIENT).await;
    let (rows, end) = list(&client, running.projects()[0].0).await;
    assert_eq!((rows.len(), end.expect_err("it fails").status()), (4, Some(500)));
}

#[tokio::test]
async fn d7_a_list_gives_nothing_more_after_an_error_or_its_end() {
    for (faults, batches) in [(&["page-size=2", "same-cursor"][..], 2), (&[], 1)] {
        let (running, client) = sandbox(4, faults, PATIENT).await;
        let mut list = client.tokens(running.projects()[0].0);
        let mut arrived = 0;
        while let Ok(Some(_)) = within("a batch", list.next_batch()).await {
            arrived += 1;
        }
        assert_eq!(arrived, batches);
        let requests = running.requests().len();
        for _ in 0..2 {
            assert_eq!(within("nothing", list.next_batch()).await, Ok(None));
        }
        assert_eq!(running.requests().len(), requests, "nothing more is asked");
    }
}

#[tokio::test]
async fn a_batch_that_is_no_longer_waited_for_comes_with_the_next_call() {
    let server = Server::start(|_| {
        let head = "HTTP/1.1 200 OK\r\n\r\n[";
        Answer::repeat(head, r#"{"id":"a"},"#, std::time::Duration::from_millis(20))
    })
    .await;
    let client = plain_client(&server.url());
    let mut list = client.tokens(PROJECT);
    let mut rows = 0;
    while rows < 3 {
        tokio::select! {
            biased;
            batch = list.next_batch() => rows += batch.expect("readable").expect("endless").len(),
            () = tokio::task::yield_now() => {}
        }
    }
    assert_eq!(server.seen().requests.len(), 1, "dropping a call does not drop the request");
}

#[tokio::test]
async fn c3_null_is_an_empty_list() {
    let (_server, client) = serve("null").await;
    assert_eq!(client.projects().await, Ok(vec![]));
    assert_eq!(list(&client, PROJECT).await, (vec![], Ok(())));
}

#[tokio::test]
async fn c4_c87_an_entry_that_is_no_project_is_left_out_and_counted() {
    let body = r#"[{"id":"legacy-1","name":"old"},7,
        {"id":"00000000-0000-0000-0000-000000000001","name":null,"agentsCount":-1,"membersCount":3}]"#;
    let (_server, client) = serve(body).await;
    let list = client.project_list().await.expect("projects");
    assert_eq!(list.unreadable, 2);
    let [project] = &list.projects[..] else { panic!("{list:?}") };
    assert_eq!((project.name.as_str(), project.agents_count, project.members_count), ("", None, Some(3)));

    let (_server, client) = serve(r#"[{"id":"legacy-1"}]"#).await;
    let error = client.projects().await.expect_err("none is a project");
    assert!(matches!(error.failure, Failure::Undecodable(_)), "{error:?}");
}

#[tokio::test]
async fn c5_a_single_token_without_its_value_is_still_a_token() {
    for body in [r#"{"id":"a","name":"n"}"#, r#"{"id":"a","name":null,"token":null}"#] {
        let (_server, client) = serve(body).await;
        let fetched = client.token(&TokenId::from("a")).await.expect("a token");
        let created = client.create_token(PROJECT, &reader("n")).await.expect("created");
        assert!(fetched.value.is_none() && created.value.is_none(), "{body}");
    }
}

#[tokio::test]
async fn c12_a_compressed_body_is_reported_by_its_encoding() {
    for (encoding, what) in [
        ("gzip", "it is compressed with gzip, which was not asked for"),
        ("Identity, BR", "it is compressed with brotli, which was not asked for"),
        ("canary", "it has a content encoding that was not asked for"),
    ] {
        let headers = format!("content-encoding: {encoding}\r\n");
        let server = Server::start(move |_| Answer::body("200 OK", &headers, "[]")).await;
        let client = plain_client(&server.url());
        let expected = Failure::Undecodable(DecodeError { what, element: None, byte: 0 });
        assert_eq!(client.projects().await.expect_err("compressed").failure, expected);
        assert_eq!(list(&client, PROJECT).await.1.expect_err("compressed").failure, expected);
        // A write whose response has no content of interest is done.
        assert_eq!(client.delete_token(&TokenId::from("a")).await, Ok(()));
    }
    let server = Server::start(|_| Answer::body("200 OK", "content-encoding: identity\r\n", "[]")).await;
    assert_eq!(plain_client(&server.url()).projects().await, Ok(vec![]));
}
