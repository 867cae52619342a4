//! Secrets that can be told from everything else, through every command that there is: by success
//! and by each kind of error, in every format. Each comes out in the one place where it belongs,
//! and neither the other stream, nor a file that was there for a moment only, nor a child's
//! arguments and environment has any of it.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use rustix::fs::inotify;

use crate::recipient::{IDENTITY, RECIPIENT};
use crate::support::{Home, Run};

const FIRST: &str = "Xq7v-CANARY wombat 7719 quilted Zephyr 0uPk";
const SECOND: &str = "9wRz-CANARY second 4410 gimbal Oxbow tTmn";
/// What a trace of a secret has at least.
const PIECE: usize = 10;

/// Every command line, in this order; where `!` stands in front, it fails. What begins with `$` is
/// taken from the scene.
const LINES: &[&str] = &[
    "create --project shop --scope read --name bot --recoverable",
    "create --project shop --scope read --name other --owner ada",
    "!create --project shop --name bot",
    "create --from many.csv --tokens-to tokens.$n --project shop",
    "list --all",
    "list --search bo --passphrase-command $spy",
    "show bot",
    "!show nobody",
    "edit bot --note x",
    "!edit bot --rate x",
    "scope add bot b",
    "scope remove bot b",
    "scope set bot read",
    "scope list bot",
    "disable bot",
    "enable bot",
    "rotate bot --grace 1h",
    "rotate bot --finish",
    "!rotate nobody",
    "reveal bot",
    "!reveal other",
    "verify --token-file token --receipt receipts",
    "!verify --token-file broken",
    "!verify --token-file token --strict",
    "!verify --token-file missing",
    "!verify --batch --token-file many.csv",
    "usage import receipts",
    "owner add ada --scope read",
    "owner edit ada --scope write",
    "owner list",
    "owner show ada",
    "!owner show nobody",
    "policy set --require-reason",
    "policy set --require-reason=false",
    "policy show",
    "!doctor",
    "!scan token",
    "!scan token --shape-only",
    "!scan missing",
    "bundle export k.kcb",
    "bundle inspect k.kcb",
    "bundle key show",
    "bundle key rotate",
    "compromised bot --yes --bundle k.kcb",
    "!compromised nobody --yes",
    "vault info",
    "vault check",
    "vault slot add ci --role viewer --new-passphrase-file second",
    "vault slot add k --role admin --kind keyfile --new-keyfile keyfile.$n",
    "vault slot add r --role admin --kind recovery --recovery-to recovery.$n",
    "vault slot add a --role admin --kind x25519 --recipient $recipient",
    "vault slot list",
    "vault passphrase ci --new-passphrase-file second",
    "list --passphrase-file second",
    "list --identity identity",
    "!list --passphrase-file broken",
    "!list --recovery-file second",
    "!list --keyfile token --slot r",
    "!list --identity token",
    "!create --project shop --passphrase-file second",
    "vault slot remove ci --yes",
    "vault slot remove k --yes",
    "vault slot remove r --yes",
    "vault slot remove a --yes",
    "!vault slot remove nobody --yes",
    "vault backup backup.$n",
    "!vault backup token",
    "vault export export.$n --new-passphrase-file second",
    "vault export --metadata metadata.$n",
    "!vault import export.$n --source-passphrase-file token",
    "vault import export.$n --source-passphrase-file second",
    "revoke bot --yes --reason retired",
    "!revoke other",
    "!vault restore token --yes",
    "vault restore backup.$n --yes",
    "delete other --yes",
    "!delete other --yes",
    "owner remove ada --yes",
    "vault rekey --yes",
    "!vault trust kcvk_00",
    "audit",
    "audit verify",
    "audit --pager",
    "config show",
    "!config init --nothing",
    "!init",
    "init --no-recovery --kdf-memory 19 --kdf-passes 1 --vault new.$n.db",
    "init --recovery-to new.$n.txt --kdf-memory 19 --kdf-passes 1 --vault new.$n.db2",
    "delete --env development --yes",
];

/// Commands that need neither the vault nor a secret, or a keyring, whose tests are their own.
const ELSEWHERE: [&str; 7] =
    ["lock", "unlock", "vault trust", "config init", "completions", "man", "help"];

/// Where a secret may come out: the answer of these commands, and these files.
const GIVES: [&str; 4] = ["create ", "rotate ", "reveal ", "compromised "];
const HOLDERS: [&str; 8] =
    ["token", "broken", "second", "first", "identity", "tokens.", "keyfile.", "recovery."];

struct Scene {
    home: Home,
    secrets: Vec<String>,
    /// How often every line was run; names of files have it.
    round: usize,
}

/// What was put under a name of its own before it could be taken away.
struct Kept {
    folder: PathBuf,
    thread: JoinHandle<()>,
    home: PathBuf,
}

