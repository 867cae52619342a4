//! `unlock` and `lock`: what the next commands of a login need no passphrase for, and whose.

use std::time::{Duration, Instant};

use crate::login::{LOCKED, Login};
use crate::screen::Screen;
use crate::support::{Home, PASSPHRASE};

/// The longest to wait for something that takes a second.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn the_next_commands_of_the_login_need_no_passphrase() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    home.token("bot");
    assert!(!login.is_open(&home));
    let run = login.run_in(&home, &[], ["unlock"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stderr
    The vault is open to read for 15 min; 'keyctl lock' closes it.
    ");
    assert_eq!(login.run(&home, ["show", "bot", "--field", "name"]).stdout, "bot\n");
    assert_eq!(login.run(&home, ["vault", "check", "-q"]).code, 0);
    let run = login.run(&home, ["lock"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stderr
    The vault is locked.
    ");
    assert!(!login.is_open(&home));
    insta::assert_snapshot!(login.run(&home, ["lock"]).shown(&home), @"
    exit 0
    --- stderr
    Nothing was open.
    ");
}

#[test]
fn to_read_is_not_to_change() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--name", "bot", "--recoverable", "-q"]);
    login.unlock(&home, &[]);
    let flags = ["--field", "id"];
    for args in [
        &["create", "--project", "shop"][..],
        &["revoke", "bot", "--yes"],
        &["reveal", "bot"],
        &["bundle", "export", "keys.kcb"],
        &["vault", "rekey", "--yes"],
    ] {
        let run = login.run(&home, args.iter().copied());
        assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{args:?}: {}", run.stderr);
        assert!(login.is_open(&home), "{args:?}");
    }
    // With a passphrase they go on as ever.
    let create = ["create", "--project", "shop", "--name", "new"].into_iter().chain(flags);
    assert_eq!(login.run_in(&home, &[], create).code, 0);
}

#[test]
fn admin_is_for_everything() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    login.unlock(&home, &["--admin"]);
    let create = ["create", "--project", "shop", "--name", "bot", "--recoverable", "-q"];
    let token = login.run(&home, create).stdout;
    assert_eq!(login.run(&home, ["reveal", "bot"]).stdout, token);
    assert_eq!(login.run(&home, ["bundle", "export", "keys.kcb", "-q"]).code, 0);
    assert_eq!(login.run(&home, ["revoke", "bot", "--yes", "-q"]).code, 0);
    assert_eq!(home.ok(["show", "bot", "--field", "status"]), "revoked");
}

#[test]
fn it_is_over_when_its_time_is() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    login.unlock(&home, &["--for", "1s"]);
    let deadline = Instant::now() + PATIENCE;
    while login.run(&home, ["vault", "info"]).code == 0 {
        assert!(Instant::now() < deadline, "a second takes that long");
    }
    assert!(!login.is_open(&home));
    let run = login.run(&home, ["lock", "-o", "json"]);
    assert_eq!(run.json(), serde_json::json!({"changed": false, "locked": 0}));
}

#[test]
fn the_latest_unlock_counts() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    let access = || login.run(&home, ["vault", "info", "-o", "json"]).json()["session"].clone();
    login.unlock(&home, &["--admin", "--for", "1h"]);
    let admin = access();
    login.unlock(&home, &["--for", "1m"]);
    let read = access();
    assert_eq!((&admin["access"], &read["access"]), (&"admin".into(), &"read".into()));
    assert!(admin["until"].as_str().unwrap() > read["until"].as_str().unwrap());
    assert_eq!(login.run(&home, ["create", "--project", "shop"]).code, 4);
    login.unlock(&home, &["--for", "2h"]);
    assert!(access()["until"].as_str().unwrap() > admin["until"].as_str().unwrap());
}

#[test]
fn what_is_said_on_the_command_line_or_in_the_environment_wins() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    home.write("wrong", "something else");
    login.unlock(&home, &["--admin"]);
    let wrong = ("KEYCTL_PASSPHRASE", "something else");
    assert_eq!(login.run_in(&home, &[wrong], ["list"]).code, 4);
    assert_eq!(
        login.run_in(&home, &[LOCKED, ("KEYCTL_PASSPHRASE_FILE", "wrong")], ["list"]).code,
        4
    );
    for flags in [["--passphrase-file", "wrong"], ["--slot", "main"], ["--keyfile", "nowhere"]] {
        let run = login.run(&home, ["list"].into_iter().chain(flags));
        assert_eq!(run.code, 4, "{flags:?}");
    }
    assert!(login.is_open(&home), "and it goes on");
}

#[test]
fn another_vault_or_login_is_not_opened_by_it() {
    let (Some(login), Some(other_login)) = (Login::new(), Login::new()) else { return };
    let (home, other) = (Home::new(), Home::new());
    login.unlock(&home, &["--admin"]);
    assert!(!login.is_open(&other));
    assert!(!other_login.is_open(&home));
    assert_eq!(other_login.run(&home, ["lock", "--all"]).stderr, "Nothing was open.\n");
    assert!(login.is_open(&home));
}

