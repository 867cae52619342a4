//! `rotate`: a new token for the same key, and what becomes of the old one.

use crate::past::{self, DAY};
use crate::support::Home;
use keyctl_vault::issue::Expiry;

fn code(home: &Home, token: &str) -> String {
    home.verify(token, &["-q", "--field", "code"]).stdout.trim().to_owned()
}

#[test]
fn the_old_token_ends_at_once_and_the_id_stays() {
    let home = Home::new();
    let old = home.token("bot");
    let id = home.ok(["show", "bot", "--field", "id"]);
    let run = home.run(["rotate", "bot"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    Rotated [id] (bot, project shop) to generation 2. The old token has ended.
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
    assert_eq!(code(&home, &old), "SUPERSEDED");
    assert_eq!(code(&home, &run.stdout), "VALID");
    assert_eq!(home.ok(["show", "bot", "--field", "id"]), id);
}

#[test]
fn during_a_grace_both_tokens_work_until_it_is_finished() {
    let home = Home::new();
    let old = home.token("bot");
    let run = home.run(["rotate", "bot", "--grace", "24h"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    Rotated [id] (bot, project shop) to generation 2. The old token goes on until [time].
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
    assert_eq!((code(&home, &old), code(&home, &run.stdout)), ("VALID".into(), "VALID".into()));
    insta::assert_snapshot!(home.run(["rotate", "bot", "--finish"]).shown(&home), @"
    exit 0
    --- stdout
    finished the rotation of [id] (bot, project shop)
      grace: 1 until [time] → -
    ");
    assert_eq!(code(&home, &old), "SUPERSEDED");
    insta::assert_snapshot!(home.run(["rotate", "bot", "--finish"]).shown(&home), @"
    exit 0
    --- stdout
    unchanged [id] (bot, project shop): it is so already
    ");
}

#[test]
fn cancelling_goes_back_and_numbers_are_never_used_again() {
    let home = Home::new();
    let old = home.token("bot");
    let new = home.ok(["rotate", "bot", "--grace", "24h"]);
    insta::assert_snapshot!(home.run(["rotate", "bot", "--cancel"]).shown(&home), @"
    exit 0
    --- stdout
    cancelled the rotation of [id] (bot, project shop)
      generation: 2 → 1
      grace: 1 until [time] → -
    ");
    assert_eq!((code(&home, &old), code(&home, &new)), ("VALID".into(), "SUPERSEDED".into()));
    assert_eq!(home.json(["show", "bot"])["generation"], 1);
    insta::assert_snapshot!(home.run(["rotate", "bot", "--cancel"]).shown(&home), @"
    exit 5
    --- stderr
    error: [id] is not in a grace: there is no rotation to cancel
    hint: 'keyctl show [id]' lists its generations
    ");
    home.ok(["rotate", "bot"]);
    assert_eq!(home.json(["show", "bot"])["generation"], 3);
}

#[test]
fn a_second_rotation_in_grace_ends_the_oldest_and_says_so() {
    let home = Home::new();
    let first = home.token("bot");
    let second = home.ok(["rotate", "bot", "--grace", "24h"]);
    let run = home.run(["rotate", "bot", "--grace", "24h"]);
    insta::assert_snapshot!(run.shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    warning: a rotation was in grace already; the token of generation 1 has ended
    Rotated [id] (bot, project shop) to generation 3. The old token goes on until [time].
      environment development, owner tester
      scopes read
      expires never
    The token is shown only now: put it where it belongs.
    ");
    assert_eq!(code(&home, &first), "SUPERSEDED");
    assert_eq!(code(&home, &second), "VALID");
}

#[test]
fn a_grace_has_a_maximum_and_never_outlives_the_key() {
    let home = Home::new();
    home.ok(["create", "--project", "shop", "--scope", "read", "--name", "bot", "--expires", "2d"]);
    insta::assert_snapshot!(home.run(["rotate", "bot", "--grace", "8d"]).shown(&home), @"
    exit 5
    --- stderr
    error: a grace of 8d is longer than the 7d that are allowed
    hint: use --grace 7d or less
    ");
    insta::assert_snapshot!(home.run(["rotate", "bot", "--grace", "5d"]).shown(&home), @"
    exit 0
    --- stdout
    [kc-dev-token]
    --- stderr
    warning: the grace is shortened to [time], when the old token expires
    Rotated [id] (bot, project shop) to generation 2. The old token goes on until [time].
      environment development, owner tester
      scopes read
      expires [time]
    The token is shown only now: put it where it belongs.
    ");
}

#[test]
fn a_lifetime_starts_anew_and_a_date_stays() {
    let home = Home::new();
    past::key(&home, "lifetime", 20 * DAY, Expiry::After("30d".parse().unwrap())).clear();
    let before = home.json(["show", "lifetime"])["expires_at"].clone();
    let after = home.json(["rotate", "lifetime"])["expires_at"].clone();
    assert!(after.as_str() > before.as_str(), "{before} {after}");
    let create = ["create", "--project", "shop", "--name", "date", "--expires", "2099-01-31"];
    home.ok(create);
    assert_eq!(home.json(["rotate", "date"])["expires_at"], "2099-01-31T00:00:00Z");
}

#[test]
fn what_has_ended_is_refused_with_what_to_do() {
    let home = Home::new();
    past::key(&home, "expired", 9 * DAY, Expiry::After("2d".parse().unwrap())).clear();
    insta::assert_snapshot!(home.run(["rotate", "expired"]).shown(&home), @"
    exit 5
    --- stderr
    error: [id] has expired
    hint: give it a new expiry first: keyctl edit [id] --expires 90d
    ");
    home.token("bot");
    home.ok(["revoke", "bot", "--yes"]);
    insta::assert_snapshot!(home.run(["rotate", "bot"]).shown(&home), @"
    exit 5
    --- stderr
    error: [id] is revoked, which is final
    hint: create a new key instead
    ");
}

#[test]
fn a_disabled_key_stays_disabled() {
    let home = Home::new();
    home.token("bot");
    home.ok(["disable", "bot"]);
    assert_eq!(home.json(["rotate", "bot"])["status"], "inactive");
    let run = home.run(["rotate", "bot"]);
    assert_eq!(code(&home, &run.stdout), "DISABLED");
    assert!(
        run.stderr
            .contains("warning: the key is disabled, so its token is refused; 'keyctl enable key_"),
        "{}",
        run.stderr
    );
    home.ok(["enable", "bot"]);
    assert!(!home.run(["rotate", "bot"]).stderr.contains("warning"));
}

#[test]
fn json_has_changed_and_the_token_and_only_a_rotation_has_one() {
    let home = Home::new();
    home.token("bot");
    let rotated = home.json(["rotate", "bot", "--grace", "1h"]);
    assert_eq!(rotated["changed"], true);
    assert_eq!(code(&home, rotated["token"].as_str().unwrap()), "VALID");
    let finished = home.json(["rotate", "bot", "--finish"]);
    assert_eq!((&finished["changed"], finished.get("token")), (&true.into(), None));
}

#[test]
fn a_configured_format_never_changes_the_bare_token() {
    let home = Home::new();
    home.token("bot");
    let run = home.run_in(&[("KEYCTL_OUTPUT", "json")], ["rotate", "bot"]);
    assert_eq!(code(&home, &run.stdout), "VALID");
}

#[test]
fn flags_that_exclude_each_other_are_usage() {
    let home = Home::empty();
    for flags in [["--finish", "--cancel"], ["--finish", "--grace=1h"], ["--cancel", "--grace=1h"]]
    {
        assert_eq!(home.run(["rotate", "bot"].into_iter().chain(flags)).code, 2, "{flags:?}");
    }
    insta::assert_snapshot!(home.run(["rotate", "bot", "--grace", "soon"]).shown(&home), @"
    exit 2
    --- stderr
    error: --grace <TIME>: 'soon' is not a duration like 12h, 45d or 18mo
    hint: 'keyctl rotate --help' says what each flag takes
    ");
}
