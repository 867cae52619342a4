//! What must hold after a fault: the old state or the new one, nothing half done, no false alarm,
//! and the next command works.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;

use serde_json::Value;

use super::deeds::{Deed, From, Writes};
use super::disk::{How, Struck};
use super::scene::Scene;
use crate::support::{Run, feed};

/// What can be seen of a vault; not what chance and the clock give.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    generation: u64,
    facts: Vec<Value>,
}

/// What there was, and what there is when nothing goes wrong; nothing where there is no vault.
pub struct Expectation {
    old: Option<State>,
    new: Option<State>,
    /// Homes that were judged, and whether they have the new state: most faults leave one of a few.
    judged: RefCell<HashMap<u64, bool>>,
}

/// Where secrets lie until the change that they belong to is committed.
const WAITING: &str = ".uncommitted";

impl Expectation {
    pub fn of(scene: &Scene, deed: &Deed) -> Self {
        let old = state(scene, deed, "before");
        let run = feed(scene.command(&scene.args(deed)), scene.stdin(deed));
        assert_eq!(run.code, 0, "{}: {run:?}", deed.name);
        let new = state(scene, deed, "after");
        for file in deed.writes {
            check_file(scene, deed, *file, true, "without a fault");
        }
        assert_eq!(scene.ending(".tmp"), Vec::<std::path::PathBuf>::new(), "{}", deed.name);
        assert_eq!(scene.ending(WAITING), Vec::<std::path::PathBuf>::new(), "{}", deed.name);
        Expectation { old, new, judged: RefCell::default() }
    }
}

fn unlocking(deed: &Deed) -> &'static str {
    if deed.from == From::Vault { "--keyfile robot.key" } else { "" }
}

fn run(scene: &Scene, line: &str) -> Run {
    Run::after(scene.command(&scene.words(line)))
}

fn json(scene: &Scene, deed: &Deed, line: &str, place: &str) -> Value {
    let run = run(scene, &format!("{line} -o json {}", unlocking(deed)));
    assert_eq!(run.code, 0, "{place}: {line}: {run:?}");
    run.json()
}

/// The vault as everybody sees it, after everything in it was verified.
fn state(scene: &Scene, deed: &Deed, place: &str) -> Option<State> {
    if !scene.home.vault().exists() {
        let pins = scene.ending(".json");
        assert!(pins.iter().all(|pin| !pin.starts_with(scene.home.state())), "{place}: {pins:?}");
        return None;
    }
    let check = json(scene, deed, "vault check", place);
    let generation = check["generation"].as_u64().unwrap();
    let others = [
        ("owner", "owner list"),
        ("policy", "policy show"),
        ("vault", "vault slot list"),
        ("bundle", "bundle key show"),
    ];
    let touched = others.into_iter().filter(|(what, _)| deed.line.contains(what));
    let lines = std::iter::once("list --all").chain(touched.map(|(_, line)| line));
    let facts = lines.map(|line| without_chance(json(scene, deed, line, place)));
    Some(State { generation, facts: facts.collect() })
}

fn without_chance(value: Value) -> Value {
    let is_chance = |name: &str| {
        let times = ["_at", "not_before", "valid_until", "since", "until"];
        let random = [
            "id",
            "personal_key",
            "prefix",
            "public_key",
            "key",
            "token",
            "pem",
            "keys",
            "signers",
        ];
        times.iter().any(|end| name.ends_with(end)) || random.contains(&name)
    };
    match value {
        Value::Array(items) => items.into_iter().map(without_chance).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(name, _)| !is_chance(name));
            Value::Object(fields.map(|(name, value)| (name, without_chance(value))).collect())
        }
        other => other,
    }
}

/// Panics when anything is not as it must be. The vault is read after every fault, which plays a
/// journal back that was left. What a home shows from then on follows from its files, so the same files
/// are judged once; what the command said is judged always.
pub fn judge(
    scene: &Scene,
    deed: &Deed,
    expected: &Expectation,
    how: How,
    struck: &Struck,
    place: &str,
) {
    if scene.home.vault().exists() {
        json(scene, deed, "vault check", place);
    }
    let print = scene.print();
    let known = expected.judged.borrow().get(&print).copied();
    let is_new = known.unwrap_or_else(|| judge_home(scene, deed, expected, struck, place));
    if !how.is_end() {
        check_answer(scene, deed, expected, how, struck, is_new, place);
    }
    if known.is_none() {
        check_next(scene, deed, expected, is_new, place);
        expected.judged.borrow_mut().insert(print, is_new);
    }
}

