//! A growing buffer for bytes that may hold secrets. A `Vec` that grows frees its old allocation as it is; this one wipes it
//! first, and wipes everything when it is dropped.

use zeroize::{Zeroize as _, Zeroizing};

/// Bytes that are wiped when they are cleared, moved or dropped.
#[derive(Default)]
pub(crate) struct SecretBuffer(Zeroizing<Vec<u8>>);

impl SecretBuffer {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(bytes)))
    }

    pub(crate) fn extend(&mut self, bytes: &[u8]) {
        let needed = self.0.len() + bytes.len();
        if needed > self.0.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(2 * self.0.capacity())));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(bytes);
    }

    /// Wipes the bytes and keeps the allocation for the next ones.
    pub(crate) fn clear(&mut self) {
        self.0.zeroize();
    }
}

impl std::ops::Deref for SecretBuffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_appended_stays_whole_however_often_the_buffer_grows() {
        let mut buffer = SecretBuffer::with_capacity(1);
        let mut expected = Vec::new();
        for length in 0..100_u8 {
            let bytes = vec![length; usize::from(length)];
            buffer.extend(&bytes);
            expected.extend(bytes);
        }
        assert_eq!(*buffer, *expected);
        buffer.clear();
        assert!(buffer.is_empty());
    }
}
