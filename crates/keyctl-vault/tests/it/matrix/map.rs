//! What each byte of a vault's file is: a reader of SQLite's file format
//! (<https://sqlite.org/fileformat.html>) and of `docs/vault-format.md` that gives every byte a
//! name. Which bytes may change unnoticed is then said by name, and not by place.

use std::ops::Range;

pub(super) const PAGE: usize = 4096;
/// Bytes of the file's header.
const HEADER: usize = 100;
/// The most bytes of a row that lie in its leaf, and the fewest of one that does not fit.
const MAX_LOCAL: usize = PAGE - 35;
const MIN_LOCAL: usize = (PAGE - 12) * 32 / 255 - 23;

const NONCE: usize = 24;
const TAG: usize = 16;

pub(super) type Part = &'static str;

/// The fields of SQLite's header: where each begins.
const HEADER_FIELDS: [(usize, Part); 21] = [
    (0, "header: magic"),
    (16, "header: page size"),
    (18, "header: journal mode"),
    (20, "header: reserved bytes"),
    (21, "header: payload fractions"),
    (24, "header: change counter"),
    (28, "header: pages in the file"),
    (32, "header: first free page"),
    (36, "header: count of free pages"),
    (40, "header: schema cookie"),
    (44, "header: schema format"),
    (48, "header: cache size"),
    (52, "header: auto-vacuum"),
    (56, "header: text encoding"),
    (60, "header: user version"),
    (64, "header: incremental vacuum"),
    (68, "header: application id"),
    (72, "header: zeros"),
    (92, "header: version valid for"),
    (96, "header: version of SQLite"),
    (100, ""),
];

/// The names of all bytes of a file.
pub(super) struct Map<'f> {
    file: &'f [u8],
    parts: Vec<Part>,
    /// Pages of b-trees, and where in them their headers begin.
    pages: Vec<(usize, usize)>,
}

/// One row: the bytes of its `d`, and where in the file each of them lies.
struct Row {
    id: i64,
    places: Vec<usize>,
}

