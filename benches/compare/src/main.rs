//! `compare FOLDER KEYCTL LARGEST [NAME=COMMAND…]` times keyctl beside others, prints tables in
//! Markdown, and draws a plot into the folder; `compare jwt FOLDER` makes a token for those others.
//! `benches/run` builds what it needs.

mod bundles;
mod process;
mod svg;
mod vaults;
mod warm;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use process::{Took, command, in_turn, in_turn_after};
use vaults::Vault;

/// What is timed with each vault, and the name under which it is shown.
const COMMANDS: [(&str, &str); 12] = [
    ("show", "show {id} -o json"),
    (
        "verify",
        "verify --token-file {token} --project project-0 --env development --scope orders:read",
    ),
    ("create", "create --project shop --scope orders:read -o json"),
    ("list --search, no hit", "list --all --search zzqx -o jsonl"),
    ("list --project, few hits", "list --all --project project-7 -o jsonl --limit 20"),
    ("list as jsonl", "list --all -o jsonl"),
    ("list as csv", "list --all -o csv"),
    ("list as a table", "list --all"),
    ("the same, --sort none: jsonl", "list --all --sort none -o jsonl"),
    ("the same, --sort none: csv", "list --all --sort none -o csv"),
    ("the same, --sort none: table", "list --all --sort none"),
    ("bundle export", "bundle export {bundle}"),
];

/// What else is timed with a vault of a thousand keys: what reads or writes all of it, and what changes
/// one key.
const OTHERS: [&str; 8] = [
    "vault info",
    "policy show",
    "owner list",
    "rotate {id}",
    "audit",
    "vault check",
    "vault backup {backup}",
    "vault rekey --yes",
];

fn main() {
    let mut args = std::env::args().skip(1);
    let mut next = |what: &str| args.next().unwrap_or_else(|| panic!("{what} is missing"));
    let folder = next("FOLDER");
    match folder.as_str() {
        "jwt" => return say(&warm::jwt_in(Path::new(&next("FOLDER")))),
        "warm" => {
            return say(&warm::row(
                Path::new(&next("FOLDER")),
                next("SIZE").parse().expect("keys"),
            ));
        }
        _ => {}
    }
    let folder = PathBuf::from(folder);
    let keyctl = PathBuf::from(next("KEYCTL"));
    let largest: u64 = next("LARGEST").parse().expect("a number of keys");
    let others: BTreeMap<String, String> = args
        .map(|arg| arg.split_once('=').map(|(name, line)| (name.to_owned(), line.to_owned())))
        .map(|pair| pair.expect("NAME=COMMAND"))
        .collect();
    std::fs::create_dir_all(&folder).expect("a folder of ours");
    // Homes below it must not be relative.
    let folder = folder.canonicalize().expect("it is there");
    if others.contains_key("alone") {
        cold(&folder, &keyctl, &[largest], &others);
        return;
    }
    let verify = cold(&folder, &keyctl, &sizes(largest).collect::<Vec<_>>(), &others);
    let mut lines = vaults(&folder, &keyctl, largest / 10, &others);
    lines.insert(0, verify);
    let plot = svg::plot("Whole processes, by keys in the vault or bundle", &lines);
    std::fs::write(folder.join("growth.svg"), plot).expect("a folder of ours");
    scan(&folder, &keyctl, &others);
}

/// Sizes in steps of ten.
fn sizes(largest: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(1_000), |size| Some(size * 10))
        .take_while(move |size| *size <= largest)
}

/// A process that verifies one token against a bundle, and many in one process. How the first grows.
fn cold(
    folder: &Path,
    keyctl: &Path,
    sizes: &[u64],
    others: &BTreeMap<String, String>,
) -> svg::Line {
    let empty = std::env::current_exe().expect("a path").with_file_name("empty");
    let mut names = vec!["an empty Rust program".to_owned(), "keyctl --version".to_owned()];
    let mut commands = vec![command(&empty.display().to_string())];
    commands.push(command(&format!("{} --version", keyctl.display())));
    let token = folder.join("token");
    std::fs::write(&token, bundles::token(0).expose_token()).expect("a folder of ours");
    let mut warm = Vec::new();
    for &size in sizes {
        // By a process of its own: the memory that this one has would be that of those that it starts.
        let bundle = bundles::path(folder, size);
        let own = std::env::current_exe().expect("a path");
        let row = command(&format!("{} warm {} {size}", own.display(), folder.display())).output();
        warm.push(String::from_utf8(row.expect("it runs").stdout).expect("text"));
        names.push(format!("keyctl verify --bundle, {} keys", human(size)));
        commands.push(command(&format!(
            "{} verify --bundle {} --trust {} --token-file {} --project shop --env production --scope orders:write",
            keyctl.display(), bundle.display(), bundles::public_key(), token.display()
        )));
    }
    for (name, line) in others.iter().filter(|(name, _)| name.contains("token")) {
        names.push(name.clone());
        commands.push(command(line));
    }
    let took = in_turn(folder, 400, &mut commands);
    say(
        "\n| a process that verifies one token | median | beside an empty program |\n|---|---|---|",
    );
    for (name, one) in names.iter().zip(&took) {
        say(&format!("| {name} | {:.2} ms | {:.2} × |", one.ms, one.ms / took[0].ms));
    }
    say(
        "\n| verifications in one process | bundle as a file | bundle in memory | Ed25519 JWT | JWT ÷ file | JWT ÷ memory | bytes a key |\n|---|---|---|---|---|---|---|",
    );
    warm.iter().for_each(|row| say(row.trim_end()));
    let sizes = sizes.iter().copied();
    ("verify --bundle".to_owned(), sizes.zip(took[2..].iter().map(|one| one.ms)).collect())
}

