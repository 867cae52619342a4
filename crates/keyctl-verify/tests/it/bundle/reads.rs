//! What is read, and how often: the header once, then one page a level and none twice.

use std::cell::RefCell;
use std::io::Cursor;

use keyctl_verify::{ByteSource, Code, Entry, HeaderSigner, Token, WriteError};

use super::kit::{PAGE, Recipe, Signer, Watched, ask_open, members, open, padded, token};
use super::layout::{BODY, CHILD, count, entries, leaves, lk, page};

/// Levels above the leaves, from the number of leaves (section 2).
fn height(leaves: usize) -> usize {
    let mut pages = leaves;
    let mut height = 0;
    while pages > 1 {
        pages = pages.div_ceil(85);
        height += 1;
    }
    height
}

/// Checks that the pages are the way from the root to the leaf in which `lk` would be, by what
/// the pages themselves say.
fn check_way(file: &[u8], way: &[usize], lk: &[u8; 16]) {
    assert_eq!(way[0], file.len() / PAGE - 1, "the root is the last page");
    for (step, number) in way.iter().enumerate() {
        let read = page(file, *number);
        assert_eq!(usize::from(read[0]), way.len() - 1 - step, "one page a level");
        let Some(below) = way.get(step + 1) else { continue };
        let children = read[BODY..].chunks_exact(CHILD).take(count(read));
        let picked = children.rev().find(|child| child[..16] <= lk[..]).unwrap_or(&read[BODY..]);
        assert_eq!(page(file, *below)[BODY..][..16], picked[..16], "the child that `lk` is below");
    }
}

/// Opens the file for each of the tokens, asks, and checks every read. Gives what was said.
fn check_reads(file: &[u8], tokens: impl IntoIterator<Item = Token>) -> Vec<Code> {
    let watched = Watched::new(file);
    let leaves = leaves(file).len();
    let pages = if leaves == 0 { 0 } else { height(leaves) + 1 };
    let ask = |token: Token| {
        let bundle = open(&watched);
        assert_eq!(watched.reads(), [(0, PAGE)], "the header, once");
        let said = ask_open(&bundle, &token);
        let reads = watched.reads();
        assert_eq!(reads.len(), pages, "{leaves} leaves");
        assert!(reads.iter().all(|(at, length)| *length == PAGE && at % PAGE as u64 == 0));
        let way: Vec<_> =
            reads.iter().map(|(at, _)| usize::try_from(*at).unwrap() / PAGE).collect();
        if pages > 0 {
            check_way(file, &way, &lk(file, &token));
        }
        said.code
    };
    tokens.into_iter().map(ask).collect()
}

#[test]
fn a_look_up_reads_one_page_a_level_for_members_and_strangers() {
    // The sizes around the first leaf's end, the first node's, and the second level's.
    for (entries, pages) in [
        (0, 0),
        (1, 1),
        (30, 1),
        (31, 1),
        (32, 2),
        (62, 2),
        (63, 3),
        (31 * 85, 85),
        (31 * 85 + 1, 86),
        (2_700, 88),
    ] {
        let file = Recipe::default().file(&members(entries));
        assert_eq!(leaves(&file).len(), pages);
        let some = |of: u64| (0..of).step_by(usize::try_from(of / 60 + 1).unwrap()).map(token);
        assert!(!check_reads(&file, some(entries)).contains(&Code::Unknown));
        let strangers = check_reads(&file, (1_000_000..1_000_060).map(token));
        assert!(strangers.iter().all(|code| *code == Code::Unknown));
    }
}

#[test]
fn who_asks_again_reads_the_leaf_alone_and_it_is_hashed_again() {
    let mut file = Recipe::default().file(&members(31 * 85 * 2));
    let tokens: Vec<_> = (0..200).map(token).collect();
    let watched = Watched::new(&file);
    let bundle = open(&watched);
    let all: Vec<_> = tokens.iter().map(|token| ask_open(&bundle, token).code).collect();
    assert!(!all.contains(&Code::Unknown) && all[0] == Code::Valid);
    let first = watched.reads();
    assert_eq!(first.len(), 1 + 1 + 2 + 200, "the header, the root, both nodes, and the leaves");
    for (token, code) in tokens.iter().zip(all) {
        assert_eq!(ask_open(&bundle, token).code, code);
        let [(at, PAGE)] = watched.reads()[..] else { panic!("one page") };
        let leaf = page(&file, usize::try_from(at).unwrap() / PAGE);
        assert!(entries(leaf).iter().any(|(at, _)| leaf[*at..][..16] == lk(&file, token)));
    }
    // A file that somebody else writes to.
    let at = usize::try_from(first[3].0).unwrap();
    let shared = Shared(RefCell::new(std::mem::take(&mut file)));
    let bundle = open(&shared);
    assert_eq!(ask_open(&bundle, &tokens[0]).code, Code::Valid);
    shared.0.borrow_mut()[at + 100] ^= 1;
    assert_eq!(ask_open(&bundle, &tokens[0]).code, Code::BundleCorrupt);
}

