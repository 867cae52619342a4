//! The head: one sealed and signed block that vouches for everything else in the file.

use keyctl_verify::Brand;
use keyctl_verify::cbor::{Malformed, Reader, Writer};

use super::layout::{ABSENT, PageBits, Table};
use crate::crypto::{
    AdminKeys, Digest, KdfParams, ReadKeys, VaultId, VaultKey, digest, open, seal,
};
use crate::error::{Finding, VaultError};

/// The first field of every head of this format.
const FORMAT: u64 = 1;
const FIELDS: usize = 8;
const AAD_TAG: &[u8] = b"keyctl/v1/head\0";
const SIGNATURE_TAG: &[u8] = b"keyctl/v1/head-signature\0";
const SIGNATURE_LEN: usize = 64;

/// What the head says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// 1 for a new vault; each change adds one.
    pub(crate) generation: u64,
    /// In the order of [`Table::ALL`].
    pub(crate) tables: [TableHead; 4],
    pub(crate) slots: Digest,
    pub(crate) audit: AuditHead,
    pub(crate) brand: Brand,
    /// What new passphrase slots take.
    pub(crate) kdf: KdfParams,
    /// How many keys were ever made.
    pub(crate) keys_made: u64,
}

/// What the head says of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TableHead {
    /// How many pages it has.
    pub(crate) bits: PageBits,
    /// Records in the table.
    pub(crate) records: u64,
    pub(crate) nodes: Vec<Digest>,
}

/// What the head says of the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AuditHead {
    /// The row of the last segment: the generation of its first entry.
    pub(crate) tail: u64,
    pub(crate) digest: Digest,
}

impl Head {
    pub(crate) fn new(brand: Brand, kdf: KdfParams) -> Self {
        let bits = PageBits::LEAST;
        let tables =
            Table::ALL.map(|_| TableHead { bits, records: 0, nodes: vec![ABSENT; bits.nodes()] });
        let audit = AuditHead { tail: 0, digest: ABSENT };
        Head { generation: 0, tables, slots: ABSENT, audit, brand, kdf, keys_made: 0 }
    }

    pub(crate) fn table(&self, table: Table) -> &TableHead {
        &self.tables[usize::from(table.code()) - 1]
    }

    pub(crate) fn table_mut(&mut self, table: Table) -> &mut TableHead {
        &mut self.tables[usize::from(table.code()) - 1]
    }

    /// `sealed || signature`, the signature being over
    /// `"keyctl/v1/head-signature\0" || vault id || sealed`.
    pub(crate) fn seal(&self, keys: &AdminKeys) -> Result<Vec<u8>, VaultError> {
        let mut signed = seal(&keys.read.head, &aad(keys.id), &self.encode())?;
        let signature = keys.sign(&signed_message(keys.id, &signed));
        signed.extend_from_slice(&signature);
        Ok(signed)
    }

    /// The signature first, then the seal, then the fields.
    pub(crate) fn open(
        id: VaultId,
        keys: &ReadKeys,
        vault_key: &VaultKey,
        signed: &[u8],
    ) -> Result<Self, Finding> {
        let damaged = |what: &str| Finding::damaged(format!("the head {what}"));
        let (sealed, _) =
            signed.split_last_chunk::<SIGNATURE_LEN>().ok_or_else(|| damaged("is too short"))?;
        if !is_signed(id, vault_key, signed) {
            return Err(damaged("is not signed by the vault key"));
        }
        let plain = open(&keys.head, &aad(id), sealed).ok_or_else(|| damaged("does not open"))?;
        Head::decode(&plain).map_err(|Malformed| damaged("is malformed"))
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut w = Writer::default();
        w.array(FIELDS).uint(FORMAT).uint(self.generation);
        w.list(Table::ALL.iter(), |w, table| {
            let head = self.table(*table);
            w.array(4)
                .uint(u64::from(table.code()))
                .uint(head.bits.as_number())
                .uint(head.records)
                .bytes(head.nodes.as_flattened());
        });
        w.bytes(&self.slots);
        w.array(2).uint(self.audit.tail).bytes(&self.audit.digest);
        w.text(self.brand.as_str());
        w.array(3)
            .uint(u64::from(self.kdf.memory_kib()))
            .uint(u64::from(self.kdf.passes()))
            .uint(u64::from(self.kdf.lanes()));
        w.uint(self.keys_made);
        w.into_bytes()
    }

