//! A desktop that offers no clipboard.

#![cfg(target_os = "linux")]

use std::process::Command;

#[test]
fn m7_without_a_clipboard_nothing_is_called_copied() {
    let this = std::env::current_exe().expect("this program");
    let helper = this.ancestors().nth(2).expect("a build folder").join("examples/copies_without_a_display");
    let run = Command::new(helper)
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the helper, which cargo builds with the tests");
    let report = String::from_utf8_lossy(&run.stdout);
    assert_eq!(report.matches("Err(Problem { code: ClipboardUnavailable").count(), 2, "{report}");
    assert!(run.status.success() && !report.contains("canary"), "{report}");
}

#[test]
fn c43_m7_where_the_desktop_offers_no_clipboard_the_toolkits_is_used_and_cleared() {
    let this = std::env::current_exe().expect("this program");
    let helper = this.ancestors().nth(2).expect("a build folder").join("examples/copies_without_a_display");
    let run = Command::new(helper)
        .arg("toolkit")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .output()
        .expect("the helper, which cargo builds with the tests");
    let report = String::from_utf8_lossy(&run.stdout);
    assert_eq!(report, "read: pasted\ncopied: canary\ncleared: \nleft alone: somebody else's\n");
    assert!(run.status.success());
}
