//! From a keystroke in the filter to the frame that shows the rows it leaves.

use std::time::Duration;

use fantoccini::key::Key;

use crate::{
    sandbox::Sandbox,
    stage::{Folders, Keep, Stage, count_in},
    table::{Table, Unit},
    window::within,
};

const LISTS: [(&str, &str, f64); 2] = [("100,000", "100000", 16.0), ("1,000,000", "1000000", 50.0)];

/// Written, taken back and another one begun. Its first letters are in most names, all of it in few.
const WORD: &str = "edge-agent-eu-west";
const NEXT_WORD: &str = "operator-us-ea";

pub async fn measure(table: &mut Table) {
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
        table.percentile(95, &what, Unit::Milliseconds, &painted, Some(bar));
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
                let told = stage.window.page.execute("return window.keystrokesTaken;", vec![]).await.unwrap();
                let told: Vec<(f64, f64)> = serde_json::from_value(told).unwrap();
                if told.len() > done {
                    return told;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    }
    taken.into_iter().unzip()
}
