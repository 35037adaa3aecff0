//! The app's window, connected and at rest on a project of a handful of tokens: where most figures start.

use std::{ffi::OsStr, path::PathBuf, time::Duration};

use fantoccini::wd::TimeoutConfiguration;
use serde_json::{Value, json};

use crate::{
    processes,
    sandbox::Sandbox,
    window::{Theme, Window, binary, within},
};

/// The project that the sandbox fills with as many tokens as it is told to.
pub const LARGE: &str = "Acme / production";
/// A project with eight tokens.
pub const SMALL: &str = "Acme / staging";

/// A script in the page may take this long: loading a million tokens does.
const SCRIPT_DEADLINE: Duration = Duration::from_secs(120);
/// Until what a start leaves to do is done.
const REST: Duration = Duration::from_secs(3);

/// Where the app keeps what is its own.
pub struct Folders(tempfile::TempDir);

impl Folders {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// What tells the app of them.
    pub fn environment(&self) -> [(&'static str, String); 3] {
        [("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache")]
            .map(|(name, folder)| (name, self.path(folder).to_str().unwrap().to_owned()))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// A window under WebDriver.
pub struct Stage {
    pub window: Window,
    /// The app's own process.
    pub pid: u32,
}

/// Whether the next start shall know the bearer.
#[derive(Clone, Copy, PartialEq)]
pub enum Keep {
    Keyring,
    Session,
}

impl Stage {
    /// Connects, and opens the small project.
    pub async fn open(folders: &Folders, sandbox: &Sandbox, keep: Keep) -> Self {
        let places = folders.environment();
        let mut environment: Vec<_> =
            places.iter().map(|(name, folder)| (*name, OsStr::new(folder))).collect();
        environment.push(("CALYPTIA_CLOUD_URL", OsStr::new(&sandbox.url)));
        let window =
            Window::open(Theme::Light, folders.path("app.log"), &folders.path("pictures"), &environment)
                .await;
        let app = binary().canonicalize().unwrap();
        let pid = processes::running(&app, std::process::id()).expect("the app's process");
        if keep == Keep::Session {
            window.click("label", "This session only").await;
        }
        window.type_into("Bearer token", &sandbox.bearer).await;
        window.connect_to_new_server().await;
        window.click("button", SMALL).await;
        window.wait_for_text("updated").await;
        let deadlines = TimeoutConfiguration::new(Some(SCRIPT_DEADLINE), None, None);
        within("deadlines", window.page.update_timeouts(deadlines)).await.unwrap();
        tokio::time::sleep(REST).await;
        Self { window, pid }
    }

    /// Opens the large project and sorts it by name. Milliseconds from the choice to the sorted rows' frame, and what
    /// the status bar says in the end.
    pub async fn open_large(&self) -> (f64, String) {
        let answer = self.run(include_str!("open_large.js"), vec![json!(LARGE)]).await;
        (answer["milliseconds"].as_f64().unwrap(), answer["status"].as_str().unwrap().to_owned())
    }

    /// Runs a script that answers by calling its last argument.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        let answer = self.window.page.execute_async(script, arguments);
        // The script's own deadline comes first, if the driver is well.
        let deadline = SCRIPT_DEADLINE + Duration::from_secs(5);
        tokio::time::timeout(deadline, answer).await.expect("the driver answers").expect("the page answers")
    }

    pub async fn close(self) {
        let family = processes::family(self.pid);
        self.window.close().await;
        processes::await_end(&family);
    }
}

/// The number of tokens that the status bar tells, without what the user's language groups digits with.
pub fn count_in(status: &str) -> String {
    status.split("token").next().unwrap_or_default().chars().filter(char::is_ascii_digit).collect()
}
