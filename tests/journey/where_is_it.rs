//! Where a token is: found in the files of a folder, plain and in a Secret, and revoked from there. The page learns places, and neither
//! a path of its own choice nor a value.

use std::{fs, os::unix::fs::symlink, process::Command};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use calyptia_api::{NewToken, Permission};
use calyptia_sandbox::{Method, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    native,
    place::{DESKTOP, Place, client_beside, complaints, listed, project_of, sent, step, until_rows},
    window::Theme,
};

const NAME: &str = "in-two-files";

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a_token_is_found_in_files_and_revoked_from_there() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let client = client_beside(&sandbox);
    let project = project_of(&sandbox);
    let new = NewToken::new(NAME, vec![Permission::Read]).unwrap();
    let value = client.create_token(project, &new).await.unwrap().value.unwrap();
    let value = value.secret().expose_secret();

    let folder = place.folder.join("work");
    let outside = place.folder.join("outside");
    fs::create_dir_all(folder.join("k8s")).unwrap();
    fs::create_dir(&outside).unwrap();
    fs::write(folder.join(".env"), format!("A=1\nCALYPTIA_CLOUD_TOKEN={value}\n")).unwrap();
    let data = BASE64_STANDARD.encode(format!("{value}\n"));
    fs::write(folder.join("k8s/secrets.yaml"), format!("items:\n- data:\n    token: {data}\n")).unwrap();
    fs::write(outside.join("other.env"), value).unwrap();
    symlink(&outside, folder.join("link")).unwrap();
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().unwrap().success());

    let window = place.connected(Theme::Light, "where-is-it.log", &sandbox).await;
    until_rows(&window, |rows| rows[0].starts_with(NAME)).await;

    step("whoever chooses nothing is back in the dialog");
    let before = sandbox.requests().len();
    window.click("button", "Find in files").await;
    window.wait_for_text("Nothing leaves this computer").await;
    window.click("button", "Choose files").await;
    native::Dialog::open().await.press(&[native::ESCAPE]).await;
    native::Dialog::gone().await;

    step("a folder: both places, and neither the link nor the pipe");
    window.click("button", "Choose a folder").await;
    let dialog = native::Dialog::open().await;
    // A slash opens the field for a path.
    let path = folder.to_str().unwrap();
    dialog.press(&path.chars().map(u32::from).collect::<Vec<_>>()).await;
    dialog.confirm().await;
    window.wait_for_text("Found 1 token").await;
    window.wait_for_text(".env, line 2").await;
    window.wait_for_text("k8s/secrets.yaml, line 3").await;
    window.wait_for_text("1 link wasn’t followed.").await;
    window.screenshot("find-in-files").await;
    assert_eq!(sandbox.requests().len(), before, "nothing is sent");
    let source = window.source().await;
    assert!(!source.contains(value) && !source.contains(&data) && !source.contains("other.env"));

    step("revoke it from there: the result says so");
    window.press_button(&format!("Revoke {NAME}")).await;
    window.wait_for_text("Revoke this token?").await;
    window.click("button.danger", "Revoke").await;
    window.wait_for_text("Not in the list").await;
    assert!(listed(&client, project).await.iter().all(|(_, name)| name != NAME));
    assert_eq!(sent(&sandbox, &Method::DELETE), 1);
    window.click("button", "Close").await;
    window.wait_until_gone("Find tokens in files").await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