    pub(super) fn decode(bytes: &[u8]) -> Result<Self, Malformed> {
        let mut r = Reader::new(bytes);
        r.array(FIELDS)?;
        if r.uint()? != FORMAT {
            return Err(Malformed);
        }
        let generation = r.uint()?;
        r.array(Table::ALL.len())?;
        let mut table = |table: Table| {
            r.array(4)?;
            if r.uint()? != u64::from(table.code()) {
                return Err(Malformed);
            }
            let bits = PageBits::parse(r.uint()?).ok_or(Malformed)?;
            let records = r.uint()?;
            let (nodes, rest) = r.bytes()?.as_chunks::<32>();
            let fits = nodes.len() == bits.nodes() && rest.is_empty();
            let nodes = nodes.to_vec();
            if fits { Ok(TableHead { bits, records, nodes }) } else { Err(Malformed) }
        };
        let [a, b, c, d] = Table::ALL;
        let tables = [table(a)?, table(b)?, table(c)?, table(d)?];
        let slots = r.fixed()?;
        r.array(2)?;
        let audit = AuditHead { tail: r.uint()?, digest: r.fixed()? };
        let brand = r.parsed(Brand::read)?;
        r.array(3)?;
        let kdf = KdfParams::new(r.small()?, r.small()?, r.small()?).map_err(|_| Malformed)?;
        let keys_made = r.uint()?;
        r.end()?;
        Ok(Head { generation, tables, slots, audit, brand, kdf, keys_made })
    }
}

/// Whether a head, as it is stored, is signed by that vault key; whoever has the key alone can tell.
pub(super) fn is_signed(id: VaultId, vault_key: &VaultKey, signed: &[u8]) -> bool {
    let parts = signed.split_last_chunk::<SIGNATURE_LEN>();
    parts.is_some_and(|(sealed, signature)| {
        vault_key.verifies(&signed_message(id, sealed), signature)
    })
}

/// SHA-256 of the signed head as it is stored: what pins and audit entries name it by.
pub(crate) fn head_digest(signed: &[u8]) -> Digest {
    digest("", &[signed])
}

pub(super) fn aad(id: VaultId) -> Vec<u8> {
    [AAD_TAG, &id.0].concat()
}

pub(super) fn signed_message(id: VaultId, sealed: &[u8]) -> Vec<u8> {
    [SIGNATURE_TAG, &id.0, sealed].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Key32;

    const ID: VaultId = VaultId([1; 16]);

    fn keys(root: u8) -> AdminKeys {
        AdminKeys::derive(ID, Key32::fill_with(|k| *k = [root; 32]))
    }

    #[test]
    fn a_head_reads_back_and_is_bound_to_its_vault_and_key() {
        let mut head = Head::new(Brand::default(), KdfParams::DEFAULT);
        head.generation = 7;
        *head.table_mut(Table::Index) =
            TableHead { bits: PageBits::MOST, records: 9, nodes: vec![[9; 32]; 64] };
        head.table_mut(Table::Owners).records = 3;
        let (keys, others) = (keys(1), keys(2));
        let signed = head.seal(&keys).unwrap();
        let open =
            |id, by: &AdminKeys, bytes: &[u8]| Head::open(id, &by.read, &by.vault_key(), bytes);
        assert_eq!(open(ID, &keys, &signed), Ok(head));
        assert!(open(VaultId([2; 16]), &keys, &signed).is_err());
        assert!(open(ID, &others, &signed).is_err());
        for at in (0..signed.len()).step_by(17) {
            let mut flipped = signed.clone();
            flipped[at] ^= 1;
            assert!(open(ID, &keys, &flipped).is_err(), "byte {at}");
        }
        assert!(open(ID, &keys, &signed[..10]).is_err());
    }

    #[test]
    fn a_head_has_as_many_nodes_as_its_tables_have() {
        for table in Table::ALL {
            let mut head = Head::new(Brand::default(), KdfParams::DEFAULT);
            assert!(Head::decode(&head.encode()).is_ok());
            head.table_mut(table).nodes.push([9; 32]);
            assert!(Head::decode(&head.encode()).is_err(), "one more in {}", table.as_str());
            head.table_mut(table).nodes.truncate(PageBits::LEAST.nodes() - 1);
            assert!(Head::decode(&head.encode()).is_err(), "one fewer in {}", table.as_str());
            head.table_mut(table).nodes = vec![[9; 32]; PageBits::MOST.nodes()];
            assert!(Head::decode(&head.encode()).is_err(), "more pages in {}", table.as_str());
            head.table_mut(table).bits = PageBits::MOST;
            assert!(Head::decode(&head.encode()).is_ok(), "as many as it says");
        }
    }

    #[test]
    fn a_viewer_cannot_sign_a_head() {
        // Whoever holds the reading keys can seal, but not under the vault key.
        let (admin, forger) = (keys(1), keys(2));
        let sealed = seal(
            &admin.read.head,
            &aad(ID),
            &Head::new(Brand::default(), KdfParams::DEFAULT).encode(),
        );
        let mut forged = sealed.unwrap();
        forged.extend_from_slice(&forger.sign(&signed_message(ID, &forged)));
        let err = Head::open(ID, &admin.read, &admin.vault_key(), &forged).unwrap_err();
        assert!(err.to_string().contains("not signed"), "{err}");
    }
}
