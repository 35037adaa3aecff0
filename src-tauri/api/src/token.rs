//! Tokens, as the API gives and takes them.

use std::{borrow::Cow, collections::HashSet, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use uuid::Uuid;

use crate::{Permission, TokenValue, ValueSuffix};

/// A token's id. The API documents a UUID; another text survives unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TokenId {
    /// The documented form.
    Uuid(Uuid),
    /// Whatever else a server wrote.
    Text(Box<str>),
}

/// A token as one call gives it: with its secret value.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Its name, unique in the project.
    pub name: String,
    /// What it may do; an empty list means everything. `None` if the server did not say, or not in a way that can
    /// be read.
    #[serde(default, deserialize_with = "lenient_permissions")]
    pub permissions: Option<Vec<Permission>>,
    /// When it was created, if the server wrote a date that can be read.
    #[serde(default, deserialize_with = "lenient_date")]
    pub created_at: Option<Timestamp>,
    /// Its secret value.
    #[serde(rename = "token")]
    pub value: TokenValue,
}

/// A token as the list keeps it: the end of its value instead of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedToken {
    /// Its id.
    pub id: TokenId,
    /// Its name.
    pub name: String,
    /// What it may do; an empty list means everything. `None` if the server did not say, or not in a way that can
    /// be read.
    pub permissions: Option<Vec<Permission>>,
    /// When it was created, if the server wrote a date that can be read.
    pub created_at: Option<Timestamp>,
    /// The end of its value; `None` if the server hides values in lists.
    pub suffix: Option<ValueSuffix>,
}

/// What is asked for when a token is created.
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

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a token may do just what is asked for here, in whatever order it says so.
    pub(crate) fn allows_the_same(&self, token: &ListedToken) -> bool {
        let set = |list: &[Permission]| list.iter().cloned().collect::<HashSet<_>>();
        token.permissions.as_deref().is_some_and(|permissions| set(permissions) == set(&self.permissions))
    }
}

/// What is to change of a token. What is left out stays as it is.
#[derive(Debug, Clone, Serialize)]
pub struct TokenChange {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions: Option<Vec<Permission>>,
}

impl TokenChange {
    /// `None` if nothing is to change, and for an empty list of permissions: the API would read it as *everything*.
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
            suffix: token.value.suffix(&token.id),
        }
    }
}

impl From<&str> for TokenId {
    fn from(text: &str) -> Self {
        // Only the usual spelling: others must survive as they are to name the same token again.
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
        Ok(Self::from(&*Cow::<str>::deserialize(deserializer)?))
    }
}

impl<'de> Deserialize<'de> for ListedToken {
    /// Borrows the value for as long as it takes to cut off its suffix; the value is never copied.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Wire<'w> {
            id: TokenId,
            #[serde(default)]
            name: Option<String>,
            #[serde(default, deserialize_with = "lenient_permissions")]
            permissions: Option<Vec<Permission>>,
            #[serde(default, deserialize_with = "lenient_date")]
            created_at: Option<Timestamp>,
            #[serde(default, borrow)]
            token: Option<Borrowed<'w>>,
        }
        // Inside an `Option`, serde borrows through a type of its own only: a bare `Cow` there is always a copy.
        #[derive(Deserialize)]
        struct Borrowed<'w>(#[serde(borrow)] Cow<'w, str>);

        let wire = Wire::deserialize(deserializer)?;
        let suffix = wire.token.and_then(|value| ValueSuffix::of(&value.0, &wire.id));
        Ok(Self {
            id: wire.id,
            name: wire.name.unwrap_or_default(),
            permissions: wire.permissions,
            created_at: wire.created_at,
            suffix,
        })
    }
}

/// What a token may do is worth knowing, not worth losing the list over: anything but texts is `None`, which nobody
/// takes for a permission. Go servers write an empty list as null.
fn lenient_permissions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Permission>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Permissions {
        List(Vec<Permission>),
        Null,
        Other(serde::de::IgnoredAny),
    }

    Ok(match Permissions::deserialize(deserializer)? {
        Permissions::List(list) => Some(list),
        Permissions::Null => Some(Vec::new()),
        Permissions::Other(_) => None,
    })
}

/// A date is worth showing, not worth losing a row over.
fn lenient_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Date {
        Text(String),
        Other(serde::de::IgnoredAny),
    }

    Ok(match Date::deserialize(deserializer)? {
        Date::Text(text) => text.parse().ok(),
        Date::Other(_) => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(json: &str) -> ListedToken {
        serde_json::from_str(json).expect("a row")
    }

    #[test]
    fn d3_a_row_tells_no_permissions_from_no_answer() {
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
    fn d5_odd_dates_cost_the_date_and_not_the_row() {
        assert_eq!(listed(r#"{"id":"a","name":null,"createdAt":1767225600}"#).created_at, None);
        for (text, readable) in [
            ("1911-01-01T00:00:00Z", true),
            ("1969-12-31T23:59:59.999999999Z", true),
            ("2024-02-29T12:00:00+05:30", true),
            ("9999-12-31T23:59:59Z", false),
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
    fn a6_a_new_token_always_names_what_it_may_do() {
        assert!(NewToken::new("x", vec![]).is_none());
        let new = NewToken::new("x", Permission::KNOWN.to_vec()).expect("some permissions");
        let json = serde_json::to_string(&new).expect("serialises");
        assert_eq!(json, r#"{"name":"x","permissions":["create:*","read:*","update:*","delete:*"]}"#);
    }
}
