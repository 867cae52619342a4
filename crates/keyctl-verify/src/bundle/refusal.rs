//! What can be wrong with a bundle, and the verdict that follows from it.

use std::fmt;
use std::io;

use super::facts::{BundleFacts, StreamId};
use crate::public_key::PublicKey;
use crate::time::Timestamp;
use crate::{Code, Request, Verdict};

/// Why a bundle cannot be used, and what it says of itself, once that could be believed.
#[derive(Debug)]
pub struct BundleRefusal {
    pub(super) fault: BundleFault,
    pub(super) facts: Option<BundleFacts>,
}

/// What is wrong with a bundle.
#[derive(Debug)]
pub enum BundleFault {
    /// It cannot be read, or is none.
    Unreadable(Unreadable),
    /// Nobody who is trusted vouches for it.
    Untrusted(Untrusted),
    /// Signed, but not what the format says, or changed since.
    Corrupt(&'static str),
    /// It was made at a time that cannot be.
    ClockSkew {
        /// When it says that it was made.
        issued_at: Timestamp,
        /// The time here, or that of a bundle that came before it.
        other: Timestamp,
    },
    /// Its time is over, or it is older than was asked for.
    Stale {
        /// The instant from which on it is too old.
        since: Timestamp,
    },
    /// There was a later one, or another one of the same serial.
    RolledBack {
        /// Its serial.
        found: u64,
        /// The smallest that is accepted.
        expected: u64,
    },
}

/// Why a bundle cannot be read.
#[derive(Debug)]
pub enum Unreadable {
    /// The system says so.
    Io(io::Error),
    /// Less than a header.
    TooShort {
        /// Its size in bytes.
        size: u64,
    },
    /// Something else.
    NotABundle,
    /// Of a version that this verifier does not know.
    Version {
        /// Which.
        found: u16,
    },
}

/// Why nobody vouches for a bundle.
#[derive(Debug)]
pub enum Untrusted {
    /// There is nothing that could be signatures.
    SignatureBlock,
    /// It was changed after it had been signed.
    BadSignature {
        /// The trusted key under whose name the signature stands.
        signer: PublicKey,
    },
    /// No trusted key has signed it.
    Nobody,
    /// It is of another series.
    Stream {
        /// Its series.
        found: StreamId,
        /// The one that was asked for, or remembered.
        expected: StreamId,
    },
}

impl BundleFault {
    /// The code of the verdicts that follow.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            BundleFault::Unreadable(_) => Code::BundleUnreadable,
            BundleFault::Untrusted(_) => Code::BundleUntrusted,
            BundleFault::Corrupt(_) => Code::BundleCorrupt,
            BundleFault::ClockSkew { .. } => Code::ClockSkew,
            BundleFault::Stale { .. } => Code::BundleStale,
            BundleFault::RolledBack { .. } => Code::BundleRolledBack,
        }
    }
}

impl BundleRefusal {
    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &BundleFault {
        &self.fault
    }

    /// What the bundle says of itself; `None` unless a trusted key has signed it.
    #[must_use]
    pub fn facts(&self) -> Option<&BundleFacts> {
        self.facts.as_ref()
    }

    /// The verdict on any token: nothing can be said, so it is not valid.
    pub fn verdict(&self, request: &Request) -> Verdict {
        Verdict::unavailable(self.fault.code(), self.fault.to_string(), self.facts.clone(), request)
    }
}

impl From<BundleFault> for BundleRefusal {
    fn from(fault: BundleFault) -> Self {
        BundleRefusal { fault, facts: None }
    }
}

impl From<Unreadable> for BundleFault {
    fn from(why: Unreadable) -> Self {
        BundleFault::Unreadable(why)
    }
}

impl From<Untrusted> for BundleFault {
    fn from(why: Untrusted) -> Self {
        BundleFault::Untrusted(why)
    }
}

impl fmt::Display for BundleRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)
    }
}

impl std::error::Error for BundleRefusal {}

impl fmt::Display for BundleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BundleFault::Unreadable(why) => why.fmt(f),
            BundleFault::Untrusted(why) => why.fmt(f),
            BundleFault::Corrupt(what) => write!(f, "the bundle is damaged: {what}"),
            BundleFault::ClockSkew { .. } => {
                f.write_str("the bundle says it was made at a time that this machine's clock, or a bundle before it, rules out")
            }
            BundleFault::Stale { .. } => f.write_str("the bundle is too old"),
            BundleFault::RolledBack { found, expected } if found == expected => {
                write!(f, "another bundle had the same serial {found}")
            }
            BundleFault::RolledBack { found, expected } => {
                write!(f, "the bundle's serial {found} is behind {expected}: there was a later one")
            }
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Io(error) => write!(f, "the bundle cannot be read: {error}"),
            Unreadable::TooShort { size } => {
                write!(f, "a bundle has at least 4096 bytes, this file has {size}")
            }
            Unreadable::NotABundle => f.write_str("the file is not a bundle"),
            Unreadable::Version { found } => {
                write!(f, "the bundle is of version {found}, which this keyctl does not know")
            }
        }
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Untrusted::SignatureBlock => f.write_str("the bundle has no well-formed signature"),
            Untrusted::BadSignature { signer } => {
                write!(
                    f,
                    "the bundle was changed after it was signed: the signature under {signer} is bad"
                )
            }
            Untrusted::Nobody => f.write_str("no trusted key has signed the bundle"),
            Untrusted::Stream { found, expected } => {
                write!(f, "the bundle is of the stream {found}, expected is {expected}")
            }
        }
    }
}
