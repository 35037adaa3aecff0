//! A project's tokens, newest first, as they arrive: pages are followed and rows handed out in batches, so that a
//! list of any length needs the memory of one chunk.

use std::collections::HashSet;

use url::Url;
use uuid::Uuid;

use crate::{
    Client, Error, ListedToken,
    body::Body,
    error::{DecodeError, Failure, Operation, PaginationFailure},
    link::next_cursor,
    rows::{ArrayReader, read_row},
};

/// Tokens asked for at a time: few round trips for a large project, no long wait for the first rows.
const PAGE_SIZE: usize = 2_000;
/// Most bytes of one page, some ninety times what a full one takes: a server may ignore the page size.
const MAX_PAGE_BYTES: u64 = 64 * 1024 * 1024;
/// More pages than this are a server that does not stop.
const MAX_PAGES: usize = 20_000;
/// More tokens than this are a server that does not stop.
const MAX_TOKENS: usize = 2_000_000;

/// The list of a project's tokens while it is read. Dropping it aborts the request.
pub struct TokenList {
    client: Client,
    first: Result<Url, Error>,
    page: Option<Page>,
    next: Next,
    cursors: HashSet<String>,
    /// Whether the first page is all that is wanted.
    only_first: bool,
    pages: usize,
    tokens: usize,
    unreadable: usize,
}

struct Page {
    body: Body,
    reader: ArrayReader,
    rows: usize,
    cursor: Result<Option<String>, PaginationFailure>,
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
            first: tokens_url(self, project, PAGE_SIZE),
            page: None,
            next: Next::First,
            cursors: HashSet::new(),
            only_first: false,
            pages: 0,
            tokens: 0,
            unreadable: 0,
        }
    }
}

impl TokenList {
    /// Asks only for tokens whose name matches. By which rule is the server's secret: look at the names that come.
    #[must_use]
    pub(crate) fn named(mut self, name: &str) -> Self {
        if let Ok(first) = &mut self.first {
            first.query_pairs_mut().append_pair("name", name);
        }
        self
    }

    /// Asks for one page of this many and no more.
    pub(crate) fn newest(client: &Client, project: Uuid, count: usize) -> Self {
        let list = client.tokens(project);
        Self { first: tokens_url(client, project, count), only_first: true, ..list }
    }

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
            let Some(chunk) = page.body.chunk().await.map_err(|failure| failure.during(OPERATION))? else {
                page.reader.finish().map_err(|e| Failure::Undecodable(e).during(OPERATION))?;
                if self.tokens == 0 && self.unreadable > 0 {
                    let what = "none of its entries is a token";
                    let error = DecodeError { what, element: Some(1), byte: 0 };
                    return Err(Failure::Undecodable(error).during(OPERATION));
                }
                self.next = self.after_page().map_err(|e| Failure::Pagination(e).during(OPERATION))?;
                continue;
            };
            let mut batch = Vec::new();
            page.reader
                .push(chunk.as_ref(), |element| {
                    page.rows += 1;
                    match read_row(element)? {
                        Some(token) => batch.push(token),
                        None => self.unreadable += 1,
                    }
                    Ok(())
                })
                .map_err(|e| Failure::Undecodable(e).during(OPERATION))?;
            self.tokens += batch.len();
            if self.tokens + self.unreadable > MAX_TOKENS {
                return Err(Failure::Pagination(PaginationFailure::Endless).during(OPERATION));
            }
            if !batch.is_empty() {
                return Ok(Some(batch));
            }
        }
    }

    /// How many rows so far were left out because they are not tokens: they lack an id, or a field is of another type.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    async fn open_next(&mut self) -> Result<Option<Page>, Error> {
        let mut url = self.first.clone()?;
        match &self.next {
            Next::End => return Ok(None),
            Next::First => {}
            Next::After(cursor) => {
                url.query_pairs_mut().append_pair("before", cursor);
            }
        }
        self.pages += 1;
        let answer = self.client.get(OPERATION, &url).await?;
        let cursor = next_cursor(answer.headers(), &url);
        let body = Body::new(answer, self.client.timeouts(), MAX_PAGE_BYTES);
        Ok(Some(Page { body, reader: ArrayReader::default(), rows: 0, cursor }))
    }

    /// Where to go on, now that a page is whole.
    fn after_page(&mut self) -> Result<Next, PaginationFailure> {
        let Some(Page { rows, cursor, .. }) = self.page.take() else { return Ok(Next::End) };
        if self.only_first {
            return Ok(Next::End);
        }
        let Some(cursor) = cursor? else { return Ok(Next::End) };
        if rows == 0 {
            return Err(PaginationFailure::EmptyPage);
        }
        if self.pages >= MAX_PAGES {
            return Err(PaginationFailure::Endless);
        }
        if !self.cursors.insert(cursor.clone()) {
            return Err(PaginationFailure::Cycle);
        }
        Ok(Next::After(cursor))
    }
}

fn tokens_url(client: &Client, project: Uuid, count: usize) -> Result<Url, Error> {
    let mut url = client.url(OPERATION, &["v1", "projects", &project.to_string(), "tokens"])?;
    url.query_pairs_mut().append_pair("last", &count.to_string());
    Ok(url)
}
