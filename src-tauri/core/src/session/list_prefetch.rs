//! Loads a list while its connection is still being verified, so that both can be returned together.

use std::{sync::Arc, time::Duration};

use calyptia_api::Client;
use tokio::{sync::watch, task::JoinHandle};
use uuid::Uuid;

use super::{SessionOptions, list::OpenList};
use crate::messages::{ErrorCode, LoadProgress, Loaded, Problem};

/// A load in progress. Its list becomes the session's list. Dropping this stops the load.
pub(crate) struct ListPrefetch {
    pub(super) project: Uuid,
    pub(super) list: Arc<OpenList>,
    load: JoinHandle<Loaded>,
    /// Closed when the load has ended.
    progress: watch::Receiver<Option<LoadProgress>>,
}

impl Drop for ListPrefetch {
    fn drop(&mut self) {
        self.load.abort();
    }
}

impl ListPrefetch {
    /// Starts to load a project's list. Needs a tokio runtime.
    pub(crate) fn begin(client: Client, project: Uuid, options: &SessionOptions) -> Self {
        let list = Arc::new(OpenList::new(options));
        let (report, progress) = watch::channel(None);
        let load = tokio::spawn({
            let list = Arc::clone(&list);
            async move { list.load(&client, project, |progress| drop(report.send(Some(progress)))).await }
        });
        Self { project, list, load, progress }
    }

    /// Whether the load ends within this time.
    pub(super) fn ends_within(&self, time: Duration) -> impl Future<Output = bool> + use<> {
        let mut progress = self.progress.clone();
        async move {
            let ended = async { while progress.changed().await.is_ok() {} };
            tokio::time::timeout(time, ended).await.is_ok()
        }
    }

    /// Waits for the load to end, and reports its progress.
    pub(super) async fn join(mut self, mut report: impl FnMut(LoadProgress)) -> Result<Loaded, Problem> {
        loop {
            let progress = self.progress.borrow_and_update().clone();
            if let Some(progress) = progress {
                report(progress);
            }
            if self.progress.changed().await.is_err() {
                break;
            }
        }
        let stopped = |_| Problem::new(ErrorCode::Internal, "loading the list stopped");
        (&mut self.load).await.map_err(stopped)
    }
}
