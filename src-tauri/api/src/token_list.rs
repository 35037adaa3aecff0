//! A project's tokens, newest first, as they arrive: pages are followed and rows handed out in batches, so that a
//! list of any length needs the memory of one chunk.

use std::collections::HashSet;

use reqwest::{Response, header::LINK};
use url::Url;
use uuid::Uuid;

use crate::{
    Client, Error, ListedToken,
    error::{Failure, Operation},
    link::next_cursor,
    rows::{ArrayReader, read_element},
};

/// Tokens asked for at a time: few round trips for a large project, no long wait for the first rows.
const PAGE_SIZE: &str = "2000";
/// More pages than this are a server that does not stop. At this size they hold ten million tokens.
const MAX_PAGES: usize = 5_000;
/// Most bytes of one page. A server that ignores the page size sends everything at once.
const MAX_PAGE_BYTES: u64 = 1024 * 1024 * 1024;

/// The list of a project's tokens while it is read. Dropping it aborts the request.
pub struct TokenList {
    client: Client,
    project: Uuid,
    page: Option<Page>,
    next: Next,
    cursors: HashSet<String>,
    pages: usize,
}

struct Page {
    answer: Response,
    reader: ArrayReader,
    bytes: u64,
    rows: usize,
    cursor: Option<String>,
}

enum Next {
    First,
    After(String),
    End,
}

const OPERATION: Operation = Operation::ListTokens;

impl Client {
    /// Starts to list a project's tokens. Nothing is sent until the first batch is asked for.
    #[must_use]
    pub fn tokens(&self, project: Uuid) -> TokenList {
        TokenList {
            client: self.clone(),
            project,
            page: None,
            next: Next::First,
            cursors: HashSet::new(),
            pages: 0,
        }
    }
}

impl TokenList {
    /// The rows of the next piece of the answer; `None` once the list is whole.
    ///
    /// # Errors
    /// Any [`Failure`]. The batches before it stay valid, but the list is not whole.
    pub async fn next_batch(&mut self) -> Result<Option<Vec<ListedToken>>, Error> {
        loop {
            let Some(page) = &mut self.page else {
                match self.open_next().await? {
                    None => return Ok(None),
                    Some(page) => self.page = Some(page),
                }
                continue;
            };
            let chunk =
                page.answer.chunk().await.map_err(|e| Failure::from_transport(&e).during(OPERATION))?;
            let Some(chunk) = chunk else {
                page.reader.finish().map_err(|e| Failure::Undecodable(e).during(OPERATION))?;
                self.next = self.after_page();
                self.page = None;
                continue;
            };
            page.bytes += chunk.len() as u64;
            if page.bytes > MAX_PAGE_BYTES {
                return Err(Failure::TooLarge.during(OPERATION));
            }
            let mut batch = Vec::new();
            page.reader
                .push(&chunk, |element| {
                    batch.push(read_element(element)?);
                    Ok(())
                })
                .map_err(|e| Failure::Undecodable(e).during(OPERATION))?;
            page.rows += batch.len();
            if !batch.is_empty() {
                return Ok(Some(batch));
            }
        }
    }

    async fn open_next(&mut self) -> Result<Option<Page>, Error> {
        let cursor = match &self.next {
            Next::End => return Ok(None),
            Next::First => None,
            Next::After(cursor) => Some(cursor),
        };
        if self.pages == MAX_PAGES {
            return Err(Failure::TooLarge.during(OPERATION));
        }
        self.pages += 1;
        let mut url = self.client.url(OPERATION, &["v1", "projects", &self.project.to_string(), "tokens"])?;
        url.query_pairs_mut().append_pair("last", PAGE_SIZE);
        if let Some(cursor) = cursor {
            url.query_pairs_mut().append_pair("before", cursor);
        }
        let answer = self.client.get(OPERATION, &url).await?;
        let cursor = page_cursor(&answer, &url);
        Ok(Some(Page { answer, reader: ArrayReader::default(), bytes: 0, rows: 0, cursor }))
    }

    /// Stops at a page without rows and at a cursor that was seen before: both would lead round in circles.
    fn after_page(&mut self) -> Next {
        match self.page.take() {
            Some(Page { rows: 1.., cursor: Some(cursor), .. }) if self.cursors.insert(cursor.clone()) => {
                Next::After(cursor)
            }
            _ => Next::End,
        }
    }
}

/// The cursor of the page behind this answer's.
pub(crate) fn page_cursor(answer: &Response, url: &Url) -> Option<String> {
    answer.headers().get_all(LINK).iter().find_map(|link| next_cursor(link.to_str().ok()?, url))
}
