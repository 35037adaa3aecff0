//! The main job in the real window: connect, list, create, copy, close, open again, still connected. Beside it stand the
//! checks that need the whole app: what the keyring holds, what the files, the log and the page do not, and that the page
//! gives no reason to complain in its console.
//!
//! It tells each step and leaves screenshots in `target/journey`, or where `JOURNEY_SCREENSHOTS` says.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a test that tells what it does")]

mod plain_server;
mod window;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use calyptia_api::{Bearer, Client, Server, TokenId};
use calyptia_sandbox::{Method, Running, Sandbox};
use secrecy::ExposeSecret as _;
use uuid::Uuid;
use window::{Theme, Window, within};

const PROJECT: &str = "Acme / production";
const NAME: &str = "edge-agent-ap";

/// The display, its clipboard and the keyring are there once.
static DESKTOP: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn connect_list_create_copy_and_still_be_connected_after_a_restart() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let bearer = sandbox.bearer().expose_secret().to_owned();
    let project = sandbox.projects().into_iter().find(|(_, name)| name == PROJECT).unwrap().0;
    let server_side =
        Client::new(Server::parse(&sandbox.url()).unwrap(), Bearer::parse(&bearer).unwrap()).unwrap();
    let mut clipboard = arboard::Clipboard::new().unwrap();

    step("open the app: the Welcome screen suggests the server from CALYPTIA_CLOUD_URL");
    let window = place.open(Theme::Light, "first.log", &sandbox.url()).await;
    let address = window.find("input[type=url]", "Address of the server").await;
    assert_eq!(address.prop("value").await.unwrap().as_deref(), Some(sandbox.url().as_str()));
    window.screenshot("welcome-light").await;
    window.check_surroundings().await;

    step("paste a project token by mistake: told, and nothing is sent");
    let listed = listed(&server_side, project).await;
    let some_token = server_side.token(&listed[0].0).await.unwrap().value;
    clipboard.set_text(some_token.secret().expose_secret()).unwrap();
    window.click("input", "Your bearer").await;
    window.press_with_control('v').await;
    window.wait_for_text("project token").await;
    window.screenshot("wrong-credential-light").await;

    step("paste the bearer: Rust reads the clipboard, the page learns whose it is");
    clipboard.set_text(format!("Authorization: Bearer {bearer}\n")).unwrap();
    window.click("input", "Your bearer").await;
    window.press_with_control('v').await;
    window.wait_for_text("ana@acme.example").await;
    assert!(!window.source().await.contains(&bearer));
    window.screenshot("pasted-light").await;

    step("test and connect, then choose a project by its name");
    window.click("button", "Test and connect").await;
    window.find("button", PROJECT).await;
    window.screenshot("projects-light").await;
    window.click("button", PROJECT).await;

    step("see the tokens: all of them, newest first");
    window.wait_for_text(&format!("{} tokens", listed.len())).await;
    let rows = window.rows().await;
    assert!(rows[0].starts_with(&listed[0].1), "{rows:?}");
    window.wait_for_text("Stored in the system keyring").await;
    window.wait_for_text("Signed in as ana@acme.example").await;
    window.screenshot("tokens-light").await;

    step("an empty list of permissions reads “Full access”");
    window.type_into("Filter tokens", "default").await;
    window.wait_for_text("of ").await;
    let default = until_rows(&window, |rows| rows.len() == 1).await;
    assert!(default[0].starts_with("default") && default[0].contains("Full access"), "{default:?}");
    window.type_into("Filter tokens", "no such token").await;
    window.wait_for_text("Nothing matches").await;
    window.screenshot("no-match-light").await;
    window.click("button", "Clear").await;
    until_rows(&window, |rows| rows.len() > 1).await;

    step("sort by name and back");
    window.click("button", "Name").await;
    let by_name = until_rows(&window, |rows| !rows[0].starts_with(&listed[0].1)).await;
    let names: Vec<_> = by_name.iter().map(|row| row.to_lowercase()).collect();
    assert!(names.is_sorted(), "{names:?}");
    window.click("button", "Created").await;
    until_rows(&window, |rows| rows[0].starts_with(&listed[0].1)).await;

    step("try to create a token that may do nothing: nothing is sent");
    window.press_with_control('n').await;
    window.type_into("Name", NAME).await;
    window.click("input[type=checkbox]", "Read").await;
    window.click("button", "Create token").await;
    window.wait_for_text("Tick at least one").await;
    window.screenshot("nothing-ticked-light").await;
    assert_eq!(posts(&sandbox), 0);

    step("create a token that may read and update");
    window.click("label", "Team").await;
    window.wait_for_text("It can read and update").await;
    window.screenshot("create-light").await;
    window.click("button", "Create token").await;
    window.wait_for_text("Token created").await;
    window.screenshot("created-light").await;
    assert_eq!(posts(&sandbox), 1);

    step("copy and close: the clipboard holds the value, the page never did");
    window.click("button", "Copy and close").await;
    window.wait_for_text("Copied").await;
    let created = self::listed(&server_side, project).await;
    assert_eq!(created[0].1, NAME);
    let token = server_side.token(&created[0].0).await.unwrap();
    assert_eq!(token.permissions.iter().map(ToString::to_string).collect::<Vec<_>>(), ["read:*", "update:*"]);
    let value = token.value.secret().expose_secret().to_owned();
    assert_eq!(clipboard.get_text().unwrap(), value);
    assert!(!window.source().await.contains(&value));
    let rows = until_rows(&window, |rows| rows[0].starts_with(NAME)).await;
    assert!(rows[0].contains(&value[value.len() - 6..]), "{rows:?}");
    window.screenshot("copied-light").await;
    window.check_surroundings().await;

    step("the keyring holds the bearer, under the service and user the documentation names");
    assert_eq!(in_keyring(&sandbox.url()), bearer);

    step("close the app");
    let mut output = window.close().await;

    step("open it again, dark this time: still connected, same project");
    let window = place.open(Theme::Dark, "second.log", &sandbox.url()).await;
    window.wait_for_text(&format!("{} tokens", listed.len() + 1)).await;
    let rows = until_rows(&window, |rows| !rows.is_empty()).await;
    assert!(rows[0].starts_with(NAME), "{rows:?}");
    window.screenshot("tokens-dark").await;
    window.press_with_control('n').await;
    window.type_into("Name", "ci-deploy-preview").await;
    window.click("label", "Full access").await;
    window.screenshot("create-dark").await;
    window.click("button", "Cancel").await;

    step("the server goes away: the last list stays, and says how old it is");
    drop(sandbox);
    window.click("button", "Refresh").await;
    window.wait_for_text("Nothing answers at").await;
    assert!(window.rows().await[0].starts_with(NAME));
    window.screenshot("offline-dark").await;

    step("sign out: the credential leaves the keyring");
    window.click("button", &format!("Project {PROJECT}")).await;
    window.click("button", "Sign out").await;
    window.wait_for_text("remove your bearer from the keyring").await;
    window.screenshot("sign-out-dark").await;
    window.click("button.danger", "Sign out").await;
    window.find("button", "Test and connect").await;
    window.screenshot("welcome-dark").await;
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

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn any_server_that_follows_the_api_and_a_typed_credential_for_one_session() {
    const BEARER: &str = "typed.credential.canary";
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let server = plain_server::start(BEARER);

    step("another server: a wrong credential is told beside its field, and stays there");
    let window = place.open(Theme::Light, "typed.log", &server).await;
    window.click("label", "This session only").await;
    window.type_into("Your bearer", "wrong.credential").await;
    window.click("button", "Test and connect").await;
    window.wait_for_text("does not accept this bearer").await;

    step("the right one, typed: its only project opens by itself");
    window.type_into("Your bearer", BEARER).await;
    window.click("button", "Test and connect").await;
    window.wait_for_text("1 token").await;
    window.wait_for_text("This session only").await;
    assert!(until_rows(&window, |rows| rows.len() == 1).await[0].contains("Full access"));

    step("create a read-only token there, by keyboard alone");
    window.press_with_control('n').await;
    window.find("input", "Name").await;
    window.type_text("by-keyboard\u{E007}").await;
    window.wait_for_text("Token created").await;
    window.type_text("\u{E00C}").await;
    let rows = until_rows(&window, |rows| rows.len() == 2).await;
    assert!(rows.iter().any(|row| row.starts_with("by-keyboard") && row.contains("read")), "{rows:?}");
    window.screenshot("plain-server-light").await;
    let output = window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());

    step("the credential is nowhere, and the app asks for it again");
    assert_eq!(in_keyring(&server), "");
    assert!(!output.contains(BEARER));
    assert_eq!(files_with(&place.folder, BEARER), Vec::<PathBuf>::new());
    let window = place.open(Theme::Light, "again.log", &server).await;
    window.find("button", "Test and connect").await;
    window.close().await;
}

