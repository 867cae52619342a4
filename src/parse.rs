//! What users type, into what it means. Each function is the value parser of a flag; what it
//! refuses is a usage error that names the flag and shows what would be right.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate};
use keyctl_vault::issue::{Expiry, LabelFilter};
use keyctl_vault::{
    Customer, LabelKey, LabelValue, Lifetime, Name, NameError, Note, Owner, Project, Reason,
    VaultKey,
};
use keyctl_verify::{
    Brand, BrandError, Environment, IpBlock, Kind, Method, PathPattern, PublicKey, RateLimit,
    ReceiptLabel, Scope, Status, StreamId, Timestamp,
};

type Parsed<T> = Result<T, String>;

pub(crate) fn scope(text: &str) -> Parsed<Scope> {
    Scope::parse(text).map_err(|e| e.to_string())
}

pub(crate) fn path(text: &str) -> Parsed<PathPattern> {
    PathPattern::parse(text).map_err(|e| e.to_string())
}

pub(crate) fn ip_block(text: &str) -> Parsed<IpBlock> {
    IpBlock::parse(text).map_err(|e| e.to_string())
}

pub(crate) fn ip(text: &str) -> Parsed<IpAddr> {
    text.parse().map_err(|_| "is not an address like 192.0.2.7 or 2001:db8::7".to_owned())
}

pub(crate) fn method(text: &str) -> Parsed<Method> {
    Method::parse(text).ok_or_else(|| "is not a method like GET".to_owned())
}

pub(crate) fn customer(text: &str) -> Parsed<Customer> {
    Customer::parse(text).map_err(|e| format!("{e}; a customer is an identifier like acme-42"))
}

pub(crate) fn rate(text: &str) -> Parsed<RateLimit> {
    RateLimit::parse(text).map_err(|e| e.to_string())
}

pub(crate) fn name(text: &str) -> Parsed<Name> {
    Name::parse(text).map_err(|e| match e {
        NameError::Text(e) => {
            format!("{e}; a name has 1 to {} characters, like deploy-bot", Name::MAX)
        }
        NameError::ShapedLikeId => format!("{e}; choose another, like deploy-bot"),
    })
}

pub(crate) fn project(text: &str) -> Parsed<Project> {
    Project::parse(text).map_err(|e| format!("{e}; a project is a name like shop"))
}

pub(crate) fn owner(text: &str) -> Parsed<Owner> {
    Owner::parse(text).map_err(|e| format!("{e}; an owner is a name like alice or billing-service"))
}

pub(crate) fn reason(text: &str) -> Parsed<Reason> {
    Reason::parse(text).map_err(|e| format!("{e}; a reason is a word or a sentence, like retired"))
}

pub(crate) fn note(text: &str) -> Parsed<Note> {
    Note::parse(text).map_err(|e| format!("{e}; a note has 1 to {} characters", Note::MAX))
}

pub(crate) fn brand(text: &str) -> Parsed<Brand> {
    Brand::parse(text).map_err(|e| e.to_string())
}

/// The brand of a vault that exists; the list of reserved ones is no matter then.
pub(crate) fn token_prefix(text: &str) -> Parsed<Brand> {
    Brand::read(text).ok_or_else(|| BrandError::Grammar.to_string())
}

pub(crate) fn public_key(text: &str) -> Parsed<PublicKey> {
    PublicKey::parse(text.trim()).ok_or_else(|| {
        "is not a public key like kcpub_…, or was mistyped; 'keyctl bundle key show' prints it"
            .to_owned()
    })
}

/// Several, with commas or white space between them.
pub(crate) fn public_keys(text: &str) -> Parsed<Vec<PublicKey>> {
    let is_between = |c: char| c == ',' || c.is_whitespace();
    text.split(is_between).filter(|key| !key.is_empty()).map(public_key).collect()
}

pub(crate) fn vault_key(text: &str) -> Parsed<VaultKey> {
    VaultKey::parse(text.trim()).ok_or_else(|| {
        "is not a vault key like kcvk_…, or was mistyped; 'keyctl vault info' prints it".to_owned()
    })
}

pub(crate) fn stream(text: &str) -> Parsed<StreamId> {
    StreamId::parse(text).ok_or_else(|| "is not a stream: 32 lower-case hex digits".to_owned())
}

pub(crate) fn receipt_label(text: &str) -> Parsed<ReceiptLabel> {
    let wrong = || "is not 1 to 64 of A-Z a-z 0-9 . _ : / @ -, like ci/deploy".to_owned();
    ReceiptLabel::parse(text).ok_or_else(wrong)
}

pub(crate) fn environment(text: &str) -> Parsed<Environment> {
    text.parse().map_err(|()| "is not production, staging or development".to_owned())
}

pub(crate) fn kind(text: &str) -> Parsed<Kind> {
    text.parse().map_err(|()| "is not general, personal or webhook".to_owned())
}

pub(crate) fn status(text: &str) -> Parsed<Status> {
    text.parse().map_err(|()| "is not active, inactive, pending, expired or revoked".to_owned())
}

pub(crate) fn label(text: &str) -> Parsed<(LabelKey, LabelValue)> {
    let (key, value) = text.split_once('=').ok_or("is not NAME=VALUE, like team=shop")?;
    let value = LabelValue::parse(value)
        .map_err(|e| format!("has a value that {e}, where team=shop would do"))?;
    Ok((label_key(key)?, value))
}

