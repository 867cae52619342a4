//! The disk that fails on command, from inside of the process that has it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// Compiles the library, once.
pub(super) fn library() -> Option<&'static Path> {
    static LIBRARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    LIBRARY.get_or_init(|| cfg!(target_os = "linux").then(compile).flatten()).as_deref()
}

fn compile() -> Option<PathBuf> {
    let made =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}.so", std::process::id()));
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/faults/disk.c");
    let mut cc = Command::new("cc");
    cc.args(["-O1", "-shared", "-fPIC", "-o"]).arg(&made).arg(source).args(["-ldl", "-lpthread"]);
    let output = cc.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(made)
}

/// Runs one life; what it says.
pub(super) fn life(library: &Path, seed: u64, events: u64) -> String {
    let said = alone(library, "simulation::one_life", seed, events);
    let lines = said.lines().filter(|line| line.starts_with("> ") || line.starts_with("= "));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Runs an ignored test in a process of its own, which has such a disk; what it says.
pub(super) fn alone(library: &Path, test: &str, seed: u64, events: u64) -> String {
    let folder = super::super::support::memory();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .env("KEYCTL_SIM_SEED", seed.to_string())
        .env("KEYCTL_SIM_EVENTS", events.to_string())
        .env("KEYCTL_SIM_FOLDER", folder.path())
        .env("LD_PRELOAD", library)
        .env("KEYCTL_FAULT_UNDER", folder.path().join("disk"))
        .env("KEYCTL_FAULT_TOLD", folder.path().join("told"))
        .env("KEYCTL_FAULT_STASH", folder.path().join("stash"))
        .env("KEYCTL_FAULT_RANDOM", (seed + 1).to_string())
        .env("RAYON_NUM_THREADS", "1");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{said}\n{trouble}\n{test}: the life {seed} fails; KEYCTL_SIM_SEED={seed} KEYCTL_SIM_EVENTS={events} runs it again"
    );
    said
}

/// How a disk fails for good, and what is left on it.
pub(super) const WAYS: [&str; 4] = ["broken+", "cut-all+", "cut-bytes+", "cut-torn+"];

/// The disk under a life.
pub(super) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// The one that the environment names.
    pub(super) fn of_this_process() -> Self {
        let folder = PathBuf::from(std::env::var_os("KEYCTL_SIM_FOLDER").unwrap());
        for name in ["disk", "stash", "fresh"] {
            std::fs::create_dir(folder.join(name)).unwrap();
        }
        Disk { folder }
    }

    /// A file on it.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.join("disk").join(name)
    }

    /// A folder beside it, where nothing fails.
    pub(super) fn fresh(&self, name: &str) -> PathBuf {
        self.folder.join("fresh").join(name)
    }

    fn order(&self, order: &str) {
        std::fs::write(self.folder.join(".keyctl-fault"), order).unwrap();
    }

    /// Does something on a disk that fails at its step `at`; the step, if it came to that.
    pub(super) fn failing<T>(
        &self,
        at: usize,
        way: &str,
        work: impl FnOnce() -> T,
    ) -> (T, Option<String>) {
        let told = self.folder.join("told");
        drop(std::fs::remove_file(&told));
        self.order(&format!("{at} {way} {at}"));
        let done = work();
        self.order("0 none 0");
        let told = std::fs::read_to_string(told).ok();
        let step = told.map(|told| format!("{way} {}", without_names(&told)));
        (done, step)
    }
}

/// The step without the names of temporary files.
fn without_names(told: &str) -> String {
    let mut words = told.split_whitespace();
    let (n, step) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    format!("{n} {step}")
}
