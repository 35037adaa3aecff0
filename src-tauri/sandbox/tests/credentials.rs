//! Who may do what: the user's bearer, project tokens, and their absence.

use calyptia_sandbox::Method;
use serde_json::json;
use uuid::Uuid;

use crate::house::{House, assert_refused, text};

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
    let house = House::sample().await;
    let project = house.first_project();
    let token = house.create(project, "probe", &[]).await;
    for (method, path) in guarded(project, text(&token, "id")) {
        assert_refused(house.ask(method.clone(), &path).send().await.unwrap(), 401, "unauthenticated").await;
        for empty in ["Basic dXNlcjpwYXNz", "Bearer", "Bearer "] {
            let asked = house.ask(method.clone(), &path).header("Authorization", empty);
            assert_refused(asked.send().await.unwrap(), 401, "unauthenticated").await;
        }
    }
}

#[tokio::test]
async fn a_wrong_bearer_is_an_invalid_token_everywhere() {
    let house = House::sample().await;
    let project = house.first_project();
    let token = house.create(project, "probe", &[]).await;
    for (method, path) in guarded(project, text(&token, "id")) {
        let asked = house.ask(method.clone(), &path).bearer_auth("not-the-bearer");
        assert_refused(asked.send().await.unwrap(), 401, "invalid token").await;
        let asked = house.ask(method, &path).bearer_auth(text(&token, "token"));
        assert_refused(asked.send().await.unwrap(), 401, "invalid token").await;
    }
}

#[tokio::test]
async fn a_wrong_bearer_is_not_excused_by_a_right_project_token() {
    let house = House::sample().await;
    let token = house.create(house.first_project(), "probe", &[]).await;
    let path = format!("/v1/project_tokens/{}", text(&token, "id"));
    let asked = house.ask_as_token(text(&token, "token"), Method::GET, &path).bearer_auth("not-the-bearer");
    assert_refused(asked.send().await.unwrap(), 401, "invalid token").await;
}

