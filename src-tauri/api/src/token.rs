//! Tokens, as the API sends and accepts them.

use std::{
    borrow::Cow,
    collections::HashSet,
    fmt,
    hash::{Hash, Hasher},
};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::{Permission, TokenValue, ValueSuffix, lenient, size_limits::MAX_ID_BYTES};

/// A token's id. The API documents a UUID; any other text is kept as it is, and sent as it came. Two spellings of a UUID are
/// equal.
#[derive(Debug, Clone)]
pub enum TokenId {
    /// The documented form: a UUID in lower case with hyphens.
    Uuid(Uuid),
    /// Any other spelling.
    Text(Box<str>),
}

/// A token as the calls on a single one return it: with its secret value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Identifies the token in all calls.
    pub id: TokenId,
    /// Unique in the project; empty if the server wrote null or left it out. A very long one [is
    /// shortened](crate::is_shortened).
    #[serde(default, deserialize_with = "lenient::name")]
    pub name: String,
    /// What it can do; an empty list means everything. `None` if the server did not say, or not in a readable way.
    #[serde(default, deserialize_with = "lenient::permissions")]
    pub permissions: Option<Vec<Permission>>,
    /// When it was created; `None` without a readable date.
    #[serde(default, deserialize_with = "lenient::date")]
    pub created_at: Option<Timestamp>,
    /// Its secret value; `None` if the server left it out or wrote null. What is there may be a placeholder: see
    /// [`TokenValue::is_placeholder`].
    #[serde(default, rename = "token")]
    pub value: Option<TokenValue>,
}

/// A token as the list keeps it: with the end of its value instead of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedToken {
    /// Identifies the token in all calls.
    pub id: TokenId,
    /// Unique in the project; empty if the server wrote null or left it out. A very long one [is
    /// shortened](crate::is_shortened).
    pub name: String,
    /// What it can do; an empty list means everything. `None` if the server did not say, or not in a readable way.
    pub permissions: Option<Vec<Permission>>,
    /// When it was created; `None` without a readable date.
    pub created_at: Option<Timestamp>,
    /// The end of its value; `None` if the server hides values in lists, or their format is unknown.
    pub suffix: Option<ValueSuffix>,
}

/// What a new token is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewToken {
    name: String,
    permissions: Vec<Permission>,
}

impl NewToken {
    /// `None` without permissions: the API would read an empty list as *everything*.
    #[must_use]
    pub fn new(name: impl Into<String>, permissions: Vec<Permission>) -> Option<Self> {
        (!permissions.is_empty()).then(|| Self { name: name.into(), permissions })
    }

    /// The name it will have, unless the server changes it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a token has exactly the permissions that are asked for here, in any order.
    pub(crate) fn allows_the_same(&self, token: &ListedToken) -> bool {
        let set = |list: &[Permission]| list.iter().cloned().collect::<HashSet<_>>();
        token.permissions.as_deref().is_some_and(|permissions| set(permissions) == set(&self.permissions))
    }
}

/// A change of a token. What it leaves out stays as it is.
#[derive(Debug, Clone, Serialize)]
pub struct TokenChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<Permission>>,
}

impl TokenChange {
    /// `None` if nothing changes, and for an empty list of permissions: the API would read it as *everything*.
    #[must_use]
    pub fn new(name: Option<String>, permissions: Option<Vec<Permission>>) -> Option<Self> {
        let nothing = name.is_none() && permissions.is_none();
        let everything = permissions.as_ref().is_some_and(Vec::is_empty);
        (!nothing && !everything).then_some(Self { name, permissions })
    }
}

impl From<&Token> for ListedToken {
    fn from(token: &Token) -> Self {
        Self {
            id: token.id.clone(),
            name: token.name.clone(),
            permissions: token.permissions.clone(),
            created_at: token.created_at,
            suffix: token.value.as_ref().and_then(|value| value.suffix(&token.id)),
        }
    }
}

impl PartialEq for TokenId {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Uuid(id), Self::Uuid(other)) => id == other,
            (Self::Text(id), Self::Text(other)) if id == other => true,
            _ => self.uuid().is_some_and(|id| Some(id) == other.uuid()),
        }
    }
}

impl Eq for TokenId {}

impl Hash for TokenId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match (self, self.uuid()) {
            (Self::Text(text), None) => text.hash(state),
            (_, id) => id.hash(state),
        }
    }
}

impl TokenId {
    /// The UUID, in whichever spelling the server wrote it.
    #[must_use]
    pub fn uuid(&self) -> Option<Uuid> {
        match self {
            Self::Uuid(id) => Some(*id),
            Self::Text(text) => Uuid::try_parse(text).ok(),
        }
    }
}

impl From<&str> for TokenId {
    fn from(text: &str) -> Self {
        // Other spellings must be sent back as they came to name the same token.
        match Uuid::try_parse(text) {
            Ok(id) if id.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text => Self::Uuid(id),
            _ => Self::Text(text.into()),
        }
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uuid(id) => id.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl<'de> Deserialize<'de> for TokenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        if text.len() > MAX_ID_BYTES {
            return Err(D::Error::custom("the id is too long"));
        }
        Ok(Self::from(&*text))
    }
}

