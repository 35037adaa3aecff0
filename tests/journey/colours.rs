//! Light or dark: as the desktop is until somebody chooses, then as they chose, whatever the desktop does, also after a
//! restart.

use std::fs;

use calyptia_sandbox::Sandbox;
use serde_json::json;
use zbus::zvariant::Value;

use crate::{
    place::{DESKTOP, Place, step},
    second_start::quit,
    window::{Theme, Window, within},
};

async fn until(window: &Window, dark: bool) {
    let wanted = if dark { "dark" } else { "light" };
    within(&format!("a {wanted} window"), async {
        const IS_DARK: &str = "return matchMedia('(prefers-color-scheme: dark)').matches;";
        while window.page.execute(IS_DARK, vec![]).await.expect("the page answers") != json!(dark) {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    })
    .await;
}

async fn choose(window: &Window, colours: &str) {
    window.press_with_control(',').await;
    let field = window.find("select", "Theme").await;
    within("choosing", field.select_by_label(colours)).await.expect("an option");
    window.wait_for_text("Saved.").await;
    window.click("button", "Close").await;
}

/// What the desktop's portal tells everybody when the person switches the whole desktop.
async fn desktop_turns(dark: bool) {
    let bus = zbus::Connection::session().await.unwrap();
    let scheme = Value::from(if dark { 1_u32 } else { 2 });
    let told = ("org.freedesktop.appearance", "color-scheme", scheme);
    bus.emit_signal(
        None::<&str>,
        "/org/freedesktop/portal/desktop",
        "org.freedesktop.portal.Settings",
        "SettingChanged",
        &told,
    )
    .await
    .unwrap();
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn colours_are_those_of_the_desktop_until_somebody_chooses() {
    let _desktop = DESKTOP.lock().await;
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    for (setting, dark) in [
        ("gtk-theme-name=Adwaita", false),
        ("gtk-theme-name=Adwaita-dark", true),
        ("gtk-application-prefer-dark-theme=1", true),
    ] {
        step(setting);
        let place = Place::new();
        let folder = place.folder.join("config/gtk-3.0");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("settings.ini"), format!("[Settings]\n{setting}\n")).unwrap();
        let window = place.open(Theme::FromFile, "colours.log", &sandbox.url()).await;
        window.find("input", "Bearer token").await;
        until(&window, dark).await;
        for (chosen, is_dark) in [("Dark", true), ("Light", false), ("Match system", dark), ("Dark", true)] {
            choose(&window, chosen).await;
            until(&window, is_dark).await;
        }
        quit(window).await;

        let window = place.open(Theme::FromFile, "again.log", &sandbox.url()).await;
        window.find("input", "Bearer token").await;
        until(&window, true).await;
        choose(&window, "Match system").await;
        until(&window, dark).await;
        window.close().await;
    }

    step("the desktop turns dark and light under the app");
    let place = Place::new();
    let window = place.open(Theme::FromFile, "turning.log", &sandbox.url()).await;
    window.find("input", "Bearer token").await;
    until(&window, false).await;
    desktop_turns(true).await;
    until(&window, true).await;
    choose(&window, "Light").await;
    until(&window, false).await;
    desktop_turns(false).await;
    desktop_turns(true).await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    until(&window, false).await;
    choose(&window, "Match system").await;
    until(&window, true).await;
    window.close().await;
}
