//! Writing: what is refused, and what is left behind by a writer that did not get to its end.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::rc::Rc;

use keyctl_verify::{
    Code, Entry, Grant, HeaderSigner, Push, SealError, Sealer, UnverifiedBundle, WriteError,
};

use super::kit::{
    Member, PAGE, Recipe, Signer, ask, fill, grant, members, open, padded, stream, token,
};

/// The entries of so many members, in their order.
fn entries(sealer: &Sealer, count: u64) -> Vec<Entry> {
    let members = members(count);
    let seal = |(token, grant): &Member| sealer.seal(&token.digest(), grant).unwrap();
    let mut entries: Vec<_> = members.iter().map(seal).collect();
    entries.sort();
    entries
}

/// Writes those entries into a buffer of one's own; gives what became of it.
fn write(
    recipe: &Recipe,
    order: impl FnOnce(&mut Vec<Entry>),
) -> (Vec<u8>, Result<(), WriteError>) {
    let sealer = recipe.sealer();
    let mut entries = entries(&sealer, 80);
    order(&mut entries);
    let signers: Vec<_> = recipe.signers.iter().map(|seed| Signer::new(*seed)).collect();
    let signers: Vec<_> = signers.iter().map(|signer| signer as &dyn HeaderSigner).collect();
    let mut file = Cursor::new(Vec::new());
    let entries = entries.into_iter().map(Ok::<_, WriteError>);
    let written = sealer.write(&mut file, entries, &recipe.terms(), &signers);
    (file.into_inner(), written.map(drop))
}

fn is_no_bundle(file: &[u8]) -> bool {
    UnverifiedBundle::open(file).is_err()
}

#[test]
fn entries_come_in_ascending_order_and_once() {
    let disorders: [fn(&mut Vec<Entry>); 5] = [
        |entries| entries.swap(0, 1),
        |entries| entries.swap(30, 31),
        |entries| entries.reverse(),
        |entries| entries.insert(1, entries[0].clone()),
        // The end of one leaf, and the beginning of the next.
        |entries| entries.insert(31, entries[30].clone()),
    ];
    for disorder in disorders {
        let (file, written) = write(&Recipe::default(), disorder);
        assert!(matches!(written, Err(WriteError::Order)));
        assert!(is_no_bundle(&file));
    }
    let (file, written) = write(&Recipe::default(), |_| ());
    assert!(written.is_ok() && !is_no_bundle(&file));
}

#[test]
fn two_grants_for_one_token_are_one_too_many() {
    let sealer = Recipe::default().sealer();
    let seal = |number| sealer.seal(&token(0).digest(), &grant(number)).unwrap();
    let two = vec![seal(1), seal(2)];
    let written = Recipe::default().write(sealer, two);
    assert!(matches!(written, Err(WriteError::Order)));
}

#[test]
fn one_or_two_sign_and_for_some_time() {
    let with = |signers: &[u8], life| {
        let first = Recipe { serial: (1 << 53) - 1, ..Recipe::default() };
        let valid_until = first.issued_at + life;
        write(&Recipe { signers: signers.to_vec(), valid_until, ..first }, |_| ())
    };
    for (signers, life) in [(&[][..], 1), (&[1, 2, 3], 1), (&[1, 1], 1), (&[1], 0), (&[1], -1)] {
        let (file, written) = with(signers, life);
        assert!(matches!(written, Err(WriteError::Terms)), "{signers:?} {life}");
        assert!(is_no_bundle(&file) && file.is_empty(), "nothing was written");
    }
    for signers in [&[1][..], &[1, 2]] {
        assert!(with(signers, 1).1.is_ok());
    }
}

