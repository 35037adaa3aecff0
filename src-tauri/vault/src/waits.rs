//! Requests that take so long that a person should know what the app waits for: the keyring probably shows a window.

use std::time::Duration;

use tokio::sync::watch;

/// How long a request is given before it counts as a wait.
pub(crate) const NOTICE_AFTER: Duration = Duration::from_secs(2);

/// How many requests have been waiting for the keyring for longer than that.
#[derive(Default)]
pub(crate) struct Waits(watch::Sender<usize>);

impl Waits {
    pub fn watch(&self) -> watch::Receiver<usize> {
        self.0.subscribe()
    }

    /// Waits for a request, and counts it once it takes long.
    pub async fn observe<T>(&self, request: impl Future<Output = T>) -> T {
        let mut request = std::pin::pin!(request);
        if let Ok(answer) = tokio::time::timeout(NOTICE_AFTER, &mut request).await {
            return answer;
        }
        self.0.send_modify(|waiting| *waiting += 1);
        // Also if the caller goes.
        let _end = End(&self.0);
        request.await
    }
}

struct End<'a>(&'a watch::Sender<usize>);

impl Drop for End<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}
