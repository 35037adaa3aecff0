//! Generated rows of the token list that are in no store.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::token_value::{self, SIGNATURE_LENGTH};

/// A valid token.
pub(super) fn row(id: Uuid, name: &str) -> Value {
    let project = Uuid::nil();
    json!({
        "id": id,
        "token": token_value::encode(id, project, &[7; SIGNATURE_LENGTH]),
        "name": name,
        "permissions": ["read:*"],
        "createdAt": "2026-05-04T03:02:01.000001Z",
        "projectID": project,
    })
}
