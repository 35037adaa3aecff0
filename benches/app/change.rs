//! One change of a token (create, edit, revoke) until the next window of rows, in a list of a million and in one of ten.

use serde_json::json;

use crate::{
    sandbox::Sandbox,
    stage::{Folders, Keep, Stage},
    table::{Table, Unit, percentile},
};

const ROUNDS: usize = 20;
const BAR: f64 = 3.0;

pub async fn measure(table: &mut Table) {
    let few = changes("10").await;
    let many = changes("1000000").await;
    table.median("one change in a list of 10", Unit::Milliseconds, &few, None);
    table.median("one change in a list of 1,000,000", Unit::Milliseconds, &many, None);
    let ratio = percentile(50, &many) / percentile(50, &few);
    table.median("one change in 1,000,000 against 10", Unit::Times, &[ratio], Some(BAR));
}

/// Milliseconds of each change.
async fn changes(count: &str) -> Vec<f64> {
    let sandbox = Sandbox::start(&["--tokens", count]);
    let folders = Folders::new();
    let stage = Stage::open(&folders, &sandbox, Keep::Session).await;
    stage.open_large().await;
    let taken = stage.run(include_str!("change.js"), vec![json!(ROUNDS)]).await;
    stage.close().await;
    let taken: Vec<f64> = serde_json::from_value(taken).unwrap();
    assert_eq!(taken.len(), 3 * ROUNDS);
    taken
}
