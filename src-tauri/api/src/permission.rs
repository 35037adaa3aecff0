//! What a token can do.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One permission. The API's type is an open string: an unknown value survives a round trip unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Permission {
    /// `create:*`
    Create,
    /// `read:*`
    Read,
    /// `update:*`
    Update,
    /// `delete:*`
    Delete,
    /// An unknown one, as the server wrote it.
    Other(Box<str>),
}

/// What a list of permissions means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access<'p> {
    /// Full access: the token can do everything that the API knows today.
    Full {
        /// `true` if the list names all known permissions. `false` if it is empty, which includes permissions that the API
        /// adds later.
        named: bool,
    },
    /// These permissions only.
    Some(&'p [Permission]),
    /// The server did not say, or not in a readable way.
    Unreadable,
}

impl<'p> Access<'p> {
    /// The meaning of [`ListedToken::permissions`](crate::ListedToken::permissions).
    #[must_use]
    pub fn of(permissions: Option<&'p [Permission]>) -> Self {
        match permissions {
            None => Self::Unreadable,
            Some([]) => Self::Full { named: false },
            Some(list) if Permission::KNOWN.iter().all(|known| list.contains(known)) => {
                Self::Full { named: true }
            }
            Some(list) => Self::Some(list),
        }
    }
}

impl Permission {
    /// The documented ones, in the order to show them.
    pub const KNOWN: [Permission; 4] =
        [Permission::Create, Permission::Read, Permission::Update, Permission::Delete];

    /// As the API writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Create => "create:*",
            Self::Read => "read:*",
            Self::Update => "update:*",
            Self::Delete => "delete:*",
            Self::Other(text) => text,
        }
    }
}

impl From<&str> for Permission {
    fn from(text: &str) -> Self {
        match text {
            "create:*" => Self::Create,
            "read:*" => Self::Read,
            "update:*" => Self::Update,
            "delete:*" => Self::Delete,
            other => Self::Other(other.into()),
        }
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Permission {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl serde::de::Visitor<'_> for Text {
            type Value = Permission;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a permission")
            }
            fn visit_str<E>(self, text: &str) -> Result<Permission, E> {
                Ok(Permission::from(text))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_list_and_all_four_are_full_access() {
        let with_future = [&Permission::KNOWN[..], &[Permission::from("future:x")]].concat();
        let read = [Permission::Read];
        assert_eq!(Access::of(Some(&[])), Access::Full { named: false });
        assert_eq!(Access::of(Some(&Permission::KNOWN)), Access::Full { named: true });
        assert_eq!(Access::of(Some(&with_future)), Access::Full { named: true });
        assert_eq!(Access::of(Some(&Permission::KNOWN[..3])), Access::Some(&Permission::KNOWN[..3]));
        assert_eq!(Access::of(Some(&read)), Access::Some(&read));
        assert_eq!(Access::of(None), Access::Unreadable);
    }

    #[test]
    fn known_and_unknown_permissions_survive_a_round_trip() {
        let json = r#"["create:*","read:*","update:*","delete:*","future:x",""]"#;
        let permissions: Vec<Permission> = serde_json::from_str(json).expect("valid");
        assert_eq!(permissions[..4], Permission::KNOWN);
        assert_eq!(permissions[4], Permission::Other("future:x".into()));
        assert_eq!(serde_json::to_string(&permissions).expect("serialises"), json);
    }
}
