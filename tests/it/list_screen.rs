//! `list` and `show` as people see them: what fits, what lines up, and in which colours.

use crate::past::{self, DAY};
use crate::screen::{Left, NARROW, Screen, WIDE};
use crate::support::Home;
use crate::terminal::{Stdout, talk};
use keyctl_vault::issue::Expiry;
use vt100::Color;

const RED: Color = Color::Idx(1);
const GREEN: Color = Color::Idx(2);
const YELLOW: Color = Color::Idx(3);
const MAGENTA: Color = Color::Idx(5);
const CYAN: Color = Color::Idx(6);

/// What a terminal of that size shows of a command that asks nothing.
fn seen(home: &Home, size: (u16, u16), args: &[&str]) -> Left {
    let left = Screen::of(home.command(args.iter().copied()), size).end();
    assert_eq!(left.code, 0, "{}", left.text);
    left
}

/// Keys of every status, and of names that are hard to line up.
fn assorted() -> Home {
    let home = Home::new();
    past::key(&home, "ran-out", 40 * DAY, Expiry::Never).clear();
    past::expire(&home, "ran-out", 39 * DAY, DAY);
    let rows = [
        ("long-name-of-a-key-that-deploys-the-shop-to-every-region", "environment", "production"),
        ("鍵管理システム", "scopes", "orders:read users:*"),
        ("q\u{303}uiz d'ame\u{301}lioration", "note", "-"),
        ("🚀 rocket", "expires", "250h"),
        ("מפתח פריסה", "note", "-"),
        ("later", "not_before", "2999-01-01"),
        ("paused", "expires", "250h"),
        ("gone", "expires", "2000h"),
        ("hook", "kind", "webhook"),
    ];
    let row = |(name, field, value): (&str, &str, &str)| {
        let mut row = serde_json::json!({"name": name, "scopes": "orders:read"});
        row[field] = value.into();
        format!("{row}\n")
    };
    home.write("keys.jsonl", rows.map(row).concat());
    let args = ["create", "--from", "keys.jsonl", "--tokens-to", "tokens.csv", "--project", "shop"];
    home.ok(args.into_iter().chain(["--expires", "never", "-q"]));
    home.ok(["disable", "paused"]);
    home.ok(["revoke", "gone", "--yes"]);
    home
}

/// What is seen, with something as wide in the place of each prefix.
fn shown(left: &Left, home: &Home) -> String {
    let prefixes = home.ok(["list", "--all", "--field", "prefix", "-q"]);
    let same_width = |text: String, prefix: &str| {
        text.replace(prefix, &format!("{}{}", &prefix[..prefix.len() - 12], "x".repeat(12)))
    };
    prefixes.lines().fold(left.text.clone(), same_width)
}

