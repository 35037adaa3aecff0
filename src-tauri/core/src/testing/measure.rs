//! Measures what is done with a large list, for docs/PERFORMANCE.md.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use super::newest_first;
use crate::session::Session;

fn anonymous_kib() -> u64 {
    let text = std::fs::read_to_string("/proc/self/smaps_rollup").expect("proc");
    let line = text.lines().find_map(|line| line.strip_prefix("Anonymous:")).expect("a figure");
    line.trim().trim_end_matches(" kB").trim().parse().expect("a number")
}

/// How long something takes, how much memory it takes beyond what was there, and the longest that a window of rows takes
/// meanwhile.
#[allow(clippy::print_stdout, reason = "a measurement")]
pub(crate) async fn measure<T>(what: &str, session: &Arc<Session>, work: impl Future<Output = T>) -> T {
    let before = anonymous_kib();
    let stop = CancellationToken::new();
    let beside = tokio::task::spawn_blocking({
        let (session, stop) = (Arc::clone(session), stop.clone());
        move || {
            let (mut slowest, mut highest) = (Duration::ZERO, before);
            while !stop.is_cancelled() {
                let start = Instant::now();
                drop(session.rows(newest_first(), 0, 64, None));
                slowest = slowest.max(start.elapsed());
                highest = highest.max(anonymous_kib());
                std::thread::sleep(Duration::from_millis(5));
            }
            (slowest, highest)
        }
    });
    let start = Instant::now();
    let done = work.await;
    let time = start.elapsed();
    stop.cancel();
    let (slowest, highest) = beside.await.expect("no panic");
    let memory = (highest - before) as f64 / 1024.0;
    println!("{what}: {time:.0?}, {memory:.1} MiB, rows within {slowest:.1?}");
    done
}
