//! Help is an answer on stdout; what was mistyped gets a suggestion.

use crate::support::Home;

/// The words of every command and of every command of a command.
fn commands() -> Vec<Vec<String>> {
    fn below(command: &clap::Command, words: &[String], found: &mut Vec<Vec<String>>) {
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            let words = [words, &[sub.get_name().to_owned()]].concat();
            below(sub, &words, found);
            found.push(words);
        }
    }
    let mut found = Vec::new();
    below(&keyctl::command(), &[], &mut found);
    found
}

#[test]
fn every_command_has_help_with_examples_on_stdout() {
    let home = Home::empty();
    let commands = commands();
    assert!(commands.len() > 40, "{commands:?}");
    for words in commands {
        for flag in ["--help", "-h"] {
            let run = home.run(words.iter().map(String::as_str).chain([flag]));
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{words:?}");
            let usage = format!("Usage: keyctl {}", words.join(" "));
            assert!(run.stdout.contains(&usage), "{words:?}: {}", run.stdout);
            assert!(run.stdout.contains("Example"), "{words:?} has no examples");
        }
    }
}

#[test]
fn keyctl_alone_is_a_short_overview() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run([]).shown(&home), @"
    exit 0
    --- stdout
    keyctl keeps API keys in one encrypted file: it issues, finds, narrows, rotates,
    revokes and verifies them.

    Begin with
      keyctl init                                make a vault
      keyctl create --project shop --scope read  make a key; shows its token once
      keyctl list                                see the keys
      keyctl rotate KEY --grace 24h              a new token; the old has a day left
      keyctl verify < token.txt                  is this token good?

    'keyctl --help' lists every command, 'keyctl COMMAND --help' explains one.
    ");
}

#[test]
fn the_overview_of_help_lists_every_verb_and_the_exit_codes() {
    let run = Home::empty().run(["--help"]);
    for words in commands().iter().filter(|words| words.len() == 1) {
        assert!(run.stdout.contains(&format!("\n  {} ", words[0])), "{}", words[0]);
    }
    assert!(run.stdout.contains("Exit codes: 0 done"));
}

#[test]
fn the_version_is_an_answer() {
    let run = Home::empty().run(["--version"]);
    assert_eq!(run.stdout, format!("keyctl {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_was_mistyped_gets_a_suggestion() {
    let home = Home::empty();
    let said = [
        &["lst"][..],
        &["list", "--hide-revokd"],
        &["vault", "chek"],
        &["create", "--projct", "shop"],
        &["list", "--sort", "nam"],
    ]
    .map(|args| {
        let run = home.run(args.iter().copied());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        run.stderr
    });
    insta::assert_snapshot!(said.concat(), @"
    error: there is no command 'lst'
    hint: did you mean 'list'?
    error: unexpected argument '--hide-revokd' found
    hint: did you mean '--hide-revoked'?
    error: 'keyctl vault' has no command 'chek'
    hint: did you mean 'check'?
    error: unexpected argument '--projct' found
    hint: did you mean '--project'?
    error: invalid value 'nam' for '--sort <BY>' [possible values: created, name, expires, last-used, none]
    hint: did you mean 'name'?
    ");
}

#[test]
fn what_has_no_likeness_gets_the_way_to_the_help() {
    let home = Home::empty();
    insta::assert_snapshot!(home.run(["list", "--zzzzzz"]).shown(&home), @"
    exit 2
    --- stderr
    error: unexpected argument '--zzzzzz' found
    hint: 'keyctl list --help' says what it takes
    ");
    insta::assert_snapshot!(home.run(["show"]).shown(&home), @"
    exit 2
    --- stderr
    error: no KEY was named
    hint: name one: an id, a token's prefix or an exact name; 'keyctl list' shows them
    ");
    insta::assert_snapshot!(home.run(["show", "a", "b"]).shown(&home), @"
    exit 2
    --- stderr
    error: unexpected argument 'b' found
    hint: 'keyctl show --help' says what it takes
    ");
}

#[test]
fn a_token_as_an_argument_is_not_repeated_and_gets_another_way() {
    let home = Home::new();
    let token = home.token("bot");
    insta::assert_snapshot!(home.run(["verify", &token]).shown(&home), @r#"
    exit 2
    --- stderr
    error: a token is never given as an argument, which others can read
    hint: the shell remembers it now; pipe it in: printf %s "$TOKEN" | keyctl verify
    "#);
}

#[test]
fn a_flag_that_is_none_is_not_said_to_be_a_value_or_a_distant_flag() {
    let home = Home::empty();
    let said = [
        &["edit", "bot", "--remove-label", "x"][..],
        &["revoke", "bot", "--all"],
        &["edit", "-bot"],
        &["help", "create"],
        &["vault", "help"],
        &["shwo", "audit"],
        &["craete", "--name", "list"],
        &["--slot", "verify", "lst"],
        &["vault", "-o", "json", "chek"],
    ];
    let said = said.map(|args| home.run(args.iter().copied()).stderr);
    insta::assert_snapshot!(said.concat(), @r#"
    error: unexpected argument '--remove-label' found
    hint: 'keyctl edit --help' says what it takes
    error: unexpected argument '--all' found
    hint: 'keyctl revoke --help' says what it takes
    error: unexpected argument '-b' found
    hint: to pass '-b' as a value, use '-- -b'
    error: help is asked for with --help
    hint: run 'keyctl create --help'
    error: help is asked for with --help
    hint: run 'keyctl vault --help'
    error: there is no command 'shwo'
    hint: did you mean 'show'?
    error: there is no command 'craete'
    hint: did you mean 'create'?
    error: there is no command 'lst'
    hint: did you mean 'list'?
    {"error":{"code":"usage","message":"'keyctl vault' has no command 'chek'","hint":"did you mean 'check'?"}}
    "#);
}

#[test]
fn a_command_that_needs_another_shows_its_help_as_an_error() {
    let home = Home::empty();
    for verb in ["scope", "usage", "vault"] {
        let run = home.run([verb]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{verb}");
        assert!(run.stderr.contains("Commands:"), "{verb}");
    }
}

#[test]
fn a_command_of_a_command_is_pointed_to() {
    let home = Home::empty();
    for (word, says) in [
        ("backup", "did you mean 'keyctl vault backup'?"),
        ("export", "did you mean 'keyctl bundle export' or 'keyctl vault export'?"),
    ] {
        let run = home.run([word, "x"]);
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains(says), "{}", run.stderr);
    }
    assert!(!home.run(["vault", "list"]).stderr.contains("by itself"));
}

/// Who pastes an example from a narrow terminal gets all of it.
#[test]
fn examples_fit_80_columns() {
    let home = Home::empty();
    let mut commands = vec![vec!["--help".to_owned()]];
    let mut examples = 0;
    while let Some(args) = commands.pop() {
        let help = home.run(args.iter().map(String::as_str)).stdout;
        let section = |name: &'static str| {
            let lines = help.lines().skip_while(move |line| *line != name).skip(1);
            lines.take_while(|line| !line.is_empty())
        };
        for line in section("Examples:").chain(section("Example:")) {
            examples += 1;
            assert!(line.chars().count() <= 80, "{line}");
        }
        let below = section("Commands:").filter(|line| !line.starts_with("     "));
        for word in below.filter_map(|line| line.split_whitespace().next()) {
            let verbs = &args[..args.len() - 1];
            commands.push([verbs, &[word.to_owned(), "--help".to_owned()]].concat());
        }
    }
    assert!(examples > 80, "{examples}");
}
