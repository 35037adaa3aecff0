//! An answer's body while it arrives, within the timeouts of time and size that every body has.

use reqwest::Response;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};
use zeroize::Zeroizing;

use crate::{
    Timeouts,
    error::{DecodeError, Failure},
    rows::what_is_wrong,
};

/// Most bytes of an answer that is read whole.
const MAX_WHOLE_BYTES: u64 = 1024 * 1024;

/// The body of an answer.
pub(crate) struct Body {
    answer: Response,
    timeouts: Timeouts,
    started: Instant,
    received: u64,
    most: u64,
}

impl Body {
    pub(crate) fn new(answer: Response, timeouts: Timeouts, most: u64) -> Self {
        Self { answer, timeouts, started: Instant::now(), received: 0, most }
    }

    /// The next piece; `None` at the end. A body that is shorter than announced is an error.
    pub(crate) async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Failure> {
        let stuck = self.started + self.timeouts.time_for(self.received);
        let silent = Instant::now() + self.timeouts.idle;
        let chunk = timeout_at(stuck.min(silent), self.answer.chunk()).await;
        let chunk = chunk.map_err(|_| Failure::TimedOut)?.map_err(|e| Failure::from_transport(&e, None))?;
        if let Some(chunk) = &chunk {
            self.received += chunk.len() as u64;
            if self.received > self.most {
                return Err(Failure::TooLarge);
            }
        }
        Ok(chunk)
    }

    /// All of it.
    async fn whole(&mut self) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let mut whole = Zeroizing::new(Vec::new());
        while let Some(chunk) = self.chunk().await? {
            whole.extend_from_slice(chunk.as_ref());
        }
        Ok(whole)
    }
}

/// Reads an answer that is small by nature.
pub(crate) async fn read_whole<T: DeserializeOwned>(
    answer: Response,
    timeouts: Timeouts,
) -> Result<T, Failure> {
    let body = Body::new(answer, timeouts, MAX_WHOLE_BYTES).whole().await?;
    serde_json::from_slice(&body).map_err(|error| {
        // `serde_json` counts lines and columns from 1, and columns in bytes.
        let lines_before: usize = body
            .split_inclusive(|byte| *byte == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        let byte = (lines_before + error.column().saturating_sub(1)) as u64;
        Failure::Undecodable(DecodeError { what: what_is_wrong(&error), element: None, byte })
    })
}

/// The first bytes of a body, as far as they come within the time: enough to look for an error's message.
pub(crate) async fn read_start(answer: Response, timeouts: Timeouts, most: u64) -> Vec<u8> {
    let mut body = Body::new(answer, timeouts, most);
    let mut start = Vec::new();
    while let Ok(Some(chunk)) = body.chunk().await {
        start.extend_from_slice(chunk.as_ref());
    }
    start
}
