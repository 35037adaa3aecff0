//! Replacing a token without an outage: its successor is created and copied, the app is closed and opened again, and then the old
//! token is revoked and its name passed on. Each step is one request.

use std::fs;

use calyptia_api::{NewToken, Permission};
use calyptia_sandbox::{Method, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    place::{
        DESKTOP, PROJECT, Place, client_beside, complaints, files_with, listed, project_of, sent, step,
        until_rows,
    },
    window::Theme,
};

const NAME: &str = "edge-rotated";
const SUCCESSOR: &str = "edge-rotated (new)";

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a_token_is_rotated_across_a_restart_with_one_request_for_each_step() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let client = client_beside(&sandbox);
    let project = project_of(&sandbox);
    let new = NewToken::new(NAME, vec![Permission::Read, Permission::Update]).unwrap();
    let old = client.create_token(project, &new).await.unwrap().id.to_string();
    let posts = sent(&sandbox, &Method::POST);

    step("rotate it: a second token of the same permissions is created and copied");
    let window = place.open(Theme::Light, "rotation.log", &sandbox.url()).await;
    window.type_into("Bearer token", sandbox.bearer_token().expose_secret()).await;
    window.connect_to_new_server().await;
    window.click("button", PROJECT).await;
    until_rows(&window, |rows| rows[0].starts_with(NAME)).await;
    window.choose_in_row(NAME, "Rotate").await;
    window.wait_for_text("keeps working until you revoke it").await;
    window.screenshot("rotate").await;
    window.click("button", "Create token").await;
    window.wait_for_text("Token created").await;
    window.screenshot("rotate-created").await;
    window.click("button", "Copy and close").await;
    window.wait_for_text("Copied").await;
    let successor = listed(&client, project).await.into_iter().find(|(_, name)| name == SUCCESSOR).unwrap().0;
    let made = client.token(&successor).await.unwrap();
    assert_eq!(made.permissions.unwrap(), [Permission::Read, Permission::Update]);
    let value = made.value.unwrap().secret().expose_secret().to_owned();
    assert_eq!(arboard::Clipboard::new().unwrap().get_text().unwrap(), value);

    step("both rows say so, and the settings hold two ids");
    window.wait_for_text(&format!("replaced by {SUCCESSOR}")).await;
    window.wait_for_text(&format!("replaces {NAME}")).await;
    window.screenshot("rotate-pair").await;
    let file = place.folder.join("config/io.github.calyptia-tokens/settings.json");
    let settings = fs::read_to_string(&file).unwrap();
    assert!(settings.contains(&old) && settings.contains(&successor.to_string()));
    assert!(!settings.contains(NAME), "no names");
    let mut output = window.close().await;

    step("after a restart, too");
    let window = place.open(Theme::Dark, "rotation-again.log", &sandbox.url()).await;
    window.wait_for_text(&format!("replaced by {SUCCESSOR}")).await;

    step("it is out of use: revoke it, and pass on its name");
    // Its own row only: both names begin alike.
    window.type_into("Filter tokens", &old).await;
    until_rows(&window, |rows| rows.len() == 1).await;
    window.choose_in_row(NAME, "No longer used").await;
    window.wait_for_text("Revoke this token once nothing uses it anymore").await;
    window.screenshot("rotate-revoke").await;
    window.click("button.danger", "Revoke").await;
    window.wait_for_text("and renamed").await;
    window.click("button", "Clear").await;
    let rows = until_rows(&window, |rows| rows.len() > 1).await;
    assert!(rows[0].starts_with(NAME), "{rows:?}");
    assert!(!window.shows("replace").await, "nothing is left to do");
    let named: Vec<_> = listed(&client, project).await.into_iter().filter(|(_, name)| name == NAME).collect();
    assert_eq!(named, [(successor.clone(), NAME.to_owned())]);
    assert!(!fs::read_to_string(&file).unwrap().contains(&successor.to_string()));

    let requests = [Method::POST, Method::DELETE, Method::PATCH].map(|method| sent(&sandbox, &method));
    assert_eq!(requests, [posts + 1, 1, 1]);
    output += &window.close().await;
    assert_eq!(files_with(&place.folder, &value), Vec::<std::path::PathBuf>::new());
    assert_eq!(complaints(&output), Vec::<String>::new());
}
