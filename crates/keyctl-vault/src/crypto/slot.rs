//! Slots (`docs/vault-format.md`, section 4): each wraps the keys of one role under one secret.
//!
//! A slot is read from a file that nobody has vouched for yet, so its bytes are checked field by
//! field before the secret is even looked at. The commitment is compared before anything is
//! decrypted, because the cipher does not commit to its key: without it one ciphertext could be
//! made to open under many passphrases.

use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::key32::Key32;
use super::keys::{AdminKeys, Keys, VaultId};
use super::recipient::Recipient;
use super::secret::Secret;
use super::{KdfParams, NONCE_LEN, TAG_LEN, VaultKey, derive, open, random, seal};
use crate::domain::{Name, Role};
use crate::error::VaultError;

const VERSION: u8 = 1;
const INFO_TAG: &[u8] = b"keyctl/v1/slot";
const COMMITMENT_LEN: usize = 32;

/// A slot's id, which is also Argon2id's salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SlotId(pub(crate) [u8; 16]);

/// What kind of secret opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// A passphrase, through Argon2id with these parameters.
    Passphrase(KdfParams),
    /// The recovery key.
    Recovery,
    /// A key file.
    Keyfile,
    /// The age identity of a recipient.
    X25519(Exchange),
}

/// The parameters of a slot for a recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    ephemeral: [u8; 32],
    recipient: Recipient,
}

impl SlotKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SlotKind::Passphrase(_) => "passphrase",
            SlotKind::Recovery => "recovery",
            SlotKind::Keyfile => "keyfile",
            SlotKind::X25519(_) => "x25519",
        }
    }

    /// The parameters of a passphrase slot.
    #[must_use]
    pub fn kdf(self) -> Option<KdfParams> {
        match self {
            SlotKind::Passphrase(params) => Some(params),
            _ => None,
        }
    }

    /// Whom an X25519 slot is for.
    #[must_use]
    pub fn recipient(self) -> Option<Recipient> {
        match self {
            SlotKind::X25519(exchange) => Some(exchange.recipient),
            _ => None,
        }
    }

    /// What opens it, for people.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            SlotKind::Passphrase(_) => "passphrase",
            SlotKind::Recovery => "recovery key",
            SlotKind::Keyfile => "key file",
            SlotKind::X25519(_) => "age identity",
        }
    }

    pub(crate) fn opened_by(self, secret: &Secret) -> bool {
        match (self, secret) {
            (SlotKind::Passphrase(_), Secret::Passphrase(_))
            | (SlotKind::Recovery, Secret::Recovery(_))
            | (SlotKind::Keyfile, Secret::Keyfile(_)) => true,
            (SlotKind::X25519(exchange), Secret::Identity(identities)) => {
                identities.has(&exchange.recipient)
            }
            _ => false,
        }
    }

    fn code(self) -> u8 {
        match self {
            SlotKind::Passphrase(_) => 1,
            SlotKind::Recovery => 2,
            SlotKind::Keyfile => 3,
            SlotKind::X25519(_) => 4,
        }
    }

    fn params(self) -> Vec<u8> {
        match self {
            SlotKind::Passphrase(p) => [p.memory_kib(), p.passes(), p.lanes()]
                .iter()
                .flat_map(|n| n.to_be_bytes())
                .collect(),
            SlotKind::Recovery | SlotKind::Keyfile => Vec::new(),
            SlotKind::X25519(x) => [x.ephemeral, *x.recipient.as_bytes()].concat(),
        }
    }

    fn parse(code: u8, params: &[u8]) -> Result<Self, String> {
        match (code, params.len()) {
            (1, 12) => {
                let number = |i: usize| {
                    u32::from_be_bytes(params[i * 4..i * 4 + 4].try_into().expect("four bytes"))
                };
                KdfParams::new(number(0), number(1), number(2))
                    .map(SlotKind::Passphrase)
                    .map_err(|e| format!("asks for Argon2id beyond its bounds: {e}"))
            }
            (2, 0) => Ok(SlotKind::Recovery),
            (3, 0) => Ok(SlotKind::Keyfile),
            (4, 64) => {
                let half = |at: usize| params[at..at + 32].try_into().expect("half of 64 bytes");
                let (ephemeral, recipient) = (half(0), Recipient::from_bytes(half(32)));
                Ok(SlotKind::X25519(Exchange { ephemeral, recipient }))
            }
            (1..=4, _) => Err("has parameters of the wrong length".to_owned()),
            _ => Err(format!("is of unknown kind {code}")),
        }
    }
}

