//! Copies in a process without a display, and prints how that ended: twice without any clipboard, or with one of the toolkit.

#![allow(clippy::print_stdout, reason = "a program for a test")]

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use calyptia_core::{Clipboard, ClipboardBackend, ClipboardError, messages::PasteSource};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

const TIME: Duration = Duration::from_millis(200);

/// A clipboard in memory.
#[derive(Default)]
struct Toolkit(Mutex<String>);

impl Toolkit {
    fn put(&self, text: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text.to_owned();
    }

    fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClipboardBackend for Toolkit {
    fn set(&self, text: &str) -> Result<(), ClipboardError> {
        self.put(text);
        Ok(())
    }

    fn get(&self) -> Result<Zeroizing<String>, ClipboardError> {
        Ok(Zeroizing::new(self.text()))
    }

    fn clear(&self) -> Result<(), ClipboardError> {
        self.put("");
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    if std::env::args().nth(1).as_deref() == Some("toolkit") {
        return with_toolkit().await;
    }
    let clipboard = Clipboard::system();
    for _ in 0..2 {
        let copied = clipboard.put("canary".into(), Duration::from_secs(60), &CancellationToken::new()).await;
        println!("{copied:?}");
    }
    clipboard.clear_and_wait();
}

async fn with_toolkit() {
    let toolkit = Arc::new(Toolkit::default());
    let clipboard = Clipboard::with_toolkit(Arc::clone(&toolkit) as Arc<dyn ClipboardBackend>);
    let copy = || async {
        clipboard.put("canary".into(), TIME, &CancellationToken::new()).await.expect("copied");
    };
    toolkit.put("pasted");
    println!("read: {}", clipboard.read(PasteSource::Clipboard).await.expect("a text").as_str());
    copy().await;
    println!("copied: {}", toolkit.text());
    tokio::time::sleep(TIME * 5).await;
    println!("cleared: {}", toolkit.text());
    copy().await;
    toolkit.put("somebody else's");
    tokio::time::sleep(TIME * 5).await;
    println!("left alone: {}", toolkit.text());
}
