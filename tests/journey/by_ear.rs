//! The main job by somebody who has a keyboard and a screen reader, and no other way to know what is on the screen; in
//! Spanish, so that it is the translated words that are heard.

use std::ffi::OsStr;

use calyptia_sandbox::{Method, Sandbox};
use secrecy::ExposeSecret as _;

use crate::{
    native,
    place::{DESKTOP, PROJECT, Place, complaints, sent, set_faults, step, until_rows},
    screen_reader::Reader,
    window::{Theme, Window},
};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const DELETE: &str = "\u{e017}";
const NAME: &str = "agente-de-prueba";

/// Presses Tab until this has the focus; a person would give up after so many.
async fn tab_to(window: &Window, reader: &Reader, name: &str) {
    let mut heard = Vec::new();
    for _ in 0..20 {
        window.type_text(TAB).await;
        let focused = reader.focused().await.unwrap_or_default();
        if focused.starts_with(name) {
            return;
        }
        heard.push(focused);
    }
    panic!("Tab does not lead to “{name}”: {heard:?}");
}

#[tokio::test]
#[ignore = "needs a display, a session bus and a keyring of its own: script/desktop"]
async fn p4_by_keyboard_and_ear_the_main_job_can_be_done() {
    let _desktop = DESKTOP.lock().await;
    let reader = Reader::start().await;
    let place = Place::new();
    let sandbox = Sandbox::sample().serve(0).await.unwrap();
    // The desktop of the journeys keeps the toolkit away from the accessibility bus otherwise.
    let environment = [
        ("NO_AT_BRIDGE", OsStr::new("0")),
        ("LANG", OsStr::new("es_ES.UTF-8")),
        ("CALYPTIA_LANGUAGE", OsStr::new("es")),
    ];
    let window = place.open_with(Theme::Light, "by-ear.log", &sandbox.url(), &environment).await;

    step("the first screen: the focus is where the bearer goes");
    reader.until_focused("Bearer token").await;
    let names = reader.names().await;
    for name in ["Servidor", "Guardar en el llavero del sistema", "Conectar", "Ajustes"] {
        assert!(names.iter().any(|one| one.starts_with(name)), "{name}: {names:?}");
    }
    window.type_text(sandbox.bearer_token().expose_secret()).await;
    tab_to(&window, &reader, "Guardar en el llavero").await;
    // Within a group of choices the arrows choose.
    window.type_text("\u{e015}").await;
    reader.until_focused("Conservar solo en esta sesión").await;
    tab_to(&window, &reader, "Conectar").await;
    window.type_text(ENTER).await;
    native::allow().await;

    step("choose the project");
    reader.until_focused(PROJECT).await;
    window.type_text(ENTER).await;
    until_rows(&window, |rows| rows.len() > 5).await;
    let names = reader.names().await;
    assert!(names.iter().any(|name| name == "Todos 28"), "{names:?}");
    reader.until_announced("28 tokens").await;

    step("make a token: a name, Enter, and the value is copied without being seen or heard");
    window.press_with_control('n').await;
    reader.until_focused("Nombre").await;
    window.type_text(NAME).await;
    window.type_text(ENTER).await;
    reader.until_focused("Copiar y cerrar").await;
    assert_eq!(sent(&sandbox, &Method::POST), 1);
    window.type_text(ENTER).await;
    reader.until_announced("El portapapeles se vaciará en").await;

    step("the new token has the focus; revoke it");
    until_rows(&window, |rows| rows[0].starts_with(NAME)).await;
    let names = reader.names().await;
    assert!(names.contains(&format!("Copiar el token {NAME}")), "{names:?}");
    window.type_text(DELETE).await;
    reader.until_focused("Cancelar").await;
    tab_to(&window, &reader, "Revocar").await;
    window.type_text(ENTER).await;
    reader.until_announced(&format!("Revocado «{NAME}»")).await;
    assert!(sandbox.requests().iter().any(|(method, _)| *method == Method::DELETE));
    let names = reader.names().await;
    assert!(!names.iter().any(|name| name.contains(&format!("token {NAME}"))), "{names:?}");

    step("what ends while a dialog is open is heard in it");
    // After the token that is gone, the first row has the focus.
    let name = until_rows(&window, |rows| !rows[0].starts_with(NAME)).await[0].clone();
    let name = name.split(" | ").next().unwrap();
    set_faults(&sandbox, &["GET:latency=1500"]);
    window.press_with_control('c').await;
    reader.until_announced(&format!("Copiando «{name}»")).await;
    window.type_text(ENTER).await;
    reader.until_focused("Nombre").await;
    reader.until_announced(&format!("Copiado «{name}»")).await;
    reader.until_focused("Nombre").await;
    set_faults(&sandbox, &[]);

    window.screenshot("by-ear").await;
    assert_eq!(complaints(&window.close().await), Vec::<String>::new());
}
