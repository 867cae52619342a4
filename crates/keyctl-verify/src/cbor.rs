//! CBOR (RFC 8949) in its core deterministic encoding, as far as keyctl's formats need it: unsigned
//! integers, byte strings, texts, arrays, booleans and null, of definite length, every head in its
//! shortest form (section 4.2.1). There is one way to write a thing, and the reader takes no other.
//! Fields are told by their position.
//!
//! Bundles and vaults are written with it. Its error is one word, because whoever reads has
//! authenticated the bytes before: what is wrong with them is a bug, or a newer writer's.

use ascii::AsAsciiStr;

/// The bytes are not what was expected there, or not written in the one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("malformed record")
    }
}

impl std::error::Error for Malformed {}

const UINT: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;

/// Writes into memory.
#[derive(Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    /// One with room for so many bytes before it has to grow.
    #[must_use]
    pub fn with_capacity(bytes: usize) -> Self {
        Writer(Vec::with_capacity(bytes))
    }

    /// One that writes behind what is there already.
    #[must_use]
    pub fn behind(bytes: Vec<u8>) -> Self {
        Writer(bytes)
    }

    /// What has been written.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    /// Writes an unsigned integer.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.head(UINT, value)
    }

    /// Writes a text.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.head(TEXT, value.len() as u64);
        self.0.extend_from_slice(value.as_bytes());
        self
    }

    /// Writes a byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head(BYTES, value.len() as u64);
        self.0.extend_from_slice(value);
        self
    }

    /// Writes items that have been written elsewhere.
    pub fn encoded(&mut self, items: &[u8]) -> &mut Self {
        self.0.extend_from_slice(items);
        self
    }

    /// Begins an array of `len` items, which are to be written next.
    pub fn array(&mut self, len: usize) -> &mut Self {
        self.head(ARRAY, len as u64)
    }

    /// Writes `true` or `false`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.0.push(if value { TRUE } else { FALSE });
        self
    }

    /// Writes `null` for `None`, else what `write` writes.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) -> &mut Self {
        match value {
            None => self.0.push(NULL),
            Some(value) => write(self, value),
        }
        self
    }

    /// Writes `null` for `None`, else the number.
    pub fn option_uint(&mut self, value: Option<u64>) -> &mut Self {
        self.option(value, |w, value| {
            w.uint(value);
        })
    }

    /// Writes `null` for `None`, else the text.
    pub fn option_text(&mut self, value: Option<&str>) -> &mut Self {
        self.option(value, |w, value| {
            w.text(value);
        })
    }

    /// Writes an array, each item with `write`.
    pub fn list<T>(
        &mut self,
        items: impl ExactSizeIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        self.array(items.len());
        for item in items {
            write(self, item);
        }
        self
    }

    #[expect(clippy::cast_possible_truncation, reason = "the guard of each arm bounds the value")]
    fn head(&mut self, major: u8, value: u64) -> &mut Self {
        let major = major << 5;
        match value {
            0..24 => self.0.push(major | value as u8),
            24..0x100 => self.0.extend_from_slice(&[major | 24, value as u8]),
            0x100..0x1_0000 => {
                self.0.push(major | 25);
                self.0.extend_from_slice(&(value as u16).to_be_bytes());
            }
            0x1_0000..0x1_0000_0000 => {
                self.0.push(major | 26);
                self.0.extend_from_slice(&(value as u32).to_be_bytes());
            }
            _ => {
                self.0.push(major | 27);
                self.0.extend_from_slice(&value.to_be_bytes());
            }
        }
        self
    }
}

/// The items of an array, which have been read once, and are read again by whoever wants them: so an array
/// can be passed by without memory for it.
#[derive(Clone, Debug)]
pub struct Items<'b, T> {
    bytes: &'b [u8],
    len: u64,
    read: fn(&mut Reader<'b>) -> Result<T, Malformed>,
}

impl<T> Items<'_, T> {
    /// True when there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = T> {
        let mut reader = Reader::new(self.bytes);
        (0..self.len).map(move |_| (self.read)(&mut reader).expect("it has been read before"))
    }
}

/// Reads what [`Writer`] writes. Each method fails with [`Malformed`] when the next item is not of
/// its kind, or is not all there.
#[derive(Debug)]
pub struct Reader<'b>(&'b [u8]);

#[expect(clippy::missing_errors_doc, reason = "said once, above")]
impl<'b> Reader<'b> {
    /// Reads from the beginning of some bytes.
    #[must_use]
    pub fn new(bytes: &'b [u8]) -> Self {
        Reader(bytes)
    }

