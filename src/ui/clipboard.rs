//! The clipboard, through the programs that desktops have for it. What is put there is taken away
//! again after a while, unless something else has come in its place.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use zeroize::Zeroizing;

/// How long a secret stays, in seconds.
pub(crate) const STAYS: u32 = 30;

/// A clipboard, and the programs that put into it, read it and empty it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clipboard {
    put: &'static [&'static str],
    read: &'static str,
    empty: &'static str,
}

const WAYLAND: Clipboard =
    Clipboard { put: &["wl-copy"], read: "wl-paste --no-newline", empty: "wl-copy --clear" };
const X11: [Clipboard; 2] = [
    Clipboard {
        put: &["xclip", "-selection", "clipboard"],
        read: "xclip -selection clipboard -out",
        empty: "xclip -selection clipboard </dev/null",
    },
    Clipboard {
        put: &["xsel", "--clipboard", "--input"],
        read: "xsel --clipboard --output",
        empty: "xsel --clipboard --clear",
    },
];

impl Clipboard {
    /// The clipboard of this desktop, if there is one and a program for it on `path`.
    pub(crate) fn find(wayland: bool, x11: bool, path: &OsStr) -> Option<Self> {
        let has = |clipboard: &Clipboard| {
            std::env::split_paths(path).any(|folder| folder.join(clipboard.put[0]).is_file())
        };
        let candidates = Some(WAYLAND).filter(|_| wayland).into_iter();
        candidates.chain(X11.into_iter().filter(|_| x11)).find(has)
    }

    /// Puts a secret there, and sees to it that it goes again. It is handed over through pipes, and
    /// never in an argument or the environment; `hidden` is a variable that no child gets.
    pub(crate) fn put(self, secret: &str, hidden: &str) -> io::Result<()> {
        let mut program = Command::new(self.put[0]);
        program.args(&self.put[1..]);
        let (mut child, fed) = feed(&mut program, secret, hidden)?;
        if !child.wait()?.success() {
            return Err(io::Error::other(format!("{} failed", self.put[0])));
        }
        fed?;
        let (read, empty) = (self.read, self.empty);
        let script = format!(
            "IFS= read -r t; sleep {STAYS}; if [ \"$({read} 2>/dev/null)\" = \"$t\" ]; then {empty}; fi"
        );
        let line = Zeroizing::new(format!("{secret}\n"));
        let mut program = Command::new("/bin/sh");
        program.args(["-c", &script]).process_group(0);
        feed(&mut program, &line, hidden)?.1
    }
}

/// Starts a program and gives it `text`; also whether it took all of it.
fn feed(program: &mut Command, text: &str, hidden: &str) -> io::Result<(Child, io::Result<()>)> {
    program.env_remove(hidden).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = program.spawn()?;
    let fed = child.stdin.take().map_or(Ok(()), |mut stdin| stdin.write_all(text.as_bytes()));
    Ok((child, fed))
}
