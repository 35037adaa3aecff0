//! A project's tokens as they arrive: pages are followed and rows handed out in batches, so that a list of any length needs
//! the memory of one chunk.

use std::{
    collections::HashSet,
    future::poll_fn,
    hash::{BuildHasher as _, RandomState},
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::{FusedStream, Stream};
use url::Url;
use uuid::Uuid;

use crate::{
    Client, DecodeError, Error, Failure, ListedToken, Operation, PaginationFailure,
    body::Body,
    link::next_cursor,
    rows::{ArrayReader, read_row},
};

/// Tokens asked for at a time: few round trips for a large project, no long wait for the first rows.
const PAGE_SIZE: usize = 2_000;
/// A server with more pages than this never stops.
const MAX_PAGES: usize = 20_000;
/// A server with more tokens than this never stops.
const MAX_TOKENS: usize = 2_000_000;

const OPERATION: Operation = Operation::ListTokens;

/// The list of a project's tokens, newest first, as a stream of batches. A batch is never empty.
///
/// - An id may come twice, in different batches too: a token moves to another page if one before it is created or deleted
///   meanwhile. Keep the first.
/// - The list is complete only if the stream ends without an error. After an error, as after the end, there is nothing more.
///   The batches before an error are valid.
/// - It is cancel-safe: a dropped `next` or [`next_batch`](Self::next_batch) loses nothing, and the next one goes on.
/// - It ends with [`Failure::TooLarge`] once its pages exceed the client's [`SizeLimits`](crate::SizeLimits).
/// - Nothing is sent before it is polled for the first time. Dropping it cancels the request.
pub struct TokenList {
    state: State,
    unreadable: usize,
}

type Batch = Option<Vec<ListedToken>>;
type Step = Pin<Box<dyn Future<Output = (Box<Reader>, Result<Batch, Error>)> + Send>>;

enum State {
    Idle(Box<Reader>),
    Reading(Step),
    Ended,
}

impl Client {
    /// Lists a project's tokens.
    #[must_use]
    pub fn tokens(&self, project: Uuid) -> TokenList {
        TokenList::of(Reader::new(self, tokens_url(self, project, PAGE_SIZE)))
    }
}

impl TokenList {
    fn of(reader: Reader) -> Self {
        Self { state: State::Idle(Box::new(reader)), unreadable: 0 }
    }

    /// Only tokens whose name matches. The server's rule is not documented, so the names have to be compared again.
    pub(crate) fn named(client: &Client, project: Uuid, name: &str) -> Self {
        let url = tokens_url(client, project, PAGE_SIZE).map(|mut url| {
            url.query_pairs_mut().append_pair("name", name);
            url
        });
        Self::of(Reader::new(client, url))
    }

    /// One page of this many tokens and no more.
    pub(crate) fn newest(client: &Client, project: Uuid, count: usize) -> Self {
        Self::of(Reader { only_first: true, ..Reader::new(client, tokens_url(client, project, count)) })
    }

    /// The next batch; `None` once the list is complete, and after an error.
    ///
    /// # Errors
    /// Any [`Failure`].
    pub async fn next_batch(&mut self) -> Result<Option<Vec<ListedToken>>, Error> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// The number of rows so far that were left out because they are not tokens: they lack an id, or a field has the wrong
    /// type.
    #[must_use]
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }
}

impl Stream for TokenList {
    type Item = Result<Vec<ListedToken>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Ended => return Poll::Ready(None),
                State::Idle(mut reader) => {
                    let step = async move {
                        let batch = reader.next_batch().await;
                        (reader, batch)
                    };
                    self.state = State::Reading(Box::pin(step));
                }
                State::Reading(mut step) => {
                    let Poll::Ready((reader, batch)) = step.as_mut().poll(context) else {
                        self.state = State::Reading(step);
                        return Poll::Pending;
                    };
                    self.unreadable = reader.unreadable;
                    if let Ok(Some(_)) = batch {
                        self.state = State::Idle(reader);
                    }
                    return Poll::Ready(batch.transpose());
                }
            }
        }
    }
}

