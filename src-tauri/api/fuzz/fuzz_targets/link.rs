//! The cursor of the next page in `Link` headers.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| calyptia_api::fuzzing::link(data));
