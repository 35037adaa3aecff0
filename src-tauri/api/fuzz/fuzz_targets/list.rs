//! The decoder of a list of tokens that arrives in chunks.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| calyptia_api::fuzzing::list(data));
