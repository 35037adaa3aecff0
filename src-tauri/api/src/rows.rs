//! Splits a JSON array while it arrives: chunks of bytes go in, complete elements come out, and at most one incomplete
//! element is held. `serde_json` reads the elements.

use crate::{DecodeError, secret_buffer::SecretBuffer};

/// Deepest nesting inside an element; the API's own is 2.
pub(crate) const MAX_DEPTH: u32 = 64;
/// Maximum size of one element. A token's row takes some 350 bytes.
pub(crate) const MAX_ELEMENT_BYTES: usize = 1024 * 1024;

/// The state of an array that is still arriving.
pub(crate) struct ArrayReader {
    limit: usize,
    state: State,
    /// The start of an element whose end has not arrived. It may contain part of a secret.
    unfinished: SecretBuffer,
    depth: u32,
    in_string: bool,
    escaped: bool,
    /// Inside a number, `true`, `false` or `null`, which ends before the byte after it.
    in_scalar: bool,
    elements: usize,
    bytes_before: u64,
}

#[derive(Default, Clone, Copy, PartialEq)]
enum State {
    #[default]
    BeforeArray,
    BeforeFirst,
    BeforeNext,
    InElement,
    AfterElement,
    /// Inside `null`, behind this many of its bytes.
    InNull(usize),
    Done,
}

/// Go servers write an empty list like this.
const NULL: &[u8] = b"null";

impl Default for ArrayReader {
    fn default() -> Self {
        Self::with_limit(MAX_ELEMENT_BYTES)
    }
}

impl ArrayReader {
    /// For elements of at most this many bytes.
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self {
            limit,
            state: State::default(),
            unfinished: SecretBuffer::default(),
            depth: 0,
            in_string: false,
            escaped: false,
            in_scalar: false,
            elements: 0,
            bytes_before: 0,
        }
    }

    /// How many bytes are held until more arrive.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn held(&self) -> usize {
        self.unfinished.len()
    }

    /// Reads a chunk and hands each element that is now complete to `take`, which returns what is wrong with it, if anything.
    pub(crate) fn push(
        &mut self,
        chunk: &[u8],
        mut take: impl FnMut(&[u8]) -> Result<(), &'static str>,
    ) -> Result<(), DecodeError> {
        let mut start = 0;
        let mut at = 0;
        while at < chunk.len() {
            if self.state == State::InElement {
                // No further than the limit, so that it does not depend on where the chunks are cut.
                let room = self.limit - self.unfinished.len();
                let within = &chunk[..chunk.len().min(start + room)];
                let end = self.scan_element(within, &mut at).map_err(|what| self.error(what, at))?;
                let Some(end) = end else {
                    if within.len() < chunk.len() {
                        return Err(self.error("an entry is too large", within.len()));
                    }
                    break;
                };
                let taken = if self.unfinished.is_empty() {
                    take(&chunk[start..end])
                } else {
                    self.unfinished.extend(&chunk[start..end]);
                    let taken = take(&self.unfinished);
                    self.unfinished.clear();
                    taken
                };
                taken.map_err(|what| self.error(what, end))?;
                self.elements += 1;
                self.state = State::AfterElement;
            } else {
                self.between(chunk[at]).map_err(|what| self.error(what, at))?;
                start = at;
                at += 1;
            }
        }
        if self.state == State::InElement {
            self.unfinished.extend(&chunk[start..]);
        }
        self.bytes_before += chunk.len() as u64;
        Ok(())
    }

    /// Checks that the array is complete.
    pub(crate) fn finish(&self) -> Result<(), DecodeError> {
        match self.state {
            State::Done => Ok(()),
            _ => Err(self.error("it ends in the middle", 0)),
        }
    }

    /// Moves `at` past the bytes of an element. Returns the index after its last one if that has arrived.
    fn scan_element(&mut self, chunk: &[u8], at: &mut usize) -> Result<Option<usize>, &'static str> {
        while *at < chunk.len() {
            if self.in_scalar {
                let end = chunk[*at..].iter().position(|byte| matches!(byte, b',' | b']') || is_space(*byte));
                *at = end.map_or(chunk.len(), |end| *at + end);
                self.in_scalar = end.is_none();
                return Ok(end.map(|_| *at));
            }
            if self.in_string {
                if self.escaped {
                    self.escaped = false;
                    *at += 1;
                    continue;
                }
                match memchr::memchr2(b'"', b'\\', &chunk[*at..]) {
                    None => *at = chunk.len(),
                    Some(skip) => {
                        *at += skip;
                        self.escaped = chunk[*at] == b'\\';
                        self.in_string = self.escaped;
                        *at += 1;
                        if !self.in_string && self.depth == 0 {
                            return Ok(Some(*at));
                        }
                    }
                }
                continue;
            }
            let byte = chunk[*at];
            *at += 1;
            match byte {
                b'"' => self.in_string = true,
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err("nested too deep");
                    }
                }
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        return Ok(Some(*at));
                    }
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// One byte outside the elements.
    fn between(&mut self, byte: u8) -> Result<(), &'static str> {
        use State::{AfterElement, BeforeArray, BeforeFirst, BeforeNext, Done, InElement, InNull};
        self.state = match (self.state, byte) {
            (InNull(read), byte) if NULL[read] == byte => {
                if read + 1 == NULL.len() {
                    Done
                } else {
                    InNull(read + 1)
                }
            }
            (InNull(_), _) => return Err("a list was expected"),
            (state, byte) if is_space(byte) => state,
            (BeforeArray, b'[') => BeforeFirst,
            (BeforeArray, b'n') => InNull(1),
            (BeforeArray, _) => return Err("a list was expected"),
            (BeforeFirst | AfterElement, b']') => Done,
            (BeforeFirst | BeforeNext, b',' | b']' | b'}') => return Err("an entry was expected"),
            (BeforeFirst | BeforeNext, byte) => {
                self.depth = u32::from(matches!(byte, b'{' | b'['));
                self.in_string = byte == b'"';
                self.in_scalar = self.depth == 0 && !self.in_string;
                InElement
            }
            (AfterElement, b',') => BeforeNext,
            (AfterElement, _) => return Err("a comma or the end of the list was expected"),
            (Done, _) => return Err("something follows the list"),
            (InElement, _) => return Err("an entry was expected"),
        };
        Ok(())
    }

    fn error(&self, what: &'static str, at: usize) -> DecodeError {
        // The one that is being read, or was read last.
        let element = self.elements + usize::from(!matches!(self.state, State::AfterElement | State::Done));
        let element = (element > 0).then_some(element);
        DecodeError { what, element, byte: self.bytes_before + at as u64 }
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// Reads one element. The error is in words of our own, as `serde_json`'s quote the values.
fn read_element<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<T, &'static str> {
    serde_json::from_slice(bytes).map_err(|error| what_is_wrong(&error))
}

