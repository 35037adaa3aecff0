//! Faults that edit what is stored or shown: fields, headers, the clock, and the list of projects.

use calyptia_sandbox::Method;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822};
use serde_json::{Value, json};

use crate::{
    faults::FaultTest,
    raw_client::send,
    test_server::{TestServer, faults, text},
};

#[tokio::test]
async fn c1_c16_names_can_be_stored_in_lower_case() {
    let server = TestServer::with_faults(&["lower-case"]).await;
    let project = server.first_project();
    let created = server.create(project, "Edge MADRID", &[]).await;
    let id = text(&created, "id").to_owned();
    assert_eq!(created["name"], "edge madrid");
    assert_eq!(server.patch(&id, json!({"name": "Edge Ávila"})).await.status(), 204);
    server.clear_faults();
    assert_eq!(server.token(&id).await["name"], "edge ávila");

    server.running.set_faults(faults(&["lower-case", "POST:status-after=504,body=html"]));
    assert_eq!(server.post(project, json!({"name": "Edge MADRID"})).await.status(), 504);
    server.clear_faults();
    assert_eq!(server.tokens(project).await[0]["name"], "edge madrid");
}

#[tokio::test]
async fn c83_other_permissions_can_be_stored_than_were_sent() {
    let server = TestServer::with_faults(&["POST:store=permissions:[]"]).await;
    let created = server.create(server.first_project(), "narrow", &["read:*"]).await;
    assert_eq!(created["permissions"], json!([]));
    let id = text(&created, "id");
    assert_eq!(server.token(id).await["permissions"], json!([]), "the list and the response agree");

    server.running.set_faults(faults(&[r#"PATCH:store=permissions:["read:*","delete:*"]"#]));
    assert_eq!(server.patch(id, json!({"name": "renamed"})).await.status(), 204);
    let shown = server.token(id).await;
    assert_eq!((&shown["name"], &shown["permissions"]), (&json!("renamed"), &json!(["read:*", "delete:*"])));
}

#[tokio::test]
async fn a_request_that_is_not_an_object_stays_as_it_is() {
    let server = TestServer::with_faults(&["lower-case", "store=name:\"n\""]).await;
    let path = format!("/v1/projects/{}/tokens", server.first_project());
    let request = server.user_request(Method::POST, &path).body("[1]");
    assert_eq!(request.send().await.unwrap().status(), 400);
    assert_eq!(server.get(&path).await.status(), 200);
}

#[tokio::test]
async fn c5_c13_fields_can_be_missing_or_have_any_value_in_rows_objects_and_projects() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let id = text(&server.tokens(project).await[3], "id").to_owned();

    server.running.set_faults(faults(&["unset=token", r#"set=createdAt:"0001-01-01T00:00:00Z""#]));
    let created = server.create(project, "without a value", &[]).await;
    let shown = server.token(&id).await;
    let rows = server.tokens(project).await;
    assert_eq!(rows.len(), 29);
    for row in rows.iter().chain([&created, &shown]) {
        assert_eq!((row.get("token"), &row["createdAt"]), (None, &json!("0001-01-01T00:00:00Z")));
    }
    let projects: Vec<Value> = server.get("/v1/projects").await.json().await.unwrap();
    assert!(projects.iter().all(|project| project["createdAt"] == "0001-01-01T00:00:00Z"));

    server.running.set_faults(faults(&[&format!("GET/{id}:set=token:null")]));
    assert_eq!(server.token(&id).await["token"], Value::Null);
    assert!(server.tokens(project).await.iter().all(|row| row["token"].is_string()), "only that path");

    server.running.set_faults(faults(&["set=error:\"other\""]));
    let error = server.get("/v1/projects?last=x").await.json::<Value>().await.unwrap();
    assert_eq!(error, json!({"error": "invalid page size"}), "errors do not change");
}

#[tokio::test]
async fn c3_a_list_can_be_null() {
    let server = TestServer::with_faults(&["null"]).await;
    let list = format!("/v1/projects/{}/tokens", server.first_project());
    for path in ["/v1/projects", &list, &format!("{list}?name=edge")] {
        let response = server.get(path).await;
        assert_eq!((response.status().as_u16(), response.text().await.unwrap().as_str()), (200, "null"));
    }
    let project = server.get(&format!("/v1/projects/{}", server.first_project())).await;
    assert!(project.json::<Value>().await.unwrap().is_object(), "only lists change");
}

#[tokio::test]
async fn c87_headers_are_added_in_latin_1() {
    let test = FaultTest::new().await;
    test.server.running.set_faults(faults(&[
        r#"header=Link: </s.css>; rel=preload; title="café""#,
        "header=Link:<https://a.example/@>; rel=next",
    ]));
    let response = send(&test.server, Method::GET, "/v1/projects", &Value::Null);
    let (head, body) = response.parts();
    let links: Vec<&str> = head.lines().filter_map(|line| line.strip_prefix("link: ")).collect();
    assert_eq!(links, [r#"</s.css>; rel=preload; title="café""#, "<https://a.example/@>; rel=next"]);
    assert!(response.bytes.windows(5).any(|bytes| bytes == b"caf\xe9\""));
    assert_eq!(serde_json::from_slice::<Vec<Value>>(body).unwrap().len(), 4);
}

#[tokio::test]
async fn c4_c87_odd_projects_come_before_the_real_ones() {
    let server = TestServer::sample().await;
    let all: Vec<Value> = server.get("/v1/projects").await.json().await.unwrap();
    server.running.set_faults(faults(&["odd-projects"]));
    let projects: Vec<Value> = server.get("/v1/projects").await.json().await.unwrap();
    let (odd, rest) = projects.split_at(projects.len() - all.len());
    assert_eq!(rest, all);
    let has = |fits: &dyn Fn(&Value) -> bool| assert!(odd.iter().any(fits));
    has(&|project| project["id"] == "legacy-1");
    has(&|project| project["agentsCount"] == -1);
    has(&|project| project["createdAt"] == "0001-01-01T00:00:00Z");
    has(&|project| project.get("membership") == Some(&Value::Null));
    for missing in ["id", "name", "membersCount", "createdAt"] {
        has(&|project| project.get(missing).is_none());
    }
    let path = format!("/v1/projects/{}/tokens", server.first_project());
    assert_eq!(server.get(&path).await.json::<Vec<Value>>().await.unwrap().len(), 28);
}

#[tokio::test]
async fn c14_the_clock_applies_to_dates_and_to_tokens_created_meanwhile() {
    let server = TestServer::with_faults(&["clock=100", "clock=50"]).await;
    let project = server.first_project();
    let ahead = SignedDuration::from_secs(150);
    let before = Timestamp::now();
    let response = server.post(project, json!({"name": "early"})).await;
    let after = Timestamp::now();
    let date = response.headers()["date"].to_str().unwrap();
    let date = rfc2822::parse(date).unwrap().timestamp() - ahead;
    assert!((before.as_second()..=after.as_second()).contains(&date.as_second()));
    let created: Value = response.json().await.unwrap();
    let created_at = text(&created, "createdAt").parse::<Timestamp>().unwrap() - ahead;
    assert!((before.as_microsecond()..=after.as_microsecond()).contains(&created_at.as_microsecond()));
    server.clear_faults();
    assert_eq!(server.token(text(&created, "id")).await, created);

    server.running.set_faults(faults(&["clock=-86400", "status=503"]));
    let response = server.get("/v1/projects").await;
    let date = rfc2822::parse(response.headers()["date"].to_str().unwrap()).unwrap().timestamp();
    assert!(date < before, "the dates of other faults' responses, too");
}

#[tokio::test]
async fn c2_the_clock_applies_to_a_create_whose_response_is_lost() {
    let test = FaultTest::new().await;
    test.server.running.set_faults(faults(&["clock=86400", "POST:reset-after"]));
    let before = Timestamp::now();
    send(&test.server, Method::POST, &test.list, &json!({"name": "lost"}));
    test.server.clear_faults();
    let rows = test.server.tokens(test.server.first_project()).await;
    assert_eq!(rows[0]["name"], "lost");
    assert!(
        text(&rows[0], "createdAt").parse::<Timestamp>().unwrap()
            >= before + SignedDuration::from_secs(86_400)
    );
}
