//! A small window, and letters twice as large: whatever can be pressed is in reach.

use std::time::Duration;

use calyptia_sandbox::Sandbox;
use serde_json::json;

use crate::{
    place::{DESKTOP, PROJECT, Place, complaints, step, until_rows},
    second_start::quit,
    window::{Theme, Window, within},
};

const ESCAPE: &str = "\u{e00c}";
const DOWN: &str = "\u{e015}";
const RIGHT: &str = "\u{e014}";
const END: &str = "\u{e010}";

/// What lies outside the window and cannot be scrolled to: beyond its sides at all times, or beyond its lower edge with
/// nothing around it that scrolls.
async fn out_of_reach(window: &Window) -> serde_json::Value {
    const FIND: &str = "
        const scrolls = (e) => e && (/(auto|scroll)/.test(getComputedStyle(e).overflowY)
            && e.scrollHeight > e.clientHeight || scrolls(e.parentElement));
        const top = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body;
        const wide = document.documentElement.scrollWidth > innerWidth + 1 ? ['the page itself'] : [];
        const clipped = [...top.querySelectorAll('button, input, select, a, h1, h2, [role=gridcell]')].filter((e) => {
            if (!e.checkVisibility() || e.matches('.visually-hidden, .visually-hidden *')) return false;
            const { left, right, bottom, width } = e.getBoundingClientRect();
            if (width === 0) return false;
            return left < -1 || right > innerWidth + 1 || (bottom > innerHeight + 1 && !scrolls(e.parentElement));
        });
        return [...wide, ...clipped.map((e) => e.outerHTML.slice(0, 120))];";
    within("measuring", window.page.execute(FIND, vec![])).await.expect("the page answers")
}

/// Waits until all of the one element of this kind lies within the window, with nothing over it.
async fn until_in_sight(window: &Window, css: &str) {
    let sees = format!(
        "const found = document.querySelectorAll('{css}');
         if (found.length !== 1) return false;
         const {{ left, top, right, bottom }} = found[0].getBoundingClientRect();
         const within = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
         return within && found[0].contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));"
    );
    within(css, async {
        while window.page.execute(&sees, vec![]).await.expect("the page answers") != json!(true) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

async fn check(window: &Window, name: &str) {
    window.screenshot(name).await;
    assert_eq!(out_of_reach(window).await, json!([]), "{name}");
}

/// By keys, as far as there are keys for it: WebDriver's pointer misses in a page that is zoomed.
async fn every_screen(window: &Window, size: &str) {
    check(window, &format!("{size}-tokens")).await;
    for (key, name, button) in [('n', "create", "Cancel"), (',', "settings", "Close")] {
        window.press_with_control(key).await;
        window.find("button", button).await;
        check(window, &format!("{size}-{name}")).await;
        window.type_text(ESCAPE).await;
    }
    window.type_text("?").await;
    window.find("button", "Close").await;
    check(window, &format!("{size}-shortcuts")).await;
    window.type_text(ESCAPE).await;
    window.press_button(&format!("Project {PROJECT}")).await;
    window.find("button", "Add a connection").await;
    check(window, &format!("{size}-picker")).await;
    window.press_button("Add a connection").await;
    window.find("button", "Back").await;
    check(window, &format!("{size}-welcome")).await;
    window.press_button("Back").await;
    until_rows(window, |rows| rows.len() > 2).await;
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p4_at_640_pixels_and_at_twice_the_size_everything_is_in_reach() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.connected(Theme::Light, "sizes.log", &sandbox).await;
    until_rows(&window, |rows| rows.len() > 5).await;

    step("640 × 480");
    within("resizing", window.page.set_window_size(640, 480)).await.unwrap();
    every_screen(&window, "640").await;

    step("what the arrow keys go to among the presets shows that it has the focus");
    window.press_with_control('n').await;
    window.find("button", "Cancel").await;
    for key in ["\t", RIGHT] {
        window.type_text(key).await;
        let ring = "const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement.nextElementSibling);
            return [document.activeElement.type, outlineStyle, outlineWidth];";
        let shown = window.page.execute(ring, vec![]).await.unwrap();
        assert_eq!(shown, json!(["radio", "solid", "2px"]));
    }
    window.type_text(ESCAPE).await;

    step(
        "480 × 420, the smallest: the row that keys go to, its menu and the beginning of a dialog are in sight",
    );
    within("resizing", window.page.set_window_size(480, 420)).await.unwrap();
    window.press_with_control('f').await;
    window.type_text(DOWN).await;
    window.type_text(END).await;
    until_in_sight(&window, ".rows [aria-current=true]").await;
    window.press_button("More actions for default").await;
    until_in_sight(&window, ".menu").await;
    window.screenshot("480-menu").await;
    window.type_text(ESCAPE).await;
    window.type_text("?").await;
    until_in_sight(&window, "dialog[open] h1").await;
    window.screenshot("480-shortcuts").await;
    window.type_text(ESCAPE).await;

    step("twice the size, in a window of 1080 × 680");
    within("resizing", window.page.set_window_size(1080, 680)).await.unwrap();
    // More often than it takes: the size ends there.
    for _ in 0..20 {
        window.press_with_control('+').await;
    }
    within("the zoom", async {
        while window.page.execute("return innerWidth;", vec![]).await.unwrap() != json!(540) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    every_screen(&window, "200").await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn c50_m10_the_zoom_and_the_order_of_the_list_are_there_after_a_restart() {
    let _desktop = DESKTOP.lock().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    let window = place.open(Theme::Light, "first.log", &sandbox.url()).await;
    window.click("button", "Try it with sample data").await;
    window.click("button", PROJECT).await;
    window.click("button", "Name").await;
    let by_name = until_rows(&window, |rows| rows.len() > 5 && rows[0] < rows[1]).await;
    let width = || async { window.page.execute("return innerWidth;", vec![]).await.unwrap() };
    let usual = width().await.as_u64().unwrap();
    for _ in 0..20 {
        window.press_with_control('-').await;
    }
    within("the zoom", async {
        while width().await != json!(usual * 2) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    window.screenshot("half").await;
    quit(window).await;

    // Without the server in the environment, so that it returns to the sample data.
    let again = [("CALYPTIA_CLOUD_URL", std::ffi::OsStr::new(""))];
    let window = place.open_with(Theme::Light, "second.log", "", &again).await;
    let rows = until_rows(&window, |rows| rows.len() > 5).await;
    assert_eq!(rows[0], by_name[0]);
    assert_eq!(window.page.execute("return innerWidth;", vec![]).await.unwrap(), json!(usual * 2));
    window.press_with_control('0').await;
    within("the usual size", async {
        while window.page.execute("return innerWidth;", vec![]).await.unwrap() != json!(usual) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