impl<'f> Map<'f> {
    /// `roots` are the tables and the pages at which they begin; `used` is the row of the slot that
    /// the vault is opened with.
    pub(super) fn of(file: &'f [u8], roots: &[(&'static str, usize)], used: i64) -> Vec<Part> {
        let mut map = Map { file, parts: vec![""; file.len()], pages: Vec::new() };
        for pair in HEADER_FIELDS.windows(2) {
            map.name(pair[0].0..pair[1].0, pair[0].1);
        }
        map.schema();
        for (table, root) in roots {
            for row in map.tree(*root) {
                map.name_row(table, &row, used);
            }
        }
        map.free_pages();
        for (page, header) in map.pages.clone() {
            map.leftovers(page, header);
        }
        let unnamed = map.parts.iter().position(|part| part.is_empty());
        assert_eq!(unnamed, None, "every byte of the file has a name");
        map.parts
    }

    fn name(&mut self, bytes: Range<usize>, part: Part) {
        for at in bytes {
            assert!(self.parts[at].is_empty(), "byte {at} is {} and {part}", self.parts[at]);
            self.parts[at] = part;
        }
    }

    fn name_all(&mut self, places: &[usize], part: Part) {
        places.iter().for_each(|at| self.name(*at..at + 1, part));
    }

    fn number(&self, at: usize, len: usize) -> usize {
        self.file[at..at + len].iter().fold(0, |n, byte| n << 8 | usize::from(*byte))
    }

    /// A number of 1 to 9 bytes, and how many.
    fn varint(&self, at: usize) -> (u64, usize) {
        let mut value = 0;
        for len in 1..9 {
            let byte = self.file[at + len - 1];
            value = value << 7 | u64::from(byte & 0x7f);
            if byte < 0x80 {
                return (value, len);
            }
        }
        (value << 8 | u64::from(self.file[at + 8]), 9)
    }

    fn schema(&mut self) {
        let cells = self.page_header(1, HEADER);
        for at in cells {
            let (payload, a) = self.varint(at);
            let (_, b) = self.varint(at + a);
            let payload = usize::try_from(payload).unwrap();
            self.name(at..at + a + b, "schema: sizes and ids of rows");
            self.name(at + a + b..at + a + b + payload, "schema: rows");
        }
    }

    /// Names the header of a page and the pointers to its cells; the cells.
    fn page_header(&mut self, page: usize, at: usize) -> Vec<usize> {
        self.pages.push((page, at));
        let start = (page - 1) * PAGE;
        let at = start + at;
        let is_leaf = self.file[at] == 0x0d;
        assert!(is_leaf || self.file[at] == 0x05, "page {page} is of a table");
        let len = if is_leaf { 8 } else { 12 };
        self.name(at..at + 1, "b-tree: kind of page");
        self.name(at + 1..at + 3, "b-tree: first free block");
        self.name(at + 3..at + 5, "b-tree: count of cells");
        self.name(at + 5..at + 7, "b-tree: where cells begin");
        self.name(at + 7..at + 8, "b-tree: count of fragments");
        if !is_leaf {
            self.name(at + 8..at + 12, "b-tree: pointers to pages");
        }
        let count = self.number(at + 3, 2);
        let pointers = at + len;
        self.name(pointers..pointers + 2 * count, "b-tree: pointers to cells");
        (0..count).map(|n| start + self.number(pointers + 2 * n, 2)).collect()
    }

    /// What a page has no cell for: free blocks, fragments, and the gap in the middle.
    fn leftovers(&mut self, page: usize, header: usize) {
        let start = (page - 1) * PAGE;
        let at = start + header;
        let mut block = self.number(at + 1, 2);
        while block != 0 {
            let size = self.number(start + block + 2, 2);
            self.name(start + block..start + block + 4, "b-tree: links of free blocks");
            self.name(start + block + 4..start + block + size, "unused: free blocks");
            block = self.number(start + block, 2);
        }
        let cells = match self.number(at + 5, 2) {
            0 => start + 65_536,
            offset => start + offset,
        };
        for at in start..start + PAGE {
            if self.parts[at].is_empty() {
                let part = if at < cells { "unused: gaps" } else { "unused: fragments" };
                self.name(at..at + 1, part);
            }
        }
    }

    /// The rows under a page.
    fn tree(&mut self, page: usize) -> Vec<Row> {
        let start = (page - 1) * PAGE;
        let is_leaf = self.file[start] == 0x0d;
        let cells = self.page_header(page, 0);
        let mut rows = Vec::new();
        for at in cells {
            if is_leaf {
                rows.push(self.row(at));
            } else {
                let child = self.number(at, 4);
                let (_, len) = self.varint(at + 4);
                self.name(at..at + 4, "b-tree: pointers to pages");
                self.name(at + 4..at + 4 + len, "b-tree: keys between pages");
                rows.extend(self.tree(child));
            }
        }
        if !is_leaf {
            rows.extend(self.tree(self.number(start + 8, 4)));
        }
        rows
    }

    fn row(&mut self, at: usize) -> Row {
        let (payload, a) = self.varint(at);
        let (id, b) = self.varint(at + a);
        self.name(at..at + a, "rows: size");
        self.name(at + a..at + a + b, "rows: id");
        let places = self.payload(at + a + b, usize::try_from(payload).unwrap());
        // A record of two columns: the id, which is kept as NULL, and the blob.
        let (len, _) = self.varint(places[0]);
        let len = usize::try_from(len).unwrap();
        assert_eq!(self.file[places[1]], 0, "the id is in the row's number");
        self.name_all(&places[..1], "rows: length of the types");
        self.name_all(&places[1..2], "rows: type of the id");
        self.name_all(&places[2..len], "rows: type of the blob");
        Row { id: id.cast_signed(), places: places[len..].to_vec() }
    }

    /// Where the bytes of a payload lie, which may go on in pages of its own.
    fn payload(&mut self, at: usize, len: usize) -> Vec<usize> {
        let least = MIN_LOCAL + (len.saturating_sub(MIN_LOCAL)) % (PAGE - 4);
        let local = match len {
            len if len <= MAX_LOCAL => len,
            _ if least <= MAX_LOCAL => least,
            _ => MIN_LOCAL,
        };
        let mut places: Vec<usize> = (at..at + local).collect();
        let mut link = at + local;
        while places.len() < len {
            self.name(link..link + 4, "rows: link to the next page");
            link = (self.number(link, 4) - 1) * PAGE;
            let here = (len - places.len()).min(PAGE - 4);
            places.extend(link + 4..link + 4 + here);
            self.name(link + 4 + here..link + PAGE, "unused: ends of long rows");
        }
        if len > local {
            self.name(link..link + 4, "rows: end of the links");
        }
        places
    }

    /// Pages that no table has any more.
    fn free_pages(&mut self) {
        let mut trunk = self.number(32, 4);
        while trunk != 0 {
            let start = (trunk - 1) * PAGE;
            let count = self.number(start + 4, 4);
            self.name(start..start + 8 + 4 * count, "free pages: the list");
            self.name(start + 8 + 4 * count..start + PAGE, "unused: rest of the list");
            for n in 0..count {
                let leaf = (self.number(start + 8 + 4 * n, 4) - 1) * PAGE;
                self.name(leaf..leaf + PAGE, "unused: free pages");
            }
            trunk = self.number(start, 4);
        }
    }

    fn name_row(&mut self, table: &str, row: &Row, used: i64) {
        let bytes: Vec<u8> = row.places.iter().map(|at| self.file[*at]).collect();
        let fields = match table {
            "vault" => vec![(16, "vault: id"), (16, "vault: check of the id")],
            "slot" if row.id == used => slot(&bytes, &USED_SLOT),
            "slot" => slot(&bytes, &OTHER_SLOT),
            "head" => {
                let sealed = bytes.len() - NONCE - TAG - 64;
                let head = [(NONCE, "head: nonce"), (sealed, "head: sealed"), (TAG, "head: tag")];
                head.into_iter().chain([(64, "head: signature")]).collect()
            }
            "page" => sealed(bytes.len(), PAGES[usize::try_from(row.id >> 12).unwrap() - 1]),
            "audit" => sealed(bytes.len(), ["audit: nonce", "audit: sealed", "audit: tag"]),
            "node" => {
                let digests = bytes.chunks(32);
                let absent = |d: &[u8]| d.iter().all(|byte| *byte == 0);
                let part = |d| if absent(d) { "nodes: absent pages" } else { "nodes: pages" };
                digests.map(|d| (32, part(d))).collect()
            }
            _ => unreachable!("there are six tables"),
        };
        let mut rest = &row.places[..];
        for (len, part) in fields {
            let (field, after) = rest.split_at(len);
            self.name_all(field, part);
            rest = after;
        }
        assert!(rest.is_empty(), "every byte of a row of '{table}' has a name");
    }
}

