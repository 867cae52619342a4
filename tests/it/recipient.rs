//! Slots for age recipients: opened by an identity file, and believed only when something else
//! says which vault it is.

use crate::support::{Home, PASSPHRASE, Run};

pub const IDENTITY: &str =
    "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
pub const RECIPIENT: &str = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
const OTHER: &str = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z";
const NO_PASSPHRASE: (&str, &str) = ("KEYCTL_PASSPHRASE", "");

fn with_alice() -> Home {
    let home = Home::new();
    home.write("id.txt", format!("# created: today\n{IDENTITY}\n"));
    home.ok(add("alice", "admin", RECIPIENT));
    home
}

fn add<'a>(name: &'a str, role: &'a str, recipient: &'a str) -> [&'a str; 10] {
    ["vault", "slot", "add", name, "--role", role, "--kind", "x25519", "--recipient", recipient]
}

/// Without a passphrase, and without what this machine remembers.
fn elsewhere<'a>(home: &'a Home, variables: &[(&'a str, &'a str)], args: &[&'a str]) -> Run {
    let state = home.file("elsewhere");
    let mut all = vec![NO_PASSPHRASE, ("XDG_STATE_HOME", state.to_str().unwrap())];
    all.extend_from_slice(variables);
    home.run_in(&all, args.iter().copied())
}

#[test]
fn an_identity_opens_the_slot_of_its_recipient() {
    let home = with_alice();
    insta::assert_snapshot!(home.run(["vault", "slot", "list"]).shown(&home), @"
    exit 0
    --- stdout
    NAME   KIND        ROLE
    main   passphrase  admin
    alice  x25519      admin
    ");
    let listed = home.json(["vault", "slot", "list"]);
    assert_eq!(listed[1]["recipient"], RECIPIENT, "{listed}");
    let run = home.run_in(
        &[NO_PASSPHRASE],
        ["create", "--project", "p", "--name", "n", "--identity", "id.txt"],
    );
    assert_eq!(run.code, 0, "{}", run.stderr);
    let log = home.json(["audit", "--key", "n"]);
    assert_eq!(log[0]["slot"], "alice", "{log}");
    let log = home.json(["audit"]).to_string();
    assert!(log.contains(RECIPIENT), "{log}");
}

#[test]
fn a_role_is_what_the_recipient_gets() {
    let home = with_alice();
    home.ok(["vault", "slot", "remove", "alice", "--yes"]);
    home.ok(add("reader", "viewer", RECIPIENT));
    let with_it = |args: &[&str]| {
        home.run_in(&[NO_PASSPHRASE], args.iter().copied().chain(["--identity", "id.txt"])).code
    };
    assert_eq!(with_it(&["list"]), 0);
    assert_eq!(with_it(&["create", "--project", "p"]), 5);
}

#[test]
fn an_identity_alone_does_not_say_whose_vault_it_is() {
    let home = with_alice();
    insta::assert_snapshot!(elsewhere(&home, &[], &["list", "--identity", "id.txt"]).shown(&home), @"
    exit 7
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': an age identity alone cannot tell whose vault this is, and this machine has not seen it before
    hint: ask whoever made the vault for its key ('keyctl vault info' shows it), and say it: --vault-key [vault-key]…
    ");
    let key = home.json(["vault", "info"])["vault_key"].as_str().unwrap().to_owned();
    let named = elsewhere(&home, &[], &["list", "--identity", "id.txt", "--vault-key", &key]);
    assert_eq!(named.code, 0, "{}", named.stderr);
    let known = elsewhere(&home, &[], &["list", "--identity", "id.txt"]);
    assert_eq!(known.code, 0, "it is pinned from then on: {}", known.stderr);
    std::fs::remove_dir_all(home.file("elsewhere")).unwrap();
    let from_env =
        elsewhere(&home, &[("KEYCTL_VAULT_KEY", &key)], &["list", "--identity", "id.txt"]);
    assert_eq!(from_env.code, 0, "{}", from_env.stderr);
}

#[test]
fn another_vault_key_than_the_expected_one_is_refused_for_every_secret() {
    let (home, other) = (with_alice(), Home::new());
    let key = other.json(["vault", "info"])["vault_key"].as_str().unwrap().to_owned();
    for args in
        [&["list", "--vault-key", &key][..], &["list", "--vault-key", &key, "--identity", "id.txt"]]
    {
        let run = home.run(args.iter().copied());
        assert_eq!(run.code, 7, "{}", run.stderr);
        assert!(run.stderr.contains("another vault"), "{}", run.stderr);
    }
    let mistyped = key.replace("kcvk_", "kcvk_0");
    assert_eq!(home.run(["list", "--vault-key", &mistyped]).code, 2);
    assert_eq!(home.run_in(&[("KEYCTL_VAULT_KEY", "kcvk_0")], ["list"]).code, 2);
}

#[test]
fn what_is_no_identity_or_recipient_says_so() {
    let home = with_alice();
    let other = add("bob", "viewer", OTHER);
    assert_eq!(home.run(other).code, 0);
    home.ok(["vault", "slot", "remove", "alice", "--yes"]);
    let identity = |name: &str| home.run_in(&[NO_PASSPHRASE], ["list", "--identity", name]);
    insta::assert_snapshot!(identity("id.txt").shown(&home), @"
    exit 4
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': the age identity opens no slot of the vault
    hint: check that it belongs to this vault
    ");
    home.write("locked.txt", "age-encryption.org/v1\n-> scrypt abc 18\n");
    insta::assert_snapshot!(identity("locked.txt").shown(&home), @"
    exit 4
    --- stderr
    error: identity file 'locked.txt': the identities are encrypted
    hint: decrypt it first with 'age -d', into a pipe if need be
    ");
    home.write("wrong.txt", format!("# mine\n{PASSPHRASE}\n"));
    insta::assert_snapshot!(identity("wrong.txt").shown(&home), @"
    exit 4
    --- stderr
    error: identity file 'wrong.txt': line 2 is not an X25519 identity of age (AGE-SECRET-KEY-1…)
    hint: name a file that age-keygen has made
    ");
    assert_eq!(identity("none.txt").code, 4);
    for (flags, code) in [
        (add("c", "viewer", "age1xyz"), 2),
        (add("c", "viewer", "ssh-ed25519 AAAA"), 2),
        // A point of small order, to which everybody would have the key.
        (
            add(
                "c",
                "viewer",
                "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqxzxq9q",
            ),
            2,
        ),
    ] {
        assert_eq!(home.run(flags).code, code, "{flags:?}");
    }
    assert_eq!(home.run(["vault", "slot", "add", "--role", "viewer", "--kind", "x25519"]).code, 2);
    let two = home.run(["list", "--identity", "id.txt", "--keyfile", "id.txt"]);
    assert_eq!(two.code, 2, "{}", two.stderr);
}
