//! Faults as text, and the requests they apply to.

use std::{collections::BTreeSet, time::Duration};

use calyptia_sandbox::{Fault, Method, fault_kinds};
use serde_json::json;
use tokio::time::Instant;

use crate::{
    raw_client::{connect, send_until_silence},
    test_server::{TestServer, faults, names},
};

/// Each kind at least once.
const EXAMPLES: &[&str] = &[
    "latency=1",
    "clock=-86400",
    "status=503",
    "html",
    "redirect=https://example.com/",
    "refuse",
    "reset-before",
    "store-later=1",
    "lower-case",
    "store=permissions:[\"read:*\"]",
    "set=createdAt:\"0001-01-01T00:00:00Z\"",
    "unset=token",
    "null",
    "header=X-Served-By: edge-7",
    "odd-projects",
    "status-after=504,body=html",
    "redirect-after=/,status=308",
    "reset-after",
    "twice",
    "hang",
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
    "gzip",
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
    "foreign-cursor=http://127.0.0.1:9",
    "other-path",
    "two-cursors",
    "no-cursor",
    "link=<{origin}/api{path}/?before={cursor}>; rel=next",
    "moving-rows",
    "duplicate-ids",
    "odd-rows",
];

#[test]
fn every_kind_can_be_parsed_and_is_printed_as_it_was_written() {
    let name = |usage: &'static str| usage.split(['=', '[']).next().unwrap();
    let known: BTreeSet<&str> = fault_kinds().map(|(usage, _)| name(usage)).collect();
    assert_eq!(known, EXAMPLES.iter().copied().map(name).collect());
    for &example in EXAMPLES {
        for spec in [example, &format!("POST:{example}"), &format!("GET/tokens:{example}@2-3")] {
            assert_eq!(spec.parse::<Fault>().unwrap().to_string(), spec);
        }
    }
}

#[test]
fn errors_say_what_is_wrong_with_a_spec() {
    let wrong = [
        ("", "there is no kind ``"),
        ("nope", "there is no kind `nope`"),
        ("GET:nope=1", "there is no kind `nope`"),
        ("FETCH:html", "`FETCH` is not GET, POST, PATCH or DELETE"),
        ("get:html", "`get` is not GET"),
        (":html", "there is nothing before the colon"),
        ("html=1", "takes no value, but `1` was given (html)"),
        ("latency", "needs a value (latency=MS)"),
        ("latency=", "needs a value (latency=MS)"),
        ("latency=-1", "`-1` is not a whole number"),
        ("truncate=ten", "`ten` is not a whole number"),
        ("page-size=0", "at least one row"),
        ("status=100", "`100` is not a status from 200 to 599"),
        ("status=ok", "`ok` is not a status"),
        ("status=500,body=x", "`x` is neither a length nor `html`"),
        ("status=429,retry-after=a\nb", r"`a\nb` is not valid in a header"),
        ("redirect=/,status=200", "`200` is not a status from 300 to 399"),
        ("status=500,body=9,error=x", "a body of BYTES has no error text"),
        ("status-after=99", "`99` is not a status from 200 to 599"),
        ("store=name", "`name` is not FIELD:JSON"),
        ("set=name:x", "`x` is not JSON"),
        ("unset", "needs a value (unset=FIELD)"),
        ("header=x", "`x` is not NAME:TEXT"),
        ("header=a b:c", "`a b` is not a header's name"),
        ("header=a:東", "`東` is not valid in a header"),
        ("link=東", "`東` is not valid in a header"),
        ("foreign-cursor=x", "`x` is not an origin"),
        ("html@", "@ counts requests from 1"),
        ("html@0", "@ counts requests from 1"),
        ("html@x", "@ takes N, FIRST- or FIRST-LAST"),
        ("html@3-2", "3 comes after 2"),
    ];
    for (spec, problem) in wrong {
        let message = spec.parse::<Fault>().unwrap_err().to_string();
        assert!(
            message.starts_with(&format!("`{spec}` is not a fault: ")) && message.contains(problem),
            "{message}"
        );
    }
}

#[tokio::test]
async fn every_kind_ends_when_it_is_removed_and_its_requests_are_logged() {
    let server = TestServer::sample().await;
    let project = server.first_project();
    let path = format!("/v1/projects/{project}/tokens");
    for &example in EXAMPLES {
        let before = server.running.requests().len();
        server.running.set_faults(faults(&[example]));
        let body = json!({"name": format!("created with {example}"), "permissions": ["read:*"]});
        // Other tests check the responses; these ones never end.
        if !example.starts_with("endless") && example != "gzip-bomb" {
            send_until_silence(&server, Method::POST, &path, &body);
        }
        server.clear_faults();
        server.tokens(project).await;
        let after = server.running.requests();
        assert!(after.len() > before && after.last().unwrap() == &(Method::GET, path.clone()), "{example}");
    }
}

#[tokio::test]
async fn a_target_excludes_all_other_requests() {
    let server = TestServer::with_faults(&["POST:status=503"]).await;
    let project = server.first_project();
    assert_eq!(server.post(project, json!({"name": "n"})).await.status(), 503);
    assert_eq!(server.get("/v1/projects").await.status(), 200);

    server.running.set_faults(faults(&["/tokens:status=503"]));
    assert_eq!(server.get(&format!("/v1/projects/{project}/tokens?last=2")).await.status(), 503);
    assert_eq!(server.post(project, json!({"name": "n"})).await.status(), 503);
    assert_eq!(server.get("/v1/projects").await.status(), 200);

    server.running.set_faults(faults(&["GET/tokens:status=503"]));
    assert_eq!(server.get(&format!("/v1/projects/{project}/tokens")).await.status(), 503);
    assert_eq!(server.post(project, json!({"name": "n"})).await.status(), 201);
}

#[tokio::test]
async fn health_and_the_description_have_no_faults() {
    let server = TestServer::with_faults(&["status=503"]).await;
    for path in ["/healthz", "/openapi.json"] {
        assert_eq!(server.get(path).await.status(), 200);
    }
    assert_eq!(server.get("/v1/projects").await.status(), 503);
    assert_eq!(server.get("/nowhere").await.status(), 503);
}

#[tokio::test]
async fn each_fault_counts_the_requests_that_no_earlier_one_took() {
    let cases: [(&[&str], [u16; 5]); 5] = [
        (&["status=503@2"], [503, 503, 200, 200, 200]),
        (&["status=503@2-"], [200, 503, 503, 503, 503]),
        (&["status=503@2-3"], [200, 503, 503, 200, 200]),
        (&["status=503@2", "status=429@1"], [503, 503, 429, 200, 200]),
        (&["POST:status=503@1", "status=500@1"], [500, 200, 200, 200, 200]),
    ];
    let server = TestServer::sample().await;
    for (specs, expected) in cases {
        server.running.set_faults(faults(specs));
        for (number, status) in expected.into_iter().enumerate() {
            assert_eq!(server.get("/v1/projects").await.status(), status, "{specs:?}, {number}");
        }
    }
}

#[tokio::test]
async fn latency_adds_to_any_other_fault() {
    let server = TestServer::with_faults(&["latency=20", "status=503", "latency=20@1"]).await;
    for expected in [40, 20] {
        let start = Instant::now();
        assert_eq!(server.get("/v1/projects").await.status(), 503);
        assert!(start.elapsed() >= Duration::from_millis(expected));
    }
}

#[tokio::test]
async fn a_client_that_leaves_during_the_latency_leaves_nothing_behind() {
    let server = TestServer::with_faults(&["latency=1000"]).await;
    let project = server.first_project();
    let path = format!("/v1/projects/{project}/tokens");
    let create = (Method::POST, path.clone());
    let stream = connect(&server, Method::POST, &path, &json!({"name": "left"}));
    while !server.running.requests().contains(&create) {
        tokio::task::yield_now().await;
    }
    drop(stream);
    // This request waits as long as the create that arrived before it, so its response comes later.
    assert!(!names(&server.tokens(project).await).contains(&"left"));
}

#[test]
fn every_fault_in_the_readme_is_valid() {
    let (_, recipes) = include_str!("../README.md").split_once("| To reproduce | Faults |").unwrap();
    let rows: Vec<&str> = recipes.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(!rows.is_empty());
    for row in rows {
        let (_, faults) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        let specs: Vec<&str> = faults.split('`').skip(1).step_by(2).collect();
        assert!(!specs.is_empty(), "{row}");
        for spec in specs {
            spec.parse::<Fault>().unwrap();
        }
    }
}