/// A slot as it is stored.
pub(crate) struct Slot {
    pub(crate) id: SlotId,
    pub(crate) kind: SlotKind,
    pub(crate) role: Role,
    pub(crate) name: Name,
    commitment: [u8; COMMITMENT_LEN],
    wrapped: Vec<u8>,
    bytes: Vec<u8>,
}

impl Slot {
    /// Wraps the keys of `role` for `opener`; a passphrase goes through Argon2id with `params`.
    pub(crate) fn wrap(
        keys: &AdminKeys,
        role: Role,
        name: Name,
        opener: Opener<'_>,
        params: KdfParams,
    ) -> Result<Self, VaultError> {
        let id = SlotId(random()?);
        let (kind, input) = opener.prepare(id, params)?;
        let info = info(kind, role);
        let (kek, commitment) = expand(keys.id, id, &info, &input);
        let wrapped = seal(&kek, &info, &contents(keys, role))?;
        Ok(Slot::assemble(id, kind, role, name, commitment, wrapped))
    }

    /// Reads a slot, checking every number before anything of its size is made.
    ///
    /// # Errors
    /// A phrase that says what is wrong with the slot.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut rest = Fields(bytes);
        if rest.take(1)? != [VERSION] {
            return Err("is of an unknown version".to_owned());
        }
        let id = SlotId(rest.take(16)?.try_into().expect("sixteen bytes"));
        let codes = rest.take(2)?;
        let name = rest.sized()?;
        let params = rest.sized()?;
        let commitment = rest.take(COMMITMENT_LEN)?.try_into().expect("taken by that length");
        let kind = SlotKind::parse(codes[0], params)?;
        let role = Role::from_code(codes[1]).ok_or("is of an unknown role")?;
        let name = std::str::from_utf8(name).ok().and_then(Name::from_stored);
        let name = name.ok_or("has a malformed name")?;
        if rest.0.len() != NONCE_LEN + contents_len(role) + TAG_LEN {
            return Err("has the wrong length".to_owned());
        }
        Ok(Slot {
            id,
            kind,
            role,
            name,
            commitment,
            wrapped: rest.0.to_vec(),
            bytes: bytes.to_vec(),
        })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What trying this slot costs, in KiB times passes.
    pub(crate) fn work(&self) -> u64 {
        match self.kind {
            SlotKind::Passphrase(params) => params.work(),
            _ => 0,
        }
    }

    /// Opens the slot; `None` when the secret is another one or the slot was changed.
    pub(crate) fn unwrap(
        &self,
        vault: VaultId,
        secret: &Secret,
    ) -> Result<Option<(Keys, VaultKey)>, VaultError> {
        let Some(input) = input_of(self.kind, self.id, secret)? else { return Ok(None) };
        let info = info(self.kind, self.role);
        let (kek, commitment) = expand(vault, self.id, &info, &input);
        if !bool::from(commitment.ct_eq(&self.commitment)) {
            return Ok(None);
        }
        Ok(open(&kek, &info, &self.wrapped)
            .and_then(|plain| parse_contents(vault, self.role, &plain)))
    }

    fn assemble(
        id: SlotId,
        kind: SlotKind,
        role: Role,
        name: Name,
        commitment: [u8; COMMITMENT_LEN],
        wrapped: Vec<u8>,
    ) -> Self {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&id.0);
        bytes.extend_from_slice(&[kind.code(), role.code()]);
        push_sized(&mut bytes, name.as_str().as_bytes());
        push_sized(&mut bytes, &kind.params());
        bytes.extend_from_slice(&commitment);
        bytes.extend_from_slice(&wrapped);
        Slot { id, kind, role, name, commitment, wrapped, bytes }
    }
}

/// `"keyctl/v1/slot" || kind || role || parameters`: HKDF's info, and the additional data.
fn info(kind: SlotKind, role: Role) -> Vec<u8> {
    let mut info = INFO_TAG.to_vec();
    info.extend_from_slice(&[kind.code(), role.code()]);
    info.extend_from_slice(&kind.params());
    info
}

/// Who shall open a new slot: whoever holds a secret, or the identity of a recipient.
#[derive(Clone, Copy)]
pub(crate) enum Opener<'s> {
    Secret(&'s Secret),
    Recipient(Recipient),
}

