//! Reads fields whose content is worth showing, but not worth losing a row over: what cannot be read becomes "unknown".

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use crate::Permission;

/// The first second of year 2, in seconds since 1970.
const YEAR_2: i64 = -62_104_060_800;

/// `None` for anything but a list of texts. Go servers write an empty list as null.
pub(crate) fn permissions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Permission>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Permissions {
        List(Vec<Permission>),
        Null,
        Other(IgnoredAny),
    }

    Ok(match Permissions::deserialize(deserializer)? {
        Permissions::List(list) => Some(list),
        Permissions::Null => Some(Vec::new()),
        Permissions::Other(_) => None,
    })
}

/// `None` for anything but an RFC 3339 date, and for year 1: Go servers write a missing date as its first second.
pub(crate) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Date {
        Text(String),
        Other(IgnoredAny),
    }

    Ok(match Date::deserialize(deserializer)? {
        Date::Text(text) => text.parse().ok().filter(is_known),
        Date::Other(_) => None,
    })
}

/// Whether a date is in year 2 or later.
pub(crate) fn is_known(date: &Timestamp) -> bool {
    date.as_second() >= YEAR_2
}

/// `None` for anything but a whole number that is not negative.
pub(crate) fn count<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Count {
        Number(u64),
        Other(IgnoredAny),
    }

    Ok(match Count::deserialize(deserializer)? {
        Count::Number(count) => Some(count),
        Count::Other(_) => None,
    })
}

/// Null is an empty text.
pub(crate) fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
