//! What a file that is encrypted page by page says when one of its pages is an older one.
//!
//! The history is that of keyctl's own splice test, change by change, and the records hold as much
//! as keyctl's. Every generation's file is kept. Then each page of 4 KiB of each generation is put
//! into the file of each other one, and the file is asked what an honest program would ask: does it
//! open, what do `cipher_integrity_check` and `integrity_check` say, what does it hold. A page is
//! *accepted* when everything is well and what the file holds is not what it held.

mod file;
mod history;

use std::error::Error;
use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

use file::File;
use history::{Kept, keep_all};

const PAGE: usize = 4096;

/// What came of all pages that were put into other files.
#[derive(Default)]
struct Score {
    tried: u32,
    refused: u32,
    harmless: u32,
    accepted: u32,
    /// Of those, how many let a key live that was revoked or disabled.
    revived: u32,
    /// How many more a program takes for true that reads, and asks for no check.
    unchecked: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let memory = Path::new("/dev/shm");
    let folder = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder = tempfile::tempdir_in(folder)?;
    let (start, path) = (Instant::now(), folder.path().join("peer.db"));
    let kept = keep_all(&path)?;
    let last = &kept[kept.len() - 1];
    let version = File::open(&path, last.key)?.version()?;
    let mut score = Score::default();
    for into in &kept {
        for from in &kept {
            score.put_pages(&path, from, into)?;
        }
    }
    let (count, pages) = (kept.len(), last.file.len() / PAGE);
    writeln!(
        io::stdout(),
        "SQLCipher {version}: {count} generations kept, {pages} pages in the last"
    )?;
    writeln!(io::stdout(), "{score}   {:.0?}", start.elapsed())?;
    Ok(())
}

impl Score {
    /// Puts each page of one file that differs into another.
    fn put_pages(&mut self, path: &Path, from: &Kept, into: &Kept) -> io::Result<()> {
        for (n, page) in from.file.chunks(PAGE).enumerate() {
            if into.file.get(n * PAGE..(n + 1) * PAGE) == Some(page) {
                continue;
            }
            let mut file = into.file.clone();
            file.resize(file.len().max((n + 1) * PAGE), 0);
            file[n * PAGE..(n + 1) * PAGE].copy_from_slice(page);
            fs::write(path, file)?;
            self.judge(path, into);
        }
        Ok(())
    }

    fn judge(&mut self, path: &Path, into: &Kept) {
        self.tried += 1;
        let file = File::open(path, into.key).ok();
        let said = file.as_ref().and_then(|file| file.answer().ok());
        let is_well = file.is_some_and(|file| file.is_well());
        match said {
            Some(said) if said == into.answer && is_well => self.harmless += 1,
            Some(said) if said == into.answer => self.refused += 1,
            Some(said) if is_well => {
                self.accepted += 1;
                self.revived += u32::from(said.revives(&into.answer));
            }
            Some(_) => (self.refused, self.unchecked) = (self.refused + 1, self.unchecked + 1),
            None => self.refused += 1,
        }
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Score { tried, refused, harmless, accepted, revived, unchecked } = self;
        writeln!(f, "of the accepted ones, {revived} let a revoked or disabled key live;")?;
        writeln!(f, "{unchecked} more change what a program reads that asks for no check")?;
        writeln!(
            f,
            "splices of 50 generations     tried  refused  harmless  rolled back  accepted"
        )?;
        write!(
            f,
            "file pages, SQLCipher     {tried:>8}{refused:>9}{harmless:>10}{:>13}{accepted:>10}",
            "-"
        )
    }
}