impl<'de> Deserialize<'de> for ListedToken {
    /// Reads JSON only. The value is borrowed from the input until its suffix is cut off; it is never copied.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Row<'r> {
            id: TokenId,
            #[serde(default, deserialize_with = "lenient::name")]
            name: String,
            #[serde(default, deserialize_with = "lenient::permissions")]
            permissions: Option<Vec<Permission>>,
            #[serde(default, deserialize_with = "lenient::date")]
            created_at: Option<Timestamp>,
            // As it is written: unescaping would leave a copy in a buffer that nobody wipes.
            #[serde(default, borrow)]
            token: Option<&'r RawValue>,
        }

        let row = Row::deserialize(deserializer)?;
        let suffix = row.token.and_then(|value| ValueSuffix::of_json(value.get(), &row.id));
        Ok(Self {
            id: row.id,
            name: row.name,
            permissions: row.permissions,
            created_at: row.created_at,
            suffix,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c85_two_spellings_of_a_uuid_are_one_id() {
        let ids = [
            "5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
            "5F0C6A8E-5A63-4F0A-9A0E-2F8F0A3F9F10",
            "{5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10}",
            "urn:uuid:5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10",
        ]
        .map(TokenId::from);
        let set: HashSet<_> = ids.iter().collect();
        assert_eq!(set.len(), 1);
        assert!(ids.iter().all(|id| *id == ids[0]) && ids[1].to_string().starts_with("5F0C"));
        assert_ne!(TokenId::from("a"), TokenId::from("A"));
    }

    fn listed(json: &str) -> ListedToken {
        serde_json::from_str(json).expect("a row")
    }

    #[test]
    fn d3_a_row_without_permissions_differs_from_one_that_does_not_say() {
        assert_eq!(listed(r#"{"id":"a","permissions":[]}"#).permissions, Some(vec![]));
        // Go servers write an empty list as null.
        assert_eq!(listed(r#"{"id":"a","permissions":null}"#).permissions, Some(vec![]));
        for unreadable in
            [r#"{"id":"a"}"#, r#"{"id":"a","permissions":"read:*"}"#, r#"{"id":"a","permissions":[1]}"#]
        {
            assert_eq!(listed(unreadable).permissions, None, "{unreadable}");
        }
    }

    #[test]
    fn d2_a_rename_sends_the_name_and_an_edit_keeps_what_it_does_not_know() {
        let json =
            |change: Option<TokenChange>| serde_json::to_string(&change.expect("a change")).expect("JSON");
        assert_eq!(json(TokenChange::new(Some("new".into()), None)), r#"{"name":"new"}"#);
        let permissions = vec![Permission::Read, Permission::from("future:x")];
        assert_eq!(
            json(TokenChange::new(None, Some(permissions))),
            r#"{"permissions":["read:*","future:x"]}"#
        );
        assert!(TokenChange::new(None, None).is_none());
        assert!(TokenChange::new(Some("new".into()), Some(vec![])).is_none(), "it would allow everything");
    }

    #[test]
    fn d5_c13_an_odd_date_is_unknown_and_the_row_is_kept() {
        assert_eq!(listed(r#"{"id":"a","name":null,"createdAt":1767225600}"#).created_at, None);
        for (text, readable) in [
            ("1911-01-01T00:00:00Z", true),
            ("1969-12-31T23:59:59.999999999Z", true),
            ("2024-02-29T12:00:00+05:30", true),
            ("9999-12-31T23:59:59Z", false),
            ("0001-01-01T00:00:00Z", false),
            ("1970-01-01T00:00:00Z", false),
            ("1900-01-01T00:00:00Z", false),
            ("1970-01-01T00:00:00.001Z", true),
            ("0001-01-01T00:00:00+14:00", false),
            ("yesterday", false),
            ("", false),
        ] {
            let row = listed(&format!(r#"{{"id":"a","name":"n","createdAt":"{text}","extra":{{"x":[1]}}}}"#));
            assert_eq!(row.created_at.is_some(), readable, "{text}");
            assert_eq!(row.name, "n");
        }
    }

    #[test]
    fn an_id_survives_as_it_was_written() {
        for text in
            ["5f0c6a8e-5a63-4f0a-9a0e-2f8f0a3f9f10", "5F0C6A8E-5A63-4F0A-9A0E-2F8F0A3F9F10", "../../users"]
        {
            assert_eq!(TokenId::from(text).to_string(), text);
        }
    }

    #[test]
    fn c5_a_token_without_name_or_value_is_still_a_token() {
        for json in [r#"{"id":"a"}"#, r#"{"id":"a","name":null,"token":null}"#] {
            let token: Token = serde_json::from_str(json).expect("a token");
            assert_eq!((token.name.as_str(), token.value.is_none()), ("", true), "{json}");
        }
    }

    #[test]
    fn a6_a_new_token_always_names_its_permissions() {
        assert!(NewToken::new("x", vec![]).is_none());
        let new = NewToken::new("x", Permission::KNOWN.to_vec()).expect("some permissions");
        let json = serde_json::to_string(&new).expect("serialises");
        assert_eq!(json, r#"{"name":"x","permissions":["create:*","read:*","update:*","delete:*"]}"#);
    }
}
