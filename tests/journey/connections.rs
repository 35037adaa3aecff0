//! Several servers and people: adding, switching by keys, renaming, a bearer that ends, locking, forgetting. And a clock
//! that is off.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use calyptia_sandbox::{Options, Running, Sandbox};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::{
    place::{DESKTOP, PROJECT, Place, complaints, in_keyring, set_faults, step, until_rows},
    window::{Theme, Window, within},
};

/// A bearer that reads like the service's own.
fn bearer(email: &str, lasts: Duration) -> SecretString {
    let ends = SystemTime::now() + lasts;
    let ends = ends.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let part = |json: serde_json::Value| {
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(serde_json::to_vec(&json).unwrap())
    };
    let claims = json!({ "https://cloud.calyptia.com/email": email, "exp": ends });
    format!("{}.{}.c2lnbmF0dXJl", part(json!({ "alg": "RS256" })), part(claims)).into()
}

async fn serve(email: &str, lasts: Duration) -> Running {
    let options = Options { bearer_token: Some(bearer(email, lasts)), ..Options::default() };
    Sandbox::new(options).serve(0).await.unwrap()
}

async fn fill_in(window: &Window, sandbox: &Running) {
    window.find("select", "Server").await;
    // The preset may be the other sandbox's.
    let shown = window.shows("Server address").await;
    assert!(shown, "an address of one's own is suggested");
    window.type_into("Server address", &sandbox.url()).await;
    window.type_into("Bearer token", sandbox.bearer_token().expose_secret()).await;
    window.connect_to_new_server().await;
    window.click("button", PROJECT).await;
    window.wait_for_text("updated").await;
}

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m8_several_connections_live_beside_each_other_and_a_clock_that_is_off_is_shown() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let first = serve("ana@acme.example", 8 * HOUR).await;
    let second = serve("ana@lab.example", 3 * HOUR).await;
    let window = place.open(Theme::Light, "connections.log", &first.url()).await;
    fill_in(&window, &first).await;

    step("add a second connection over the first");
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", "Add a connection").await;
    window.find("button", "Back").await;
    window.screenshot("add-connection").await;
    fill_in(&window, &second).await;
    window.wait_for_text("Signed in as ana@lab.example").await;

    step("rename both");
    window.click("button", &format!("Project {PROJECT}")).await;
    for (name, to) in [(host(&first), "Acme EU"), (host(&second), "Lab")] {
        window.click("button", &format!("More actions for {name}")).await;
        window.click("[role=menuitem]", "Rename").await;
        window.type_into("Connection name", to).await;
        if to == "Lab" {
            window.screenshot("rename-connection").await;
        }
        window.type_text("\u{e007}").await;
        window.find("button", &format!("More actions for {to}")).await;
    }
    window.screenshot("connections").await;
    window.click("button", "More actions for Acme EU").await;
    window.screenshot("connection-menu").await;

    step("Esc closes the menu, and only the menu");
    window.type_text("\u{e00c}").await;
    window.find("button", "More actions for Lab").await;
    window.type_text("\u{e00c}").await;

    step("switch by keys");
    window.press_with_control('1').await;
    window.wait_for_text("Signed in as ana@acme.example").await;
    window.wait_for_text("Acme EU").await;
    until_rows(&window, |rows| rows.len() > 5).await;

    step("a switch that waits can be stopped, and leads back");
    set_faults(&second, &["GET:hang"]);
    window.press_with_control('2').await;
    window.wait_for_text("Connecting to Lab").await;
    window.screenshot("switching").await;
    window.click("button", "Cancel").await;
    window.wait_for_text("Signed in as ana@acme.example").await;
    set_faults(&second, &[]);

    step("M8: a clock that is off by a day is told");
    set_faults(&first, &["clock=86400"]);
    window.click("button", "Refresh").await;
    window.wait_for_text("Clock 24 hours slow").await;
    window.screenshot("clock").await;
    set_faults(&first, &[]);
    window.click("button", "Refresh").await;
    window.wait_until_gone("ages of tokens are off").await;

    step("lock: nothing is on screen; unlocking reads the keyring");
    window.press_with_control('l').await;
    window.wait_for_text("Acme EU is locked").await;
    assert!(window.rows().await.is_empty());
    window.screenshot("locked").await;
    window.click("button", "Unlock").await;
    until_rows(&window, |rows| rows.len() > 5).await;

    step("the settings");
    window.press_with_control(',').await;
    window.wait_for_text("Lock automatically after").await;
    window.screenshot("settings").await;
    window.click("button", "Close").await;

    step("close and open: both are there, the one used last is in use");
    let mut output = window.close().await;
    let window = place.open(Theme::Dark, "connections-2.log", &first.url()).await;
    window.wait_for_text("Signed in as ana@acme.example").await;
    assert_eq!(in_keyring(&second.url()), second.bearer_token().expose_secret());

    step("forget the second: its entry leaves the keyring");
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", "More actions for Lab").await;
    window.click("[role=menuitem]", "Forget").await;
    window.wait_for_text("remove its bearer token from the keyring").await;
    window.screenshot("forget-connection").await;
    window.click("button.danger", "Forget").await;
    within("the entry's end", async {
        while !in_keyring(&second.url()).is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    window.wait_until_gone("Lab").await;
    window.screenshot("connections").await;
    window.type_text("\u{e00c}").await;
    window.check_surroundings().await;
    output += &window.close().await;

    for secret in [first.bearer_token(), second.bearer_token()] {
        assert!(!output.contains(secret.expose_secret()));
    }
    assert_eq!(complaints(&output), Vec::<String>::new());
}

fn host(sandbox: &Running) -> String {
    sandbox.url().trim_start_matches("http://").to_owned()
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a_bearer_that_is_about_to_end_is_renewed_over_the_work_in_hand() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = serve("ana@acme.example", Duration::from_secs(2 * 60 + 20)).await;
    let window = place.connected(Theme::Light, "ending.log", &sandbox).await;

    step("the end is near: the status bar counts, in amber, and offers the way on");
    window.find("button", "Sign in again").await;
    window.screenshot("bearer-ends").await;

    step("two minutes before, a sheet asks over the dialog that is open");
    window.press_with_control('n').await;
    window.type_into("Name", "edge-agent-ap").await;
    window.wait_for_text("Paste a new one to keep working").await;
    window.screenshot("bearer-ends-sheet").await;
    window.click("button", "Later").await;
    window.wait_for_text("What can it do?").await;
    let name = window.find("input", "Name").await;
    assert_eq!(name.prop("value").await.unwrap().as_deref(), Some("edge-agent-ap"));
    window.click("button", "Cancel").await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
