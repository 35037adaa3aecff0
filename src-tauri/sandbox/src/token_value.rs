//! A token's secret value: two base64url parts. The first holds the token's id and the project's id,
//! the second a signature.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::Deserialize;
use uuid::Uuid;

pub(crate) const SIGNATURE_LENGTH: usize = 48;

/// Random bytes instead of a real signature: the store compares them, nothing verifies them.
pub(crate) type Signature = [u8; SIGNATURE_LENGTH];

#[derive(Deserialize)]
struct Claims {
    #[serde(rename = "TokenID")]
    token: Uuid,
    #[serde(rename = "ProjectID")]
    project: Uuid,
}

pub(crate) fn encode(token: Uuid, project: Uuid, signature: &Signature) -> String {
    let claims = format!(r#"{{"TokenID":"{token}","ProjectID":"{project}"}}"#);
    let mut value = BASE64_URL_SAFE_NO_PAD.encode(claims);
    value.push('.');
    BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut value);
    value
}

/// Token id, project id and signature; `None` if the text has another format.
pub(crate) fn decode(value: &str) -> Option<(Uuid, Uuid, Signature)> {
    let (claims, signature) = value.split_once('.')?;
    let claims: Claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?.try_into().ok()?;
    Some((claims.token, claims.project, signature))
}
