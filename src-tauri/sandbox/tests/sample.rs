//! The sample data, and the options that change it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use calyptia_sandbox::Options;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::test_server::{TestServer, names, text};

#[tokio::test]
async fn every_project_has_a_default_token_with_full_access_from_its_creation() {
    let server = TestServer::with(Options { projects: Some(6), ..Options::default() }).await;
    for (project, _) in server.running.projects() {
        let shown: Value = server.get(&format!("/v1/projects/{project}")).await.json().await.unwrap();
        let oldest = server.tokens(project).await.pop().unwrap();
        assert_eq!(oldest["name"], "default");
        assert_eq!(oldest["permissions"], json!([]));
        assert_eq!(oldest["createdAt"], shown["createdAt"]);
    }
    let empty = server.tokens(server.project("An empty start")).await;
    assert_eq!(names(&empty), ["default"]);
}

#[tokio::test]
async fn the_first_project_has_tokens_of_every_kind() {
    let server = TestServer::sample().await;
    let rows = server.tokens(server.first_project()).await;
    let has = |permissions: Value| rows.iter().any(|row| row["permissions"] == permissions);
    assert!(has(json!([])) && has(json!(["create:*", "read:*", "update:*", "delete:*"])));
    assert!(has(json!(["read:*"])) && has(json!(["create:*", "delete:*"])));
    assert!(names(&rows).iter().any(|name| !name.is_ascii()));
    assert!(names(&rows).iter().any(|name| name.chars().count() > 80));

    let now = Timestamp::now();
    let age = |row: &Value| now.duration_since(text(row, "createdAt").parse().unwrap());
    assert!(age(&rows[0]) < SignedDuration::from_hours(1));
    assert!(age(&rows[0]) > SignedDuration::ZERO);
    assert!(age(&rows[27]) > SignedDuration::from_hours(24 * 365 * 2));
    assert!(age(&rows[27]) < SignedDuration::from_hours(24 * 365 * 3));
}

#[tokio::test]
async fn ids_are_the_same_at_every_start_and_the_bearer_token_is_not() {
    let (one, other) = (TestServer::sample().await, TestServer::sample().await);
    assert_eq!(one.running.projects(), other.running.projects());
    assert_ne!(one.bearer_token(), other.bearer_token());
}

#[tokio::test]
async fn a_random_bearer_token_has_the_format_of_the_real_one() {
    let before = Timestamp::now().as_second();
    let server = TestServer::sample().await;
    let after = Timestamp::now().as_second();
    let parts: Vec<Vec<u8>> =
        server.bearer_token().split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("a JWT has three parts") };
    let header: Value = serde_json::from_slice(header).unwrap();
    let claims: Value = serde_json::from_slice(claims).unwrap();
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT"}));
    assert_eq!(claims["iss"], "https://sso.calyptia.com/");
    assert_eq!(claims["aud"], "https://config.calyptia.com");
    assert_eq!(claims["https://cloud.calyptia.com/email"], "ana@acme.example");
    assert_eq!(claims["https://cloud.calyptia.com/name"], "Ana Sample");
    assert_eq!(claims["https://cloud.calyptia.com/email_verified"], true);
    let issued = claims["iat"].as_i64().unwrap();
    assert!((before..=after).contains(&issued));
    assert_eq!(claims["exp"], issued + 8 * 3600);
    assert_eq!(signature.len(), 256);
}

#[tokio::test]
async fn a_sandbox_holds_what_its_options_say() {
    let options = Options {
        projects: Some(7),
        tokens: Some(50),
        bearer_token: Some("ana".into()),
        ..Options::default()
    };
    let server = TestServer::with(options).await;
    assert_eq!(server.running.bearer_token().expose_secret(), "ana");
    assert_eq!(server.running.projects().len(), 7);
    let rows = server.tokens(server.first_project()).await;
    assert_eq!(rows.len(), 50);
    assert_eq!(rows[49]["name"], "default");
    assert!(rows.is_sorted_by(|newer, older| text(newer, "createdAt") >= text(older, "createdAt")));

    let nobody = TestServer::with(Options { projects: Some(0), ..Options::default() }).await;
    assert_eq!(nobody.get("/v1/projects").await.text().await.unwrap(), "[]");
}
