//! A second start: the first window comes forward, and the second start is over.

use std::{
    fs::File,
    process::{Command, Stdio},
    time::Duration,
};

use calyptia_sandbox::Sandbox;

use crate::{
    ending::gone,
    native::{Dialog, ESCAPE},
    place::{DESKTOP, Place, until_rows},
    window::{Theme, Window, within},
};

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m4_a_second_start_brings_the_first_window_forward_and_ends() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.connected(Theme::Light, "first.log", &sandbox).await;
    for _ in 0..2 {
        // A look at the sample data opens a window of its own, over the first.
        let mut over = Command::new(env!("CARGO_BIN_EXE_calyptia-tokens"))
            .arg("--sample")
            .envs(place.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until_in_front(over.id()).await;
        let mut second = Command::new(env!("CARGO_BIN_EXE_calyptia-tokens"))
            .envs(place.environment())
            .env("CALYPTIA_CLOUD_URL", "https://ignored.example")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let status = within("the second start's end", async {
            loop {
                if let Some(status) = second.try_wait().unwrap() {
                    return status;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        })
        .await;
        assert!(status.success(), "{status}");
        until_in_front(window.app()).await;
        over.kill().unwrap();
        over.wait().unwrap();
        window.check_surroundings().await;
        until_rows(&window, |rows| rows.len() > 5).await;
        assert!(!window.shows("ignored.example").await);
    }
    window.close().await;
}

/// Waits until the window of this process lies over all others of the app.
async fn until_in_front(app: u32) {
    within("the window in front", async {
        while in_front() != Some(app) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}

/// The process whose window lies over the others.
fn in_front() -> Option<u32> {
    front_window().map(|(_, pid)| pid)
}

/// The window that lies over the others, and its process: the display lists them from the top.
pub fn front_window() -> Option<(u32, u32)> {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().expect(program);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let windows = output("xwininfo", &["-root", "-tree"]);
    let first = windows.lines().find(|line| line.contains("\"Calyptia Tokens\""))?;
    let id = first.split_whitespace().next()?;
    let pid = output("xprop", &["-id", id, "_NET_WM_PID"]);
    let id = u32::from_str_radix(id.strip_prefix("0x")?, 16).ok()?;
    Some((id, pid.split_whitespace().last()?.parse().ok()?))
}

/// As a person does it: closed by its driver, the app has no time to write anything down.
pub async fn quit(window: Window) {
    let pid = window.app();
    window.press_quit().await;
    gone(pid).await;
    window.abandon().await;
}

/// Where the app's window is on the display, and how large: the position is that of its upper left corner.
fn place_of_window() -> (i32, i32, i32, i32) {
    let told = Command::new("xwininfo").args(["-name", "Calyptia Tokens"]).output().expect("xwininfo");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let number = |label: &str| -> i32 {
        let (_, rest) = told.split_once(label).unwrap_or_else(|| panic!("{label} in {told}"));
        rest.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a number")
    };
    (number("Absolute upper-left X:"), number("Absolute upper-left Y:"), number("Width:"), number("Height:"))
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn the_window_opens_where_it_was_but_only_where_a_screen_still_is() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.open(Theme::Light, "first.log", &sandbox.url()).await;
    within("resizing", window.page.set_window_rect(60, 50, 800, 560)).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    window.find("input", "Bearer token").await;
    let before = place_of_window();
    assert_eq!((before.2, before.3), (800, 560));
    quit(window).await;

    let window = place.open(Theme::Light, "second.log", &sandbox.url()).await;
    within("the place of before", async {
        while place_of_window() != before {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    window.find("input", "Bearer token").await;
    quit(window).await;

    let file = place.folder.join("config/io.github.calyptia-tokens/.window-state.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut state: serde_json::Value = serde_json::from_str(&text).unwrap();
    state["main"]["x"] = 9000.into();
    state["main"]["y"] = 9000.into();
    state["main"]["width"] = 3000.into();
    state["main"]["height"] = 1800.into();
    std::fs::write(&file, state.to_string()).unwrap();
    let window = place.open(Theme::Light, "third.log", &sandbox.url()).await;
    within("a window that is all on the display", async {
        loop {
            let (x, y, width, height) = place_of_window();
            if x >= 0 && y >= 0 && x + width <= 1080 && y + height <= 680 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
    window.close().await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn c45_m4_a_second_start_says_that_the_first_does_not_respond_and_ends() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.open(Theme::Light, "first.log", &sandbox.url()).await;
    window.find("input", "Bearer token").await;
    let first = window.app();
    let signal = |signal: &str| {
        assert!(Command::new("kill").args([signal, &first.to_string()]).status().unwrap().success());
    };
    signal("-STOP");
    let log = place.folder.join("second.log");
    let mut second = Command::new(env!("CARGO_BIN_EXE_calyptia-tokens"))
        .envs(place.environment())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let dialog = Dialog::open().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let picture = place.screenshots.join("does-not-respond.png");
    std::fs::create_dir_all(&place.screenshots).unwrap();
    let taken = Command::new("import").args(["-window", "root", "-strip"]).arg(picture).status();
    assert!(taken.expect("import, from ImageMagick").success());
    dialog.press(&[ESCAPE]).await;
    let status = within("the second start's end", async {
        loop {
            if let Some(status) = second.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert_eq!(status.code(), Some(1));
    let written = std::fs::read_to_string(log).unwrap();
    assert!(written.contains("already running") && written.contains("doesn’t respond"), "{written}");
    signal("-CONT");
    window.find("input", "Bearer token").await;
    window.close().await;
}

/// These need no display: they have none.
#[test]
fn c51_m9_without_a_display_that_works_it_says_what_is_missing() {
    let place = Place::new();
    for (name, value) in [("DISPLAY", ""), ("DISPLAY", ":4242"), ("WAYLAND_DISPLAY", "nowhere")] {
        let run = Command::new(env!("CARGO_BIN_EXE_calyptia-tokens"))
            .envs(place.environment())
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("GDK_BACKEND")
            .env("CALYPTIA_LANGUAGE", "en")
            .env(name, value)
            .output()
            .unwrap();
        let written = String::from_utf8_lossy(&run.stderr);
        assert_eq!(run.status.code(), Some(1), "{name}={value}: {written}");
        assert!(written.contains("There is no display. Start it in"), "{name}={value}: {written}");
        assert!(!written.contains("internal error"), "{name}={value}: {written}");
    }
}
