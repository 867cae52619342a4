//! Verifies keyctl's tokens offline: against a signed bundle, with a public key and nothing else.
//!
//! This crate is what a service embeds. It does no I/O but through a [`ByteSource`] that the caller
//! gives, has no clock and no randomness of its own, and holds no private key; it needs no C
//! compiler and builds for `wasm32-unknown-unknown`. Beside bundles it has the grammar of a token
//! and its digest, scopes, path patterns, address blocks, receipts, and the one function that
//! turns what is known of a key and what is asked for into a [`Verdict`].
//!
//! # A service's gate
//!
//! Open the bundle once, ask it about every request, and open the next one when the file is
//! replaced. A decision reads one page of 4,096 bytes per level of the tree: four for a million
//! keys, five for a hundred million.
//!
//! ```no_run
//! use keyctl_verify::{Policy, PublicKey, Request, Scope, Timestamp, UnverifiedBundle};
//! use std::{error::Error, fs::File, time::SystemTime};
//!
//! fn now() -> Timestamp {
//!     let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
//!     i64::try_from(since.as_secs()).ok().and_then(Timestamp::from_unix).unwrap_or(Timestamp::MAX)
//! }
//!
//! fn main() -> Result<(), Box<dyn Error>> {
//!     let trusted = PublicKey::parse("kcpub_…").ok_or("not a public key")?;
//!     let bundle = UnverifiedBundle::open(File::open("keys.kcb")?)?;
//!     let bundle = bundle.verify(&[trusted], Policy::default(), now())?;
//!
//!     let mut request = Request { project: Some("shop".into()), ..Request::default() };
//!     request.scopes.push(Scope::parse("orders:write")?);
//!     let verdict = bundle.decide("the token from the request", &request, now());
//!     if verdict.is_valid() {
//!         println!("welcome, {:?}", verdict.key().and_then(|key| key.owner.as_deref()));
//!     } else {
//!         println!("{}: answer {:?}", verdict.code(), verdict.code().class()); // 401, 403, 429, 503
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Two things need a memory, which the caller has to have. To go back to an older bundle is what
//! somebody wants who holds a revoked token: keep what [`VerifiedBundle::remember`] gives, and pass
//! it as [`Policy::remembered`] the next time. And a rate limit is a count: where
//! [`Verdict::to_be_counted`] says so, ask [`Verdict::count`] before the verdict is acted on.
//!
//! # What cannot be left out
//!
//! The types see to the order. An [`UnverifiedBundle`] cannot be asked about a token, and
//! [`decide`] takes a [`Matched`], which only a comparison in constant time can make:
//!
//! ```compile_fail
//! # use keyctl_verify::{decide, Grant, Request, Timestamp};
//! fn hasty(grant: &Grant, request: &Request, now: Timestamp) {
//!     decide(grant, request, now); // a grant alone is no proof that the token was right
//! }
//! ```

mod base62;
mod bundle;
pub mod cbor;
mod code;
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
    Policy, Push, Remembered, SealError, Sealer, StreamId, Survey, Terms, Unreadable, Untrusted,
    UnverifiedBundle, VerifiedBundle, WriteError,
};
pub use code::{Class, Code};
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
pub use verdict::{Advice, KeyFacts, Refusal, Unchecked, Verdict, Warning};
