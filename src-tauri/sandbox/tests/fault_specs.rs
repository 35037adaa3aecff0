//! Faults as text, and which requests they step in on.

use std::{collections::BTreeSet, time::Duration};

use calyptia_sandbox::{Fault, Method, fault_kinds};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    house::{House, faults, names},
    line::{End, hear_until_silence},
};

/// Each kind once.
const EXAMPLES: [&str; 43] = [
    "latency=1",
    "status=503",
    "html",
    "redirect=https://example.com/",
    "refuse",
    "reset-before",
    "store-later=1",
    "reset-after",
    "twice",
    "hang",
    "clock=-86400",
    "truncate=5",
    "stall=5",
    "drip=1",
    "garbage",
    "big-header",
    "plain-ok",
    "no-content-body",
    "empty-body",
    "bad-json",
    "bom",
    "bad-utf8",
    "deep",
    "object",
    "trailing-junk",
    "gzip-bomb",
    "endless",
    "endless-rows",
    "endless-value",
    "page-size=2",
    "fail-page=1",
    "empty-page",
    "same-cursor",
    "cycle",
    "endless-page",
    "foreign-cursor",
    "other-path",
    "two-cursors",
    "no-cursor",
    "moving-rows",
    "duplicate-ids",
    "odd-rows",
    "foreign-cursor=http://127.0.0.1:9",
];

#[test]
fn every_kind_can_be_written_and_is_printed_as_it_was_written() {
    let name = |usage: &'static str| usage.split(['=', '[']).next().unwrap();
    let known: BTreeSet<&str> = fault_kinds().map(|(usage, _)| name(usage)).collect();
    assert_eq!(known, EXAMPLES.into_iter().map(name).collect());
    for example in EXAMPLES {
        for spec in [example, &format!("POST:{example}"), &format!("GET/tokens:{example}@2-3")] {
            assert_eq!(spec.parse::<Fault>().unwrap().to_string(), spec);
        }
    }
}

#[test]
fn what_is_wrong_with_a_spec_is_told() {
    let wrong = [
        ("", "there is no kind ``"),
        ("nope", "there is no kind `nope`"),
        ("GET:nope=1", "there is no kind `nope`"),
        ("FETCH:html", "`FETCH` is none of GET, POST, PATCH and DELETE"),
        ("get:html", "`get` is none of"),
        (":html", "nothing stands before the colon"),
        ("html=1", "takes no value, but `1` was given (html)"),
        ("latency", "needs a value (latency=MS)"),
        ("latency=", "needs a value (latency=MS)"),
        ("latency=-1", "`-1` is not a whole number"),
        ("truncate=ten", "`ten` is not a whole number"),
        ("page-size=0", "a row at least"),
        ("status=100", "`100` is not a status from 200 to 599"),
        ("status=ok", "`ok` is not a status"),
        ("status=500,body=x", "`x` is neither a length nor `html`"),
        ("status=429,retry-after=a\nb", r"no header can hold `a\nb`"),
        ("redirect=/,status=200", "`200` is not a status from 300 to 399"),
        ("foreign-cursor=x", "`x` is no origin"),
        ("html@", "@ counts requests from 1"),
        ("html@0", "@ counts requests from 1"),
        ("html@x", "@ takes N, FIRST- or FIRST-LAST"),
        ("html@3-2", "3 comes after 2"),
    ];
    for (spec, problem) in wrong {
        let told = spec.parse::<Fault>().unwrap_err().to_string();
        assert!(told.starts_with(&format!("`{spec}` is no fault: ")) && told.contains(problem), "{told}");
    }
}

#[tokio::test]
async fn every_kind_is_over_when_it_is_taken_away_and_its_requests_are_remembered() {
    let house = House::sample().await;
    let project = house.first_project();
    let path = format!("/v1/projects/{project}/tokens");
    for example in EXAMPLES {
        let before = house.running.requests().len();
        house.running.set_faults(faults(&[example]));
        let body = json!({"name": format!("made under {example}"), "permissions": ["read:*"]});
        // What comes is another test's matter; these never end.
        if !example.starts_with("endless") && example != "gzip-bomb" {
            hear_until_silence(&house, Method::POST, &path, &body);
        }
        house.mend();
        house.tokens(project).await;
        let after = house.running.requests();
        assert!(after.len() > before && after.last().unwrap() == &(Method::GET, path.clone()), "{example}");
    }
}

#[tokio::test]
async fn a_target_spares_all_other_requests() {
    let house = House::with_faults(&["POST:status=503"]).await;
    let project = house.first_project();
    assert_eq!(house.post(project, json!({"name": "n"})).await.status(), 503);
    assert_eq!(house.get("/v1/projects").await.status(), 200);

    house.running.set_faults(faults(&["/tokens:status=503"]));
    assert_eq!(house.get(&format!("/v1/projects/{project}/tokens?last=2")).await.status(), 503);
    assert_eq!(house.post(project, json!({"name": "n"})).await.status(), 503);
    assert_eq!(house.get("/v1/projects").await.status(), 200);

    house.running.set_faults(faults(&["GET/tokens:status=503"]));
    assert_eq!(house.get(&format!("/v1/projects/{project}/tokens")).await.status(), 503);
    assert_eq!(house.post(project, json!({"name": "n"})).await.status(), 201);
}

#[tokio::test]
async fn health_and_the_description_are_spared() {
    let house = House::with_faults(&["status=503"]).await;
    for path in ["/healthz", "/openapi.json"] {
        assert_eq!(house.get(path).await.status(), 200);
    }
    assert_eq!(house.get("/v1/projects").await.status(), 503);
    assert_eq!(house.get("/nowhere").await.status(), 503);
}

#[tokio::test]
async fn turns_are_counted_and_faults_take_them_one_after_the_other() {
    let cases: [(&[&str], [u16; 5]); 5] = [
        (&["status=503@2"], [503, 503, 200, 200, 200]),
        (&["status=503@2-"], [200, 503, 503, 503, 503]),
        (&["status=503@2-3"], [200, 503, 503, 200, 200]),
        (&["status=503@2", "status=429@1"], [503, 503, 429, 200, 200]),
        (&["POST:status=503@1", "status=500@1"], [500, 200, 200, 200, 200]),
    ];
    let house = House::sample().await;
    for (specs, expected) in cases {
        house.running.set_faults(faults(specs));
        for (number, status) in expected.into_iter().enumerate() {
            assert_eq!(house.get("/v1/projects").await.status(), status, "{specs:?}, {number}");
        }
    }
}

#[tokio::test]
async fn latency_comes_on_top_of_anything_else() {
    let house = House::with_faults(&["latency=60", "status=503", "latency=60@1"]).await;
    for expected in [120, 60] {
        let start = Instant::now();
        assert_eq!(house.get("/v1/projects").await.status(), 503);
        assert!(start.elapsed() >= Duration::from_millis(expected));
    }
}

#[tokio::test]
async fn a_client_that_leaves_during_the_latency_leaves_nothing_behind() {
    let house = House::with_faults(&["POST:latency=1000"]).await;
    let project = house.first_project();
    let path = format!("/v1/projects/{project}/tokens");
    let heard = hear_until_silence(&house, Method::POST, &path, &json!({"name": "left"}));
    assert_eq!(heard.end, End::Silent);
    house.running.set_faults(faults(&["latency=1000"]));
    assert!(!names(&house.tokens(project).await).contains(&"left"), "later than the create's latency");
}
