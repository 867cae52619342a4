//! Several processes at once: nobody's change is lost, and nobody is told of tampering.
//!
//! The long form, of 8 processes with 1,000 commands each, of which every tenth is killed:
//!
//! ```sh
//! cargo test --release --test it -- --ignored --nocapture concurrent::eight
//! ```

mod replay;
mod writer;

use std::process::Stdio;
use std::thread;

use crate::support::{Home, Run};

const WRITERS: usize = 8;

#[test]
fn what_eight_processes_create_at_once_is_all_there() {
    let home = Home::new();
    let start = |n: usize| {
        let name = format!("writer-{n}");
        let mut command =
            home.command(["create", "--project", "shop", "--scope", "read", "--name"]);
        command.arg(&name).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let children: Vec<_> = (0..WRITERS).map(start).collect();
    let runs: Vec<Run> =
        children.into_iter().map(|child| Run::of(&child.wait_with_output().unwrap())).collect();
    for run in &runs {
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(home.verify(&run.stdout, &[]).code, 0);
    }
    assert_eq!(home.json(["list"]).as_array().unwrap().len(), WRITERS);
    let log = home.json(["audit", "verify"]);
    assert_eq!(log["entries"], 1 + WRITERS);
    assert_eq!(log["entries"], log["generation"]);
    assert_eq!(home.json(["vault", "check"])["keys"], WRITERS);
}

#[test]
fn one_of_eight_that_want_the_same_name_gets_it() {
    let home = Home::new();
    let start = |_| {
        let args = ["create", "--project", "shop", "--scope", "read", "--name", "one"];
        home.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..WRITERS).map(start).collect();
    let mut codes: Vec<i32> = children
        .into_iter()
        .map(|child| Run::of(&child.wait_with_output().unwrap()).code)
        .collect();
    codes.sort_unstable();
    assert_eq!(codes, [0, 5, 5, 5, 5, 5, 5, 5]);
}

#[test]
fn readers_beside_a_writer_see_a_whole_vault() {
    let home = Home::new();
    let token = home.token("read-all-the-time");
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..6 {
                home.token(&format!("key-{n}"));
            }
        });
        while !writer.is_finished() {
            assert_eq!(home.verify(&token, &["-q"]).code, 0);
            assert_eq!(home.run(["list"]).code, 0);
        }
    });
}

/// Lets eight writers loose on one vault, and asks its audit log to account for all they did.
fn let_loose(commands: u64) {
    let seed = std::env::var("KEYCTL_SIM_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(1);
    let home = writer::home();
    let done: Vec<writer::Done> = thread::scope(|scope| {
        let home = &home;
        let writers = (0..WRITERS as u64)
            .map(|n| scope.spawn(move || writer::Writer::new(home, n, seed).work(commands)));
        let writers: Vec<_> = writers.collect();
        writers.into_iter().map(|writer| writer.join().unwrap()).collect()
    });
    let done = writer::Done::sum(done);
    let log = home.json(["audit", "--keyfile", "robot.key"]);
    let replayed = replay::replay(&log);
    replay::compare(&replayed, &home.json(["list", "--all", "--keyfile", "robot.key"]));
    replay::compare_notes(&log, &done);
    let verified = home.json(["audit", "verify", "--keyfile", "robot.key"]);
    assert_eq!(verified["entries"], verified["generation"]);
    assert_eq!(home.json(["vault", "check", "--keyfile", "robot.key"])["keys"], replayed.len());
    use std::io::Write as _;
    drop(writeln!(
        std::io::stderr(),
        "{WRITERS} processes, {} commands, {} killed, {} refused, {} gave up waiting, {} changes in the log",
        done.commands,
        done.killed,
        done.refused,
        done.waited,
        verified["entries"]
    ));
}

#[test]
fn the_audit_log_accounts_for_all_that_eight_writers_did_of_whom_some_were_killed() {
    let_loose(6);
}

#[test]
#[ignore = "the long form, of some minutes"]
fn eight_writers_with_a_thousand_commands_each() {
    let_loose(1000);
}
