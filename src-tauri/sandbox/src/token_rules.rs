//! What the service accepts as a token's name and permissions.

use std::sync::Arc;

use crate::{permission::Permission, refusal::Refusal};

const LONGEST_NAME: usize = 100;

pub(crate) fn name(sent: &str) -> Result<Arc<str>, Refusal> {
    let name = sent.trim();
    let refused =
        name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control);
    if refused { Err(Refusal::InvalidTokenName) } else { Ok(name.into()) }
}

/// No list and an empty list mean the same: full access.
pub(crate) fn permissions(sent: Option<Vec<String>>) -> Result<Box<[Permission]>, Refusal> {
    let mut permissions = Vec::new();
    for text in sent.unwrap_or_default() {
        let permission = text.parse()?;
        if permissions.contains(&permission) {
            return Err(Refusal::DuplicatePermission);
        }
        permissions.push(permission);
    }
    Ok(permissions.into())
}
