//! Whole processes: how long they take, and how much memory.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use wait4::Wait4;

use crate::median;

/// What one kind of process took.
#[derive(Clone, Copy, Debug)]
pub struct Took {
    /// The median of the times, in milliseconds.
    pub ms: f64,
    /// The most memory, in megabytes.
    pub mb: f64,
}

/// A command line, of which the words are separated by single spaces.
pub fn command(line: &str) -> Command {
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).stdin(Stdio::null());
    command
}

/// Runs the commands in turn, so many rounds, with their output in files of a folder, and so that each is
/// as warm as the others.
pub fn in_turn(folder: &Path, rounds: usize, commands: &mut [Command]) -> Vec<Took> {
    in_turn_after(folder, rounds, commands, || ())
}

/// The same, after `prepare` each round.
pub fn in_turn_after(
    folder: &Path,
    rounds: usize,
    commands: &mut [Command],
    prepare: impl Fn(),
) -> Vec<Took> {
    let mut times = vec![Vec::new(); commands.len()];
    let mut most = vec![0; commands.len()];
    for round in 0..=rounds {
        prepare();
        // In another order each time: what ran before leaves the caches warm for the like of it.
        for i in shuffled(commands.len(), round) {
            let command = &mut commands[i];
            let out = std::fs::File::create(folder.join("output")).expect("a folder of ours");
            command.stdout(out).stderr(Stdio::null());
            let begun = Instant::now();
            let mut child = command.spawn().expect("it can be run");
            let used = child.wait4().expect("it is ours");
            let time = begun.elapsed().as_secs_f64() * 1e3;
            // 1 is rg that found nothing.
            let code = used.status.code();
            assert!(matches!(code, Some(0 | 1)), "{command:?}: {}", used.status);
            // The first round warms up.
            if round > 0 {
                times[i].push(time);
            }
            most[i] = most[i].max(used.rusage.maxrss);
        }
    }
    let took =
        |(times, bytes): (&Vec<f64>, &u64)| Took { ms: median(times), mb: *bytes as f64 / 1e6 };
    times.iter().zip(&most).map(took).collect()
}

/// The numbers below `count` in an order that depends on the seed.
fn shuffled(count: usize, seed: usize) -> Vec<usize> {
    let mut state = seed as u64 + 0x9e37_79b9_7f4a_7c15;
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        // Xorshift: nothing depends on how good it is.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        order.swap(last, (state % (last as u64 + 1)) as usize);
    }
    order
}
