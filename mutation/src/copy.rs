//! The copy of the source, with faults in it.
//!
//! A function begins with a choice between its bodies: `match crate::mutant(17) { 17 => return {
//! … }, 18 => return { … }, _ => {} }`. The bodies with faults are whole, so that each is what it
//! would be in the source.

use crate::{Result, fault::Fault};
use std::{
    collections::BTreeMap,
    fs,
    ops::Range,
    path::{Path, PathBuf},
    process::Command,
};

/// What is added to each crate: the number of the fault that is turned on. `KEYCTL_MUTANT_TRACE`
/// is where functions write that they were come by, as the number of the first fault of each.
const MUTANT: &str = r#"
pub(crate) fn mutant(first: usize) -> usize {
    use std::{env, fs::File, io::Write, sync::LazyLock, sync::atomic::{AtomicBool, Ordering}};
    static ON: LazyLock<usize> = LazyLock::new(|| env::var("KEYCTL_MUTANT").map_or(usize::MAX, |n| n.parse().unwrap()));
    static TRACE: LazyLock<Option<File>> = LazyLock::new(|| {
        env::var("KEYCTL_MUTANT_TRACE").ok().map(|path| File::options().append(true).create(true).open(path).unwrap())
    });
    static WRITTEN: [AtomicBool; 10_000] = [const { AtomicBool::new(false) }; 10_000];
    if let Some(mut trace) = TRACE.as_ref()
        && !WRITTEN[first].swap(true, Ordering::Relaxed)
    {
        trace.write_all(format!("{first}\n").as_bytes()).unwrap();
    }
    *ON
}
"#;

/// Where the copy is, and a folder for what tests write: those that are ended leave it behind.
pub struct Copy {
    pub root: PathBuf,
    pub scratch: PathBuf,
}

/// A fault in the copy: its number, that of the first in its function, and where its body is.
pub struct Place {
    pub number: usize,
    pub first: usize,
    pub bytes: Range<usize>,
}

impl Copy {
    /// Copies what belongs to the source and is not as it was in the last copy.
    pub fn new() -> Result<Copy> {
        let below = std::path::absolute("target/mutation")?;
        let copy = Copy { root: below.join("source"), scratch: below.join("scratch") };
        let _ = fs::remove_dir_all(&copy.scratch);
        fs::create_dir_all(&copy.scratch)?;
        let listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
        let listed = Command::new("git").args(listed).output()?;
        for file in String::from_utf8(listed.stdout)?
            .split_terminator('\0')
            .filter(|file| Path::new(file).is_file())
        {
            let to = copy.root.join(file);
            if fs::read(&to).ok() != Some(fs::read(file)?) {
                fs::create_dir_all(to.parent().expect("a file is in a folder"))?;
                fs::copy(file, to)?;
            }
        }
        for package in ["keyctl-verify", "keyctl-vault"] {
            let root = format!("crates/{package}/src/lib.rs");
            copy.write(&root, &(fs::read_to_string(&root)? + MUTANT))?;
        }
        Ok(copy)
    }

    /// Makes a file of the copy what it is in the source.
    pub fn restore(&self, file: &str) -> Result<()> {
        self.write(file, &fs::read_to_string(file)?)
    }

    /// Writes a file of the copy, unless it is so already: what is written is built anew.
    pub fn write(&self, file: &str, text: &str) -> Result<()> {
        let path = self.root.join(file);
        if fs::read_to_string(&path).is_ok_and(|present| present == text) {
            return Ok(());
        }
        Ok(fs::write(path, text)?)
    }
}

/// A file's source with these faults, by their numbers, and where each is.
pub fn with_faults(source: &str, faults: &[(usize, &Fault)]) -> (String, Vec<Place>) {
    let mut functions: BTreeMap<usize, Vec<(usize, String)>> = BTreeMap::new();
    for (number, fault) in faults {
        if let Some((body, with_fault)) = fault.bodies(source) {
            functions.entry(body.start + 1).or_default().push((*number, with_fault));
        }
    }
    let (mut text, mut places, mut written) = (String::new(), Vec::new(), 0);
    for (at, bodies) in functions {
        text += &of_running(&source[written..at]);
        written = at;
        let first = bodies[0].0;
        text += &format!(" match crate::mutant({first}) {{ ");
        for (number, body) in bodies {
            let start = text.len();
            text += &format!("{number} => return {body}, ");
            places.push(Place { number, first, bytes: start..text.len() });
        }
        text += "_ => {} } ";
    }
    (text + &source[written..], places)
}

/// The same with a last function that is not run while compiling, where nothing could be chosen.
fn of_running(source: &str) -> String {
    let name = source.rfind("fn ").unwrap_or(source.len());
    match source[..name].strip_suffix("const ") {
        Some(before) => [before, &source[name..]].concat(),
        None => source.to_owned(),
    }
}
