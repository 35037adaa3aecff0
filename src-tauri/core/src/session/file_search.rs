//! Looking for tokens in files, and which of those that are found are in the open list. Nothing is sent for that. It ends with the
//! session: whoever locks the app stops it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use calyptia_api::TokenId;
use tokio::time::{MissedTickBehavior, interval};

use super::{Kind, Session};
use crate::{
    connections::in_background,
    file_search::{Search, Tally, TokenPlaces},
    messages::{ErrorCode, FileSearch, Problem, SearchEnd, SearchProgress, TokenInFiles},
};

/// How often progress is reported.
const PROGRESS_EVERY: Duration = Duration::from_millis(100);

/// Ends the thread that reads when nobody waits any more.
struct StopOnDrop(Arc<Search>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Session {
    /// Lets the person choose files or a folder, and looks for project tokens in them. `None` if they chose nothing. A search that is
    /// stopped keeps what it has found.
    ///
    /// # Errors
    /// If nothing of what was chosen can be read, a newer search took its place, or the session is closed.
    pub(crate) async fn search_files(
        &self,
        choose: impl Future<Output = Vec<PathBuf>>,
        mut progress: impl FnMut(SearchProgress),
    ) -> Result<Option<FileSearch>, Problem> {
        let search = Arc::new(Search::default());
        let mut chosen = Vec::new();
        let work = async {
            chosen = choose.await;
            if chosen.is_empty() {
                return Ok(None);
            }
            let _stop = StopOnDrop(Arc::clone(&search));
            let (paths, limits, reading) = (chosen.clone(), self.search_limits.clone(), Arc::clone(&search));
            let mut done = std::pin::pin!(in_background(move || reading.run(&paths, &limits)));
            let mut ticks = interval(PROGRESS_EVERY);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    biased;
                    end = &mut done => return end.map(Some),
                    _ = ticks.tick() => progress(search.progress()),
                }
            }
        };
        let end = match self.run(Kind::Search, work).await {
            Ok(Some(end)) => end,
            Ok(None) => return Ok(None),
            Err(problem) if problem.code == ErrorCode::Cancelled && !chosen.is_empty() => SearchEnd::Stopped,
            Err(problem) => return Err(problem),
        };
        let tally = search.take();
        if let Some(kind) = tally.refused
            && tally.files == 0
            && chosen.len() as u64 == tally.unreadable
        {
            let kind = kind.to_string();
            return Err(Problem {
                detail: Some(kind.clone()),
                ..Problem::new(ErrorCode::FilesNotRead, kind)
            });
        }
        Ok(Some(self.describe(tally, end)))
    }

    fn describe(&self, tally: Tally, end: SearchEnd) -> FileSearch {
        let open = self.list.project();
        let describe = |found: TokenPlaces| {
            let elsewhere = open != Some(found.project);
            let mut places = found.places;
            places.sort();
            // Whoever made up a token can give it the id of another project's.
            let row = (!elsewhere).then(|| self.list.row(&TokenId::Uuid(found.id))).flatten().map(Box::new);
            TokenInFiles {
                id: found.id.to_string(),
                project: found.project,
                row,
                elsewhere,
                places,
                more: found.more,
            }
        };
        let mut tokens: Vec<_> = tally.tokens.into_iter().map(describe).collect();
        tokens.sort_by_key(|token| (token.row.is_none(), token.elsewhere));
        let Tally { folder, files, bytes, unreadable, cut, too_deep, links, more, .. } = tally;
        FileSearch { folder, end, files, bytes, unreadable, cut, too_deep, links, tokens, more }
    }
}
