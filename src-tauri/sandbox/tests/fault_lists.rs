//! Faults of the token list: its pages, its links and its rows.

use calyptia_sandbox::Method;
use reqwest::{Response, Url};
use serde_json::{Value, json};

use crate::test_server::{TestServer, faults, names, text};

/// A server with these faults, the path of its list of 28 tokens, and the tokens.
async fn server_with(specs: &[&str]) -> (TestServer, String, Vec<Value>) {
    let server = TestServer::sample().await;
    let all = server.tokens(server.first_project()).await;
    assert_eq!(all.len(), 28);
    server.running.set_faults(faults(specs));
    let list = format!("/v1/projects/{}/tokens?last=2000", server.first_project());
    (server, list, all)
}

fn links(response: &Response) -> Vec<Url> {
    let links = response.headers().get_all("link").iter();
    let target = |link: &str| link.strip_prefix('<')?.strip_suffix(r#">; rel="next""#)?.parse().ok();
    links.map(|link| target(link.to_str().unwrap()).unwrap()).collect()
}

fn cursor(url: &Url) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == "before").map(|(_, value)| value.into_owned())
}

/// The first pages, following the first link of each, and the cursors in these links.
async fn pages(server: &TestServer, list: &str, max: usize) -> (Vec<Vec<Value>>, Vec<String>) {
    let (mut pages, mut cursors) = (Vec::new(), Vec::new());
    let mut path = list.to_owned();
    while pages.len() < max {
        let response = server.get(&path).await;
        assert_eq!(response.status(), 200, "{path}");
        let next = links(&response).into_iter().next();
        pages.push(response.json().await.unwrap());
        let Some(next) = next else { break };
        cursors.push(cursor(&next).unwrap());
        path = next[url::Position::BeforePath..].to_owned();
    }
    (pages, cursors)
}

