//! Where a bundle's bytes come from.

use std::io;

/// Bytes of a known number that can be read anywhere. The bytes may change behind the reader's
/// back: each is read once, into a buffer of the reader's own, and vouched for there.
pub trait ByteSource {
    /// How many bytes there are.
    ///
    /// # Errors
    /// Whatever the system says.
    fn size(&self) -> io::Result<u64>;

    /// Fills `buffer` with the bytes from `offset` on.
    ///
    /// # Errors
    /// When there are not that many, or whatever the system says.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()>;

    /// The same bytes where they lie, if nothing can change them as long as the source is there:
    /// what was verified once is then not verified again. Nothing for a file, mapped or not, that
    /// somebody else could write to.
    fn constant(&self, _offset: u64, _len: usize) -> Option<&[u8]> {
        None
    }
}

impl ByteSource for [u8] {
    fn size(&self) -> io::Result<u64> {
        Ok(self.len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        let start = usize::try_from(offset).ok();
        let end = start.and_then(|start| start.checked_add(buffer.len()));
        let bytes = start.zip(end).and_then(|(start, end)| self.get(start..end));
        buffer.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn constant(&self, offset: u64, len: usize) -> Option<&[u8]> {
        let start = usize::try_from(offset).ok()?;
        self.get(start..start.checked_add(len)?)
    }
}

impl ByteSource for Vec<u8> {
    fn size(&self) -> io::Result<u64> {
        self.as_slice().size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        self.as_slice().read_at(buffer, offset)
    }

    fn constant(&self, offset: u64, len: usize) -> Option<&[u8]> {
        self.as_slice().constant(offset, len)
    }
}

impl<S: ByteSource + ?Sized> ByteSource for &S {
    fn size(&self) -> io::Result<u64> {
        (**self).size()
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        (**self).read_at(buffer, offset)
    }

    fn constant(&self, offset: u64, len: usize) -> Option<&[u8]> {
        (**self).constant(offset, len)
    }
}

#[cfg(unix)]
impl ByteSource for std::fs::File {
    fn size(&self) -> io::Result<u64> {
        let meta = self.metadata()?;
        if meta.is_file() { Ok(meta.len()) } else { Err(io::Error::other("not a plain file")) }
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> io::Result<()> {
        std::os::unix::fs::FileExt::read_exact_at(self, buffer, offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a source that is not further known says: its size, two bytes of it, and the same two
    /// where they lie.
    fn said(source: impl ByteSource) -> (u64, [u8; 2], Option<Vec<u8>>) {
        let mut bytes = [0; 2];
        source.read_at(&mut bytes, 3).unwrap();
        for beyond in [source.size().unwrap() - 1, u64::MAX] {
            assert!(source.read_at(&mut [0; 2], beyond).is_err(), "at {beyond}");
        }
        (source.size().unwrap(), bytes, source.constant(3, 2).map(<[u8]>::to_vec))
    }

    #[test]
    fn what_lies_in_memory_is_had_where_it_lies() {
        let bytes: Vec<u8> = (10..20).collect();
        let expected = (10, [13, 14], Some(vec![13, 14]));
        assert_eq!(said(&bytes[..]), expected);
        assert_eq!(said(&bytes), expected);
        assert_eq!(said(bytes.clone()), expected);
        for (offset, len) in [(9, 2), (11, 0), (u64::MAX, 1), (1, usize::MAX)] {
            assert_eq!(bytes.constant(offset, len), None, "{len} at {offset}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_plain_file_is_read_and_lies_nowhere() {
        let path = "src/bundle/source.rs";
        let (text, file) = (std::fs::read(path).unwrap(), std::fs::File::open(path).unwrap());
        assert_eq!(said(file), (text.len() as u64, [text[3], text[4]], None));
        assert!(std::fs::File::open("src").unwrap().size().is_err(), "a folder");
    }
}
