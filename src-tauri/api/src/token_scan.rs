//! Finds project tokens in bytes that arrive in pieces, such as those of a large file: as text, in Base64 as in a Kubernetes Secret,
//! and wrapped over several lines. No value leaves the scanner, only what it says of itself.

use uuid::Uuid;
use zeroize::{Zeroize as _, Zeroizing};

use crate::{jwt_text::JWT_START, token_value::token_ids};

/// How much of a file a token takes at most: in Base64, with line breaks and indentation.
const REACH: usize = 4096;
/// How much is looked at in one go.
const STEP: usize = 128 * 1024;
/// The longest first part: 256 bytes of JSON. Two ids and their keys take 101.
const MAX_IDS: usize = 342;
/// A signature has 48 bytes, in Base64. Anything shorter stands in for one.
pub(crate) const SIGNATURE: usize = 64;

/// A token that was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScannedToken {
    /// The token's id.
    pub id: Uuid,
    /// The id of the project it belongs to.
    pub project: Uuid,
    /// The line on which it begins, counted from 1.
    pub line: u64,
    /// Whether it was in Base64.
    pub is_base64: bool,
}

/// Looks for tokens in one file. What it holds is wiped.
pub struct TokenScanner {
    /// What has not been looked at, and before it what has.
    buffer: Zeroizing<Vec<u8>>,
    /// How much of the buffer has been looked at.
    scanned: usize,
    /// The last four characters of the text that is being read, none of them anything but Base64.
    recent: u32,
    /// How many characters of the current line have been read.
    column: usize,
    line: u64,
    encoding: Encoding,
}

/// How characters are stored.
enum Encoding {
    /// Until two bytes are there. This is the first one, if it is.
    Unknown(Option<u8>),
    /// ASCII and whatever contains it.
    Bytes,
    /// UTF-16, as the output of commands is in Windows PowerShell. With the first byte of a pair.
    Utf16 { is_big_endian: bool, first: Option<u8> },
}

/// How the Base64 of a token begins, and the bits of its first byte that belong to the character before: where a token begins within
/// what was encoded decides that.
struct Alignment {
    start: &'static [u8],
    bits: u32,
    count: u32,
}

const ALIGNMENTS: [Alignment; 3] = [
    Alignment { start: b"ZXlK", bits: 0, count: 0 },
    Alignment { start: b"V5S", bits: 0b0110, count: 4 },
    Alignment { start: b"leU", bits: 0b01, count: 2 },
];

impl Default for TokenScanner {
    fn default() -> Self {
        Self {
            // As large as it becomes, as growing would leave copies behind.
            buffer: Zeroizing::new(Vec::with_capacity(STEP + REACH)),
            scanned: 0,
            recent: 0,
            column: 0,
            line: 1,
            encoding: Encoding::Unknown(None),
        }
    }
}

impl TokenScanner {
    /// Whether a project token is in a text, plain or in Base64.
    #[must_use]
    pub fn finds_any(text: &str) -> bool {
        let (mut scanner, mut found) = (Self::default(), false);
        scanner.push(text.as_bytes(), |_| found = true);
        scanner.finish(|_| found = true);
        found
    }

    /// Reads on. Calls `found` for each token, in the order in which they stand there.
    pub fn push(&mut self, bytes: &[u8], mut found: impl FnMut(ScannedToken)) {
        for piece in bytes.chunks(STEP / 2) {
            self.append(piece);
            self.scan(self.buffer.len().saturating_sub(REACH), &mut found);
        }
    }

    /// There is no more to read. The scanner can be used for another file.
    pub fn finish(&mut self, mut found: impl FnMut(ScannedToken)) {
        if let Encoding::Unknown(Some(first)) = self.encoding {
            self.buffer.push(first);
        }
        self.scan(self.buffer.len(), &mut found);
        self.buffer.zeroize();
        (self.scanned, self.recent, self.column, self.line) = (0, 0, 0, 1);
        self.encoding = Encoding::Unknown(None);
    }

    fn append(&mut self, bytes: &[u8]) {
        self.buffer.copy_within(self.scanned.., 0);
        let left = self.buffer.len() - self.scanned;
        self.buffer.truncate(left);
        self.scanned = 0;
        let mut bytes = bytes;
        while let (Encoding::Unknown(first), [byte, rest @ ..]) = (&self.encoding, bytes) {
            let Some(first) = *first else {
                self.encoding = Encoding::Unknown(Some(*byte));
                bytes = rest;
                continue;
            };
            if let [0xff, 0xfe] | [0xfe, 0xff] = [first, *byte] {
                self.encoding = Encoding::Utf16 { is_big_endian: first == 0xfe, first: None };
                bytes = rest;
            } else {
                self.encoding = Encoding::Bytes;
                self.buffer.extend(Some(first).filter(|byte| *byte != 0));
            }
        }
        match &mut self.encoding {
            Encoding::Unknown(_) => {}
            // UTF-16 without a mark has a zero beside each character of a token.
            Encoding::Bytes => self.buffer.extend(bytes.iter().filter(|byte| **byte != 0)),
            Encoding::Utf16 { is_big_endian, first } => {
                for byte in bytes {
                    let Some(first) = first.take() else {
                        *first = Some(*byte);
                        continue;
                    };
                    let (high, low) = if *is_big_endian { (first, *byte) } else { (*byte, first) };
                    // Nothing but ASCII is part of a token.
                    self.buffer.push(if high == 0 { low } else { 0xff });
                }
            }
        }
    }

