//! The macOS menu bar, labelled in the page's language.

use serde::{Deserialize, Serialize};

/// The labels of the macOS menu bar.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MenuLabels {
    pub about: String,
    pub unofficial: String,
    pub settings: String,
    pub services: String,
    pub hide: String,
    pub hide_others: String,
    pub show_all: String,
    pub quit: String,
    pub file: String,
    pub new_token: String,
    pub close_window: String,
    pub edit: String,
    pub undo: String,
    pub redo: String,
    pub cut: String,
    pub copy: String,
    pub paste: String,
    pub select_all: String,
    pub view: String,
    pub refresh: String,
    pub fullscreen: String,
    pub window: String,
    pub minimize: String,
    pub zoom: String,
    pub help: String,
    pub shortcuts: String,
}

/// What a paste takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum PasteSource {
    /// What was copied.
    Clipboard,
    /// What was selected last, which a middle click pastes on Linux.
    Primary,
}

/// A token was pasted, and kept away from the page.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct KeptPaste {
    pub source: PasteSource,
    /// Where a click pasted it, as parts of the window's width and height; `None` where the focus is.
    pub at: Option<(f64, f64)>,
}

/// A menu bar entry that the page handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum MenuChoice {
    Settings,
    NewToken,
    Refresh,
    Shortcuts,
}
