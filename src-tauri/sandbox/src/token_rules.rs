//! Which names and permissions a token can have.

use std::sync::Arc;

use crate::{api_error::ApiError, permission::Permission};

const MAX_NAME_LENGTH: usize = 100;

pub(crate) fn name(sent: &str) -> Result<Arc<str>, ApiError> {
    let name = sent.trim();
    let invalid =
        name.is_empty() || name.chars().count() > MAX_NAME_LENGTH || name.chars().any(char::is_control);
    if invalid { Err(ApiError::InvalidTokenName) } else { Ok(name.into()) }
}

/// An empty list means full access.
pub(crate) fn permissions(sent: &[String]) -> Result<Box<[Permission]>, ApiError> {
    let mut permissions = Vec::new();
    for text in sent {
        let permission = text.parse()?;
        if permissions.contains(&permission) {
            return Err(ApiError::DuplicatePermission);
        }
        permissions.push(permission);
    }
    Ok(permissions.into())
}