impl Opener<'_> {
    /// The kind of the new slot, and what its keys are derived from.
    fn prepare(&self, id: SlotId, params: KdfParams) -> Result<(SlotKind, Key32), VaultError> {
        let secret = match self {
            Opener::Secret(secret) => *secret,
            Opener::Recipient(recipient) => {
                let (ephemeral, shared) = recipient.encapsulate()?;
                let exchange = Exchange { ephemeral, recipient: *recipient };
                return Ok((SlotKind::X25519(exchange), shared));
            }
        };
        let kind = match secret {
            Secret::Passphrase(_) => SlotKind::Passphrase(params),
            Secret::Recovery(_) => SlotKind::Recovery,
            Secret::Keyfile(_) => SlotKind::Keyfile,
            Secret::Identity(identities) => {
                return Opener::Recipient(identities.first()).prepare(id, params);
            }
        };
        let input = input_of(kind, id, secret)?;
        Ok((kind, input.expect("the kind is that of the secret")))
    }
}

/// What the keys of a slot are derived from; `None` when `secret` is not what opens it.
fn input_of(kind: SlotKind, id: SlotId, secret: &Secret) -> Result<Option<Key32>, VaultError> {
    Ok(match (kind, secret) {
        (SlotKind::Passphrase(params), Secret::Passphrase(passphrase)) => {
            Some(derive(passphrase, &id.0, params)?)
        }
        (SlotKind::Recovery, Secret::Recovery(key)) => Some(key.0.duplicate()),
        (SlotKind::Keyfile, Secret::Keyfile(file)) => Some(file.0.duplicate()),
        (SlotKind::X25519(exchange), Secret::Identity(identities)) => {
            identities.decapsulate(&exchange.recipient, &exchange.ephemeral)
        }
        _ => None,
    })
}

/// `kek[32] || commitment[32] = HKDF(input, salt = vault id || slot id, info)`.
fn expand(vault: VaultId, id: SlotId, info: &[u8], input: &Key32) -> (Key32, [u8; COMMITMENT_LEN]) {
    let salt = [vault.0, id.0].concat();
    let mut okm = Zeroizing::new([0; 64]);
    Hkdf::<Sha256>::new(Some(&salt), input.expose_key())
        .expand(info, &mut okm[..])
        .expect("64 bytes are less than HKDF's limit");
    let kek = Key32::from_slice(&okm[..32]).expect("half of 64 bytes");
    (kek, okm[32..].try_into().expect("half of 64 bytes"))
}

fn contents_len(role: Role) -> usize {
    match role {
        Role::Admin | Role::Viewer => 64,
        Role::Exporter => 96,
    }
}

/// The keys of the role, then the vault key.
fn contents(keys: &AdminKeys, role: Role) -> Zeroizing<Vec<u8>> {
    let mut plain = Zeroizing::new(Vec::with_capacity(contents_len(role)));
    match role {
        Role::Admin => plain.extend_from_slice(keys.vrk.expose_key()),
        Role::Viewer => plain.extend_from_slice(keys.read.rrk.expose_key()),
        Role::Exporter => {
            plain.extend_from_slice(keys.read.rrk.expose_key());
            plain.extend_from_slice(keys.bundle.expose_key());
        }
    }
    plain.extend_from_slice(keys.vault_key().as_bytes());
    plain
}

/// The keys of a role, and the vault key, as a slot wraps them.
pub(crate) fn parse_contents(vault: VaultId, role: Role, plain: &[u8]) -> Option<(Keys, VaultKey)> {
    let (keys, vault_key) = plain.split_last_chunk::<32>()?;
    let vault_key = VaultKey::from_bytes(*vault_key)?;
    let (key, rest) = keys.split_at_checked(32)?;
    let key = Key32::from_slice(key)?;
    let keys = match (role, rest.len()) {
        (Role::Admin, 0) => Keys::admin(vault, key),
        (Role::Exporter, 32) => Keys::exporter(vault, key, Key32::from_slice(rest)?),
        (Role::Viewer, 0) => Keys::viewer(vault, key),
        _ => return None,
    };
    Some((keys, vault_key))
}

