//! The app's real window, driven through WebDriver: what a person does and sees, with a deadline on every wait.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use fantoccini::{
    Client, ClientBuilder,
    actions::{InputSource as _, KeyAction, KeyActions},
    elements::Element,
    key::Key,
};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
};

use crate::{native, processes};

/// Nothing in the window may take longer. A debug build on a slow machine needs some of it.
const DEADLINE: Duration = Duration::from_secs(30);

/// Light or dark, as the desktop would choose it, or as the toolkit's own file of settings has it.
#[derive(Clone, Copy)]
pub enum Theme {
    Light,
    Dark,
    FromFile,
}

impl Theme {
    fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::FromFile => "from-file",
        }
    }

    fn of_toolkit(self) -> Option<&'static str> {
        match self {
            Self::Light => Some("Adwaita"),
            Self::Dark => Some("Adwaita:dark"),
            Self::FromFile => None,
        }
    }
}

/// The app that is tested: the one that cargo built for the tests, unless `JOURNEY_BINARY` names another, such as that of
/// a package.
pub fn binary() -> PathBuf {
    let chosen = std::env::var_os("JOURNEY_BINARY").map(PathBuf::from);
    chosen.unwrap_or_else(|| env!("CARGO_BIN_EXE_calyptia-tokens").into())
}

/// A running app.
pub struct Window {
    pub page: Client,
    theme: Theme,
    driver: Child,
    log: PathBuf,
    screenshots: PathBuf,
}

/// A test that breaks off leaves no app behind: the next start would find it.
impl Drop for Window {
    fn drop(&mut self) {
        let Some(driver) = self.driver.id() else { return };
        for pid in processes::family(driver).into_iter().skip(1) {
            let _ = std::process::Command::new("kill").args(["-KILL", &pid.to_string()]).status();
        }
    }
}

