//! stdin without a buffer of its own. The runtime's keeps what went through it until the process
//! ends, and nobody can clear it: a passphrase or a token would stay in memory long after it was
//! used.

use std::io::{self, Read};

/// What is read goes where the reader wants it and nowhere else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stdin;

impl Read for Stdin {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), into)?)
    }
}
