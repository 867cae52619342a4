//! Sources that lie, fail or change, and files that somebody made up.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::sync::LazyLock;

use keyctl_verify::{ByteSource, Code};
use proptest::collection::vec;
use proptest::prelude::*;

use super::kit::{PAGE, Recipe, Said, Watched, ask, ask_open, members, open, padded, token};

/// A node and three leaves.
static FILE: LazyLock<Vec<u8>> = LazyLock::new(|| Recipe::default().file(&members(80)));

/// A file of which the n-th call fails.
struct Failing<'a> {
    file: &'a [u8],
    calls_left: Cell<usize>,
    error: io::ErrorKind,
}

impl Failing<'_> {
    fn call(&self) -> io::Result<()> {
        let left = self.calls_left.get().checked_sub(1).ok_or(self.error)?;
        self.calls_left.set(left);
        Ok(())
    }
}

impl ByteSource for Failing<'_> {
    fn size(&self) -> io::Result<u64> {
        self.call()?;
        self.file.size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        // What is in the buffer when a read fails is nobody's.
        let read = self.call().and_then(|()| self.file.read_at(buffer, offset));
        read.inspect_err(|_| buffer.fill(0xa5))
    }
}

#[test]
fn a_source_that_fails_says_nothing_about_the_token() {
    // The size, the header, the node, the leaf.
    for error in [io::ErrorKind::UnexpectedEof, io::ErrorKind::Interrupted, io::ErrorKind::Other] {
        for asked in [token(0), token(4), token(1_000)] {
            for calls in 0..=4 {
                let source = Failing { file: &FILE, calls_left: Cell::new(calls), error };
                let said = ask(&source, &asked);
                if calls < 4 {
                    assert_eq!(said.code, Code::BundleUnreadable, "after {calls} calls");
                    assert_eq!(said.bundle.is_some(), calls >= 2, "once it was verified");
                } else {
                    assert_eq!(said, ask(&*FILE, &asked));
                    assert_eq!(source.calls_left.get(), 0, "no call more");
                }
            }
        }
    }
}

#[test]
fn a_source_that_recovers_is_believed_again() {
    let source = Failing { file: &FILE, calls_left: Cell::new(2), error: io::ErrorKind::Other };
    let bundle = open(&source);
    for _ in 0..2 {
        assert_eq!(ask_open(&bundle, &token(0)).code, Code::BundleUnreadable);
        source.calls_left.set(2);
        assert_eq!(ask_open(&bundle, &token(0)).code, Code::Valid);
    }
}

/// A file that says it is of another size.
struct OfSize<'a>(&'a [u8], u64);

impl ByteSource for OfSize<'_> {
    fn size(&self) -> io::Result<u64> {
        Ok(self.1)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.0.read_at(buffer, offset)
    }
}

#[test]
fn a_source_that_lies_about_its_size_is_refused() {
    let file = &*FILE;
    let whole = file.len() as u64;
    let (page, half) = (PAGE as u64, 1 << 63);
    for size in [page, whole - 1, whole + 1, whole + page, half, u64::MAX - 4095, u64::MAX] {
        assert_eq!(ask(OfSize(file, size), &token(0)).code, Code::BundleCorrupt, "{size}");
    }
    for size in [0, 1, page - 1] {
        assert_eq!(ask(OfSize(file, size), &token(0)).code, Code::BundleUnreadable, "{size}");
    }
    // It says that it is all there, and then it is not.
    for length in (0..file.len()).step_by(PAGE / 2) {
        let said = ask(OfSize(&file[..length], whole), &token(0));
        let pages = super::kit::pages_read(file, &token(0));
        let there = pages.iter().all(|number| (number + 1) * PAGE <= length);
        assert_eq!(said.code, if there { Code::Valid } else { Code::BundleUnreadable });
    }
}

/// Two files, of which one is given at the first read of a place, and the other at the second.
struct Fickle<'a> {
    files: [&'a [u8]; 2],
    reads: RefCell<BTreeMap<u64, usize>>,
}

impl ByteSource for Fickle<'_> {
    fn size(&self) -> io::Result<u64> {
        self.files[0].size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let mut reads = self.reads.borrow_mut();
        let turn = reads.entry(offset).or_default();
        *turn += 1;
        self.files[(*turn - 1) % 2].read_at(buffer, offset)
    }
}

#[test]
fn what_is_different_at_each_read_is_read_once() {
    let good = FILE.clone();
    let mut bad = good.clone();
    bad[PAGE..].fill(0);
    for asked in [token(0), token(4), token(1_000)] {
        let original = ask(&good, &asked);
        // Looked at once, hashed once: what was hashed is what is parsed.
        let fickle = Fickle { files: [&good, &bad], reads: RefCell::default() };
        let bundle = open(&fickle);
        assert_eq!(ask_open(&bundle, &asked), original);
        assert_eq!(ask_open(&bundle, &asked).code, Code::BundleCorrupt);

        // And it does not help to be good only the second time, for a header neither.
        let fickle = Fickle { files: [&good[..], &bad], reads: RefCell::default() };
        fickle.reads.borrow_mut().extend((1..5).map(|number| (number * PAGE as u64, 1)));
        let bundle = open(&fickle);
        assert_eq!(ask_open(&bundle, &asked).code, Code::BundleCorrupt);
        bad[..PAGE].fill(0);
        let fickle = Fickle { files: [&bad, &good], reads: RefCell::default() };
        assert_eq!(ask(&fickle, &asked).code, Code::BundleUnreadable);
        bad[..PAGE].copy_from_slice(&good[..PAGE]);
    }
}