/// What the page's console said: WebKit writes each message behind this word.
fn complaints(output: &str) -> Vec<String> {
    output.lines().filter(|line| line.starts_with("CONSOLE ")).map(str::to_owned).collect()
}

/// The folders the app may write to.
struct Place {
    folder: PathBuf,
    screenshots: PathBuf,
    _kept: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let kept = tempfile::tempdir().unwrap();
        let screenshots = std::env::var_os("JOURNEY_SCREENSHOTS")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/journey"), PathBuf::from);
        Self { folder: kept.path().to_owned(), screenshots, _kept: kept }
    }

    async fn open(&self, theme: Theme, log: &str, server: &str) -> Window {
        let folder = |name: &str| self.folder.join(name).to_str().unwrap().to_owned();
        let (config, data, cache) = (folder("config"), folder("data"), folder("cache"));
        let environment = [
            ("CALYPTIA_CLOUD_URL", server),
            ("XDG_CONFIG_HOME", &config),
            ("XDG_DATA_HOME", &data),
            ("XDG_CACHE_HOME", &cache),
        ];
        Window::open(theme, self.folder.join(log), &self.screenshots, &environment).await
    }
}

fn step(text: &str) {
    println!("· {text}");
}

async fn until_rows(window: &Window, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
    within("the rows", async {
        loop {
            let rows = window.rows().await;
            if !rows.is_empty() && wanted(&rows) {
                return rows;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
}

/// Id and name of each token, as the server lists them.
async fn listed(client: &Client, project: Uuid) -> Vec<(TokenId, String)> {
    let mut tokens = client.tokens(project);
    let mut all = Vec::new();
    while let Some(batch) = tokens.next_batch().await.unwrap() {
        all.extend(batch.into_iter().map(|token| (token.id, token.name)));
    }
    all
}

fn posts(sandbox: &Running) -> usize {
    sandbox.requests().iter().filter(|(method, _)| *method == Method::POST).count()
}

fn address_of(client: &Client) -> String {
    client.server().to_string()
}

fn in_keyring(account: &str) -> String {
    let found = Command::new("timeout")
        .args(["10", "secret-tool", "lookup", "service", "calyptia-tokens", "username", account])
        .output()
        .unwrap();
    String::from_utf8(found.stdout).unwrap().trim_end().to_owned()
}

/// The files under a folder whose bytes hold a text.
fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_with(&path, text));
        } else if fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(text.len()).any(|piece| piece == text.as_bytes()))
        {
            found.push(path);
        }
    }
    found
}
