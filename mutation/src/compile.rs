//! Builds the copy, and takes out again what does not compile.

use crate::{
    Result,
    copy::{self, Copy, Place},
    fault::Fault,
};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

/// The build that holds all faults that one build can hold.
#[derive(Default)]
pub struct Build {
    /// The faults in it, and the number that stands for the function of each.
    pub together: BTreeMap<usize, usize>,
    pub unviable: BTreeSet<usize>,
    pub binaries: Vec<Binary>,
    packages: BTreeSet<String>,
}

/// A package's unit or integration tests.
pub struct Binary {
    pub package: String,
    pub path: PathBuf,
}

/// A line of what cargo says.
#[derive(Deserialize)]
struct Line {
    package_id: Option<String>,
    executable: Option<PathBuf>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    spans: Vec<Span>,
    rendered: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    byte_start: usize,
    byte_end: usize,
}

impl Build {
    /// Builds all faults; the compiler finds those that are none a phase at a time.
    pub fn together(copy: &Copy, faults: &[Fault]) -> Result<Build> {
        let packages = faults.iter().map(|fault| fault.package.clone()).collect();
        let mut build = Build { packages, ..Build::default() };
        while !build.packages.is_empty() {
            let mut files: BTreeMap<&str, Vec<(usize, &Fault)>> = BTreeMap::new();
            for (number, fault) in faults.iter().enumerate() {
                let of_file = files.entry(&fault.file).or_default();
                if !build.unviable.contains(&number) {
                    of_file.push((number, fault));
                }
            }
            let mut places = BTreeMap::new();
            for (file, faults) in files {
                let (text, of_file) = copy::with_faults(&fs::read_to_string(file)?, &faults);
                copy.write(file, &text)?;
                places.insert(file, of_file);
            }
            let errors = match compile(copy, &build.packages)? {
                Ok(binaries) => {
                    build.binaries = binaries;
                    let all = places.into_values().flatten();
                    build.together = all.map(|place| (place.number, place.first)).collect();
                    return Ok(build);
                }
                Err(errors) => errors,
            };
            for error in errors {
                build.unviable.insert(error.fault(&places).ok_or(error.rendered)?);
            }
            eprintln!("{} do not compile so far", build.unviable.len());
        }
        Ok(build)
    }

    /// Builds the copy with this fault alone; whether it compiles. All packages are built, as before:
    /// one by itself may have other features, and its tests another path.
    pub fn alone(&self, copy: &Copy, fault: &Fault) -> Result<bool> {
        copy.write(&fault.file, &fault.applied(&fs::read_to_string(&fault.file)?))?;
        Ok(compile(copy, &self.packages)?.is_ok())
    }
}

impl Message {
    /// The fault that the error is in.
    fn fault(&self, places: &BTreeMap<&str, Vec<Place>>) -> Option<usize> {
        let inside = |span: &Span| {
            let of_file = places.get(span.file_name.as_str())?;
            let around = |place: &&Place| {
                place.bytes.start <= span.byte_start && span.byte_end <= place.bytes.end
            };
            of_file.iter().find(around).map(|place| place.number)
        };
        self.spans.iter().find_map(inside)
    }
}

/// Builds the tests of packages; what they are, or why they are not.
fn compile(
    copy: &Copy,
    packages: &BTreeSet<String>,
) -> Result<std::result::Result<Vec<Binary>, Vec<Message>>> {
    let output = Command::new("cargo")
        .args([
            "test",
            "--locked",
            "--profile",
            "mutants",
            "--lib",
            "--test",
            "it",
            "--no-run",
            "--message-format=json",
        ])
        .args(packages.iter().flat_map(|package| ["-p", package]))
        .current_dir(&copy.root)
        .stderr(Stdio::null())
        .output()?;
    let (mut binaries, mut errors) = (Vec::new(), Vec::new());
    for line in output.stdout.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        let line: Line = serde_json::from_slice(line)?;
        if let (Some(path), Some(id)) = (line.executable, &line.package_id) {
            let package = packages
                .iter()
                .find(|package| id.contains(*package))
                .ok_or("a test of no package")?;
            binaries.push(Binary { package: package.to_string(), path });
        }
        // The last of a crate's errors only counts the others.
        errors.extend(
            line.message.filter(|message| message.level == "error" && !message.spans.is_empty()),
        );
    }
    match (output.status.success(), errors.is_empty()) {
        (true, _) => Ok(Ok(binaries)),
        (false, false) => Ok(Err(errors)),
        (false, true) => Err("the copy does not build, and the compiler does not say why".into()),
    }
}
