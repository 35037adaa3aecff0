//! Creating, changing and deleting tokens, and the errors of each.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use calyptia_sandbox::Method;
use serde_json::{Value, json};

use crate::test_server::{TestServer, assert_error, names, text};

#[tokio::test]
async fn a_created_token_is_returned_whole_and_is_first_in_the_list() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let created = server.create(project, "  ci-deploy-2 ", &["update:*", "read:*"]).await;
    assert_eq!(created["name"], "ci-deploy-2", "surrounding white space is removed");
    assert_eq!(created["permissions"], json!(["update:*", "read:*"]), "the order stays");
    assert_eq!(created["projectID"], project.to_string());
    assert!(text(&created, "createdAt").ends_with('Z'));
    assert_eq!(server.tokens(project).await[0], created);
    assert_eq!(server.token(text(&created, "id")).await, created);
}

#[tokio::test]
async fn a_value_decodes_to_the_ids_of_its_row() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    server.create(project, "fresh", &[]).await;
    for row in server.tokens(project).await {
        let value = text(&row, "token");
        assert_eq!(value.len(), 200);
        let (claims, signature) = value.split_once('.').unwrap();
        let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).unwrap();
        let claims: Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims, json!({"TokenID": row["id"], "ProjectID": row["projectID"]}));
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap().len(), 48);
    }
}

#[tokio::test]
async fn no_permissions_null_and_an_empty_list_all_create_full_access() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let bodies = [
        json!({"name": "absent"}),
        json!({"name": "null", "permissions": null}),
        json!({"name": "empty", "permissions": []}),
    ];
    for body in bodies {
        let response = server.post(project, body).await;
        assert_eq!(response.status(), 201);
        assert_eq!(response.json::<Value>().await.unwrap()["permissions"], json!([]));
    }
}

#[tokio::test]
async fn invalid_names_are_errors() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let created = server.create(project, "target", &[]).await;
    for name in ["", "   ", "a\tb", "a\u{0}b", "bell\u{7}", "a\u{85}b", &"é".repeat(101)] {
        assert_error(server.post(project, json!({"name": name})).await, 400, "invalid token name").await;
        let response = server.patch(text(&created, "id"), json!({"name": name})).await;
        assert_error(response, 400, "invalid token name").await;
    }
    assert_error(server.post(project, json!({})).await, 400, "invalid token name").await;
    for name in ["é".repeat(100).as_str(), "<img src=x>", "a\u{202e}b"] {
        assert_eq!(server.post(project, json!({"name": name})).await.status(), 201);
    }
}

#[tokio::test]
async fn unknown_and_repeated_permissions_are_errors() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let created = server.create(project, "target", &["read:*"]).await;
    let invalid = [
        (json!(["read:*", "future:x"]), "invalid permission"),
        (json!(["READ:*"]), "invalid permission"),
        (json!(["read:*", "update:*", "read:*"]), "duplicate permission"),
    ];
    for (permissions, message) in invalid {
        let body = json!({"name": "n", "permissions": permissions});
        assert_error(server.post(project, body).await, 400, message).await;
        let body = json!({"permissions": permissions});
        assert_error(server.patch(text(&created, "id"), body).await, 400, message).await;
    }
    assert_eq!(server.token(text(&created, "id")).await, created);
}

#[tokio::test]
async fn an_invalid_body_is_an_error() {
    let server = TestServer::sample().await;
    let create = format!("/v1/projects/{}/tokens", server.first_project());
    for body in ["", "{", "[]x", r#"{"name": 7}"#, r#"{"name": "n", "permissions": "read:*"}"#] {
        let request = server.user_request(Method::POST, &create).body(body);
        assert_error(request.send().await.unwrap(), 400, "invalid request body").await;
    }
    let request = server.user_request(Method::POST, &create).body("x".repeat(64 * 1024 + 1));
    assert_error(request.send().await.unwrap(), 413, "request body too large").await;
}

#[tokio::test]
async fn a_name_is_unique_in_its_project() {
    let server = TestServer::sample().await;
    let (production, staging) = (server.project("Acme / production"), server.project("Acme / staging"));
    let created = server.create(production, "only-one", &[]).await;
    let again = json!({"name": " only-one "});
    assert_error(server.post(production, again.clone()).await, 409, "token name taken").await;
    assert_eq!(server.post(production, json!({"name": "Only-One"})).await.status(), 201);
    let elsewhere: Value = server.post(staging, again).await.json().await.unwrap();
    assert_eq!(elsewhere["name"], "only-one");

    let response = server.patch(text(&created, "id"), json!({"name": "default"})).await;
    assert_error(response, 409, "token name taken").await;
    assert_eq!(
        server.patch(text(&created, "id"), json!({"name": "only-one"})).await.status(),
        204,
        "its own"
    );
}

#[tokio::test]
async fn a_name_is_free_again_after_a_rename_and_after_a_deletion() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let first = server.create(project, "wanted", &[]).await;
    assert_eq!(server.patch(text(&first, "id"), json!({"name": "moved"})).await.status(), 204);
    let second = server.create(project, "wanted", &[]).await;
    assert_eq!(server.delete(text(&second, "id")).await.status(), 204);
    server.create(project, "wanted", &[]).await;
}

#[tokio::test]
async fn c89_an_update_changes_the_fields_it_has_and_null_changes_nothing() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let mut expected = server.create(project, "before", &["read:*"]).await;
    let id = text(&expected, "id").to_owned();
    let steps = [
        (json!({}), "before", json!(["read:*"])),
        (json!({"name": "after"}), "after", json!(["read:*"])),
        (json!({"permissions": ["delete:*", "create:*"]}), "after", json!(["delete:*", "create:*"])),
        (json!({"name": "x", "permissions": null}), "x", json!(["delete:*", "create:*"])),
        (json!({"name": null, "permissions": null}), "x", json!(["delete:*", "create:*"])),
        (json!({"permissions": ["read:*"], "name": "both"}), "both", json!(["read:*"])),
        (json!({"permissions": []}), "both", json!([])),
    ];
    for (body, name, permissions) in steps {
        let response = server.patch(&id, body).await;
        assert_eq!(response.status(), 204);
        assert_eq!(response.text().await.unwrap(), "");
        expected["name"] = name.into();
        expected["permissions"] = permissions;
        assert_eq!(server.token(&id).await, expected);
    }
    assert_eq!(server.tokens(project).await[0], expected, "an update does not move the row");
}

#[tokio::test]
async fn a_deleted_token_leaves_the_list_and_stays_gone() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let created = server.create(project, "short-lived", &[]).await;
    let id = text(&created, "id");
    assert_eq!(server.delete(id).await.status(), 204);
    assert!(!names(&server.tokens(project).await).contains(&"short-lived"));
    assert_error(server.get(&format!("/v1/project_tokens/{id}")).await, 410, "token gone").await;
    assert_error(server.patch(id, json!({"name": "n"})).await, 410, "token gone").await;
    assert_error(server.delete(id).await, 410, "token gone").await;
    server.create(project, "n", &[]).await;
}