impl Kept {
    /// Gives every file that comes into a folder a second name, whatever becomes of its first.
    fn watch(home: &Home) -> Self {
        let folder = home.file("kept");
        fs::create_dir(&folder).unwrap();
        let watched = folders(home.path()).into_iter().filter(|f| *f != folder);
        let notify = inotify::init(inotify::CreateFlags::CLOEXEC).unwrap();
        let flags = inotify::WatchFlags::CREATE | inotify::WatchFlags::MOVED_TO;
        let watched: Vec<(i32, PathBuf)> = watched
            .map(|path| (inotify::add_watch(&notify, &path, flags).unwrap(), path))
            .collect();
        let to = folder.clone();
        let thread = std::thread::spawn(move || {
            let mut buffer = [std::mem::MaybeUninit::uninit(); 1 << 16];
            let mut events = inotify::Reader::new(notify, &mut buffer);
            for n in 0.. {
                let event = events.next().unwrap();
                // A folder that is gone says so without a name.
                let Some(name) = event.file_name() else { continue };
                let name = name.to_str().unwrap();
                if name == "the end" {
                    return;
                }
                let (_, from) = watched.iter().find(|(id, _)| *id == event.wd()).unwrap();
                drop(fs::hard_link(from.join(name), to.join(format!("{n:05} {name}"))));
            }
        });
        Kept { folder, thread, home: home.path().to_owned() }
    }

    fn end(self) -> PathBuf {
        fs::write(self.home.join("the end"), "").unwrap();
        self.thread.join().unwrap();
        self.folder
    }
}

/// A folder and all below it.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let below = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let below = below.filter(|path| path.is_dir()).flat_map(|path| folders(&path));
    std::iter::once(folder.to_owned()).chain(below).collect()
}

impl Scene {
    fn new() -> Self {
        let home = Home::empty();
        let init = ["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1"];
        let given = ("KEYCTL_PASSPHRASE", FIRST);
        assert_eq!(home.run_in(&[given], init).code, 0);
        let create =
            ["create", "--project", "shop", "--scope", "read", "--name", "first", "-q"].into_iter();
        let create = create.chain(["--env", "production"]);
        let token = home.run_in(&[given], create).stdout.trim_end().to_owned();
        home.write("token", &token);
        home.write("broken", &token[..token.len() - 2]);
        home.write("first", FIRST);
        home.write("second", SECOND);
        home.write("identity", IDENTITY);
        home.write("many.csv", "name,scopes\none,read\ntwo,write\n");
        let note = "#!/bin/sh\n{ env; for p in self $PPID; do tr '\\0' ' ' </proc/$p/cmdline; done; \
                    tr '\\0' '\\n' </proc/$PPID/environ; } >>\"$HOME/seen\" 2>&1\n";
        for (name, then) in [("spy", "cat \"$HOME/first\"\n"), ("pager", "cat\n")] {
            let path = home.write(name, format!("{note}{then}"));
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
        }
        let identity = IDENTITY.rsplit_once('1').unwrap().1.to_owned();
        let secrets = vec![FIRST.to_owned(), SECOND.to_owned(), identity, secret_of(&token)];
        Scene { home, secrets, round: 0 }
    }

    /// Runs one line in one format; what it gives out that is new is a secret from then on.
    fn run(&mut self, line: &str, format: &str) {
        let (line, fails) = line.strip_prefix('!').map_or((line, false), |line| (line, true));
        let text = line.replace("$n", &self.round.to_string()).replace("$recipient", RECIPIENT);
        let spy = self.home.file("spy").display().to_string();
        let args: Vec<&str> =
            text.split(' ').map(|word| if word == "$spy" { &spy } else { word }).collect();
        let pager = self.home.file("pager").display().to_string();
        let secret = if line.contains("$spy") { "" } else { FIRST };
        let variables = [("KEYCTL_PASSPHRASE", secret), ("KEYCTL_PAGER", pager.as_str())];
        let format = if line.contains("--pager") { "table" } else { format };
        let run = self.home.run_in(&variables, args.into_iter().chain(["-o", format]));
        assert_eq!(run.code != 0, fails, "{text}: {run:?}");
        self.check_streams(&text, &run);
    }

