//! Who can do what: with the bearer token, with a project token, and with neither.

use calyptia_sandbox::Method;
use serde_json::json;
use uuid::Uuid;

use crate::test_server::{TestServer, assert_error, text};

/// Every operation that needs a credential, on this project and token.
fn guarded(project: Uuid, token: &str) -> [(Method, String); 7] {
    [
        (Method::GET, "/v1/projects".to_owned()),
        (Method::GET, format!("/v1/projects/{project}")),
        (Method::GET, format!("/v1/projects/{project}/tokens")),
        (Method::POST, format!("/v1/projects/{project}/tokens")),
        (Method::GET, format!("/v1/project_tokens/{token}")),
        (Method::PATCH, format!("/v1/project_tokens/{token}")),
        (Method::DELETE, format!("/v1/project_tokens/{token}")),
    ]
}

#[tokio::test]
async fn without_a_credential_every_guarded_operation_is_unauthenticated() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let token = server.create(project, "probe", &[]).await;
    for (method, path) in guarded(project, text(&token, "id")) {
        assert_error(server.request(method.clone(), &path).send().await.unwrap(), 401, "unauthenticated")
            .await;
        for empty in ["Basic dXNlcjpwYXNz", "Bearer", "Bearer "] {
            let request = server.request(method.clone(), &path).header("Authorization", empty);
            assert_error(request.send().await.unwrap(), 401, "unauthenticated").await;
        }
    }
}

#[tokio::test]
async fn a_wrong_bearer_token_is_invalid_everywhere() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let token = server.create(project, "probe", &[]).await;
    for (method, path) in guarded(project, text(&token, "id")) {
        let request = server.request(method.clone(), &path).bearer_auth("not-the-bearer-token");
        assert_error(request.send().await.unwrap(), 401, "invalid token").await;
        let request = server.request(method, &path).bearer_auth(text(&token, "token"));
        assert_error(request.send().await.unwrap(), 401, "invalid token").await;
    }
}

#[tokio::test]
async fn a_valid_project_token_does_not_excuse_a_wrong_bearer_token() {
    let server = TestServer::sample().await;
    let token = server.create(server.first_project(), "probe", &[]).await;
    let path = format!("/v1/project_tokens/{}", text(&token, "id"));
    let request =
        server.token_request(text(&token, "token"), Method::GET, &path).bearer_auth("not-the-bearer-token");
    assert_error(request.send().await.unwrap(), 401, "invalid token").await;
}

#[tokio::test]
async fn health_and_the_description_need_no_credential() {
    let server = TestServer::sample().await;
    for path in ["/healthz", "/openapi.json"] {
        assert_eq!(server.request(Method::GET, path).send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn lists_and_create_do_not_accept_project_tokens() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let token = server.create(project, "probe", &[]).await;
    for (method, path) in guarded(project, "x").into_iter().take(4) {
        if path.ends_with(&project.to_string()) {
            continue;
        }
        let request = server.token_request(text(&token, "token"), method, &path).json(&json!({"name": "n"}));
        assert_error(request.send().await.unwrap(), 401, "unauthenticated").await;
    }
}

#[tokio::test]
async fn a_project_token_can_do_only_what_its_permissions_grant() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let needs =
        [(Method::GET, "read:*", 200), (Method::PATCH, "update:*", 204), (Method::DELETE, "delete:*", 204)];
    let sets: [&[&str]; 6] = [
        &[],
        &["create:*"],
        &["read:*"],
        &["update:*"],
        &["delete:*"],
        &["create:*", "read:*", "update:*", "delete:*"],
    ];
    for (number, permissions) in sets.into_iter().enumerate() {
        let key = server.create(project, &format!("key {number}"), permissions).await;
        let target = server.create(project, &format!("target {number}"), &[]).await;
        let path = format!("/v1/project_tokens/{}", text(&target, "id"));
        for (method, needed, success) in needs.clone() {
            let request = server.token_request(text(&key, "token"), method, &path).json(&json!({}));
            let response = request.send().await.unwrap();
            if permissions.is_empty() || permissions.contains(&needed) {
                assert_eq!(response.status(), success, "{permissions:?} grants {needed}");
            } else {
                assert_error(response, 403, "permission denied").await;
            }
        }
        let own_project = format!("/v1/projects/{project}");
        let request = server.token_request(text(&key, "token"), Method::GET, &own_project);
        let can_read = permissions.is_empty() || permissions.contains(&"read:*");
        assert_eq!(request.send().await.unwrap().status(), if can_read { 200 } else { 403 });
    }
}

#[tokio::test]
async fn a_project_token_does_not_work_in_other_projects() {
    let server = TestServer::sample().await;
    let (home, away) = (server.project("Acme / production"), server.project("Acme / staging"));
    let key = server.create(home, "key", &[]).await;
    let target = server.create(away, "target", &[]).await;
    let token_path = format!("/v1/project_tokens/{}", text(&target, "id"));
    let request = [
        (Method::GET, format!("/v1/projects/{away}")),
        (Method::GET, token_path.clone()),
        (Method::PATCH, token_path.clone()),
        (Method::DELETE, token_path),
    ];
    for (method, path) in request {
        let request = server.token_request(text(&key, "token"), method, &path).json(&json!({}));
        assert_error(request.send().await.unwrap(), 403, "permission denied").await;
    }
}

#[tokio::test]
async fn a_project_token_is_checked_against_the_store() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let path = format!("/v1/projects/{project}");
    let key = server.create(project, "key", &["read:*"]).await;
    let value = text(&key, "token");
    assert_eq!(server.token_request(value, Method::GET, &path).send().await.unwrap().status(), 200);

    let (claims, _) = value.split_once('.').unwrap();
    let forged = format!("{claims}.{}", "A".repeat(64));
    for wrong in [forged.as_str(), claims, "a.b", "nonsense"] {
        let request = server.token_request(wrong, Method::GET, &path);
        assert_error(request.send().await.unwrap(), 401, "invalid token").await;
    }

    server.patch(text(&key, "id"), json!({"permissions": ["update:*"]})).await;
    let request = server.token_request(value, Method::GET, &path);
    assert_error(request.send().await.unwrap(), 403, "permission denied").await;

    server.delete(text(&key, "id")).await;
    let request = server.token_request(value, Method::GET, &path);
    assert_error(request.send().await.unwrap(), 401, "invalid token").await;
}

