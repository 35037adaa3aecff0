//! The memory of the app and its web view's processes at rest, beside a bare window's.

use std::time::Duration;

use crate::{
    processes,
    sandbox::Sandbox,
    stage::Folders,
    start::{Shown, sign_in},
    table::{Table, Unit},
};

const RUNS: usize = 5;
const BAR: f64 = 1.15;
const REST: Duration = Duration::from_secs(8);

pub async fn measure(table: &mut Table) {
    let sandbox = Sandbox::start(&[]);
    let folders = Folders::new();
    sign_in(&folders, &sandbox).await;
    let (mut app, mut bare, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let of_app = at_rest(Shown::app(&folders)).await;
        let of_bare = at_rest(Shown::bare(&folders)).await;
        app.push(of_app);
        bare.push(of_bare);
        ratio.push(of_app / of_bare);
    }
    table.median("memory of all processes, idle: the app", Unit::Mebibytes, &app, None);
    table.median("memory of all processes, idle: a bare window", Unit::Mebibytes, &bare, None);
    table.median("the app's memory against a bare window's", Unit::Times, &ratio, Some(BAR));
}

async fn at_rest(shown: Shown) -> f64 {
    tokio::time::sleep(REST).await;
    processes::memory_of(&processes::family(shown.pid()))
}