#[tokio::test]
async fn health_and_the_description_need_no_credential() {
    let house = House::sample().await;
    for path in ["/healthz", "/openapi.json"] {
        assert_eq!(house.ask(Method::GET, path).send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn lists_and_create_do_not_take_project_tokens() {
    let house = House::sample().await;
    let project = house.first_project();
    let token = house.create(project, "probe", &[]).await;
    for (method, path) in guarded(project, "x").into_iter().take(4) {
        if path.ends_with(&project.to_string()) {
            continue;
        }
        let asked = house.ask_as_token(text(&token, "token"), method, &path).json(&json!({"name": "n"}));
        assert_refused(asked.send().await.unwrap(), 401, "unauthenticated").await;
    }
}

#[tokio::test]
async fn a_project_token_does_what_its_permissions_grant_and_nothing_else() {
    let house = House::sample().await;
    let project = house.first_project();
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
        let key = house.create(project, &format!("key {number}"), permissions).await;
        let target = house.create(project, &format!("target {number}"), &[]).await;
        let path = format!("/v1/project_tokens/{}", text(&target, "id"));
        for (method, needed, success) in needs.clone() {
            let asked = house.ask_as_token(text(&key, "token"), method, &path).json(&json!({}));
            let answer = asked.send().await.unwrap();
            if permissions.is_empty() || permissions.contains(&needed) {
                assert_eq!(answer.status(), success, "{permissions:?} grants {needed}");
            } else {
                assert_refused(answer, 403, "permission denied").await;
            }
        }
        let own_project = format!("/v1/projects/{project}");
        let asked = house.ask_as_token(text(&key, "token"), Method::GET, &own_project);
        let may_read = permissions.is_empty() || permissions.contains(&"read:*");
        assert_eq!(asked.send().await.unwrap().status(), if may_read { 200 } else { 403 });
    }
}

#[tokio::test]
async fn a_project_token_opens_no_other_project() {
    let house = House::sample().await;
    let (home, away) = (house.project("Acme / production"), house.project("Acme / staging"));
    let key = house.create(home, "key", &[]).await;
    let target = house.create(away, "target", &[]).await;
    let token_path = format!("/v1/project_tokens/{}", text(&target, "id"));
    let asked = [
        (Method::GET, format!("/v1/projects/{away}")),
        (Method::GET, token_path.clone()),
        (Method::PATCH, token_path.clone()),
        (Method::DELETE, token_path),
    ];
    for (method, path) in asked {
        let asked = house.ask_as_token(text(&key, "token"), method, &path).json(&json!({}));
        assert_refused(asked.send().await.unwrap(), 403, "permission denied").await;
    }
}

#[tokio::test]
async fn a_project_token_is_checked_against_the_store() {
    let house = House::sample().await;
    let project = house.first_project();
    let path = format!("/v1/projects/{project}");
    let key = house.create(project, "key", &["read:*"]).await;
    let value = text(&key, "token");
    assert_eq!(house.ask_as_token(value, Method::GET, &path).send().await.unwrap().status(), 200);

    let (claims, _) = value.split_once('.').unwrap();
    let forged = format!("{claims}.{}", "A".repeat(64));
    for wrong in [forged.as_str(), claims, "a.b", "nonsense"] {
        let asked = house.ask_as_token(wrong, Method::GET, &path);
        assert_refused(asked.send().await.unwrap(), 401, "invalid token").await;
    }

    house.patch(text(&key, "id"), json!({"permissions": ["update:*"]})).await;
    let asked = house.ask_as_token(value, Method::GET, &path);
    assert_refused(asked.send().await.unwrap(), 403, "permission denied").await;

    house.delete(text(&key, "id")).await;
    let asked = house.ask_as_token(value, Method::GET, &path);
    assert_refused(asked.send().await.unwrap(), 401, "invalid token").await;
}

#[tokio::test]
async fn a_project_shows_the_membership_to_the_user_only() {
    let house = House::sample().await;
    let project = house.first_project();
    let path = format!("/v1/projects/{project}");
    let shown: serde_json::Value = house.get(&path).await.json().await.unwrap();
    assert_eq!(shown["membership"]["roles"], json!(["creator"]));

    let key = house.create(project, "key", &[]).await;
    let asked = house.ask_as_token(text(&key, "token"), Method::GET, &path);
    let shown: serde_json::Value = asked.send().await.unwrap().json().await.unwrap();
    assert_eq!(shown.get("membership"), None);
}

#[tokio::test]
async fn an_unknown_project_is_refused_like_a_foreign_one() {
    let house = House::sample().await;
    let unknown = Uuid::from_u128(7);
    let path = format!("/v1/projects/{unknown}");
    assert_refused(house.get(&path).await, 403, "permission denied").await;
    assert_refused(house.get(&format!("{path}/tokens")).await, 403, "permission denied").await;
    assert_refused(house.post(unknown, json!({"name": "n"})).await, 403, "permission denied").await;
}

#[tokio::test]
async fn a_malformed_id_is_told_apart_from_an_unknown_one() {
    let house = House::sample().await;
    let plain = house.first_project().simple().to_string();
    for id in ["7", plain.as_str(), "..%2F..%2Fusers", "%ff"] {
        let path = format!("/v1/projects/{id}");
        assert_refused(house.get(&path).await, 400, "invalid project ID").await;
        let list = format!("{path}/tokens");
        assert_refused(house.get(&list).await, 400, "invalid project ID").await;
        let create = house.ask_as_user(Method::POST, &list).json(&json!({"name": "n"}));
        assert_refused(create.send().await.unwrap(), 400, "invalid project ID").await;
        assert_refused(house.get(&format!("/v1/project_tokens/{id}")).await, 400, "invalid token ID").await;
        assert_refused(house.patch(id, json!({})).await, 400, "invalid token ID").await;
        assert_refused(house.delete(id).await, 400, "invalid token ID").await;
    }
    assert_refused(house.get("/v1/projects//tokens").await, 400, "invalid project ID").await;

    let unknown = Uuid::from_u128(7).to_string();
    let path = format!("/v1/project_tokens/{unknown}");
    assert_refused(house.get(&path).await, 404, "token not found").await;
    assert_refused(house.patch(&unknown, json!({})).await, 404, "token not found").await;
    assert_refused(house.delete(&unknown).await, 404, "token not found").await;
}
