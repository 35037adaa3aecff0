//! The size of the program, which contains the page and its icons.

use std::fs;

use crate::{
    table::{Table, Unit},
    window::binary,
};

const BAR: f64 = 12.0;

pub fn measure(table: &mut Table) {
    let bytes = fs::metadata(binary()).unwrap().len();
    table.median("size of the program", Unit::Mebibytes, &[bytes as f64 / 1024.0 / 1024.0], Some(BAR));
}
