//! The details of a problem, put on the clipboard for a ticket. The page writes them; a token in them would be a mistake, and is
//! refused here.

use calyptia_api::TokenScanner;

use super::Connections;
use crate::{
    lock::lock,
    messages::{ErrorCode, Problem},
    session::Kind,
};

/// Details are a few lines.
const MAX_BYTES: usize = 8 * 1024;
/// How the JSON in a project token and in a JWT begins in Base64.
const TOKEN_START: &str = "eyJ";

impl Connections {
    /// Puts the details of a problem on the clipboard, where they stay.
    ///
    /// # Errors
    /// If it is no short plain text, or holds a token, or any failure of the clipboard.
    pub async fn copy_problem_details(&self, text: &str) -> Result<(), Problem> {
        if !is_plain(text) || holds_token(text) {
            return Err(Problem::new(ErrorCode::Internal, "these are not the details of a problem"));
        }
        let session = lock(&self.state).current.clone();
        if let Some(session) = session {
            // A value that is still being fetched would take the place of this text.
            session.supersede(Kind::Copy);
        }
        self.clipboard.put_plain(text).await
    }
}

fn is_plain(text: &str) -> bool {
    text.len() <= MAX_BYTES && !text.chars().any(|c| c.is_control() && c != '\n')
}

fn holds_token(text: &str) -> bool {
    let mut found = text.contains(TOKEN_START);
    // Also in Base64.
    let mut scanner = TokenScanner::default();
    scanner.push(text.as_bytes(), |_| found = true);
    scanner.finish(|_| found = true);
    found
}
