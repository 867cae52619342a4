//! Verification (`docs/bundle-format.md`, section 7), in its order.

use super::entry::Context;
use super::facts::{BundleFacts, Freshness};
use super::header::{Header, HeaderPage, MAX_SKEW};
use super::kept::{Kept, KeptNode};
use super::layout::Lk;
use super::page::{self, Bounds, Hash, Leaf, Node, Page, page_hash};
use super::refusal::{BundleFault, BundleRefusal, Unreadable, Untrusted};
use super::shape::{FAN_OUT, PAGE, Shape};
use super::source::ByteSource;
use crate::TokenDigest;
use crate::decide::{Matched, decide};
use crate::public_key::{PublicKey, SignerId};
use crate::time::Timestamp;
use crate::{Grant, Refusal, Request, StreamId, Token, Verdict, Warning};

/// What a verifier asks of a bundle beside a good signature.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// The series that it must be of.
    pub stream: Option<StreamId>,
    /// The smallest serial that is accepted.
    pub min_serial: Option<u64>,
    /// The greatest age in seconds that is accepted.
    pub max_age: Option<u64>,
    /// What was remembered of the last bundle that was accepted at the same place; this one must
    /// be of the same stream.
    pub remembered: Option<Remembered>,
    /// What was remembered of bundles at other places; those of the same stream count too.
    pub elsewhere: Vec<Remembered>,
}

impl Policy {
    /// What was remembered of a stream.
    fn known(&self, stream: StreamId) -> impl Iterator<Item = &Remembered> {
        self.remembered.iter().chain(&self.elsewhere).filter(move |known| known.stream == stream)
    }
}

/// What a verifier remembers of a bundle that it has accepted, so that it never goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// The key that had signed it.
    pub signer: PublicKey,
    /// Its series.
    pub stream: StreamId,
    /// Its serial.
    pub serial: u64,
    /// The hash of its signed header.
    pub header_hash: [u8; 32],
    /// When it was made.
    pub issued_at: Timestamp,
}

/// A bundle that nobody has vouched for yet. All that can be done with it is to verify it; there
/// is no way to ask it about a token.
///
/// ```compile_fail
/// # use keyctl_verify::{Request, Timestamp, UnverifiedBundle};
/// fn hasty(bundle: &UnverifiedBundle<Vec<u8>>, request: &Request, now: Timestamp) -> bool {
///     bundle.decide("kc_prod_…", request, now).is_valid() // who says that it is genuine?
/// }
/// ```
pub struct UnverifiedBundle<S> {
    source: S,
    size: u64,
    page: HeaderPage,
}

impl<S: ByteSource> UnverifiedBundle<S> {
    /// Reads the header; nothing of it is believed yet.
    ///
    /// # Errors
    /// When it cannot be read, or is none ([`Code::BundleUnreadable`](crate::Code)).
    pub fn open(source: S) -> Result<Self, BundleRefusal> {
        let (size, page) = read_header(&source).map_err(BundleFault::from)?;
        Ok(UnverifiedBundle { source, size, page })
    }

    /// Verifies the header: signature by one of the `trusted` keys, sizes, stream, times, serial.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(
        self,
        trusted: &[PublicKey],
        policy: Policy,
        now: Timestamp,
    ) -> Result<VerifiedBundle<S>, BundleRefusal> {
        let bundle = self.vouched_for(trusted, policy)?;
        bundle.check_policy(now).map_err(|fault| bundle.refuse(fault))?;
        Ok(bundle)
    }

    /// What the header says of itself, signed by whom it may be: to look at, never to decide by.
    ///
    /// # Errors
    /// When it is not what the format says.
    pub fn claims(&self) -> Result<(Header, Vec<SignerId>), BundleRefusal> {
        let signers = self.page.signers().ok_or(Untrusted::SignatureBlock);
        let signers = signers.map_err(BundleFault::from)?;
        Ok((self.page.fields(self.size)?.0, signers))
    }

    /// Verifies signature and sizes, and neither times nor serial: for whoever wants to look
    /// into an old bundle, or replace it.
    ///
    /// # Errors
    /// When nobody who is trusted has signed it, or its fields are not what the format says.
    pub fn authenticate(
        self,
        trusted: &[PublicKey],
    ) -> Result<(Header, BundleFacts, Survey<S>), BundleRefusal> {
        let bundle = self.vouched_for(trusted, Policy::default())?;
        Ok((bundle.header.clone(), bundle.facts.clone(), Survey(bundle)))
    }

    fn vouched_for(
        self,
        trusted: &[PublicKey],
        policy: Policy,
    ) -> Result<VerifiedBundle<S>, BundleRefusal> {
        let signer = self.page.signer(trusted).map_err(BundleFault::from)?;
        let (header, shape) = self.page.fields(self.size)?;
        let facts = BundleFacts {
            stream: header.stream,
            serial: header.serial,
            issued_at: header.issued_at,
            valid_until: header.valid_until,
            signer,
        };
        let context = Context::new(header.salt, header.stream, header.serial);
        let (source, hash) = (self.source, self.page.hash());
        let kept = Kept::default();
        Ok(VerifiedBundle { source, header, hash, shape, facts, context, policy, kept })
    }
}

