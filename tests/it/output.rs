//! What holds for every command: errors in JSON, colours, quiet, and text that came from
//! somebody.

use crate::support::Home;

#[test]
fn errors_in_json_have_their_code_and_leave_stdout_empty() {
    let home = Home::new();
    home.token("bot");
    home.ok(["create", "--project", "web", "--scope", "read", "--name", "bot"]);
    let wrong = [("KEYCTL_PASSPHRASE", "wrong passphrase")];
    let error = |variables: &[(&str, &str)], args: &[&str]| {
        let run = home.run_in(variables, args.iter().copied().chain(["-o", "json"]));
        assert_eq!(run.stdout, "", "{args:?}");
        let error = run.json_error();
        let fields: Vec<&str> = error.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["code", "message", "hint"]);
        (run.code, error["code"].as_str().unwrap().to_owned())
    };
    for (variables, args, code, word) in [
        (&[][..], &["list", "--vault", "nowhere.db"][..], 1, "failed"),
        (&[], &["list", "--nope"], 2, "usage"),
        (&[], &["frobnicate"], 2, "usage"),
        (&[], &["vault"], 2, "usage"),
        (&[], &["create", "--project", "x", "--scope", "A"], 2, "usage"),
        (&[], &["show", "nobody"], 3, "not_found"),
        (&[], &["show", "bot"], 3, "ambiguous"),
        (&wrong, &["list"], 4, "locked"),
        (&[], &["create", "--project", "shop", "--name", "bot"], 5, "refused"),
        (&[], &["delete", "bot", "--project", "web"], 6, "needs_confirmation"),
    ] {
        assert_eq!(error(variables, args), (code, word.to_owned()), "{args:?}");
    }
}

#[test]
fn the_error_is_one_line_and_the_last() {
    let home = Home::new();
    for format in ["json", "jsonl"] {
        let run = home.run(["show", "nobody", "-o", format]);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    }
    for flags in [&["--json"][..], &["--output=json"], &["-ojson"], &["-o", "json"]] {
        let run = home.run(["list", "--nope"].into_iter().chain(flags.iter().copied()));
        assert_eq!(run.json_error()["code"], "usage", "{flags:?}");
    }
    let run = home.run_in(&[("KEYCTL_OUTPUT", "json")], ["show", "nobody"]);
    assert_eq!(run.json_error()["code"], "not_found");
    let run = home.run_in(&[("KEYCTL_OUTPUT", "json")], ["show", "nobody", "-o", "table"]);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
}

#[test]
fn colours_are_for_terminals_and_who_asks_for_them() {
    let home = Home::new();
    home.token("bot");
    let escapes = |variables: &[(&str, &str)], flags: &[&str]| {
        let args = ["list"].into_iter().chain(flags.iter().copied());
        let run = home.run_in(variables, args);
        assert_eq!(run.code, 0);
        run.stdout.contains('\u{1b}')
    };
    assert!(!escapes(&[], &[]));
    assert!(escapes(&[], &["--color", "always"]));
    assert!(!escapes(&[], &["--color", "never"]));
    assert!(!escapes(&[("NO_COLOR", "1")], &[]));
    assert!(escapes(&[("NO_COLOR", "1")], &["--color", "always"]), "a flag beats the environment");
    assert!(!escapes(&[], &["--color", "always", "-o", "json"]));
    assert!(!escapes(&[], &["--color", "always", "-o", "csv"]));
}

#[test]
fn a_search_marks_what_it_matched() {
    let home = Home::new();
    home.token("deploy");
    let run = home.run(["list", "--search", "dep", "--color", "always"]);
    assert!(run.stdout.contains("\u{1b}[1m\u{1b}[35md\u{1b}[0m"), "{:?}", run.stdout);
}

#[test]
fn quiet_says_only_warnings_and_errors() {
    let home = Home::new();
    home.token("bot");
    for args in [
        &["create", "--project", "shop", "--scope", "x", "--name", "a"][..],
        &["rotate", "bot", "--grace", "1h"],
        &["list"],
        &["revoke", "--owner", "nobody"],
        &["disable", "--project", "shop", "--dry-run"],
    ] {
        let run = home.run(args.iter().copied().chain(["-q"]));
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
    }
    let run = home.run(["create", "--project", "shop", "--name", "b", "-q"]);
    assert!(run.stderr.starts_with("warning: ") && run.stderr.lines().count() == 1);
    assert!(home.run(["show", "nobody", "-q"]).stderr.starts_with("error: "));
}

#[test]
fn texts_that_act_on_terminals_are_refused_when_given() {
    let home = Home::empty();
    let hostile = ["a\u{1b}[31mb", "a\u{202e}b", "a\u{200b}b", "a\u{9b}b", "a\nb", "a\u{e0041}b"];
    for text in hostile {
        for flag in ["--name", "--note", "--owner", "--customer"] {
            if (flag, text) == ("--note", "a\nb") {
                continue; // A note may have several lines.
            }
            let run = home.run(["create", "--project", "shop", flag, text]);
            assert_eq!(run.code, 2, "{flag} {text:?}");
            assert!(!run.stderr.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\u{9b}']));
        }
        let label = format!("team={text}");
        assert_eq!(home.run(["create", "--project", "shop", "--label", &label]).code, 2);
        assert_eq!(home.run(["revoke", "x", "--reason", text]).code, 2);
        assert_eq!(home.run(["create", "--project", text]).code, 2);
    }
}

#[test]
fn what_was_typed_is_escaped_when_it_is_said_again() {
    let home = Home::new();
    for args in [
        &["show", "a\u{1b}]52;c;x\u{7}b"][..],
        &["list", "--vault", "a\u{1b}[31mb"],
        &["\u{1b}[31mfrobnicate"],
        &["list", "--\u{202e}nope"],
        &["verify", "--token-env", "A\u{1b}[31m"],
        &["list", "--passphrase-file", "a\u{202e}b"],
        &["list", "--slot", "a\u{1b}b"],
    ] {
        for format in ["table", "json"] {
            let run = home.run(args.iter().copied().chain(["-o", format]));
            let acts = |c: char| c == '\u{1b}' || c == '\u{7}' || c == '\u{202e}';
            assert!(run.code != 0 && !run.stderr.contains(acts), "{args:?} {:?}", run.stderr);
        }
    }
}

#[test]
fn names_in_other_scripts_are_shown_as_they_are() {
    let home = Home::new();
    home.token("ключ 鍵 🔑");
    assert!(home.run(["list"]).stdout.contains("ключ 鍵 🔑"));
    assert_eq!(home.json(["list"])[0]["name"], "ключ 鍵 🔑");
}
