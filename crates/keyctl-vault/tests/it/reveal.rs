//! Recoverable keys: who can have a token shown again, until when it is kept, and that nobody but
//! an administrator can read it out of the file.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use keyctl_vault::issue::{self, Expiry, IssueError, NewKey, Refusal, Revealed, Rotation};
use keyctl_vault::{FieldChange, Key, Reason, Records, Role, UnlockedVault, VaultError, Verb};
use keyctl_verify::{Code, KeyId, Status, Timestamp};
use sha2::{Digest, Sha256};

use super::support::{
    Lab, Made, PASSPHRASE, act, at, by, code, create, is_integrity, keyfile, make, name, new_key,
    passphrase, revoke,
};

const GRACE: i64 = 7 * super::support::DAY;

/// The viewer's slot, and what opens it.
const WATCH: i64 = 3;
const WATCHER: u8 = 7;

fn watch(vault: &mut UnlockedVault) {
    vault.add_slot(&by(at(0)), &name("watch"), Role::Viewer, &keyfile(WATCHER)).unwrap();
}

/// A recoverable key.
fn kept(text: &str) -> NewKey {
    NewKey { recoverable: true, ..new_key(text) }
}

/// A vault with the recoverable key `k`.
fn with_kept() -> (Lab, UnlockedVault, Made) {
    let lab = Lab::new();
    let mut vault = lab.open();
    let made = create(&mut vault, kept("k"), at(1)).unwrap();
    (lab, vault, made)
}

fn reveal(vault: &mut UnlockedVault, id: KeyId, now: Timestamp) -> Result<Revealed, IssueError> {
    act(vault, Verb::Reveal, now, |tx| issue::reveal(tx, id, None))
}

/// The token that is shown.
fn shown(vault: &mut UnlockedVault, id: KeyId, now: Timestamp) -> String {
    reveal(vault, id, now).unwrap().token.expose_token().to_owned()
}

fn key(vault: &mut UnlockedVault, id: KeyId) -> Key {
    vault.snapshot().unwrap().key(id).unwrap().unwrap()
}

/// Rotates; the new token, if there is one.
fn rotate(vault: &mut UnlockedVault, id: KeyId, how: Rotation, now: i64) -> Option<String> {
    let rotated = act(vault, Verb::Rotate, at(now), |tx| issue::rotate(tx, id, how, at(now)));
    rotated.unwrap().token.map(|token| token.expose_token().to_owned())
}

fn begin(grace: Option<&str>) -> Rotation {
    Rotation::Begin { grace: grace.map(|grace| grace.parse().unwrap()) }
}

fn refusal(result: Result<Revealed, IssueError>) -> Refusal {
    match result.err() {
        Some(IssueError::Refused(refusal)) => refusal,
        other => panic!("not refused by a rule: {other:?}"),
    }
}

/// The same key twice, one with and one without its token kept: what their records differ in is
/// what is kept.
struct Twins([(Lab, UnlockedVault, KeyId); 2]);

impl Twins {
    fn new() -> Self {
        Twins([kept("k"), new_key("k")].map(|new| {
            let lab = Lab::new();
            let mut vault = lab.open();
            watch(&mut vault);
            let id = create(&mut vault, new, at(1)).unwrap().id;
            (lab, vault, id)
        }))
    }

    fn each(&mut self, mut work: impl FnMut(&mut UnlockedVault, KeyId)) -> usize {
        for (_, vault, id) in &mut self.0 {
            work(vault, *id);
            vault.snapshot().unwrap().check().unwrap();
        }
        self.extra()
    }

    /// How many bytes the one's record has more.
    fn extra(&self) -> usize {
        let [kept, plain] = self.0.each_ref().map(|(lab, ..)| {
            let page = unsealed(lab);
            // One record: its place, its length.
            assert_eq!(page[..4], [0, 0, 0, 1]);
            u32::from_be_bytes(page[20..24].try_into().unwrap())
        });
        usize::try_from(kept - plain).unwrap()
    }
}

#[test]
fn it_is_the_current_token_through_every_rotation() {
    let (_lab, mut vault, made) = with_kept();
    let id = made.id;
    assert_eq!(shown(&mut vault, id, at(2)), made.token);
    let second = rotate(&mut vault, id, begin(None), 3).unwrap();
    assert_eq!(shown(&mut vault, id, at(4)), second);
    let third = rotate(&mut vault, id, begin(Some("7d")), 5).unwrap();
    assert_eq!(shown(&mut vault, id, at(6)), third);
    rotate(&mut vault, id, Rotation::Cancel, 7);
    assert_eq!(shown(&mut vault, id, at(8)), second);
    let fourth = rotate(&mut vault, id, begin(Some("7d")), 9).unwrap();
    let fifth = rotate(&mut vault, id, begin(Some("7d")), 10).unwrap();
    assert_eq!(shown(&mut vault, id, at(11)), fifth);
    // The grace of a second rotation goes back to the first one's token, not further.
    rotate(&mut vault, id, Rotation::Cancel, 12);
    assert_eq!(shown(&mut vault, id, at(13)), fourth);
    let sixth = rotate(&mut vault, id, begin(Some("7d")), 14).unwrap();
    rotate(&mut vault, id, Rotation::Finish, 15);
    assert_eq!(shown(&mut vault, id, at(16)), sixth);
    assert_eq!(code(&mut vault, &sixth, at(16)), Code::Valid);
    vault.snapshot().unwrap().check().unwrap();
}