/// What is there after a fault; whether it is the new state.
fn judge_home(
    scene: &Scene,
    deed: &Deed,
    expected: &Expectation,
    struck: &Struck,
    place: &str,
) -> bool {
    let state = state(scene, deed, place);
    check_pins(scene, state.as_ref(), place);
    let is_new = state == expected.new;
    assert!(is_new || state == expected.old, "{place}: a third state: {state:#?} {struck:?}");
    let is_changed = is_new && expected.old != expected.new;
    for file in deed.writes {
        check_file(scene, deed, *file, is_changed, place);
    }
    is_new
}

/// No pin is ahead of its vault.
fn check_pins(scene: &Scene, state: Option<&State>, place: &str) {
    let Some(state) = state else { return };
    let pins: Vec<Value> = fs::read_dir(scene.home.state().join("pins"))
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "json"))
        .map(|entry| serde_json::from_slice(&fs::read(entry.path()).unwrap()).expect(place))
        .collect();
    for pin in pins.iter().filter_map(|pin| pin["generation"].as_u64()) {
        assert!(pin <= state.generation, "{place}: the pin is ahead");
    }
}

/// A command that lives says what became of it.
fn check_answer(
    scene: &Scene,
    deed: &Deed,
    expected: &Expectation,
    how: How,
    struck: &Struck,
    is_new: bool,
    place: &str,
) {
    let run = &struck.run;
    let said = |what: &str| run.stderr.contains(what);
    match run.code {
        0 => assert!(is_new, "{place}: nothing was done, and nothing said: {run:?}"),
        1 => {
            assert!(said("error: ") && said("\nhint: "), "{place}: {run:?}");
            let is_changed = is_new && expected.old != expected.new;
            let done = ["is made", "is revoked", "are made", "could not be handed over"];
            let says_so = done.iter().any(|done| said(done));
            let may_say_so = is_changed || deed.writes.iter().any(|file| is_new_file(scene, *file));
            assert!(says_so >= is_changed, "{place}: it does not say that it is done: {run:?}");
            assert!(says_so <= may_say_so, "{place}: it says that it is done: {run:?}");
        }
        _ => panic!("{place}: {run:?}"),
    }
    if matches!(how, How::FullOnce | How::BrokenOnce) && !said(".tmp'") {
        let left = scene.ending(".tmp");
        assert!(
            left.is_empty() || struck.step.as_ref().unwrap().contains("unlink"),
            "{place}: {left:?}"
        );
    }
}

fn is_new_file(scene: &Scene, file: Writes) -> bool {
    fs::read(scene.home.file(file.file())).ok() != scene.saved(file.file())
}

/// What comes next works as if nothing had been.
fn check_next(scene: &Scene, deed: &Deed, expected: &Expectation, is_new: bool, place: &str) {
    let again = feed(scene.command(&scene.args(deed)), scene.stdin(deed));
    let is_free = deed.writes.iter().all(|file| {
        !is_new_file(scene, *file) || matches!(file, Writes::Bundle(_) | Writes::Json(_))
    });
    let nothing_done = expected.old != expected.new && !is_new && scene.ending(WAITING).is_empty();
    // An export leaves the vault as it is, and no note that keeps the next from being made.
    let is_export = matches!(deed.writes, [Writes::Bundle(_)]);
    if is_export || (nothing_done && is_free) {
        assert_eq!(again.code, 0, "{place}: again: {again:?}");
    }
    assert!([0, 1, 3, 5].contains(&again.code), "{place}: again: {again:?}");
    if !scene.home.vault().exists() {
        let line = "init --no-recovery --kdf-memory 19 --kdf-passes 1 --yes";
        let init = run(scene, line);
        assert_eq!(init.code, 0, "{place}: {init:?}");
    }
    let key = if scene.home.file("robot.key").exists() { unlocking(deed) } else { "" };
    let line =
        format!("create --project next --name next --scope read --expires 30d --quiet {key}");
    let next = run(scene, &line);
    assert_eq!((next.code, next.stderr.as_str()), (0, ""), "{place}: next");
    let check = run(scene, &format!("vault check {key}"));
    assert_eq!(check.code, 0, "{place}: {check:?}");
}

