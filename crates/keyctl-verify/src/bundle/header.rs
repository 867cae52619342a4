//! The header (`docs/bundle-format.md`, section 3): page 0, its signatures, its fields.

use sha2::{Digest, Sha256};

use super::facts::{Freshness, StreamId};
use super::page::{Hash, Page};
use super::refusal::{BundleFault, Unreadable, Untrusted};
use super::shape::{PAGE, Shape};
use crate::public_key::{PublicKey, SignerId};
use crate::time::Timestamp;

const MAGIC: [u8; 8] = *b"\x89KCB\r\n\x1a\n";
const VERSION: u16 = 1;
/// The signed bytes are those before this.
pub(super) const SIGNED_LEN: usize = 3840;
const SIGNATURES_AT: usize = SIGNED_LEN + 8;
const SIGNATURE_LEN: usize = 80;
pub(super) const MAX_SIGNATURES: usize = 2;
/// Serials are numbers of JSON too.
pub(super) const MAX_SERIAL: u64 = (1 << 53) - 1;
/// A leaf has room for this many of the smallest entries.
const MAX_PER_LEAF: u64 = 31;
/// By how much clocks may differ, in seconds: a bundle may come from that far ahead, or lie that
/// far before one that came before it.
pub(super) const MAX_SKEW: u64 = 300;
const DOMAIN: &[u8] = b"keyctl/v1/bundle-header\0";

/// What a header says. Its fields may be believed only once a signature was found good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The series.
    pub stream: StreamId,
    /// Which of the series: the instant of issue in milliseconds, greater than all before.
    pub serial: u64,
    /// When it was made.
    pub issued_at: Timestamp,
    /// From this instant on it is stale.
    pub valid_until: Timestamp,
    /// How many tokens it knows.
    pub entries: u64,
    /// Pages of 4,096 bytes in the file, the header included.
    pub pages: u64,
    /// SHA-256 of the signed head of the vault that it was made from.
    pub vault_head: [u8; 32],
    pub(super) leaves: u64,
    pub(super) root: Hash,
    pub(super) salt: [u8; 32],
}

impl Header {
    /// How old the bundle is at `now`.
    #[must_use]
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        let age = self.issued_at.seconds_until(now);
        if now.seconds_until(self.issued_at) > MAX_SKEW {
            Freshness::Early
        } else if now >= self.valid_until {
            Freshness::Stale
        } else if 2 * age >= self.issued_at.seconds_until(self.valid_until) {
            Freshness::Aging
        } else {
            Freshness::Fresh
        }
    }
}

/// Page 0 as it was read.
pub(super) struct HeaderPage(Box<Page>);

impl HeaderPage {
    /// Takes page 0 when it says of itself that it is one.
    pub(super) fn new(page: Box<Page>) -> Result<Self, Unreadable> {
        if page[..8] != MAGIC {
            return Err(Unreadable::NotABundle);
        }
        match u16::from_be_bytes([page[8], page[9]]) {
            VERSION => Ok(HeaderPage(page)),
            found => Err(Unreadable::Version { found }),
        }
    }

    /// The keys that are said to have signed; nothing is proven by that.
    pub(super) fn signers(&self) -> Option<Vec<SignerId>> {
        Some(self.signatures()?.into_iter().map(|(id, _)| id).collect())
    }

    /// The trusted key whose signature is good.
    pub(super) fn signer(&self, trusted: &[PublicKey]) -> Result<PublicKey, Untrusted> {
        let signatures = self.signatures().ok_or(Untrusted::SignatureBlock)?;
        let message = [DOMAIN, &self.0[..SIGNED_LEN]].concat();
        let mut signer = None;
        for (id, signature) in signatures {
            let Some(key) = trusted.iter().find(|key| key.id() == id) else { continue };
            if !key.verifies(&message, &signature) {
                return Err(Untrusted::BadSignature { signer: *key });
            }
            signer = signer.or(Some(*key));
        }
        signer.ok_or(Untrusted::Nobody)
    }

    /// SHA-256 of the signed bytes under their tag: what tells one header from another, whoever
    /// signed it.
    pub(super) fn hash(&self) -> [u8; 32] {
        Sha256::new_with_prefix(DOMAIN).chain_update(&self.0[..SIGNED_LEN]).finalize().into()
    }

