//! What people find in the sandbox when they open it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use calyptia_sandbox::Options;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::house::{House, names, text};

#[tokio::test]
async fn every_project_was_born_with_a_token_named_default_that_may_do_everything() {
    let house = House::with(Options { projects: Some(6), ..Options::default() }).await;
    for (project, _) in house.running.projects() {
        let shown: Value = house.get(&format!("/v1/projects/{project}")).await.json().await.unwrap();
        let oldest = house.tokens(project).await.pop().unwrap();
        assert_eq!(oldest["name"], "default");
        assert_eq!(oldest["permissions"], json!([]));
        assert_eq!(oldest["createdAt"], shown["createdAt"]);
    }
    let empty = house.tokens(house.project("An empty start")).await;
    assert_eq!(names(&empty), ["default"]);
}

#[tokio::test]
async fn the_first_project_shows_what_real_ones_hold() {
    let house = House::sample().await;
    let rows = house.tokens(house.first_project()).await;
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
async fn ids_stay_the_same_from_start_to_start_and_the_bearer_does_not() {
    let (one, other) = (House::sample().await, House::sample().await);
    assert_eq!(one.running.projects(), other.running.projects());
    assert_ne!(one.bearer(), other.bearer());
}

#[tokio::test]
async fn a_bearer_of_chance_reads_like_the_real_one() {
    let house = House::sample().await;
    let parts: Vec<Vec<u8>> =
        house.bearer().split('.').map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).collect();
    let [header, claims, signature] = parts.as_slice() else { panic!("a JWT has three parts") };
    let header: Value = serde_json::from_slice(header).unwrap();
    let claims: Value = serde_json::from_slice(claims).unwrap();
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT"}));
    assert_eq!(claims["iss"], "https://sso.calyptia.com/");
    assert_eq!(claims["aud"], "https://config.calyptia.com");
    assert_eq!(claims["https://cloud.calyptia.com/email"], "ana@acme.example");
    assert_eq!(claims["https://cloud.calyptia.com/name"], "Ana Sample");
    assert_eq!(claims["https://cloud.calyptia.com/email_verified"], true);
    let left = claims["exp"].as_i64().unwrap() - Timestamp::now().as_second();
    assert!((8 * 3600 - 60..=8 * 3600).contains(&left));
    assert_eq!(signature.len(), 256);
}

#[tokio::test]
async fn a_sandbox_can_be_made_to_measure() {
    let options =
        Options { projects: Some(7), tokens: Some(50), bearer: Some("ana".into()), ..Options::default() };
    let house = House::with(options).await;
    assert_eq!(house.running.bearer().expose_secret(), "ana");
    assert_eq!(house.running.projects().len(), 7);
    let rows = house.tokens(house.first_project()).await;
    assert_eq!(rows.len(), 50);
    assert_eq!(rows[49]["name"], "default");
    assert!(rows.is_sorted_by(|newer, older| text(newer, "createdAt") >= text(older, "createdAt")));

    let nobody = House::with(Options { projects: Some(0), ..Options::default() }).await;
    assert_eq!(nobody.get("/v1/projects").await.text().await.unwrap(), "[]");
}
