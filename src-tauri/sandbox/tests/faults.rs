//! What each fault does to an answer, and what the store holds afterwards.

use std::{collections::BTreeSet, time::Duration};

use calyptia_sandbox::{Method, Options};
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use crate::{
    house::{House, faults, names, text},
    line::{End, Heard, hear, hear_some, hear_until_silence, hear_until_stall},
};

const NAME: &str = "made under a fault";

struct Scene {
    house: House,
    list: String,
    true_list: Vec<u8>,
}

impl Scene {
    async fn new() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let house = House::with(options).await;
        let list = format!("/v1/projects/{}/tokens", house.first_project());
        let true_list = house.get(&list).await.bytes().await.unwrap().into();
        Self { house, list, true_list }
    }

    fn set(&self, fault: &str) {
        self.house.running.set_faults(faults(&[fault]));
    }

    fn get(&self, fault: &str) -> Heard {
        self.set(fault);
        hear(&self.house, Method::GET, &self.list, &Value::Null)
    }

    fn create(&self, fault: &str) -> Heard {
        self.set(fault);
        hear(&self.house, Method::POST, &self.list, &json!({"name": NAME, "permissions": ["read:*"]}))
    }

    /// The tokens made under the fault, which is taken away.
    async fn made(&self) -> Vec<Value> {
        self.house.mend();
        let mut rows = self.house.tokens(self.house.first_project()).await;
        rows.retain(|row| row["name"] == NAME);
        rows
    }
}

#[tokio::test]
async fn what_is_answered_instead_leaves_the_store_alone() {
    let scene = Scene::new().await;
    for fault in ["status=503", "html", "redirect=/", "refuse", "reset-before"] {
        scene.create(fault);
        assert_eq!(scene.made().await.len(), 0, "{fault}");
    }
}

#[tokio::test]
async fn a_status_comes_with_the_body_and_the_retry_after_that_were_asked_for() {
    let scene = Scene::new().await;
    for text in ["2", "-5", "9999", "Wed, 21 Oct 2026 07:28:00 GMT", "soon, says me@home"] {
        scene.set(&format!("status=429,retry-after={text}"));
        let answer = scene.house.get(&scene.list).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (429, &text.parse().unwrap())
        );
        assert!(answer.json::<Value>().await.unwrap()["error"].is_string());
    }
    for (body, length) in [("0", Some(0)), ("10000000", Some(10_000_000)), ("html", None)] {
        scene.set(&format!("status=502,body={body},retry-after=1"));
        let answer = scene.house.get(&scene.list).await;
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (502, &"1".parse().unwrap())
        );
        assert_eq!(answer.headers()["content-type"] == "application/json", body != "html");
        let bytes = answer.bytes().await.unwrap();
        assert!(length.is_none_or(|length| bytes.len() == length), "{body}");
    }
}

#[tokio::test]
async fn a_sign_in_page_and_redirects_take_the_place_of_the_answer() {
    let scene = Scene::new().await;
    let page = scene.get("html");
    assert!(page.parts().0.starts_with("http/1.1 200 ok"));
    assert_eq!(page.header::<String>("content-type").unwrap(), "text/html; charset=utf-8");
    for (fault, status) in
        [("redirect=https://a.example:9/b@c", "302"), ("redirect=https://a.example:9/b@c,status=307", "307")]
    {
        let answer = scene.get(fault);
        assert!(answer.parts().0.contains(status));
        assert_eq!(answer.header::<String>("location").unwrap(), "https://a.example:9/b@c");
    }
}

#[tokio::test]
async fn connections_break_without_a_byte_before_or_after_the_work() {
    let scene = Scene::new().await;
    let cases = [
        ("refuse", End::Closed, 0),
        ("reset-before", End::Reset, 0),
        ("reset-after", End::Reset, 1),
        ("twice", End::Reset, 3),
    ];
    for (fault, end, made) in cases {
        let heard = scene.create(fault);
        assert_eq!((heard.bytes.len(), heard.end), (0, end), "{fault}");
        let rows = scene.made().await;
        assert_eq!(rows.len(), made.min(2), "{fault}");
        let ids: BTreeSet<&str> = rows.iter().map(|row| text(row, "id")).collect();
        let values: BTreeSet<&str> = rows.iter().map(|row| text(row, "token")).collect();
        assert_eq!((ids.len(), values.len()), (rows.len(), rows.len()));
        for row in rows {
            assert_eq!(scene.house.delete(text(&row, "id")).await.status(), 204);
        }
    }
}

