//! Settings of the vault, each a record that begins with its name (`docs/vault-format.md`,
//! section 7).

use keyctl_verify::cbor::{Malformed, Reader, Writer};
use keyctl_verify::{PublicKey, Timestamp};

/// Who signs the vault's bundles, and what their streams are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BundleSetting {
    /// 32 random bytes.
    pub(crate) stream_root: [u8; 32],
    /// The newest first; never empty.
    pub(crate) keys: Vec<BundleKey>,
}

/// A key that signs bundles, or signed them once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BundleKey {
    pub(crate) public: PublicKey,
    /// When it was made.
    pub(crate) since: Timestamp,
    /// From this on it signs no more; `None` for the current one.
    pub(crate) until: Option<Timestamp>,
    /// Its seed, sealed. A rotation removes those of keys that sign no more.
    pub(crate) sealed_seed: Option<Vec<u8>>,
}

impl BundleSetting {
    /// What the record is found by.
    pub(crate) const NAME: &'static str = "bundle";
    /// Keys that are remembered, so that files they signed are known as the vault's own.
    pub(crate) const MAX_KEYS: usize = 16;

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.array(3).text(Self::NAME).bytes(&self.stream_root).list(self.keys.iter(), |w, key| {
            w.array(4)
                .bytes(key.public.as_bytes())
                .uint(key.since.unix().unsigned_abs())
                .option_uint(key.until.map(|until| until.unix().unsigned_abs()))
                .option(key.sealed_seed.as_deref(), |w, sealed| {
                    w.bytes(sealed);
                });
        });
        w.into_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(3)?;
        if r.text()? != Self::NAME {
            return Err(Malformed);
        }
        let stream_root = r.fixed()?;
        let keys: Vec<BundleKey> = r.list(|r| {
            r.array(4)?;
            Ok(BundleKey {
                public: PublicKey::from_bytes(r.fixed()?).ok_or(Malformed)?,
                since: read_time(r)?,
                until: r.option(read_time)?,
                sealed_seed: r.option(|r| r.bytes().map(<[u8]>::to_vec))?,
            })
        })?;
        r.end()?;
        if keys.is_empty() { Err(Malformed) } else { Ok(BundleSetting { stream_root, keys }) }
    }
}

fn read_time(r: &mut Reader<'_>) -> Result<Timestamp, Malformed> {
    i64::try_from(r.uint()?).ok().and_then(Timestamp::from_unix).ok_or(Malformed)
}
