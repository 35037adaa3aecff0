//! Faults of the token list: its pages, its links and its rows.

use calyptia_sandbox::Method;
use reqwest::{Response, Url};
use serde_json::{Value, json};

use crate::house::{House, faults, names, text};

/// A list of 28 tokens, and what goes wrong with it.
async fn house_with(specs: &[&str]) -> (House, String, Vec<Value>) {
    let house = House::sample().await;
    let all = house.tokens(house.first_project()).await;
    assert_eq!(all.len(), 28);
    house.running.set_faults(faults(specs));
    let list = format!("/v1/projects/{}/tokens?last=2000", house.first_project());
    (house, list, all)
}

fn links(answer: &Response) -> Vec<Url> {
    let links = answer.headers().get_all("link").iter();
    let target = |link: &str| link.strip_prefix('<')?.strip_suffix(r#">; rel="next""#)?.parse().ok();
    links.map(|link| target(link.to_str().unwrap()).unwrap()).collect()
}

fn cursor(url: &Url) -> Option<String> {
    url.query_pairs().find(|(key, _)| key == "before").map(|(_, value)| value.into_owned())
}

/// The first pages, as far as the first link of each leads, and the cursors by which they were found.
async fn pages(house: &House, list: &str, most: usize) -> (Vec<Vec<Value>>, Vec<String>) {
    let (mut pages, mut cursors) = (Vec::new(), Vec::new());
    let mut path = list.to_owned();
    while pages.len() < most {
        let answer = house.get(&path).await;
        assert_eq!(answer.status(), 200, "{path}");
        let next = links(&answer).into_iter().next();
        pages.push(answer.json().await.unwrap());
        let Some(next) = next else { break };
        cursors.push(cursor(&next).unwrap());
        path = next[url::Position::BeforePath..].to_owned();
    }
    (pages, cursors)
}

#[tokio::test]
async fn pages_are_as_short_as_asked_for_and_still_make_the_whole_list() {
    let (house, list, all) = house_with(&["page-size=5"]).await;
    for list in [list.as_str(), list.trim_end_matches("2000"), &list.replace("2000", "0")] {
        let (pages, _) = pages(&house, list, 100).await;
        assert_eq!(pages.len(), 6);
        assert_eq!(pages.concat(), all);
    }
    let shorter = list.replace("2000", "3");
    assert_eq!(pages(&house, &shorter, 100).await.0.len(), 10);
    assert_eq!(house.get("/v1/projects?last=2000").await.json::<Vec<Value>>().await.unwrap().len(), 4);
}

#[tokio::test]
async fn a_page_fails_and_so_do_all_behind_it() {
    let (house, list, _) = house_with(&["page-size=5", "fail-page=3"]).await;
    for _ in 0..2 {
        let mut path = list.clone();
        for status in [200, 200, 500] {
            let answer = house.get(&path).await;
            assert_eq!(answer.status(), status);
            if let Some(next) = links(&answer).first() {
                path = next[url::Position::BeforePath..].to_owned();
            }
        }
        assert_eq!(house.get(&path).await.status(), 500, "asked for again");
    }
}

#[tokio::test]
async fn an_empty_page_leads_to_the_true_ones() {
    let (house, list, all) = house_with(&["page-size=20", "empty-page"]).await;
    let (pages, _) = pages(&house, &list, 100).await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [0, 20, 8]);
    assert_eq!(pages.concat(), all);
}