#[test]
fn it_is_one_generation_with_one_entry_and_the_key_is_as_it_was() {
    let (lab, mut vault, made) = with_kept();
    let before = (format!("{:?}", key(&mut vault, made.id)), lab.attacker().rows("page"));
    let generation = vault.snapshot().unwrap().generation();
    let reason = Reason::parse("moving").unwrap();
    let revealed =
        act(&mut vault, Verb::Reveal, at(9), |tx| issue::reveal(tx, made.id, Some(&reason)));
    assert_eq!(format!("{:?}", revealed.unwrap().key), before.0);
    assert_eq!((format!("{:?}", key(&mut vault, made.id)), lab.attacker().rows("page")), before);
    let snapshot = vault.snapshot().unwrap();
    assert_eq!(snapshot.generation(), generation + 1);
    let log = snapshot.audit(generation + 1).unwrap();
    let [entry] = &log[..] else { panic!("not one entry: {log:?}") };
    let [change] = &entry.changes[..] else { panic!("not one change: {entry:?}") };
    assert_eq!((entry.verb.as_str(), entry.author.now), ("reveal", at(9)));
    let text = |text: &str| Some(text.to_owned());
    let prefix = made.token.rsplit_once('_').unwrap().0;
    let wanted = [
        FieldChange::new("revealed", None, text(prefix)),
        FieldChange::new("reason", None, text("moving")),
    ];
    assert_eq!(change.fields, wanted);
}

#[test]
fn a_refusal_changes_nothing() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let plain = make(&mut vault, "plain", at(1)).id;
    let gone = create(&mut vault, kept("gone"), at(1)).unwrap().id;
    revoke(&mut vault, gone, at(2));
    let before = lab.bytes();
    let refused = refusal(reveal(&mut vault, plain, at(3)));
    assert_eq!(refused, Refusal::NotRecoverable { id: plain });
    assert_eq!(refusal(reveal(&mut vault, gone, at(3))), Refusal::Revoked { id: gone });
    let nobody = KeyId::parse("key_000000000000").unwrap();
    let missing = reveal(&mut vault, nobody, at(3));
    assert!(matches!(missing, Err(IssueError::NotFound { .. })));
    assert_eq!(lab.bytes(), before);
}

#[test]
fn disabled_pending_and_expired_keys_reveal() {
    let (_lab, mut vault, made) = with_kept();
    act(&mut vault, Verb::Disable, at(2), |tx| issue::disable(tx, made.id, at(2))).unwrap();
    assert_eq!(shown(&mut vault, made.id, at(3)), made.token);
    let later = NewKey { not_before: Some(at(90)), expires: Expiry::At(at(99)), ..kept("later") };
    let later = create(&mut vault, later, at(4)).unwrap();
    for (now, status) in [(5, Status::Pending), (90, Status::Active), (99, Status::Expired)] {
        let revealed = reveal(&mut vault, later.id, at(now)).unwrap();
        assert_eq!(revealed.key.status(at(now)), status);
        assert_eq!(revealed.token.expose_token(), later.token);
    }
}

#[test]
fn every_administrator_can_and_nobody_else() {
    let (lab, mut vault, made) = with_kept();
    for (role, byte) in Role::ALL.into_iter().zip(7..) {
        vault.add_slot(&by(at(2)), &name(&format!("s{byte}")), role, &keyfile(byte)).unwrap();
        let mut other = lab.unlock(&keyfile(byte)).unwrap();
        assert_eq!(other.role(), role);
        if role == Role::Admin {
            assert_eq!(shown(&mut other, made.id, at(3)), made.token);
            continue;
        }
        let before = lab.bytes();
        let refused = reveal(&mut other, made.id, at(3)).err();
        assert!(matches!(refused, Some(IssueError::Vault(VaultError::Role { .. }))));
        assert_eq!(lab.bytes(), before);
    }
    let mut main = lab.unlock(&passphrase(PASSPHRASE)).unwrap();
    assert_eq!(shown(&mut main, made.id, at(4)), made.token);
    main.change_passphrase(&by(at(5)), Some("main"), &passphrase("changed")).unwrap();
    let mut main = lab.unlock(&passphrase("changed")).unwrap();
    assert_eq!(shown(&mut main, made.id, at(6)), made.token);
}