    fn check_streams(&mut self, line: &str, run: &Run) {
        let gives = GIVES.iter().any(|verb| line.starts_with(verb));
        for word in run.stdout.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            if gives && word.len() == 69 && !self.secrets.contains(&secret_of(word)) {
                self.secrets.push(secret_of(word));
            }
        }
        for (name, stream) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
            let found = self.traces(stream.as_bytes());
            assert!(found.is_empty() || gives && name == "stdout", "{line}: {name}: {stream}");
        }
    }

    /// The secrets of which a part is in there.
    fn traces(&self, bytes: &[u8]) -> Vec<&str> {
        let has = |secret: &&String| {
            let mut pieces = secret.as_bytes().windows(PIECE);
            pieces.any(|piece| memchr::memmem::find(bytes, piece).is_some())
        };
        self.secrets.iter().filter(has).map(String::as_str).collect()
    }

    /// What stands in files that are made to hold a secret is one.
    fn learn_from_files(&mut self) {
        for entry in fs::read_dir(self.home.path()).unwrap().map(Result::unwrap) {
            let name = entry.file_name().into_string().unwrap();
            if ["keyfile.", "recovery.", "new."].iter().any(|start| name.starts_with(start))
                && !name.contains(".db")
            {
                self.secrets.push(fs::read_to_string(entry.path()).unwrap().trim().to_owned());
            }
            if name.starts_with("tokens.") {
                let text = fs::read_to_string(entry.path()).unwrap();
                let words = text.split([',', '\n']).filter(|word| word.len() == 69);
                self.secrets.extend(words.map(secret_of));
            }
        }
    }

    /// No file has a secret but those that are there for it.
    fn check_files(&self) -> usize {
        let mut files = 0;
        for folder in folders(self.home.path()) {
            for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                // A file that was kept has a number before its name.
                let name = path.file_name().unwrap().to_str().unwrap();
                let name = name.split_once(' ').map_or(name, |(_, name)| name);
                // What is to become a file that holds one has its name, and more around it.
                let name = name.trim_start_matches('.');
                let holds = HOLDERS.iter().any(|start| name.starts_with(start))
                    || name.starts_with("new.") && !name.contains(".db");
                if path.is_file() && !holds {
                    let found = self.traces(&fs::read(&path).unwrap());
                    assert_eq!(found, [""; 0], "{}", path.display());
                    files += 1;
                }
            }
        }
        files
    }
}

fn secret_of(token: &str) -> String {
    token.rsplit_once('_').unwrap().1.to_owned()
}

/// Runs every line with each of the formats, and looks at all that came of it.
fn run_all(mut format_of: impl FnMut(usize) -> &'static [&'static str]) {
    let mut scene = Scene::new();
    // Every folder that there will be is there before it is watched.
    scene.run("verify --token-file token", "table");
    scene.run("bundle export k.kcb", "table");
    let kept = Kept::watch(&scene.home);
    for round in 0..4 {
        scene.round = round;
        for (n, line) in LINES.iter().enumerate() {
            format_of(n).get(round).iter().for_each(|format| scene.run(line, format));
        }
    }
    let kept = kept.end();
    scene.learn_from_files();
    assert!(scene.secrets.len() > 10, "{}", scene.secrets.len());
    let journals = names(&kept).iter().filter(|name| name.ends_with("-journal")).count();
    let temporary = names(&kept).iter().filter(|name| name.ends_with(".tmp")).count();
    assert!(journals > 10 && temporary > 10, "{journals} journals, {temporary} temporary files");
    let files = scene.check_files();
    assert!(files > 50, "{files} files");
    let spied = scene.home.read("seen").matches("KEYCTL_PAGER=").count();
    assert!(spied >= 2, "the spies have seen {spied} environments");
    say(&format!(
        "{} secrets, {files} files of which {} had been there for a moment, {spied} children",
        scene.secrets.len(),
        names(&kept).len()
    ));
}

#[test]
fn no_secret_comes_out_of_any_command_but_where_it_belongs() {
    run_all(|n| if n % 2 == 0 { &["table"] } else { &["json"] });
}

#[test]
#[ignore = "every format of every command takes half a minute"]
fn no_secret_comes_out_of_any_command_in_any_format() {
    run_all(|_| &["table", "json", "jsonl", "csv"]);
}

fn say(text: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stdout(), "{text}"));
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    entries.map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn every_command_carries_the_canaries() {
    fn leaves(command: &clap::Command, words: &str, found: &mut BTreeSet<String>) {
        if !command.is_subcommand_required_set() && !words.is_empty() {
            found.insert(words.trim_start().to_owned());
        }
        for sub in command.get_subcommands() {
            leaves(sub, &format!("{words} {}", sub.get_name()), found);
        }
    }
    let mut all = BTreeSet::new();
    leaves(&keyctl::command(), "", &mut all);
    assert!(all.len() > 40, "{all:?}");
    let is_of = |line: &str, name: &str| {
        line.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    let is_run = |name: &str| LINES.iter().any(|line| is_of(line.trim_start_matches('!'), name));
    let missing: Vec<_> =
        all.iter().filter(|name| !is_run(name) && !ELSEWHERE.contains(&name.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
