//! Random interleavings of callers and the worker, in one thread and therefore repeatable.
//!
//! The test handles the requests itself. Before and after each operation of the store, callers act: they submit, cancel,
//! commit and drop; and the operation itself can fail, fail after it was done, lie, or panic. After each request, and at
//! the end, what the keyring holds is compared with what the callers were promised.

#![allow(clippy::unwrap_used)]

mod callers;
mod in_flight;
mod store;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::queue::{RequestQueue, StoreSource, Task};
use crate::vault::Vault;
use crate::worker::Worker;
use callers::{Callers, Counts, Handling};
use store::FaultyStore;

const ACCOUNT: &str = "https://cloud-api.example";
const RUNS: u64 = 5_000;
const STEPS: usize = 25;

/// The callers and the keyring, shared with the store that the worker uses.
#[derive(Clone)]
struct World(Arc<Mutex<Callers>>);

impl World {
    fn callers(&self) -> MutexGuard<'_, Callers> {
        // A failed assertion poisons it, and the run is still cleaned up.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Run {
    world: World,
    queue: Arc<RequestQueue>,
    worker: Worker,
}

impl Run {
    fn new(seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        // Short enough for the longer credentials to be split.
        let max_entry_bytes = rng.random_bool(0.5).then_some(150);
        let world = World(Arc::new(Mutex::new(Callers::new(rng, max_entry_bytes))));
        let shared = world.clone();
        let queue = RequestQueue::without_worker(StoreSource {
            open: Box::new(move || FaultyStore::open(&shared)),
            max_entry_bytes,
            modifiers: |_| HashMap::new(),
        });
        world.callers().connect(Vault::over(Arc::clone(&queue)), Arc::clone(&queue));
        Self { world, worker: Worker::new(Arc::clone(&queue)), queue }
    }

    /// Handles one request, if there is one, and compares its answer with the promises.
    fn handle_next(&mut self) -> bool {
        let Some(request) = self.queue.try_next() else { return false };
        let id = request.id;
        let handling = match &request.task {
            Task::Read { .. } => Handling::Read,
            Task::Write { .. } => Handling::Write(id),
            Task::Delete { .. } => Handling::Delete,
            Task::UndoAbandoned { .. } | Task::DeleteLeftovers { .. } => Handling::Repair,
        };
        self.world.callers().begin(handling);
        self.worker.handle(request);
        self.world.callers().finish(id);
        true
    }

    fn act_and_handle(&mut self) {
        for _ in 0..STEPS {
            if self.world.callers().chance(0.5) {
                self.world.callers().act();
            } else {
                self.handle_next();
            }
        }
    }

    /// With a store that works: answers all requests, and has every write committed or dropped.
    fn settle(&mut self) {
        self.world.callers().calm_down();
        while self.handle_next() {}
        self.world.callers().decide_all();
        while self.handle_next() {}
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // Or the callers would keep the vault, and the vault's store the callers.
        self.world.callers().disconnect();
    }
}

fn run(seed: u64) -> Counts {
    let mut run = Run::new(seed);
    run.act_and_handle();
    run.settle();
    // Finds nothing to undo, unless an undo failed before; checks what it reads.
    run.world.callers().submit_read();
    run.settle();
    run.world.callers().check_entry(seed);
    // The next change leaves nothing of all this behind.
    run.world.callers().submit_write();
    run.settle();
    run.world.callers().submit_delete();
    run.settle();
    let callers = run.world.callers();
    assert_eq!(callers.violation, None, "seed {seed}");
    assert_eq!(callers.accounts(), Vec::<String>::new(), "seed {seed}: entries are left over");
    callers.counts
}

#[test]
fn k7_however_calls_and_failures_interleave_only_committed_credentials_stay_and_deleted_ones_do_not_return() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let mut total = Counts::default();
    for seed in 0..RUNS {
        total.add(run(seed));
    }
    assert!(total.all_happened(), "{total:?}");
}
