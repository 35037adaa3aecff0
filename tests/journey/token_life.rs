//! What people do with a token after it exists: find out whose one is that turned up somewhere, narrow it, revoke it with itself,
//! and take the list away as a file.

use std::fs;

use calyptia_api::{NewToken, Permission};
use calyptia_sandbox::{Method, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    native,
    place::{DESKTOP, PROJECT, Place, client_beside, complaints, listed, project_of, sent, step, until_rows},
    window::Theme,
};

const NAME: &str = "found-in-a-log";

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a_token_that_turned_up_is_identified_narrowed_and_revoked_with_itself() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let client = client_beside(&sandbox);
    let project = project_of(&sandbox);
    let permissions = [Permission::Read, Permission::Update, Permission::Delete];
    let new = NewToken::new(NAME, permissions.to_vec()).unwrap();
    let token = client.create_token(project, &new).await.unwrap();
    let value = token.value.unwrap().secret().expose_secret().to_owned();
    let window = place.connected(Theme::Light, "token-life.log", &sandbox).await;
    until_rows(&window, |rows| rows[0].starts_with(NAME)).await;
    let mut clipboard = arboard::Clipboard::new().unwrap();

    step("paste it into the filter with what stands around it: a card says whose it is, and nothing is sent");
    clipboard.set_text(format!("CALYPTIA_CLOUD_TOKEN={value}\nOTHER=1\n")).unwrap();
    window.press_with_control('f').await;
    window.press_with_control('v').await;
    window.wait_for_text("This token is in the list.").await;
    let before = sandbox.requests().len();
    assert!(!window.source().await.contains(&value));

    step("ask the server with the token itself");
    window.click("button", "Check it").await;
    window.wait_for_text("It works.").await;
    assert_eq!(sandbox.requests().len(), before + 1);
    window.screenshot("identify").await;
    window.click("button", "Close").await;
    window.wait_until_gone("Whose token is this?").await;

    step("narrow it to Read first, and take that back");
    window.choose_in_row(NAME, "Revoke").await;
    window.wait_for_text("Keeps working").await;
    window.screenshot("revoke-effects").await;
    window.click("button", "Narrow to Read").await;
    window.wait_for_text("can now only read").await;
    let narrowed = client.token(&token.id).await.unwrap().permissions.unwrap();
    assert_eq!(narrowed, [Permission::Read]);
    window.click("button", "Undo").await;
    window.wait_for_text("Restored the permissions").await;
    assert_eq!(sent(&sandbox, &Method::PATCH), 2);

    step("export what the filter shows");
    let file = place.folder.join("tokens.csv");
    window.click("button", "Export").await;
    window.click("[role=menuitem]", "CSV").await;
    let dialog = native::Dialog::open().await;
    // The dialog has selected the name that it proposes, up to its ending.
    let path = file.with_extension("");
    let path = path.to_str().unwrap();
    dialog.press(&path.chars().map(u32::from).collect::<Vec<_>>()).await;
    dialog.press(&[native::ENTER]).await;
    native::Dialog::gone().await;
    window.wait_for_text("Exported 1 token").await;
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(&format!("\"{NAME}\",\"read:* update:* delete:*\"")), "{text}");
    assert!(!text.contains(&value[value.len() - 6..]), "no part of the value");

    step("where the list does not have it: ask about its id, then revoke it with itself");
    let other = sandbox.projects().into_iter().find(|(id, _)| *id != project).unwrap().1;
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", &other).await;
    window.wait_until_gone(NAME).await;
    clipboard.set_text(token.id.to_string()).unwrap();
    window.press_with_control('f').await;
    window.press_with_control('v').await;
    window.wait_for_text("No token in this list has this ID.").await;
    window.click("button", "Check it").await;
    window.wait_for_text("There is such a token. Its name is").await;
    window.screenshot("identify-id").await;
    window.click("button", "Close").await;
    clipboard.set_text(value.clone()).unwrap();
    window.press_with_control('f').await;
    window.press_with_control('v').await;
    window.wait_for_text("It belongs to another of your projects").await;
    window.click("button", "Revoke…").await;
    window.screenshot("revoke-with-itself").await;
    window.click("button.danger", "Revoke").await;
    window.wait_for_text("The token has been revoked.").await;
    assert_eq!(sent(&sandbox, &Method::DELETE), 1);
    assert!(listed(&client, project).await.iter().all(|(_, name)| name != NAME));
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
