//! Several processes at once: nobody's change is lost, and nobody is told of tampering.

use std::process::Stdio;

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
    std::thread::scope(|scope| {
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