/// What has not been read yet of a slot.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], String> {
        let (field, rest) = self.0.split_at_checked(len).ok_or("ends too early")?;
        self.0 = rest;
        Ok(field)
    }

    /// `len u16 || bytes`
    fn sized(&mut self) -> Result<&'a [u8], String> {
        let len = u16::from_be_bytes(self.take(2)?.try_into().expect("two bytes"));
        self.take(usize::from(len))
    }
}

fn push_sized(bytes: &mut Vec<u8>, field: &[u8]) {
    let len = u16::try_from(field.len()).expect("names and parameters are short");
    bytes.extend_from_slice(&len.to_be_bytes());
    bytes.extend_from_slice(field);
}

#[cfg(test)]
mod tests {
    use super::super::secret::Passphrase;
    use super::*;

    const VAULT: VaultId = VaultId([5; 16]);

    fn admin() -> AdminKeys {
        AdminKeys::derive(VAULT, Key32::fill_with(|k| *k = [6; 32]))
    }

    fn keyfile(byte: u8) -> Secret {
        Secret::keyfile(&[byte; 32]).unwrap()
    }

    fn slot(role: Role, secret: &Secret) -> Slot {
        let floor = KdfParams::from_mib(19, 1).unwrap();
        let opener = Opener::Secret(secret);
        Slot::wrap(&admin(), role, Name::parse("ci").unwrap(), opener, floor).unwrap()
    }

    #[test]
    fn each_role_gets_its_keys_and_no_more() {
        for role in Role::ALL {
            let stored = Slot::parse(slot(role, &keyfile(1)).as_bytes()).unwrap();
            assert!(stored.unwrap(VAULT, &keyfile(2)).unwrap().is_none());
            let (keys, vault_key) = stored.unwrap(VAULT, &keyfile(1)).unwrap().unwrap();
            assert_eq!(vault_key, admin().vault_key());
            let writes = matches!(keys, Keys::Admin(_));
            assert_eq!(writes, role == Role::Admin);
            let bundle = keys.bundle().map(|key| *key.expose_key());
            let expected = (role != Role::Viewer).then(|| *admin().bundle.expose_key());
            assert_eq!(bundle, expected);
        }
    }

    #[test]
    fn a_slot_belongs_to_its_vault_and_to_its_secret() {
        let passphrase = || Secret::Passphrase(Passphrase::new("correct horse").unwrap());
        let stored = slot(Role::Admin, &passphrase());
        assert!(stored.unwrap(VAULT, &passphrase()).unwrap().is_some());
        assert!(stored.unwrap(VaultId([6; 16]), &passphrase()).unwrap().is_none());
        assert!(stored.unwrap(VAULT, &keyfile(1)).unwrap().is_none());
    }

    #[test]
    fn only_a_passphrase_is_work() {
        let passphrase = Secret::Passphrase(Passphrase::new("correct horse").unwrap());
        let floor = KdfParams::from_mib(19, 1).unwrap();
        assert_eq!(slot(Role::Admin, &passphrase).work(), floor.work());
        assert_eq!(slot(Role::Admin, &keyfile(1)).work(), 0);
    }

    #[test]
    fn no_flipped_bit_of_a_slot_opens() {
        let bytes = slot(Role::Exporter, &keyfile(1)).as_bytes().to_vec();
        let name_at = 1 + 16 + 2 + 2;
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let opens = Slot::parse(&flipped)
                .is_ok_and(|slot| slot.unwrap(VAULT, &keyfile(1)).unwrap().is_some());
            // The name alone is vouched for by the head and not by the slot itself.
            let in_name = (name_at..name_at + 2).contains(&(bit / 8));
            assert!(!opens || in_name, "bit {bit}");
        }
    }

    #[test]
    fn a_truncated_or_greedy_slot_is_refused() {
        let bytes = slot(Role::Viewer, &keyfile(1)).as_bytes().to_vec();
        for len in 0..bytes.len() {
            assert!(Slot::parse(&bytes[..len]).is_err(), "{len} bytes");
        }
        assert!(Slot::parse(&[&bytes[..], &[0]].concat()).is_err());
        let mut greedy = bytes;
        greedy[17] = 1;
        let err = Slot::parse(&greedy).err().unwrap();
        assert!(err.contains("parameters"), "{err}");
        assert!(SlotKind::parse(1, &[0xff; 12]).unwrap_err().contains("beyond its bounds"));
        assert!(SlotKind::parse(5, &[]).unwrap_err().contains("unknown kind"));
    }
}
