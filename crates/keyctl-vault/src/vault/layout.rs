//! Where a record lives (`docs/vault-format.md`, section 5): a keyed hash of what it is found by
//! says on which page, so that the file shows neither names nor their order.

use crate::crypto::{Digest, ReadKeys, VaultId, digest};

/// The tables of records inside the pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Table {
    /// Key records, by id.
    Keys,
    /// Names and public ids, to keys.
    Index,
    /// Registered owners.
    Owners,
    /// Settings.
    Settings,
}

/// Pages under one node.
pub(crate) const FAN_OUT: usize = 64;

impl Table {
    pub(crate) const ALL: [Table; 4] = [Table::Keys, Table::Index, Table::Owners, Table::Settings];

    pub(crate) fn code(self) -> u8 {
        match self {
            Table::Keys => 1,
            Table::Index => 2,
            Table::Owners => 3,
            Table::Settings => 4,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Table::Keys => "keys",
            Table::Index => "index",
            Table::Owners => "owners",
            Table::Settings => "settings",
        }
    }

    /// The row of a page in the store: the table's code, then 12 bits of page number.
    pub(crate) fn page_row(self, page: u16) -> i64 {
        i64::from(self.code()) << 12 | i64::from(page)
    }

    /// The row of a node in the store: the table's code, then 6 bits of node number.
    pub(crate) fn node_row(self, node: usize) -> i64 {
        i64::from(self.code()) << 6 | i64::try_from(node).expect("a node's number has six bits")
    }
}

/// How many bits of a location are the number of its page: a table has more pages the more records it
/// has, so that few records are not spread over pages that are mostly padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageBits(u8);

impl PageBits {
    pub(crate) const LEAST: PageBits = PageBits(6);
    pub(crate) const MOST: PageBits = PageBits(12);
    const ALL: [PageBits; 3] = [Self::LEAST, PageBits(9), Self::MOST];
    /// So many records a page has on average, before there are more pages.
    const RECORDS: u64 = 64;

    /// What a table of so many records is written with.
    pub(crate) fn for_records(records: u64) -> Self {
        let fits = |bits: &Self| records <= u64::from(bits.pages()) * Self::RECORDS;
        Self::ALL.into_iter().find(fits).unwrap_or(Self::MOST)
    }

    /// What a head says; `None` for what no table has.
    pub(crate) fn parse(bits: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|known| u64::from(known.0) == bits)
    }

    pub(crate) fn as_number(self) -> u64 {
        u64::from(self.0)
    }

    pub(crate) fn pages(self) -> u16 {
        1 << self.0
    }

    pub(crate) fn nodes(self) -> usize {
        usize::from(self.pages()) / FAN_OUT
    }

    /// The page that has what the page `number` of [`PageBits::MOST`] would have; behind the last of
    /// those, how many pages there are.
    pub(crate) fn page_from(self, number: u16) -> u16 {
        number >> (Self::MOST.0 - self.0)
    }
}

/// Where a record lives in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Loc(pub(crate) [u8; 16]);

impl Loc {
    pub(crate) fn page(self, bits: PageBits) -> u16 {
        u16::from_be_bytes([self.0[0], self.0[1]]) >> (16 - bits.0)
    }
}

/// What a record is found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Id,
    Name,
    PublicId,
    Owner,
    Setting,
}

impl What {
    /// 1 to 5.
    fn code(self) -> u8 {
        match self {
            What::Id => 1,
            What::Name => 2,
            What::PublicId => 3,
            What::Owner => 4,
            What::Setting => 5,
        }
    }
}

/// `HMAC(K_loc, table || what || len u16 || project || len u16 || value)[..16]`.
pub(crate) fn locate(keys: &ReadKeys, table: Table, what: What, project: &str, value: &str) -> Loc {
    let len = |text: &str| {
        u16::try_from(text.len()).expect("names are far shorter than 65,536 bytes").to_be_bytes()
    };
    let (project_len, value_len) = (len(project), len(value));
    let codes = [table.code(), what.code()];
    let parts = [&codes[..], &project_len, project.as_bytes(), &value_len, value.as_bytes()];
    Loc(keys.locate(&parts))
}

/// What vouches for an absent page or node.
pub(crate) const ABSENT: Digest = [0; 32];

