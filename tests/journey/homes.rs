//! Homes of all kinds: the app finds its settings there, or works without.

use std::{
    ffi::{OsStr, OsString},
    os::unix::ffi::OsStrExt as _,
};

use calyptia_sandbox::Sandbox;

use crate::{
    place::{DESKTOP, Place, complaints, step, until_rows},
    window::Theme,
};

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m2_a_home_with_spaces_or_odd_bytes_keeps_the_settings() {
    let _desktop = DESKTOP.lock().await;
    for name in [&b"with spaces and \xc3\xbcmlauts"[..], b"not \xff\xfe text"] {
        let home = OsStr::from_bytes(name);
        step(&home.to_string_lossy());
        let place = Place::new();
        let sandbox = Sandbox::sample().serve(0).await.unwrap();
        let mut path = OsString::from(place.folder.join("homes"));
        path.push("/");
        path.push(home);
        std::fs::create_dir_all(&path).unwrap();
        let none = OsStr::new("");
        let environment = [
            ("HOME", path.as_os_str()),
            ("XDG_CONFIG_HOME", none),
            ("XDG_DATA_HOME", none),
            ("XDG_CACHE_HOME", none),
        ];
        let window = place.open_with(Theme::Light, "home.log", &sandbox.url(), &environment).await;
        window.click("button", "Try it with sample data").await;
        window.click("button", crate::place::PROJECT).await;
        until_rows(&window, |rows| rows.len() > 5).await;
        let output = window.close().await;
        assert_eq!(complaints(&output), Vec::<String>::new());
        let settings = std::path::Path::new(&path).join(".config/io.github.calyptia-tokens/settings.json");
        assert!(settings.exists(), "{}\n{output}", settings.display());

        let window = place.open_with(Theme::Light, "home-2.log", &sandbox.url(), &environment).await;
        until_rows(&window, |rows| rows.len() > 5).await;
        window.close().await;
    }
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn m1_m2_a_home_that_cannot_be_written_to_is_reported_and_the_app_works() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let environment = [("XDG_CONFIG_HOME", OsStr::new("/dev/null/nowhere"))];
    let window = place.open_with(Theme::Dark, "nowhere.log", &sandbox.url(), &environment).await;
    window.click("button", "Try it with sample data").await;
    window.wait_for_text("couldn’t be written to disk").await;
    window.click("button", crate::place::PROJECT).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    window.screenshot("not-remembered").await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