/// A file is as it was, or as it shall be, or not there; never half. Where the change is made, its
/// secrets are there.
fn check_file(scene: &Scene, deed: &Deed, file: Writes, is_changed: bool, place: &str) {
    let name = file.file();
    let waiting = format!("{name}{WAITING}");
    let now = fs::read(scene.home.file(name)).ok();
    let is_old = now == scene.saved(name);
    match file {
        Writes::Tokens(_, count) => {
            let kept = [name, &waiting].into_iter().find(|name| scene.home.file(name).exists());
            match kept {
                Some(kept) if is_changed => check_tokens(scene, kept, count, place),
                Some(kept) => assert_ne!(kept, name, "{place}: tokens of keys that do not exist"),
                None => assert!(!is_changed, "{place}: the tokens are lost"),
            }
        }
        Writes::Recovery(_) | Writes::Keyfile(_) => {
            let flag = match file {
                Writes::Recovery(_) => "--recovery-file",
                _ => "--keyfile",
            };
            let kept = [name, &waiting].into_iter().find(|name| scene.home.file(name).exists());
            match kept {
                Some(kept) if is_changed => {
                    let opened = run(scene, &format!("list {flag} {kept}"));
                    assert_eq!(opened.code, 0, "{place}: {opened:?}");
                }
                Some(kept) => assert_ne!(kept, name, "{place}: a secret that opens nothing"),
                None => assert!(!is_changed, "{place}: the secret is lost"),
            }
        }
        _ if is_old => {}
        Writes::Vault(name, flag, secret) => {
            let check = run(scene, &format!("vault check --vault {name} {flag} {secret}"));
            assert_eq!(check.code, 0, "{place}: {check:?}");
        }
        Writes::Bundle(name) => {
            let key = run(scene, &format!("bundle key show {}", unlocking(deed))).stdout;
            let args = format!("bundle inspect {name} --trust {}", key.trim());
            let inspect = run(scene, &args);
            assert_eq!(inspect.code, 0, "{place}: {inspect:?}");
        }
        Writes::Token(_) => {
            assert!(is_changed, "{place}: a token is shown, and the log does not say so");
            let verify = scene.words("verify --keyfile robot.key --quiet --no-record");
            let verdict = feed(scene.command(&verify), &now.unwrap());
            assert_eq!(verdict.code, 0, "{place}: {verdict:?}");
        }
        Writes::Json(_) => {
            let json = serde_json::from_slice::<Value>(&now.unwrap());
            assert!(json.is_ok(), "{place}: {json:?}");
        }
        Writes::Receipts(_) => check_receipts(scene, &now, place),
        Writes::Config(_) => {
            let show = run(scene, "config show");
            assert_eq!(show.code, 0, "{place}: {show:?}");
            let whole = include_bytes!("../../../src/commands/config/template.toml");
            assert_eq!(now.unwrap(), whole, "{place}");
        }
    }
}

fn check_tokens(scene: &Scene, name: &str, count: usize, place: &str) {
    let text = scene.home.read(name);
    let tokens: Vec<&str> =
        text.lines().skip(1).filter_map(|line| line.rsplit(',').next()).collect();
    assert_eq!(tokens.len(), count, "{place}");
    let verify = scene.words("verify --batch --keyfile robot.key --quiet --no-record");
    let verdict = feed(scene.command(&verify), tokens.join("\n").as_bytes());
    assert_eq!(verdict.code, 0, "{place}: {verdict:?}");
}

/// A line that was cut off does no harm: the next one begins on a line of its own.
fn check_receipts(scene: &Scene, now: &Option<Vec<u8>>, place: &str) {
    let Some(now) = now else { return };
    let whole = now.iter().filter(|byte| **byte == b'\n').count();
    let verify = "verify --bundle keys.kcb --trust {bundle-key} --receipt after";
    fs::write(scene.home.file("after"), now).unwrap();
    let verdict = feed(scene.command(&scene.words(verify)), scene.token.as_bytes());
    assert_eq!(verdict.code, 0, "{place}: {verdict:?}");
    let report = run(scene, "usage import after -o json --keyfile robot.key");
    assert_eq!(report.json()["rejected"], 0, "{place}: {report:?}");
    assert_eq!(report.json()["lines"], whole + 1, "{place}: {report:?}");
}
