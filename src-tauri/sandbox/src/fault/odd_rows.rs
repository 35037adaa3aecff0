//! Tokens that are odd, each in one way, to test how a client reads and shows them.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::rows::row;

/// Far from the ids of all other generated rows.
const FIRST_ID: u128 = 0x0dd0_0000 << 96;

pub(super) fn odd_rows() -> Vec<Value> {
    let names = names().into_iter().map(|name| json!({ "name": name }));
    let others = others().into_iter().map(|(name, fields)| {
        let mut fields = fields;
        if fields.get("name").is_none() {
            fields["name"] = format!("odd: {name}").into();
        }
        fields
    });
    names
        .chain(others)
        .zip(FIRST_ID..)
        .map(|(fields, id)| with_fields(row(Uuid::from_u128(id), ""), &fields))
        .collect()
}

fn names() -> Vec<String> {
    [
        "\u{0}",
        "nul \u{0} inside",
        "line\nbreak\r\n\ttab",
        "\u{1b}[31mterminal\u{7}",
        "",
        "   ",
        "\u{200b}\u{feff}\u{2060}",
        "\u{202e}gpj.elbatnirp",
        "\u{2066}\u{202a}unclosed isolate",
        "שלום עולם and مرحبا",
        "👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇪🇺",
        "e\u{301} and é",
        "caf\u{e9}",
        "cafe\u{301}",
        "edge",
        "edge ",
        "edge\u{200b}",
        "<img src=x onerror=alert(1)>",
        "\"><script>alert(1)</script>",
        "javascript:alert(1)",
        "{{7*7}} ${7*7} #{7*7} %s %n",
        "'; DROP TABLE tokens; --",
        "=cmd|' /C calc'!A0",
        "../../etc/passwd",
        "\u{ffff}\u{fffd}\u{10ffff}",
        "default",
        "default",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([
        "long ".repeat(2000),
        "W".repeat(10_000),
        "👩‍👩‍👧‍👦".repeat(400),
        format!("z{}", "\u{30d}\u{353}".repeat(500)),
    ])
    .collect()
}

/// What is odd, and the fields that make it so; see [`with_fields`].
fn others() -> Vec<(&'static str, Value)> {
    vec![
        ("permissions []", json!({"permissions": []})),
        ("permissions null", json!({"permissions": null})),
        ("permissions missing", json!({"remove": "permissions"})),
        ("permissions a text", json!({"permissions": "read:*"})),
        ("permissions with numbers", json!({"permissions": ["read:*", 7, null]})),
        ("permission unknown", json!({"permissions": ["read:*", "future:x"]})),
        ("permission repeated", json!({"permissions": ["read:*", "read:*"]})),
        ("permission long", json!({"permissions": ["x".repeat(10_000)]})),
        ("created in year 1", json!({"createdAt": "0001-01-01T00:00:00Z"})),
        ("created 1911", json!({"createdAt": "1911-12-14T15:00:00Z"})),
        ("created 1969", json!({"createdAt": "1969-07-20T20:17:40Z"})),
        ("created 9999", json!({"createdAt": "9999-12-31T23:59:59.999999999Z"})),
        ("created with an offset", json!({"createdAt": "2026-05-04T03:02:01+05:45"})),
        ("created to the nanosecond", json!({"createdAt": "2026-05-04T03:02:01.123456789Z"})),
        ("created at garbage", json!({"createdAt": "the other day"})),
        ("created at a number", json!({"createdAt": 1_777_863_721})),
        ("created null", json!({"createdAt": null})),
        ("created missing", json!({"remove": "createdAt"})),
        ("id in capitals", with_id_as(0xabcd_0001, |id| id.to_string().to_uppercase())),
        ("id in braces", with_id_as(0xabcd_0002, |id| id.braced().to_string())),
        ("id a URN", with_id_as(0xabcd_0003, |id| id.urn().to_string())),
        ("id a path", json!({"id": "../../users"})),
        ("id with a query", json!({"id": "x?admin=1#y"})),
        ("id empty", json!({"id": ""})),
        ("id a number", json!({"id": 7})),
        ("id missing", json!({"remove": "id"})),
        ("name null", json!({"name": null})),
        ("name a number", json!({"name": 7})),
        ("name missing", json!({"remove": "name"})),
        ("value redacted", json!({"token": "****"})),
        ("value of another format", json!({"token": "chr_live:9f8e7d6c5b4a~0011223344556677"})),
        ("value short", json!({"token": "k9fJ2mQx81"})),
        ("value empty", json!({"token": ""})),
        ("value of another row", json!({"token": row(Uuid::nil(), "")["token"]})),
        ("value missing", json!({"remove": "token"})),
        (
            "fields of the future",
            json!({"expiresAt": "2030-01-01T00:00:00Z", "owner": {"teams": [1, [2, {}]]}}),
        ),
    ]
}

/// An id in an unusual spelling, with a value that contains the same id in the usual one.
fn with_id_as(number: u128, spelling: fn(Uuid) -> String) -> Value {
    let id = Uuid::from_u128(FIRST_ID | number);
    json!({"id": spelling(id), "token": row(id, "")["token"]})
}

/// The row with these fields, and without the field that `remove` names.
pub(super) fn with_fields(mut row: Value, fields: &Value) -> Value {
    let empty = Map::new();
    let fields = fields.as_object().unwrap_or(&empty);
    if let Value::Object(row) = &mut row {
        row.extend(fields.clone());
        if let Some(Value::String(field)) = row.remove("remove") {
            row.remove(&field);
        }
    }
    row
}
