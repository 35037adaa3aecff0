//! Desktops whose keyring is missing, locked or silent: each is told in its own words with the next step, and the
//! bearer can be used for this session.

use std::{
    ffi::OsStr,
    time::{Duration, Instant},
};

use calyptia_sandbox::{Running, Sandbox};
use calyptia_test_support::{
    bus::Bus,
    secret_service::{Answered, Method, SecretService, Trick},
};
use secrecy::ExposeSecret as _;

use crate::{
    ending::end,
    place::{DESKTOP, PROJECT, Place, complaints, files_with, step, until_rows},
    window::{Theme, Window},
};

/// A desktop whose keyring does what it is told.
struct Odd {
    keyring: SecretService,
    place: Place,
    sandbox: Running,
    bus: Bus,
}

impl Odd {
    async fn new() -> Self {
        let bus = Bus::start();
        let keyring = SecretService::start(bus.address());
        Self { keyring, place: Place::new(), sandbox: Sandbox::sample().serve(0).await.unwrap(), bus }
    }

    async fn open(&self, theme: Theme) -> Window {
        let environment = [("DBUS_SESSION_BUS_ADDRESS", OsStr::new(self.bus.address()))];
        self.place.open_with(theme, "odd.log", &self.sandbox.url(), &environment).await
    }

    async fn connect_first(&self, window: &Window) {
        window.type_into("Bearer token", self.sandbox.bearer_token().expose_secret()).await;
        window.connect_to_new_server().await;
    }

    async fn connect(&self, window: &Window) {
        window.type_into("Bearer token", self.sandbox.bearer_token().expose_secret()).await;
        window.click("button", "Connect").await;
    }

    /// Signed in, the bearer kept; the app is closed again.
    async fn signed_in() -> Self {
        let odd = Self::new().await;
        let window = odd.open(Theme::Light).await;
        odd.connect_first(&window).await;
        window.click("button", PROJECT).await;
        window.wait_for_text("Bearer token in keyring").await;
        assert_eq!(odd.keyring.items().len(), 1);
        window.close().await;
        odd
    }
}

#[tokio::test]
#[ignore = "needs a display of its own: script/desktop"]
async fn k2_a_question_that_is_closed_leads_back_to_the_form_and_can_be_answered() {
    let _desktop = DESKTOP.lock().await;
    let odd = Odd::new().await;
    let window = odd.open(Theme::Light).await;
    odd.keyring.lock(Answered::Dismissed);
    odd.connect_first(&window).await;
    window.wait_for_text("The keyring prompt was closed").await;
    window.screenshot("keyring-dismissed").await;
    assert_eq!(odd.keyring.prompts(), 1, "it is not asked again by itself");

    step("K2: unlocked after a while, it goes on by itself");
    odd.keyring.lock(Answered::After(Duration::from_secs(2)));
    window.click("button", "Try again").await;
    window.click("button", PROJECT).await;
    window.wait_for_text("Bearer token in keyring").await;
    assert_eq!(odd.keyring.prompts(), 2);

    step("K6: a delete that fails: still signed in");
    odd.keyring.trick(Method::Delete, Trick::Refuse);
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", "Sign out").await;
    window.click("button.danger", "Sign out").await;
    window.wait_for_text("You’re still signed in").await;
    window.screenshot("keyring-delete-refused").await;
    odd.keyring.behave();
    window.click("button.danger", "Try again").await;
    window.find("button", "Connect").await;
    assert!(odd.keyring.items().is_empty());
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}

