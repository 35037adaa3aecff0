//! Bodies without end. Only what the connection takes is ever made.

use std::{convert::Infallible, iter};

use axum::body::{Body, Bytes};
use futures_util::stream;
use uuid::Uuid;

use super::rows;

const PIECE: usize = 64 * 1024;

/// So many rows make a piece of some 40 KB.
const ROWS_IN_PIECE: usize = 100;

pub(super) fn white_space() -> Body {
    repeat("[", " ".repeat(PIECE))
}

pub(super) fn value() -> Body {
    repeat("[{\"id\":\"", "a".repeat(PIECE))
}

pub(super) fn rows() -> Body {
    let mut rows = (1..).map(|number| rows::row(Uuid::from_u128(number), &format!("endless-{number}")));
    let mut separator = '[';
    body(iter::repeat_with(move || {
        let mut piece = String::new();
        for row in rows.by_ref().take(ROWS_IN_PIECE) {
            piece.push(separator);
            piece.push_str(&row.to_string());
            separator = ',';
        }
        piece.into()
    }))
}

/// Packs white space 158 times: as deep as the fixed code of DEFLATE goes, which needs no packer.
pub(super) fn gzip_bomb() -> Body {
    const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    /// A block that is not the last, in the fixed code, and in it the letter to repeat, a space.
    const BLOCK: &[u8] = b"010";
    const SPACE: &[u8] = b"01010000";
    /// The 258 bytes that start 1 byte back.
    const REPEAT: &[u8] = b"1100010100000";
    let mut bits = BLOCK.iter().chain(SPACE).chain(REPEAT.iter().cycle());
    let mut bytes = iter::from_fn(|| {
        let byte = bits.by_ref().take(8).enumerate().map(|(place, bit)| (bit - b'0') << place);
        Some(byte.sum())
    });
    let start: Vec<u8> = HEAD.into_iter().chain(bytes.by_ref().take(BLOCK.len() + SPACE.len())).collect();
    // Behind a whole number of repeats in whole bytes the bits come round.
    let rest: Vec<u8> = bytes.take(REPEAT.len() * (PIECE / REPEAT.len())).collect();
    repeat(start, rest)
}

fn repeat(start: impl Into<Bytes>, rest: impl Into<Bytes>) -> Body {
    body(iter::once(start.into()).chain(iter::repeat(rest.into())))
}

fn body(pieces: impl Iterator<Item = Bytes> + Send + 'static) -> Body {
    Body::from_stream(stream::iter(pieces.map(Ok::<_, Infallible>)))
}