#[tokio::test]
async fn short_pages_still_make_the_whole_list() {
    let (server, list, all) = server_with(&["page-size=5"]).await;
    for list in [list.as_str(), list.trim_end_matches("2000"), &list.replace("2000", "0")] {
        let (pages, _) = pages(&server, list, 100).await;
        assert_eq!(pages.len(), 6);
        assert_eq!(pages.concat(), all);
    }
    let shorter = list.replace("2000", "3");
    assert_eq!(pages(&server, &shorter, 100).await.0.len(), 10);
    assert_eq!(server.get("/v1/projects?last=2000").await.json::<Vec<Value>>().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_page_fails_and_so_do_all_after_it() {
    let (server, list, _) = server_with(&["page-size=5", "fail-page=3"]).await;
    for _ in 0..2 {
        let mut path = list.clone();
        for status in [200, 200, 500] {
            let response = server.get(&path).await;
            assert_eq!(response.status(), status);
            if let Some(next) = links(&response).first() {
                path = next[url::Position::BeforePath..].to_owned();
            }
        }
        assert_eq!(server.get(&path).await.status(), 500, "the same page again");
    }
}

#[tokio::test]
async fn an_empty_page_links_to_the_real_ones() {
    let (server, list, all) = server_with(&["page-size=20", "empty-page"]).await;
    let (pages, _) = pages(&server, &list, 100).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [0, 20, 8]);
    assert_eq!(pages.concat(), all);
}

#[tokio::test]
async fn links_form_cycles() {
    let (server, list, all) = server_with(&["page-size=5", "same-cursor"]).await;
    let (rows, cursors) = pages(&server, &list, 4).await;
    assert!(cursors.iter().all(|cursor| *cursor == cursors[0]));
    assert!(rows.iter().all(|page| *page == all[..5]));

    server.running.set_faults(faults(&["page-size=5", "cycle"]));
    let (rows, cursors) = pages(&server, &list, 5).await;
    assert!(cursors[0] == cursors[2] && cursors[1] == cursors[3] && cursors[0] != cursors[1]);
    assert!(rows[0] == all[..5] && rows[1] == all[5..10] && rows[2] == rows[0] && rows[3] == rows[1]);

    server.running.set_faults(faults(&["page-size=5", "endless-page"]));
    let (rows, mut cursors) = pages(&server, &list, 20).await;
    assert!(rows.iter().all(|page| *page == all[..5]));
    cursors.sort_unstable();
    cursors.dedup();
    assert_eq!(cursors.len(), 20);
}

#[tokio::test]
async fn links_lead_elsewhere_even_from_a_list_of_one_page() {
    for page in ["page-size=5", "page-size=100"] {
        let (server, list, _) = server_with(&[page, "foreign-cursor"]).await;
        let own: Url = server.running.url().parse().unwrap();
        let response = server.get(&list).await;
        let [foreign] = links(&response).try_into().unwrap();
        assert_eq!((foreign.host_str(), foreign.path()), (Some("foreign.invalid"), response.url().path()));
        assert!(cursor(&foreign).is_some());

        server.running.set_faults(faults(&[page, "foreign-cursor=https://127.0.0.1:9"]));
        let [foreign] = links(&server.get(&list).await).try_into().unwrap();
        assert_eq!(foreign.origin().ascii_serialization(), "https://127.0.0.1:9");

        server.running.set_faults(faults(&[page, "other-path"]));
        let [other] = links(&server.get(&list).await).try_into().unwrap();
        assert!(other.origin() == own.origin() && other.path() != response.url().path());
        assert!(cursor(&other).is_some());

        server.running.set_faults(faults(&[page, "two-cursors"]));
        let [one, two] = links(&server.get(&list).await).try_into().unwrap();
        assert!(cursor(&one).is_some() && cursor(&two).is_some() && cursor(&one) != cursor(&two));

        server.running.set_faults(faults(&[page, "no-cursor"]));
        let [without] = links(&server.get(&list).await).try_into().unwrap();
        assert_eq!(cursor(&without), None);
    }
}

#[tokio::test]
async fn c84_a_link_can_be_written_in_any_way_and_the_cursor_still_works() {
    let (server, list, all) = server_with(&[]).await;
    let path = list.split('?').next().unwrap();
    for template in [
        r#"<https://api.example/api{path}/?before={cursor}>; rel="next""#,
        "<{path}?{query}>; rel=next",
        r#"<{origin}{path}?before={cursor}>; title="a; rel=prev"; rel="next""#,
    ] {
        server.running.set_faults(faults(&["page-size=10", &format!("link={template}")]));
        let mut rows: Vec<Value> = Vec::new();
        let mut cursor = None;
        loop {
            let before = cursor.map_or(String::new(), |cursor| format!("?before={cursor}"));
            let response = server.get(&format!("{path}{before}")).await;
            let link = response.headers().get("link").map(|link| link.to_str().unwrap().to_owned());
            rows.extend(response.json::<Vec<Value>>().await.unwrap());
            let Some(link) = link else { break };
            let (_, rest) = link.split_once("before=").unwrap();
            cursor = rest.split(['>', '&']).next().map(str::to_owned);
        }
        assert_eq!(rows, all, "{template}");
    }
}

#[tokio::test]
async fn c15_a_link_can_be_broken() {
    let (server, list, _) = server_with(&[]).await;
    let origin = server.running.url();
    let path = list.split('?').next().unwrap();
    for (template, expected) in [
        (r#"</help>; title="a; rel=next""#, r#"</help>; title="a; rel=next""#.to_owned()),
        ("<{origin}{path}; rel=next", format!("<{origin}{path}; rel=next")),
        ("<>; rel=next", "<>; rel=next".to_owned()),
    ] {
        server.running.set_faults(faults(&["page-size=10", &format!("link={template}")]));
        let response = server.get(&list).await;
        let links: Vec<_> = response.headers().get_all("link").iter().collect();
        assert_eq!(links, [expected.as_str()]);
    }
    server.running.set_faults(faults(&["link=<x>; rel=next"]));
    assert_eq!(server.get(&list).await.headers().get("link"), None, "the last page has no link");
}

#[tokio::test]
async fn a_row_repeats_on_the_next_page_and_none_is_lost() {
    let (server, list, all) = server_with(&["page-size=5", "moving-rows"]).await;
    let (pages, _) = pages(&server, &list, 100).await;
    assert!(pages.windows(2).all(|two| two[0].last() == two[1].first()));
    let mut rows = pages.concat();
    rows.dedup();
    assert_eq!(rows, all);
}

#[tokio::test]
async fn an_id_repeats_with_other_contents() {
    let (server, list, all) = server_with(&["duplicate-ids"]).await;
    let rows: Vec<Value> = server.get(&list).await.json().await.unwrap();
    assert_eq!(rows[1]["id"], rows[0]["id"]);
    assert!(rows[1]["name"] != rows[0]["name"] && rows[1]["permissions"] != rows[0]["permissions"]);
    assert_eq!([&rows[..1], &rows[2..]].concat(), all);
}

#[tokio::test]
async fn odd_rows_come_once_before_the_real_ones() {
    let (server, list, all) = server_with(&["page-size=20", "odd-rows"]).await;
    let (pages, _) = pages(&server, &list, 100).await;
    let (odd, rest) = pages[0].split_at(pages[0].len() - 20);
    assert_eq!([rest, &pages[1]].concat(), all);

    let has = |fits: &dyn Fn(&Value) -> bool| assert!(odd.iter().any(fits));
    has(&|row| row["name"].as_str().is_some_and(|name| name.chars().count() == 10_000));
    for part in ["\u{0}", "\u{202e}", "👩‍👩‍👧‍👦", "<img src=x onerror=alert(1)>", "{{7*7}}"]
    {
        has(&|row| row["name"].as_str().is_some_and(|name| name.contains(part)));
    }
    for permissions in [json!([]), Value::Null, json!(["read:*", "future:x"])] {
        has(&|row| row.get("permissions") == Some(&permissions));
    }
    for missing in ["permissions", "createdAt", "id", "name", "token"] {
        has(&|row| row.get(missing).is_none());
    }
    for date in ["0001-", "1911-", "1969-", "9999-", "+05:45", ".123456789Z", "the other day"] {
        has(&|row| row["createdAt"].as_str().is_some_and(|text| text.contains(date)));
    }
    has(&|row| row["id"] == "../../users");
    for start in ["0DD0", "{0dd0", "urn:uuid:0dd0"] {
        has(&|row| row["id"].as_str().is_some_and(|id| id.starts_with(start)) && row["token"].is_string());
    }
    has(&|row| row["token"].as_str().is_some_and(|value| value.starts_with("chr_live:")));
    has(&|row| row.get("expiresAt").is_some());
    let plain: Vec<Value> = odd.iter().filter(|row| row["name"].is_string()).cloned().collect();
    assert_eq!(names(&plain).into_iter().filter(|name| *name == "default").count(), 2);
    assert!(
        plain
            .iter()
            .filter_map(|row| row["id"].as_str())
            .all(|id| all.iter().all(|row| text(row, "id") != id))
    );
}

#[tokio::test]
async fn an_error_stays_an_error() {
    let (server, list, _) = server_with(&["odd-rows", "cycle", "empty-page"]).await;
    assert_eq!(server.request(Method::GET, &list).send().await.unwrap().status(), 401);
    assert_eq!(server.get(&format!("{list}&before=nonsense")).await.status(), 400);
}
