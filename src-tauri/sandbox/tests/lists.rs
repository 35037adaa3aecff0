//! Lists: their order, their pages and the name filter.

use calyptia_sandbox::Options;
use reqwest::{Response, Url};
use serde_json::Value;
use uuid::Uuid;

use crate::test_server::{TestServer, assert_error, names, text};

fn next(response: &Response) -> Option<Url> {
    let link = response.headers().get("link")?.to_str().unwrap();
    let target = link.strip_prefix('<').unwrap().strip_suffix(r#">; rel="next""#).unwrap();
    Some(target.parse().unwrap())
}

fn query(url: &Url, key: &str) -> Option<String> {
    url.query_pairs().find(|(candidate, _)| candidate == key).map(|(_, value)| value.into_owned())
}

/// All pages, following the links from `path` to the end.
async fn pages(server: &TestServer, path: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut path = path.to_owned();
    loop {
        let response = server.get(&path).await;
        assert_eq!(response.status(), 200);
        let next = next(&response);
        pages.push(response.json().await.unwrap());
        let Some(next) = next else { return pages };
        assert!(next.as_str().starts_with(&server.running.url()), "the link is absolute");
        path = next.as_str()[server.running.url().len()..].to_owned();
    }
}

fn tokens_of(project: Uuid) -> String {
    format!("/v1/projects/{project}/tokens")
}

#[tokio::test]
async fn tokens_come_newest_first() {
    let server = TestServer::sample().await;
    for (project, _) in server.running.projects() {
        let rows = server.tokens(project).await;
        assert!(rows.is_sorted_by(|newer, older| text(newer, "createdAt") >= text(older, "createdAt")));
        assert_eq!(text(rows.last().unwrap(), "name"), "default");
    }
}

#[tokio::test]
async fn without_a_page_size_all_rows_come_at_once() {
    let server = TestServer::sample().await;
    let path = tokens_of(server.first_project());
    for query in ["", "?last=0", "?last=", "?last=&before=&name="] {
        let response = server.get(&format!("{path}{query}")).await;
        assert_eq!(next(&response), None);
        assert_eq!(response.json::<Vec<Value>>().await.unwrap().len(), 28);
    }
}

#[tokio::test]
async fn following_the_links_gives_each_token_once_and_in_order() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let all = server.tokens(project).await;
    for size in [1, 5, 7, 27, 28, 29] {
        let pages = pages(&server, &format!("{}?last={size}", tokens_of(project))).await;
        assert_eq!(pages.len(), 28_usize.div_ceil(size), "no empty page at the end");
        assert!(pages.iter().all(|page| page.len() <= size));
        assert_eq!(pages.concat(), all);
    }
}

#[tokio::test]
async fn the_link_keeps_the_page_size_and_the_filter() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    for name in ["Größe & co = 1", "Größe & co = 2"] {
        server.create(project, name, &[]).await;
    }
    let path = format!("{}?last=1&name=gr%C3%B6%C3%9Fe+%26+co+%3D", tokens_of(project));
    let link = next(&server.get(&path).await).unwrap();
    assert_eq!(link.path(), tokens_of(project));
    assert_eq!(query(&link, "last").as_deref(), Some("1"));
    assert_eq!(query(&link, "name").as_deref(), Some("größe & co ="));
    assert!(query(&link, "before").is_some());
    assert_eq!(names(&pages(&server, &path).await.concat()), ["Größe & co = 2", "Größe & co = 1"]);
}

#[tokio::test]
async fn the_link_has_the_host_that_the_client_used() {
    let server = TestServer::sample().await;
    let path = format!("{}?last=1", tokens_of(server.first_project()));
    let request = server.user_request(calyptia_sandbox::Method::GET, &path).header("Host", "localhost:5000");
    let link = next(&request.send().await.unwrap()).unwrap();
    assert_eq!(link.origin().ascii_serialization(), "http://localhost:5000");
}

#[tokio::test]
async fn tokens_created_and_deleted_between_two_pages_neither_repeat_nor_hide_others() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let before = server.tokens(project).await;
    let response = server.get(&format!("{}?last=10", tokens_of(project))).await;
    let rest = next(&response).unwrap();
    let mut seen: Vec<Value> = response.json().await.unwrap();

    server.create(project, "new", &[]).await;
    assert_eq!(
        server.delete(text(&before[9], "id")).await.status(),
        204,
        "the row that the cursor points to"
    );
    assert_eq!(server.delete(text(&before[10], "id")).await.status(), 204, "the first of the next page");

    seen.extend(pages(&server, &rest.as_str()[server.running.url().len()..]).await.concat());
    let expected = [&before[..10], &before[11..]].concat();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_name_filter_matches_any_part_in_any_case() {
    let server = TestServer::sample().await;
    let path = tokens_of(server.first_project());
    let found = |rows: Vec<Value>| rows.iter().map(|row| text(row, "name").to_owned()).collect::<Vec<_>>();
    let filtered = |name: &str| format!("{path}?name={name}");
    let rows = server.get(&filtered("EDGE-agent")).await.json().await.unwrap();
    assert_eq!(found(rows), ["edge-agent-eu", "edge-agent-us-east"]);
    let rows = server.get(&filtered("GR%C3%96")).await.json().await.unwrap();
    assert_eq!(found(rows), ["Größe-Monitoring"]);
    let rows = server.get(&filtered("no-such-name")).await.json().await.unwrap();
    assert!(found(rows).is_empty());
}

#[tokio::test]
async fn a_cursor_that_the_server_did_not_issue_is_an_error() {
    let server = TestServer::sample().await;
    for list in ["/v1/projects".to_owned(), tokens_of(server.first_project())] {
        for cursor in ["%00", "nonsense", "djEAAAA%3D", "AAAAAAAAAAAAAA%3D%3D", "7"] {
            assert_error(server.get(&format!("{list}?before={cursor}")).await, 400, "decode cursor").await;
        }
        for size in ["-1", "ten", "1.5"] {
            assert_error(server.get(&format!("{list}?last={size}")).await, 400, "invalid page size").await;
        }
    }
}

#[tokio::test]
async fn projects_are_paged_and_filtered_like_tokens() {
    let server = TestServer::sample().await;
    let all: Vec<Value> = server.get("/v1/projects").await.json().await.unwrap();
    assert_eq!(names(&all), ["Acme / production", "Acme / staging", "Observability lab", "An empty start"]);
    assert!(all.is_sorted_by(|newer, older| text(newer, "createdAt") > text(older, "createdAt")));
    for size in 1..=5 {
        assert_eq!(pages(&server, &format!("/v1/projects?last={size}")).await.concat(), all);
    }
    let acme = pages(&server, "/v1/projects?last=1&name=ACME").await.concat();
    assert_eq!(names(&acme), ["Acme / production", "Acme / staging"]);
}

#[tokio::test]
async fn a_list_of_several_chunks_arrives_whole() {
    for count in [1000, 1001, 2000, 2500] {
        let server = TestServer::with(Options { tokens: Some(count), ..Options::default() }).await;
        let rows = server.tokens(server.first_project()).await;
        let places: Vec<usize> = rows[..count - 1]
            .iter()
            .map(|row| text(row, "name").rsplit_once('-').unwrap().1.parse().unwrap())
            .collect();
        assert!(places.into_iter().eq((1..count).rev()), "each once and newest first");
        assert_eq!(text(&rows[count - 1], "name"), "default");
    }
}