/// Reads one element that may have another shape: `None` if it is valid JSON, but not a `T`.
pub(crate) fn read_row<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Result<Option<T>, &'static str> {
    // A derived `Deserialize` would take a list of the fields' values for an object.
    if !bytes.starts_with(b"{") {
        return read_element::<serde::de::IgnoredAny>(bytes).map(|_| None);
    }
    match serde_json::from_slice(bytes) {
        Ok(row) => Ok(Some(row)),
        // Half a surrogate pair and a number out of range are valid JSON. Bytes that are not UTF-8 are not.
        Err(_) if std::str::from_utf8(bytes).is_ok() => {
            read_element::<serde::de::IgnoredAny>(bytes).map(|_| None)
        }
        Err(error) => Err(what_is_wrong(&error)),
    }
}

/// The kind of error, without anything that was read.
pub(crate) fn what_is_wrong(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        serde_json::error::Category::Data => "a field is missing or of the wrong type",
        serde_json::error::Category::Eof => "it ends in the middle",
        serde_json::error::Category::Syntax | serde_json::error::Category::Io => "invalid JSON",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(chunks: &[&[u8]]) -> Result<Vec<String>, DecodeError> {
        let mut reader = ArrayReader::default();
        let mut elements = Vec::new();
        for chunk in chunks {
            reader.push(chunk, |element| {
                elements.push(String::from_utf8_lossy(element).into_owned());
                Ok(())
            })?;
        }
        reader.finish().map(|()| elements)
    }

    #[test]
    fn elements_come_out_complete_wherever_the_chunks_are_cut() {
        let json = r#" [ {"a":"}]\"\\"} ,{"b":[{},{"c":"\\\""}]},{}]  "#.as_bytes();
        let whole = [r#"{"a":"}]\"\\"}"#, r#"{"b":[{},{"c":"\\\""}]}"#, "{}"];
        for first in 0..json.len() {
            for second in first..json.len() {
                let chunks = [&json[..first], &json[first..second], &json[second..]];
                assert_eq!(read(&chunks).expect("valid"), whole, "cut at {first} and {second}");
            }
        }
        assert_eq!(read(&[b"[]"]), Ok(vec![]));
    }

    #[test]
    fn what_is_no_object_is_an_element_too() {
        let json = r#"[null,{}, -1.5e3 ,"a]\"{", [{"b":"]"},[]] , true]"#.as_bytes();
        let whole = ["null", "{}", "-1.5e3", r#""a]\"{""#, r#"[{"b":"]"},[]]"#, "true"];
        for first in 0..json.len() {
            for second in first..json.len() {
                let chunks = [&json[..first], &json[first..second], &json[second..]];
                assert_eq!(read(&chunks).expect("valid"), whole, "cut at {first} and {second}");
            }
        }
    }

    #[test]
    fn c3_null_is_an_empty_list() {
        for chunks in [&[&b"null"[..]][..], &[b" nu", b"ll\n"]] {
            assert_eq!(read(chunks), Ok(vec![]), "{chunks:?}");
        }
    }

    #[test]
    fn what_is_not_a_complete_list_is_reported_with_its_place() {
        for (json, what, byte) in [
            ("", "it ends in the middle", 0),
            ("{}", "a list was expected", 0),
            ("\u{feff}[]", "a list was expected", 0),
            ("<html>", "a list was expected", 0),
            ("nul", "it ends in the middle", 3),
            ("nil", "a list was expected", 1),
            ("null null", "something follows the list", 5),
            ("[{}", "it ends in the middle", 3),
            ("[{},", "it ends in the middle", 4),
            ("[{},]", "an entry was expected", 4),
            ("[{}{}]", "a comma or the end of the list was expected", 3),
            ("[,{}]", "an entry was expected", 1),
            ("[1 2]", "a comma or the end of the list was expected", 3),
            ("[{}] x", "something follows the list", 5),
        ] {
            let error = read(&[json.as_bytes()]).expect_err(json);
            assert_eq!((error.what, error.byte), (what, byte), "{json}");
        }
    }

    #[test]
    fn depth_and_size_are_bounded() {
        let deep = format!("[{}", "{\"a\":".repeat(100_000));
        assert_eq!(read(&[deep.as_bytes()]).expect_err("too deep").what, "nested too deep");
        let mut reader = ArrayReader::default();
        reader.push(b"[{\"a\":\"", |_| Ok(())).expect("a start");
        let chunk = [b'x'; 64 * 1024];
        let error = (0..32).find_map(|_| reader.push(&chunk, |_| Ok(())).err()).expect("it stops");
        assert_eq!(error.what, "an entry is too large");
        assert!(reader.held() <= MAX_ELEMENT_BYTES);
    }

    #[test]
    fn the_limit_is_the_same_however_it_is_cut() {
        let json = br#"[{"a":"0123456789"}]"#;
        let length = json.len() - 2;
        for cut in 1..json.len() {
            let read = |limit| {
                let mut reader = ArrayReader::with_limit(limit);
                json.chunks(cut).try_for_each(|chunk| reader.push(chunk, |_| Ok(())))
            };
            assert_eq!(read(length), Ok(()), "{cut} at a time");
            let error = DecodeError { what: "an entry is too large", element: Some(1), byte: length as u64 };
            assert_eq!(read(length - 1), Err(error), "{cut} at a time");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_lists_of_objects(
            rows in prop::collection::vec(prop::collection::btree_map("\\PC{0,8}", "\\PC{0,8}", 0..4), 0..6),
            cut in 1usize..40,
        ) {
            let json = serde_json::to_vec(&rows).expect("serialises");
            let chunks: Vec<&[u8]> = json.chunks(cut).collect();
            let expected: Vec<String> =
                rows.iter().map(|row| serde_json::to_string(row).expect("serialises")).collect();
            prop_assert_eq!(read(&chunks).expect("valid"), expected);
        }

        #[test]
        fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 1usize..50) {
            let chunks: Vec<&[u8]> = bytes.chunks(cut).collect();
            let _ = read(&chunks);
        }
    }
}
