//! Gzip bodies (RFC 1952): the real body, and one that expands without end.

use std::iter;

use axum::body::Body;

use super::endless;

/// Magic number, DEFLATE, no flags, no time, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// The most that a stored block holds.
const MAX_STORED: usize = 0xffff;

/// The data in stored blocks (RFC 1951), which every decoder accepts and which need no compressor.
pub(super) fn encode(data: &[u8]) -> Vec<u8> {
    let mut encoded = HEADER.to_vec();
    let blocks = data.len().div_ceil(MAX_STORED);
    for (number, block) in data.chunks(MAX_STORED).enumerate() {
        encoded.push(u8::from(number + 1 == blocks));
        let length = u16::try_from(block.len()).unwrap_or(u16::MAX);
        encoded.extend(length.to_le_bytes());
        encoded.extend((!length).to_le_bytes());
        encoded.extend(block);
    }
    encoded.extend(crc32(data).to_le_bytes());
    // The format stores the length modulo 2^32.
    encoded.extend(&data.len().to_le_bytes()[..4]);
    encoded
}

fn crc32(data: &[u8]) -> u32 {
    const POLYNOMIAL: u32 = 0xedb8_8320;
    !data.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (POLYNOMIAL & (crc & 1).wrapping_neg()))
    })
}

/// Compresses white space by 158: the most that the fixed code of DEFLATE achieves, which needs no
/// compressor.
pub(super) fn bomb() -> Body {
    /// The start of a block that is not the last and uses the fixed code, then a space, which the
    /// rest repeats.
    const BLOCK: &[u8] = b"010";
    const SPACE: &[u8] = b"01010000";
    /// Repeats the last byte 258 times.
    const REPEAT: &[u8] = b"1100010100000";
    let mut bits = BLOCK.iter().chain(SPACE).chain(REPEAT.iter().cycle());
    let mut bytes = iter::from_fn(|| {
        let byte = bits.by_ref().take(8).enumerate().map(|(place, bit)| (bit - b'0') << place);
        Some(byte.sum())
    });
    let start: Vec<u8> = HEADER.into_iter().chain(bytes.by_ref().take(BLOCK.len() + SPACE.len())).collect();
    // After 8 repeats, which are 13 bytes, the bits start over at a byte boundary.
    let rest: Vec<u8> = bytes.take(REPEAT.len() * (endless::CHUNK / REPEAT.len())).collect();
    endless::repeat(start, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_the_gzip_format() {
        // The check value that catalogs of CRCs give for CRC-32/ISO-HDLC.
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn data_longer_than_a_block_is_split() {
        let data: Vec<u8> = (0..=255).cycle().take(MAX_STORED + 1).collect();
        let encoded = encode(&data);
        assert_eq!(encoded[..15], [&HEADER[..], &[0, 0xff, 0xff, 0, 0]].concat());
        let second = 15 + MAX_STORED;
        assert_eq!(encoded[second..second + 6], [1, 1, 0, 0xfe, 0xff, data[MAX_STORED]]);
        assert_eq!(encoded[second + 6..], [crc32(&data).to_le_bytes(), 0x1_0000_u32.to_le_bytes()].concat());
    }
}
