//! The page's access list, asked through the real configuration and a runtime without a window.

use serde_json::Value;
use tauri::{
    Manager as _, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

use crate::{launch::Launch, state::State};

/// The mock runtime has no end; a journey presses the key for it.
const ENDS: &str = "quit";

/// The commands in the access list, as it is written.
fn listed() -> Vec<&'static str> {
    let list = include_str!("../permissions/page.toml");
    let names = list.split("commands.allow = [").skip(1).filter_map(|rest| rest.split(']').next());
    names.flat_map(|names| names.split('"').skip(1).step_by(2)).collect()
}

fn ask(window: &tauri::WebviewWindow<MockRuntime>, command: &str) -> Result<(), String> {
    ask_with(window, command, InvokeBody::default())
}

fn ask_with(
    window: &tauri::WebviewWindow<MockRuntime>,
    command: &str,
    body: InvokeBody,
) -> Result<(), String> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: if cfg!(windows) { "http://tauri.localhost" } else { "tauri://localhost" }
            .parse()
            .expect("a URL"),
        body,
        headers: tauri::http::HeaderMap::default(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(drop).map_err(|error: Value| error.to_string())
}

#[test]
fn the_page_may_call_what_is_listed_and_nothing_else() {
    let app = mock_builder()
        .invoke_handler(super::handler())
        .build(tauri::generate_context!())
        .expect("the real configuration");
    app.manage(State::new(Launch::default(), None));
    let window =
        WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().expect("a window");
    let stranger =
        WebviewWindowBuilder::new(&app, "other", tauri::WebviewUrl::default()).build().expect("a window");

    // Without arguments most of them fail; what counts is that it is they who answer.
    assert_eq!(listed().len(), 37);
    for command in listed() {
        assert!(ask(&stranger, command).is_err_and(|error| error.contains("not allowed")), "{command}");
        if command == ENDS {
            continue;
        }
        let answer = ask(&window, command);
        let refused = answer
            .as_ref()
            .err()
            .filter(|error| error.contains("not allowed") || error.contains("not found"));
        assert_eq!(refused, None, "{command}");
    }
    for command in ["exit", "plugin:event|listen", "plugin:window|close", "plugin:path|resolve_directory", ""]
    {
        let refused = |error: String| error.contains("not allowed") || error.contains("not found");
        assert!(ask(&window, command).is_err_and(refused), "{command}");
    }
}

#[test]
fn p1_odd_arguments_are_refused_and_nothing_breaks() {
    let app = mock_builder()
        .invoke_handler(super::handler())
        .build(tauri::generate_context!())
        .expect("the real configuration");
    app.manage(State::new(Launch::default(), None));
    let window =
        WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().expect("a window");
    let large = "x".repeat(10 * 1024 * 1024);
    // Of the wrong types, of another shape, far too large, or no JSON at all.
    let bodies = || {
        [
            InvokeBody::Json(serde_json::json!(null)),
            InvokeBody::Json(serde_json::json!([1, 2])),
            InvokeBody::Json(serde_json::json!({
                "connection": 7, "server": [], "bearer": {}, "sessionOnly": "yes", "name": null, "preferences": -1,
                "proxy": {"kind": "carrier pigeon"}, "certificates": 0, "project": "not an id", "view": "all",
                "from": -1, "count": 1.5, "permissions": "all", "id": null, "seen": [], "onProgress": 1,
                "onChecking": {}, "onWaiting": null,
            })),
            InvokeBody::Json(serde_json::json!({
                "connection": large, "server": large, "bearer": large, "sessionOnly": large, "name": large,
                "project": large, "permissions": [large], "id": large, "preferences": large, "proxy": large,
            })),
            InvokeBody::Raw(vec![0xff; 1024]),
        ]
    };
    // Those that take nothing do what they always do, and these wait for what is not there.
    let take_nothing = [
        "start",
        "cancel_connect",
        "paste_bearer",
        "discard_bearer",
        "try_sample",
        "list_connections",
        "lock",
        "preferences",
        "network",
        "is_reachable",
        "list_projects",
        "cancel_load",
        "cancel_create",
        "cancel_change",
        "forget_created",
        ENDS,
    ];
    for command in listed().into_iter().filter(|command| !take_nothing.contains(command)) {
        for body in bodies() {
            ask_with(&window, command, body).expect_err(command);
        }
    }
    // It still answers, and nothing came of all that.
    assert!(ask(&window, "start").is_ok());
    assert!(app.state::<State>().settings.connections().is_empty());
}
