//! What each fault does to a response, and what the store holds afterwards.

use std::collections::BTreeSet;

use calyptia_sandbox::{Method, Options};
use serde_json::{Value, json};
use tokio::time::{Duration, Instant};

use crate::{
    raw_client::{End, RawResponse, receive, send, send_until_silence, send_until_stall},
    test_server::{TestServer, faults, names, text},
};

const NAME: &str = "created with a fault";

/// A server, the path of its first project's list, and the list without any fault.
pub struct FaultTest {
    pub server: TestServer,
    pub list: String,
    true_list: Vec<u8>,
}

impl FaultTest {
    pub async fn new() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let server = TestServer::with(options).await;
        let list = format!("/v1/projects/{}/tokens", server.first_project());
        let true_list = server.get(&list).await.bytes().await.unwrap().into();
        Self { server, list, true_list }
    }

    pub fn set(&self, fault: &str) {
        self.server.running.set_faults(faults(&[fault]));
    }

    pub fn get(&self, fault: &str) -> RawResponse {
        self.set(fault);
        send(&self.server, Method::GET, &self.list, &Value::Null)
    }

    pub fn create(&self, fault: &str) -> RawResponse {
        self.set(fault);
        send(&self.server, Method::POST, &self.list, &json!({"name": NAME, "permissions": ["read:*"]}))
    }

    /// The tokens created with the fault, which is removed.
    pub async fn created(&self) -> Vec<Value> {
        self.server.clear_faults();
        let mut rows = self.server.tokens(self.server.first_project()).await;
        rows.retain(|row| row["name"] == NAME);
        rows
    }
}

#[tokio::test]
async fn a_response_instead_of_the_work_leaves_the_store_alone() {
    let test = FaultTest::new().await;
    for fault in ["status=503", "html", "redirect=/", "refuse", "reset-before"] {
        test.create(fault);
        assert_eq!(test.created().await.len(), 0, "{fault}");
    }
}

#[tokio::test]
async fn a_status_has_the_given_retry_after_and_body() {
    let test = FaultTest::new().await;
    for text in ["2", "-5", "9999", "Wed, 21 Oct 2026 07:28:00 GMT", "soon, says me@home"] {
        test.set(&format!("status=429,retry-after={text}"));
        let response = test.server.get(&test.list).await;
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["retry-after"], text);
        assert_eq!(response.json::<Value>().await.unwrap(), json!({"error": "fault: 429 Too Many Requests"}));
    }
    for length in [0, 10_000_000] {
        test.set(&format!("status=502,body={length},retry-after=1"));
        let response = test.server.get(&test.list).await;
        assert_eq!(
            (response.status().as_u16(), response.headers()["retry-after"].as_bytes()),
            (502, &b"1"[..])
        );
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(response.bytes().await.unwrap().len(), length);
    }
}

#[tokio::test]
async fn a_status_has_the_given_message_as_json_or_html() {
    let test = FaultTest::new().await;
    let messages = [
        (401, "email not verified"),
        (403, "permission denied"),
        (404, "not found"),
        (408, "timeout"),
        (409, "token is used by 3 core instances, see /docs"),
        (425, "too early"),
        (500, "no `token`=\"abc\", please: retry"),
    ];
    for (status, message) in messages {
        for (spec, content_type, body) in [
            (
                format!("status={status},error={message}"),
                "application/json",
                json!({"error": message}).to_string(),
            ),
            (
                format!("status={status},body=html,retry-after=3,error={message}"),
                "text/html; charset=utf-8",
                format!("<!doctype html><title>{message}</title><h1>{message}</h1>"),
            ),
        ] {
            test.set(&spec);
            let response = test.server.get(&test.list).await;
            assert_eq!(response.status(), status, "{spec}");
            assert_eq!(response.headers()["content-type"], content_type);
            assert_eq!(response.text().await.unwrap(), body);
        }
    }
}

#[tokio::test]
async fn a_sign_in_page_or_a_redirect_replaces_the_response() {
    let test = FaultTest::new().await;
    let page = test.get("html");
    assert!(page.parts().0.starts_with("http/1.1 200 ok"));
    assert_eq!(page.header::<String>("content-type").unwrap(), "text/html; charset=utf-8");
    for (fault, status) in
        [("redirect=https://a.example:9/b@c", "302"), ("redirect=https://a.example:9/b@c,status=307", "307")]
    {
        let response = test.get(fault);
        assert!(response.parts().0.starts_with(&format!("http/1.1 {status} ")));
        assert_eq!(response.header::<String>("location").unwrap(), "https://a.example:9/b@c");
    }
}

