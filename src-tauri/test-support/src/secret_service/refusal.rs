//! How it says no, or says something that was not asked for.

use zbus::DBusError;
use zbus::message::{Header, Message};
use zbus::names::ErrorName;

/// Why there is no proper answer.
#[derive(Debug)]
pub enum Refusal {
    /// The name of the D-Bus error, and its text.
    Error(String, String),
    /// Not an error, but an answer of a type that nobody asked for.
    Foreign,
}

impl Refusal {
    pub fn named(name: &str, text: &str) -> Self {
        Self::Error(name.into(), text.into())
    }

    pub fn locked() -> Self {
        Self::named("org.freedesktop.Secret.Error.IsLocked", "it is locked, or was told to say so")
    }

    pub fn no_session() -> Self {
        Self::named("org.freedesktop.Secret.Error.NoSession", "not a session of this process")
    }

    pub fn gone() -> Self {
        Self::named("org.freedesktop.Secret.Error.NoSuchObject", "it was deleted")
    }
}

impl From<zbus::Error> for Refusal {
    fn from(error: zbus::Error) -> Self {
        Self::named("org.freedesktop.DBus.Error.Failed", &error.to_string())
    }
}

impl DBusError for Refusal {
    fn create_reply(&self, call: &Header<'_>) -> zbus::Result<Message> {
        match self {
            Self::Error(name, text) => Message::error(call, name.as_str())?.build(&text.as_str()),
            Self::Foreign => Message::method_return(call)?.build(&("not what you asked for", 7_u32)),
        }
    }

    fn name(&self) -> ErrorName<'_> {
        match self {
            Self::Error(name, _) => ErrorName::try_from(name.as_str()).unwrap(),
            Self::Foreign => ErrorName::from_static_str_unchecked("org.freedesktop.DBus.Error.Failed"),
        }
    }

    fn description(&self) -> Option<&str> {
        match self {
            Self::Error(_, text) => Some(text),
            Self::Foreign => None,
        }
    }
}
