//! A second start: the first window comes forward, and the second start is over.

use std::process::{Command, Stdio};

use calyptia_sandbox::Sandbox;

use crate::{
    place::{DESKTOP, Place, until_rows},
    window::{Theme, within},
};

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m4_a_second_start_brings_the_first_window_forward_and_ends() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.connected(Theme::Light, "first.log", &sandbox).await;
    for _ in 0..2 {
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
        window.check_surroundings().await;
        until_rows(&window, |rows| rows.len() > 5).await;
        assert!(!window.shows("ignored.example").await);
    }
    window.close().await;
}
