//! `scan`: which files are read, and where in them tokens are found.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use crate::scan::{by_shape, places, stray};
use crate::support::{Home, Run, skip, tool};

/// A home with a folder `w`, and a token to put into it.
fn folder() -> (Home, String) {
    let home = Home::empty();
    fs::create_dir(home.file("w")).unwrap();
    (home, stray("acme_prod_3fK9aQ1xZ0bT", 9))
}

fn found(home: &Home, token: &str, args: &[&str]) -> Vec<String> {
    let run = by_shape(home, token, &[args, &["-o", "json"]].concat());
    assert!([0, 5].contains(&run.code), "{run:?}");
    places(&run)
}

#[test]
fn results_are_in_order_whatever_the_threads_did() {
    let (home, token) = folder();
    let mut expected = Vec::new();
    for i in 0..40 {
        fs::create_dir_all(home.file(&format!("w/{:02}", i % 7))).unwrap();
        let name = format!("w/{:02}/{i:02}.txt", i % 7);
        home.write(&name, format!("{token}\n\n {token} {token}\n"));
        let second = token.len() + 3;
        expected.extend(
            ["1:1".to_owned(), "3:2".to_owned(), format!("3:{second}")]
                .map(|place| format!("{name}:{place}")),
        );
    }
    // Ten before two, as text.
    expected.sort_by_key(|place| place.split(':').next().unwrap().to_owned());
    for _ in 0..5 {
        assert_eq!(found(&home, &token, &["w"]), expected);
    }
}

#[test]
fn hidden_files_are_read_and_git_folders_are_not() {
    let (home, token) = folder();
    for folder in ["w/.git/objects", "w/.config", "w/sub/.git"] {
        fs::create_dir_all(home.file(folder)).unwrap();
    }
    for file in ["w/.env", "w/.config/keys", "w/.git/objects/a", "w/sub/.git/a", "w/sub/git"] {
        home.write(file, &token);
    }
    let all = ["w/.config/keys:1:1", "w/.env:1:1", "w/sub/git:1:1"];
    assert_eq!(found(&home, &token, &["w"]), all);
    assert_eq!(found(&home, &token, &["w", "--no-ignore"]), all);
    // What somebody names is meant.
    assert_eq!(found(&home, &token, &["w/.git"]), ["w/.git/objects/a:1:1"]);
}

#[test]
fn what_git_ignores_is_left_out_unless_named_or_asked_for() {
    let (home, token) = folder();
    for folder in ["w/.git/info", "w/build", "config/git"] {
        fs::create_dir_all(home.file(folder)).unwrap();
    }
    home.write("w/.gitignore", "*.log\n/build\n");
    home.write("w/.ignore", "*.ignored\n");
    home.write("w/.git/info/exclude", "*.excluded\n");
    home.write("config/git/ignore", "*.global\n");
    let files = ["a.excluded", "a.global", "a.ignored", "a.log", "a.txt", "build/b.txt"];
    for file in files {
        home.write(&format!("w/{file}"), &token);
    }
    assert_eq!(found(&home, &token, &["w"]), ["w/a.txt:1:1"]);
    assert_eq!(found(&home, &token, &["w", "w/a.log"]), ["w/a.log:1:1", "w/a.txt:1:1"]);
    let all: Vec<String> = files.iter().map(|file| format!("w/{file}:1:1")).collect();
    assert_eq!(found(&home, &token, &["w", "--no-ignore"]), all);
    // Outside of a repository nothing is git's to ignore.
    fs::remove_dir_all(home.file("w/.git")).unwrap();
    let rest = ["w/a.excluded:1:1", "w/a.global:1:1", "w/a.log:1:1", "w/a.txt:1:1"];
    assert_eq!(found(&home, &token, &["w"])[..4], rest);
}

#[test]
fn links_are_followed_only_when_they_are_named() {
    let (home, token) = folder();
    fs::create_dir(home.file("elsewhere")).unwrap();
    home.write("elsewhere/a.txt", &token);
    symlink(home.file("elsewhere/a.txt"), home.file("w/file")).unwrap();
    symlink(home.file("elsewhere"), home.file("w/folder")).unwrap();
    symlink(home.file("w"), home.file("w/round")).unwrap();
    assert_eq!(found(&home, &token, &["w"]), [""; 0]);
    assert_eq!(found(&home, &token, &["w/file"]), ["w/file:1:1"]);
    assert_eq!(found(&home, &token, &["w/folder"]), ["w/folder/a.txt:1:1"]);
}

