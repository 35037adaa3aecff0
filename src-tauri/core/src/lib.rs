//! What Calyptia Tokens does, without a window: everything here runs and is tested without Tauri or WebKit.
//!
//! [`Connections`] owns the saved connections, their credentials, the network settings and the current [`Session`].
//! A session owns the client, the token list and all work in progress, and ends all of it when it is closed. The
//! [`Clipboard`] is a thread that owns every deadline on what it has put there. [`consent`] asks people what the page must not
//! decide. [`messages`] are the shapes that cross to the page.

mod atomic_file;
mod clipboard;
mod clock;
mod connections;
pub mod consent;
mod export;
mod file_search;
mod guard;
mod lock;
pub mod messages;
mod session;
mod settings;
mod snapshots;
mod snippet;
#[cfg(test)]
mod testing;
mod token_text;

pub use clipboard::{Backend as ClipboardBackend, Clipboard, ClipboardError};
pub use connections::{Connections, CredentialStore, WantedToken};
pub use guard::guarded;
pub use session::{Kind, Session};
pub use settings::Settings;
pub use token_text::holds_token;
