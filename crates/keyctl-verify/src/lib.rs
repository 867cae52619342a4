//! Parses keyctl's tokens and decides about them.
//!
//! This crate is what a service embeds: the grammar of a token and its digest, scopes, path
//! patterns, address blocks, and the one function that turns what is known of a key and what is
//! asked for into a [`Verdict`]. It does no I/O, has no clock and no randomness of its own, and
//! holds no private key.
//!
//! The secret must have matched before anything can be decided, and the types see to it:
//! [`decide`] takes a [`Matched`], which only a comparison in constant time can make.
//!
//! ```compile_fail
//! # use keyctl_verify::{decide, Grant, Request, Timestamp};
//! fn hasty(grant: &Grant, request: &Request, now: Timestamp) {
//!     decide(grant, request, now); // a grant alone is no proof that the token was right
//! }
//! ```

mod base62;
mod bundle;
mod cbor;
mod decide;
mod grant;
mod hex;
mod id;
mod kind;
mod network;
mod path;
mod public_key;
mod rate;
mod receipt;
mod scope;
mod status;
mod time;
mod token;
mod verdict;

pub use base62::{Base62, PublicId};
pub use bundle::{
    BundleFacts, BundleFault, BundleRefusal, ByteSource, Entry, Freshness, Header, HeaderSigner,
    Policy, Remembered, Sealer, StreamId, Survey, Terms, TooLarge, Unreadable, Untrusted,
    UnverifiedBundle, VerifiedBundle, WriteError,
};
pub use decide::{Matched, decide};
pub use grant::{Grant, Request, Strictness, Tenure};
pub use id::KeyId;
pub use kind::Kind;
pub use network::{IpBlock, IpBlockError};
pub use path::{Method, PathPattern, PathPatternError, RequestPath};
pub use public_key::{PublicKey, SignerId};
pub use rate::{Instant, RateLimit, RateLimitError, TooMany};
pub use receipt::{Receipt, ReceiptError, ReceiptLabel};
pub use scope::{Scope, ScopeError, ScopeSet};
pub use status::{Standing, Status};
pub use time::Timestamp;
pub use token::{
    Brand, BrandError, Environment, Prefix, RESERVED_BRANDS, SecretBody, Token, TokenDigest,
    TokenError,
};
pub use verdict::{Advice, Class, Code, KeyFacts, Refusal, Unchecked, Verdict, Warning};
