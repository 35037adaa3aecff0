//! The body of a response while it arrives, within bounds on time and size.

use reqwest::{Response, header::CONTENT_ENCODING};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout_at};

use crate::{
    DecodeError, Error, Failure, Operation, Timeouts, rows::what_is_wrong, secret_buffer::SecretBuffer,
};

/// Maximum size of a body that is read whole.
const MAX_WHOLE_BYTES: u64 = 1024 * 1024;
/// First size of a buffer for a body that does not announce its length.
const DEFAULT_CAPACITY: u64 = 16 * 1024;

/// The body of a response.
pub(crate) struct Body {
    operation: Operation,
    response: Response,
    timeouts: Timeouts,
    started: Instant,
    received: u64,
    max: u64,
}

impl Body {
    /// # Errors
    /// `Undecodable` if the body is compressed, which the client does not ask for.
    pub(crate) fn open(
        operation: Operation,
        response: Response,
        timeouts: Timeouts,
        max: u64,
    ) -> Result<Self, Error> {
        match foreign_encoding(&response) {
            None => Ok(Self::new(operation, response, timeouts, max)),
            Some(what) => {
                let error = DecodeError { what, element: None, byte: 0 };
                Err(Error::new(operation, Failure::Undecodable(error)))
            }
        }
    }

    fn new(operation: Operation, response: Response, timeouts: Timeouts, max: u64) -> Self {
        Self { operation, response, timeouts, started: Instant::now(), received: 0, max }
    }

    /// How many bytes have arrived.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The next piece; `None` at the end. A body that is shorter than announced is an error.
    pub(crate) async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, Error> {
        let stuck = self.started + self.timeouts.time_for(self.received);
        let silent = Instant::now() + self.timeouts.read;
        let chunk = timeout_at(stuck.min(silent), self.response.chunk())
            .await
            .map_err(|_| Error::new(self.operation, Failure::TimedOut))?
            .map_err(|error| Error::from_transport(self.operation, &error, None, false))?;
        if let Some(chunk) = &chunk {
            self.received += chunk.len() as u64;
            if self.received > self.max {
                return Err(Error::new(self.operation, Failure::TooLarge));
            }
        }
        Ok(chunk)
    }

    async fn whole(&mut self) -> Result<SecretBuffer, Error> {
        let announced = self.response.content_length().unwrap_or(DEFAULT_CAPACITY).min(self.max);
        let mut whole = SecretBuffer::with_capacity(usize::try_from(announced).unwrap_or_default());
        while let Some(chunk) = self.chunk().await? {
            whole.extend(chunk.as_ref());
        }
        Ok(whole)
    }
}

/// Reads a body that is small by nature.
pub(crate) async fn read_whole<T: DeserializeOwned>(
    operation: Operation,
    response: Response,
    timeouts: Timeouts,
) -> Result<T, Error> {
    let body = Body::open(operation, response, timeouts, MAX_WHOLE_BYTES)?.whole().await?;
    serde_json::from_slice(&body).map_err(|error| {
        // `serde_json` counts lines and columns from 1, and columns in bytes.
        let lines_before: usize = body
            .split_inclusive(|byte| *byte == b'\n')
            .take(error.line().saturating_sub(1))
            .map(<[u8]>::len)
            .sum();
        let byte = (lines_before + error.column().saturating_sub(1)) as u64;
        let error = DecodeError { what: what_is_wrong(&error), element: None, byte };
        Error::new(operation, Failure::Undecodable(error))
    })
}

/// As much of a body as arrives within the limits: enough to look for an error's message.
pub(crate) async fn read_start(response: Response, timeouts: Timeouts, max: u64) -> SecretBuffer {
    // The operation is for errors, and those end the reading here.
    let mut body = Body::new(Operation::Health, response, timeouts, max);
    let mut start = SecretBuffer::with_capacity(DEFAULT_CAPACITY as usize);
    while let Ok(Some(chunk)) = body.chunk().await {
        start.extend(chunk.as_ref());
    }
    start
}

/// The encoding of a compressed body, in words of our own. The client asks for none, but some proxies add one.
fn foreign_encoding(response: &Response) -> Option<&'static str> {
    let values = response.headers().get_all(CONTENT_ENCODING);
    let encodings = values.iter().flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let foreign = encodings
        .map(<[u8]>::trim_ascii)
        .find(|encoding| !encoding.is_empty() && !encoding.eq_ignore_ascii_case(b"identity"))?;
    Some(match foreign.to_ascii_lowercase().as_slice() {
        b"gzip" | b"x-gzip" => "it is compressed with gzip, which was not asked for",
        b"br" => "it is compressed with brotli, which was not asked for",
        b"deflate" => "it is compressed with deflate, which was not asked for",
        b"zstd" => "it is compressed with zstd, which was not asked for",
        _ => "it has a content encoding that was not asked for",
    })
}
