//! Keys, seals, signatures and slots, in the notation of `docs/vault-format.md`.
//!
//! Nothing here reads a file or knows what a record means: bytes in, sealed bytes out. Secret
//! types are neither `Clone` nor `Copy`, show nothing in `Debug`, and clear themselves.

mod bundle_signer;
mod digest;
mod kdf;
mod key32;
mod keys;
mod random;
mod recipient;
mod seal;
mod secret;
mod slot;
mod token_seal;
mod vault_key;

pub(crate) use bundle_signer::{BundleSigner, stream_of};
pub(crate) use digest::{Digest, Hasher, digest};
pub use kdf::{KdfParams, KdfParamsError};
pub(crate) use kdf::{MAX_WORK, derive};
pub(crate) use key32::Key32;
pub(crate) use keys::{AdminKeys, Keys, ReadKeys, VaultId};
pub(crate) use random::{Draws, fill, random};
pub use recipient::{Identities, IdentityError, Recipient, RecipientError};
pub(crate) use seal::{
    NONCE_LEN, Sealed, TAG_LEN, open, open_in_place, seal, seal_in_place, seal_with,
};
pub use secret::{
    MIN_KEYFILE_LEN, Passphrase, PassphraseError, RecoveryKey, RecoveryKeyError, Secret,
    random_keyfile,
};
pub use slot::{Exchange, SlotKind};
pub(crate) use slot::{Opener, Slot, parse_contents};
pub(crate) use token_seal::{open_token, seal_token};
pub use vault_key::VaultKey;
