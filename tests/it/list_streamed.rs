//! `list --sort none`: the same keys as they come, in constant memory, while others write.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use crate::support::Home;

/// That many keys of two projects, every tenth for a webhook.
fn many(count: usize) -> Home {
    let home = Home::new();
    let row = |n: usize| {
        let (project, kind) =
            (["shop", "web"][n % 2], ["general", "webhook"][usize::from(n.is_multiple_of(10))]);
        format!("bot-{n},{project},{kind},orders:read\n")
    };
    let rows: String = (0..count).map(row).collect();
    home.write("keys.csv", format!("name,project,kind,scopes\n{rows}"));
    home.ok(["create", "--from", "keys.csv", "--tokens-to", "tokens.csv", "-q"]);
    home.ok(["revoke", "bot-1", "bot-3", "--yes", "-q"]);
    home
}

#[test]
fn the_keys_are_the_same_in_every_format() {
    let home = many(60);
    for filter in
        [&[][..], &["--all"], &["--project", "web"], &["--search", "b1"], &["--hide-revoked"]]
    {
        for shape in [
            &["-o", "jsonl"][..],
            &["-o", "csv"],
            &["-o", "csv", "--columns", "name,scopes"],
            &["--field", "name"],
            &["--print0"],
        ] {
            let list = |sort| {
                let flags = filter.iter().chain(shape).copied();
                let run = home.run(["list", "--sort", sort].into_iter().chain(flags));
                assert_eq!(run.code, 0, "{}", run.stderr);
                let rows: BTreeSet<String> =
                    run.stdout.split_inclusive(['\n', '\0']).map(str::to_owned).collect();
                (rows, run.stderr)
            };
            let (streamed, sorted) = (list("none"), list("name"));
            assert!(streamed.0.len() > 5, "{filter:?} {shape:?}");
            assert_eq!(streamed, sorted, "{filter:?} {shape:?}: also what is hidden");
        }
    }
}

#[test]
fn json_is_one_array_be_there_many_one_or_none() {
    let home = many(60);
    let ids = |flags: &[&str]| {
        let all = home.json(["list"].into_iter().chain(flags.iter().copied()));
        let id = |key: &serde_json::Value| key["id"].as_str().unwrap().to_owned();
        all.as_array().unwrap().iter().map(id).collect::<BTreeSet<_>>()
    };
    let all = ids(&["--all"]);
    assert_eq!((all.len(), ids(&["--all", "--sort", "none"])), (60, all));
    assert_eq!(ids(&["--sort", "none", "--search", "bot-42"]).len(), 1);
    assert_eq!(ids(&["--sort", "none", "--owner", "nobody"]).len(), 0);
}

#[test]
fn a_limit_ends_it() {
    let home = many(60);
    for (limit, count) in [("0", 0), ("1", 1), ("7", 7), ("100", 54)] {
        let run = home.run(["list", "--sort", "none", "--limit", limit, "-o", "jsonl"]);
        assert_eq!((run.code, run.stdout.lines().count()), (0, count), "{limit}");
    }
    let run = home.run(["list", "--sort", "none", "--limit", "0", "-o", "json"]);
    assert_eq!(run.stdout, "[]\n");
}

#[test]
fn where_it_cannot_be_streamed_it_is_a_list_like_others() {
    let home = many(12);
    let table = home.run(["list", "--sort", "none"]);
    assert_eq!((table.code, table.stdout.lines().count()), (0, 11));
    let reversed = home.run(["list", "--sort", "none", "--reverse", "--field", "name"]);
    assert_eq!(reversed.stdout.lines().count(), 10);
}

/// Whoever reads a list slowly keeps nobody from writing, and still gets all of it.
#[test]
fn a_writer_gets_through_while_nobody_reads() {
    let home = many(500);
    for args in [&["list", "--sort", "none", "-o", "jsonl"][..], &["list", "-o", "jsonl"]] {
        let mut command = home.command(args.iter().copied().chain(["-q"]));
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut list = BufReader::with_capacity(1, child.stdout.take().unwrap());
        let mut first = String::new();
        // It has begun, and waits: the rest is more than a pipe takes.
        list.read_line(&mut first).unwrap();
        assert_eq!(home.run(["disable", "bot-7", "-q"]).code, 0, "{args:?}");
        assert_eq!(home.run(["enable", "bot-7", "-q"]).code, 0, "{args:?}");
        assert!(child.try_wait().unwrap().is_none(), "it was over already");
        let mut rest = String::new();
        list.read_to_string(&mut rest).unwrap();
        assert!(child.wait().unwrap().success());
        assert!(rest.len() > 200_000, "too little to wait for: {}", rest.len());
        assert_eq!(rest.lines().count(), 449, "{args:?}");
    }
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let home = many(500);
    let mut command = home.command(["list", "--sort", "none", "-o", "jsonl"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut list = BufReader::new(child.stdout.take().unwrap());
    list.read_line(&mut String::new()).unwrap();
    drop(list);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}
