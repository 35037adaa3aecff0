//! A random bearer token with the format of the real service's: a JWT of three parts.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rand::Rng;
use secrecy::SecretString;
use serde_json::json;

/// As long as an RS256 signature, but random: the server compares the whole text and verifies nothing.
const SIGNATURE_LENGTH: usize = 256;
const LIFETIME_SECONDS: i64 = 8 * 60 * 60;

pub(crate) fn random() -> SecretString {
    let now = Timestamp::now().as_second();
    let header = json!({"alg": "RS256", "typ": "JWT"});
    let claims = json!({
        "iss": "https://sso.calyptia.com/",
        "aud": "https://config.calyptia.com",
        "iat": now,
        "exp": now + LIFETIME_SECONDS,
        "https://cloud.calyptia.com/email": "ana@acme.example",
        "https://cloud.calyptia.com/name": "Ana Sample",
        "https://cloud.calyptia.com/email_verified": true,
    });
    let mut signature = [0; SIGNATURE_LENGTH];
    rand::rng().fill_bytes(&mut signature);
    let parts = [header.to_string().into_bytes(), claims.to_string().into_bytes(), signature.to_vec()];
    parts.map(|part| BASE64_URL_SAFE_NO_PAD.encode(part)).join(".").into()
}