#[tokio::test]
#[ignore = "needs a display of its own: script/desktop"]
async fn k2_k7_a_keyring_that_never_answers_is_left_at_once_and_a_late_write_is_undone() {
    let _desktop = DESKTOP.lock().await;
    let odd = Odd::new().await;
    let window = odd.open(Theme::Dark).await;

    step("K7: a write that lands after Cancel is undone");
    odd.keyring.trick(Method::CreateItem, Trick::Late(Duration::from_secs(2)));
    let calls = odd.keyring.calls();
    odd.connect_first(&window).await;
    let until = Instant::now() + Duration::from_secs(20);
    while odd.keyring.calls() == calls {
        assert!(Instant::now() < until, "it never got there");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    window.click("button", "Cancel").await;
    window.find("button", "Connect").await;
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert!(odd.keyring.items().is_empty(), "nothing of it is left");

    step("K2: Cancel while it hangs leads back to the form");
    odd.keyring.trick(Method::SearchItems, Trick::Silent);
    window.click("button", "Connect").await;
    window.wait_for_text("Connecting").await;
    window.screenshot("keyring-silent").await;
    window.click("button", "Cancel").await;
    window.find("button", "Connect").await;

    step("K2: quitting while it hangs takes less than a second");
    window.click("button", "Connect").await;
    window.wait_for_text("Connecting").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let took = end(&window, "TERM").await;
    assert!(took < Duration::from_secs(1), "{took:?}");
    window.abandon().await;
}

#[tokio::test]
#[ignore = "needs a display of its own: script/desktop"]
async fn k3_k4_at_the_next_start_each_trouble_has_its_words_and_a_way_on() {
    let _desktop = DESKTOP.lock().await;
    let mut odd = Odd::signed_in().await;

    step("K3: it is not there yet; once it is, Try again works without a restart");
    odd.keyring.stop();
    let window = odd.open(Theme::Light).await;
    window.wait_for_text("No keyring is running").await;
    window.screenshot("keyring-gone").await;
    odd.keyring.start_again();
    window.click("button", "Try again").await;
    until_rows(&window, |rows| rows.len() > 5).await;
    window.close().await;

    step("K4: two items match");
    odd.keyring.put(&odd.sandbox.url(), b"another");
    let window = odd.open(Theme::Dark).await;
    window.wait_for_text("more than one entry").await;
    window.screenshot("keyring-ambiguous").await;
    window.close().await;

    step("K4: odd bytes; signing in replaces them");
    odd.keyring.clear();
    odd.keyring.put(&odd.sandbox.url(), b"\xff\xfe\x00");
    let window = odd.open(Theme::Light).await;
    window.wait_for_text("isn’t a bearer token").await;
    window.screenshot("keyring-unrecognized").await;
    odd.connect(&window).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    assert_eq!(odd.keyring.items()[0].secret, odd.sandbox.bearer_token().expose_secret().as_bytes());
    window.close().await;

    step("K4: removed elsewhere: signed out, and nothing worse");
    odd.keyring.clear();
    let window = odd.open(Theme::Light).await;
    window.wait_for_text("You’re signed out").await;
    window.find("button", "Connect").await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}

#[tokio::test]
#[ignore = "needs a display of its own: script/desktop"]
async fn k1_without_a_keyring_the_reason_is_shown_and_the_session_works() {
    let _desktop = DESKTOP.lock().await;
    let bare = Bus::start();
    for (what, bus, words, theme) in [
        ("no-bus", "unix:path=/nonexistent", "no D-Bus session bus", Theme::Light),
        ("no-provider", bare.address(), "No keyring is running", Theme::Dark),
    ] {
        let place = Place::new();
        let sandbox = Sandbox::sample().serve(0).await.unwrap();
        let log = format!("{what}.log");
        step(&format!("K1: {what}"));
        let environment = [("DBUS_SESSION_BUS_ADDRESS", OsStr::new(bus))];
        let window = place.open_with(theme, &log, &sandbox.url(), &environment).await;
        window.type_into("Bearer token", sandbox.bearer_token().expose_secret()).await;
        window.connect_to_new_server().await;
        window.wait_for_text(words).await;
        window.screenshot(&format!("keyring-{what}")).await;

        step("trying again tells the same; for this session it works, and nothing is written of it");
        window.click("button", "Try again").await;
        window.wait_for_text(words).await;
        window.click("button", "Use for this session only").await;
        window.click("button", PROJECT).await;
        until_rows(&window, |rows| rows.len() > 5).await;
        window.wait_for_text("Bearer token kept for this session").await;
        let output = window.close().await;
        let bearer = sandbox.bearer_token().expose_secret();
        assert!(!output.contains(bearer) && files_with(&place.folder, bearer).is_empty());
        assert_eq!(complaints(&output), Vec::<String>::new());
    }
}
