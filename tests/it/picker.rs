//! A command that needs a KEY and has none: a list to search, of the keys that it can do something
//! with.

use crate::past::{self, DAY};
use crate::screen::{DOWN, ENTER, Left, NARROW, Screen, UP, WIDE};
use crate::support::Home;
use crate::terminal;
use keyctl_vault::issue::Expiry;

const QUESTION: &str = "? Which key? (type to search) ›";

/// The names of the keys that are offered, in their order.
fn offered(screen: &Screen) -> Vec<String> {
    let text = screen.text();
    let (_, list) = text.split_once(QUESTION).unwrap();
    let name =
        |line: &str| line.trim_start_matches(['❯', ' ']).split("  ").next().map(str::to_owned);
    list.lines().skip(1).filter_map(name).collect()
}

/// What a command offers first.
fn offers(home: &Home, args: &[&str]) -> Vec<String> {
    let mut screen = Screen::start(home, args.iter().copied());
    screen.wait_for(QUESTION).wait_until("a list", |text| text.contains('❯'));
    offered(&screen)
}

/// Three keys, the newest being `web`.
fn three() -> Home {
    let home = Home::new();
    for name in ["api", "deploy-bot", "web"] {
        home.token(name);
    }
    home
}

fn ended(screen: Screen) -> Left {
    let left = screen.end();
    left.assert_restored();
    left
}

#[test]
fn what_is_typed_finds_and_enter_chooses() {
    let home = three();
    let mut screen = Screen::start(&home, ["show", "--field", "name"]);
    screen.wait_for("❯ web").wait_until("all three", |text| text.contains("api"));
    assert_eq!(offered(&screen), ["web", "deploy-bot", "api"]);
    screen.press("dpl").wait_until("that one alone", |text| {
        text.contains("❯ deploy-bot") && !text.contains("web") && !text.contains("api")
    });
    screen.press(ENTER);
    let left = ended(screen);
    assert_eq!(left.code, 0);
    let lines: Vec<&str> = left.text.lines().collect();
    assert!(lines[0].starts_with("✔ Which key? · deploy-bot"), "{}", left.text);
    assert_eq!(lines[1..], ["deploy-bot"]);
}

#[test]
fn the_search_is_a_line_that_can_be_edited() {
    let home = three();
    let mut screen = Screen::start(&home, ["show", "--field", "name"]);
    screen.wait_for("❯ web").press("webx").wait_for("nothing fits").press(ENTER);
    screen.press("\u{7f}").wait_for("❯ web").press("\u{15}").wait_for("api");
    screen.press(DOWN).wait_for("❯ deploy-bot").press(DOWN).wait_for("❯ api");
    screen.press(DOWN).wait_for("❯ web").press(UP).wait_for("❯ api").press(ENTER);
    assert!(ended(screen).text.ends_with("\napi\n"));
}

#[test]
fn a_prefix_a_project_or_a_status_finds_too() {
    let home = three();
    home.ok(["create", "--project", "billing", "--name", "jobs", "-q"]);
    home.ok(["disable", "web"]);
    let prefix = home.ok(["show", "api", "--field", "prefix"]);
    for (typed, name) in [(prefix.as_str(), "api"), ("billing", "jobs"), ("inactive", "web")] {
        let mut screen = Screen::start(&home, ["show", "--field", "name"]);
        screen.wait_for("❯ jobs").press(typed).wait_until(name, |text| {
            text.lines().count() == 2 && text.contains(&format!("❯ {name} "))
        });
        screen.press(ENTER);
        assert!(ended(screen).text.ends_with(&format!("\n{name}\n")));
    }
}

/// Thirty characters of three bytes each, most of them no column wide.
const THAI: &str = "กี่กี่กี่กี่กี่กี่กี่กี่กี่กี่";

