//! The four permissions of the API.

use std::str::FromStr;

use serde::Serialize;

use crate::api_error::ApiError;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Permission {
    #[serde(rename = "create:*")]
    Create,
    #[serde(rename = "read:*")]
    Read,
    #[serde(rename = "update:*")]
    Update,
    #[serde(rename = "delete:*")]
    Delete,
}

impl Permission {
    pub(crate) const ALL: [Self; 4] = [Self::Create, Self::Read, Self::Update, Self::Delete];
}

impl FromStr for Permission {
    type Err = ApiError;

    fn from_str(text: &str) -> Result<Self, ApiError> {
        match text {
            "create:*" => Ok(Self::Create),
            "read:*" => Ok(Self::Read),
            "update:*" => Ok(Self::Update),
            "delete:*" => Ok(Self::Delete),
            _ => Err(ApiError::InvalidPermission),
        }
    }
}

/// An empty list grants everything, including permissions that do not exist yet.
pub(crate) fn grants(permissions: &[Permission], needed: Permission) -> bool {
    permissions.is_empty() || permissions.contains(&needed)
}