#[test]
fn a_list_fits_80_columns() {
    let home = assorted();
    let left = seen(&home, NARROW, &["list"]);
    insta::assert_snapshot!(shown(&left, &home), @"
    NAME                PREFIX                PROJECT  STATUS    SCOPES
    gone                kc_dev_xxxxxxxxxxxx   shop     revoked   orders:read
    paused              kc_dev_xxxxxxxxxxxx   shop     inactive  orders:read
    later               kc_dev_xxxxxxxxxxxx   shop     pending   orders:read
    מפתח פריסה          kc_dev_xxxxxxxxxxxx   shop     active    orders:read
    🚀 rocket           kc_dev_xxxxxxxxxxxx   shop     active    orders:read
    q̃uiz d'améliorati…  kc_dev_xxxxxxxxxxxx   shop     active    orders:read
    鍵管理システム      kc_dev_xxxxxxxxxxxx   shop     active    orders:read users:*
    long-name-of-a-ke…  kc_prod_xxxxxxxxxxxx  shop     active    orders:read
    ran-out             kc_dev_xxxxxxxxxxxx   shop     expired   read
    9 keys, 1 for webhooks hidden (--all shows them)
    no room for environment, expires_at, last_used_at, created_at; see --columns
    ");
}

#[test]
fn a_limit_that_is_reached_is_said() {
    let home = assorted();
    let said = |limit: &str| seen(&home, WIDE, &["list", "--limit", limit]).text;
    assert!(said("3").contains("3 keys, as many as --limit takes"), "{}", said("3"));
    assert!(!said("30").contains("--limit"));
    assert!(!said("0").contains("no key fits"));
}

/// What keys are sorted or chosen by is not what is left out.
#[test]
fn a_narrow_list_keeps_the_column_that_it_is_about() {
    let home = assorted();
    for (flags, column) in [
        (&["--sort", "expires"][..], "EXPIRES"),
        (&["--expiring-within", "60d"], "EXPIRES"),
        (&["--sort", "last-used"], "LAST USED"),
        (&["--unused-for", "1h"], "LAST USED"),
        (&["--sort", "created"], "CREATED"),
    ] {
        let args = [&["list"], flags].concat();
        let left = seen(&home, NARROW, &args);
        assert_eq!(left.columns_of(column).len(), 1, "{}", left.text);
        assert!(left.text.contains("no room for"), "{}", left.text);
    }
}

#[test]
fn a_list_has_more_columns_where_there_is_room() {
    let home = assorted();
    let left = seen(&home, WIDE, &["list", "--all"]);
    insta::assert_snapshot!(shown(&left, &home), @"
    NAME                                                  PREFIX                PROJECT  ENVIRONMENT  STATUS    SCOPES               EXPIRES
    hook                                                  kc_dev_xxxxxxxxxxxx   shop     development  active    orders:read          never
    gone                                                  kc_dev_xxxxxxxxxxxx   shop     development  revoked   orders:read          in 83 days
    paused                                                kc_dev_xxxxxxxxxxxx   shop     development  inactive  orders:read          in 10 days
    later                                                 kc_dev_xxxxxxxxxxxx   shop     development  pending   orders:read          never
    מפתח פריסה                                            kc_dev_xxxxxxxxxxxx   shop     development  active    orders:read          never
    🚀 rocket                                             kc_dev_xxxxxxxxxxxx   shop     development  active    orders:read          in 10 days
    q̃uiz d'amélioration                                   kc_dev_xxxxxxxxxxxx   shop     development  active    orders:read          never
    鍵管理システム                                        kc_dev_xxxxxxxxxxxx   shop     development  active    orders:read users:*  never
    long-name-of-a-key-that-deploys-the-shop-to-every-r…  kc_prod_xxxxxxxxxxxx  shop     production   active    orders:read          never
    ran-out                                               kc_dev_xxxxxxxxxxxx   shop     development  expired   read                 38 days ago
    10 keys
    no room for last_used_at, created_at; see --columns
    ");
}

#[test]
fn columns_begin_at_the_same_place_in_every_line() {
    let home = assorted();
    for size in [NARROW, WIDE, (60, 24), (200, 50)] {
        let left = seen(&home, size, &["list"]);
        let prefixes = left.columns_of("kc_");
        assert_eq!(prefixes.len(), 9, "{}", left.text);
        assert!(prefixes.iter().all(|column| *column == prefixes[0]), "{}", left.text);
        let statuses = ["active", "revoked", "expired", "pending", "inactive"];
        let statuses = statuses.map(|status| left.columns_of(&format!("  {status}"))).concat();
        assert_eq!(statuses.len(), 9, "{}", left.text);
        assert!(statuses.iter().all(|column| *column == statuses[0]), "{}", left.text);
    }
}

#[test]
fn colours_tell_what_works_from_what_does_not() {
    let home = assorted();
    let left = seen(&home, WIDE, &["list"]);
    for (status, color) in [
        ("active", GREEN),
        ("revoked", RED),
        ("expired", RED),
        ("inactive", YELLOW),
        ("pending", YELLOW),
    ] {
        // Where the word begins: "active" stands in "inactive" too.
        let line = left.text.lines().find(|line| line.split_whitespace().any(|w| w == status));
        let at = line.unwrap().split_once(&format!(" {status} ")).unwrap().1;
        assert_eq!(left.color(&format!("{status} {at}")), color, "{status}");
    }
    assert_eq!(left.color("in 10 days"), Color::Default, "what is paused does not run out");
    let rocket = seen(&home, WIDE, &["list", "--search", "rocket"]);
    assert_eq!(rocket.color("in 10 days"), YELLOW);
    assert!(left.is_bold("NAME") && !left.is_bold("later"));
}

#[test]
fn without_colours_there_are_none() {
    let home = assorted();
    // An answer, an error of a command, and one of a command line.
    for args in [["list", "--search", "a"], ["show", "nobody", "-q"], ["show", "a", "--nope"]] {
        let never = args.into_iter().chain(["--color", "never"]);
        let quiet = [
            Screen::of(home.command(never), WIDE).end(),
            Screen::start_in(&home, &[("NO_COLOR", "1")], args).end(),
            Screen::start_in(&home, &[("TERM", "dumb")], args).end(),
        ];
        for left in quiet {
            assert!(left.is_plain(), "{}", left.text);
        }
        assert!(!Screen::of(home.command(args), WIDE).end().is_plain());
    }
}

#[test]
fn what_is_wrong_is_red_and_what_to_do_is_not() {
    let home = assorted();
    for args in [["show", "nobody"], ["show", "--nope"]] {
        let left = Screen::of(home.command(args), WIDE).end();
        assert_eq!(left.color("error:"), RED, "{}", left.text);
        assert_eq!(left.color("hint:"), CYAN, "{}", left.text);
        assert!(left.is_bold("error:"));
    }
    // So it is where the answer goes to a pipe, as in TOKEN=$(keyctl create …).
    let run = talk(home.command(["show", "nobody"]), Stdout::Pipe, &[]);
    assert!(run.stderr.starts_with("\u{1b}[1m\u{1b}[31merror:"), "{:?}", run.stderr);
    // A pipe gets the words alone, also where colours are asked for.
    let run = home.run(["show", "nobody", "--color", "always"]);
    assert!(run.stderr.starts_with("error: "), "{:?}", run.stderr);
}

#[test]
fn what_a_search_found_is_set_off_character_by_character() {
    let home = assorted();
    // A mark that has no place of its own goes with its letter, and counts as none.
    let left = seen(&home, WIDE, &["list", "--search", "quiz"]);
    let colors = ["q\u{303}uiz", "uiz", "z d'", " d'"].map(|text| left.color(text));
    assert_eq!(colors, [MAGENTA, MAGENTA, MAGENTA, Color::Default]);
    // What is typed without an accent finds what has one.
    let left = seen(&home, WIDE, &["list", "--search", "amelio"]);
    let colors = ["amé", "élio", "ration"].map(|text| left.color(text));
    assert_eq!(colors, [MAGENTA, MAGENTA, Color::Default]);
    let left = seen(&home, WIDE, &["list", "--search", "管理"]);
    assert_eq!(left.columns_of("管理").len(), 1);
    let colors = ["管", "理", "鍵"].map(|text| left.color(text));
    assert_eq!(colors, [MAGENTA, MAGENTA, Color::Default]);
}

#[test]
fn what_is_left_out_is_said_below() {
    let home = assorted();
    let left = seen(&home, WIDE, &["list", "--hide-revoked", "--columns", "name"]);
    let last = left.text.lines().next_back().unwrap();
    assert_eq!(last, "8 keys, 1 revoked hidden, 1 for webhooks hidden (--all shows them)");
    let left = seen(&home, WIDE, &["list", "--search", "nothing like it", "-q"]);
    assert_eq!(left.text.trim(), "");
}

#[test]
fn names_that_a_terminal_would_act_on_cannot_be_given() {
    let home = Home::new();
    let run = home.run(["create", "--project", "shop", "--name", "a\u{202e}b\u{1b}[31m"]);
    assert_eq!(run.code, 2);
    assert!(!run.stderr.contains('\u{1b}') && !run.stderr.contains('\u{202e}'));
}

/// A card's values begin in one column, whatever is in them; long ones go on in the next line.
#[test]
fn a_card_lines_up() {
    let home = assorted();
    for size in [NARROW, WIDE] {
        let left = seen(&home, size, &["show", "鍵管理システム"]);
        let values = ["鍵管理", "key_", "kc_dev_", "active", "shop", "orders:read"];
        let columns = values.map(|value| left.columns_of(value)[0]);
        assert!(columns.iter().all(|column| *column == columns[0]), "{}", left.text);
        assert_eq!(left.color("active"), GREEN);
        assert_eq!(left.text.lines().next().unwrap().split_whitespace().next(), Some("name"));
    }
    assert_eq!(seen(&home, NARROW, &["show", "gone"]).color("revoked"), RED);
}

#[test]
fn the_audit_log_names_every_change_at_80_columns() {
    let home = Home::new();
    home.token("deploy-bot");
    home.ok(["revoke", "deploy-bot", "--yes"]);
    let left = seen(&home, NARROW, &["audit"]);
    for word in ["revoke", "create", "init", "deploy-bot", "active → revoked"] {
        assert!(left.text.replace('\n', "").contains(word), "{word}: {}", left.text);
    }
}
