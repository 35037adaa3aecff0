//! Killed at random moments, again and again: the settings stay whole, the next start works, and nothing is left behind
//! that should not be. `KILLS=200` does it that often.

use std::{
    collections::BTreeSet,
    fs,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use calyptia_sandbox::Sandbox;
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::{
    place::{DESKTOP, PROJECT, Place, files_with, in_keyring, step, until_rows},
    processes,
    window::Theme,
};

const KILLS: u64 = 12;
/// By then a start is over, even of a debug build.
const LONGEST: u64 = 1500;

fn settings(file: &Path) -> Value {
    serde_json::from_slice(&fs::read(file).unwrap()).expect("the settings are whole")
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m3_killed_at_any_moment_it_starts_again_with_whole_settings() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let bearer = sandbox.bearer_token().expose_secret().to_owned();
    let file = place.folder.join("config/io.github.calyptia-tokens/settings.json");

    let window = place.open(Theme::Light, "first.log", &sandbox.url()).await;
    window.type_into("Bearer token", &bearer).await;
    window.connect_to_new_server().await;
    window.click("button", PROJECT).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    window.close().await;
    let whole = settings(&file);

    let kills = std::env::var("KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut rewritten = 0;
    for kill in 0..kills {
        // So that the next start has something to write.
        let mut older = whole.clone();
        older["connections"][0]["account"] = Value::Null;
        fs::write(&file, serde_json::to_vec(&older).unwrap()).unwrap();

        let mut app = Command::new(env!("CARGO_BIN_EXE_calyptia-tokens"))
            .envs(place.environment())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(place.folder.join("killed.log")).unwrap())
            .spawn()
            .unwrap();
        // Spread over the whole time, in no order.
        let moment = (kill * 7919 + u64::from(std::process::id()) * 104_729) % LONGEST;
        tokio::time::sleep(Duration::from_millis(moment)).await;
        let family = processes::family(app.id());
        app.kill().unwrap();
        app.wait().unwrap();
        tokio::task::spawn_blocking(move || processes::await_end(&family)).await.unwrap();

        let now = settings(&file);
        assert!(now == older || now == whole, "neither the old nor the new: {now}");
        rewritten += u64::from(now == whole);
        for left in fs::read_dir(file.parent().unwrap()).unwrap() {
            let name = left.unwrap().file_name().into_string().unwrap();
            let half_written = name.starts_with(".settings-") && name.ends_with(".tmp");
            let known = ["settings.json", ".window-state.json", "snapshots"].contains(&name.as_str());
            assert!(known || half_written, "left behind: {name}");
        }
        assert_eq!(files_with(&place.folder, &bearer), Vec::<std::path::PathBuf>::new());
    }
    step(&format!("{kills} kills; {rewritten} came after the settings were written"));

    let window = place.open(Theme::Dark, "last.log", &sandbox.url()).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    window.check_surroundings().await;
    window.close().await;
    assert_eq!(in_keyring(&sandbox.url()), bearer);
    assert_eq!(settings(&file), whole);
    // Nobody else's bearer came into the keyring.
    let entries: BTreeSet<_> = whole["connections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["entry"])
        .map(Value::to_string)
        .collect();
    assert_eq!(entries.len(), 1);
}