#[test]
fn names_in_every_script_keep_their_lines() {
    let home = Home::new();
    let mut names: Vec<String> = [
        "鍵管理システムの配備用の鍵です",
        "🚀 rocket 🇩🇪 launcher 👍",
        "e\u{301}tude en re\u{301} mineur",
        "מפתח פריסה",
        "مفتاح النشر",
        "plain",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push(format!("{THAI}{THAI} 1"));
    names.push(format!("{THAI}{THAI} 2"));
    let rows: String = names.iter().map(|name| format!("{name},shop\n")).collect();
    home.write("keys.csv", format!("name,project\n{rows}"));
    home.ok(["create", "--from", "keys.csv", "--tokens-to", "tokens.csv", "-q"]);
    let prefixes = home.ok(["list", "--reverse", "--field", "prefix"]);
    let prefixes: Vec<&str> = prefixes.lines().collect();
    let mut screen = Screen::start(&home, ["show", "--field", "name"]);
    screen.wait_for(QUESTION).wait_for(prefixes[0]);
    assert_eq!(screen.text().lines().count(), names.len() + 1, "{}", screen.text());
    let columns: Vec<Vec<u16>> =
        ["kc_dev_", "active", "shop"].map(|part| screen.columns_of(part)).to_vec();
    for places in columns {
        assert_eq!(places.len(), names.len(), "{}", screen.text());
        assert!(places.iter().all(|place| *place == places[0]), "{}", screen.text());
    }
    // Names that begin alike are told apart.
    screen.press(DOWN).wait_for(&format!("❯ {THAI}")).press(ENTER);
    assert!(ended(screen).text.contains(prefixes[6]));
    for (name, prefix) in names.iter().zip(prefixes) {
        let mut screen = Screen::start(&home, ["show", "--field", "prefix"]);
        screen.wait_for(QUESTION).press(name).press(ENTER);
        assert!(ended(screen).text.ends_with(&format!("\n{prefix}\n")), "{name}");
    }
}

#[test]
fn a_narrow_terminal_shortens_lines_and_shows_fewer() {
    let home = Home::new();
    for n in 0..9 {
        home.token(&format!("a-name-that-is-longer-than-the-terminal-{n}"));
    }
    let mut screen = Screen::of(home.command(["show", "--field", "name"]), (40, 6));
    screen.wait_until("four lines", |text| text.matches("kc_dev_").count() == 4);
    assert_eq!(screen.columns_of("  kc_dev_").len(), 4, "{}", screen.text());
    assert_eq!(screen.text().lines().count(), 5, "{}", screen.text());
    screen.press("al-3").wait_until("one line", |text| text.lines().count() == 2).press(ENTER);
    let text = ended(screen).text.replace('\n', "");
    assert!(text.contains("-terminal-3"), "{text}");
}

#[test]
fn more_keys_than_lines_are_scrolled_through() {
    let home = Home::new();
    let rows: String = (0..40).map(|n| format!("bot-{n:02},x\n")).collect();
    home.write("keys.csv", format!("name,scopes\n{rows}"));
    home.ok(["create", "--from", "keys.csv", "--tokens-to", "t.csv", "--project", "shop", "-q"]);
    let mut screen = Screen::of(home.command(["show", "--field", "name"]), NARROW);
    screen.wait_for("❯ bot-39").wait_for("  bot-28");
    assert_eq!(screen.text().lines().count(), 13);
    screen.press(&DOWN.repeat(11)).wait_for("❯ bot-28").press(DOWN).wait_for("❯ bot-27");
    assert!(!screen.text().contains("bot-39"));
    screen.press("\u{1b}[6~").wait_for("❯ bot-15").press("\u{1b}[5~\u{1b}[5~").wait_for("❯ bot-39");
    screen.press(UP).wait_for("❯ bot-00").press(DOWN).wait_for("❯ bot-39");
    screen.press(UP).press(ENTER);
    let left = ended(screen);
    assert!(left.text.ends_with("\nbot-00\n"), "{}", left.text);
    assert_eq!(left.text.lines().count(), 2, "nothing of the list is left: {}", left.text);
}

#[test]
fn only_keys_are_offered_that_fit() {
    let home = three();
    home.ok(["create", "--project", "shop", "--name", "kept", "--recoverable", "-q"]);
    home.ok(["disable", "api"]);
    home.ok(["revoke", "web", "--yes"]);
    assert_eq!(offers(&home, &["enable"]), ["api"]);
    assert_eq!(offers(&home, &["disable"]), ["kept", "deploy-bot"]);
    assert_eq!(offers(&home, &["reveal", "--show"]), ["kept"]);
    assert_eq!(offers(&home, &["revoke"]), ["kept", "deploy-bot", "api"]);
    assert_eq!(offers(&home, &["rotate"]), ["kept", "deploy-bot", "api"]);
    assert_eq!(offers(&home, &["show"]), ["kept", "web", "deploy-bot", "api"]);
    home.ok(["create", "--project", "other", "--name", "elsewhere", "-q"]);
    assert_eq!(offers(&home, &["show", "--project", "other"]), ["elsewhere"]);
}

#[test]
fn where_no_key_fits_that_is_said_and_is_3() {
    let home = three();
    let said =
        [&["enable"][..], &["reveal", "--show"], &["show", "--project", "nowhere"]].map(|args| {
            let left = Screen::start(&home, args.iter().copied()).end();
            format!("{args:?} exit {}\n{}", left.code, left.text)
        });
    insta::assert_snapshot!(said.concat(), @r#"
    ["enable"] exit 3
    error: no key is disabled
    hint: 'keyctl list --all' shows the keys
    ["reveal", "--show"] exit 3
    error: no key is live and recoverable
    hint: 'keyctl list --all' shows the keys
    ["show", "--project", "nowhere"] exit 3
    error: no key is there in the project 'nowhere'
    hint: 'keyctl list --all' shows the keys
    "#);
}

#[test]
fn revoke_says_what_it_does_and_what_it_is_about() {
    let home = Home::new();
    let token = past::key(&home, "deploy-bot", 40 * DAY, Expiry::Never);
    past::use_token(&home, &token, 3 * 3600 + 60);
    let mut screen = Screen::start(&home, ["revoke"]);
    screen.answer(QUESTION, "").answer("last used 3 h ago)? [y/N]", "y");
    let left = ended(screen);
    assert_eq!(left.code, 0);
    let text = left.shown(&home).replace("  [kc-dev-prefix]", " [kc-dev-prefix]");
    insta::assert_snapshot!(text, @"
    ✔ Which key? · deploy-bot [kc-dev-prefix] active shop
    What is revoked stops working at once, and cannot be brought back.
    Revoke [id] ([relative])?
    [y/N] yes
    revoked [id] (deploy-bot, project shop)
      status: active → revoked
    ");
    assert_eq!(home.ok(["show", "deploy-bot", "--field", "status"]), "revoked");
}

#[test]
fn rotate_and_scope_add_go_on_with_what_was_chosen() {
    let home = three();
    let mut screen = Screen::start(&home, ["rotate"]);
    screen.wait_for("❯ web").press("api").wait_for("❯ api").press(ENTER);
    let left = ended(screen);
    assert_eq!(left.code, 0);
    assert!(left.text.contains("(api, project shop) to generation 2"), "{}", left.text);
    let mut screen = Screen::start(&home, ["scope", "add"]);
    screen.wait_for("❯ web").press(ENTER).wait_for("(others…)");
    screen.press(DOWN).wait_for("❯ ⬚ (others…)").press(" ").wait_for("❯ ✔").press(ENTER);
    screen.answer("separated by spaces", "write admin:*");
    assert_eq!(ended(screen).code, 0);
    assert_eq!(home.ok(["scope", "list", "web"]), "admin:*\nread\nwrite");
    // Of a key that has scopes, only its own are there to be removed.
    let mut screen = Screen::start(&home, ["scope", "remove", "web"]);
    screen.wait_for("⬚ write").press(" ").wait_for("❯ ✔ admin:*").press(ENTER);
    assert_eq!(ended(screen).code, 0);
    assert_eq!(home.ok(["scope", "list", "web"]), "read\nwrite");
}

#[test]
fn compromised_takes_a_key_of_the_list_or_its_token() {
    let home = three();
    let mut screen = Screen::start(&home, ["compromised"]);
    screen.answer("? Which key?", "").wait_for("❯ web").press("api").wait_for("❯ api");
    screen.press(ENTER).answer("make another in its place? [y/N]", "y");
    let left = ended(screen);
    assert_eq!(left.code, 0);
    let text = left.text.replace('\n', "");
    assert!(text.contains("(api, project shop) in its place."), "{text}");
    let leaked = home.token("leaked");
    let mut screen = Screen::start(&home, ["compromised", "--no-replacement"]);
    screen.wait_for("❯ choose the key").press(DOWN).wait_for("❯ give its token").press(ENTER);
    screen.answer("Token:", &leaked).answer("[y/N]", "y");
    let left = ended(screen);
    assert_eq!(left.code, 0, "{}", left.text);
    assert!(!left.text.contains(&leaked));
    assert_eq!(home.ok(["show", "leaked", "--field", "status"]), "revoked");
}

#[test]
fn questions_are_no_part_of_the_answer() {
    let home = three();
    let run = terminal::run(&home, ["show", "-o", "json"], &[("Which key", "api")]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["name"], "api");
}

/// The word decides, and not a letter in it.
#[test]
fn what_is_neither_yes_nor_no_is_asked_again() {
    let home = Home::new();
    home.token("bot");
    let mut screen = Screen::of(home.command(["revoke", "bot"]), WIDE);
    for said in ["not yet", "maybe", "no way, nobody has been asked"] {
        screen.answer("[y/N]", said).wait_for("is neither yes nor no");
        screen.wait_until("the question again", |seen| seen.trim_end().ends_with("[y/N]"));
    }
    screen.press("yes").press(ENTER);
    let left = screen.end();
    insta::assert_snapshot!(left.shown(&home), @"
    What is revoked stops working at once, and cannot be brought back.
    Revoke [id] (bot, shop, development, never used)? [y/N] not yet
    'not yet' is neither yes nor no
    Revoke [id] (bot, shop, development, never used)? [y/N] maybe
    'maybe' is neither yes nor no
    Revoke [id] (bot, shop, development, never used)? [y/N] no way, nobody has b
    'no way, nobody has b' is neither yes nor no
    Revoke [id] (bot, shop, development, never used)? [y/N] yes
    revoked [id] (bot, project shop)
      status: active → revoked
    ");
    assert_eq!(home.ok(["show", "bot", "--field", "status"]), "revoked");
}