/// A file on a disk that is full after some bytes.
struct Full {
    file: Cursor<Vec<u8>>,
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.room);
        if taken == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.room -= taken;
        self.file.write(&bytes[..taken])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Full {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn half_a_file_is_no_bundle() {
    let recipe = Recipe::default();
    let (whole, _) = write(&recipe, |_| ());
    let steps = (0..whole.len()).step_by(500);
    let header = (0..PAGE).step_by(31).chain([8, 9, 10, 3840, 3848, 3927]);
    let sealed = entries(&recipe.sealer(), 80);
    for room in steps.chain(header.map(|part| whole.len() + part)) {
        let sealer = recipe.sealer();
        let entries = sealed.iter().cloned().map(Ok::<_, WriteError>);
        let mut disk = Full { file: Cursor::new(Vec::new()), room };
        let signer = Signer::new(1);
        let written = sealer.write(&mut disk, entries, &recipe.terms(), &[&signer]);
        assert!(matches!(written, Err(WriteError::Io(_))), "room for {room} bytes");
        let file = disk.file.into_inner();
        if room <= whole.len() {
            assert!(is_no_bundle(&file), "room for {room} bytes");
        } else if file != whole {
            // All pages are there, and a part of the header.
            assert!(ask(&file, &token(0)).is_unavailable(), "room for {room} bytes");
        }
    }
}

#[test]
fn bytes_are_written_as_the_same_file_or_are_no_entry() {
    let write = |change: fn(&mut Vec<u8>)| {
        let recipe = Recipe::default();
        let sealer = recipe.sealer();
        let mut given: Vec<Vec<u8>> =
            entries(&sealer, 80).iter().map(|entry| entry.as_bytes().to_vec()).collect();
        change(&mut given[40]);
        let signers: Vec<_> = recipe.signers.iter().map(|seed| Signer::new(*seed)).collect();
        let signers: Vec<_> = signers.iter().map(|signer| signer as &dyn HeaderSigner).collect();
        let mut file = Cursor::new(Vec::new());
        let give = |push: &mut Push<'_>| given.iter().try_for_each(|entry| push(entry));
        let written = sealer.write_with(&mut file, &recipe.terms(), &signers, give);
        (file.into_inner(), written.map(drop))
    };
    let (file, written) = write(|_| ());
    assert!(written.is_ok() && file == self::write(&Recipe::default(), |_| ()).0);
    let changes: [fn(&mut Vec<u8>); 3] =
        [Vec::clear, |entry| entry.push(0), |entry| entry.truncate(64)];
    for change in changes {
        let (file, written) = write(change);
        assert!(
            matches!(written, Err(WriteError::Io(e)) if e.kind() == io::ErrorKind::InvalidData)
        );
        assert!(is_no_bundle(&file));
    }
}

#[test]
fn when_entries_run_out_of_luck_the_file_is_no_bundle() {
    let recipe = Recipe::default();
    for good in [0, 1, 31, 70] {
        let sealer = recipe.sealer();
        let entries = entries(&sealer, 70).into_iter().take(good).map(Ok);
        let entries = entries.chain([Err(io::Error::other("the database is gone"))]);
        let entries = entries.map(|entry| entry.map_err(WriteError::Io));
        let mut file = Cursor::new(Vec::new());
        let written = sealer.write(&mut file, entries, &recipe.terms(), &[&Signer::new(1)]);
        assert!(matches!(written, Err(WriteError::Io(_))));
        assert!(is_no_bundle(&file.into_inner()), "after {good} entries");
    }
}

/// A file of which every write is written down: where, and how long.
struct Logged {
    file: Cursor<Vec<u8>>,
    log: Rc<RefCell<Vec<(u64, usize)>>>,
}

impl Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.log.borrow_mut().push((self.file.position(), bytes.len()));
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Logged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

#[test]
fn pages_are_written_one_after_the_other_and_the_header_last() {
    let recipe = Recipe::default();
    let log = Rc::new(RefCell::new(Vec::new()));
    let sealer = recipe.sealer();
    let entries = entries(&sealer, 80).into_iter().map(Ok::<_, WriteError>);
    let out = Logged { file: Cursor::new(Vec::new()), log: Rc::clone(&log) };
    sealer.write(out, entries, &recipe.terms(), &[&Signer::new(1)]).unwrap();
    let in_order = (0..5).map(|page| page * PAGE as u64).chain([0]);
    assert_eq!(log.take(), in_order.map(|at| (at, PAGE)).collect::<Vec<_>>());
}

#[test]
fn what_the_writer_says_of_the_header_is_what_a_reader_finds() {
    for count in [0, 1, 31, 32, 80] {
        let sealer = Recipe::default().sealer();
        let entries = entries(&sealer, count);
        let (file, header) = Recipe::default().write(sealer, entries).unwrap();
        assert_eq!(*open(&file).header(), header);
        assert_eq!((header.entries, header.pages), (count, (file.len() / PAGE) as u64));
        let (claimed, signers) = UnverifiedBundle::open(&file).unwrap().claims().unwrap();
        assert_eq!((claimed, signers), (header, vec![Signer::new(1).public_key().id()]));
    }
}

#[test]
fn every_file_has_the_salt_that_was_drawn_for_it() {
    let salt = |seed: u8| {
        let file = Recipe { salt: seed, ..Recipe::default() }.file(&members(1));
        file[104..136].to_vec()
    };
    for seed in [1, 2] {
        let mut drawn = [0; 32];
        fill(seed)(&mut drawn).unwrap();
        assert_eq!(salt(seed), drawn);
    }
    assert!(matches!(Sealer::new(stream(), 1, |_| Err("no entropy")), Err("no entropy")));
}

#[test]
fn a_grant_that_fits_no_entry_is_not_cut() {
    let sealer = Recipe::default().sealer();
    for padding in [3_990, 4_032, 70_000] {
        let sealed = sealer.seal(&token(0).digest(), &padded(0, padding));
        assert_eq!(sealed, Err(SealError::TooLarge), "{padding}");
    }
    assert_eq!(ask(Recipe::default().file(&[]), &token(0)).code, Code::Unknown);
}

#[test]
fn a_serial_that_no_verifier_takes_is_not_written() {
    for serial in [1 << 53, u64::MAX] {
        let (file, written) = write(&Recipe { serial, ..Recipe::default() }, |_| ());
        assert!(matches!(written, Err(WriteError::Terms)) && file.is_empty(), "{serial}");
    }
    let last = Recipe { serial: (1 << 53) - 1, ..Recipe::default() };
    assert_eq!(ask(last.file(&members(1)), &token(0)).code, Code::Valid);
}

#[test]
fn a_grant_that_no_verifier_reads_is_not_sealed() {
    let sealer = Recipe::default().sealer();
    let text = |text: &str| Some(text.to_owned());
    let labels = |name: &str| Some(BTreeMap::from([(name.to_owned(), String::new())]));
    for (wrong, right) in [
        (Grant { generation: 0, ..grant(0) }, Grant { generation: u32::MAX, ..grant(0) }),
        (Grant { project: text(""), ..grant(0) }, Grant { project: text("p"), ..grant(0) }),
        (Grant { owner: text(""), ..grant(0) }, Grant { owner: text("o"), ..grant(0) }),
        (
            Grant { customers: vec![String::new()], ..grant(0) },
            Grant { customers: vec!["c".to_owned()], ..grant(0) },
        ),
        (Grant { labels: labels(""), ..grant(0) }, Grant { labels: labels("l"), ..grant(0) }),
        (
            Grant { redacted: true, project: text("p"), ..grant(0) },
            Grant { redacted: true, ..grant(0) },
        ),
        (
            Grant { redacted: true, owner: text("o"), ..grant(0) },
            Grant { owner: text("o"), ..grant(0) },
        ),
    ] {
        let sealed = sealer.seal(&token(0).digest(), &wrong);
        assert_eq!(sealed, Err(SealError::Malformed), "{wrong:?}");
        assert!(sealer.seal(&token(0).digest(), &right).is_ok(), "{right:?}");
    }
}

#[test]
fn what_is_set_aside_comes_back_as_an_entry_or_not_at_all() {
    let sealer = Recipe::default().sealer();
    let entry = sealer.seal(&token(0).digest(), &padded(0, 100)).unwrap();
    let bytes = entry.as_bytes();
    assert_eq!(Entry::from_bytes(bytes.into()), Some(entry.clone()));
    for length in [0, 15, 16, 17, 18, 128, 255] {
        assert_eq!(Entry::from_bytes(bytes[..length].into()), None, "{length} bytes");
    }
    assert_eq!(Entry::from_bytes([bytes, &[0]].concat().into()), None);
    for size in [0_u16, 34, 129, 4033, u16::MAX] {
        let mut other = bytes.to_vec();
        other.resize(size.into(), 0);
        if let Some(head) = other.get_mut(16..18) {
            head.copy_from_slice(&size.to_be_bytes());
        }
        assert_eq!(Entry::from_bytes(other.into()), None, "{size} bytes");
    }
}
