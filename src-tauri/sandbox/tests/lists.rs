//! Lists: their order, their pages and the name filter.

use calyptia_sandbox::Options;
use reqwest::{Response, Url};
use serde_json::Value;
use uuid::Uuid;

use crate::house::{House, assert_refused, names, text};

fn next(answer: &Response) -> Option<Url> {
    let link = answer.headers().get("link")?.to_str().unwrap();
    let target = link.strip_prefix('<').unwrap().strip_suffix(r#">; rel="next""#).unwrap();
    Some(target.parse().unwrap())
}

fn query(url: &Url, key: &str) -> Option<String> {
    url.query_pairs().find(|(candidate, _)| candidate == key).map(|(_, value)| value.into_owned())
}

/// Follows the links from `path` to the end; one element a page.
async fn pages(house: &House, path: &str) -> Vec<Vec<Value>> {
    let mut pages = Vec::new();
    let mut path = path.to_owned();
    loop {
        let answer = house.get(&path).await;
        assert_eq!(answer.status(), 200);
        let next = next(&answer);
        pages.push(answer.json().await.unwrap());
        let Some(next) = next else { return pages };
        assert!(next.as_str().starts_with(&house.running.url()), "the link is absolute");
        path = next.as_str()[house.running.url().len()..].to_owned();
    }
}

fn tokens_of(project: Uuid) -> String {
    format!("/v1/projects/{project}/tokens")
}

#[tokio::test]
async fn tokens_come_newest_first() {
    let house = House::sample().await;
    for (project, _) in house.running.projects() {
        let rows = house.tokens(project).await;
        assert!(rows.is_sorted_by(|newer, older| text(newer, "createdAt") >= text(older, "createdAt")));
        assert_eq!(text(rows.last().unwrap(), "name"), "default");
    }
}

#[tokio::test]
async fn without_a_page_size_everything_comes_at_once() {
    let house = House::sample().await;
    let path = tokens_of(house.first_project());
    for query in ["", "?last=0", "?last=", "?last=&before=&name="] {
        let answer = house.get(&format!("{path}{query}")).await;
        assert_eq!(next(&answer), None);
        assert_eq!(answer.json::<Vec<Value>>().await.unwrap().len(), 28);
    }
}

#[tokio::test]
async fn following_the_links_gives_each_token_once_and_in_order() {
    let house = House::sample().await;
    let project = house.first_project();
    let all = house.tokens(project).await;
    for size in [1, 5, 7, 27, 28, 29] {
        let pages = pages(&house, &format!("{}?last={size}", tokens_of(project))).await;
        assert_eq!(pages.len(), 28_usize.div_ceil(size), "no empty page at the end");
        assert!(pages.iter().all(|page| page.len() <= size));
        assert_eq!(pages.concat(), all);
    }
}

#[tokio::test]
async fn the_link_keeps_the_page_size_and_the_filter() {
    let house = House::sample().await;
    let project = house.first_project();
    for name in ["Größe & co = 1", "Größe & co = 2"] {
        house.create(project, name, &[]).await;
    }
    let path = format!("{}?last=1&name=gr%C3%B6%C3%9Fe+%26+co+%3D", tokens_of(project));
    let link = next(&house.get(&path).await).unwrap();
    assert_eq!(link.path(), tokens_of(project));
    assert_eq!(query(&link, "last").as_deref(), Some("1"));
    assert_eq!(query(&link, "name").as_deref(), Some("größe & co ="));
    assert!(query(&link, "before").is_some());
    assert_eq!(names(&pages(&house, &path).await.concat()), ["Größe & co = 2", "Größe & co = 1"]);
}

#[tokio::test]
async fn the_link_names_the_host_the_client_asked() {
    let house = House::sample().await;
    let path = format!("{}?last=1", tokens_of(house.first_project()));
    let asked = house.ask_as_user(calyptia_sandbox::Method::GET, &path).header("Host", "localhost:5000");
    let link = next(&asked.send().await.unwrap()).unwrap();
    assert_eq!(link.origin().ascii_serialization(), "http://localhost:5000");
}

#[tokio::test]
async fn tokens_made_and_deleted_between_two_pages_neither_repeat_nor_hide_others() {
    let house = House::sample().await;
    let project = house.first_project();
    let before = house.tokens(project).await;
    let answer = house.get(&format!("{}?last=10", tokens_of(project))).await;
    let rest = next(&answer).unwrap();
    let mut seen: Vec<Value> = answer.json().await.unwrap();

    house.create(project, "newcomer", &[]).await;
    assert_eq!(house.delete(text(&before[9], "id")).await.status(), 204, "the row the cursor points at");
    assert_eq!(house.delete(text(&before[10], "id")).await.status(), 204, "the first of the next page");

    seen.extend(pages(&house, &rest.as_str()[house.running.url().len()..]).await.concat());
    let expected = [&before[..10], &before[11..]].concat();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn the_name_filter_finds_any_part_in_any_case() {
    let house = House::sample().await;
    let path = tokens_of(house.first_project());
    let found = |rows: Vec<Value>| rows.iter().map(|row| text(row, "name").to_owned()).collect::<Vec<_>>();
    let filtered = |name: &str| format!("{path}?name={name}");
    let rows = house.get(&filtered("EDGE-agent")).await.json().await.unwrap();
    assert_eq!(found(rows), ["edge-agent-eu", "edge-agent-us-east"]);
    let rows = house.get(&filtered("GR%C3%96")).await.json().await.unwrap();
    assert_eq!(found(rows), ["Größe-Monitoring"]);
    let rows = house.get(&filtered("no-such-name")).await.json().await.unwrap();
    assert!(found(rows).is_empty());
}

#[tokio::test]
async fn a_cursor_the_server_did_not_make_is_refused() {
    let house = House::sample().await;
    for list in ["/v1/projects".to_owned(), tokens_of(house.first_project())] {
        for cursor in ["%00", "nonsense", "djEAAAA%3D", "AAAAAAAAAAAAAA%3D%3D", "7"] {
            assert_refused(house.get(&format!("{list}?before={cursor}")).await, 400, "decode cursor").await;
        }
        for size in ["-1", "ten", "1.5"] {
            assert_refused(house.get(&format!("{list}?last={size}")).await, 400, "invalid page size").await;
        }
    }
}

#[tokio::test]
async fn projects_are_paged_and_filtered_like_tokens() {
    let house = House::sample().await;
    let all: Vec<Value> = house.get("/v1/projects").await.json().await.unwrap();
    assert_eq!(names(&all), ["Acme / production", "Acme / staging", "Observability lab", "An empty start"]);
    assert!(all.is_sorted_by(|newer, older| text(newer, "createdAt") > text(older, "createdAt")));
    for size in 1..=5 {
        assert_eq!(pages(&house, &format!("/v1/projects?last={size}")).await.concat(), all);
    }
    let acme = pages(&house, "/v1/projects?last=1&name=ACME").await.concat();
    assert_eq!(names(&acme), ["Acme / production", "Acme / staging"]);
}

#[tokio::test]
async fn a_list_too_long_for_one_write_arrives_whole() {
    for count in [1000, 1001, 2000, 2500] {
        let house = House::with(Options { tokens: Some(count), ..Options::default() }).await;
        let rows = house.tokens(house.first_project()).await;
        let places: Vec<usize> = rows[..count - 1]
            .iter()
            .map(|row| text(row, "name").rsplit_once('-').unwrap().1.parse().unwrap())
            .collect();
        assert!(places.into_iter().eq((1..count).rev()), "each once and newest first");
        assert_eq!(text(&rows[count - 1], "name"), "default");
    }
}