impl Window {
    /// Starts the app with these environment variables, under a driver of its own.
    pub async fn open(
        theme: Theme,
        log: PathBuf,
        screenshots: &Path,
        environment: &[(&str, &OsStr)],
    ) -> Self {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))
            .and_then(|free| free.local_addr())
            .expect("a port")
            .port();
        let output = fs::File::create(&log).expect("a log file");
        let driver = Command::new("WebKitWebDriver")
            .args([format!("--port={port}"), "--host=127.0.0.1".into()])
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env_remove("GTK_THEME")
            .envs(theme.of_toolkit().map(|name| ("GTK_THEME", name)))
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("the same file"))
            .stderr(output)
            .kill_on_drop(true)
            .spawn()
            .expect("WebKitWebDriver, from the package webkit2gtk-driver");
        within("the driver", async {
            while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        let options = json!({ "binary": binary(), "args": [] });
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let page = within("the window", async {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            builder
                .capabilities(capabilities)
                .connect(&format!("http://127.0.0.1:{port}"))
                .await
                .expect("a session")
        })
        .await;
        Self { page, theme, driver, log, screenshots: screenshots.to_owned() }
    }

    /// Closes the app and says what it and its page wrote to their standard streams.
    pub async fn close(mut self) -> String {
        within("closing", async { self.page.clone().close().await.expect("the session ends") }).await;
        // The driver answers before the app is gone, and without a driver it would stay.
        let driver = self.driver.id().expect("it runs");
        within("the app's end", async {
            while processes::family(driver).len() > 1 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        let _ = self.driver.start_kill();
        within("the driver's end", self.driver.wait()).await.expect("ended");
        fs::read_to_string(&self.log).expect("the log")
    }

    /// The app's own process.
    pub fn app(&self) -> u32 {
        let driver = self.driver.id().expect("it runs");
        processes::running(Path::new(env!("CARGO_BIN_EXE_calyptia-tokens")), driver).expect("the app runs")
    }

    /// For an app that was ended by other means: ends its driver and says what both wrote.
    pub async fn abandon(mut self) -> String {
        let _ = self.driver.start_kill();
        within("the driver's end", self.driver.wait()).await.expect("ended");
        fs::read_to_string(&self.log).expect("the log")
    }

    /// Waits for an element with this role and accessible name, and answers it once it is visible.
    pub async fn find(&self, css: &str, name: &str) -> Element {
        const FIND: &str = "
            const [css, wanted] = arguments;
            const text = (id) => document.getElementById(id)?.textContent ?? '';
            const name = (e) => e.getAttribute('aria-label')
                ?? (e.hasAttribute('aria-labelledby') ? text(e.getAttribute('aria-labelledby')) : null)
                ?? (e.labels?.length ? e.labels[0].textContent : e.textContent);
            const open = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
            return [...open.querySelectorAll(css)].find((e) =>
                e.checkVisibility() && name(e).replace(/\\s+/g, ' ').trim().startsWith(wanted)) ?? null;";
        let what = format!("{css} “{name}”");
        within(&what, async {
            loop {
                let found =
                    self.page.execute(FIND, vec![json!(css), json!(name)]).await.expect("the page answers");
                if let Some(id) = found.as_object().and_then(|element| element.values().next()?.as_str()) {
                    return Element::from_element_id(self.page.clone(), id.to_owned().into());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await
    }

    pub async fn click(&self, css: &str, name: &str) {
        let what = format!("a click on {css} “{name}”");
        let start = Instant::now();
        loop {
            let element = self.find(css, name).await;
            match within(&what, element.click()).await {
                Ok(()) => return,
                // A dialog that is just closing can still be in the way; nothing else can be for longer.
                Err(_) if start.elapsed() < Duration::from_secs(1) => {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                Err(error) => panic!("{what}: {error:?}"),
            }
        }
    }

    /// Connects to a server that the app has not seen before, and agrees to that.
    pub async fn connect_to_new_server(&self) {
        self.click("button", "Connect").await;
        native::allow().await;
    }

    /// Leaves a token that was just made without copying it, which the dialog asks about.
    pub async fn close_uncopied(&self) {
        self.click("button", "Close").await;
        self.click("button", "Close without copying").await;
    }

    /// Presses a button as Enter on it does, wherever it is drawn.
    pub async fn press_button(&self, name: &str) {
        let button = self.find("button", name).await;
        let press = self.page.execute("arguments[0].click();", vec![json!(button)]);
        within("pressing a button", press).await.expect("pressed");
    }

    pub async fn type_into(&self, label: &str, text: &str) {
        let field = self.find("input", label).await;
        within("emptying a field", field.clear()).await.expect("it can be emptied");
        within("typing", field.send_keys(text)).await.unwrap_or_else(|error| panic!("“{label}”: {error}"));
    }

    /// Chooses a file of certificates in the desktop's dialog.
    pub async fn choose_certificates(&self, file: &Path) {
        self.click("button", "Choose file").await;
        let dialog = native::Dialog::open().await;
        // A slash opens the field for a path.
        let path = file.to_str().expect("a path of text");
        dialog.press(&path.chars().map(u32::from).collect::<Vec<_>>()).await;
        dialog.press(&[native::ENTER]).await;
        native::Dialog::gone().await;
    }

    /// Types where the focus is; keys without a character have WebDriver's code points.
    pub async fn type_text(&self, text: &str) {
        let keys = text.chars().fold(KeyActions::new("keyboard".into()), |keys, value| {
            keys.then(KeyAction::Down { value }).then(KeyAction::Up { value })
        });
        within("typing", self.page.perform_actions(keys)).await.expect("typed");
    }

    /// Presses Ctrl and a key where the focus is.
    pub async fn press_with_control(&self, key: char) {
        let keys = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: Key::Control.into() })
            .then(KeyAction::Down { value: key })
            .then(KeyAction::Up { value: key })
            .then(KeyAction::Up { value: Key::Control.into() });
        within("pressing keys", self.page.perform_actions(keys)).await.expect("pressed");
    }

    /// Presses Ctrl and Q. The app may be gone before the driver has an answer.
    pub async fn press_quit(&self) {
        let keys = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: Key::Control.into() })
            .then(KeyAction::Down { value: 'q' });
        let _ = tokio::time::timeout(Duration::from_secs(5), self.page.perform_actions(keys)).await;
    }

    /// The whole document as it stands.
    pub async fn source(&self) -> String {
        within("the document", self.page.source()).await.expect("the page answers")
    }

    /// Waits until the page shows this text.
    pub async fn wait_for_text(&self, text: &str) {
        within(&format!("the text “{text}”"), async {
            while !self.shows(text).await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }

    /// Waits until the page no longer shows this text.
    pub async fn wait_until_gone(&self, text: &str) {
        within(&format!("the end of the text “{text}”"), async {
            while self.shows(text).await {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
    }

    /// Whether the page shows this text now.
    pub async fn shows(&self, text: &str) -> bool {
        const SHOWS: &str = "return document.body.innerText.replace(/\\s+/g, ' ').includes(arguments[0]);";
        self.page.execute(SHOWS, vec![json!(text)]).await.expect("the page answers") == Value::Bool(true)
    }

    /// Opens the menu of the row with this name and takes an entry.
    pub async fn choose_in_row(&self, row: &str, entry: &str) {
        self.click("button", &format!("More actions for {row}")).await;
        self.click("[role=menuitem]", entry).await;
    }

    /// The text of each row on screen, its cells separated by a bar; the first cell, for ticking, has none.
    pub async fn rows(&self) -> Vec<String> {
        const ROWS: &str = "return [...document.querySelectorAll('[role=row][aria-rowindex]')]
            .filter((row) => row.getAttribute('aria-rowindex') !== '1' && row.checkVisibility())
            .map((row) => [...row.querySelectorAll('[role=gridcell]:not(.checkbox)')].map((cell) => cell.innerText.trim()).join(' | '));";
        let rows = self.page.execute(ROWS, vec![]).await.expect("the page answers");
        serde_json::from_value(rows).expect("texts")
    }

    /// Leaves a picture of the display behind for people to look at, and has axe look at the page. The picture is not
    /// WebDriver's own: that waits for the next frame, and a page at rest draws none.
    pub async fn screenshot(&self, name: &str) {
        // What was just changed is painted a few frames later, and nothing tells when.
        tokio::time::sleep(Duration::from_millis(300)).await;
        fs::create_dir_all(&self.screenshots).expect("a folder");
        let file = self.screenshots.join(format!("{name}-{}.png", self.theme.name()));
        let taken = Command::new("import").args(["-window", "root", "-strip"]).arg(file).status();
        assert!(within("a screenshot", taken).await.expect("import, from ImageMagick").success());
        if let Some(faults) = self.accessibility_faults().await {
            assert_eq!(faults, json!([]), "axe, about {name} in {}", self.theme.name());
        }
    }

    /// What axe finds wrong with the page as it is drawn, contrast and sizes among it. `JOURNEY_AXE` says where axe is;
    /// a run without it leaves this out.
    pub async fn accessibility_faults(&self) -> Option<Value> {
        const RUN: &str = "
            const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(
                ({ violations }) => done(violations.flatMap(({ id, nodes }) =>
                    nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any[0]?.message ?? ''}`))),
                (reason) => done([String(reason)]));";
        let axe = std::env::var_os("JOURNEY_AXE")?;
        let script = fs::read_to_string(axe).expect("axe") + RUN;
        Some(within("axe", self.page.execute_async(&script, vec![])).await.expect("the page answers"))
    }

    /// Does what the page must never do, to see that it would be noticed.
    pub async fn provoke_complaints(&self) {
        const PROVOKE: &str = "console.warn('a warning');
            const image = new Image(); image.src = 'https://elsewhere.invalid/'; document.body.append(image);";
        within("provoking", self.page.execute(PROVOKE, vec![])).await.expect("the page answers");
    }

    /// Whether the window is the only one on the display, and the page keeps nothing.
    pub async fn check_surroundings(&self) {
        assert!(self.page.get_alert_text().await.is_err(), "the page opened an alert");
        let stored = self
            .page
            .execute("return [localStorage.length, sessionStorage.length, document.cookie];", vec![])
            .await
            .expect("the page answers");
        assert_eq!(stored, json!([0, 0, ""]), "the page stored something");
        let windows =
            std::process::Command::new("xwininfo").args(["-root", "-tree"]).output().expect("xwininfo");
        let windows = String::from_utf8_lossy(&windows.stdout).into_owned();
        let visible: Vec<_> = windows
            .lines()
            // Helper windows of the toolkit are 1 to 10 pixels wide.
            .filter(|line| {
                line.contains("0x")
                    && line.starts_with("     0x")
                    && !line.contains(" 1x1+")
                    && !line.contains(" 10x10+")
                    && !is_tooltip(line)
            })
            .collect();
        assert_eq!(visible.len(), 1, "an unexpected window:\n{windows}");
    }
}

/// Every wait ends: a dialog that nobody sees would otherwise hang the test in silence.
pub async fn within<T>(what: &str, work: impl Future<Output = T>) -> T {
    match tokio::time::timeout(DEADLINE, work).await {
        Ok(done) => done,
        Err(_) => panic!("{what}: not within {} s", DEADLINE.as_secs()),
    }
}

/// Where the pointer rests, one may show.
fn is_tooltip(window: &str) -> bool {
    let id = window.split_whitespace().next().unwrap_or_default();
    let kind =
        std::process::Command::new("xprop").args(["-id", id, "_NET_WM_WINDOW_TYPE"]).output().expect("xprop");
    String::from_utf8_lossy(&kind.stdout).contains("_NET_WM_WINDOW_TYPE_TOOLTIP")
}
