//! The four things a token may be allowed to do.

use std::str::FromStr;

use serde::Serialize;

use crate::refusal::Refusal;

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
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text {
            "create:*" => Ok(Self::Create),
            "read:*" => Ok(Self::Read),
            "update:*" => Ok(Self::Update),
            "delete:*" => Ok(Self::Delete),
            _ => Err(Refusal::InvalidPermission),
        }
    }
}

/// An empty list grants everything, the permissions of the future included.
pub(crate) fn grants(permissions: &[Permission], needed: Permission) -> bool {
    permissions.is_empty() || permissions.contains(&needed)
}