#[tokio::test]
async fn c89_only_the_user_sees_the_membership_of_a_project_and_all_its_fields() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let path = format!("/v1/projects/{project}");
    let shown: serde_json::Value = server.get(&path).await.json().await.unwrap();
    let membership = shown["membership"].as_object().unwrap();
    let fields: Vec<&str> = membership.keys().map(String::as_str).collect();
    assert_eq!(fields, ["createdAt", "id", "permissions", "projectID", "roles", "userID"]);
    assert_eq!(membership["roles"], json!(["creator"]));
    assert_eq!(membership["projectID"], project.to_string());
    assert_eq!(membership["createdAt"], shown["createdAt"]);
    let projects: Vec<serde_json::Value> = server.get("/v1/projects").await.json().await.unwrap();
    assert!(projects.iter().all(|other| other["membership"]["userID"] == membership["userID"]));

    let key = server.create(project, "key", &[]).await;
    let request = server.token_request(text(&key, "token"), Method::GET, &path);
    let shown: serde_json::Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(shown.get("membership"), None);
}

#[tokio::test]
async fn an_unknown_project_gives_the_same_error_as_a_foreign_one() {
    let server = TestServer::sample().await;
    let unknown = Uuid::from_u128(7);
    let path = format!("/v1/projects/{unknown}");
    assert_error(server.get(&path).await, 403, "permission denied").await;
    assert_error(server.get(&format!("{path}/tokens")).await, 403, "permission denied").await;
    assert_error(server.post(unknown, json!({"name": "n"})).await, 403, "permission denied").await;
}

#[tokio::test]
async fn a_malformed_id_gives_another_error_than_an_unknown_one() {
    let server = TestServer::sample().await;
    let plain = server.first_project().simple().to_string();
    for id in ["7", plain.as_str(), "..%2F..%2Fusers", "%ff"] {
        let path = format!("/v1/projects/{id}");
        assert_error(server.get(&path).await, 400, "invalid project ID").await;
        let list = format!("{path}/tokens");
        assert_error(server.get(&list).await, 400, "invalid project ID").await;
        let create = server.user_request(Method::POST, &list).json(&json!({"name": "n"}));
        assert_error(create.send().await.unwrap(), 400, "invalid project ID").await;
        assert_error(server.get(&format!("/v1/project_tokens/{id}")).await, 400, "invalid token ID").await;
        assert_error(server.patch(id, json!({})).await, 400, "invalid token ID").await;
        assert_error(server.delete(id).await, 400, "invalid token ID").await;
    }
    assert_error(server.get("/v1/projects//tokens").await, 400, "invalid project ID").await;

    let unknown = Uuid::from_u128(7).to_string();
    let path = format!("/v1/project_tokens/{unknown}");
    assert_error(server.get(&path).await, 404, "token not found").await;
    assert_error(server.patch(&unknown, json!({})).await, 404, "token not found").await;
    assert_error(server.delete(&unknown).await, 404, "token not found").await;
}
