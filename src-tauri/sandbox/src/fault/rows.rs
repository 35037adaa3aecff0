//! Rows of the token list that no store holds.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::token_format::{self, SIGNATURE_LENGTH};

/// A token as it should be.
pub(super) fn row(id: Uuid, name: &str) -> Value {
    let project = Uuid::nil();
    json!({
        "id": id,
        "token": token_format::write(id, project, &[7; SIGNATURE_LENGTH]),
        "name": name,
        "permissions": ["read:*"],
        "createdAt": "2026-05-04T03:02:01.000001Z",
        "projectID": project,
    })
}
