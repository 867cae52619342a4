//! What a fuzzer needs of the inside, and nobody else gets: this module is there only where the
//! compiler was told `--cfg fuzzing`, which `cargo fuzz` does.
//!
//! The plaintexts of a vault are authenticated before they are read, so whoever only has the file
//! never gets one to the decoders. A fuzzer starts behind the seals: it gives plaintexts to each
//! decoder, and lets an administrator of ill will put one into a vault and sign for it.

use std::sync::LazyLock;

use keyctl_verify::Brand;
use keyctl_verify::cbor::Malformed;

use super::head::{self, Head, head_digest};
use super::layout::{ABSENT, FAN_OUT, PageBits, Table, node_digest, page_digest, page_place};
use super::log;
use super::page::{self, PageReader};
use super::segment::{self, OpenedSegment};
use super::snapshot::{Snapshot, read_slots, slots_digest};
use super::unlocked::UnlockedVault;
use crate::crypto::{
    AdminKeys, KdfParams, Key32, Keys, Opener, Secret, Slot, VaultId, open, parse_contents, seal,
};
use crate::domain::{
    BundleSetting, Entry, Key, Name, NameEntry, OwnerRecord, Policy, PublicIdEntry, Role,
};
use crate::error::{Finding, VaultError};
use crate::store::Relation;

const ID: VaultId = VaultId([7; 16]);

fn key(byte: u8) -> Key32 {
    Key32::fill_with(|key| *key = [byte; 32])
}

/// Whoever has sealed and signed what a fuzzer made.
static ADMIN: LazyLock<AdminKeys> = LazyLock::new(|| AdminKeys::derive(ID, key(1)));

/// What is written has one form: what was read is written, read and written again, to the same
/// bytes. (What is read may be written in a longer form, which no writer of ours uses.)
fn round_trip<T>(
    bytes: &[u8],
    decode: impl Fn(&[u8]) -> Result<T, Malformed>,
    encode: impl Fn(&T) -> Vec<u8>,
) -> bool {
    let Ok(value) = decode(bytes) else { return false };
    let written = encode(&value);
    let again = decode(&written).expect("what was written is read");
    assert_eq!(encode(&again), written, "what was written has one form");
    true
}

/// Any record of a page, as each kind that it could be of; whether it was any.
#[must_use]
pub fn record(bytes: &[u8]) -> bool {
    let kinds = [
        round_trip(bytes, Key::decode, Key::encode),
        round_trip(bytes, OwnerRecord::decode, OwnerRecord::encode),
        round_trip(bytes, BundleSetting::decode, BundleSetting::encode),
        round_trip(bytes, Policy::decode, Policy::encode),
        round_trip(bytes, |b| NameEntry::decode(b).map(|entry| entry.encode()), Vec::clone),
        round_trip(bytes, PublicIdEntry::decode, PublicIdEntry::encode),
    ];
    let any = kinds.iter().filter(|is_one| **is_one).count();
    assert!(any <= 1, "a record is of one kind");
    any == 1
}

/// An entry of the audit log.
#[must_use]
pub fn entry(bytes: &[u8]) -> bool {
    let generation = Entry::decode(bytes).map(|entry| entry.generation);
    assert_eq!(Entry::check(bytes), generation, "who only checks takes what a reader takes");
    round_trip(bytes, Entry::decode, Entry::encode)
}

/// The plaintext of a segment of the audit log: it has one form, and its entries are counted on
/// from its first.
#[must_use]
pub fn segment(first: u64, plain: &[u8]) -> bool {
    let place = segment::aad(ID, first);
    let sealed = seal(&key(2), &place, plain).expect("the system gives random bytes");
    let Some(segment) = OpenedSegment::open(&key(2), ID, first, sealed) else { return false };
    let sealed = segment.to_segment().seal(&key(2), ID).expect("as above");
    let again = open(&key(2), &place, &sealed).expect("it was just sealed");
    assert_eq!(*again, plain, "a segment has one form");
    let Ok(entries) = segment.decode() else { return false };
    assert!((first..).zip(&entries).all(|(n, entry)| entry.generation == n));
    !entries.is_empty()
}

/// The plaintext of a page: it has one form.
#[must_use]
pub fn page(number: u16, plain: &[u8]) -> bool {
    let bits = PageBits::MOST;
    let number = number % bits.pages();
    let place = page::aad(ID, Table::Keys, number);
    let mut sealed = seal(&key(2), &place, plain).expect("the system gives random bytes");
    let reader = PageReader { key: &key(2), id: ID, table: Table::Keys, bits };
    let opened = reader.open_verified(number, &mut sealed);
    let Some(page) = opened.map(|opened| opened.to_page()) else { return false };
    let sealed = page.seal(&key(2), ID, Table::Keys, number).expect("as above");
    let again = open(&key(2), &place, &sealed).expect("it was just sealed");
    assert_eq!(*again, plain, "a page has one form");
    page.records().filter(|bytes| record(bytes)).count();
    true
}

