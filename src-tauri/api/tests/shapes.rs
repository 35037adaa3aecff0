//! Any JSON that the vendor's shapes allow signs in and lists: fields left out, null, in another order, with additions.

use calyptia_api::{ListedToken, Project};
use proptest::{prelude::*, sample::select, test_runner::TestRunner};
use uuid::Uuid;

use crate::support::{
    list, plain_client,
    raw::{Answer, Server},
};

/// A field's name and its JSON, or nothing if it is left out.
type Field = Option<(&'static str, String)>;

fn text(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

/// What a server writes for a value that it has not got: nothing, `null` or, as servers in Go do, an empty value.
fn optional(
    name: &'static str,
    json: impl Strategy<Value = String>,
    empty: &'static str,
) -> impl Strategy<Value = Field> {
    let json = prop_oneof![4 => json, 1 => Just("null".to_owned()), 1 => Just(empty.to_owned())];
    prop::option::weighted(0.8, json.prop_map(move |json| (name, json)))
}

fn date() -> impl Strategy<Value = String> {
    (0_i64..4_000_000_000, 0_i32..1_000_000_000, select(vec!["Z", "+05:30", "-08:00"])).prop_map(
        |(second, nanosecond, zone)| {
            let date = jiff::Timestamp::new(second, nanosecond).expect("a date").to_string();
            text(&date.replace('Z', zone))
        },
    )
}

/// What no published shape has, and a later version of the server may add.
fn addition() -> impl Strategy<Value = Field> {
    let json = select(vec![
        "null",
        "-1",
        "1e400",
        "\"\\u0000\"",
        "[[{}]]",
        r#"{"id":null,"name":[{"token":"]"}]}"#,
        "true",
    ]);
    prop::option::of(
        (select(vec!["expiresAt", "ID", "owner", "labels"]), json)
            .prop_map(|(name, json)| (name, json.to_owned())),
    )
}

/// An object with its fields in any order, and white space wherever JSON allows it.
fn object(fields: Vec<Field>) -> impl Strategy<Value = String> {
    let fields = fields.into_iter().flatten().collect::<Vec<_>>();
    (Just(fields).prop_shuffle(), select(vec!["", " ", "\r\n\t"])).prop_map(|(fields, space)| {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, json)| format!("{space}{}{space}:{space}{json}{space}", text(name)))
            .collect();
        format!("{{{}}}", fields.join(","))
    })
}

fn array(elements: &[String], space: &str) -> String {
    format!("{space}[{space}{}{space}]{space}", elements.join(&format!("{space},{space}")))
}

/// A project's object and the id in it.
fn project() -> impl Strategy<Value = (String, Uuid)> {
    let permissions = select(vec![r#"["read:*"]"#, r#"["create:*","future:x"]"#]).prop_map(str::to_owned);
    let count = || (0_u64..u64::MAX).prop_map(|count| count.to_string());
    let fields = (
        any::<u128>().prop_map(Uuid::from_u128),
        optional("name", any::<String>().prop_map(|name| text(&name)), "\"\""),
        optional("membersCount", count(), "0"),
        optional("agentsCount", count(), "-1"),
        optional("aggregatorsCount", count(), "0"),
        optional("createdAt", date(), "\"0001-01-01T00:00:00Z\""),
        optional(
            "membership",
            permissions.prop_map(|list| format!(r#"{{"permissions":{list},"roles":null}}"#)),
            "{}",
        ),
        addition(),
    );
    fields.prop_flat_map(|(id, name, members, agents, aggregators, created, membership, addition)| {
        let id_field = Some(("id", text(&id.to_string())));
        (object(vec![id_field, name, members, agents, aggregators, created, membership, addition]), Just(id))
    })
}

/// A token's object and the id in it, as it is written there.
fn token() -> impl Strategy<Value = (String, String)> {
    let id = (any::<u128>(), any::<bool>()).prop_map(|(id, capitals)| {
        let id = Uuid::from_u128(id).to_string();
        if capitals { id.to_uppercase() } else { id }
    });
    let permissions =
        prop::collection::vec(select(vec!["create:*", "read:*", "update:*", "delete:*", "future:x"]), 1..5);
    let fields = (
        id,
        optional("token", "[A-Za-z0-9_.-]{1,200}".prop_map(|value| text(&value)), "\"\""),
        optional("name", any::<String>().prop_map(|name| text(&name)), "\"\""),
        optional(
            "permissions",
            permissions.prop_map(|list| serde_json::to_string(&list).expect("JSON")),
            "[]",
        ),
        optional("createdAt", date(), "\"0001-01-01T00:00:00Z\""),
        optional("projectID", any::<u128>().prop_map(|id| text(&Uuid::from_u128(id).to_string())), "\"\""),
        addition(),
    );
    fields.prop_flat_map(|(id, value, name, permissions, created, project, addition)| {
        let id_field = Some(("id", text(&id)));
        (object(vec![id_field, value, name, permissions, created, project, addition]), Just(id))
    })
}

/// Lists over these pages: `null` for an empty one, and a `Link` to each page but the first.
async fn serve(projects: String, pages: Vec<String>) -> Server {
    Server::start(move |request| {
        if !request.line().contains("/tokens") {
            return Answer::json(&projects);
        }
        let (_, before) = request.line().split_once("before=").unwrap_or_default();
        let digits: String = before.chars().take_while(char::is_ascii_digit).collect();
        let page: usize = digits.parse().unwrap_or(0);
        let link = if page + 1 < pages.len() {
            format!("link: <http://internal.test/v1/tokens?before={}>; rel=\"next\"\r\n", page + 1)
        } else {
            String::new()
        };
        Answer::body("200 OK", &format!("content-type: application/json\r\n{link}"), &pages[page])
    })
    .await
}

#[test]
fn any_legal_projection_of_the_shapes_signs_in_and_lists() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let space = select(vec!["", " ", "\n"]);
    let lists = (
        prop::collection::vec(project(), 1..4),
        prop_oneof![
            9 => prop::collection::vec(prop::collection::vec(token(), 1..5), 1..4),
            1 => Just(vec![Vec::new()]),
        ],
        any::<bool>(),
        space,
    );
    let mut runner = TestRunner::default();
    let outcome = runner.run(&lists, |(projects, pages, null, space)| {
        let write =
            |rows: &[String]| if null && rows.is_empty() { "null".to_owned() } else { array(rows, space) };
        let bodies =
            |rows: &[(String, String)]| write(&rows.iter().map(|(json, _)| json.clone()).collect::<Vec<_>>());
        let all_projects = array(&projects.iter().map(|(json, _)| json.clone()).collect::<Vec<_>>(), space);
        let all_pages: Vec<_> = pages.iter().map(|rows| bodies(rows)).collect();
        let (signed_in, (rows, end)) = runtime.block_on(async {
            let server = serve(all_projects, all_pages).await;
            let client = plain_client(&server.url());
            let signed_in = client.project_list().await;
            (signed_in, list(&client, projects[0].1).await)
        });
        let signed_in = signed_in.expect("signed in");
        prop_assert_eq!(signed_in.unreadable, 0);
        let ids: Vec<_> = signed_in.projects.iter().map(|Project { id, .. }| *id).collect();
        prop_assert_eq!(ids, projects.iter().map(|(_, id)| *id).collect::<Vec<_>>());
        prop_assert_eq!(end, Ok(()));
        let ids: Vec<_> = rows.iter().map(|ListedToken { id, .. }| id.to_string()).collect();
        let expected: Vec<_> = pages.iter().flatten().map(|(_, id)| id.clone()).collect();
        prop_assert_eq!(ids, expected);
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