fn read_header<S: ByteSource>(source: &S) -> Result<(u64, HeaderPage), Unreadable> {
    let size = source.size().map_err(Unreadable::Io)?;
    if size < PAGE as u64 {
        return Err(Unreadable::TooShort { size });
    }
    let mut page = Box::new([0; PAGE]);
    source.read_at(&mut page[..], 0).map_err(Unreadable::Io)?;
    Ok((size, HeaderPage::new(page)?))
}

/// A bundle whose header is genuine and fresh. Every page is verified when it is read.
pub struct VerifiedBundle<S> {
    source: S,
    header: Header,
    hash: Hash,
    shape: Shape,
    facts: BundleFacts,
    context: Context,
    policy: Policy,
    kept: Kept,
}

impl<S: ByteSource> VerifiedBundle<S> {
    /// May the holder of this token do that? Reads one page per level of the tree at first, and the
    /// last one alone when it has kept the others (22 MB at most). A bundle that has become stale
    /// since it was verified says so.
    pub fn decide(&self, token: &str, request: &Request, now: Timestamp) -> Verdict {
        self.judge(token, request, now).unwrap_or_else(|fault| self.refuse(fault).verdict(request))
    }

    /// What the header says.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What its verdicts say of it.
    #[must_use]
    pub fn facts(&self) -> &BundleFacts {
        &self.facts
    }

    /// What to remember, so that no older bundle is accepted in its place.
    #[must_use]
    pub fn remember(&self) -> Remembered {
        let BundleFacts { signer, stream, serial, issued_at, .. } = self.facts;
        Remembered { signer, stream, serial, header_hash: self.hash, issued_at }
    }

    /// The caller has kept what [`VerifiedBundle::remember`] gives: from now on verdicts do not warn
    /// of having no memory.
    pub fn mark_remembered(&mut self) {
        self.policy.remembered = Some(self.remember());
    }

    fn judge(
        &self,
        token: &str,
        request: &Request,
        now: Timestamp,
    ) -> Result<Verdict, BundleFault> {
        self.check_times(now)?;
        let refused = |refusal: Refusal| {
            Ok(Verdict::refused(refusal, request).about_bundle(self.facts.clone(), Vec::new()))
        };
        let token = match Token::parse(token) {
            Ok(token) => token,
            Err(error) => return refused(error.into()),
        };
        let digest = token.digest();
        let Some(grant) = self.find(&digest)? else { return refused(Refusal::Unknown) };
        let matched = Matched::of_opened_entry(&grant, &token, digest);
        let matched = matched.ok_or(BundleFault::Corrupt("an entry is of another environment"))?;
        let verdict = decide(&matched, request, now);
        Ok(verdict.about_bundle(self.facts.clone(), self.warnings(now)))
    }