/// The additional data of a page, and what its digest begins with.
pub(crate) fn page_place(id: VaultId, table: Table, page: u16) -> [u8; 19] {
    let mut place = [0; 19];
    place[..16].copy_from_slice(&id.0);
    place[16] = table.code();
    place[17..].copy_from_slice(&page.to_be_bytes());
    place
}

/// `SHA-256("keyctl/v1/page-digest\0" || vault id || table || page number || sealed page)`.
pub(crate) fn page_digest(id: VaultId, table: Table, page: u16, sealed: &[u8]) -> Digest {
    digest("keyctl/v1/page-digest\0", &[&page_place(id, table, page), sealed])
}

/// `SHA-256("keyctl/v1/node\0" || vault id || table || node number u8 || 64 digests)`.
pub(crate) fn node_digest(id: VaultId, table: Table, node: usize, digests: &Node) -> Digest {
    if digests.iter().all(|digest| *digest == ABSENT) {
        return ABSENT;
    }
    let number = u8::try_from(node).expect("a node's number has six bits");
    digest("keyctl/v1/node\0", &[&id.0, &[table.code(), number], digests.as_flattened()])
}

/// The digests of 64 neighbouring pages.
pub(crate) type Node = [Digest; FAN_OUT];

#[cfg(test)]
mod tests {
    use super::*;

    /// `docs/vault-format.md`, sections 5 and 6.
    #[test]
    fn the_tables_are_those_of_the_specification() {
        let tables = Table::ALL.map(|table| (table.code(), table.as_str()));
        assert_eq!(tables, [(1, "keys"), (2, "index"), (3, "owners"), (4, "settings")]);
        assert_eq!((Table::Keys.page_row(0), Table::Keys.page_row(4095)), (4096, 8191));
        assert_eq!((Table::Settings.page_row(63), Table::Index.page_row(5)), (16_447, 8197));
        assert_eq!((Table::Keys.node_row(63), Table::Owners.node_row(0)), (127, 192));
    }

    #[test]
    fn a_table_has_as_many_pages_as_its_records_need() {
        let shape = |bits: PageBits| (bits.as_number(), bits.pages(), bits.nodes());
        assert_eq!(PageBits::ALL.map(shape), [(6, 64, 1), (9, 512, 8), (12, 4096, 64)]);
        for bits in 0..=256 {
            assert_eq!(PageBits::parse(bits).is_some(), [6, 9, 12].contains(&bits), "{bits}");
        }
        let of = |records| PageBits::for_records(records).as_number();
        assert_eq!([0, 4096, 4097, 32_768, 32_769, u64::MAX].map(of), [6, 6, 9, 9, 12, 12]);
    }

    #[test]
    fn the_first_bits_of_a_location_are_its_page() {
        let loc = Loc([0b1011_0110, 0b1100_1111, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let pages = PageBits::ALL.map(|bits| loc.page(bits));
        assert_eq!(pages, [0b10_1101, 0b1_0110_1101, 0b1011_0110_1100]);
        // A part of the pages begins where the parts before it end, however many pages there are.
        for bits in PageBits::ALL {
            assert_eq!(bits.page_from(pages[2]), loc.page(bits));
            assert_eq!((bits.page_from(0), bits.page_from(4096)), (0, bits.pages()));
        }
    }

    #[test]
    fn a_record_lives_where_the_specification_says() {
        let root = crate::crypto::Key32::fill_with(|key| *key = [7; 32]);
        let keys = crate::crypto::AdminKeys::derive(VaultId([3; 16]), root).read;
        for (table, what, project, value, message) in [
            (Table::Keys, What::Id, "", "key_a", &b"\x01\x01\0\0\0\x05key_a"[..]),
            (Table::Index, What::Name, "shop", "ci", b"\x02\x02\0\x04shop\0\x02ci"),
            (Table::Index, What::PublicId, "", "abc", b"\x02\x03\0\0\0\x03abc"),
            (Table::Owners, What::Owner, "", "bob", b"\x03\x04\0\0\0\x03bob"),
            (Table::Settings, What::Setting, "", "policy", b"\x04\x05\0\0\0\x06policy"),
        ] {
            let loc = locate(&keys, table, what, project, value);
            assert_eq!(loc, Loc(keys.locate(&[message])), "{value}");
        }
    }
}