impl FusedStream for TokenList {
    fn is_terminated(&self) -> bool {
        matches!(self.state, State::Ended)
    }
}

/// Reads the pages one after the other.
struct Reader {
    client: Client,
    first: Result<Url, Error>,
    page: Option<Page>,
    next: Next,
    /// The hashes of those that were followed: a server chooses how long a cursor is.
    cursors: HashSet<u64>,
    hasher: RandomState,
    /// The size of the complete pages.
    bytes: u64,
    /// Whether the first page is all that is wanted.
    only_first: bool,
    pages: usize,
    tokens: usize,
    unreadable: usize,
}

struct Page {
    body: Body,
    rows: ArrayReader,
    cursor: Result<Option<String>, PaginationFailure>,
    count: usize,
}

enum Next {
    First,
    After(String),
    End,
}

impl Reader {
    fn new(client: &Client, first: Result<Url, Error>) -> Self {
        Self {
            client: client.clone(),
            first,
            page: None,
            next: Next::First,
            cursors: HashSet::new(),
            hasher: RandomState::new(),
            bytes: 0,
            only_first: false,
            pages: 0,
            tokens: 0,
            unreadable: 0,
        }
    }

    async fn next_batch(&mut self) -> Result<Batch, Error> {
        loop {
            let Some(page) = &mut self.page else {
                match self.open_next().await? {
                    None => return Ok(None),
                    Some(page) => self.page = Some(page),
                }
                continue;
            };
            let Some(chunk) = page.body.chunk().await? else {
                page.rows.finish().map_err(undecodable)?;
                if self.tokens == 0 && self.unreadable > 0 {
                    let what = "none of its entries is a token";
                    return Err(undecodable(DecodeError { what, element: Some(1), byte: 0 }));
                }
                self.next = self.after_page().map_err(pagination)?;
                continue;
            };
            let mut batch = Vec::new();
            page.rows
                .push(chunk.as_ref(), |element| {
                    page.count += 1;
                    match read_row(element)? {
                        Some(token) => batch.push(token),
                        None => self.unreadable += 1,
                    }
                    Ok(())
                })
                .map_err(undecodable)?;
            self.tokens += batch.len();
            if self.tokens + self.unreadable > MAX_TOKENS {
                return Err(pagination(PaginationFailure::Endless));
            }
            if !batch.is_empty() {
                return Ok(Some(batch));
            }
        }
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
        let response = self.client.get(OPERATION, &url).await?;
        let cursor = next_cursor(response.headers(), &url);
        let limits = self.client.size_limits();
        let max = limits.page.min(limits.list.saturating_sub(self.bytes));
        let body = Body::open(OPERATION, response, self.client.timeouts(), max)?;
        Ok(Some(Page { body, rows: ArrayReader::default(), cursor, count: 0 }))
    }

    /// Where to go on, now that a page is complete.
    fn after_page(&mut self) -> Result<Next, PaginationFailure> {
        let Some(Page { body, cursor, count, .. }) = self.page.take() else { return Ok(Next::End) };
        self.bytes += body.received();
        if self.only_first {
            return Ok(Next::End);
        }
        let Some(cursor) = cursor? else { return Ok(Next::End) };
        if count == 0 {
            return Err(PaginationFailure::EmptyPage);
        }
        if self.pages >= MAX_PAGES {
            return Err(PaginationFailure::Endless);
        }
        if !self.cursors.insert(self.hasher.hash_one(&cursor)) {
            return Err(PaginationFailure::Cycle);
        }
        Ok(Next::After(cursor))
    }
}

fn undecodable(error: DecodeError) -> Error {
    Error::new(OPERATION, Failure::Undecodable(error))
}

fn pagination(failure: PaginationFailure) -> Error {
    Error::new(OPERATION, Failure::Pagination(failure))
}

fn tokens_url(client: &Client, project: Uuid, count: usize) -> Result<Url, Error> {
    let mut url = client.url(OPERATION, &["v1", "projects", &project.to_string(), "tokens"])?;
    url.query_pairs_mut().append_pair("last", &count.to_string());
    Ok(url)
}
