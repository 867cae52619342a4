//! What came of each fault, kept from one run to the next, and whether it is what it should be.

use crate::{Result, fault::Fault};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fs, io, process::ExitCode};

const OUTCOMES: &str = "target/mutation/outcomes.json";
const LISTED: &str = "docs/mutants.md";

#[derive(Clone, Deserialize, PartialEq, Serialize)]
pub enum End {
    /// This test fails.
    Noticed(String),
    /// This test runs and runs.
    Endless(String),
    Missed,
    /// It does not compile.
    Unviable,
}

/// By the fault's name, with its file and what it is.
#[derive(Deserialize, Serialize)]
pub struct Outcome {
    file: String,
    text: String,
    end: End,
}

#[derive(Default, Deserialize, Serialize)]
pub struct Outcomes(BTreeMap<String, Outcome>);

impl Outcomes {
    /// Those of the last run; none when there was none.
    pub fn read() -> Result<Outcomes> {
        match fs::read(OUTCOMES) {
            Ok(bytes) => Ok(serde_json::from_slice(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Outcomes::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether the last run missed it, saw no end of it, or never came to it.
    pub fn is_missed(&self, fault: &Fault) -> bool {
        let end = self.0.get(&fault.name).map(|outcome| &outcome.end);
        matches!(end, None | Some(End::Missed | End::Endless(_)))
    }

    /// Notes it at once: a run that is broken off is taken up again with `--missed`.
    pub fn add(&mut self, fault: &Fault, end: End) -> Result<()> {
        match &end {
            End::Missed => eprintln!("missed: {}", fault.name),
            End::Endless(test) => eprintln!("endless: {} ({test})", fault.name),
            End::Noticed(_) | End::Unviable => {}
        }
        let outcome = Outcome { file: fault.file.clone(), text: fault.text().to_owned(), end };
        self.0.insert(fault.name.clone(), outcome);
        Ok(fs::write(OUTCOMES, serde_json::to_vec_pretty(self)?)?)
    }
}

/// Prints a row for each file, and what nobody notices and nobody has listed: that is a failure.
pub fn compare(outcomes: &Outcomes, faults: &[Fault]) -> Result<ExitCode> {
    let mut listed = listed()?;
    let mut files: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut missing = Vec::new();
    for outcome in faults.iter().filter_map(|fault| outcomes.0.get(&fault.name)) {
        let column = match outcome.end {
            End::Noticed(_) => 0,
            End::Endless(_) => 1,
            End::Unviable => 2,
            End::Missed => 3,
        };
        files.entry(&outcome.file).or_default()[column] += 1;
        if outcome.end == End::Missed {
            match listed.get_mut(&(outcome.file.clone(), outcome.text.clone())) {
                Some(left) if *left > 0 => *left -= 1,
                _ => missing.push(format!("{}: {}", outcome.file, outcome.text)),
            }
        }
    }
    println!(
        "| file | faults | noticed | endless | do not compile | not noticed |\n|---|---|---|---|---|---|"
    );
    let mut sum = [0; 4];
    for (file, row) in files {
        print_row(&format!("`{}`", file.trim_start_matches("crates/")), row);
        sum.iter_mut().zip(row).for_each(|(sum, count)| *sum += count);
    }
    print_row("all", sum);
    if missing.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("no test notices, and {LISTED} does not list:\n{}", missing.join("\n"));
    Ok(ExitCode::FAILURE)
}

fn print_row(name: &str, [noticed, endless, unviable, missed]: [usize; 4]) {
    let all = noticed + endless + unviable + missed;
    println!("| {name} | {all} | {noticed} | {endless} | {unviable} | {missed} |");
}

/// How often each text is listed, by file.
fn listed() -> Result<BTreeMap<(String, String), usize>> {
    let (mut file, mut listed) = (String::new(), BTreeMap::new());
    for line in fs::read_to_string(LISTED)?.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            file = name.to_owned();
        } else if let Some(text) = line.strip_prefix("- `").and_then(|line| line.strip_suffix('`'))
        {
            *listed.entry((file.clone(), text.to_owned())).or_default() += 1;
        }
    }
    Ok(listed)
}
