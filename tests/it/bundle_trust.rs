//! Whom `verify --bundle` believes: the flags, the environment, the configuration, and nobody
//! unless told.

use crate::bundle_site::{Site, without_passphrase};
use crate::support::{Home, Run, feed};

/// `verify --bundle keys.kcb` with these variables.
fn verify_in(site: &Site, variables: &[(&str, &str)], flags: &[&str]) -> Run {
    let args = ["verify", "--bundle", "keys.kcb"].into_iter().chain(flags.iter().copied());
    let mut command = site.home.command(args);
    command.env_remove("KEYCTL_PASSPHRASE").envs(variables.iter().copied());
    feed(command, site.token.as_bytes())
}

fn configure(site: &Site, text: &str) {
    std::fs::create_dir_all(site.home.file("config/keyctl")).unwrap();
    site.home.write("config/keyctl/config.toml", text);
}

fn stranger() -> String {
    Home::new().ok(["bundle", "key", "show"])
}

#[test]
fn nobody_is_trusted_unless_it_is_said() {
    let site = Site::new();
    insta::assert_snapshot!(verify_in(&site, &[], &[]).shown(&site.home), @"
    exit 2
    --- stderr
    error: no key is trusted, so no bundle can be believed
    hint: give --trust kcpub_…; 'keyctl bundle key show' prints it where the vault is
    ");
    insta::assert_snapshot!(verify_in(&site, &[], &["-o", "json"]).shown(&site.home), @r#"
    exit 2
    --- stderr
    {"error":{"code":"usage","message":"no key is trusted, so no bundle can be believed","hint":"give --trust kcpub_…; 'keyctl bundle key show' prints it where the vault is"}}
    "#);
    // Not even one whose bundle is not there.
    let run = without_passphrase(&site.home, &["--bundle", "nowhere"], b"x");
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert_eq!(verify_in(&site, &[("KEYCTL_TRUST", "")], &[]).code, 2);
    assert_eq!(verify_in(&site, &[("KEYCTL_TRUST", " , ")], &[]).code, 2);
}

#[test]
fn trust_without_a_bundle_is_a_mistake() {
    let site = Site::new();
    let judge = |flags: &[&str]| site.home.verify(&site.token, flags);
    insta::assert_snapshot!(judge(&["--trust", &site.trust]).shown(&site.home), @"
    exit 2
    --- stderr
    error: --trust says whose bundle to believe, but there is no --bundle
    hint: add --bundle FILE
    ");
    assert_eq!(judge(&["--trust-file", "nowhere"]).code, 2);
    insta::assert_snapshot!(judge(&["--min-serial", "1"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: the following required arguments were not provided: --bundle <FILE>
    hint: 'keyctl verify --help' says what it takes
    ");
    assert_eq!(judge(&["--max-age", "1h"]).code, 2);
    assert_eq!(judge(&["--stream", &"0".repeat(32)]).code, 2);
    // In the environment it is a default, and the vault decides.
    site.home.write("token", &site.token);
    let run =
        site.home.run_in(&[("KEYCTL_TRUST", &site.trust)], ["verify", "--token-file", "token"]);
    assert_eq!(run.code, 0, "{run:?}");
}

#[test]
fn a_mistyped_key_is_refused_wherever_it_stands() {
    let site = Site::new();
    let last = if site.trust.ends_with('0') { "1" } else { "0" };
    let wrong = format!("{}{last}", &site.trust[..site.trust.len() - 1]);
    insta::assert_snapshot!(verify_in(&site, &[], &["--trust", &wrong]).shown(&site.home), @"
    exit 2
    --- stderr
    error: --trust <KEY>: '[public-key]' is not a public key like kcpub_…, or was mistyped; 'keyctl bundle key show' prints it
    hint: 'keyctl verify --help' says what each flag takes
    ");
    insta::assert_snapshot!(verify_in(&site, &[], &["--trust", "keys.pub"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: --trust <KEY>: 'keys.pub' is not a public key like kcpub_…, or was mistyped; 'keyctl bundle key show' prints it
    hint: 'keyctl verify --help' says what each flag takes
    ");
    insta::assert_snapshot!(verify_in(&site, &[("KEYCTL_TRUST", "kcpub_12")], &[]).shown(&site.home), @"
    exit 2
    --- stderr
    error: KEYCTL_TRUST: 'kcpub_12' is not a public key like kcpub_…, or was mistyped; 'keyctl bundle key show' prints it
    ");
    for keys in [format!("{},{wrong}", site.trust), ",".to_owned(), String::new()] {
        assert_eq!(verify_in(&site, &[], &["--trust", &keys]).code, 2, "{keys}");
    }
    configure(&site, "trust = \"kcpub_12\"\n");
    insta::assert_snapshot!(verify_in(&site, &[], &[]).shown(&site.home), @"
    exit 2
    --- stderr
    error: 'trust' in config.toml: 'kcpub_12' is not a public key like kcpub_…, or was mistyped; 'keyctl bundle key show' prints it
    ");
    configure(&site, "trust = 7\n");
    insta::assert_snapshot!(verify_in(&site, &[], &[]).shown(&site.home), @"
    exit 2
    --- stderr
    error: the configuration '[home]/config/keyctl/config.toml' is wrong: trust is a key kcpub_… or a list of them
    hint: it may have project, env, output, expires, owner and trust
    ");
}

#[test]
fn a_flag_beats_the_environment_which_beats_the_file() {
    let site = Site::new();
    let (good, bad) = (site.trust.as_str(), stranger());
    let judge = |variable: &str, flags: &[&str]| {
        let variables = [("KEYCTL_TRUST", variable)];
        verify_in(&site, if variable.is_empty() { &[] } else { &variables }, flags).code
    };
    assert_eq!(judge(good, &[]), 0);
    assert_eq!(judge(&format!("{bad},{good}"), &[]), 0);
    assert_eq!(judge(&bad, &[]), 13);
    assert_eq!(judge(good, &["--trust", &bad]), 13, "a flag adds nothing to the environment");
    assert_eq!(judge(&bad, &["--trust", good]), 0);
    for text in [
        format!("trust = \"{good}\"\n"),
        format!("trust = [\"{good}\"]\n"),
        format!("trust = [\"{bad}\", \"{good}\"]\n"),
    ] {
        configure(&site, &text);
        assert_eq!(judge("", &[]), 0, "{text}");
        assert_eq!(judge(&bad, &[]), 13, "{text}");
        assert_eq!(judge("", &["--trust", &bad]), 13, "{text}");
    }
    configure(&site, &format!("trust = [\"{bad}\"]\n"));
    assert_eq!(judge("", &[]), 13);
    assert_eq!(judge(good, &[]), 0);
    assert_eq!(judge("", &["--trust", good]), 0);
    configure(&site, "trust = []\n");
    assert_eq!(judge("", &[]), 2);
}

#[test]
fn inspect_takes_the_same_settings() {
    let site = Site::new();
    let trusted = |variables: &[(&str, &str)]| {
        let run = site.home.run_in(variables, ["bundle", "inspect", "keys.kcb", "-o", "json"]);
        run.json()["trusted"].as_bool().unwrap()
    };
    assert!(!trusted(&[]));
    assert!(trusted(&[("KEYCTL_TRUST", &site.trust)]));
    configure(&site, &format!("trust = \"{}\"\n", site.trust));
    assert!(trusted(&[]));
}

#[test]
fn a_file_of_keys_has_a_line_each_or_pem() {
    let site = Site::new();
    let (good, bad) = (site.trust.clone(), stranger());
    let pem = site.home.ok(["bundle", "key", "show", "--pem"]);
    let judge = |text: &str| {
        site.home.write("trusted", text);
        verify_in(&site, &[], &["--trust-file", "trusted"]).code
    };
    assert_eq!(judge(&good), 0);
    assert_eq!(judge(&format!("# ours\n\n  {good}  \r\n{bad}\n")), 0);
    assert_eq!(judge(&format!("{bad}\n")), 13);
    assert_eq!(judge(&pem), 0);
    assert_eq!(judge(&pem.replace('\n', "\r\n")), 0);
    assert_eq!(judge(&format!("{pem}\n{pem}\n")), 0);
    for wrong in ["", "# nothing\n", "kcpub_12\n", &format!("{good} ours\n"), "\u{0}"] {
        assert_eq!(judge(wrong), 2, "{wrong:?}");
    }
    assert_eq!(judge(&pem.replace("MCow", "MCow MCow")), 2);
    assert_eq!(judge("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n"), 2);
    // The flag and the file add up.
    site.home.write("trusted", &bad);
    let run = verify_in(&site, &[], &["--trust-file", "trusted", "--trust", &good]);
    assert_eq!(run.code, 0, "{run:?}");
    site.home.write("trusted", "kcpub_12\n");
    insta::assert_snapshot!(verify_in(&site, &[], &["--trust-file", "trusted"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: the trust file 'trusted' has a line that is no public key
    hint: it has a kcpub_… a line, or PEM; 'keyctl bundle key show' prints both
    ");
    site.home.write("trusted", "# none yet\n");
    insta::assert_snapshot!(verify_in(&site, &[], &["--trust-file", "trusted"]).shown(&site.home), @"
    exit 2
    --- stderr
    error: the trust file 'trusted' has no key
    hint: it has a kcpub_… a line, or PEM; 'keyctl bundle key show' prints both
    ");
    insta::assert_snapshot!(verify_in(&site, &[], &["--trust-file", "nowhere"]).shown(&site.home), @"
    exit 1
    --- stderr
    error: cannot open 'nowhere': it is not there
    hint: check the path, and who may read and write there
    ");
}