    /// The fields. What they say of the file must be what the file is.
    pub(super) fn fields(&self, size: u64) -> Result<(Header, Shape), BundleFault> {
        let corrupt = BundleFault::Corrupt;
        let [serial, issued_at, valid_until, entries, leaves] =
            [32, 40, 48, 56, 64].map(|at| self.number(at));
        let instant = |n| i64::try_from(n).ok().and_then(Timestamp::from_unix);
        let times = instant(issued_at).zip(instant(valid_until)).filter(|(from, to)| from < to);
        let (issued_at, valid_until) = times.ok_or(corrupt("its times are impossible"))?;
        if !zeros(&self.0[10..16]) || !zeros(&self.0[168..SIGNED_LEN]) {
            return Err(corrupt("a zero in the header is not zero"));
        }
        if serial > MAX_SERIAL {
            return Err(corrupt("its serial is impossible"));
        }
        let header = Header {
            stream: StreamId(self.bytes(16)),
            serial,
            issued_at,
            valid_until,
            entries,
            pages: size / PAGE as u64,
            vault_head: self.bytes(136),
            leaves,
            root: self.bytes(72),
            salt: self.bytes(104),
        };
        let counts_fit = match leaves {
            0 => entries == 0,
            _ => entries >= leaves && entries.div_ceil(MAX_PER_LEAF) <= leaves,
        };
        if !counts_fit || (leaves == 0) != zeros(&header.root) {
            return Err(corrupt("its counts do not fit each other"));
        }
        let shape = Shape::over(leaves).filter(|shape| shape.pages() * PAGE as u64 == size);
        let shape = shape.ok_or(corrupt("the file is not of the size that its header says"))?;
        Ok((header, shape))
    }

    /// The signatures and who is said to have made them; `None` when the block is not one.
    fn signatures(&self) -> Option<Vec<(SignerId, [u8; 64])>> {
        let count = usize::from(self.0[SIGNED_LEN]);
        let end = SIGNATURES_AT + count * SIGNATURE_LEN;
        let well_formed = (1..=MAX_SIGNATURES).contains(&count)
            && zeros(&self.0[SIGNED_LEN + 1..SIGNATURES_AT])
            && zeros(&self.0[end..]);
        if !well_formed {
            return None;
        }
        let starts = (0..count).map(|i| SIGNATURES_AT + i * SIGNATURE_LEN);
        let signatures: Vec<_> =
            starts.map(|at| (SignerId(self.bytes(at)), self.bytes(at + 16))).collect();
        let twice = count == 2 && signatures[0].0 == signatures[1].0;
        (!twice).then_some(signatures)
    }

    fn bytes<const N: usize>(&self, at: usize) -> [u8; N] {
        self.0[at..at + N].try_into().expect("cut to that length")
    }

    fn number(&self, at: usize) -> u64 {
        u64::from_be_bytes(self.bytes(at))
    }
}

impl Header {
    /// Page 0 with the signatures that `sign` makes of its signed bytes.
    pub(super) fn encode(
        &self,
        sign: impl FnOnce(&[u8]) -> Vec<(SignerId, [u8; 64])>,
    ) -> Box<Page> {
        let mut page: Box<Page> = Box::new([0; PAGE]);
        let mut put = |at: usize, bytes: &[u8]| page[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &MAGIC);
        put(8, &VERSION.to_be_bytes());
        put(16, &self.stream.0);
        let instant = |time: Timestamp| time.unix().unsigned_abs();
        let (from, to) = (instant(self.issued_at), instant(self.valid_until));
        for (at, number) in
            [(32, self.serial), (40, from), (48, to), (56, self.entries), (64, self.leaves)]
        {
            put(at, &number.to_be_bytes());
        }
        put(72, &self.root);
        put(104, &self.salt);
        put(136, &self.vault_head);
        let signatures = sign(&[DOMAIN, &page[..SIGNED_LEN]].concat());
        page[SIGNED_LEN] = u8::try_from(signatures.len()).expect("at most two signatures");
        let slots = page[SIGNATURES_AT..].chunks_exact_mut(SIGNATURE_LEN);
        for (slot, (id, signature)) in slots.zip(&signatures) {
            slot[..16].copy_from_slice(&id.0);
            slot[16..].copy_from_slice(signature);
        }
        page
    }
}

fn zeros(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte == 0)
}
