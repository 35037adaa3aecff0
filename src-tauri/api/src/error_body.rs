//! The credentials in the body of an error, which its message must not repeat.

use std::fmt;

use secrecy::SecretString;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// Names of fields that hold credentials, in lower case and without separators.
const NAMES: [&str; 13] = [
    "accesstoken",
    "apikey",
    "authorization",
    "bearer",
    "bearertoken",
    "credential",
    "credentials",
    "jwt",
    "password",
    "projecttoken",
    "secret",
    "token",
    "tokenvalue",
];

/// All texts in fields whose names say that they are credentials, at any depth, and also in fields that come twice. `None`
/// if the body cannot be read.
pub(crate) fn secrets_in(json: &[u8]) -> Option<Vec<SecretString>> {
    let mut found = Vec::new();
    let search = Search { found: &mut found, is_secret: false };
    serde_json::Deserializer::from_slice(json).deserialize_any(search).ok()?;
    Some(found)
}

struct Search<'f> {
    found: &'f mut Vec<SecretString>,
    /// Whether a field around this value holds credentials.
    is_secret: bool,
}

impl<'de> DeserializeSeed<'de> for Search<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Search<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        if self.is_secret {
            self.found.push(SecretString::from(text));
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let Self { found, is_secret } = self;
        while list.next_element_seed(Search { found: &mut *found, is_secret })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Self { found, is_secret } = self;
        while let Some(name) = map.next_key::<String>()? {
            let is_secret = is_secret || is_credential(&name);
            map.next_value_seed(Search { found: &mut *found, is_secret })?;
        }
        Ok(())
    }

    fn visit_bool<E: serde::de::Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}

fn is_credential(name: &str) -> bool {
    let name: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    NAMES.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn c18_credentials_are_found_at_any_depth_and_in_fields_that_come_twice() {
        let json = br#"{"error":"e","token":"a","id":"i","details":[{"access_token":["b",null,{"x":"c"}]},1.5,-1,true],
            "Api-Key":"d","tokenName":"n","token":"f"}"#;
        let found = secrets_in(json).expect("JSON");
        assert_eq!(
            found.iter().map(ExposeSecret::expose_secret).collect::<Vec<_>>(),
            ["a", "b", "c", "d", "f"]
        );
        assert!(secrets_in(br#"{"token":"#).is_none());
    }
}
