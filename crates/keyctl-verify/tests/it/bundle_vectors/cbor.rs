//! CBOR heads and items, byte by byte, so that any of them can be written wrong.

pub(super) const FALSE: u8 = 0xf4;
pub(super) const TRUE: u8 = 0xf5;
pub(super) const NULL: u8 = 0xf6;

/// A head in its shortest form.
fn head(major: u8, value: u64) -> Vec<u8> {
    let width = match value {
        0..24 => return vec![(major << 5) + u8::try_from(value).unwrap()],
        24..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 8,
    };
    long_head(major, width, value)
}

/// A head whose number follows in that many bytes, needed or not.
pub(super) fn long_head(major: u8, width: usize, value: u64) -> Vec<u8> {
    let mut bytes = vec![(major << 5) + 24 + u8::try_from(width.ilog2()).unwrap()];
    bytes.extend_from_slice(&value.to_be_bytes()[8 - width..]);
    bytes
}

pub(super) fn uint(value: u64) -> Vec<u8> {
    head(0, value)
}

pub(super) fn text(value: impl AsRef<[u8]>) -> Vec<u8> {
    [head(3, value.as_ref().len() as u64), value.as_ref().to_vec()].concat()
}

pub(super) fn bytes(value: &[u8]) -> Vec<u8> {
    [head(2, value.len() as u64), value.to_vec()].concat()
}

/// An array of items that are written already.
pub(super) fn array(items: &[Vec<u8>]) -> Vec<u8> {
    [head(4, items.len() as u64), items.concat()].concat()
}

pub(super) fn texts(values: &[impl AsRef<str>]) -> Vec<u8> {
    array(&values.iter().map(|value| text(value.as_ref())).collect::<Vec<_>>())
}

pub(super) fn option<T>(value: Option<T>, write: impl FnOnce(T) -> Vec<u8>) -> Vec<u8> {
    value.map_or(vec![NULL], write)
}