#[tokio::test]
async fn a_token_can_be_stored_after_the_connection_broke() {
    let scene = Scene::new().await;
    let start = Instant::now();
    let heard = scene.create("store-later=400");
    assert_eq!((heard.bytes.len(), heard.end), (0, End::Reset));
    assert!(start.elapsed() < Duration::from_millis(400));
    while scene.made().await.is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10));
        sleep(Duration::from_millis(10)).await;
    }
    assert!(start.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_server_that_hangs_has_done_its_work() {
    let scene = Scene::new().await;
    scene.set("hang");
    let heard = hear_until_silence(&scene.house, Method::POST, &scene.list, &json!({"name": NAME}));
    assert_eq!((heard.bytes.len(), heard.end), (0, End::Silent));
    assert_eq!(scene.made().await.len(), 1);
}

#[tokio::test]
async fn a_body_breaks_off_to_the_byte_under_its_true_length() {
    let scene = Scene::with(Options { tokens: Some(3000), ..Options::default() }).await;
    for bytes in [0, 500, 1_000_000] {
        for (kind, end) in [("truncate", End::Closed), ("stall", End::Silent)] {
            scene.set(&format!("{kind}={bytes}"));
            let heard = hear_until_stall(&scene.house, Method::GET, &scene.list, &Value::Null, bytes);
            assert_eq!(heard.header("content-length"), Some(scene.true_list.len()));
            assert!(heard.parts().1 == &scene.true_list[..bytes], "{kind}={bytes}");
            assert_eq!(heard.end, end, "{kind}={bytes}");
        }
    }
    let beyond = scene.get("truncate=1000000000");
    assert!(beyond.parts().1 == scene.true_list);

    scene.set("stall=10");
    let heard = hear_until_stall(&scene.house, Method::POST, &scene.list, &json!({"name": NAME}), 10);
    assert!(heard.parts().0.starts_with("http/1.1 201 created") && heard.parts().1.len() == 10);
    let made = scene.made().await;
    assert_eq!(made.len(), 1);

    let path = format!("/v1/project_tokens/{}", text(&made[0], "id"));
    for fault in ["truncate=5", "stall=5", "drip=1", "bom"] {
        scene.set(fault);
        let heard = hear(&scene.house, Method::PATCH, &path, &json!({}));
        assert!(heard.parts().0.starts_with("http/1.1 204 no content"), "{fault} leaves no body alone");
    }
}

#[tokio::test]
async fn a_body_can_come_byte_by_byte() {
    let scene = Scene::new().await;
    let start = Instant::now();
    let heard = scene.create("drip=1");
    let length = heard.parts().1.len();
    assert_eq!(heard.header("content-length"), Some(length));
    assert!(start.elapsed() >= Duration::from_millis(length as u64));
    let made: Value = serde_json::from_slice(heard.parts().1).unwrap();
    assert_eq!(scene.made().await, [made]);
}

#[tokio::test]
async fn what_is_not_http_and_a_header_beyond_all_bounds_go_out() {
    let scene = Scene::new().await;
    let heard = scene.get("big-header");
    assert_eq!(heard.header::<String>("x-big").unwrap().len(), 1024 * 1024);
    assert!(heard.parts().1 == scene.true_list);

    let heard = scene.create("garbage");
    assert!(!heard.bytes.is_empty() && !heard.bytes.starts_with(b"HTTP"));
    assert_eq!((heard.end, scene.made().await.len()), (End::Closed, 1));
}

#[tokio::test]
async fn the_status_of_a_success_can_be_another_and_a_refusal_stays_one() {
    let scene = Scene::new().await;
    let created = scene.create("plain-ok");
    assert!(created.parts().0.starts_with("http/1.1 200 ok"));
    let made: Value = serde_json::from_slice(created.parts().1).unwrap();
    let path = format!("/v1/project_tokens/{}", text(&made, "id"));
    let heard = hear(&scene.house, Method::PATCH, &path, &json!({}));
    assert!(heard.parts().0.starts_with("http/1.1 200 ok") && heard.parts().1.is_empty());

    scene.set("no-content-body");
    let heard = hear(&scene.house, Method::DELETE, &path, &Value::Null);
    assert!(heard.parts().0.starts_with("http/1.1 204 no content"));
    assert_eq!(heard.header("content-length"), Some(heard.parts().1.len()));
    assert!(!heard.parts().1.is_empty());
    let heard = hear(&scene.house, Method::DELETE, &path, &Value::Null);
    assert!(heard.parts().0.starts_with("http/1.1 410 gone"));
    assert_eq!(scene.made().await.len(), 0);
}

#[tokio::test]
async fn a_body_can_be_anything_but_what_it_should_be() {
    let scene = Scene::new().await;
    let body = |fault: &str| {
        let heard = scene.get(fault);
        assert!(heard.parts().0.starts_with("http/1.1 200 ok"), "{fault}");
        assert_eq!(heard.header("content-length"), Some(heard.parts().1.len()), "{fault}");
        heard.parts().1.to_vec()
    };
    let whole = scene.true_list.as_slice();
    assert_eq!(body("empty-body"), b"");
    assert_eq!(body("bom"), [b"\xef\xbb\xbf", whole].concat());
    assert_eq!(body("object"), [b"{\"items\":", whole, b"}"].concat());
    assert!(body("trailing-junk").starts_with(whole) && body("trailing-junk").len() > whole.len());
    assert_eq!(body("deep"), ["[".repeat(100_000), "]".repeat(100_000)].concat().as_bytes());
    assert!(std::str::from_utf8(&body("bad-utf8")).is_err());
    for fault in ["bad-json", "bom", "bad-utf8", "deep", "trailing-junk", "empty-body"] {
        assert!(serde_json::from_slice::<Value>(&body(fault)).is_err(), "{fault}");
    }
    scene.create("bad-json");
    assert_eq!(names(&scene.made().await), [NAME]);
}

/// The data of a chunked body, as far as it came.
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
async fn a_body_can_go_on_for_ever() {
    let scene = Scene::new().await;
    let data = |fault: &str| {
        scene.set(fault);
        let heard = hear_some(&scene.house, &scene.list, 3_000_000);
        assert_eq!(heard.end, End::More);
        let data = unchunk(heard.parts().1);
        assert!(data.len() > 2_000_000);
        (heard, data)
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

    let (heard, bomb) = data("gzip-bomb");
    assert_eq!(heard.header::<String>("content-encoding").unwrap(), "gzip");
    // Checked against a real unpacker; 13 bytes of it are 8 times 258 spaces.
    assert_eq!(bomb[..12], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff, 0x52, 0x18]);
    assert!(bomb[12..].windows(14).step_by(997).all(|window| window[0] == window[13]));
}