const PAGES: [[Part; 3]; 4] = [
    ["keys: nonce", "keys: sealed", "keys: tag"],
    ["index: nonce", "index: sealed", "index: tag"],
    ["owners: nonce", "owners: sealed", "owners: tag"],
    ["settings: nonce", "settings: sealed", "settings: tag"],
];

fn sealed(len: usize, parts: [Part; 3]) -> Vec<(usize, Part)> {
    vec![(NONCE, parts[0]), (len - NONCE - TAG, parts[1]), (TAG, parts[2])]
}

const USED_SLOT: [Part; 12] = [
    "slot in use: version",
    "slot in use: id",
    "slot in use: kind",
    "slot in use: role",
    "slot in use: length of the name",
    "slot in use: name",
    "slot in use: length of the parameters",
    "slot in use: parameters",
    "slot in use: commitment",
    "slot in use: nonce",
    "slot in use: sealed",
    "slot in use: tag",
];

const OTHER_SLOT: [Part; 12] = [
    "other slot: version",
    "other slot: id",
    "other slot: kind",
    "other slot: role",
    "other slot: length of the name",
    "other slot: name",
    "other slot: length of the parameters",
    "other slot: parameters",
    "other slot: commitment",
    "other slot: nonce",
    "other slot: sealed",
    "other slot: tag",
];

fn slot(bytes: &[u8], parts: &[Part; 12]) -> Vec<(usize, Part)> {
    let len = |at: usize| usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
    let name = len(19);
    let params = len(21 + name);
    let fixed = [1, 16, 1, 1, 2, name, 2, params, 32, NONCE];
    let sealed = bytes.len() - fixed.iter().sum::<usize>() - TAG;
    fixed.into_iter().chain([sealed, TAG]).zip(*parts).collect()
}
