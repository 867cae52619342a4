//! The pictures of the README: what a terminal shows of real commands, drawn as SVG.
//!
//! A vault is made in a temporary home, the commands run on a pseudo-terminal, a terminal emulator
//! reads what they write, and its screen is drawn cell by cell. Ids and times differ from run to
//! run, so no test compares the pictures; they are made anew when what is shown has changed.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

use crate::svg;

const ROWS: u16 = 60;
/// How long nothing has to come before a question is taken as asked.
const QUIET: Duration = Duration::from_millis(700);

/// A home of its own, and the binary.
struct Stage {
    home: PathBuf,
    binary: PathBuf,
}

/// Draws every picture into `docs/images/`.
pub(crate) fn draw() -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = Command::new(env!("CARGO")).args(["build", "--locked"]).current_dir(&root).status();
    if !built.map_err(|e| e.to_string())?.success() {
        return Err("the build failed".to_owned());
    }
    let home = std::env::temp_dir().join(format!("keyctl-pictures-{}", std::process::id()));
    fs::create_dir_all(&home).map_err(|e| e.to_string())?;
    let stage = Stage { home: home.clone(), binary: root.join("target/debug/keyctl") };
    let drawn = stage.draw_all(&root.join("docs/images"));
    fs::remove_dir_all(&home).map_err(|e| e.to_string())?;
    drawn
}

impl Stage {
    fn draw_all(&self, folder: &Path) -> Result<(), String> {
        fs::create_dir_all(folder).map_err(|e| e.to_string())?;
        self.set_up()?;
        let picture = |name: &str, columns: u16, args: &[&str], keys: &[&str]| {
            let screen = self.screen(columns, args, keys)?;
            let line = format!("keyctl {}", args.join(" "));
            let drawing = svg::draw(line.trim(), screen.screen());
            fs::write(folder.join(format!("{name}.svg")), drawing).map_err(|e| e.to_string())
        };
        picture("list", 122, &["list", "--hide-revoked"], &[])?;
        picture("show", 88, &["show", "deploy-bot"], &[])?;
        // Project, environment, name, owner, scopes, expiry, and yes.
        let answers = ["\r", "\r", "checkout\r", "\r", " \r", "\r", "\r"];
        picture("create", 88, &["create"], &answers)
    }

    /// A vault with keys of every kind.
    fn set_up(&self) -> Result<(), String> {
        self.run(&["init", "--no-recovery", "--kdf-memory", "19", "--kdf-passes", "1"])?;
        let shop = ["create", "--project", "shop", "--name"];
        let keys: [&[&str]; 6] = [
            &["reporting", "--scope", "orders:read"],
            &["legacy-import", "--scope", "*", "--env", "staging"],
            &["mobile-app", "--scope", "orders:read", "--scope", "carts:*", "--expires", "7d"],
            &[
                "deploy-bot",
                "--env",
                "production",
                "--scope",
                "deploy:*",
                "--expires",
                "90d",
                "--path",
                "POST /v1/deploys/**",
                "--ip",
                "10.0.0.0/8",
                "--label",
                "team=platform",
                "--note",
                "release pipeline",
            ],
            &["black-friday", "--scope", "orders:read", "--not-before", "6d", "--expires", "30d"],
            &["old-cron", "--scope", "jobs:run"],
        ];
        for key in keys {
            self.run(&[&shop[..], key].concat())?;
        }
        self.run(&["rotate", "deploy-bot", "--grace", "24h"])?;
        self.run(&["disable", "legacy-import"])?;
        self.run(&["revoke", "old-cron", "--reason", "retired", "--yes"])
    }

    fn run(&self, args: &[&str]) -> Result<(), String> {
        let output = self.command(args).stdin(Stdio::null()).output().map_err(|e| e.to_string())?;
        let error = || String::from_utf8_lossy(&output.stderr).into_owned();
        if output.status.success() { Ok(()) } else { Err(format!("{args:?}: {}", error())) }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.binary);
        let xdg = |name: &str| self.home.join(name);
        command
            .args(args)
            .env_clear()
            .env("HOME", &self.home)
            .env("XDG_DATA_HOME", xdg("data"))
            .env("XDG_CONFIG_HOME", xdg("config"))
            .env("XDG_STATE_HOME", xdg("state"))
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8")
            .env("CLICOLOR_FORCE", "1")
            .env("KEYCTL_PASSPHRASE", "a passphrase for pictures")
            .env("KEYCTL_OWNER", "alice");
        command
    }

    /// What a terminal shows at the end of a command that somebody gives these keys.
    fn screen(&self, columns: u16, args: &[&str], keys: &[&str]) -> Result<vt100::Parser, String> {
        let io = |e: rustix::io::Errno| e.to_string();
        let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).map_err(io)?;
        grantpt(&ours).map_err(io)?;
        unlockpt(&ours).map_err(io)?;
        let size = Winsize { ws_row: ROWS, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&ours, size).map_err(io)?;
        let name = ptsname(&ours, Vec::new()).map_err(io)?;
        let theirs = || -> Result<Stdio, String> {
            let flags = OFlags::RDWR | OFlags::NOCTTY;
            open(name.as_c_str(), flags, Mode::empty()).map(Stdio::from).map_err(io)
        };
        let mut command = self.command(args);
        command.stdin(theirs()?).stdout(theirs()?).stderr(theirs()?);
        let mut child = command.spawn().map_err(|e| e.to_string())?;
        drop(command);
        let mut terminal = File::from(ours);
        let size = (NonZero::new(ROWS), NonZero::new(columns));
        let (Some(rows), Some(columns)) = size else { return Err("no size".to_owned()) };
        let mut parser = vt100::Parser::new(rows, columns, 0);
        for key in keys {
            read(&mut terminal, &mut parser, Some(QUIET));
            terminal.write_all(key.as_bytes()).map_err(|e| e.to_string())?;
        }
        read(&mut terminal, &mut parser, None);
        child.wait().map_err(|e| e.to_string())?;
        Ok(parser)
    }
}

/// Reads what is shown, until nothing comes for a while or, without one, to the end.
fn read(terminal: &mut File, parser: &mut vt100::Parser, quiet: Option<Duration>) {
    let mut buffer = [0; 4096];
    loop {
        let mut ready = [PollFd::new(&*terminal, PollFlags::IN)];
        let quiet =
            quiet.map(|quiet| Timespec { tv_sec: 0, tv_nsec: i64::from(quiet.subsec_nanos()) });
        if poll(&mut ready, quiet.as_ref()).unwrap_or(0) == 0 {
            return;
        }
        match terminal.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => parser.process(&buffer[..read]),
        }
    }
}
