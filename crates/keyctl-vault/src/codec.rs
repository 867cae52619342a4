//! CBOR (RFC 8949) as the vault uses it: definite lengths only, fields by position, nothing
//! left over. The writer cannot fail, because it writes to memory; the reader fails with one
//! word, because whatever it reads has been authenticated before and can only be malformed by
//! a bug or a newer writer.

use std::convert::Infallible;

use minicbor::{Decoder, Encoder};

/// Bytes that are authentic but not what the format says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("malformed record")]
pub(crate) struct Malformed;

impl From<minicbor::decode::Error> for Malformed {
    fn from(_: minicbor::decode::Error) -> Self {
        Malformed
    }
}

/// Writes CBOR into memory.
pub(crate) struct Writer(Encoder<Vec<u8>>);

impl Writer {
    pub(crate) fn new() -> Self {
        Writer(Encoder::new(Vec::new()))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0.into_writer()
    }

    pub(crate) fn array(&mut self, len: usize) -> &mut Self {
        self.put(|e| e.array(len as u64).map(drop))
    }

    pub(crate) fn uint(&mut self, value: u64) -> &mut Self {
        self.put(|e| e.u64(value).map(drop))
    }

    pub(crate) fn text(&mut self, value: &str) -> &mut Self {
        self.put(|e| e.str(value).map(drop))
    }

    pub(crate) fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.put(|e| e.bytes(value).map(drop))
    }

    pub(crate) fn bool(&mut self, value: bool) -> &mut Self {
        self.put(|e| e.bool(value).map(drop))
    }

    /// Writes `null` for `None`, else what `write` writes.
    pub(crate) fn option<T>(
        &mut self,
        value: Option<T>,
        write: impl FnOnce(&mut Self, T),
    ) -> &mut Self {
        match value {
            None => self.put(|e| e.null().map(drop)),
            Some(value) => {
                write(self, value);
                self
            }
        }
    }

    pub(crate) fn option_uint(&mut self, value: Option<u64>) -> &mut Self {
        self.option(value, |w, value| {
            w.uint(value);
        })
    }

    pub(crate) fn option_text(&mut self, value: Option<&str>) -> &mut Self {
        self.option(value, |w, value| {
            w.text(value);
        })
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

    fn put(
        &mut self,
        write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<Infallible>>,
    ) -> &mut Self {
        write(&mut self.0).expect("writing to memory cannot fail");
        self
    }
}

/// Reads CBOR of the shape that [`Writer`] writes.
pub(crate) struct Reader<'b>(Decoder<'b>);

impl<'b> Reader<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Reader(Decoder::new(bytes))
    }

    /// Reads an array of exactly `len` items.
    pub(crate) fn array(&mut self, len: usize) -> Result<(), Malformed> {
        if self.0.array()? == Some(len as u64) { Ok(()) } else { Err(Malformed) }
    }

    /// An array of one of these lengths; which.
    pub(crate) fn array_of(&mut self, lens: &[usize]) -> Result<usize, Malformed> {
        let found = self.0.array()?;
        lens.iter().copied().find(|len| found == Some(*len as u64)).ok_or(Malformed)
    }

    pub(crate) fn uint(&mut self) -> Result<u64, Malformed> {
        Ok(self.0.u64()?)
    }

    pub(crate) fn small(&mut self) -> Result<u32, Malformed> {
        Ok(self.0.u32()?)
    }

    pub(crate) fn bool(&mut self) -> Result<bool, Malformed> {
        Ok(self.0.bool()?)
    }

    pub(crate) fn text(&mut self) -> Result<&'b str, Malformed> {
        Ok(self.0.str()?)
    }

    pub(crate) fn bytes(&mut self) -> Result<&'b [u8], Malformed> {
        Ok(self.0.bytes()?)
    }

    pub(crate) fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.bytes()?.try_into().map_err(|_| Malformed)
    }

    /// Reads text and parses it; what does not parse is malformed.
    pub(crate) fn parsed<T>(
        &mut self,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, Malformed> {
        parse(self.text()?).ok_or(Malformed)
    }

    /// Reads `null` as `None`, else what `read` reads.
    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Malformed>,
    ) -> Result<Option<T>, Malformed> {
        if self.0.datatype()? == minicbor::data::Type::Null {
            self.0.null()?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    /// Reads an array of any length, each item with `read`.
    pub(crate) fn list<T, C: FromIterator<T>>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Malformed>,
    ) -> Result<C, Malformed> {
        let len = self.0.array()?.ok_or(Malformed)?;
        (0..len).map(|_| read(self)).collect()
    }

    /// Succeeds when nothing is left.
    pub(crate) fn end(&self) -> Result<(), Malformed> {
        if self.0.position() == self.0.input().len() { Ok(()) } else { Err(Malformed) }
    }
}