/// Bytes that change behind the reader's back.
struct Shared(RefCell<Vec<u8>>);

impl ByteSource for Shared {
    fn size(&self) -> std::io::Result<u64> {
        self.0.borrow().size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<()> {
        self.0.borrow().read_at(buffer, offset)
    }
}

#[test]
fn what_lies_in_memory_is_refused_as_often_as_it_is_asked() {
    let mut file = Recipe::default().file(&members(70));
    let leaf = leaves(&file)[0];
    file[leaf * PAGE + PAGE - 1] ^= 1;
    let bundle = open(&file);
    let codes = |_| -> Vec<Code> { (0..70).map(|n| ask_open(&bundle, &token(n)).code).collect() };
    let said: Vec<_> = (0..3).map(codes).collect();
    assert!(said[0].contains(&Code::BundleCorrupt) && said[0].contains(&Code::Valid));
    assert!(said.iter().all(|again| *again == said[0]));
}

#[test]
fn strangers_below_between_and_above_all_entries_are_looked_up_alike() {
    for entries in [1, 2, 31, 32, 70] {
        let file = Recipe::default().file(&members(entries));
        let all = super::layout::all_entries(&file);
        let (first, last) = (&all[0][..16], &all[all.len() - 1][..16]);
        let strangers = || (1_000_000..).map(token);
        let below = strangers().find(|stranger| lk(&file, stranger)[..] < *first).unwrap();
        let above = strangers().find(|stranger| lk(&file, stranger)[..] > *last).unwrap();
        assert_eq!(check_reads(&file, [below, above]), [Code::Unknown; 2]);
        if entries > 1 {
            let between = |lk: [u8; 16]| lk[..] > *first && lk[..] < *last;
            let between = strangers().find(|stranger| between(lk(&file, stranger))).unwrap();
            assert_eq!(check_reads(&file, [between]), [Code::Unknown]);
        }
    }
}

/// An entry of the largest size that nobody has sealed.
fn hollow(lk: [u8; 16]) -> Entry {
    let mut bytes = vec![0x77; 4032];
    bytes[..16].copy_from_slice(&lk);
    bytes[16..18].copy_from_slice(&4032_u16.to_be_bytes());
    Entry::from_bytes(bytes.into_boxed_slice()).unwrap()
}

/// A file of so many leaves, each with one entry; the entries of some tokens are real.
fn wide(leaves: u64, tokens: &[Token]) -> Vec<u8> {
    let recipe = Recipe::default();
    let sealer = recipe.sealer();
    let real = tokens.iter().map(|token| sealer.seal(&token.digest(), &padded(1, 3_900)).unwrap());
    let mut entries: Vec<_> = real.collect();
    // In the middle half of all places, so that strangers find themselves beside them too.
    let hollows = leaves - tokens.len() as u64;
    entries.extend((0..hollows).map(|i| {
        let mut lk = [0; 16];
        lk[..8].copy_from_slice(&((1 << 62) + i * ((1 << 63) / hollows)).to_be_bytes());
        hollow(lk)
    }));
    entries.sort();
    // Not by way of the kit, which would keep everything twice.
    let mut file = Cursor::new(Vec::with_capacity(PAGE * 7_500));
    let signer = Signer::new(1);
    let entries = entries.into_iter().map(Ok::<_, WriteError>);
    sealer.write(&mut file, entries, &recipe.terms(), &[&signer as &dyn HeaderSigner]).unwrap();
    file.into_inner()
}

#[test]
fn a_tree_of_four_levels_is_read_in_four_pages() {
    let tokens: Vec<_> = (0..20).map(token).collect();
    for leaves in [85 * 85, 85 * 85 + 1] {
        let file = wide(leaves, &tokens);
        assert_eq!(height(usize::try_from(leaves).unwrap()), if leaves == 85 * 85 { 2 } else { 3 });
        let said = check_reads(&file, (0..20).map(token));
        assert!(said.iter().all(|code| *code == Code::Valid));
        let places: Vec<_> = (1_000_000..1_000_060).map(|n| lk(&file, &token(n))[0] >> 6).collect();
        assert!((0..4).all(|quarter| places.contains(&quarter)), "below, between and above");
        let said = check_reads(&file, (1_000_000..1_000_060).map(token));
        assert!(said.iter().all(|code| *code == Code::Unknown));
    }
}

#[test]
fn leaves_of_mixed_sizes_are_filled_greedily_and_found() {
    let members: Vec<_> = (0..120)
        .map(|number| {
            (token(number), padded(number, [0, 100, 300, 900, 1_800, 3_800][number as usize % 6]))
        })
        .collect();
    let file = Recipe::default().file(&members);
    let leaves = leaves(&file);
    for pair in leaves.windows(2) {
        let used = |number: usize| {
            entries(page(&file, number)).iter().map(|(_, size)| size).sum::<usize>()
        };
        let next = entries(page(&file, pair[1]))[0].1;
        assert!(BODY + used(pair[0]) + next > PAGE, "the next entry would have fitted");
    }
    assert!(check_reads(&file, (0..120).map(token)).iter().all(|code| *code == Code::Valid));
}
