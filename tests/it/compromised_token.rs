//! `compromised` by what names the key: often that is the leaked token itself, which must not be
//! shown again whatever is wrong with it.

use crate::compromised::code;
use crate::support::{Home, feed};

#[test]
fn the_key_is_named_by_id_prefix_name_or_by_its_token() {
    let home = Home::new();
    let first = home.token("bot");
    let by = |args: &[&str]| {
        let args = ["compromised", "--yes", "-q"].iter().chain(args).copied();
        home.ok(args)
    };
    by(&[&first[..19]]);
    let token = by(&[home.json(["show", "bot"])["id"].as_str().unwrap()]);
    home.ok(["create", "--project", "web", "--name", "bot", "--scope", "read"]);
    assert_eq!(code(&home, &first), "REVOKED");
    assert_eq!(home.run(["compromised", "bot", "--yes"]).code, 3);
    let next = by(&["bot", "--project", "shop"]);
    assert_eq!((code(&home, &token), code(&home, &next)), ("REVOKED".into(), "VALID".into()));
    home.write("leaked", format!("{next}\n"));
    let next = by(&["--token-file", "leaked"]);
    let args = ["compromised", "--yes", "-q", "--token-env", "LEAKED"];
    let run = home.run_in(&[("LEAKED", &next)], args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let run = home
        .run_with(["compromised", "--yes", "-q"], format!("{}\n", run.stdout.trim()).as_bytes());
    assert_eq!(code(&home, run.stdout.trim_end()), "VALID");
    let id = home.json(["show", "bot", "--project", "shop"])["id"].clone();
    let short = &id.as_str().unwrap()[..12];
    assert_eq!(home.run(["compromised", short, "--yes"]).code, 3, "the beginning of an id");
}

#[test]
fn what_is_no_token_of_the_vault_is_refused_and_never_shown() {
    let home = Home::new();
    let token = home.token("bot");
    let cut = &token[..token.len() - 1];
    let run = home.run_with(["compromised", "--yes"], cut.as_bytes());
    insta::assert_snapshot!(run.shown(&home), @"
    exit 2
    --- stderr
    error: what was given instead of a KEY is no token, or was cut or mistyped
    hint: name the key by its prefix or name: keyctl compromised KEY
    ");
    let other = Home::new();
    let foreign = other.token("bot");
    let run = home.run_with(["compromised", "--yes"], foreign.as_bytes());
    insta::assert_snapshot!(run.shown(&home), @"
    exit 3
    --- stderr
    error: no key of this vault has or had that token, of the prefix [kc-dev-prefix]
    hint: it may be another vault's, or have lost a character; 'keyctl show PREFIX' tells whose prefix it is
    ");
    for given in [cut, &foreign, "", "two\nlines", &"x".repeat(9000), &token.replace("kc_", "kd_")]
    {
        for args in [&["compromised", "--yes"][..], &["compromised", "--yes", "-o", "json"]] {
            let run = home.run_with(args.iter().copied(), given.as_bytes());
            assert!([2, 3].contains(&run.code) && run.stdout.is_empty(), "{given}: {run:?}");
            assert!(given.is_empty() || !run.stderr.contains(given), "{}", run.stderr);
            assert!(!run.stderr.contains(token.rsplit('_').next().unwrap()), "{}", run.stderr);
        }
    }
    let run = home.run(["compromised", &token, "--yes"]);
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains(&token), "{}", run.stderr);
    assert_eq!(home.run_with(["compromised", "--yes", "--token-env", "NOTHING"], b"").code, 2);
    assert_eq!(home.run(["compromised", "--yes", "--token-file", "nowhere"]).code, 1);
    assert_eq!(home.run(["compromised", "bot", "--token-file", "x", "--yes"]).code, 2);
    assert_eq!(code(&home, &token), "VALID");
}

#[test]
fn stdin_cannot_give_the_passphrase_too() {
    let home = Home::new();
    let token = home.token("bot");
    let args = ["compromised", "--yes", "--passphrase-fd", "0"];
    let mut command = home.command(args);
    command.env_remove("KEYCTL_PASSPHRASE");
    insta::assert_snapshot!(feed(command, token.as_bytes()).shown(&home), @"
    exit 2
    --- stderr
    error: stdin cannot give both the token and the passphrase
    hint: name a KEY, use --token-file, --token-env or another way to unlock
    ");
}
