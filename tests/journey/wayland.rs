//! The app on native Wayland: under Weston, without the protocol for clipboard managers and with decorations that the toolkit
//! draws; under Sway, with that protocol and without decorations. The window of each is on the display of the other journeys,
//! so it gets real keys and is in the pictures.

use std::{
    ffi::OsStr,
    os::unix::{
        fs::{MetadataExt as _, PermissionsExt as _},
        net::UnixStream,
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::Duration,
};

use calyptia_sandbox::Sandbox;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::{
    ending::gone,
    native::{Dialog, SPACE, TAB},
    place::{DESKTOP, PROJECT, Place, client_beside, complaints, listed, project_of, step, until_rows},
    window::{Theme, Window, within},
};

/// What draws the windows.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Weston,
    Sway,
}

/// A compositor with nothing on it.
struct Compositor {
    kind: Kind,
    process: Child,
    /// The socket's path.
    socket: PathBuf,
    /// For Sway's socket, which belongs to another user than root.
    _folder: Option<tempfile::TempDir>,
}

impl Drop for Compositor {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Compositor {
    async fn start(kind: Kind, place: &Place) -> Self {
        let (mut command, socket, folder) = match kind {
            Kind::Weston => weston(),
            Kind::Sway => sway(),
        };
        let log = std::fs::File::create(place.folder.join("compositor.log")).unwrap();
        let process = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("a compositor");
        let started = Self { kind, process, socket, _folder: folder };
        within("the compositor", async {
            while UnixStream::connect(&started.socket).is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        started
    }

    /// For real keys, which go to the window on top.
    fn keyboard(&self) -> Dialog {
        let windows = Command::new("xwininfo").args(["-root", "-tree"]).output().expect("xwininfo");
        let windows = String::from_utf8_lossy(&windows.stdout).into_owned();
        // Sway gives its window no name, and there is no other.
        let name = if self.kind == Kind::Weston { "Weston Compositor" } else { "1080x680" };
        let own = windows.lines().find(|line| line.contains(name) && line.trim_start().starts_with("0x"));
        let id = own.expect("its window").split_whitespace().next();
        let id = id.and_then(|id| id.strip_prefix("0x")).expect("an id");
        Dialog::of(u32::from_str_radix(id, 16).expect("a number"))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("WAYLAND_DISPLAY", &self.socket).stdin(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Another program with this text on the clipboard.
    async fn copied_elsewhere(&self, text: &str) -> Other {
        let other =
            Other(self.command("wl-copy").args(["--foreground", "--", text]).spawn().expect("wl-copy"));
        within("another program's text", async {
            while self.pasted_elsewhere(&[]).await != text {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        other
    }

    /// Gives the app the focus again, as a person does: by a click on its title bar. With the protocol for clipboard managers,
    /// no other program takes it.
    async fn return_to_app(&self) {
        if self.kind == Kind::Weston {
            self.keyboard().click_at(565, 73).await;
        }
    }

    /// What another program pastes. Without the protocol for clipboard managers, it takes the focus for a moment.
    async fn pasted_elsewhere(&self, options: &[&str]) -> String {
        let mut paste = self.command("timeout");
        paste.args(["5", "wl-paste", "--no-newline"]).args(options);
        let output = tokio::task::spawn_blocking(move || paste.output()).await.unwrap().expect("wl-paste");
        String::from_utf8(output.stdout).expect("text")
    }

    /// Opens the app here, and nowhere else.
    async fn open(&self, place: &Place, log: &str, server: &str) -> Window {
        let environment = [
            ("GDK_BACKEND", OsStr::new("wayland")),
            ("WAYLAND_DISPLAY", OsStr::new(&self.socket)),
            ("DISPLAY", OsStr::new("")),
        ];
        place.open_with(Theme::Light, log, server, &environment).await
    }
}

/// The path of a socket that this process opens itself.
fn weston() -> (Command, PathBuf, Option<tempfile::TempDir>) {
    let name = format!("wayland-journey-{}", std::process::id());
    let mut command = Command::new("weston");
    command.args(["--backend=x11-backend.so", "--use-pixman", "--no-config", "--idle-time=0"]).args([
        "--width=1080",
        "--height=680",
        &format!("--socket={name}"),
    ]);
    let folder = PathBuf::from(std::env::var_os("XDG_RUNTIME_DIR").expect("script/desktop"));
    (command, folder.join(name), None)
}

/// Sway refuses to run as root, so it runs as nobody then.
fn sway() -> (Command, PathBuf, Option<tempfile::TempDir>) {
    /// The user and group `nobody`.
    const NOBODY: u32 = 65_534;
    let folder = tempfile::tempdir().unwrap();
    let configuration = folder.path().join("sway.conf");
    let text = "output X11-1 resolution 1080x680\ndefault_border none\ndefault_floating_border none\n";
    std::fs::write(&configuration, text).unwrap();
    let owner = std::fs::metadata(folder.path()).unwrap().uid();
    let mut command = if owner == 0 {
        std::os::unix::fs::chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        std::fs::set_permissions(&configuration, std::fs::Permissions::from_mode(0o644)).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "sway"]);
        command
    } else {
        Command::new("sway")
    };
    command
        .arg("--config")
        .arg(&configuration)
        .env("XDG_RUNTIME_DIR", folder.path())
        .envs([("WLR_BACKENDS", "x11"), ("WLR_RENDERER", "pixman")])
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("DBUS_SESSION_BUS_ADDRESS");
    (command, folder.path().join("wayland-1"), Some(folder))
}

/// A program that ends with the test.
struct Other(Child);

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn c43_m7_the_main_job_on_wayland_without_a_protocol_for_the_clipboard() {
    main_job(Kind::Weston).await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m7_the_main_job_on_wayland_with_a_protocol_for_the_clipboard() {
    main_job(Kind::Sway).await;
}

async fn main_job(kind: Kind) {
    const NAME: &str = "edge-agent-wayland";
    let pictures = if kind == Kind::Weston { "wayland" } else { "sway" };
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let (server_side, project) = (client_beside(&sandbox), project_of(&sandbox));
    let bearer = sandbox.bearer_token().expose_secret().to_owned();
    let settings = place.folder.join("config/io.github.calyptia-tokens");
    std::fs::create_dir_all(&settings).unwrap();
    std::fs::write(settings.join("settings.json"), r#"{"version":2,"preferences":{"clipboardSeconds":5}}"#)
        .unwrap();
    let compositor = Compositor::start(kind, &place).await;
    let control = compositor.command("timeout").args(["5", "wl-copy", "--primary", "x"]).status();
    let has_protocol = control.unwrap().success();
    assert_eq!(has_protocol, kind == Kind::Sway, "the control: whether this compositor has the protocol");

    step("paste the bearer token with real keys");
    let window = compositor.open(&place, "first.log", &sandbox.url()).await;
    let copied = compositor.copied_elsewhere(&format!("Authorization: Bearer {bearer}")).await;
    compositor.return_to_app().await;
    window.click("input", "Bearer token").await;
    compositor.keyboard().press_paste().await;
    window.wait_for_text("ana@acme.example").await;
    assert!(!window.source().await.contains(&bearer));
    window.screenshot(&format!("{pictures}-pasted")).await;

    step("connect, and agree to the server");
    window.click("button", "Connect").await;
    tokio::time::sleep(Duration::from_millis(2_000)).await;
    compositor.keyboard().press(&[TAB, SPACE]).await;
    window.click("button", PROJECT).await;
    until_rows(&window, |rows| rows.len() > 5).await;

    step("create a token and copy it: it is on the clipboard, marked as not for histories");
    window.press_with_control('n').await;
    window.type_into("Name", NAME).await;
    window.click("label", "Team").await;
    window.click("button", "Create token").await;
    window.wait_for_text("Token created").await;
    compositor.return_to_app().await;
    window.click("button", "Copy and close").await;
    window.screenshot(&format!("{pictures}-copied")).await;
    window.wait_for_text("Copied").await;
    let copied_at = std::time::Instant::now();
    drop(copied);
    let id = listed(&server_side, project).await.into_iter().find(|(_, name)| name == NAME).unwrap().0;
    let value = server_side.token(&id).await.unwrap().value.unwrap().secret().expose_secret().to_owned();
    assert_eq!(compositor.pasted_elsewhere(&[]).await, value);
    let kinds = compositor.pasted_elsewhere(&["--list-types"]).await;
    assert!(kinds.contains("x-kde-passwordManagerHint"), "{kinds}");
    assert!(copied_at.elapsed() < Duration::from_secs(5), "too slow to see it there");
    assert!(!window.source().await.contains(&value));

    step("it is cleared in time");
    within("an empty clipboard", async {
        while compositor.pasted_elsewhere(&[]).await == value {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    })
    .await;
    assert_eq!(compositor.pasted_elsewhere(&[]).await, "");

    step("what somebody else copied meanwhile is left alone");
    compositor.return_to_app().await;
    window.choose_in_row(NAME, "Copy token").await;
    window.wait_for_text("Copied").await;
    let _other = compositor.copied_elsewhere("somebody else's").await;
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert_eq!(compositor.pasted_elsewhere(&[]).await, "somebody else's");
    assert!(!window.shows("The app keeps trying").await);

    step("still connected after a restart");
    let app = window.app();
    window.press_quit().await;
    gone(app).await;
    let mut output = window.abandon().await;
    let window = compositor.open(&place, "second.log", &sandbox.url()).await;
    let rows = until_rows(&window, |rows| rows.len() > 5).await;
    assert!(rows[0].starts_with(NAME), "{rows:?}");
    output += &window.close().await;
    assert_eq!(complaints(&output), Vec::<String>::new());
    assert!(!output.contains(&bearer) && !output.contains(&value), "a secret is in the log");
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn c44_m10_on_wayland_the_window_has_the_same_size_at_every_start() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let compositor = Compositor::start(Kind::Weston, &place).await;
    let mut sizes = Vec::new();
    for start in 0..6 {
        let window = compositor.open(&place, "start.log", &sandbox.url()).await;
        window.find("input", "Bearer token").await;
        // What restores and corrects the size is done by then.
        tokio::time::sleep(Duration::from_millis(300)).await;
        let size = window.page.execute("return [innerWidth, innerHeight];", vec![]);
        sizes.push(within("the size", size).await.unwrap());
        if start == 0 {
            window.screenshot("wayland").await;
        }
        let app = window.app();
        window.press_quit().await;
        gone(app).await;
        assert_eq!(complaints(&window.abandon().await), Vec::<String>::new());
    }
    step(&format!("{sizes:?}"));
    assert_eq!(sizes, vec![json!([1080, 680]); 6]);
}