#[tokio::test]
async fn c1_c11_a_status_or_a_redirect_can_come_after_the_work() {
    let test = FaultTest::new().await;
    for (fault, status, location) in [
        ("status-after=504,body=html", "504", None),
        ("status-after=503,retry-after=3,error=unavailable", "503", None),
        ("redirect-after=/elsewhere,status=308", "308", Some("/elsewhere".to_owned())),
        ("redirect-after=/elsewhere", "302", Some("/elsewhere".to_owned())),
    ] {
        let response = test.create(fault);
        assert!(response.parts().0.starts_with(&format!("http/1.1 {status} ")), "{fault}");
        assert_eq!(response.header("location"), location, "{fault}");
        let [created] = test.created().await.try_into().unwrap();
        assert_eq!(test.server.delete(text(&created, "id")).await.status(), 204);
    }
}

#[tokio::test]
async fn connections_fail_without_a_byte_before_or_after_the_work() {
    let test = FaultTest::new().await;
    let cases = [
        ("refuse", End::Closed, 0),
        ("reset-before", End::Reset, 0),
        ("reset-after", End::Reset, 1),
        ("twice", End::Reset, 2),
    ];
    for (fault, end, created) in cases {
        let response = test.create(fault);
        assert_eq!((response.bytes.len(), response.end), (0, end), "{fault}");
        let rows = test.created().await;
        assert_eq!(rows.len(), created, "{fault}");
        let ids: BTreeSet<&str> = rows.iter().map(|row| text(row, "id")).collect();
        let values: BTreeSet<&str> = rows.iter().map(|row| text(row, "token")).collect();
        assert_eq!((ids.len(), values.len()), (rows.len(), rows.len()));
        for row in rows {
            assert_eq!(test.server.delete(text(&row, "id")).await.status(), 204);
        }
    }
}

#[tokio::test]
async fn a_token_can_be_stored_after_the_connection_failed() {
    let test = FaultTest::new().await;
    let response = test.create("store-later=3600000");
    assert_eq!((response.bytes.len(), response.end), (0, End::Reset));
    assert_eq!(test.created().await.len(), 0, "it will be stored in an hour");

    let start = Instant::now();
    let response = test.create("store-later=50");
    assert_eq!((response.bytes.len(), response.end), (0, End::Reset));
    while test.created().await.is_empty() {}
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert_eq!(test.created().await.len(), 1);
}

#[tokio::test]
async fn a_server_that_hangs_has_done_its_work() {
    let test = FaultTest::new().await;
    test.set("hang");
    let response = send_until_silence(&test.server, Method::POST, &test.list, &json!({"name": NAME}));
    assert_eq!((response.bytes.len(), response.end), (0, End::Silent));
    assert_eq!(test.created().await.len(), 1);
}

#[tokio::test]
async fn a_body_stops_at_the_given_byte_but_has_its_whole_length_in_the_header() {
    let test = FaultTest::with(Options { tokens: Some(3000), ..Options::default() }).await;
    for bytes in [0, 500, 1_000_000] {
        for (kind, end) in [("truncate", End::Closed), ("stall", End::Silent)] {
            test.set(&format!("{kind}={bytes}"));
            let response = send_until_stall(&test.server, Method::GET, &test.list, &Value::Null, bytes);
            assert_eq!(response.header("content-length"), Some(test.true_list.len()));
            assert!(response.parts().1 == &test.true_list[..bytes], "{kind}={bytes}");
            assert_eq!(response.end, end, "{kind}={bytes}");
        }
    }
    let beyond = test.get("truncate=1000000000");
    assert!(beyond.parts().1 == test.true_list);

    test.set("stall=10");
    let response = send_until_stall(&test.server, Method::POST, &test.list, &json!({"name": NAME}), 10);
    assert!(response.parts().0.starts_with("http/1.1 201 created") && response.parts().1.len() == 10);
    let [created] = test.created().await.try_into().unwrap();

    let path = format!("/v1/project_tokens/{}", text(&created, "id"));
    for fault in ["truncate=5", "stall=5", "drip=1", "bom", "gzip"] {
        test.set(fault);
        let response = send(&test.server, Method::PATCH, &path, &json!({}));
        assert!(response.parts().0.starts_with("http/1.1 204 no content"), "{fault} needs a body");
    }
}

#[tokio::test]
async fn a_body_can_arrive_byte_by_byte() {
    let test = FaultTest::new().await;
    let start = Instant::now();
    let response = test.create("drip=1");
    let length = response.parts().1.len();
    assert_eq!(response.header("content-length"), Some(length));
    assert!(start.elapsed() >= Duration::from_millis(length as u64));
    let created: Value = serde_json::from_slice(response.parts().1).unwrap();
    assert_eq!(test.created().await, [created]);
}

#[tokio::test]
async fn a_response_can_be_no_http_or_have_a_huge_header() {
    let test = FaultTest::new().await;
    let response = test.get("big-header");
    assert_eq!(response.header::<String>("x-big").unwrap().len(), 1024 * 1024);
    assert!(response.parts().1 == test.true_list);

    let response = test.create("garbage");
    assert!(!response.bytes.is_empty() && !response.bytes.starts_with(b"HTTP"));
    assert_eq!((response.end, test.created().await.len()), (End::Closed, 1));
}