/// Every command with vaults of each size. How each grows.
fn vaults(
    folder: &Path,
    keyctl: &Path,
    largest: u64,
    others: &BTreeMap<String, String>,
) -> Vec<svg::Line> {
    let mut lines: Vec<svg::Line> =
        COMMANDS.iter().map(|(name, _)| ((*name).to_owned(), Vec::new())).collect();
    let (mut last, mut created, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    let mut small = Vec::new();
    for size in sizes(largest) {
        let vault = Vault::of(keyctl, folder, size);
        created.push((size, vault.created));
        bytes.push((size, vault.size() as f64 / size as f64));
        let line = |line: &str| vault.command(&vault.filled(line));
        let mut commands: Vec<_> = COMMANDS.iter().map(|(_, of)| line(of)).collect();
        let rounds = if size > 100_000 { 5 } else { 11 };
        last = in_turn(folder, rounds, &mut commands);
        for (line, took) in lines.iter_mut().zip(&last) {
            line.1.push((size, took.ms));
        }
        if size == 1_000 {
            small = others_of(folder, &vault);
        }
        if size == largest {
            for (name, other) in others.iter().filter(|(name, _)| name.contains("scanning")) {
                let took = in_turn(folder, 5, &mut [line(COMMANDS[3].1), command(other)]);
                say(&format!(
                    "\n{name}: {:.0} ms; keyctl list --search in turn with it: {:.0} ms",
                    took[1].ms, took[0].ms
                ));
            }
        }
    }
    let columns =
        |text: &dyn Fn(u64) -> String| sizes(largest).map(text).collect::<Vec<_>>().join(" | ");
    say(&format!(
        "\n| a process, key file instead of passphrase | {} | memory at the last |",
        columns(&|size| format!("{} keys", human(size)))
    ));
    say(&format!("|---|{}---|", columns(&|_| "---|".to_owned()).replace(" | ", "")));
    for ((name, points), Took { mb, .. }) in lines.iter().zip(&last) {
        let times: Vec<String> = points.iter().map(|(_, ms)| format!("{ms:.1} ms")).collect();
        say(&format!("| {name} | {} | {mb:.0} MB |", times.join(" | ")));
    }
    let a_second = |(size, seconds): &(u64, f64)| format!("{:.0} a second", *size as f64 / seconds);
    say(&format!(
        "| create --from | {} | |",
        created.iter().map(a_second).collect::<Vec<_>>().join(" | ")
    ));
    let each = |(_, bytes): &(u64, f64)| format!("{bytes:.0}");
    say(&format!(
        "| bytes a key in the file | {} | |",
        bytes.iter().map(each).collect::<Vec<_>>().join(" | ")
    ));
    say("\n| with 1 k keys | |\n|---|---|");
    for (line, took) in OTHERS.iter().zip(small) {
        let name = line.split(" {").next().unwrap_or_default();
        say(&format!("| {} | {:.1} ms |", name.trim_end_matches(" --yes"), took.ms));
    }
    let made = |(size, seconds): &(u64, f64)| (*size, seconds * 1e3);
    lines.push(("create --from, all of them".to_owned(), created.iter().map(made).collect()));
    lines
}

/// The rest with a small vault. A backup is a new file each time.
fn others_of(folder: &Path, vault: &Vault) -> Vec<Took> {
    let mut commands: Vec<_> =
        OTHERS.iter().map(|line| vault.command(&vault.filled(line))).collect();
    in_turn_after(folder, 41, &mut commands, || {
        let _ = std::fs::remove_file(vault.path("backup"));
    })
}

/// Looking for tokens in files.
fn scan(folder: &Path, keyctl: &Path, others: &BTreeMap<String, String>) {
    let Some(tree) = others.get("tree") else { return };
    let mut commands = vec![command(&format!("{} scan --shape-only {tree}", keyctl.display()))];
    commands.extend(others.get("rg").map(|line| command(&format!("{line} {tree}"))));
    let took = in_turn(folder, 5, &mut commands);
    say("\n| looking for tokens in a tree of sources | |\n|---|---|");
    for (name, took) in ["keyctl scan", "ripgrep, the same pattern"].iter().zip(&took) {
        say(&format!("| {name} | {:.0} ms |", took.ms));
    }
}

/// A number of keys, for people.
pub fn human(size: u64) -> String {
    if size < 1_000_000 { format!("{} k", size / 1_000) } else { format!("{} M", size / 1_000_000) }
}

/// The middle of some values.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

fn say(line: &str) {
    println!("{line}");
}
