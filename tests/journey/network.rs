//! Servers that cannot prove who they are, proxies that fail, and the settings that help against both.

use std::fs;

use calyptia_test_support::{
    raw::{Answer, Request, Server},
    tls::Authority,
};

use crate::{
    native,
    place::{DESKTOP, Place, complaints, step, until_rows},
    window::{Theme, Window},
};

const BEARER: &str = "typed.credential.canary";
const PROJECTS: &str = r#"[{"id":"7d9f1c52-3f0e-4c5e-9a55-0f6d5a1c0b77","name":"Behind TLS"}]"#;
const TOKENS: &str =
    r#"[{"id":"a","name":"edge","permissions":["read:*"],"createdAt":"2026-01-01T00:00:00Z"}]"#;

fn api(request: &Request) -> Answer {
    Answer::json(if request.line().contains("/tokens") { TOKENS } else { PROJECTS })
}

async fn connect(window: &Window) {
    window.click("button", "Connect").await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn n9_n10_n6_a_server_is_trusted_only_for_a_reason_and_the_settings_can_give_one() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let authority = Authority::new("Acme internal");
    let server = Server::start_tls(authority.vouch_for(&["localhost"], |_| {}), api).await;
    let file = place.folder.join("acme-ca.pem");
    fs::write(&file, authority.pem()).unwrap();
    let garbage = place.folder.join("garbage.pem");
    fs::write(&garbage, "nothing to trust").unwrap();

    step("N9: a certificate that nobody here knows: refused with the reason, and nothing is sent");
    let window = place.open(Theme::Light, "network.log", &server.https_url()).await;
    window.click("label", "Keep for this session only").await;
    window.type_into("Bearer token", BEARER).await;
    window.connect_to_new_server().await;
    window.wait_for_text("doesn’t trust the issuer").await;
    window.screenshot("unknown-issuer").await;
    assert!(server.seen().requests.is_empty());

    step("N10: a file without certificates is told, and nothing changes");
    window.click("button", "Settings").await;
    window.find("button", "Save").await;
    window.choose_certificates(&garbage).await;
    window.wait_for_text("There’s no certificate in this file").await;
    window.screenshot("settings-garbage").await;

    step("N10: the authority's own certificate makes it work");
    window.choose_certificates(&file).await;
    window.click("button", "Save").await;
    native::allow().await;
    window.wait_for_text("1 certificate").await;
    window.screenshot("settings-saved").await;
    window.click("button", "Close").await;
    connect(&window).await;
    window.wait_for_text("1 token").await;
    assert!(until_rows(&window, |rows| rows.len() == 1).await[0].starts_with("edge"));
    let bearer = format!("Bearer {BEARER}");
    assert!(server.seen().requests.iter().all(|request| request.header("authorization") == Some(&bearer)));

    step("N9: without it, the connection is refused again, and the list stays");
    window.click("button", "Settings").await;
    window.click("button", "Remove").await;
    window.click("button", "Save").await;
    window.wait_for_text("Saved").await;
    window.click("button", "Close").await;
    window.click("button", "Refresh").await;
    window.wait_for_text("doesn’t trust the issuer").await;
    assert_eq!(window.rows().await.len(), 1);
    window.screenshot("unknown-issuer-list").await;

    step("N10: given again, it helps the list that is open at once");
    window.click("button", "Settings").await;
    window.find("button", "Save").await;
    window.choose_certificates(&file).await;
    window.click("button", "Save").await;
    native::allow().await;
    window.wait_for_text("Saved").await;
    window.click("button", "Close").await;
    window.wait_for_text("updated just now").await;

    step("N6: a proxy address that cannot be used is told at its field");
    window.click("button", "Settings").await;
    window.click("label", "Use this proxy").await;
    window.type_into("Proxy address", "ftp://proxy").await;
    window.click("button", "Save").await;
    window.wait_for_text("proxy address isn’t valid").await;
    window.screenshot("settings-proxy").await;
    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
    assert!(!output.contains("canary"), "{output}");

    step("N6: a dead proxy is named");
    let window = place.open(Theme::Dark, "proxy.log", "https://api.test.invalid").await;
    window.click("button", "Settings").await;
    window.click("label", "Use this proxy").await;
    window.type_into("Proxy address", "http://127.0.0.1:9").await;
    window.click("button", "Save").await;
    native::allow().await;
    window.wait_for_text("Saved.").await;
    window.screenshot("settings-proxy-saved").await;
    window.click("button", "Close").await;
    window.click("label", "Keep for this session only").await;
    window.type_into("Bearer token", BEARER).await;
    window.connect_to_new_server().await;
    window.wait_for_text("The proxy 127.0.0.1:9 can’t be reached").await;
    window.screenshot("proxy-unreachable").await;
    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
}
