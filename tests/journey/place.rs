//! What every journey needs: folders of its own, a connected window, and a look at what was left behind.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use calyptia_api::{BearerToken, Client, Server, TokenId};
use calyptia_sandbox::{Method, Running};
use secrecy::ExposeSecret as _;
use uuid::Uuid;

use crate::window::{Theme, Window, within};

pub const PROJECT: &str = "Acme / production";

/// The display, its clipboard and the keyring are there once.
pub static DESKTOP: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// What the page's console said: WebKit writes each message behind this word.
pub fn complaints(output: &str) -> Vec<String> {
    output.lines().filter(|line| line.starts_with("CONSOLE ")).map(str::to_owned).collect()
}

/// The folders the app may write to.
pub struct Place {
    pub folder: PathBuf,
    pub screenshots: PathBuf,
    _kept: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        let kept = tempfile::tempdir().unwrap();
        let screenshots = std::env::var_os("JOURNEY_SCREENSHOTS")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/journey"), PathBuf::from);
        Self { folder: kept.path().to_owned(), screenshots, _kept: kept }
    }

    /// The variables that lead the app to these folders.
    pub fn environment(&self) -> [(&'static str, PathBuf); 3] {
        [("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")]
            .map(|(name, folder)| (name, self.folder.join(folder)))
    }

    pub async fn open(&self, theme: Theme, log: &str, server: &str) -> Window {
        self.open_with(theme, log, server, &[]).await
    }

    /// The same, in an environment that differs from the usual one by these variables.
    pub async fn open_with(&self, theme: Theme, log: &str, server: &str, more: &[(&str, &OsStr)]) -> Window {
        let folders = self.environment();
        let mut environment = vec![("CALYPTIA_CLOUD_URL", OsStr::new(server))];
        environment.extend(folders.iter().map(|(name, folder)| (*name, folder.as_os_str())));
        environment.extend(more);
        let theme = match (theme, std::env::var("JOURNEY_THEME").as_deref()) {
            (Theme::FromFile, _) => theme,
            (_, Ok("light")) => Theme::Light,
            (_, Ok("dark")) => Theme::Dark,
            _ => theme,
        };
        Window::open(theme, self.folder.join(log), &self.screenshots, &environment).await
    }

    /// A window that shows the tokens of [`PROJECT`], signed in for this session only.
    pub async fn connected(&self, theme: Theme, log: &str, sandbox: &Running) -> Window {
        let window = self.open(theme, log, &sandbox.url()).await;
        window.click("label", "Keep for this session only").await;
        window.type_into("Bearer token", sandbox.bearer_token().expose_secret()).await;
        window.connect_to_new_server().await;
        window.click("button", PROJECT).await;
        window.wait_for_text("updated").await;
        window
    }
}

pub fn step(text: &str) {
    println!("· {text}");
}

pub async fn until_rows(window: &Window, wanted: impl Fn(&[String]) -> bool) -> Vec<String> {
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
pub async fn listed(client: &Client, project: Uuid) -> Vec<(TokenId, String)> {
    let mut tokens = client.tokens(project);
    let mut all = Vec::new();
    while let Some(batch) = tokens.next_batch().await.unwrap() {
        all.extend(batch.into_iter().map(|token| (token.id, token.name)));
    }
    all
}

/// How many requests of a kind the sandbox has had.
pub fn sent(sandbox: &Running, wanted: &Method) -> usize {
    sandbox.requests().iter().filter(|(method, _)| method == wanted).count()
}

pub fn address_of(client: &Client) -> String {
    client.server().to_string()
}

pub fn in_keyring(account: &str) -> String {
    let found = Command::new("timeout")
        .args(["10", "secret-tool", "lookup", "service", "calyptia-tokens", "username", account])
        .output()
        .unwrap();
    String::from_utf8(found.stdout).unwrap().trim_end().to_owned()
}

/// The files under a folder whose bytes hold a text.
pub fn files_with(folder: &Path, text: &str) -> Vec<PathBuf> {
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

/// The user's own client, beside the app.
pub fn client_beside(sandbox: &Running) -> Client {
    let bearer = BearerToken::parse(sandbox.bearer_token().expose_secret()).unwrap();
    Client::new(Server::parse(&sandbox.url()).unwrap(), bearer).unwrap()
}

/// The project the window shows.
pub fn project_of(sandbox: &Running) -> Uuid {
    sandbox.projects().into_iter().find(|(_, name)| name == PROJECT).unwrap().0
}

/// Sets these faults in place of the ones before.
pub fn set_faults(sandbox: &Running, faults: &[&str]) {
    sandbox.set_faults(faults.iter().map(|fault| fault.parse().unwrap()).collect());
}