/// The plaintext of a head, which is sealed and signed, and one that nobody has signed.
#[must_use]
pub fn head(plain: &[u8]) -> bool {
    let admin = &*ADMIN;
    let vault_key = admin.vault_key();
    let is_head = round_trip(plain, Head::decode, Head::encode);
    let mut signed = seal(&admin.read.head, &head::aad(ID), plain).expect("random bytes");
    let signature = admin.sign(&head::signed_message(ID, &signed));
    signed.extend_from_slice(&signature);
    let opened = Head::open(ID, &admin.read, &vault_key, &signed);
    assert_eq!(opened.is_ok(), is_head, "a signed head opens when it is one");
    assert!(Head::open(ID, &admin.read, &vault_key, plain).is_err(), "nobody has signed that");
    assert!(Head::open(VaultId([8; 16]), &admin.read, &vault_key, &signed).is_err());
    is_head
}

/// A slot as the file has it: what is read is what was written, and a secret that it was not made
/// for opens none.
#[must_use]
pub fn slot(bytes: &[u8], secret: &Secret) -> bool {
    let Ok(slot) = Slot::parse(bytes) else { return false };
    assert_eq!(slot.as_bytes(), bytes, "a slot has one form");
    if slot.kind.kdf().is_none() {
        let opened = slot.unwrap(ID, secret).expect("no memory is asked for");
        assert!(opened.is_none(), "nobody has made this slot");
    }
    true
}

/// What a slot wraps, for each role.
#[must_use]
pub fn contents(plain: &[u8]) -> bool {
    let mut any = false;
    for role in Role::ALL {
        if let Some((keys, _)) = parse_contents(ID, role, plain) {
            assert_eq!(matches!(keys, Keys::Admin(_)), role == Role::Admin);
            assert_eq!(keys.bundle().is_none(), role == Role::Viewer);
            any = true;
        }
    }
    any
}

/// Something that is sealed in a vault, or a slot.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// The page of that number, of those that are there, in the order of their rows.
    Page(usize),
    /// The last segment of the audit log.
    Segment,
    /// The head; what it vouches for is not made to fit again.
    Head,
    /// The slot of that number, of those that are there.
    Slot(usize),
}

/// Lets an administrator of ill will change the plaintext of a part, and seals, hashes and signs
/// everything above it, so that it is authentic.
///
/// # Errors
/// When the vault cannot be read.
pub fn forge(
    vault: &mut UnlockedVault,
    part: Part,
    edit: impl FnOnce(&mut Vec<u8>),
) -> Result<(), VaultError> {
    let (admin, snapshot, _) = vault.begin_change()?;
    let mut head = snapshot.head.clone();
    let plain = match part {
        Part::Page(nth) => forge_page(admin, &snapshot, &mut head, nth, edit).map(|()| None)?,
        Part::Segment => forge_segment(admin, &snapshot, &mut head, edit).map(|()| None)?,
        Part::Slot(nth) => forge_slot(&snapshot, &mut head, nth, edit).map(|()| None)?,
        Part::Head => {
            let mut plain = head.encode();
            edit(&mut plain);
            Some(plain)
        }
    };
    let plain = plain.unwrap_or_else(|| head.encode());
    let mut signed = seal(&admin.read.head, &head::aad(admin.id), &plain)?;
    let signature = admin.sign(&head::signed_message(admin.id, &signed));
    signed.extend_from_slice(&signature);
    snapshot.tx.put(Relation::Head, 1, &signed)?;
    debug_assert_ne!(head_digest(&signed), snapshot.head_digest);
    snapshot.into_tx().commit()
}

fn not_there() -> VaultError {
    Finding::damaged("there is no such part").into()
}

