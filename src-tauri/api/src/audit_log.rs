//! Who created a token, as the project's audit log has it.
//!
//! Little is published about that log, and not every server has one. So this is asked once, without retries, and whatever cannot be
//! understood is no answer.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{Client, Operation, TokenId, message::clean_message};

/// Entries asked for at a time.
const PAGE_SIZE: &str = "100";
/// Older entries than these pages have are not looked for.
const MAX_PAGES: usize = 5;
/// The fields of an identity in which somebody is named, best first.
const NAMES: [&str; 6] = ["email", "userEmail", "user_email", "name", "userName", "user_name"];
/// The fields in which an identity has another one.
const NESTED: [&str; 3] = ["user", "member", "actor"];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    items: Option<Vec<Value>>,
    #[serde(default)]
    end_cursor: Value,
}

impl Client {
    /// Who created a token: an e-mail address or a name, as one short line. `None` if the server does not say, or not in a way
    /// that this client understands.
    pub async fn creator(&self, project: Uuid, token: &TokenId) -> Option<String> {
        let operation = Operation::AuditLog;
        let mut first = self.url(operation, &["v1", "projects", &project.to_string(), "audit_logs"]).ok()?;
        // The last two are required, and which values restrict them is not published.
        first.query_pairs_mut().extend_pairs([
            ("first", PAGE_SIZE),
            ("action", "CREATE"),
            ("components", ""),
            ("identity", ""),
        ]);
        let mut url = first.clone();
        let mut cursors = HashSet::new();
        for _ in 0..MAX_PAGES {
            let response = self.get_once(operation, &url).await.ok()?;
            let page: Page = self.read(operation, response).await.ok()?;
            let items = page.items.unwrap_or_default();
            if let Some(entry) = items.iter().find(|entry| is_creation(entry, token)) {
                return clean_message(name_in(&entry["identity"])?, self.secrets(), &[]);
            }
            let cursor = page.end_cursor.as_str().filter(|cursor| !cursor.is_empty() && !items.is_empty())?;
            url = first.clone();
            url.query_pairs_mut().append_pair("after", cursor);
            if !cursors.insert(cursor.to_owned()) {
                return None;
            }
        }
        None
    }
}

/// Whether an entry is about the creation of this token, and of nothing else that has to do with it.
fn is_creation(entry: &Value, token: &TokenId) -> bool {
    let is_token = |value: &Value| value.as_str().is_some_and(|id| TokenId::from(id) == *token);
    let is_create = entry["action"].as_str().is_some_and(|action| action.eq_ignore_ascii_case("create"));
    let succeeded = entry["responseCode"].as_u64().is_none_or(|status| (200..300).contains(&status));
    let path = entry["url"].as_str().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    is_create
        && succeeded
        && path.ends_with("/tokens")
        && entry["components"].as_object().is_some_and(|components| components.values().any(is_token))
}

/// The e-mail address or the name in an identity, which is a text or an object.
fn name_in(identity: &Value) -> Option<&str> {
    match identity {
        // An id such as `auth0|5f0c` names nobody.
        Value::String(text) => Some(text.as_str()).filter(|text| text.contains('@')),
        Value::Object(fields) => {
            named(fields).or_else(|| NESTED.iter().find_map(|field| named(fields.get(*field)?.as_object()?)))
        }
        _ => None,
    }
}

fn named(fields: &Map<String, Value>) -> Option<&str> {
    NAMES.iter().find_map(|name| fields.get(*name)?.as_str().filter(|text| !text.trim().is_empty()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whoever_can_be_read_from_an_identity_is_named() {
        for (identity, name) in [
            (json!("bo@acme.example"), Some("bo@acme.example")),
            (json!("auth0|5f0c6a8e"), None),
            (json!({"email": "bo@acme.example", "name": "Bo"}), Some("bo@acme.example")),
            (json!({"email": " ", "name": "Bo"}), Some("Bo")),
            (json!({"user": {"name": "Bo"}}), Some("Bo")),
            (json!({"projectTokenID": "5f0c6a8e"}), None),
            (json!(null), None),
            (json!(["bo@acme.example"]), None),
        ] {
            assert_eq!(name_in(&identity), name, "{identity}");
        }
    }

    #[test]
    fn only_the_creation_of_the_token_itself_counts() {
        let entry = json!({
            "action": "CREATE",
            "url": "/v1/projects/p/tokens?x",
            "components": {"projectID": "p", "tokenID": "5F0C6A8E-5A63-4F0A-9A0E-2F8F0A3F9F10"},
            "responseCode": 201,
        });
        let token = TokenId::from("5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10");
        assert!(is_creation(&entry, &token));
        assert!(!is_creation(&entry, &"other".into()));
        for (field, value) in [
            ("action", json!("UPDATE")),
            ("url", json!("/v1/projects/p/agents")),
            ("url", json!(null)),
            ("components", json!({"agentID": "a"})),
            ("components", json!(["5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10"])),
            ("responseCode", json!(409)),
        ] {
            let mut other = entry.clone();
            other[field] = value;
            assert!(!is_creation(&other, &token), "{field}");
        }
    }
}
