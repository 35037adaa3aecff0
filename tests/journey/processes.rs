//! What `/proc` tells of processes: whose child each is, and how much memory it takes.

use std::{collections::HashMap, fs, path::Path, time::Duration};

/// A process and all that it started, and that those started.
pub fn family(first: u32) -> Vec<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc").expect("/proc").flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut family = vec![first];
    let mut at = 0;
    while let Some(pid) = family.get(at) {
        family.extend(children.remove(pid).unwrap_or_default());
        at += 1;
    }
    family
}

/// The program's name, cut to 15 characters.
pub fn name(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim_end().to_owned()
}

/// Of a family the one that runs this program.
pub fn running(program: &Path, first: u32) -> Option<u32> {
    let is_it = |pid: &u32| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == program);
    family(first).into_iter().find(is_it)
}

/// MiB that the process made itself and that no file stands behind. Pages of programs and libraries are left out: the
/// system shares them between processes and takes them back when it needs to, and each first use of some code counts
/// there.
pub fn own_memory(pid: u32) -> Option<f64> {
    from_rollup(pid, "Anonymous:")
}

/// MiB of the processes together: what is shared counts by its share.
pub fn memory_of(pids: &[u32]) -> f64 {
    pids.iter().filter_map(|pid| from_rollup(*pid, "Pss:")).sum()
}

/// Waits until none of these is left.
pub fn await_end(pids: &[u32]) {
    for _ in 0..200 {
        // The dead whom nobody asked for yet have no program.
        if !pids.iter().any(|pid| fs::read_link(format!("/proc/{pid}/exe")).is_ok()) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("processes of the app are left behind: {pids:?}");
}

fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold anything.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn from_rollup(pid: u32, field: &str) -> Option<f64> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find_map(|line| line.strip_prefix(field))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes / 1024.0)
}