fn forge_page(
    admin: &AdminKeys,
    snapshot: &Snapshot<'_>,
    head: &mut Head,
    nth: usize,
    edit: impl FnOnce(&mut Vec<u8>),
) -> Result<(), VaultError> {
    let mut places = Vec::new();
    for table in Table::ALL {
        for number in 0..snapshot.bits(table).nodes() {
            let node = snapshot.node(table, number)?;
            let there = (0..FAN_OUT).filter(|at| node[*at] != ABSENT);
            places.extend(there.map(|at| (table, number * FAN_OUT + at)));
        }
    }
    let (table, number) = *places.get(nth % places.len().max(1)).ok_or_else(not_there)?;
    let number = u16::try_from(number).expect("a page's number has twelve bits");
    let row = table.page_row(number);
    let place = page::aad(admin.id, table, number);
    debug_assert!(place.ends_with(&page_place(admin.id, table, number)));
    let sealed = snapshot.tx.get(Relation::Page, row)?.ok_or_else(not_there)?;
    let mut plain = open(&admin.read.page, &place, &sealed).ok_or_else(not_there)?;
    edit(&mut plain);
    let sealed = seal(&admin.read.page, &place, &plain)?;
    snapshot.tx.put(Relation::Page, row, &sealed)?;
    let (n, at) = (usize::from(number) / FAN_OUT, usize::from(number) % FAN_OUT);
    let mut node = snapshot.node(table, n)?;
    node[at] = page_digest(admin.id, table, number, &sealed);
    snapshot.tx.put(Relation::Node, table.node_row(n), node.as_flattened())?;
    head.table_mut(table).nodes[n] = node_digest(admin.id, table, n, &node);
    Ok(())
}

fn forge_segment(
    admin: &AdminKeys,
    snapshot: &Snapshot<'_>,
    head: &mut Head,
    edit: impl FnOnce(&mut Vec<u8>),
) -> Result<(), VaultError> {
    let (first, row) = (head.audit.tail, log::row(head.audit.tail));
    let sealed = snapshot.tx.get(Relation::Audit, row)?.ok_or_else(not_there)?;
    let place = segment::aad(admin.id, first);
    let mut plain = open(&admin.read.audit, &place, &sealed).ok_or_else(not_there)?;
    edit(&mut plain);
    let sealed = seal(&admin.read.audit, &place, &plain)?;
    snapshot.tx.put(Relation::Audit, row, &sealed)?;
    head.audit.digest = segment::segment_digest(admin.id, first, &sealed);
    Ok(())
}

/// A slot that is no slot any more cannot be signed for: the vault is left with it then.
fn forge_slot(
    snapshot: &Snapshot<'_>,
    head: &mut Head,
    nth: usize,
    edit: impl FnOnce(&mut Vec<u8>),
) -> Result<(), VaultError> {
    let slots = read_slots(&snapshot.tx)?;
    let (row, slot) = &slots[nth % slots.len()];
    let mut bytes = slot.as_bytes().to_vec();
    edit(&mut bytes);
    snapshot.tx.put(Relation::Slot, *row, &bytes)?;
    if let Ok(slots) = read_slots(&snapshot.tx) {
        head.slots = slots_digest(snapshot.id, &slots);
    }
    Ok(())
}

/// The plaintexts of a vault, to begin with: its pages, the last segment, the head and the slots.
///
/// # Errors
/// When the vault cannot be read.
pub fn plaintexts(vault: &mut UnlockedVault) -> Result<Vec<(&'static str, Vec<u8>)>, VaultError> {
    let mut found = Vec::new();
    let count = {
        let (_, snapshot, _) = vault.begin_change()?;
        let mut pages = 0;
        for table in Table::ALL {
            for number in 0..snapshot.bits(table).nodes() {
                let node = snapshot.node(table, number)?;
                pages += node.iter().filter(|digest| **digest != ABSENT).count();
            }
        }
        found.push(("head", snapshot.head.encode()));
        found.extend(snapshot.slots.iter().map(|slot| ("slot", slot.as_bytes().to_vec())));
        pages
    };
    for nth in 0..count {
        let (admin, snapshot, _) = vault.begin_change()?;
        let mut head = snapshot.head.clone();
        let page = &mut found;
        forge_page(admin, &snapshot, &mut head, nth, |plain| page.push(("page", plain.clone())))?;
    }
    let (admin, snapshot, _) = vault.begin_change()?;
    let mut head = snapshot.head.clone();
    let segment = &mut found;
    forge_segment(admin, &snapshot, &mut head, |plain| segment.push(("segment", plain.clone())))?;
    Ok(found)
}

/// A slot that was made, to begin with.
///
/// # Errors
/// When the system gives no random bytes.
pub fn made_slot(role: Role, secret: &Secret) -> Result<Vec<u8>, VaultError> {
    let name = Name::parse("ci").expect("it is a name");
    let kdf = KdfParams::from_mib(19, 1).expect("within the bounds");
    let slot = Slot::wrap(&ADMIN, role, name, Opener::Secret(secret), kdf)?;
    Ok(slot.as_bytes().to_vec())
}

/// A head that was made, to begin with.
#[must_use]
pub fn made_head() -> Vec<u8> {
    Head::new(Brand::default(), KdfParams::DEFAULT).encode()
}