#[test]
fn lock_closes_the_vault_at_hand_and_all_of_them_when_asked() {
    let Some(login) = Login::new() else { return };
    let homes = [Home::new(), Home::new(), Home::new()];
    homes.iter().for_each(|home| login.unlock(home, &[]));
    assert_eq!(login.run(&homes[0], ["lock"]).stderr, "The vault is locked.\n");
    assert_eq!([0, 1, 2].map(|i| login.is_open(&homes[i])), [false, true, true]);
    let run = login.run(&homes[0], ["lock", "--all", "-o", "json"]);
    assert_eq!(run.json(), serde_json::json!({"changed": true, "locked": 2}));
    assert_eq!([0, 1, 2].map(|i| login.is_open(&homes[i])), [false; 3]);
}

/// The vault may be gone when somebody wants everything closed.
#[test]
fn lock_all_needs_no_vault() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    login.unlock(&home, &[]);
    std::fs::remove_file(home.vault()).unwrap();
    insta::assert_snapshot!(login.run(&home, ["lock"]).shown(&home), @"
    exit 1
    --- stderr
    error: no vault at '[home]/data/keyctl/vault.db'
    hint: 'keyctl lock --all' closes every vault, whatever its file is like; run 'keyctl init' to create one
    ");
    assert_eq!(login.run(&home, ["lock", "--all"]).stderr, "The vault is locked.\n");
}

#[test]
fn scripts_get_the_vault_the_access_and_the_end() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    let run = login.run_in(&home, &[], ["unlock", "--admin", "-o", "json"]);
    insta::assert_snapshot!(run.shown(&home), @r#"
    exit 0
    --- stdout
    {"vault":"[home]/data/keyctl/vault.db","access":"admin","until":"[time]"}
    --- stderr
    The vault is open for everything for 15 min; 'keyctl lock' closes it.
    "#);
    assert_eq!(
        login.run(&home, ["lock", "-o", "json"]).json(),
        serde_json::json!({"changed": true, "locked": 1})
    );
}

#[test]
fn vault_info_says_for_how_long_it_is_open() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    let said = || {
        let run = login.run_in(&home, &[], ["vault", "info"]);
        run.stdout.lines().find(|line| line.starts_with("this login")).unwrap().to_owned()
    };
    let locked = said();
    login.unlock(&home, &["--for", "150s"]);
    insta::assert_snapshot!(format!("{locked}\n{}", said()), @"
    this login    locked
    this login    open to read for another 2 min ('keyctl lock' closes it)
    ");
}

#[test]
fn it_is_kept_for_a_second_to_a_day() {
    let home = Home::new();
    for time in ["0", "0s", "25h", "86401s", "-1h", "soon", "1y"] {
        let flag = format!("--for={time}");
        assert_eq!(home.run(["unlock", &flag]).code, 2, "{time}");
    }
    insta::assert_snapshot!(home.run(["unlock", "--for", "25h"]).shown(&home), @"
    exit 2
    --- stderr
    error: --for: a vault is kept open for 1 second to 24 hours
    hint: for longer than that a job has --passphrase-file or --keyfile
    ");
    let Some(login) = Login::new() else { return };
    for time in ["1s", "24h", "1d"] {
        login.unlock(&home, &["--for", time]);
    }
}

#[test]
fn a_viewer_can_read_and_not_more() {
    let Some(login) = Login::new() else { return };
    let home = Home::new();
    home.add_slot("guest", "viewer", "another pass phrase");
    let guest = [("KEYCTL_PASSPHRASE", "another pass phrase")];
    let run = login.run_in(&home, &guest, ["unlock", "--admin"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 5
    --- stderr
    error: vault '[home]/data/keyctl/vault.db': this needs the role admin; the slot 'guest' has the role viewer
    hint: unlock with a slot of that role
    ");
    assert!(!login.is_open(&home));
    assert_eq!(login.run_in(&home, &guest, ["unlock"]).code, 0);
    let info = login.run(&home, ["vault", "info", "-o", "json"]).json();
    assert_eq!((&info["slot"], &info["role"]), (&"guest".into(), &"viewer".into()));
}

#[test]
fn at_a_terminal_it_asks_once() {
    let Some(login) = Login::new() else { return };
    drop(login);
    let home = Home::new();
    let mut screen = Screen::start_in(&home, &[LOCKED], ["unlock"]);
    screen.answer("Passphrase:", PASSPHRASE);
    let left = screen.end();
    assert_eq!(left.code, 0);
    assert_eq!(left.text.matches("Passphrase").count(), 1, "{}", left.text);
    let run = home.run_in(&[LOCKED], ["lock"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, "The vault is locked.\n"));
}
