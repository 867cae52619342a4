//! Runs tests, one process each.

use crate::{Result, compile::Binary, copy::Copy, in_threads, lock};
use std::{
    collections::BTreeSet,
    fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, Stdio},
    sync::Mutex,
    thread,
    time::Duration,
};

/// How often a test is looked after.
const PAUSE: Duration = Duration::from_millis(3);

/// A test, and what is known of it from a run without any fault.
pub struct Test {
    pub package: String,
    pub name: String,
    binary: PathBuf,
    took: Duration,
    /// The functions that it comes by, as the number of the first fault of each.
    pub reaches: BTreeSet<usize>,
}

#[derive(PartialEq)]
pub enum Ran {
    Passed,
    Failed,
    /// It was ended.
    TooLong,
}

/// Runs each test once, without a fault; the quickest come first.
pub fn survey(copy: &Copy, binaries: &[Binary]) -> Result<Vec<Test>> {
    let mut unknown = Vec::new();
    for binary in binaries {
        let ignored = list(binary, &["--ignored"])?;
        let names = list(binary, &[])?.into_iter().filter(|name| !ignored.contains(name));
        unknown.extend(names.map(|name| (binary, name)));
    }
    let (next, tests) = (Mutex::new(unknown.into_iter()), Mutex::new(Vec::new()));
    in_threads(|| {
        let Some((binary, name)) = lock(&next).next() else { return Ok(false) };
        let test = Test::traced(copy, binary, name)?;
        lock(&tests).push(test);
        Ok(true)
    })?;
    let mut tests = tests.into_inner().expect("no worker panics");
    tests.sort_by_key(|test| test.took);
    Ok(tests)
}

fn list(binary: &Binary, arguments: &[&str]) -> Result<Vec<String>> {
    let list = ["--list", "--format", "terse"];
    let output = Command::new(&binary.path).args(list).args(arguments).output()?;
    let text = String::from_utf8(output.stdout)?;
    Ok(text.lines().filter_map(|line| line.strip_suffix(": test")).map(str::to_owned).collect())
}

impl Test {
    /// Runs it without a fault, which it must stand.
    fn traced(copy: &Copy, Binary { package, path }: &Binary, name: String) -> Result<Test> {
        let trace = copy.scratch.join(format!("{package}-{}.trace", name.replace("::", "-")));
        let (package, binary) = (package.clone(), path.clone());
        let mut test =
            Test { package, name, binary, took: Duration::ZERO, reaches: BTreeSet::new() };
        let (ran, took) = test.spawn(
            copy,
            "KEYCTL_MUTANT_TRACE",
            &trace.display().to_string(),
            Duration::from_secs(300),
        )?;
        if ran != Ran::Passed {
            return Err(format!("{} fails without any fault", test.name).into());
        }
        test.took = took;
        for line in fs::read_to_string(trace).unwrap_or_default().lines() {
            test.reaches.insert(line.parse()?);
        }
        Ok(test)
    }

    /// Runs it with the fault of this number.
    pub fn run(&self, copy: &Copy, number: usize) -> Result<Ran> {
        let limit = self.took * 10 + Duration::from_secs(20);
        Ok(self.spawn(copy, "KEYCTL_MUTANT", &number.to_string(), limit)?.0)
    }

    /// Runs it for so long at most. Time is what was slept through here, so that none goes by
    /// while the machine has stopped both this and the test.
    fn spawn(
        &self,
        copy: &Copy,
        variable: &str,
        value: &str,
        limit: Duration,
    ) -> Result<(Ran, Duration)> {
        let mut child = Command::new(&self.binary)
            .args(["--exact", &self.name])
            .env(variable, value)
            .env("TMPDIR", &copy.scratch)
            .current_dir(copy.root.join("crates").join(&self.package))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()?;
        let mut took = Duration::ZERO;
        while took < limit {
            if let Some(status) = child.try_wait()? {
                return Ok((if status.success() { Ran::Passed } else { Ran::Failed }, took));
            }
            thread::sleep(PAUSE);
            took += PAUSE;
        }
        // What it has started goes with it.
        Command::new("kill").args(["-KILL", "--", &format!("-{}", child.id())]).status()?;
        child.wait()?;
        Ok((Ran::TooLong, took))
    }
}