pub(crate) fn label_filter(text: &str) -> Parsed<LabelFilter> {
    match text.split_once('=') {
        None => Ok(LabelFilter { key: label_key(text)?, value: None }),
        Some(_) => label(text).map(|(key, value)| LabelFilter { key, value: Some(value) }),
    }
}

fn label_key(text: &str) -> Parsed<LabelKey> {
    LabelKey::parse(text).map_err(|e| format!("has a name that {e}, where team=shop would do"))
}

/// How many at most.
pub(crate) fn count(text: &str) -> Parsed<usize> {
    text.parse().map_err(|_| "is not a number like 20".to_owned())
}

/// A parameter of the passphrase hash; its bounds are checked by the hash.
pub(crate) fn parameter(text: &str) -> Parsed<u32> {
    text.parse().map_err(|_| "is not a number like 128".to_owned())
}

/// The number of an open file descriptor.
pub(crate) fn descriptor(text: &str) -> Parsed<u32> {
    text.parse().map_err(|_| "is not the number of a file descriptor, like 3".to_owned())
}

/// The name of a column, whatever white space stands beside the comma.
pub(crate) fn column(text: &str) -> Parsed<String> {
    Ok(text.trim().to_owned())
}

/// Labels as a record has them: each name once.
pub(crate) fn labels(given: Vec<(LabelKey, LabelValue)>) -> Parsed<BTreeMap<LabelKey, LabelValue>> {
    let mut labels = BTreeMap::new();
    for (key, value) in given {
        if labels.contains_key(&key) {
            return Err(format!("'{key}' is given twice"));
        }
        labels.insert(key, value);
    }
    Ok(labels)
}

pub(crate) fn duration(text: &str) -> Parsed<Lifetime> {
    text.parse().map_err(|e| format!("{e}"))
}

/// `never`, a length of time, a date or an instant. A date is its first second in UTC.
/// Seconds: a duration, or `0`.
pub(crate) fn seconds(text: &str) -> Parsed<u64> {
    if text == "0" { Ok(0) } else { duration(text).map(Lifetime::seconds) }
}

/// A file to be made, which stdout cannot be.
pub(crate) fn file(text: &str) -> Parsed<PathBuf> {
    if text == "-" { Err("is not a file; name one".to_owned()) } else { Ok(PathBuf::from(text)) }
}

pub(crate) fn expiry(text: &str) -> Parsed<Expiry> {
    if text == "never" {
        return Ok(Expiry::Never);
    }
    match text.parse::<Lifetime>() {
        Ok(lifetime) => Ok(Expiry::After(lifetime)),
        Err(keyctl_vault::LifetimeError::Malformed) => instant(text).map(Expiry::At).map_err(|_| {
            "is not never, a duration like 90d, 12h or 18mo, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z".to_owned()
        }),
        Err(e) => Err(format!("{e}; use 90d, 1y or never, for example")),
    }
}

/// A date or an instant. A date is its first second in UTC.
pub(crate) fn instant(text: &str) -> Parsed<Timestamp> {
    let wrong =
        || "is not a date like 2030-01-31 or an instant like 2030-01-31T12:00:00Z".to_owned();
    let seconds = match NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        Ok(date) if text.len() == 10 => {
            date.and_hms_opt(0, 0, 0).map(|time| time.and_utc().timestamp())
        }
        _ => DateTime::parse_from_rfc3339(text).ok().map(|time| time.timestamp()),
    };
    seconds.and_then(Timestamp::from_unix).ok_or_else(wrong)
}

/// When something begins: a length of time from now, a date or an instant.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Moment {
    /// That long from now, or ago.
    Away(Lifetime),
    /// Then.
    At(Timestamp),
}

pub(crate) fn moment(text: &str) -> Parsed<Moment> {
    match text.parse() {
        Ok(lifetime) => Ok(Moment::Away(lifetime)),
        Err(_) => instant(text).map(Moment::At).map_err(|_| {
            "is not a duration like 7d, a date like 2030-01-31, or an instant like 2030-01-31T12:00:00Z".to_owned()
        }),
    }
}

impl Moment {
    pub(crate) fn after(self, now: Timestamp) -> Timestamp {
        match self {
            Moment::Away(lifetime) => lifetime.after(now),
            Moment::At(at) => at,
        }
    }

    pub(crate) fn before(self, now: Timestamp) -> Timestamp {
        match self {
            Moment::Away(lifetime) => now.saturating_sub(lifetime.seconds()),
            Moment::At(at) => at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_read_in_each_of_its_forms() {
        let at = |text: &str| Expiry::At(instant(text).unwrap());
        assert_eq!(expiry("never"), Ok(Expiry::Never));
        assert_eq!(expiry("90d"), Ok(Expiry::After("90d".parse().unwrap())));
        assert_eq!(expiry("2030-01-31"), Ok(at("2030-01-31T00:00:00Z")));
        assert_eq!(expiry("2030-01-31T02:00:00+02:00"), Ok(at("2030-01-31T00:00:00Z")));
        for text in ["", "soon", "90", "2030-1-31", "2030-02-30", "31.01.2030", "-5d", "1969-01-01"]
        {
            let error = expiry(text).unwrap_err();
            assert!(error.contains("90d"), "{text}: {error}");
        }
        assert!(expiry("0d").unwrap_err().contains("no time at all"));
    }

    #[test]
    fn labels_have_a_name_and_a_value() {
        assert!(label("team=shop=2").is_ok());
        for text in ["team", "=x", "te am=x", "team="] {
            assert!(label(text).unwrap_err().contains("team=shop"), "{text}");
        }
        assert!(label_filter("team").is_ok());
    }
}