    /// What has not been read.
    #[must_use]
    pub fn rest(&self) -> &'b [u8] {
        self.0
    }

    /// Succeeds when nothing is left.
    pub fn end(&self) -> Result<(), Malformed> {
        if self.0.is_empty() { Ok(()) } else { Err(Malformed) }
    }

    /// Reads an unsigned integer.
    pub fn uint(&mut self) -> Result<u64, Malformed> {
        self.head(UINT)
    }

    /// Reads an unsigned integer of 32 bits at most.
    pub fn small(&mut self) -> Result<u32, Malformed> {
        u32::try_from(self.uint()?).map_err(|_| Malformed)
    }

    /// Reads a text.
    pub fn text(&mut self) -> Result<&'b str, Malformed> {
        let bytes = self.string(TEXT)?;
        match bytes.as_ascii_str() {
            // Most are, and that is seen in a third of the time.
            Ok(text) => Ok(text.as_str()),
            Err(_) => std::str::from_utf8(bytes).map_err(|_| Malformed),
        }
    }

    /// Reads a text and parses it; what does not parse is malformed.
    pub fn parsed<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, Malformed> {
        parse(self.text()?).ok_or(Malformed)
    }

    /// Reads a byte string.
    pub fn bytes(&mut self) -> Result<&'b [u8], Malformed> {
        self.string(BYTES)
    }

    /// Reads a byte string of exactly `N` bytes.
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.bytes()?.try_into().map_err(|_| Malformed)
    }

    /// Reads `true` or `false`.
    pub fn bool(&mut self) -> Result<bool, Malformed> {
        match self.take(1)? {
            [FALSE] => Ok(false),
            [TRUE] => Ok(true),
            _ => Err(Malformed),
        }
    }

    /// Begins an array of exactly `len` items, which are to be read next.
    pub fn array(&mut self, len: usize) -> Result<(), Malformed> {
        self.array_of(&[len]).map(drop)
    }

    /// Begins an array of one of these lengths; which.
    pub fn array_of(&mut self, lens: &[usize]) -> Result<usize, Malformed> {
        let found = self.head(ARRAY)?;
        lens.iter().copied().find(|len| found == *len as u64).ok_or(Malformed)
    }

    /// Reads `null` as `None`, else what `read` reads.
    pub fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.0.first() == Some(&NULL) {
            self.take(1)?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// Reads an array of any length, each item with `read`. The length is not believed: every
    /// item takes a byte at least, so the bytes that are there bound the work.
    pub fn list<T, C: FromIterator<T>>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<C, Malformed> {
        let len = self.head(ARRAY)?;
        (0..len).map(|_| read(self)).collect()
    }

    /// Reads an array as [`list`](Self::list) does, and keeps nothing of it.
    pub fn each(
        &mut self,
        read: impl FnMut(&mut Self) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        self.list(read)
    }

    /// Reads an array as [`list`](Self::list) does, shows each item to `see`, and keeps where they are.
    pub fn items<T>(
        &mut self,
        read: fn(&mut Self) -> Result<T, Malformed>,
        mut see: impl FnMut(T),
    ) -> Result<Items<'b, T>, Malformed> {
        let len = self.head(ARRAY)?;
        let bytes = self.0;
        for _ in 0..len {
            see(read(self)?);
        }
        Ok(Items { bytes, len, read })
    }

    fn string(&mut self, major: u8) -> Result<&'b [u8], Malformed> {
        let len = usize::try_from(self.head(major)?).map_err(|_| Malformed)?;
        self.take(len)
    }

    fn head(&mut self, major: u8) -> Result<u64, Malformed> {
        let first = self.take(1)?[0];
        if first >> 5 != major {
            return Err(Malformed);
        }
        let (width, least) = match first & 0x1f {
            small @ 0..24 => return Ok(u64::from(small)),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            _ => return Err(Malformed),
        };
        let value = self.take(width)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        if value >= least { Ok(value) } else { Err(Malformed) }
    }

    fn take(&mut self, len: usize) -> Result<&'b [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_rfc_8949_does_and_read_in_no_longer_form() {
        // RFC 8949, appendix A.
        for (value, hex) in [
            (0, "00"),
            (23, "17"),
            (24, "1818"),
            (100, "1864"),
            (255, "18ff"),
            (256, "190100"),
            (1000, "1903e8"),
            (65_535, "19ffff"),
            (65_536, "1a00010000"),
            (1_000_000, "1a000f4240"),
            (4_294_967_296, "1b0000000100000000"),
            (u64::MAX, "1bffffffffffffffff"),
        ] {
            let mut w = Writer::default();
            w.uint(value);
            let bytes = w.into_bytes();
            let shown: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(shown, hex);
            assert_eq!(Reader::new(&bytes).uint(), Ok(value));
        }
        for longer in [
            &[0x18, 23][..],
            &[0x19, 0, 255],
            &[0x1a, 0, 0, 255, 255],
            &[0x1b, 0, 0, 0, 0, 255, 255, 255, 255],
            &[0x1c],
            &[0x1f],
            &[0x18],
            &[],
        ] {
            assert_eq!(Reader::new(longer).uint(), Err(Malformed), "{longer:02x?}");
        }
    }

    #[test]
    fn what_is_written_is_read_back_as_what_it_is() {
        let mut w = Writer::default();
        w.bytes(&[1, 2]).text("ab").bool(true).option_uint(None).option_uint(Some(7));
        let mut two = Writer::with_capacity(1);
        two.uint(1).uint(u64::from(u32::MAX) + 1);
        w.option_text(Some("x")).array(2).encoded(&two.into_bytes());
        let bytes = w.into_bytes();
        assert_eq!(bytes[..6], [0x42, 1, 2, 0x62, b'a', b'b']);
        let mut r = Reader::new(&bytes);
        assert_eq!(r.fixed(), Ok([1, 2]));
        assert_eq!(r.parsed(|text| text.strip_prefix('a').map(str::len)), Ok(1));
        assert_eq!(r.bool(), Ok(true));
        assert_eq!(r.option(Reader::small), Ok(None));
        assert_eq!(r.option(Reader::small), Ok(Some(7)));
        assert_eq!(r.option(Reader::text), Ok(Some("x")));
        assert_eq!(r.array_of(&[1, 2]), Ok(2));
        assert_eq!((r.small(), r.end()), (Ok(1), Err(Malformed)));
        assert_eq!(r.small(), Err(Malformed), "more than 32 bits");
        assert_eq!(r.end(), Ok(()));
    }

    #[test]
    fn items_are_read_before_they_are_kept_and_as_often_as_one_likes() {
        let mut w = Writer::default();
        w.list(["a", "b"].iter(), |w, text| {
            w.text(text);
        });
        w.array(0).uint(7).array(2).text("c").uint(1);
        let bytes = w.into_bytes();
        let mut r = Reader::new(&bytes);
        let mut seen = String::new();
        let two = r.items(Reader::text, |text| seen.push_str(text)).unwrap();
        let none = r.items(Reader::text, drop).unwrap();
        assert_eq!((seen.as_str(), r.uint()), ("ab", Ok(7)));
        for _ in 0..2 {
            assert_eq!(two.iter().collect::<Vec<_>>(), ["a", "b"]);
        }
        assert_eq!((two.is_empty(), none.is_empty(), none.iter().count()), (false, true, 0));
        assert!(r.items(Reader::text, drop).is_err(), "the second is a number");
    }

    #[test]
    fn what_is_of_another_kind_or_length_is_malformed() {
        let read = |bytes| Reader::new(bytes);
        assert_eq!(read(&[0x42, 1, 2]).fixed::<3>(), Err(Malformed));
        assert_eq!(read(&[0x42, 1]).bytes(), Err(Malformed));
        assert_eq!(read(&[0x61, b'a']).bytes(), Err(Malformed), "a text");
        assert_eq!(read(&[0x41, b'a']).text(), Err(Malformed), "bytes");
        assert_eq!(read(&[0x61, b'a']).parsed(|_| None::<u8>), Err(Malformed));
        assert_eq!(read(&[0x83]).array_of(&[1, 2]), Err(Malformed));
        assert_eq!(read(&[0x83]).array(2), Err(Malformed));
        assert_eq!(Malformed.to_string(), "malformed record");
    }

    #[test]
    fn an_array_of_a_length_that_is_not_there_ends_at_once() {
        let greedy = [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x60];
        assert_eq!(Reader::new(&greedy).list::<_, Vec<_>>(Reader::text), Err(Malformed));
        assert_eq!(Reader::new(&[0x9f, 0xff]).list::<_, Vec<_>>(Reader::text), Err(Malformed));
        assert_eq!(Reader::new(&[0x62, 0xc3, 0xa4]).text(), Ok("ä"));
        assert_eq!(Reader::new(&[0x62, 0xc3]).text(), Err(Malformed));
        assert_eq!(Reader::new(&[0x61, 0xff]).text(), Err(Malformed));
    }
}
