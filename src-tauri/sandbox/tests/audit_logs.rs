//! The audit log: who created, changed and deleted tokens.

use calyptia_sandbox::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::test_server::{TestServer, assert_error, text};

async fn entries(server: &TestServer, project: Uuid, query: &str) -> (Vec<Value>, Value) {
    let path = format!("/v1/projects/{project}/audit_logs?components=&identity={query}");
    let mut page: Value = server.get(&path).await.json().await.unwrap();
    (serde_json::from_value(page["items"].take()).unwrap(), page["endCursor"].take())
}

#[tokio::test]
async fn whoever_changes_a_token_is_in_the_log_newest_first() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let token = server.create(project, "mine", &["update:*", "delete:*"]).await;
    let id = text(&token, "id").to_owned();
    server.patch(&id, json!({"name": "renamed"})).await;
    let path = format!("/v1/project_tokens/{id}");
    server.token_request(text(&token, "token"), Method::DELETE, &path).send().await.unwrap();
    let (all, _) = entries(&server, project, "").await;
    let user = json!({"email": "ana@acme.example", "name": "Ana Sample"});
    let expected = [
        ("DELETE", 204, json!({"projectTokenID": id})),
        ("UPDATE", 204, user.clone()),
        ("CREATE", 201, user),
    ];
    for (entry, (action, status, identity)) in all.iter().zip(expected) {
        assert_eq!(entry["components"], json!({"projectID": project, "tokenID": id}));
        assert_eq!((&entry["action"], &entry["responseCode"]), (&action.into(), &status.into()));
        assert_eq!(entry["identity"], identity);
    }
    assert_eq!(all[2]["url"], format!("/v1/projects/{project}/tokens"));
    assert!(!Value::from(all).to_string().contains(&text(&token, "token")[..20]), "no value");
}

#[tokio::test]
async fn pages_follow_each_other_and_an_action_restricts_them() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let token = server.create(project, "mine", &[]).await;
    server.delete(text(&token, "id")).await;
    let (all, end) = entries(&server, project, "").await;
    assert_eq!((all.len(), end), (29, Value::Null), "27 sample tokens");
    let (created, _) = entries(&server, project, "&action=CREATE").await;
    assert_eq!(created, all[1..]);
    let mut paged = Vec::new();
    let mut after = String::new();
    loop {
        let (page, end) = entries(&server, project, &format!("&first=10{after}")).await;
        paged.extend(page);
        let Some(cursor) = end.as_str() else { break };
        after = format!("&after={}", cursor.replace('=', "%3D").replace('+', "%2B"));
    }
    assert_eq!(paged, all);
}

#[tokio::test]
async fn a_server_without_a_log_is_a_fault_away_and_its_parameters_are_required() {
    let server = TestServer::with_faults(&["/audit_logs:status=404"]).await;
    let path = format!("/v1/projects/{}/audit_logs", server.first_project());
    assert_eq!(server.get(&format!("{path}?components=&identity=")).await.status(), 404);
    server.clear_faults();
    for query in ["", "?components=", "?identity="] {
        assert_error(server.get(&format!("{path}{query}")).await, 400, "missing parameter").await;
    }
    let former = "?components%5Bk%5D=v&identity%5Bk%5D=v";
    assert_eq!(server.get(&format!("{path}{former}")).await.status(), 200);
}
