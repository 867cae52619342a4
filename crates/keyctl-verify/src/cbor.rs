//! CBOR (RFC 8949) in its core deterministic encoding, as far as a grant needs it: unsigned
//! integers, texts, arrays, booleans and null, of definite length, every head in its shortest
//! form. There is one way to write a thing, and the reader takes no other.

/// The bytes are not what was expected there, or not written in the one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Malformed;

const UINT: u8 = 0;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const FALSE: u8 = 0xf4;
const TRUE: u8 = 0xf5;
const NULL: u8 = 0xf6;

/// Writes into memory.
#[derive(Default)]
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    pub(crate) fn uint(&mut self, value: u64) -> &mut Self {
        self.head(UINT, value)
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.head(TEXT, value.len() as u64);
        self.0.extend_from_slice(value.as_bytes());
        self
    }

    pub(crate) fn array(&mut self, len: usize) -> &mut Self {
        self.head(ARRAY, len as u64)
    }

    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        self.0.push(if value { TRUE } else { FALSE });
        self
    }

    /// Writes `null` for `None`, else what `write` writes.
    pub(crate) fn option<T>(
        &mut self,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T),
    ) -> &mut Self {
        match value {
            None => self.0.push(NULL),
            Some(value) => write(self, value),
        }
        self
    }

    /// Writes an array, each item with `write`.
    pub(crate) fn list<T>(
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

/// Reads what [`Writer`] writes.
pub(crate) struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Reader(bytes)
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'b [u8] {
        self.0
    }

    pub(crate) fn uint(&mut self) -> Result<u64, Malformed> {
        self.head(UINT)
    }

    pub(crate) fn text(&mut self) -> Result<&'b str, Malformed> {
        let len = usize::try_from(self.head(TEXT)?).map_err(|_| Malformed)?;
        std::str::from_utf8(self.take(len)?).map_err(|_| Malformed)
    }

    pub(crate) fn bool(&mut self) -> Result<bool, Malformed> {
        match self.take(1)? {
            [FALSE] => Ok(false),
            [TRUE] => Ok(true),
            _ => Err(Malformed),
        }
    }

    /// Reads an array of exactly `len` items.
    pub(crate) fn array(&mut self, len: usize) -> Result<(), Malformed> {
        if self.head(ARRAY)? == len as u64 { Ok(()) } else { Err(Malformed) }
    }

    /// Reads `null` as `None`, else what `read` reads.
    pub(crate) fn option<T>(
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
    pub(crate) fn list<T, C: FromIterator<T>>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<C, Malformed> {
        let len = self.head(ARRAY)?;
        (0..len).map(|_| read(self)).collect()
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
    fn an_array_of_a_length_that_is_not_there_ends_at_once() {
        let greedy = [0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x60];
        assert_eq!(Reader::new(&greedy).list::<_, Vec<_>>(Reader::text), Err(Malformed));
        assert_eq!(Reader::new(&[0x9f, 0xff]).list::<_, Vec<_>>(Reader::text), Err(Malformed));
        assert_eq!(Reader::new(&[0x62, 0xc3]).text(), Err(Malformed));
        assert_eq!(Reader::new(&[0x61, 0xff]).text(), Err(Malformed));
    }
}
