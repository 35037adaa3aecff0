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