    fn scan(&mut self, end: usize, found: &mut impl FnMut(ScannedToken)) {
        while self.scanned < end {
            let byte = self.buffer[self.scanned];
            self.scanned += 1;
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'/' | b'-' | b'_' => {
                    self.recent = self.recent << 8 | u32::from(byte);
                    self.column += 1;
                    self.look(found);
                }
                b'\n' => {
                    self.line += 1;
                    // An empty line ends what is wrapped.
                    if self.column == 0 {
                        self.recent = 0;
                    }
                    self.column = 0;
                }
                // The next line goes on after its indentation, or after the mark of a quotation or a comment.
                b'\r' => {}
                b' ' | b'\t' | b'>' | b'#' if self.column == 0 => {}
                // In shells and YAML a line goes on after this; in mails after an equals sign.
                b'\\' | b'=' if is_break(self.buffer.get(self.scanned)) => {}
                _ => {
                    self.recent = 0;
                    self.column += 1;
                }
            }
        }
    }

    /// Whether a token begins with the characters that have just been read.
    fn look(&self, found: &mut impl FnMut(ScannedToken)) {
        const PLAIN: u32 = last_three(JWT_START.as_bytes());
        const SECOND: u32 = last_three(ALIGNMENTS[1].start);
        const THIRD: u32 = last_three(ALIGNMENTS[2].start);
        const FIRST: u32 = last_three(b"XlK");
        let (ids, start, is_base64) = match self.recent & 0x00ff_ffff {
            PLAIN => (token_of(self.rest(JWT_START.as_bytes())), 3, false),
            FIRST if self.recent >> 24 == u32::from(b'Z') => (self.decoded(&ALIGNMENTS[0]), 4, true),
            SECOND => (self.decoded(&ALIGNMENTS[1]), 3, true),
            THIRD => (self.decoded(&ALIGNMENTS[2]), 3, true),
            _ => return,
        };
        if let Some((id, project)) = ids {
            // Its first characters may be the end of the line before.
            let line = if self.column < start { self.line - 1 } else { self.line };
            found(ScannedToken { id, project, line, is_base64 });
        }
    }

    fn decoded(&self, alignment: &Alignment) -> Option<(Uuid, Uuid)> {
        let characters = self.rest(alignment.start);
        token_of(Decoded { characters, bits: alignment.bits, count: alignment.count })
    }

    /// What begins with these characters, which have just been read.
    fn rest(&self, start: &'static [u8]) -> impl Iterator<Item = u8> {
        let end = self.buffer.len().min(self.scanned + REACH);
        start.iter().copied().chain(Joined { bytes: &self.buffer[self.scanned..end], start })
    }
}

const fn last_three(text: &[u8]) -> u32 {
    (text[0] as u32) << 16 | (text[1] as u32) << 8 | text[2] as u32
}

fn is_break(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'\r' | b'\n'))
}

/// Text without its line breaks and indentation. It ends at an empty line, and at a line that begins as a token does.
struct Joined<'b> {
    bytes: &'b [u8],
    start: &'static [u8],
}

impl Iterator for Joined<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let mut breaks = 0;
        loop {
            let (byte, rest) = self.bytes.split_first()?;
            match byte {
                b'\n' if breaks == 1 => return None,
                b'\n' => breaks = 1,
                b'\r' => {}
                b' ' | b'\t' | b'>' | b'#' if breaks == 1 => {}
                b'\\' | b'=' if is_break(rest.first()) => {}
                _ if breaks == 1 && self.bytes.starts_with(self.start) => return None,
                _ => {
                    self.bytes = rest;
                    return Some(*byte);
                }
            }
            self.bytes = rest;
        }
    }
}

/// What Base64 of either alphabet stands for, up to the first character that is none of it.
struct Decoded<I> {
    characters: I,
    bits: u32,
    count: u32,
}

impl<I: Iterator<Item = u8>> Iterator for Decoded<I> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        while self.count < 8 {
            let six = match self.characters.next()? {
                byte @ b'A'..=b'Z' => byte - b'A',
                byte @ b'a'..=b'z' => byte - b'a' + 26,
                byte @ b'0'..=b'9' => byte - b'0' + 52,
                b'+' | b'-' => 62,
                b'/' | b'_' => 63,
                _ => return None,
            };
            self.bits = self.bits << 6 | u32::from(six);
            self.count += 6;
        }
        self.count -= 8;
        let byte = self.bits >> self.count;
        self.bits &= (1 << self.count) - 1;
        u8::try_from(byte).ok()
    }
}

/// The ids of the token and its project, if a whole token stands at the beginning. What follows it does not matter.
fn token_of(characters: impl Iterator<Item = u8>) -> Option<(Uuid, Uuid)> {
    let mut token = Zeroizing::new([0; MAX_IDS + 1 + SIGNATURE]);
    let mut length = 0;
    let mut signature = None;
    for byte in characters {
        match byte {
            b'.' if signature.is_none() => signature = Some(length + 1),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => {}
            _ => return None,
        }
        if signature.is_none() && length == MAX_IDS {
            return None;
        }
        token[length] = byte;
        length += 1;
        if let Some(start) = signature
            && length == start + SIGNATURE
        {
            let is_mask = token[start..length].iter().all(|byte| *byte == token[start]);
            let text = std::str::from_utf8(&token[..length]).ok()?;
            return if is_mask { None } else { token_ids(text) };
        }
    }
    None
}

#[cfg(test)]
mod tests;
