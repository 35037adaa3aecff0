//! The main job: connect, list, create, copy, close, open again, still connected, sign out.

use std::path::PathBuf;

use calyptia_sandbox::{Method, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    place::{
        DESKTOP, PROJECT, Place, address_of, client_beside, complaints, files_with, in_keyring, listed,
        project_of, sent, step, until_rows,
    },
    window::{Theme, within},
};

const NAME: &str = "edge-agent-ap";

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn connect_list_create_copy_and_still_be_connected_after_a_restart() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let bearer = sandbox.bearer_token().expose_secret().to_owned();
    let project = project_of(&sandbox);
    let server_side = client_beside(&sandbox);
    let mut clipboard = arboard::Clipboard::new().unwrap();

    step("open the app: the Welcome screen suggests the server from CALYPTIA_CLOUD_URL");
    let window = place.open(Theme::Light, "first.log", &sandbox.url()).await;
    let address = window.find("input[type=url]", "Server address").await;
    assert_eq!(address.prop("value").await.unwrap().as_deref(), Some(sandbox.url().as_str()));
    window.screenshot("welcome").await;
    window.check_surroundings().await;

    step("paste a project token by mistake: the form says so, and nothing is sent");
    let listed = listed(&server_side, project).await;
    let some_token = server_side.token(&listed[0].0).await.unwrap().value;
    clipboard.set_text(some_token.unwrap().secret().expose_secret()).unwrap();
    window.click("input", "Bearer token").await;
    window.press_with_control('v').await;
    window.wait_for_text("project token").await;
    window.screenshot("wrong-credential").await;

    step("paste the bearer token: Rust reads the clipboard, the page learns whose it is");
    clipboard.set_text(format!("Authorization: Bearer {bearer}\n")).unwrap();
    window.click("input", "Bearer token").await;
    window.press_with_control('v').await;
    window.wait_for_text("ana@acme.example").await;
    assert!(!window.source().await.contains(&bearer));
    window.screenshot("pasted").await;

    step("connect, then choose a project by its name");
    window.connect_to_new_server().await;
    window.find("button", PROJECT).await;
    window.screenshot("projects").await;
    window.click("button", PROJECT).await;

    step("see the tokens: all of them, newest first");
    window.wait_for_text(&format!("{} tokens", listed.len())).await;
    let rows = window.rows().await;
    assert!(rows[0].starts_with(&listed[0].1), "{rows:?}");
    window.wait_for_text("Bearer token in keyring").await;
    window.wait_for_text("Signed in as ana@acme.example").await;
    window.screenshot("tokens").await;

    step("an empty list of permissions reads “Full access”");
    window.type_into("Filter tokens", "default").await;
    window.wait_for_text("of ").await;
    let default = until_rows(&window, |rows| rows.len() == 1).await;
    assert!(default[0].starts_with("default") && default[0].contains("Full access"), "{default:?}");
    window.type_into("Filter tokens", "no such token").await;
    window.wait_for_text("Nothing matches").await;
    window.screenshot("no-match").await;
    window.click("button", "Clear").await;
    until_rows(&window, |rows| rows.len() > 1).await;

    step("sort by name and back");
    window.click("button", "Name").await;
    let by_name = until_rows(&window, |rows| !rows[0].starts_with(&listed[0].1)).await;
    let names: Vec<_> = by_name.iter().map(|row| row.to_lowercase()).collect();
    assert!(names.is_sorted(), "{names:?}");
    window.click("button", "Created").await;
    until_rows(&window, |rows| rows[0].starts_with(&listed[0].1)).await;

    step("try to create a token without permissions: nothing is sent");
    window.press_with_control('n').await;
    window.type_into("Name", NAME).await;
    window.click("input[type=checkbox]", "Read").await;
    window.click("button", "Create token").await;
    window.wait_for_text("Select at least one").await;
    window.screenshot("nothing-ticked").await;
    assert_eq!(sent(&sandbox, &Method::POST), 0);

    step("create a token that can read and update");
    window.click("label", "Team").await;
    window.wait_for_text("It can read and update").await;
    window.screenshot("create").await;
    window.click("button", "Create token").await;
    window.wait_for_text("Token created").await;
    window.screenshot("created").await;
    assert_eq!(sent(&sandbox, &Method::POST), 1);

    step("copy and close: the clipboard holds the value, the page never did");
    window.click("button", "Copy and close").await;
    window.wait_for_text("Copied").await;
    let created = crate::place::listed(&server_side, project).await;
    assert_eq!(created[0].1, NAME);
    let token = server_side.token(&created[0].0).await.unwrap();
    assert_eq!(
        token.permissions.iter().flatten().map(ToString::to_string).collect::<Vec<_>>(),
        ["read:*", "update:*"]
    );
    let value = token.value.as_ref().unwrap().secret().expose_secret().to_owned();
    assert_eq!(clipboard.get_text().unwrap(), value);
    assert!(!window.source().await.contains(&value));
    let rows = until_rows(&window, |rows| rows[0].starts_with(NAME)).await;
    assert!(rows[0].contains(&value[value.len() - 6..]), "{rows:?}");
    window.screenshot("copied").await;
    window.check_surroundings().await;

    step("copy it as a Kubernetes Secret: the clipboard holds all of it, the page all but the value");
    window.choose_in_row(NAME, "Copy as…").await;
    let form = window.find("select", "Copy as").await;
    within("choosing", form.select_by_label("Kubernetes Secret")).await.expect("an option");
    window.wait_for_text("kind: Secret").await;
    window.screenshot("copy-as").await;
    window.check_surroundings().await;
    window.click("button", "Copy and close").await;
    window.wait_until_gone("kind: Secret").await;
    let manifest = clipboard.get_text().unwrap();
    assert!(manifest.contains(&format!("  name: \"{NAME}\"\n")), "its name");
    assert!(manifest.ends_with(&format!("  CALYPTIA_CLOUD_TOKEN: \"{value}\"\n")), "its value");
    assert!(!window.source().await.contains(&value));

    step("the keyring holds the bearer token, under the service and user the documentation names");
    assert_eq!(in_keyring(&sandbox.url()), bearer);

    step("close the app");
    let mut output = window.close().await;

    step("open it again, dark this time: still connected, same project");
    let window = place.open(Theme::Dark, "second.log", &sandbox.url()).await;
    window.wait_for_text(&format!("{} tokens", listed.len() + 1)).await;
    let rows = until_rows(&window, |rows| !rows.is_empty()).await;
    assert!(rows[0].starts_with(NAME), "{rows:?}");
    window.screenshot("tokens").await;
    window.press_with_control('n').await;
    window.type_into("Name", "ci-deploy-preview").await;
    window.click("label", "Full access").await;
    window.screenshot("create").await;
    window.click("button", "Cancel").await;

    step("the server goes away: the last list stays, and says how old it is");
    drop(sandbox);
    window.click("button", "Refresh").await;
    window.wait_for_text("The server isn’t accepting connections").await;
    assert!(window.rows().await[0].starts_with(NAME));
    window.screenshot("offline").await;

    step("sign out: the credential leaves the keyring");
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", "Sign out").await;
    window.wait_for_text("remove your bearer token from the keyring").await;
    window.screenshot("sign-out").await;
    window.click("button.danger", "Sign out").await;
    window.find("button", "Connect").await;
    window.screenshot("welcome").await;
    assert_eq!(in_keyring(&address_of(&server_side)), "");

    step("try the sample data inside the app");
    window.click("button", "Try it with sample data").await;
    window.click("button", PROJECT).await;
    window.wait_for_text("Sample data").await;
    until_rows(&window, |rows| rows.len() > 5).await;
    window.check_surroundings().await;
    output += &window.close().await;

    step("control: a warning and a forbidden request do show up as complaints");
    let window = place.open(Theme::Light, "control.log", &address_of(&server_side)).await;
    window.find("h1, button", "").await;
    window.provoke_complaints().await;
    if let Some(faults) = window.accessibility_faults().await {
        assert!(faults.to_string().contains("image-alt"), "{faults}");
    }
    let provoked = complaints(&window.close().await);
    assert!(provoked.iter().any(|line| line.contains("a warning")), "{provoked:?}");
    assert!(provoked.iter().any(|line| line.contains("Content Security Policy")), "{provoked:?}");

    step("no secret in the app's files and logs, no complaint in the page's console");
    for secret in [&bearer, &value] {
        assert!(!output.contains(secret.as_str()), "a secret is in the log");
        assert_eq!(files_with(&place.folder, secret), Vec::<PathBuf>::new());
    }
    // The control: the sweep does find what the app writes.
    assert_eq!(files_with(&place.folder.join("config"), "\"credential\": \"sample\"").len(), 1);
    assert_eq!(complaints(&output), Vec::<String>::new());
    step(&format!("done; screenshots are in {}", place.screenshots.display()));
}
