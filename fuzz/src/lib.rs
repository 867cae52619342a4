//! What the targets share: how an input is taken apart, bundles that are forged so that only one
//! thing is wrong with them, and a vault to do harm to.

pub mod forge;
pub mod lab;

use keyctl_verify::Timestamp;

/// 2027-01-15T08:00:00Z: there is no clock in here, and no input of the environment.
pub const NOW: i64 = 1_800_000_000;

/// `NOW`, and so many seconds.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(NOW + seconds).expect("within the years that there are")
}

/// An input that is taken apart from its beginning; what is not there is zero.
pub struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Input(data)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub fn number(&mut self) -> usize {
        usize::from(self.byte()) << 8 | usize::from(self.byte())
    }

    /// At most that many bytes.
    pub fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len.min(self.0.len()));
        self.0 = rest;
        taken
    }

    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    /// Changes bytes as the input says: overwrites, inserts, removes, cuts off.
    pub fn edit(&mut self, bytes: &mut Vec<u8>) {
        let (what, at) = (self.byte(), self.number());
        let at = if bytes.is_empty() { 0 } else { at % bytes.len() };
        let len = usize::from(self.byte() % 64);
        match what % 5 {
            0 => {
                let new = self.take(len);
                let end = (at + new.len()).min(bytes.len());
                bytes[at..end].copy_from_slice(&new[..end - at]);
            }
            1 => drop(bytes.splice(at..at, self.take(len).iter().copied())),
            2 => drop(bytes.drain(at..(at + len).min(bytes.len()))),
            3 => bytes.truncate(at),
            _ => bytes.extend_from_slice(self.take(len)),
        }
    }
}
