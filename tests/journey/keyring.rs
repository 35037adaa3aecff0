//! Desktops whose keyring is missing, locked or silent: each is told in its own words with the next step, and the
//! bearer can be used for this session.

use std::ffi::OsStr;

use calyptia_sandbox::Sandbox;
use secrecy::ExposeSecret as _;

use crate::{
    bus::Bus,
    place::{DESKTOP, PROJECT, Place, complaints, files_with, step, until_rows},
    window::Theme,
};

#[tokio::test]
#[ignore = "needs a display of its own: script/desktop"]
async fn k1_without_a_keyring_the_reason_is_told_and_the_session_works() {
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
        window.type_into("Your bearer", sandbox.bearer().expose_secret()).await;
        window.click("button", "Test and connect").await;
        window.wait_for_text(words).await;
        window.screenshot(&format!("keyring-{what}")).await;

        step("trying again tells the same; for this session it works, and nothing is written of it");
        window.click("button", "Try again").await;
        window.wait_for_text(words).await;
        window.click("button", "Use it for this session only").await;
        window.click("button", PROJECT).await;
        until_rows(&window, |rows| rows.len() > 5).await;
        window.wait_for_text("This session only").await;
        let output = window.close().await;
        let bearer = sandbox.bearer().expose_secret();
        assert!(!output.contains(bearer) && files_with(&place.folder, bearer).is_empty());
        assert_eq!(complaints(&output), Vec::<String>::new());
    }
}
