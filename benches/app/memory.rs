//! How much the app's own memory grows by a long list, by refreshing it, and by responses without end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crate::{
    processes,
    sandbox::Sandbox,
    stage::{Folders, Keep, Stage},
    table::{Table, Unit},
};

const RUNS: usize = 3;
const BAR: f64 = 20.0;
/// A refresh holds two lists until the new one is complete.
const REFRESH_BAR: f64 = 25.0;
/// How often the memory is sampled for its peak.
const EVERY: Duration = Duration::from_millis(20);
/// Until temporary memory has been returned.
const REST: Duration = Duration::from_secs(2);

/// How the large project's list responds. The small one is loaded first, so the fault comes second.
const ANSWERS: [(&str, &[&str], Option<f64>); 6] = [
    ("100,000 tokens, 35 MB", &["--tokens", "100000"], Some(BAR)),
    ("white space without end", &["--fault", "GET/tokens:endless@2-"], Some(BAR)),
    ("tokens without end", &["--fault", "GET/tokens:endless-rows@2-"], Some(BAR)),
    ("a value without end", &["--fault", "GET/tokens:endless-value@2-"], Some(BAR)),
    ("an error of 200 MB", &["--fault", "GET/tokens:status=500,body=209715200@2-"], Some(BAR)),
    ("600,000 tokens, 200 MB", &["--tokens", "600000"], None),
];

pub async fn measure(table: &mut Table) {
    for (what, arguments, bar) in ANSWERS {
        let (mut peaks, mut rests) = (Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let (peak, rest, status) = growth(arguments).await;
            println!("  {what}: peak {peak:.1} MiB, then {rest:.1} MiB; {status}");
            peaks.push(peak);
            rests.push(rest);
        }
        table.median(&format!("memory for {what}: peak"), Unit::Mebibytes, &peaks, bar);
        table.median(&format!("memory for {what}: kept"), Unit::Mebibytes, &rests, bar);
    }
}

/// How much a refresh of 100,000 tokens adds to the list that is shown, at its peak.
pub async fn measure_refresh(table: &mut Table) {
    let mut peaks = Vec::new();
    for _ in 0..RUNS {
        let sandbox = Sandbox::start(&["--tokens", "100000"]);
        let folders = Folders::new();
        let stage = Stage::open(&folders, &sandbox, Keep::Session).await;
        stage.open_large().await;
        tokio::time::sleep(REST).await;
        let before = processes::own_memory(stage.pid).unwrap();
        let peak = Peak::watch(stage.pid);
        stage.run(include_str!("refresh.js"), vec![]).await;
        peaks.push(peak.end() - before);
        stage.close().await;
    }
    table.median("memory for a refresh of 100,000 tokens: peak", Unit::Mebibytes, &peaks, Some(REFRESH_BAR));
}

/// The growth at its peak and once it has come to rest, and what the status bar says.
async fn growth(arguments: &[&str]) -> (f64, f64, String) {
    let sandbox = Sandbox::start(arguments);
    let folders = Folders::new();
    let stage = Stage::open(&folders, &sandbox, Keep::Session).await;
    let before = processes::own_memory(stage.pid).unwrap();
    let peak = Peak::watch(stage.pid);
    let (_, status) = stage.open_large().await;
    let highest = peak.end();
    tokio::time::sleep(REST).await;
    let after = processes::own_memory(stage.pid).unwrap();
    stage.close().await;
    (highest - before, after - before, status)
}

/// Looks at a process's memory until it is told to end.
struct Peak {
    over: Arc<AtomicBool>,
    watch: thread::JoinHandle<f64>,
}

impl Peak {
    fn watch(pid: u32) -> Self {
        let over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&over);
        let watch = thread::spawn(move || {
            let mut highest: f64 = 0.0;
            while !told.load(Ordering::Relaxed) {
                highest = highest.max(processes::own_memory(pid).unwrap_or_default());
                thread::sleep(EVERY);
            }
            highest
        });
        Self { over, watch }
    }

    fn end(self) -> f64 {
        self.over.store(true, Ordering::Relaxed);
        self.watch.join().unwrap()
    }
}
