//! The object paths that do not change.

use zbus::zvariant::{ObjectPath, OwnedObjectPath};

pub const ROOT: &str = "/org/freedesktop/secrets";
pub const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";

/// The path that means “none”.
pub fn nothing() -> OwnedObjectPath {
    ObjectPath::from_static_str_unchecked("/").into()
}