    /// Stream, times, serial: what is asked for, and what is remembered.
    fn check_policy(&self, now: Timestamp) -> Result<(), BundleFault> {
        let (facts, policy) = (&self.facts, &self.policy);
        let streams = [policy.stream, policy.remembered.as_ref().map(|known| known.stream)];
        if let Some(expected) = streams.into_iter().flatten().find(|s| *s != facts.stream) {
            return Err(Untrusted::Stream { found: facts.stream, expected }.into());
        }
        self.check_times(now)?;
        let (found, known) = (facts.serial, || policy.known(facts.stream));
        let least = policy.min_serial.max(known().map(|known| known.serial).max()).unwrap_or(0);
        let is_other = |known: &Remembered| known.serial == found && known.header_hash != self.hash;
        if found < least || known().any(is_other) {
            return Err(BundleFault::RolledBack { found, expected: least });
        }
        match known().map(|known| known.issued_at).max() {
            Some(other) if facts.issued_at.seconds_until(other) > MAX_SKEW => {
                Err(BundleFault::ClockSkew { issued_at: facts.issued_at, other })
            }
            _ => Ok(()),
        }
    }

    fn check_times(&self, now: Timestamp) -> Result<(), BundleFault> {
        let BundleFacts { issued_at, valid_until, .. } = self.facts;
        match self.header.freshness(now) {
            Freshness::Early => return Err(BundleFault::ClockSkew { issued_at, other: now }),
            Freshness::Stale => return Err(BundleFault::Stale { since: valid_until }),
            Freshness::Fresh | Freshness::Aging => {}
        }
        match self.policy.max_age {
            Some(max) if issued_at.seconds_until(now) > max => {
                Err(BundleFault::Stale { since: issued_at.saturating_add(max) })
            }
            _ => Ok(()),
        }
    }

    fn warnings(&self, now: Timestamp) -> Vec<Warning> {
        let aging = self.header.freshness(now) == Freshness::Aging;
        let knows = self.policy.known(self.facts.stream).next().is_some();
        let forgetful = !knows && self.policy.min_serial.is_none();
        let warnings = [(aging, Warning::BundleAging), (forgetful, Warning::NoMemory)];
        warnings.into_iter().filter_map(|(holds, warning)| holds.then_some(warning)).collect()
    }

    /// What the bundle grants to the token of a digest; `None` is a verified absence.
    fn find(&self, digest: &TokenDigest) -> Result<Option<Grant>, BundleFault> {
        let key = self.context.key_for(digest);
        let Some(root) = self.shape.root() else { return Ok(None) };
        let (index, hash, bounds) = self.descend(root, &key.lk)?;
        let opened = |leaf: &Page| match page::find(leaf, &key.lk) {
            None => Ok(None),
            Some(sealed) => {
                key.open(sealed).map(Some).ok_or(BundleFault::Corrupt("an entry does not open"))
            }
        };
        match self.constant_leaf(index, &hash, bounds)? {
            Some(leaf) => opened(leaf),
            None => {
                let mut leaf = [0; PAGE];
                self.read_page(0, index, &hash, &mut leaf)?;
                Leaf::parse(&leaf, bounds).map_err(BundleFault::Corrupt)?;
                opened(&leaf)
            }
        }
    }

    /// Goes node by node from the root to the leaf in which `lk` would have to be; each node is read
    /// once, as long as there is room for it.
    fn descend(&self, root: usize, lk: &Lk) -> Result<(u64, Hash, Bounds), BundleFault> {
        let (mut index, mut hash, mut bounds) = (0, self.header.root, Bounds::default());
        let mut slot = Some(self.kept.root());
        for level in (1..=root).rev() {
            let child;
            let kept = match slot.map(|slot| (slot, slot.get())) {
                Some((_, Some(node))) => Ok(&**node),
                Some((slot, None)) => {
                    self.kept.keep(slot, self.read_node(level, index, &hash, bounds)?)
                }
                None => Err(self.read_node(level, index, &hash, bounds)?),
            };
            (child, hash, bounds) = match &kept {
                Ok(node) => node.towards(lk),
                Err(node) => node.towards(lk),
            };
            slot = kept.ok().and_then(|node| node.below(child));
            index = index * FAN_OUT + child as u64;
        }
        Ok((index, hash, bounds))
    }

    fn read_node(
        &self,
        level: usize,
        index: u64,
        hash: &Hash,
        bounds: Bounds,
    ) -> Result<Box<KeptNode>, BundleFault> {
        let mut page = Box::new([0; PAGE]);
        self.read_page(level, index, hash, &mut page)?;
        let node = KeptNode::parse(page, level, self.shape.children(level, index), bounds);
        node.map(Box::new).map_err(BundleFault::Corrupt)
    }