#[test]
fn a_token_is_kept_as_long_as_it_can_become_current() {
    let mut twins = Twins::new();
    let one = twins.extra();
    assert!(one >= 69, "nothing is kept: {one}");
    let now = |vault: &mut UnlockedVault, id, how, now| drop(rotate(vault, id, how, now));
    assert_eq!(twins.each(|v, id| now(v, id, begin(None), 2)), one, "the old one is gone");
    assert_eq!(twins.each(|v, id| now(v, id, begin(Some("7d")), 3)), 2 * one);
    assert_eq!(twins.each(|v, id| now(v, id, Rotation::Finish, 4)), one);
    assert_eq!(twins.each(|v, id| now(v, id, begin(Some("7d")), 5)), 2 * one);
    assert_eq!(twins.each(|v, id| now(v, id, Rotation::Cancel, 6)), one);
    assert_eq!(twins.each(|v, id| now(v, id, begin(Some("7d")), 7)), 2 * one);
    assert_eq!(twins.each(|v, id| now(v, id, begin(Some("7d")), 8)), 2 * one);
    assert_eq!(twins.each(|v, id| revoke(v, id, at(9))), 0, "a revoked key keeps nothing");
}

#[test]
fn a_grace_that_runs_out_changes_nothing_of_the_current_token() {
    let (_lab, mut vault, made) = with_kept();
    let new = rotate(&mut vault, made.id, begin(Some("7d")), 2).unwrap();
    assert_eq!(code(&mut vault, &made.token, at(3 + GRACE)), Code::Superseded);
    assert_eq!(shown(&mut vault, made.id, at(3 + GRACE)), new);
}

/// A viewer has every key but those of administrators: all that he can unseal of the records,
/// read by the format's description.
fn unsealed(lab: &Lab) -> Vec<u8> {
    let attacker = lab.attacker();
    let id = attacker.get("vault", 1).unwrap()[..16].to_vec();
    let slot = attacker.get("slot", WATCH).unwrap();
    let params_at = 21 + usize::from(slot[20]) + 2;
    let info = [b"keyctl/v1/slot".as_slice(), &slot[17..19]].concat();
    let input = Sha256::new_with_prefix(b"keyctl/v1/keyfile\0").chain_update([WATCHER; 32]);
    let salt = [&id[..], &slot[1..17]].concat();
    let mut okm = [0; 64];
    Hkdf::<Sha256>::new(Some(&salt), &input.finalize()).expand(&info, &mut okm).unwrap();
    let read = open(&okm[..32], &info, &slot[params_at + 32..]);
    let mut page_key = [0; 32];
    Hkdf::<Sha256>::new(Some(&id), &read[..32]).expand(b"keyctl/v1/page", &mut page_key).unwrap();
    let page = |row: i64| {
        let number = u16::try_from(row & 0xfff).unwrap().to_be_bytes();
        let aad = [b"keyctl/v1/page\0".as_slice(), &id, &[1], &number].concat();
        open(&page_key, &aad, &attacker.get("page", row).unwrap())
    };
    attacker.key_pages().into_iter().flat_map(page).collect()
}

fn open(key: &[u8], aad: &[u8], sealed: &[u8]) -> Vec<u8> {
    let key: [u8; 32] = key.try_into().unwrap();
    let nonce: [u8; 24] = sealed[..24].try_into().unwrap();
    let payload = Payload { msg: &sealed[24..], aad };
    XChaCha20Poly1305::new(&key.into()).decrypt(&XNonce::from(nonce), payload).unwrap()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[test]
fn a_viewer_who_unseals_the_records_finds_no_token() {
    let (lab, mut vault, made) = with_kept();
    watch(&mut vault);
    let (start, secret) = made.token.rsplit_once('_').unwrap();
    let plain = unsealed(&lab);
    assert!(holds(&plain, start.rsplit_once('_').unwrap().1), "the public id is there");
    assert!(!holds(&plain, secret) && !holds(&lab.bytes(), secret));
}

#[test]
fn a_record_that_was_tampered_with_reveals_nothing() {
    let (lab, mut vault, made) = with_kept();
    let row = lab.attacker().key_pages()[0];
    let bits = lab.attacker().get("page", row).unwrap().len() * 8;
    for bit in [0, bits / 2, bits - 1] {
        lab.attacker().flip("page", row, bit);
        let error = reveal(&mut lab.open(), made.id, at(2)).err();
        let seen = matches!(&error, Some(IssueError::Vault(error)) if is_integrity(error));
        assert!(seen, "bit {bit}: {error:?}");
        lab.attacker().flip("page", row, bit);
    }
    assert_eq!(shown(&mut vault, made.id, at(3)), made.token);
}
