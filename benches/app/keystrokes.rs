//! From a keystroke in the filter to the frame that shows the rows it leaves. Absolute times differ threefold between
//! machines of one kind, so the bars are ratios against a list of ten in the same run.

use std::time::Duration;

use fantoccini::key::Key;

use crate::{
    sandbox::Sandbox,
    stage::{Folders, Keep, Stage, count_in},
    table::{Table, Unit, percentile},
    window::within,
};

/// What is measured, and the bar against the first.
const LISTS: [(&str, &str, Option<f64>); 3] =
    [("10", "10", None), ("100,000", "100000", Some(1.25)), ("1,000,000", "1000000", Some(3.0))];

/// Typed, taken back, and another one begun. Its first letters are in most names, all of it in few.
const WORD: &str = "edge-agent-eu-west";
const NEXT_WORD: &str = "operator-us-ea";

pub async fn measure(table: &mut Table) {
    let mut base = None;
    for (shown, count, bar) in LISTS {
        let sandbox = Sandbox::start(&["--tokens", count]);
        let folders = Folders::new();
        let stage = Stage::open(&folders, &sandbox, Keep::Session).await;
        let (_, status) = stage.open_large().await;
        assert_eq!(count_in(&status), count, "{status}");
        let (changed, painted) = strokes(&stage).await;
        stage.close().await;
        table.percentile(95, &format!("keystroke to rows, {shown}, p95"), Unit::Milliseconds, &changed, None);
        table.median(&format!("keystroke to frame, {shown}, median"), Unit::Milliseconds, &painted, None);
        let what = format!("keystroke to frame, {shown}, p95");
        table.percentile(95, &what, Unit::Milliseconds, &painted, None);
        let p95 = percentile(95, &painted);
        let base = *base.get_or_insert(p95);
        if bar.is_some() {
            table.median(&format!("keystroke to frame, {shown} against 10"), Unit::Times, &[p95 / base], bar);
        }
    }
}

/// Milliseconds until the rows had changed, and until the frame after.
async fn strokes(stage: &Stage) -> (Vec<f64>, Vec<f64>) {
    stage.run(include_str!("keystrokes.js"), vec![]).await;
    let keys: Vec<char> = WORD
        .chars()
        .chain(std::iter::repeat_n(Key::Backspace.into(), WORD.len()))
        .chain(NEXT_WORD.chars())
        .collect();
    let mut taken: Vec<(f64, f64)> = Vec::new();
    for (done, key) in keys.iter().enumerate() {
        stage.window.type_text(&key.to_string()).await;
        taken = within("the rows", async {
            loop {
                let seen = stage.window.page.execute("return window.keystrokesTaken;", vec![]).await.unwrap();
                let seen: Vec<(f64, f64)> = serde_json::from_value(seen).unwrap();
                if seen.len() > done {
                    return seen;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    }
    taken.into_iter().unzip()
}
