//! How large the program is: the page and its icons are in it.

use std::fs;

use crate::table::{Table, Unit};

const BAR: f64 = 12.0;

pub fn measure(table: &mut Table) {
    let bytes = fs::metadata(env!("CARGO_BIN_EXE_calyptia-tokens")).unwrap().len();
    table.median("size of the program", Unit::Mebibytes, &[bytes as f64 / 1024.0 / 1024.0], Some(BAR));
}
