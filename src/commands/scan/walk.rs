//! Which files are searched: those that are named, and in folders those that git would not ignore,
//! on all cores.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, IsTerminal};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::available_parallelism;

use ignore::{DirEntry, WalkBuilder, WalkParallel, WalkState};
use rustix::fs::OFlags;

use super::find::{Buffer, Finder, Found};
use crate::error::{CliError, Kind};
use crate::ui::Counter;

/// How stdin is called where a file's name would stand.
const STDIN: &str = "<stdin>";
/// Even where there is one core: while one thread reads, another can search.
const MIN_THREADS: usize = 2;
/// More only wait for each other.
const MAX_THREADS: usize = 12;

/// Whether a walk passes over what git ignores.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ignored {
    LeftOut,
    Searched,
}

/// What is to be searched.
pub(super) struct Targets {
    stdin: bool,
    paths: Vec<PathBuf>,
}

/// What a search came to.
#[derive(Default)]
pub(super) struct Searched {
    /// By file, line and column.
    pub(super) found: Vec<(PathBuf, Found)>,
    /// What could not be read, and why.
    pub(super) unreadable: Vec<Unreadable>,
    /// The files that were read.
    pub(super) files: u64,
    /// True when nothing came from stdin.
    pub(super) stdin_was_empty: bool,
}

/// A file or a folder that could not be read.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Unreadable {
    path: PathBuf,
    why: String,
}

impl std::fmt::Display for Unreadable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "cannot read '{}': {}", self.path.display(), self.why)
    }
}

impl Targets {
    /// What is named; when nothing is, stdin, or the current folder where somebody would have to
    /// type it.
    ///
    /// # Errors
    /// When something is not there.
    pub(super) fn new(named: &[PathBuf]) -> Result<Self, CliError> {
        if named.is_empty() {
            let typed = io::stdin().is_terminal();
            let paths = if typed { vec![PathBuf::from(".")] } else { Vec::new() };
            return Ok(Targets { stdin: !typed, paths });
        }
        let stdin = named.iter().any(|path| path == "-");
        let mut seen = BTreeSet::new();
        let mut paths = named.to_vec();
        paths.retain(|path| path != "-" && seen.insert(path.as_os_str().to_owned()));
        paths.iter().try_for_each(|path| check(path))?;
        Ok(Targets { stdin, paths })
    }

    /// True when stdin is read.
    pub(super) fn has_stdin(&self) -> bool {
        self.stdin
    }

    /// Searches all of it.
    pub(super) fn search(&self, finder: &Finder, ignored: Ignored, counter: &Counter) -> Searched {
        let mut all = if self.stdin { search_stdin(finder) } else { Searched::default() };
        if let Some(walk) = self.walk(ignored) {
            let shared = Mutex::new(all);
            walk.run(|| {
                let mut buffer = Buffer::new();
                let shared = &shared;
                Box::new(move |entry| {
                    let searched = visit(entry, finder, &mut buffer);
                    let mut all = shared.lock().unwrap_or_else(PoisonError::into_inner);
                    all.add(searched);
                    counter.show(all.files);
                    WalkState::Continue
                })
            });
            all = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        }
        counter.finish();
        all.sort();
        all
    }

    fn walk(&self, ignored: Ignored) -> Option<WalkParallel> {
        let (first, others) = self.paths.split_first()?;
        let mut walk = WalkBuilder::new(first);
        for path in others {
            walk.add(path);
        }
        let threads = available_parallelism().map_or(MIN_THREADS, usize::from);
        // Keys lie in hidden files, and the history of a repository is not for reading as files.
        walk.standard_filters(ignored == Ignored::LeftOut)
            .hidden(false)
            .filter_entry(|entry| entry.depth() == 0 || !is_git_folder(entry))
            .threads(threads.clamp(MIN_THREADS, MAX_THREADS));
        Some(walk.build_parallel())
    }
}

