//! Less, and more: a leaked token revoked before anybody signs in, several narrowed to Read at once, and one raised to full access.

use calyptia_api::{NewToken, Permission};
use calyptia_sandbox::{Method, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    native,
    place::{DESKTOP, PROJECT, Place, client_beside, complaints, listed, project_of, sent, step, until_rows},
    window::Theme,
};

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a_leaked_token_is_revoked_unsigned_in_others_are_narrowed_and_one_is_raised() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let client = client_beside(&sandbox);
    let project = project_of(&sandbox);
    let mut values = Vec::new();
    for (name, permissions) in [
        ("batch-1", vec![Permission::Read, Permission::Update]),
        ("batch-2", vec![Permission::Read, Permission::Delete]),
        ("leaked", vec![Permission::Read, Permission::Delete]),
    ] {
        let new = NewToken::new(name, permissions).unwrap();
        values.push(client.create_token(project, &new).await.unwrap().value.unwrap());
    }
    let value = values[2].secret().expose_secret();
    let window = place.open(Theme::Light, "permissions.log", &sandbox.url()).await;
    let mut clipboard = arboard::Clipboard::new().unwrap();

    step("paste a project token where the bearer token belongs: nothing is sent before somebody agrees");
    let before = sandbox.requests().len();
    clipboard.set_text(format!("api_key: {value}\n")).unwrap();
    window.click("input", "Bearer token").await;
    window.press_with_control('v').await;
    window.click("button", "Check or revoke this project token").await;
    window.wait_for_text("Whose token is this?").await;
    assert_eq!(sandbox.requests().len(), before);
    window.click("button", "Check it").await;
    native::allow().await;
    window.wait_for_text("It works. Its name is leaked").await;
    window.screenshot("identify-unsigned-in").await;
    assert!(!window.source().await.contains(value));
    window.click("button", "Revoke…").await;
    window.click("button.danger", "Revoke").await;
    window.wait_for_text("The token has been revoked.").await;
    assert_eq!(sent(&sandbox, &Method::DELETE), 1);
    assert!(listed(&client, project).await.iter().all(|(_, name)| name != "leaked"));

    step("narrow several at once");
    window.click("label", "Keep for this session only").await;
    window.type_into("Bearer token", sandbox.bearer_token().expose_secret()).await;
    window.click("button", "Connect").await;
    window.click("button", PROJECT).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    window.type_into("Filter tokens", "batch-").await;
    until_rows(&window, |rows| rows.len() == 2).await;
    window.click("input[type=checkbox]", "Select all").await;
    window.click("button", "Narrow to Read").await;
    window.wait_for_text("Narrow 2 tokens to Read?").await;
    window.screenshot("narrow-many").await;
    window.click("button", "Narrow 2").await;
    window.wait_for_text("2 tokens can now only read.").await;
    assert_eq!(sent(&sandbox, &Method::PATCH), 2);
    for (id, _) in listed(&client, project).await.iter().filter(|(_, name)| name.starts_with("batch-")) {
        assert_eq!(client.token(id).await.unwrap().permissions.unwrap(), [Permission::Read]);
    }

    step("raise one to full access: that is asked about once, and sent once");
    window.choose_in_row("batch-1", "Edit").await;
    window.click("label", "Full access").await;
    window.click("button", "Save").await;
    window.wait_for_text("Give “batch-1” full access?").await;
    assert_eq!(sent(&sandbox, &Method::PATCH), 2);
    window.screenshot("raise").await;
    window.click("button", "Give full access").await;
    until_rows(&window, |rows| rows.iter().any(|row| row.contains("Full access"))).await;
    assert_eq!(sent(&sandbox, &Method::PATCH), 3);
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
