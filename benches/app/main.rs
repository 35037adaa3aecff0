//! Measures the release build as people use it: in its window, against a server in another process, beside a bare window
//! and beside `curl | jq`. `script/bench` runs it and docs/PERFORMANCE.md says what each figure means.
//!
//! Words on the command line choose the parts: `size start idle memory refresh sorted keys change`. Without any, all are measured.

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs, reason = "a program that tells figures")]

mod change;
mod idle;
mod keystrokes;
mod memory;
#[allow(dead_code, reason = "the journeys use all of it")]
#[path = "../../tests/journey/native.rs"]
mod native;
#[allow(dead_code, reason = "the journeys use all of it")]
#[path = "../../tests/journey/processes.rs"]
mod processes;
mod sandbox;
mod screen;
mod size;
mod sorted;
mod stage;
mod start;
mod table;

#[allow(dead_code, reason = "the journeys use all of it")]
#[path = "../../tests/journey/window.rs"]
mod window;

use std::process::ExitCode;

use table::Table;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // Cargo adds an option of its own.
    let chosen: Vec<_> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |part: &str| chosen.is_empty() || chosen.iter().any(|word| word == part);
    let mut table = Table::default();
    if wanted("size") {
        size::measure(&mut table);
    }
    if wanted("start") {
        start::measure(&mut table).await;
    }
    if wanted("idle") {
        idle::measure(&mut table).await;
    }
    if wanted("memory") {
        memory::measure(&mut table).await;
    }
    if wanted("refresh") {
        memory::measure_refresh(&mut table).await;
    }
    if wanted("sorted") {
        sorted::measure(&mut table).await;
    }
    if wanted("keys") {
        keystrokes::measure(&mut table).await;
    }
    if wanted("change") {
        change::measure(&mut table).await;
    }
    println!("\n{table}");
    if table.is_over() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
