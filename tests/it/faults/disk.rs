//! The disk that fails: the library that stands in for it, and a run of the program on it.

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use super::deeds::Deed;
use super::scene::Scene;
use crate::support::{Run, feed_bytes};

/// What happens to a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is killed.
    Kill,
    /// The power fails; of what was not synced, nothing is left.
    CutAll,
    /// The power fails; names are left, but not what was in the files.
    CutBytes,
    /// The power fails; chance says which sectors and names are left.
    Torn(u8),
    /// Once there is no room.
    FullOnce,
    /// From then on there is no room.
    Full,
    /// Once the disk fails.
    BrokenOnce,
    /// From then on the disk fails.
    Broken,
}

impl How {
    pub const ALL: [How; 10] = [
        How::Kill,
        How::CutAll,
        How::CutBytes,
        How::Torn(1),
        How::Torn(2),
        How::Torn(3),
        How::FullOnce,
        How::Full,
        How::BrokenOnce,
        How::Broken,
    ];

    fn word(self) -> &'static str {
        match self {
            How::Kill => "kill",
            How::CutAll => "cut-all",
            How::CutBytes => "cut-bytes",
            How::Torn(_) => "cut-torn",
            How::FullOnce => "full",
            How::Full => "full+",
            How::BrokenOnce => "broken",
            How::Broken => "broken+",
        }
    }

    /// True when the command does not live to say anything.
    pub fn is_end(self) -> bool {
        !matches!(self, How::FullOnce | How::Full | How::BrokenOnce | How::Broken)
    }
}

/// What became of a command.
#[derive(Debug)]
pub struct Struck {
    /// The step at which it was struck, in words; `None` when it came to its end before.
    pub step: Option<String>,
    pub run: Run,
}

/// Why no fault can be made here, if none can.
pub fn missing() -> Option<&'static str> {
    library().is_none().then_some("no C compiler makes a library for LD_PRELOAD")
}

/// Compiles the library, once for all tests.
pub fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY.get_or_init(|| cfg!(target_os = "linux").then(compile).flatten()).as_deref()
}

fn compile() -> Option<PathBuf> {
    let made =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}.so", std::process::id()));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/disk.c");
    let mut cc = Command::new("cc");
    cc.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&made).arg(source).args(["-ldl", "-lpthread"]);
    let output = cc.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(made)
}

/// Runs a command on a disk that fails at its `n`-th step.
pub fn run(scene: &Scene, deed: &Deed, how: How, n: usize) -> Struck {
    run_args(scene, &scene.args(deed), scene.stdin(deed), how, n)
}

/// The same with these arguments.
pub fn run_args(scene: &Scene, args: &[String], stdin: &[u8], how: How, n: usize) -> Struck {
    let told = scene.aside("told");
    drop(std::fs::remove_file(&told));
    let mut command = scene.command(args);
    command
        .env("LD_PRELOAD", library().unwrap())
        .env("KEYCTL_FAULT_UNDER", scene.home.path().canonicalize().unwrap())
        .env("KEYCTL_FAULT_AT", n.to_string())
        .env("KEYCTL_FAULT_HOW", how.word())
        .env("KEYCTL_FAULT_TOLD", &told)
        .env("KEYCTL_FAULT_STASH", scene.aside("stash"));
    if let How::Torn(seed) = how {
        command.env("KEYCTL_FAULT_SEED", seed.to_string());
    }
    let output = feed_bytes(&mut command, stdin);
    let step = std::fs::read_to_string(told).ok().map(|told| told.trim_end().to_owned());
    if step.is_some() && how.is_end() {
        assert_eq!(output.status.signal(), Some(9), "{args:?}");
    }
    Struck { step, run: Run::of(&output) }
}
