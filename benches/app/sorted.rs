//! 100,000 tokens from the server to the sorted table, in the window and in a pipe of `curl` and `jq`.

use std::{
    process::{Command, Stdio},
    time::Instant,
};

use crate::{
    sandbox::Sandbox,
    stage::{Folders, Keep, Stage, count_in},
    table::{Table, Unit},
};

const RUNS: usize = 5;
const BAR: f64 = 0.2;

/// One page of all, which is the least work; the bearer does not stand among the arguments.
const PIPE: &str = r#"printf 'Authorization: Bearer %s\n' "$BEARER" | curl -sf --max-time 60 -H @- "$LIST?last=100000" |
jq -r 'sort_by(.name)[]|[.name,(.permissions|join(" ")),.createdAt]|@tsv' | wc -l"#;

pub async fn measure(table: &mut Table) {
    let sandbox = Sandbox::start(&["--tokens", "100000"]);
    let (mut window, mut pipe, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let folders = Folders::new();
        let stage = Stage::open(&folders, &sandbox, Keep::Session).await;
        let (in_window, status) = stage.open_large().await;
        assert_eq!(count_in(&status), "100000", "{status}");
        stage.close().await;
        let in_pipe = time_pipe(&sandbox);
        window.push(in_window);
        pipe.push(in_pipe);
        ratio.push(in_window / in_pipe);
    }
    table.median("100,000 tokens loaded, sorted, painted: the app", Unit::Milliseconds, &window, None);
    table.median("the same list sorted by curl | jq", Unit::Milliseconds, &pipe, None);
    table.median("the app against curl | jq", Unit::Times, &ratio, Some(BAR));
}

fn time_pipe(sandbox: &Sandbox) -> f64 {
    let list = format!("{}/v1/projects/{}/tokens", sandbox.url, sandbox.project);
    let start = Instant::now();
    let output = Command::new("timeout")
        .args(["120", "sh", "-c", PIPE])
        .envs([("BEARER", &sandbox.bearer), ("LIST", &list)])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .expect("sh");
    let took = start.elapsed().as_secs_f64() * 1000.0;
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "100000", "curl and jq");
    took
}
