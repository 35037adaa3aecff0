//! Copies twice in a process without a display, and prints how that ended.

#![allow(clippy::print_stdout, reason = "a program for a test")]

use std::time::Duration;

use tokio_util::sync::CancellationToken;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let clipboard = calyptia_core::Clipboard::system();
    for _ in 0..2 {
        let copied = clipboard.put("canary".into(), Duration::from_secs(60), &CancellationToken::new()).await;
        println!("{copied:?}");
    }
    clipboard.clear_and_wait();
}
