//! One run through every flow with a bearer and tokens that are looked for afterwards: they are where they must be, and
//! nowhere else.

use std::{ffi::OsStr, path::PathBuf};

use calyptia_sandbox::Sandbox;
use secrecy::ExposeSecret as _;

use crate::{
    place::{
        DESKTOP, PROJECT, Place, client_beside, files_with, in_keyring, listed, project_of, set_faults, step,
        until_rows,
    },
    processes,
    sweep::{in_arguments, in_memory, windows},
    window::{Theme, Window},
};

const NAME: &str = "canary-of-the-page";

/// A secret and what may be left of it: its halves, and the usual encodings.
fn forms(secret: &str) -> [String; 5] {
    let (first, second) = secret.split_at(secret.len() / 2);
    let hexadecimal = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    // Without the ends, which depend on what is around it.
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, secret);
    [secret.to_owned(), first.to_owned(), second.to_owned(), hexadecimal, base64]
}

async fn paste_bearer(window: &Window, clipboard: &mut arboard::Clipboard, bearer: &str) {
    clipboard.set_text(format!("Bearer {bearer}")).unwrap();
    window.click("input", "Bearer token").await;
    window.press_with_control('v').await;
    window.wait_for_text("Bearer token pasted").await;
    clipboard.set_text("something else").unwrap();
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p6_secrets_are_where_they_must_be_and_nowhere_else() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let bearer = sandbox.bearer_token().expose_secret().to_owned();
    let beside = client_beside(&sandbox);
    let project = project_of(&sandbox);
    let mut clipboard = arboard::Clipboard::new().unwrap();

    step("connect with a pasted bearer, kept in the keyring");
    // Temporary files are swept, too.
    let temporary = place.folder.join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let trace = [("CALYPTIA_LOG", OsStr::new("trace")), ("TMPDIR", temporary.as_os_str())];
    let window = place.open_with(Theme::Light, "canary.log", &sandbox.url(), &trace).await;
    paste_bearer(&window, &mut clipboard, &bearer).await;
    window.connect_to_new_server().await;
    window.click("button", PROJECT).await;
    until_rows(&window, |rows| rows.len() > 5).await;

    step("create, copy, edit, revoke");
    window.press_with_control('n').await;
    window.type_into("Name", NAME).await;
    window.click("button", "Create token").await;
    window.wait_for_text("Token created").await;
    window.click("button", "Copy and close").await;
    window.wait_for_text("Copied").await;
    let all = listed(&beside, project).await;
    let mut values = Vec::new();
    for (id, _) in &all {
        values.push(beside.token(id).await.unwrap().value.unwrap().secret().expose_secret().to_owned());
    }
    assert_eq!(clipboard.get_text().unwrap(), values[0], "the control: the copy holds the first one's value");
    clipboard.set_text("something else").unwrap();
    let other = &all[1].1;
    window.choose_in_row(other, "Copy").await;
    window.wait_for_text("Copied").await;
    clipboard.set_text("something else").unwrap();
    window.choose_in_row(other, "Copy as").await;
    window.find("select", "Copy as").await;
    window.click("button", "Copy and close").await;
    window.wait_for_text("Copied").await;
    clipboard.set_text("something else").unwrap();
    window.choose_in_row(other, "Edit").await;
    window.type_into("Name", "renamed").await;
    window.click("button", "Save").await;
    window.wait_for_text("renamed").await;
    window.choose_in_row("renamed", "Revoke").await;
    window.click("button.danger", "Revoke").await;
    window.wait_until_gone("renamed").await;

    step("bad days: errors of all kinds, an answer lost");
    for faults in [&["status=500,body=html"][..], &["bad-json"], &["truncate=300"], &["garbage"], &["refuse"]]
    {
        set_faults(&sandbox, faults);
        window.click("button", "Refresh").await;
        window.wait_for_text("Try again").await;
    }
    set_faults(&sandbox, &["POST:reset-after@1"]);
    // The list comes back by itself: otherwise that load could meet the fault that is set for the next step.
    window.wait_for_text("updated just now").await;
    window.press_with_control('n').await;
    window.type_into("Name", "lost").await;
    window.click("button", "Create token").await;
    window.wait_for_text("Token created").await;
    window.close_uncopied().await;

    step("refused: another bearer is pasted over the work");
    set_faults(&sandbox, &["GET/tokens:status=401@1"]);
    window.click("button", "Refresh").await;
    window.wait_for_text("Sign in again").await;
    paste_bearer(&window, &mut clipboard, &bearer).await;
    window.click("button", "Sign in").await;
    window.wait_until_gone("Sign in again").await;

    step("lock, unlock");
    window.press_with_control('l').await;
    window.wait_for_text("is locked").await;
    window.click("button", "Unlock").await;
    until_rows(&window, |rows| rows.len() > 5).await;

    step("the sweep, while it runs");
    let app = window.app();
    let family = processes::family(app);
    let forms: Vec<String> =
        std::iter::once(&bearer).chain(&values).flat_map(|secret| forms(secret)).collect();
    let secrets: Vec<&str> = forms.iter().map(String::as_str).collect();
    assert_eq!(in_arguments(&family, &secrets), Vec::<&str>::new());
    assert_eq!(in_arguments(&family, &["CALYPTIA_LOG"]), ["CALYPTIA_LOG"], "the control");
    let titles = windows();
    assert!(titles.contains("Calyptia Tokens"), "the control");
    assert!(!secrets.iter().any(|secret| titles.contains(secret)));
    let pages: Vec<u32> =
        family.into_iter().filter(|pid| processes::name(*pid).starts_with("WebKit")).collect();
    assert!(pages.len() >= 2, "the page's process and the network's");
    let mut page_knows = Vec::new();
    for pid in pages {
        assert_eq!(in_memory(pid, &secrets), Vec::<&str>::new(), "{}", processes::name(pid));
        page_knows.extend(in_memory(pid, &[NAME]));
    }
    assert_eq!(page_knows, [NAME], "the control: the page's memory is what was read");
    assert_eq!(in_memory(app, &[&bearer]), [bearer.as_str()], "the control: the app itself uses it");

    assert_eq!(in_keyring(&sandbox.url()), bearer, "where it must be");

    step("network, sign out, this session only, forget");
    window.press_with_control(',').await;
    window.click("label", "No proxy").await;
    window.click("button", "Save").await;
    window.wait_for_text("Saved").await;
    window.click("button", "Close").await;
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", "Sign out").await;
    window.click("button.danger", "Sign out").await;
    window.click("label", "Keep for this session only").await;
    paste_bearer(&window, &mut clipboard, &bearer).await;
    window.click("button", "Connect").await;
    window.click("button", PROJECT).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    assert_eq!(in_keyring(&sandbox.url()), "");
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", "More actions for").await;
    window.click("[role=menuitem]", "Forget").await;
    window.click("button.danger", "Forget").await;
    window.find("button", "Connect").await;

    step("the sweep, after it ended");
    let output = window.close().await;
    assert!(output.contains("calyptia"), "the control: the log is there");
    for secret in &secrets {
        assert!(!output.contains(secret));
        assert_eq!(files_with(&place.folder, secret), Vec::<PathBuf>::new());
    }
    std::fs::write(temporary.join("control"), secrets[1]).unwrap();
    assert_eq!(files_with(&place.folder, secrets[1]).len(), 1, "the control");
}