#[tokio::test]
async fn a_success_can_have_another_status_and_an_error_keeps_its_own() {
    let test = FaultTest::new().await;
    let created = test.create("plain-ok");
    assert!(created.parts().0.starts_with("http/1.1 200 ok"));
    let created: Value = serde_json::from_slice(created.parts().1).unwrap();
    let path = format!("/v1/project_tokens/{}", text(&created, "id"));
    let response = send(&test.server, Method::PATCH, &path, &json!({}));
    assert!(response.parts().0.starts_with("http/1.1 200 ok") && response.parts().1.is_empty());

    test.set("no-content-body");
    let response = send(&test.server, Method::DELETE, &path, &Value::Null);
    assert!(response.parts().0.starts_with("http/1.1 204 no content"));
    assert_eq!(response.header("content-length"), Some(response.parts().1.len()));
    assert!(!response.parts().1.is_empty());
    let response = send(&test.server, Method::DELETE, &path, &Value::Null);
    assert!(response.parts().0.starts_with("http/1.1 410 gone"));
    assert_eq!(test.created().await.len(), 0);
}

#[tokio::test]
async fn a_body_can_be_anything_but_the_right_one() {
    let test = FaultTest::new().await;
    let body = |fault: &str| {
        let response = test.get(fault);
        assert!(response.parts().0.starts_with("http/1.1 200 ok"), "{fault}");
        assert_eq!(response.header("content-length"), Some(response.parts().1.len()), "{fault}");
        response.parts().1.to_vec()
    };
    let whole = test.true_list.as_slice();
    assert_eq!(body("empty-body"), b"");
    assert_eq!(body("bom"), [b"\xef\xbb\xbf", whole].concat());
    assert_eq!(body("object"), [b"{\"items\":", whole, b"}"].concat());
    assert!(body("trailing-junk").starts_with(whole) && body("trailing-junk").len() > whole.len());
    assert_eq!(body("deep"), ["[".repeat(100_000), "]".repeat(100_000)].concat().as_bytes());
    assert!(std::str::from_utf8(&body("bad-utf8")).is_err());
    for fault in ["bad-json", "bom", "bad-utf8", "deep", "trailing-junk", "empty-body"] {
        assert!(serde_json::from_slice::<Value>(&body(fault)).is_err(), "{fault}");
    }
    test.create("bad-json");
    assert_eq!(names(&test.created().await), [NAME]);
}

#[tokio::test]
async fn c12_a_body_can_be_compressed_although_nobody_asked_for_it() {
    let test = FaultTest::new().await;
    let response = test.get("gzip");
    assert_eq!(response.header::<String>("content-encoding").unwrap(), "gzip");
    let body = response.parts().1;
    assert_eq!(response.header("content-length"), Some(body.len()));
    // The list fits into one stored block: a header of 10 and 5 bytes, the data, checksum and length.
    assert_eq!(body[..3], [0x1f, 0x8b, 8]);
    assert!(body[15..body.len() - 8] == test.true_list);
}

/// The data of a chunked body, as far as it arrived.
fn unchunk(mut body: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    while let Some(end) = body.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).unwrap(), 16).unwrap();
        let Some(chunk) = body.get(end + 2..end + 2 + size) else { break };
        data.extend_from_slice(chunk);
        body = body.get(end + 2 + size + 2..).unwrap_or_default();
    }
    data
}

#[tokio::test]
async fn a_body_can_go_on_forever() {
    let test = FaultTest::new().await;
    let data = |fault: &str| {
        test.set(fault);
        let response = receive(&test.server, &test.list, 3_000_000);
        assert_eq!(response.end, End::Unread);
        let data = unchunk(response.parts().1);
        assert!(data.len() > 2_000_000);
        (response, data)
    };
    let (_, spaces) = data("endless");
    assert!(spaces[0] == b'[' && spaces[1..].iter().all(|byte| *byte == b' '));
    let (_, value) = data("endless-value");
    assert!(value.starts_with(b"[{\"id\":\"aaa") && value.ends_with(b"aaa"));

    let (_, rows) = data("endless-rows");
    let last = rows.windows(2).rposition(|two| two == b"},").unwrap();
    let rows: Vec<Value> = serde_json::from_slice(&[&rows[..=last], b"]"].concat()).unwrap();
    let ids: BTreeSet<&str> = rows.iter().map(|row| text(row, "id")).collect();
    assert!(rows.len() > 1000 && ids.len() == rows.len());

    let (response, bomb) = data("gzip-bomb");
    assert_eq!(response.header::<String>("content-encoding").unwrap(), "gzip");
    // A real decoder accepts these bytes; each 13 of them are 8 times 258 spaces.
    assert_eq!(bomb[..12], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 0x52, 0x18]);
    assert!(bomb[12..].windows(14).step_by(997).all(|window| window[0] == window[13]));
}
