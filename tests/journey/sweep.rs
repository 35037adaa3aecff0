//! Looks for a secret wherever a process can leave one: arguments, environment, memory, window titles.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    process::Command,
};

use aho_corasick::AhoCorasick;

/// The largest piece of memory that is read at once.
const PIECE: u64 = 16 * 1024 * 1024;
const PAGE: u64 = 4096;

/// Finds texts, as UTF-8 or as the UTF-16 that a page's engine keeps.
struct Search<'a> {
    texts: &'a [&'a str],
    finder: AhoCorasick,
}

impl<'a> Search<'a> {
    fn new(texts: &'a [&'a str]) -> Self {
        let wide = |text: &&str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        let patterns = texts.iter().flat_map(|text| [text.as_bytes().to_vec(), wide(text)]);
        Self { texts, finder: AhoCorasick::new(patterns).expect("patterns") }
    }

    fn found(&self, bytes: &[u8], found: &mut BTreeSet<&'a str>) {
        let hits = self.finder.find_overlapping_iter(bytes);
        found.extend(hits.map(|hit| self.texts[hit.pattern().as_usize() / 2]));
    }
}

/// Which of the texts are in the memory of a process that was started from here.
pub fn in_memory<'a>(pid: u32, texts: &'a [&'a str]) -> Vec<&'a str> {
    let search = Search::new(texts);
    let overlap = texts.iter().map(|text| 2 * text.len() as u64).max().unwrap_or_default();
    let open = |file: &str| fs::File::open(format!("/proc/{pid}/{file}"));
    let mut memory = open("mem").expect("a process may read its descendants");
    let mut pages = open("pagemap").expect("and where its memory is");
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut found = BTreeSet::new();
    for map in maps.lines() {
        let mut words = map.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else { continue };
        // What cannot be written to are programs and libraries.
        if !rights.starts_with("rw") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|at| u64::from_str_radix(at, 16).unwrap());
        for (start, end) in used(&mut pages, from, to) {
            let mut at = start;
            while at < end {
                let mut bytes = vec![0; (end - at).min(PIECE) as usize];
                let read = memory.seek(SeekFrom::Start(at)).and_then(|_| memory.read(&mut bytes));
                // Given back meanwhile.
                let Ok(read @ 1..) = read else { break };
                search.found(&bytes[..read], &mut found);
                if at + read as u64 >= end {
                    break;
                }
                at += (read as u64).saturating_sub(overlap).max(1);
            }
        }
    }
    found.into_iter().collect()
}

/// The parts of a range that hold anything: engines reserve gigabytes and use few of them.
fn used(pages: &mut fs::File, from: u64, to: u64) -> Vec<(u64, u64)> {
    const IN_MEMORY: u64 = 1 << 63;
    const SWAPPED: u64 = 1 << 62;
    let mut parts: Vec<(u64, u64)> = Vec::new();
    let mut at = from;
    while at < to {
        let mut entries = vec![0; ((to - at) / PAGE).min(64 * 1024) as usize * 8];
        let read = pages.seek(SeekFrom::Start(at / PAGE * 8)).and_then(|_| pages.read(&mut entries));
        let Ok(read @ 8..) = read else { break };
        for entry in entries[..read].chunks_exact(8) {
            if u64::from_le_bytes(entry.try_into().unwrap()) & (IN_MEMORY | SWAPPED) != 0 {
                match parts.last_mut() {
                    Some((_, end)) if *end == at => *end += PAGE,
                    _ => parts.push((at, at + PAGE)),
                }
            }
            at += PAGE;
        }
    }
    parts
}

/// Which of the texts are in the arguments or the environment of these processes.
pub fn in_arguments<'a>(pids: &[u32], texts: &'a [&'a str]) -> Vec<&'a str> {
    let all: Vec<u8> = pids
        .iter()
        .flat_map(|pid| ["cmdline", "environ"].map(|file| format!("/proc/{pid}/{file}")))
        .flat_map(|file| fs::read(file).unwrap_or_default())
        .collect();
    let mut found = BTreeSet::new();
    Search::new(texts).found(&all, &mut found);
    found.into_iter().collect()
}

/// The titles and properties of all windows on the display.
pub fn windows() -> String {
    let tree = Command::new("xwininfo").args(["-root", "-tree"]).output().expect("xwininfo");
    String::from_utf8_lossy(&tree.stdout).into_owned()
}
