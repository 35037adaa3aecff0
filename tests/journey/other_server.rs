//! A server that is not the sandbox, and a credential that is typed and kept for one session.

use std::path::PathBuf;

use crate::{
    place::{DESKTOP, Place, complaints, files_with, in_keyring, step, until_rows},
    plain_server,
    window::Theme,
};

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn any_server_that_follows_the_api_and_a_typed_credential_for_one_session() {
    const BEARER: &str = "typed.credential.canary";
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let server = plain_server::start(BEARER);

    step("another server: a wrong credential is told beside its field, and stays there");
    let window = place.open(Theme::Light, "typed.log", &server).await;
    window.click("label", "Keep for this session only").await;
    window.type_into("Bearer token", "wrong.credential").await;
    window.connect_to_new_server().await;
    window.wait_for_text("doesn’t accept this bearer token").await;

    step("the right one, typed: its only project opens by itself");
    window.type_into("Bearer token", BEARER).await;
    window.click("button", "Connect").await;
    window.wait_for_text("1 token").await;
    window.wait_for_text("Bearer token kept for this session").await;
    assert!(until_rows(&window, |rows| rows.len() == 1).await[0].contains("Full access"));

    step("create a read-only token there, by keyboard alone");
    window.press_with_control('n').await;
    window.find("input", "Name").await;
    window.type_text("by-keyboard\u{E007}").await;
    window.wait_for_text("Token created").await;
    // The first time, it says that the token is not copied yet.
    window.type_text("\u{E00C}").await;
    window.wait_for_text("You haven’t copied it yet.").await;
    window.type_text("\u{E00C}").await;
    let rows = until_rows(&window, |rows| rows.len() == 2).await;
    assert!(rows.iter().any(|row| row.starts_with("by-keyboard") && row.contains("read")), "{rows:?}");
    window.screenshot("plain-server").await;
    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());

    step("the credential is nowhere, and the app asks for it again");
    assert_eq!(in_keyring(&server), "");
    assert!(!output.contains(BEARER));
    assert_eq!(files_with(&place.folder, BEARER), Vec::<PathBuf>::new());
    let window = place.open(Theme::Light, "again.log", &server).await;
    window.find("button", "Connect").await;
    window.close().await;
}
