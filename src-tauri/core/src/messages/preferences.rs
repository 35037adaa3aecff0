//! Preferences: the language and look of the window, how long secrets stay, and whether changes are shown.

use serde::{Deserialize, Serialize};

/// The app's language and look, how long a token stays on the clipboard, when the app locks, and whether it shows what has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Preferences {
    pub language: Language,
    pub theme: Theme,
    pub density: Density,
    /// How long a token stays on the clipboard.
    pub clipboard_seconds: u32,
    /// Minutes without a key press or pointer movement until the app locks. `None`: never.
    pub lock_minutes: Option<u32>,
    /// Whether to keep what each list was like, and show what has changed since the last look.
    pub show_changes: bool,
}

impl Preferences {
    /// From too short to paste to too long to remember.
    pub(crate) const CLIPBOARD_SECONDS: std::ops::RangeInclusive<u32> = 5..=600;
    pub(crate) const LOCK_MINUTES: std::ops::RangeInclusive<u32> = 1..=24 * 60;

    /// Whether every value is within its range.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        Self::CLIPBOARD_SECONDS.contains(&self.clipboard_seconds)
            && self.lock_minutes.is_none_or(|minutes| Self::LOCK_MINUTES.contains(&minutes))
    }
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            language: Language::System,
            theme: Theme::System,
            density: Density::Comfortable,
            clipboard_seconds: 30,
            lock_minutes: Some(15),
            show_changes: true,
        }
    }
}

/// The language of the window and of the app's own dialogs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Language {
    /// Match the system.
    System,
    En,
    Es,
}

impl Language {
    /// The BCP 47 tag of a language that was chosen.
    #[must_use]
    pub fn tag(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::En => Some("en"),
            Self::Es => Some("es"),
        }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Theme {
    /// Match the system.
    System,
    Light,
    Dark,
}

/// The height of a table row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Density {
    Comfortable,
    Compact,
}