#[test]
fn nothing_is_no_bundle() {
    for length in [0, 1, 4095, 4096, 4097, 8192, 16 * PAGE] {
        for byte in [0, 0xff, 0x89] {
            let said = ask(vec![byte; length], &token(0));
            assert_eq!(said.code, Code::BundleUnreadable, "{length} times {byte}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_is_read_like_the_bytes_in_it() {
    let name = format!("a-file-is-read-{}.kcb", std::process::id());
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    for bytes in [&FILE[..], &FILE[..PAGE - 1]] {
        std::fs::write(&path, bytes).unwrap();
        for asked in [token(0), token(4), token(1_000)] {
            assert_eq!(ask(std::fs::File::open(&path).unwrap(), &asked), ask(bytes, &asked));
        }
    }
    // What is cut off while it is open is noticed, too.
    std::fs::write(&path, &*FILE).unwrap();
    let bundle = open(std::fs::File::open(&path).unwrap());
    std::fs::write(&path, &FILE[..PAGE]).unwrap();
    assert_eq!(ask_open(&bundle, &token(0)).code, Code::BundleUnreadable);
    std::fs::remove_file(&path).unwrap();
}

#[cfg(unix)]
#[test]
fn a_folder_and_a_device_are_no_files() {
    for path in [env!("CARGO_MANIFEST_DIR"), "/dev/zero"] {
        let file = std::fs::File::open(path).unwrap();
        assert_eq!(ask(file, &token(0)).code, Code::BundleUnreadable, "{path}");
    }
}

/// The verdict of a damaged file is the one of the whole file, or a refusal; it is the one of the
/// whole file when nothing that was read is another.
fn check_damaged(whole: &[u8], damaged: &[u8], number: u64) -> Result<(), TestCaseError> {
    let asked = token(number);
    let (before, after) = (ask(whole, &asked), ask(damaged, &asked));
    let watched = Watched::new(damaged);
    let _: Said = ask(&watched, &asked);
    let harmless = watched.reads().iter().all(|(at, length)| {
        let range = usize::try_from(*at).unwrap()..usize::try_from(*at).unwrap() + length;
        whole.get(range.clone()) == damaged.get(range)
    });
    if harmless && whole.len() == damaged.len() {
        prop_assert_eq!(after, before);
    } else {
        prop_assert!(after.is_unavailable(), "{:?}", after);
    }
    Ok(())
}

/// Where something is: the header's fields, its signatures, the pages' heads, anywhere.
fn place(length: usize) -> impl Strategy<Value = usize> {
    let pages = length / PAGE;
    prop_oneof![
        2 => 0..168_usize,
        1 => 3840..4008_usize,
        3 => (1..pages, 0..400_usize).prop_map(|(page, at)| page * PAGE + at),
        4 => PAGE..length,
        1 => 0..length,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn some_bytes_changed_are_noticed_where_they_are_read(
        edits in vec((place(5 * PAGE), any::<u8>()), 0..4),
        number in 0..100_u64,
    ) {
        let whole = &*FILE;
        let mut damaged = whole.clone();
        for (at, byte) in edits {
            damaged[at] = byte;
        }
        check_damaged(whole, &damaged, number)?;
    }

    #[test]
    fn blocks_copied_moved_or_cut_are_noticed_where_they_are_read(
        from in place(5 * PAGE),
        to in place(5 * PAGE),
        length in prop_oneof![1..64_usize, 1..2 * PAGE],
        resize in prop_oneof![4 => Just(None), 1 => (0..6 * PAGE).prop_map(Some)],
        number in 0..100_u64,
    ) {
        let whole = &*FILE;
        let mut damaged = whole.clone();
        let length = length.min(whole.len() - from.max(to));
        damaged.copy_within(from..from + length, to);
        if let Some(length) = resize {
            damaged.resize(length, 0);
        }
        check_damaged(whole, &damaged, number)?;
    }

    #[test]
    fn random_bytes_are_no_bundle(bytes in vec(any::<u8>(), 0..9_000), number: u64) {
        let asked = token(number % 1_000);
        prop_assert_eq!(ask(&bytes, &asked).code, Code::BundleUnreadable);
        // Nor are they with a bundle's first bytes, or a whole header but for its signature.
        let mut bytes = bytes;
        bytes.resize(2 * PAGE, 0);
        let whole = Recipe::default().file(&[(token(1), padded(1, 9))]);
        for genuine in [10, 168, 3840, 3848, 3864] {
            bytes[..genuine].copy_from_slice(&whole[..genuine]);
            prop_assert_eq!(ask(&bytes, &asked).code, Code::BundleUntrusted);
        }
    }
}
