//! The page's access list, tested through the real configuration and a runtime without a window.

use std::{collections::BTreeSet, sync::Arc};

use calyptia_core::{
    Clipboard, Connections, Settings,
    consent::{Answer, Consent, Question},
    messages::SearchIn,
};
use serde_json::Value;
use tauri::{
    App, Manager as _, WebviewWindowBuilder,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

use crate::desktop::launch::Launch;

/// Not called here: the mock runtime cannot quit. Journeys call it.
const NOT_CALLED: [&str; 1] = ["quit"];

/// Nobody is there to agree to anything.
struct Nobody;

impl Consent for Nobody {
    fn ask(&self, _: Question) -> Answer<bool> {
        Box::pin(async { false })
    }

    fn choose_certificates(&self) -> Answer<Option<std::path::PathBuf>> {
        Box::pin(async { None })
    }

    fn choose_to_search(&self, _: SearchIn) -> Answer<Vec<std::path::PathBuf>> {
        Box::pin(async { Vec::new() })
    }

    fn choose_where_to_save(&self, _: &str) -> Answer<Option<std::path::PathBuf>> {
        Box::pin(async { None })
    }
}

/// The app without a window, and the page's window.
fn app() -> (App<MockRuntime>, tauri::WebviewWindow<MockRuntime>) {
    let app = mock_builder()
        .invoke_handler(super::handler())
        .build(tauri::generate_context!())
        .expect("the real configuration");
    let connections =
        Arc::new(Connections::new(Settings::load(None), false, Clipboard::system(), Arc::new(Nobody)));
    crate::manage(&app, connections, Launch::default());
    let window =
        WebviewWindowBuilder::new(&app, "main", tauri::WebviewUrl::default()).build().expect("a window");
    (app, window)
}

/// The commands in the access list.
fn listed() -> BTreeSet<&'static str> {
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

/// The commands that are registered.
fn registered() -> BTreeSet<&'static str> {
    let source = include_str!("mod.rs");
    let list = source.split_once("generate_handler![").and_then(|(_, rest)| rest.split_once(']'));
    let (list, _) = list.expect("the handler");
    list.split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn the_page_can_call_what_is_listed_and_nothing_else() {
    let (app, window) = app();
    let stranger =
        WebviewWindowBuilder::new(&app, "other", tauri::WebviewUrl::default()).build().expect("a window");

    assert_eq!(listed(), registered());
    // Without arguments most of them fail; what counts is that it is they who respond.
    for command in listed() {
        assert!(ask(&stranger, command).is_err_and(|error| error.contains("not allowed")), "{command}");
        if NOT_CALLED.contains(&command) {
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
fn every_command_is_in_the_list_of_docs_security() {
    let text = include_str!("../../../docs/SECURITY.md");
    let (_, section) = text.split_once("## What the page can call").expect("the section");
    let (section, _) = section.split_once("\n## ").expect("it ends");
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let commands: Vec<&str> = rows
        .filter_map(|row| row.split_once(" |"))
        .flat_map(|(names, _)| names.split('`').map(str::trim).filter(|name| !name.is_empty()))
        .collect();
    assert_eq!(commands.iter().copied().collect::<BTreeSet<_>>(), listed());
    assert_eq!(commands.len(), listed().len(), "each once");
}

#[test]
fn p1_odd_arguments_are_refused_and_nothing_breaks() {
    let (app, window) = app();
    let large = "x".repeat(10 * 1024 * 1024);
    // Of the wrong types, of another shape, far too large, or no JSON at all.
    let bodies = || {
        [
            InvokeBody::Json(serde_json::json!(null)),
            InvokeBody::Json(serde_json::json!([1, 2])),
            InvokeBody::Json(serde_json::json!({
                "connection": 7, "server": [], "bearerToken": {}, "sessionOnly": "yes", "name": null, "preferences": -1,
                "proxy": {"kind": "carrier pigeon"}, "certificates": 0, "project": "not an id", "view": "all",
                "from": -1, "count": 1.5, "permissions": "all", "id": null, "expected": [], "onProgress": 1,
                "onChecking": {}, "onWaiting": null, "snippet": 1, "request": "cli", "step": 3, "order": "name",
                "what": "everything", "format": "carrier pigeon",
            })),
            InvokeBody::Json(serde_json::json!({
                "connection": large, "server": large, "bearerToken": large, "sessionOnly": large, "name": large,
                "project": large, "permissions": [large], "id": large, "preferences": large, "proxy": large,
            })),
            InvokeBody::Raw(vec![0xff; 1024]),
        ]
    };
    let without_arguments = [
        "start",
        "open_last",
        "cancel_connect",
        "discard_bearer_token",
        "pasted_project_token",
        "clear_pasted",
        "choose_certificates",
        "try_sample",
        "list_connections",
        "lock",
        "report_activity",
        "preferences",
        "network",
        "quit",
    ];
    for command in listed().into_iter().filter(|command| !without_arguments.contains(command)) {
        for body in bodies() {
            ask_with(&window, command, body).expect_err(command);
        }
    }
    // It still responds, and nothing came of all that.
    assert!(ask(&window, "start").is_ok());
    assert!(app.state::<Arc<Connections>>().known().is_empty());
}