    /// A leaf where it lies, if it cannot change there; hashed and checked when it is first asked for.
    fn constant_leaf(
        &self,
        index: u64,
        hash: &Hash,
        bounds: Bounds,
    ) -> Result<Option<&Page>, BundleFault> {
        let (number, leaves) = (self.shape.number(0, index), self.shape.leaves());
        let constant = self.source.constant(number * PAGE as u64, PAGE);
        let Some(page) = constant.and_then(|bytes| <&Page>::try_from(bytes).ok()) else {
            return Ok(None);
        };
        if !self.kept.is_marked(index, leaves) {
            compare(0, number, page, hash)?;
            Leaf::parse(page, bounds).map_err(BundleFault::Corrupt)?;
            self.kept.mark(index, leaves);
        }
        Ok(Some(page))
    }

    /// Reads a page into our own buffer and compares its hash.
    fn read_page(
        &self,
        level: usize,
        index: u64,
        hash: &Hash,
        page: &mut Page,
    ) -> Result<(), BundleFault> {
        let number = self.shape.number(level, index);
        let read = self.source.read_at(page, number * PAGE as u64);
        read.map_err(|error| BundleFault::Unreadable(Unreadable::Io(error)))?;
        compare(level, number, page, hash)
    }

    fn refuse(&self, fault: BundleFault) -> BundleRefusal {
        BundleRefusal { fault, facts: Some(self.facts.clone()) }
    }
}

fn compare(level: usize, number: u64, page: &Page, hash: &Hash) -> Result<(), BundleFault> {
    let is_signed = page_hash(level, number, page) == *hash;
    is_signed.then_some(()).ok_or(BundleFault::Corrupt("a page is not the one that was signed"))
}

/// A genuine bundle, be it stale: all of it can be read through, but it answers for no token.
pub struct Survey<S>(VerifiedBundle<S>);

impl<S: ByteSource> Survey<S> {
    /// What the bundle says of a token, for whoever knows its digest and replaces the bundle by a
    /// later one.
    ///
    /// # Errors
    /// When a page on the way is not as it was signed.
    pub fn grant_of(&self, digest: &TokenDigest) -> Result<Option<Grant>, BundleRefusal> {
        self.0.find(digest).map_err(|fault| self.0.refuse(fault))
    }

    /// Verifies every page; how many entries there are of each size.
    ///
    /// # Errors
    /// The first page that is not as it was signed, or a count that does not fit.
    pub fn count(&self) -> Result<Vec<(usize, u64)>, BundleRefusal> {
        let mut sizes = std::collections::BTreeMap::new();
        let bundle = &self.0;
        if let Some(root) = bundle.shape.root() {
            let (hash, bounds) = (bundle.header.root, Bounds::default());
            self.walk(root, 0, &hash, bounds, &mut |size| *sizes.entry(size).or_default() += 1)
                .map_err(|fault| bundle.refuse(fault))?;
        }
        if sizes.values().sum::<u64>() != bundle.header.entries {
            let what = "it has another number of entries than its header says";
            return Err(bundle.refuse(BundleFault::Corrupt(what)));
        }
        Ok(sizes.into_iter().collect())
    }

    fn walk(
        &self,
        level: usize,
        index: u64,
        hash: &Hash,
        bounds: Bounds,
        visit: &mut impl FnMut(usize),
    ) -> Result<(), BundleFault> {
        let bundle = &self.0;
        let mut page = Box::new([0; PAGE]);
        bundle.read_page(level, index, hash, &mut page)?;
        if level == 0 {
            Leaf::parse(&page, bounds).map_err(BundleFault::Corrupt)?.sizes().for_each(visit);
            return Ok(());
        }
        let children = bundle.shape.children(level, index);
        let node = Node::parse(&page, level, children, bounds).map_err(BundleFault::Corrupt)?;
        for child in 0..children {
            let (hash, bounds) = node.child(child);
            self.walk(level - 1, index * FAN_OUT + child as u64, &hash, bounds, visit)?;
        }
        Ok(())
    }
}
