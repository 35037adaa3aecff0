//! Projects that are odd, each in one way, to test how a client reads them.

use serde_json::{Value, json};
use uuid::Uuid;

use super::odd_rows::with_fields;

const FIRST_ID: u128 = 0x0dd1_0000 << 96;

/// What is odd, and the fields that make it so, as for the odd rows of the token list.
pub(super) fn odd_projects() -> Vec<Value> {
    [
        ("id of another time", json!({"id": "legacy-1"})),
        ("id a path", json!({"id": "../../users"})),
        ("id a number", json!({"id": 7})),
        ("id missing", json!({"remove": "id"})),
        ("name null", json!({"name": null})),
        ("name missing", json!({"remove": "name"})),
        ("count negative", json!({"agentsCount": -1})),
        ("count a fraction", json!({"agentsCount": 1.5})),
        ("count a string", json!({"membersCount": "12"})),
        ("count null", json!({"aggregatorsCount": null})),
        ("count missing", json!({"remove": "membersCount"})),
        ("created in year 1", json!({"createdAt": "0001-01-01T00:00:00Z"})),
        ("created at garbage", json!({"createdAt": "the other day"})),
        ("created missing", json!({"remove": "createdAt"})),
        ("membership null", json!({"membership": null})),
        ("membership a string", json!({"membership": "admin"})),
        ("membership without permissions", json!({"membership": {"roles": ["admin"]}})),
        ("permissions null", json!({"membership": {"permissions": null, "roles": null}})),
        ("fields of the future", json!({"plan": {"seats": [1, [2, {}]]}})),
    ]
    .into_iter()
    .zip(FIRST_ID..)
    .map(|((name, fields), id)| with_fields(project(Uuid::from_u128(id), name), &fields))
    .collect()
}

fn project(id: Uuid, what: &str) -> Value {
    json!({
        "id": id,
        "name": format!("odd: {what}"),
        "membersCount": 1,
        "agentsCount": 0,
        "aggregatorsCount": 0,
        "createdAt": "2026-05-04T03:02:01.000001Z",
    })
}