#[tokio::test]
async fn links_go_in_circles() {
    let (house, list, all) = house_with(&["page-size=5", "same-cursor"]).await;
    let (rows, cursors) = pages(&house, &list, 4).await;
    assert!(cursors.iter().all(|cursor| *cursor == cursors[0]));
    assert!(rows.iter().all(|page| *page == all[..5]));

    house.running.set_faults(faults(&["page-size=5", "cycle"]));
    let (rows, cursors) = pages(&house, &list, 5).await;
    assert!(cursors[0] == cursors[2] && cursors[1] == cursors[3] && cursors[0] != cursors[1]);
    assert!(rows[0] == all[..5] && rows[1] == all[5..10] && rows[2] == rows[0] && rows[3] == rows[1]);

    house.running.set_faults(faults(&["page-size=5", "endless-page"]));
    let (rows, mut cursors) = pages(&house, &list, 20).await;
    assert!(rows.iter().all(|page| *page == all[..5]));
    cursors.sort_unstable();
    cursors.dedup();
    assert_eq!(cursors.len(), 20);
}

#[tokio::test]
async fn links_lead_astray_even_from_a_list_of_one_page() {
    for page in ["page-size=5", "page-size=100"] {
        let (house, list, _) = house_with(&[page, "foreign-cursor"]).await;
        let own: Url = house.running.url().parse().unwrap();
        let answer = house.get(&list).await;
        let [foreign] = links(&answer).try_into().unwrap();
        assert_eq!((foreign.host_str(), foreign.path()), (Some("foreign.invalid"), answer.url().path()));
        assert!(cursor(&foreign).is_some());

        house.running.set_faults(faults(&[page, "foreign-cursor=https://127.0.0.1:9"]));
        let [foreign] = links(&house.get(&list).await).try_into().unwrap();
        assert_eq!(foreign.origin().ascii_serialization(), "https://127.0.0.1:9");

        house.running.set_faults(faults(&[page, "other-path"]));
        let [other] = links(&house.get(&list).await).try_into().unwrap();
        assert!(other.origin() == own.origin() && other.path() != answer.url().path());
        assert!(cursor(&other).is_some());

        house.running.set_faults(faults(&[page, "two-cursors"]));
        let [one, two] = links(&house.get(&list).await).try_into().unwrap();
        assert!(cursor(&one).is_some() && cursor(&two).is_some() && cursor(&one) != cursor(&two));

        house.running.set_faults(faults(&[page, "no-cursor"]));
        let [without] = links(&house.get(&list).await).try_into().unwrap();
        assert_eq!(cursor(&without), None);
    }
}

#[tokio::test]
async fn a_row_moves_to_the_next_page_and_none_is_lost() {
    let (house, list, all) = house_with(&["page-size=5", "moving-rows"]).await;
    let (pages, _) = pages(&house, &list, 100).await;
    assert!(pages.windows(2).all(|two| two[0].last() == two[1].first()));
    let mut rows = pages.concat();
    rows.dedup();
    assert_eq!(rows, all);
}

#[tokio::test]
async fn an_id_comes_twice_with_other_contents() {
    let (house, list, all) = house_with(&["duplicate-ids"]).await;
    let rows: Vec<Value> = house.get(&list).await.json().await.unwrap();
    assert_eq!(rows[1]["id"], rows[0]["id"]);
    assert!(rows[1]["name"] != rows[0]["name"] && rows[1]["permissions"] != rows[0]["permissions"]);
    assert_eq!([&rows[..1], &rows[2..]].concat(), all);
}

#[tokio::test]
async fn odd_rows_come_before_the_true_ones_and_once() {
    let (house, list, all) = house_with(&["page-size=20", "odd-rows"]).await;
    let (pages, _) = pages(&house, &list, 100).await;
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
    for date in ["1911-", "1969-", "9999-", "+05:45", ".123456789Z", "the other day"] {
        has(&|row| row["createdAt"].as_str().is_some_and(|text| text.contains(date)));
    }
    has(&|row| row["id"] == "../../users");
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
async fn a_list_that_is_refused_stays_refused() {
    let (house, list, _) = house_with(&["odd-rows", "cycle", "empty-page"]).await;
    assert_eq!(house.ask(Method::GET, &list).send().await.unwrap().status(), 401);
    assert_eq!(house.get(&format!("{list}&before=nonsense")).await.status(), 400);
}
