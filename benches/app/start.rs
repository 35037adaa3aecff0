//! From the start of the process to what it is started for: the first row of the list, seen on the display; beside it
//! the line of text of a bare window.

use std::{
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    processes,
    sandbox::{Sandbox, beside_the_app},
    screen::{Area, Screen},
    stage::{Folders, Keep, Stage},
    table::{Table, Unit},
    window::binary,
};

const RUNS: usize = 9;
const BAR: f64 = 1.3;
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// What has not changed for so long is there to stay.
const STILL: Duration = Duration::from_millis(2500);
const DEADLINE: Duration = Duration::from_secs(30);

/// Where the bare window writes its line.
const BARE_AREA: Area = Area { x: 8, y: 16, width: 300, height: 48 };

pub async fn measure(table: &mut Table) {
    let sandbox = Sandbox::start(&[]);
    let places = Folders::new();
    let area = sign_in(&places, &sandbox).await;
    let (mut app, mut bare, mut ratio) = (Vec::new(), Vec::new(), Vec::new());
    // The first round warms the disk cache and does not count.
    for round in 0..=RUNS {
        let in_app = time(Shown::app(&places), area);
        let in_bare = time(Shown::bare(&places), BARE_AREA);
        if round > 0 {
            app.push(in_app);
            bare.push(in_bare);
            ratio.push(in_app / in_bare);
        }
    }
    table.median("start to first token row: the app", Unit::Milliseconds, &app, None);
    table.median("start to first line: a bare window", Unit::Milliseconds, &bare, None);
    table.median("the app's start against a bare window's", Unit::Times, &ratio, Some(BAR));
}

/// Leaves folders and keyring behind with which the next start opens the small project. Answers where its first row's
/// name stands.
pub async fn sign_in(folders: &Folders, sandbox: &Sandbox) -> Area {
    const PLACE: &str = "const done = arguments[0];
        const { x, y, width, height } = document.querySelector('.rows .name').getBoundingClientRect();
        done([x, y, width, height].map(Math.floor));";
    let stage = Stage::open(folders, sandbox, Keep::Keyring).await;
    let place = stage.run(PLACE, vec![]).await;
    stage.close().await;
    assert_ne!(place, json!(null));
    let [x, y, width, height] = serde_json::from_value(place).unwrap();
    Area { x, y, width, height }
}

/// A window on the display that no driver holds.
pub struct Shown {
    child: Child,
    started: Instant,
}

impl Shown {
    pub fn app(folders: &Folders) -> Self {
        let mut command = Command::new(binary());
        Self::start(command.envs(folders.environment()))
    }

    /// With the renderer that the app chooses for itself.
    pub fn bare(folders: &Folders) -> Self {
        let mut command = Command::new(beside_the_app("examples/bare"));
        Self::start(command.envs(folders.environment()).env("WEBKIT_DISABLE_DMABUF_RENDERER", "1"))
    }

    fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let started = Instant::now();
        Self { child: command.spawn().expect("a program that script/bench builds"), started }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Milliseconds from the start until an area of the display took on the look that it keeps.
    pub fn settles(&self, area: Area) -> f64 {
        let mut screen = Screen::open().expect("a display on this machine");
        let mut look = screen.pixels(area).unwrap();
        let mut changed = None;
        loop {
            std::thread::sleep(LOOK_EVERY);
            let now = screen.pixels(area).unwrap();
            let at = self.started.elapsed();
            if now != look {
                look = now;
                changed = Some(at);
            }
            match changed {
                Some(changed) if at - changed > STILL => return changed.as_secs_f64() * 1000.0,
                _ => assert!(at < DEADLINE, "nothing, or never the same, at its place on the display"),
            }
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let family = processes::family(self.pid());
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            processes::await_end(&family);
        }
    }
}

fn time(shown: Shown, area: Area) -> f64 {
    shown.settles(area)
}
