//! Entries (`docs/bundle-format.md`, section 4), sealed right or wrong.

use chacha20poly1305::aead::{AeadInOut, KeyInit};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;

use super::forge::Edit;
use crate::reference::digest;

/// `lk`, size and tag.
pub(super) const OVERHEAD: usize = 16 + 2 + 16;
pub(super) const SIZES: [usize; 6] = [128, 256, 512, 1024, 2048, 4032];

pub(super) type Lk = [u8; 16];

/// What goes into the keys of a file's entries.
#[derive(Clone, Copy)]
pub(super) struct Context {
    pub(super) salt: [u8; 32],
    pub(super) stream: [u8; 16],
    pub(super) serial: u64,
}

/// That of all vectors but those in which one of the three is the point. Real bundles never share
/// a salt; nothing in these is secret.
pub(super) const CONTEXT: Context = Context {
    salt: *b"the salt of all of these bundles",
    stream: *b"a vector stream.",
    serial: 1_800_000_000_000,
};

impl Context {
    pub(super) fn lk(&self, token: &str) -> Lk {
        self.derive(token, "keyctl/v1/bundle/lookup")
    }

    pub(super) fn ek(&self, token: &str) -> [u8; 32] {
        self.derive(token, "keyctl/v1/bundle/entry")
    }

    fn derive<const N: usize>(&self, token: &str, purpose: &str) -> [u8; N] {
        let info = [purpose.as_bytes(), &self.stream, &self.serial.to_be_bytes()].concat();
        self.expand(token, &info)
    }

    /// HKDF with whatever `info`.
    pub(super) fn expand<const N: usize>(&self, token: &str, info: &[u8]) -> [u8; N] {
        let mut out = [0; N];
        Hkdf::<Sha256>::new(Some(&self.salt), &digest(token)).expand(info, &mut out).unwrap();
        out
    }

    pub(super) fn seal(&self, entry: &Entry) -> Vec<u8> {
        let lk = entry.lk.unwrap_or_else(|| self.lk(&entry.token));
        let fits = |size: &usize| *size >= entry.text.len() + OVERHEAD;
        let size = entry.size.or_else(|| SIZES.into_iter().find(fits)).unwrap();
        let mut text = entry.text.clone();
        text.resize(size - OVERHEAD, 0);
        let ek = entry.ek.unwrap_or_else(|| self.ek(&entry.token));
        let aad = entry.aad.clone().unwrap_or(lk.to_vec());
        let tag = ChaCha20Poly1305::new(&ek.into())
            .encrypt_inout_detached(&Nonce::from(entry.nonce), &aad, text.as_mut_slice().into())
            .unwrap();
        let size = u16::try_from(size).unwrap().to_be_bytes();
        let mut bytes = [&lk[..], &size, &text, &tag].concat();
        for edit in &entry.edits {
            edit(&mut bytes);
        }
        bytes
    }
}

/// An entry before it is sealed, and what is done otherwise than it should be.
pub(super) struct Entry {
    pub(super) token: String,
    pub(super) text: Vec<u8>,
    pub(super) size: Option<usize>,
    pub(super) lk: Option<Lk>,
    pub(super) ek: Option<[u8; 32]>,
    pub(super) nonce: [u8; 12],
    pub(super) aad: Option<Vec<u8>>,
    /// Done to the sealed entry.
    pub(super) edits: Vec<Edit>,
}

impl Entry {
    pub(super) fn new(token: &str, text: Vec<u8>) -> Self {
        Entry {
            token: token.to_owned(),
            text,
            size: None,
            lk: None,
            ek: None,
            nonce: [0; 12],
            aad: None,
            edits: vec![],
        }
    }

    /// The same, but for what is changed.
    pub(super) fn but(mut self, change: impl FnOnce(&mut Entry)) -> Self {
        change(&mut self);
        self
    }

    /// The same, changed after it was sealed.
    pub(super) fn then(mut self, edit: impl Fn(&mut Vec<u8>) + 'static) -> Self {
        self.edits.push(Box::new(edit));
        self
    }
}
