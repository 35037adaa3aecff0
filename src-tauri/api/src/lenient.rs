//! Reads fields whose content is worth showing, but not worth losing a row over: what cannot be read becomes "unknown".

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, de::IgnoredAny};
use serde_json::value::RawValue;

use crate::{
    Permission,
    size_limits::{MAX_PERMISSION_BYTES, is_shortened, kept_name},
};

/// The first second of year 2, in seconds since 1970.
const YEAR_2: i64 = -62_104_060_800;
/// When the epochs of Windows (1601), NTP (1900) and Unix begin, in seconds since 1970.
const EPOCHS: [i64; 3] = [-11_644_473_600, -2_208_988_800, 0];

/// `None` for anything but a list of texts, and for one that is longer than any the API has a reason to send. Go servers write
/// an empty list as null. Reads JSON only.
pub(crate) fn permissions<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<Permission>>, D::Error> {
    let json = <&RawValue>::deserialize(deserializer)?.get();
    if json.len() > MAX_PERMISSION_BYTES {
        return Ok(None);
    }
    Ok(serde_json::from_str(json).ok().map(Option::unwrap_or_default))
}

/// `None` for anything but an RFC 3339 date, and for what servers write in place of a missing one: a date in year 1, and the first second
/// of an epoch.
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

/// Whether a date is in year 2 or later, and not the first second of an epoch.
pub(crate) fn is_known(date: &Timestamp) -> bool {
    let is_epoch = date.subsec_nanosecond() == 0 && EPOCHS.contains(&date.as_second());
    date.as_second() >= YEAR_2 && !is_epoch
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

/// A name, which is shortened if it is very long. Null is an empty one.
pub(crate) fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name: String = Option::deserialize(deserializer)?.unwrap_or_default();
    Ok(if is_shortened(&name) { kept_name(&name) } else { name })
}
