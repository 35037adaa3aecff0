//! The life of a token: made, changed, deleted, and refused where the rules say so.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use calyptia_sandbox::Method;
use serde_json::{Value, json};

use crate::house::{House, assert_refused, names, text};

#[tokio::test]
async fn a_created_token_is_returned_whole_and_stands_first_in_the_list() {
    let house = House::sample().await;
    let project = house.first_project();
    let made = house.create(project, "  ci-deploy-2 ", &["update:*", "read:*"]).await;
    assert_eq!(made["name"], "ci-deploy-2", "surrounding white space is dropped");
    assert_eq!(made["permissions"], json!(["update:*", "read:*"]), "the order stays");
    assert_eq!(made["projectID"], project.to_string());
    assert!(text(&made, "createdAt").ends_with('Z'));
    assert_eq!(house.tokens(project).await[0], made);
    assert_eq!(house.token(text(&made, "id")).await, made);
}

#[tokio::test]
async fn a_value_decodes_to_the_ids_of_its_row() {
    let house = House::sample().await;
    let project = house.first_project();
    house.create(project, "fresh", &[]).await;
    for row in house.tokens(project).await {
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
    let house = House::sample().await;
    let project = house.first_project();
    let bodies = [
        json!({"name": "absent"}),
        json!({"name": "null", "permissions": null}),
        json!({"name": "empty", "permissions": []}),
    ];
    for body in bodies {
        let answer = house.post(project, body).await;
        assert_eq!(answer.status(), 201);
        assert_eq!(answer.json::<Value>().await.unwrap()["permissions"], json!([]));
    }
}

#[tokio::test]
async fn names_that_break_the_rules_are_refused() {
    let house = House::sample().await;
    let project = house.first_project();
    let made = house.create(project, "target", &[]).await;
    for name in ["", "   ", "a\tb", "a\u{0}b", "bell\u{7}", "a\u{85}b", &"é".repeat(101)] {
        assert_refused(house.post(project, json!({"name": name})).await, 400, "invalid token name").await;
        let answer = house.patch(text(&made, "id"), json!({"name": name})).await;
        assert_refused(answer, 400, "invalid token name").await;
    }
    assert_refused(house.post(project, json!({})).await, 400, "invalid token name").await;
    for name in ["é".repeat(100).as_str(), "<img src=x>", "a\u{202e}b"] {
        assert_eq!(house.post(project, json!({"name": name})).await.status(), 201);
    }
}

#[tokio::test]
async fn unknown_and_repeated_permissions_are_refused() {
    let house = House::sample().await;
    let project = house.first_project();
    let made = house.create(project, "target", &["read:*"]).await;
    let refused = [
        (json!(["read:*", "future:x"]), "invalid permission"),
        (json!(["READ:*"]), "invalid permission"),
        (json!(["read:*", "update:*", "read:*"]), "duplicate permission"),
    ];
    for (permissions, words) in refused {
        let body = json!({"name": "n", "permissions": permissions});
        assert_refused(house.post(project, body).await, 400, words).await;
        let body = json!({"permissions": permissions});
        assert_refused(house.patch(text(&made, "id"), body).await, 400, words).await;
    }
    assert_eq!(house.token(text(&made, "id")).await, made);
}

#[tokio::test]
async fn a_body_that_is_not_what_was_asked_for_is_refused() {
    let house = House::sample().await;
    let create = format!("/v1/projects/{}/tokens", house.first_project());
    for body in ["", "{", "[]x", r#"{"name": 7}"#, r#"{"name": "n", "permissions": "read:*"}"#] {
        let asked = house.ask_as_user(Method::POST, &create).body(body);
        assert_refused(asked.send().await.unwrap(), 400, "invalid request body").await;
    }
    let asked = house.ask_as_user(Method::POST, &create).body("x".repeat(64 * 1024 + 1));
    assert_refused(asked.send().await.unwrap(), 413, "request body too large").await;
}

#[tokio::test]
async fn a_name_is_taken_once_per_project() {
    let house = House::sample().await;
    let (production, staging) = (house.project("Acme / production"), house.project("Acme / staging"));
    let made = house.create(production, "only-one", &[]).await;
    let again = json!({"name": " only-one "});
    assert_refused(house.post(production, again.clone()).await, 409, "token name taken").await;
    assert_eq!(house.post(production, json!({"name": "Only-One"})).await.status(), 201);
    let elsewhere: Value = house.post(staging, again).await.json().await.unwrap();
    assert_eq!(elsewhere["name"], "only-one");

    let answer = house.patch(text(&made, "id"), json!({"name": "default"})).await;
    assert_refused(answer, 409, "token name taken").await;
    assert_eq!(house.patch(text(&made, "id"), json!({"name": "only-one"})).await.status(), 204, "its own");
}

#[tokio::test]
async fn a_name_is_free_again_after_a_rename_and_after_a_deletion() {
    let house = House::sample().await;
    let project = house.first_project();
    let first = house.create(project, "wanted", &[]).await;
    assert_eq!(house.patch(text(&first, "id"), json!({"name": "moved"})).await.status(), 204);
    let second = house.create(project, "wanted", &[]).await;
    assert_eq!(house.delete(text(&second, "id")).await.status(), 204);
    house.create(project, "wanted", &[]).await;
}

#[tokio::test]
async fn an_update_changes_what_it_names_and_leaves_the_rest() {
    let house = House::sample().await;
    let project = house.first_project();
    let mut expected = house.create(project, "before", &["read:*"]).await;
    let id = text(&expected, "id").to_owned();
    let steps = [
        (json!({}), "before", json!(["read:*"])),
        (json!({"name": "after"}), "after", json!(["read:*"])),
        (json!({"permissions": ["delete:*", "create:*"]}), "after", json!(["delete:*", "create:*"])),
        (json!({"permissions": null}), "after", json!([])),
        (json!({"permissions": ["read:*"], "name": "both"}), "both", json!(["read:*"])),
        (json!({"permissions": []}), "both", json!([])),
    ];
    for (body, name, permissions) in steps {
        let answer = house.patch(&id, body).await;
        assert_eq!(answer.status(), 204);
        assert_eq!(answer.text().await.unwrap(), "");
        expected["name"] = name.into();
        expected["permissions"] = permissions;
        assert_eq!(house.token(&id).await, expected);
    }
    assert_eq!(house.tokens(project).await[0], expected, "an update does not move the row");
}

#[tokio::test]
async fn a_deleted_token_leaves_the_list_and_is_gone_for_good() {
    let house = House::sample().await;
    let project = house.first_project();
    let made = house.create(project, "short-lived", &[]).await;
    let id = text(&made, "id");
    assert_eq!(house.delete(id).await.status(), 204);
    assert!(!names(&house.tokens(project).await).contains(&"short-lived"));
    assert_refused(house.get(&format!("/v1/project_tokens/{id}")).await, 410, "token gone").await;
    assert_refused(house.patch(id, json!({"name": "n"})).await, 410, "token gone").await;
    assert_refused(house.delete(id).await, 410, "token gone").await;
    house.create(project, "n", &[]).await;
}
