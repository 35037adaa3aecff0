//! Looks for project tokens in files and folders that a person chose. Reads what is there and nothing else: no link is followed out
//! of a folder, nothing but files is opened, and everything has a limit. What is kept are places and ids; what was read is wiped.

mod tally;
#[cfg(test)]
mod tests;

use std::{
    fs::{self, File, OpenOptions, ReadDir},
    io::{self, Read as _},
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use calyptia_api::TokenScanner;
use zeroize::Zeroizing;

pub(crate) use tally::{Tally, TokenPlaces};

use crate::{
    lock::lock,
    messages::{SearchEnd, SearchProgress},
};

/// How much is read at once, and so how soon a search stops.
const CHUNK: usize = 128 * 1024;

/// How much a search reads at most. The person can stop it at any time; these end what nobody watches.
#[derive(Clone)]
pub struct SearchLimits {
    /// Of one file, in bytes. The rest is left out.
    pub file_bytes: u64,
    /// Of all files, in bytes.
    pub bytes: u64,
    /// Files.
    pub files: u64,
    /// Folders within each other. Deeper ones are left out.
    pub depth: usize,
    /// How long it takes.
    pub time: Duration,
}

impl Default for SearchLimits {
    fn default() -> Self {
        Self {
            file_bytes: 4 << 30,
            bytes: 256 << 30,
            files: 1_000_000,
            depth: 64,
            time: Duration::from_secs(60 * 60),
        }
    }
}

/// A search in progress, for the thread that reads and for whoever waits.
#[derive(Default)]
pub(crate) struct Search {
    stop: AtomicBool,
    tally: Mutex<Tally>,
}

impl Search {
    /// Ends [`Self::run`] before it reads on.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(crate) fn progress(&self) -> SearchProgress {
        lock(&self.tally).progress()
    }

    /// What was found so far.
    pub(crate) fn take(&self) -> Tally {
        std::mem::take(&mut lock(&self.tally))
    }

    /// Reads files and folders, for as long as that takes.
    pub(crate) fn run(&self, chosen: &[PathBuf], limits: &SearchLimits) -> SearchEnd {
        let mut reader = Reader {
            search: self,
            limits,
            started: Instant::now(),
            base: PathBuf::new(),
            scanner: TokenScanner::default(),
            chunk: Zeroizing::new(vec![0; CHUNK]),
        };
        for path in chosen {
            if let ControlFlow::Break(end) = reader.chosen(path) {
                return end;
            }
        }
        SearchEnd::Complete
    }
}

type Step = ControlFlow<SearchEnd>;

struct Reader<'s> {
    search: &'s Search,
    limits: &'s SearchLimits,
    started: Instant,
    /// Places are shown from here.
    base: PathBuf,
    scanner: TokenScanner,
    chunk: Zeroizing<Vec<u8>>,
}

impl Reader<'_> {
    /// A link that was chosen itself is followed, once: that is what the person meant.
    fn chosen(&mut self, chosen: &Path) -> Step {
        let begun = fs::canonicalize(chosen).and_then(|path| {
            if fs::metadata(&path)?.is_dir() {
                let entries = fs::read_dir(&path)?;
                let name = chosen.file_name().unwrap_or(chosen.as_os_str());
                lock(&self.search.tally).folder = Some(tally::shown(Path::new(name)));
                self.base = path;
                return Ok(self.folder(entries, 0));
            }
            let file = open(&path)?;
            self.base = path.parent().map(Path::to_owned).unwrap_or_default();
            Ok(self.file(file, &path))
        });
        begun.unwrap_or_else(|error| {
            lock(&self.search.tally).refused = Some(error.kind());
            self.unreadable()
        })
    }

    fn folder(&mut self, entries: ReadDir, depth: usize) -> Step {
        for entry in entries {
            self.may_continue()?;
            // Reading on would fail in the same way, perhaps forever.
            let Ok(entry) = entry else { return self.unreadable() };
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => self.inner_folder(&path, depth + 1)?,
                Ok(kind) if kind.is_file() => match open(&path) {
                    Ok(file) => self.file(file, &path)?,
                    Err(_) => self.unreadable()?,
                },
                Ok(kind) if kind.is_symlink() => lock(&self.search.tally).links += 1,
                // A pipe, a socket or a device.
                Ok(_) => {}
                Err(_) => self.unreadable()?,
            }
        }
        Step::Continue(())
    }

    fn inner_folder(&mut self, folder: &Path, depth: usize) -> Step {
        if is_made_up(folder) {
            return Step::Continue(());
        }
        if depth > self.limits.depth {
            lock(&self.search.tally).too_deep += 1;
            return Step::Continue(());
        }
        match fs::read_dir(folder) {
            Ok(entries) => self.folder(entries, depth),
            Err(_) => self.unreadable(),
        }
    }

    fn file(&mut self, mut file: File, path: &Path) -> Step {
        if lock(&self.search.tally).files == self.limits.files {
            return Step::Break(SearchEnd::TooManyFiles);
        }
        lock(&self.search.tally).files += 1;
        let name = path.strip_prefix(&self.base).unwrap_or(path).to_owned();
        let read = self.read(&mut file, &name);
        let search = self.search;
        // It also wipes what was read, if the rest was not.
        self.scanner.finish(|token| lock(&search.tally).add(token, &name));
        read.unwrap_or_else(|_| self.unreadable())
    }

    fn read(&mut self, file: &mut File, name: &Path) -> io::Result<Step> {
        let mut left = self.limits.file_bytes;
        loop {
            if let stopped @ Step::Break(_) = self.may_continue() {
                return Ok(stopped);
            }
            let left_of_all = self.limits.bytes.saturating_sub(lock(&self.search.tally).bytes);
            let wanted = usize::try_from(left.min(left_of_all)).map_or(CHUNK, |left| left.min(CHUNK));
            // One byte more than allowed shows whether there is more.
            let length = match file.read(&mut self.chunk[..wanted.max(1)]) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if length == 0 {
                return Ok(Step::Continue(()));
            }
            if left_of_all == 0 {
                return Ok(Step::Break(SearchEnd::TooMuch));
            }
            if left == 0 {
                lock(&self.search.tally).cut += 1;
                return Ok(Step::Continue(()));
            }
            left -= length as u64;
            let search = self.search;
            lock(&search.tally).bytes += length as u64;
            self.scanner.push(&self.chunk[..length], |token| lock(&search.tally).add(token, name));
        }
    }

    fn may_continue(&self) -> Step {
        if self.search.stop.load(Ordering::Relaxed) {
            return Step::Break(SearchEnd::Stopped);
        }
        if self.started.elapsed() > self.limits.time {
            return Step::Break(SearchEnd::TooLong);
        }
        Step::Continue(())
    }

    fn unreadable(&self) -> Step {
        lock(&self.search.tally).unreadable += 1;
        Step::Continue(())
    }
}

/// Whether the system makes up what is in a folder: parts of the computer, and of programs that are running.
fn is_made_up(folder: &Path) -> bool {
    cfg!(unix) && ["/dev", "/proc", "/sys"].iter().any(|made_up| folder == Path::new(made_up))
}

/// Opens a file, and nothing that has taken its place since the folder was read: neither a link nor a pipe, which would wait.
fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use rustix::fs::OFlags;
        use std::os::unix::fs::OpenOptionsExt as _;

        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        options.custom_flags(flags.bits().cast_signed());
    }
    let file = options.open(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}
