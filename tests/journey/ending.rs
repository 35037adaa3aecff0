//! The app's end, by the system's wish or by a crash: quick, whatever it waits for, and without leaving a secret.

use std::{
    os::unix::process::ExitStatusExt as _,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use calyptia_sandbox::Sandbox;
use secrecy::ExposeSecret as _;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt as _, EventMask};

use crate::{
    place::{DESKTOP, Place, client_beside, listed, project_of, set_faults, step, until_rows},
    processes,
    second_start::front_window,
    window::{Theme, Window, within},
};

/// What people are promised.
const SOON: Duration = Duration::from_secs(1);

fn signal(name: &str, pid: u32) {
    assert!(Command::new("kill").args(["-s", name, &pid.to_string()]).status().unwrap().success());
}

/// Sends the signal and says how long the app still ran.
pub async fn end(window: &Window, name: &str) -> Duration {
    let pid = window.app();
    let start = Instant::now();
    signal(name, pid);
    gone(pid).await;
    start.elapsed()
}

/// Waits until a process has ended.
pub async fn gone(pid: u32) {
    within("the app's end", async {
        while std::fs::read_link(format!("/proc/{pid}/exe")).is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m5_m7_asked_to_end_the_app_clears_the_clipboard_and_is_gone_within_a_second() {
    let _desktop = DESKTOP.lock().await;
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let beside = client_beside(&sandbox);
    let (id, name) = listed(&beside, project_of(&sandbox)).await.swap_remove(0);
    let value = beside.token(&id).await.unwrap().value.unwrap().secret().expose_secret().to_owned();
    let mut clipboard = arboard::Clipboard::new().unwrap();

    for (wish, ours) in [("TERM", true), ("HUP", true), ("INT", true), ("TERM", false), ("Ctrl Q", true)] {
        step(&format!(
            "{wish}, and the clipboard holds {}",
            if ours { "the token" } else { "something else" }
        ));
        let place = Place::new();
        let window = place.connected(Theme::Light, "ending.log", &sandbox).await;
        until_rows(&window, |rows| rows.len() > 5).await;
        window.choose_in_row(&name, "Copy").await;
        window.wait_for_text("Copied").await;
        assert_eq!(clipboard.get_text().unwrap(), value);
        if !ours {
            clipboard.set_text("of somebody else").unwrap();
        }
        let took = if wish == "Ctrl Q" {
            let (pid, start) = (window.app(), Instant::now());
            window.press_quit().await;
            gone(pid).await;
            start.elapsed()
        } else {
            end(&window, wish).await
        };
        assert!(took < SOON, "{wish}: {took:?}");
        let left = clipboard.get_text().unwrap_or_default();
        assert_eq!(left, if ours { "" } else { "of somebody else" });
        let output = window.abandon().await;
        assert!(!output.contains("panicked") && !output.contains("internal error"), "{output}");
    }
}

/// What a window's frame does when its cross is pressed.
fn close_by_frame(app: u32) {
    let (window, owner) = front_window().expect("a window");
    assert_eq!(owner, app);
    let (display, _) = x11rb::connect(None).unwrap();
    let atom = |name: &[u8]| display.intern_atom(false, name).unwrap().reply().unwrap().atom;
    let wish = [atom(b"WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
    let event = ClientMessageEvent::new(32, window, atom(b"WM_PROTOCOLS"), wish);
    display.send_event(false, window, EventMask::NO_EVENT, event).unwrap().check().unwrap();
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn a_token_that_is_not_copied_holds_the_end_up_once() {
    let _desktop = DESKTOP.lock().await;
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    for (name, fault) in [("made", None), ("found", Some("POST:reset-after@1"))] {
        step(&format!("{name}, and the window is closed by its frame"));
        let place = Place::new();
        let window = place.connected(Theme::Light, "ending.log", &sandbox).await;
        until_rows(&window, |rows| rows.len() > 5).await;
        set_faults(&sandbox, fault.as_slice());
        window.press_with_control('n').await;
        window.type_into("Name", name).await;
        window.click("button", "Create token").await;
        window.wait_for_text("Token created").await;
        close_by_frame(window.app());
        window.wait_for_text("You haven’t copied it yet").await;
        window.screenshot("not-copied").await;

        step("closed again, it ends");
        let pid = window.app();
        close_by_frame(pid);
        gone(pid).await;
        window.abandon().await;
    }

    step("once it is copied, it ends at once");
    let place = Place::new();
    let window = place.connected(Theme::Light, "ending.log", &sandbox).await;
    window.press_with_control('n').await;
    window.type_into("Name", "copied").await;
    window.click("button", "Create token").await;
    window.click("button", "Copy and close").await;
    window.wait_for_text("Copied").await;
    let pid = window.app();
    close_by_frame(pid);
    gone(pid).await;
    window.abandon().await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m5_a_server_that_does_not_answer_holds_nobody_up() {
    let _desktop = DESKTOP.lock().await;
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    for faults in [&["GET:hang"][..], &["GET:stall=20"], &["POST:hang"], &["latency=20000"]] {
        step(&format!("{faults:?}"));
        set_faults(&sandbox, &[]);
        let place = Place::new();
        let window = place.connected(Theme::Light, "ending.log", &sandbox).await;
        until_rows(&window, |rows| rows.len() > 5).await;
        set_faults(&sandbox, faults);
        if faults[0].starts_with("POST") {
            window.press_with_control('n').await;
            window.type_into("Name", "edge-agent-ap").await;
            window.click("button", "Create token").await;
            window.wait_for_text("Creating").await;
        } else {
            window.click("button", "Refresh").await;
            window.wait_for_text("refreshing").await;
        }
        let took = end(&window, "TERM").await;
        assert!(took < SOON, "{faults:?}: {took:?}");
        window.abandon().await;
    }
}

#[tokio::test]
#[ignore = "needs a display of its own: script/desktop"]
async fn m6_a_crash_leaves_no_core() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let mut app = Command::new("sh")
        // As on a desktop whose owner collects them.
        .args(["-c", "ulimit -S -c unlimited 2>/dev/null; exec \"$0\" --sample"])
        .arg(env!("CARGO_BIN_EXE_calyptia-tokens"))
        .envs(place.environment())
        .current_dir(&place.folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let page = within("the page's process", async {
        loop {
            let family = processes::family(app.id());
            if let Some(page) = family.into_iter().find(|pid| processes::name(*pid) == "WebKitWebProces") {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    for pid in [app.id(), page] {
        let limits = std::fs::read_to_string(format!("/proc/{pid}/limits")).unwrap();
        let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
        assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
        let filter = std::fs::read_to_string(format!("/proc/{pid}/coredump_filter")).unwrap();
        assert_eq!(filter.trim(), "00000000", "no memory in a dump that is made all the same");
    }
    signal("ABRT", app.id());
    let status = within("the app's end", async {
        loop {
            if let Some(status) = app.try_wait().unwrap() {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
    assert!(status.signal() == Some(6) && !status.core_dumped(), "{status}");
    let cores = std::fs::read_dir(&place.folder).unwrap().flatten();
    assert!(!cores.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("core")));
}