fn is_git_folder(entry: &DirEntry) -> bool {
    entry.file_name() == OsStr::new(".git") && entry.file_type().is_some_and(|kind| kind.is_dir())
}

/// What is not there is a slip of whoever named it, and said before anything is searched.
fn check(path: &Path) -> Result<(), CliError> {
    match fs::metadata(path) {
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            let message = format!("cannot read '{}': {e}", path.display());
            Err(CliError::new(Kind::Failed, message).hint("check the path; nothing was scanned"))
        }
        _ => Ok(()),
    }
}

fn search_stdin(finder: &Finder) -> Searched {
    let mut input = Counted { source: io::stdin().lock(), bytes: 0 };
    let mut searched = search_file(Path::new(STDIN), &mut input, finder, &mut Buffer::new());
    searched.stdin_was_empty = input.bytes == 0;
    searched
}

/// A source that knows how much it gave.
struct Counted<R> {
    source: R,
    bytes: u64,
}

impl<R: io::Read> io::Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(buffer)?;
        self.bytes += n as u64;
        Ok(n)
    }
}

fn visit(entry: Result<DirEntry, ignore::Error>, finder: &Finder, buffer: &mut Buffer) -> Searched {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Searched::failed(reason(error, PathBuf::new())),
    };
    let path = shown(entry.path());
    match open(&entry) {
        Ok(Some(file)) => search_file(&path, file, finder, buffer),
        Ok(None) => Searched::default(),
        Err(error) => Searched::failed(Unreadable { path, why: error.to_string() }),
    }
}

/// The path as people would write it.
fn shown(path: &Path) -> PathBuf {
    path.strip_prefix("./").unwrap_or(path).to_owned()
}

/// Opens what is to be read: whatever was named, and plain files in folders. Should one have been
/// replaced by something else since it was listed, nothing waits for that and no link is followed.
fn open(entry: &DirEntry) -> io::Result<Option<File>> {
    if entry.depth() == 0 {
        let is_folder = fs::metadata(entry.path())?.is_dir();
        return if is_folder { Ok(None) } else { File::open(entry.path()).map(Some) };
    }
    if !entry.file_type().is_some_and(|kind| kind.is_file()) {
        return Ok(None);
    }
    let flags = (OFlags::NONBLOCK | OFlags::NOFOLLOW).bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(entry.path())?;
    Ok(file.metadata()?.is_file().then_some(file))
}

fn search_file(
    path: &Path,
    source: impl io::Read,
    finder: &Finder,
    buffer: &mut Buffer,
) -> Searched {
    let mut found = Vec::new();
    let result = finder.search(source, buffer, &mut found);
    let unreadable = result.err().map(|e| Unreadable { path: path.to_owned(), why: e.to_string() });
    Searched {
        found: found.into_iter().map(|found| (path.to_owned(), found)).collect(),
        files: u64::from(unreadable.is_none()),
        unreadable: unreadable.into_iter().collect(),
        stdin_was_empty: false,
    }
}

/// What could not be walked; errors come wrapped in each other, the path somewhere inside.
fn reason(error: ignore::Error, path: PathBuf) -> Unreadable {
    match error {
        ignore::Error::WithPath { path, err } => reason(*err, path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            reason(*err, path)
        }
        error => Unreadable { path: shown(&path), why: error.to_string() },
    }
}

impl Searched {
    fn failed(unreadable: Unreadable) -> Self {
        Searched { unreadable: vec![unreadable], ..Searched::default() }
    }

    fn add(&mut self, other: Searched) {
        self.found.extend(other.found);
        self.unreadable.extend(other.unreadable);
        self.files += other.files;
    }

    /// Whatever order the threads came in.
    fn sort(&mut self) {
        self.found.sort_by(|(path, a), (other, b)| {
            path.as_os_str().cmp(other.as_os_str()).then(a.place.cmp(&b.place))
        });
        self.unreadable.sort();
    }
}