#[test]
fn pipes_in_folders_are_passed_over_and_named_ones_are_read() {
    let (home, token) = folder();
    home.write("w/a.txt", &token);
    if home.script("mkfifo w/pipe").code != 0 {
        return skip("there is no mkfifo");
    }
    let run = by_shape(&home, &token, &["w", "-o", "json"]);
    assert_eq!(places(&run), ["w/a.txt:1:1"]);
    assert!(run.stderr.contains("1 file scanned"), "{run:?}");
    let script = "cat w/a.txt > w/pipe & keyctl scan --shape-only -o json w/pipe";
    assert_eq!(places(&home.script(script)), ["w/pipe:1:1"]);
}

#[test]
fn a_file_that_may_not_be_read_is_a_failure() {
    let (home, token) = folder();
    home.write("w/a.txt", "nothing");
    let closed = home.write(&format!("w/{token}.txt"), &token);
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    fs::create_dir(home.file("w/sub")).unwrap();
    fs::set_permissions(home.file("w/sub"), fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&closed).is_ok() {
        // Nothing is closed to root: the token is found.
        assert_eq!(by_shape(&home, &token, &["w"]).code, 5);
        return;
    }
    let run = by_shape(&home, &token, &["w"]);
    fs::set_permissions(home.file("w/sub"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!((run.code, run.stderr.matches("warning: cannot read 'w/").count()), (1, 2));
    assert!(run.stderr.contains("; 1 file scanned, 2 could not be read"), "{run:?}");
}

#[test]
fn binary_and_large_files_are_searched_to_their_end() {
    let (home, token) = folder();
    let mut bytes = vec![0; 3 << 20];
    bytes.extend_from_slice(token.as_bytes());
    home.write("w/zeros", &bytes);
    // Around every border between chunks of any usual size.
    let line = format!("{}\n", ".".repeat(1023));
    let mut text = line.repeat(2048);
    let borders = [64 << 10, 128 << 10, 256 << 10, 512 << 10, 1 << 20];
    for (i, border) in borders.iter().enumerate() {
        let start = border - 10 * (i + 1);
        text.replace_range(start..start + token.len(), &token);
    }
    home.write("w/borders", &text);
    let mut expected: Vec<String> = Vec::new();
    for (at, _) in text.match_indices(&token) {
        let before = &text[..at];
        let column = at - before.rfind('\n').map_or(0, |last| last + 1) + 1;
        expected.push(format!("w/borders:{}:{column}", before.matches('\n').count() + 1));
    }
    assert_eq!(expected.len(), borders.len());
    expected.push(format!("w/zeros:1:{}", (3 << 20) + 1));
    assert_eq!(found(&home, &token, &["w"]), expected);
}

#[test]
fn columns_count_characters_and_lines_end_with_line_feeds() {
    let (home, token) = folder();
    home.write("w/a.txt", format!("{token}\r\nä鍵🔑 {token}\r\n\r\n\"{token}\""));
    assert_eq!(found(&home, &token, &["w"]), ["w/a.txt:1:1", "w/a.txt:2:5", "w/a.txt:4:2"]);
}

#[test]
fn a_path_is_shown_as_it_was_named_and_scanned_once() {
    let (home, token) = folder();
    home.write("w/a.txt", &token);
    assert_eq!(found(&home, &token, &["w", "w", "w"]), ["w/a.txt:1:1"]);
    assert_eq!(found(&home, &token, &["./w"]), ["w/a.txt:1:1"]);
    assert_eq!(found(&home, &token, &["."]), ["w/a.txt:1:1"]);
    let whole = home.file("w/a.txt").display().to_string();
    assert_eq!(found(&home, &token, &[&whole]), [format!("{whole}:1:1")]);
    home.write("-", &token);
    assert_eq!(found(&home, &token, &["./-"]), ["-:1:1"]);
}

#[test]
fn a_terminal_is_not_waited_for() {
    if !tool("python3") {
        return skip("a terminal of its own needs python3");
    }
    let (home, token) = folder();
    home.write("w/a.txt", &token);
    let pty = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";
    let mut command = std::process::Command::new("python3");
    command.args(["-c", pty, env!("CARGO_BIN_EXE_keyctl"), "scan", "--shape-only"]);
    command.current_dir(home.file("w")).env("HOME", home.path()).env("NO_COLOR", "1");
    let run = Run::after(command);
    assert_eq!(run.code, 5, "{run:?}");
    assert!(run.stdout.contains("a.txt:1:1"), "{run:?}");
}
