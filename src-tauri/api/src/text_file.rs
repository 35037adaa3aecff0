//! Text files as people's editors save them: those of Windows may write UTF-16, or a byte order mark in front of UTF-8.

use std::borrow::Cow;

/// A text file as UTF-8, without a byte order mark. What is neither UTF-8 nor UTF-16 stays as it is.
#[must_use]
pub fn to_utf8(file: &[u8]) -> Cow<'_, [u8]> {
    if let Some(text) = file.strip_prefix(b"\xef\xbb\xbf") {
        return Cow::Borrowed(text);
    }
    let unit: fn([u8; 2]) -> u16 = match file {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] if !file.starts_with(&[0xfe, 0xed]) => u16::from_be_bytes,
        _ => return Cow::Borrowed(file),
    };
    let units: Vec<u16> = file[2..].chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
    Cow::Owned(String::from_utf16_lossy(&units).into_bytes())
}
