//! The vault over a store in memory, on every system.

#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod deadlines;
mod keeping;
mod splitting;
mod undoing;
