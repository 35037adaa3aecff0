//! Tokens for tests.

#![allow(dead_code, reason = "each test program uses some of it")]

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use calyptia_api::{ListedToken, Permission};
use calyptia_catalog::{Catalog, Collation, View};
use uuid::Uuid;

pub const NOW: &str = "2026-06-01T12:00:00Z";

pub fn token(id: &str, name: &str, permissions: Option<&[&str]>, created: &str) -> ListedToken {
    ListedToken {
        id: id.into(),
        name: name.into(),
        permissions: permissions.map(|list| list.iter().copied().map(Permission::from).collect()),
        created_at: created.parse().ok(),
        suffix: None,
    }
}

/// A token as a list has it, whose value ends with these characters.
pub fn with_value(id: u128, name: &str, end: &str) -> ListedToken {
    let id = Uuid::from_u128(id);
    let ids = format!(r#"{{"TokenID":"{id}","ProjectID":"{}"}}"#, Uuid::nil());
    let value = format!("{}.{}{end}", BASE64_URL_SAFE_NO_PAD.encode(ids), "s".repeat(58));
    let json = serde_json::json!({"id": id, "name": name, "token": value, "permissions": ["read:*"]});
    let token: ListedToken = serde_json::from_str(&json.to_string()).expect("a row");
    assert!(token.suffix.is_some());
    token
}

pub fn catalog(tokens: impl IntoIterator<Item = ListedToken>) -> Catalog {
    let mut catalog = Catalog::new(NOW.parse().expect("a date"), Collation::default());
    catalog.add(tokens);
    catalog
}

pub fn names(catalog: &mut Catalog, view: &View) -> Vec<String> {
    catalog.window(view, 0, usize::MAX).rows.into_iter().map(|row| row.token.name).collect()
}
