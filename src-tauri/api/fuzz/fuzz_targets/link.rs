//! The way to the next page, as `Link` headers tell it.

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| calyptia_api::fuzzing::link(data));
