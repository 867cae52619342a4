//! Scopes, path patterns, address blocks and rates, against what they mean written down once more
//! in the simplest way there is.
#![no_main]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use keyctl_fuzz::Input;
use keyctl_verify::{
    Instant, IpBlock, Method, PathPattern, RateLimit, RequestPath, Scope, ScopeSet,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    let kind = input.byte();
    let lines = String::from_utf8_lossy(input.rest()).into_owned();
    let lines: Vec<&str> = lines.split('\n').take(8).collect();
    match kind % 4 {
        0 => scopes(&lines),
        1 => paths(&lines),
        2 => addresses(&lines),
        _ => rates(&lines),
    }
});

fn scopes(lines: &[&str]) {
    let scopes: Vec<Scope> = lines.iter().filter_map(|line| Scope::parse(line).ok()).collect();
    for a in &scopes {
        assert_eq!(Scope::parse(a.as_str()).as_ref(), Ok(a));
        assert!(a.covers(a));
        assert_eq!(a.is_full_access(), a.as_str() == "*");
        for b in &scopes {
            assert_eq!(a.covers(b), covers(a.as_str(), b.as_str()), "{a} {b}");
            assert!(!(a.covers(b) && b.covers(a)) || a == b, "{a} {b}");
            for c in &scopes {
                assert!(!(a.covers(b) && b.covers(c)) || a.covers(c), "{a} {b} {c}");
            }
        }
    }
    let half = scopes.len() / 2;
    let set = |scopes: &[Scope]| -> ScopeSet { scopes.iter().cloned().collect() };
    let (left, right) = (set(&scopes[..half]), set(&scopes[half..]));
    let both = left.intersect(&right);
    assert_eq!(both, right.intersect(&left));
    assert_eq!(both.intersect(&both), both);
    for scope in &scopes {
        let expected = left.grants(scope) && right.grants(scope);
        assert_eq!(both.grants(scope), expected, "{left:?} {right:?} {scope}");
    }
}

/// Word by word.
fn covers(own: &str, other: &str) -> bool {
    let (own, other): (Vec<&str>, Vec<&str>) =
        (own.split(':').collect(), other.split(':').collect());
    match own.split_last() {
        Some((&"*", stem)) => other.len() > stem.len() && other[..stem.len()] == *stem,
        _ => own == other,
    }
}

fn paths(lines: &[&str]) {
    let Some((first, rest)) = lines.split_first() else { return };
    let normal: Vec<RequestPath<'_>> =
        rest.iter().filter_map(|line| RequestPath::parse(line)).collect();
    for line in rest {
        assert_eq!(RequestPath::parse(line).is_some(), is_normal(line), "{line:?}");
    }
    let Ok(pattern) = PathPattern::parse(first) else { return };
    assert_eq!(PathPattern::parse(pattern.as_str()).as_ref(), Ok(&pattern));
    let (method, path) = match pattern.as_str().split_once(' ') {
        Some((method, path)) => (Method::parse(method), path),
        None => (None, pattern.as_str()),
    };
    assert_eq!(pattern.needs_method(), method.is_some());
    let other = Method::parse("OTHERMETHOD");
    for (request, text) in normal.iter().zip(rest.iter().filter(|line| is_normal(line))) {
        if text.len() < 200 && path.len() < 64 {
            let expected = matches_segments(&segments(path), &segments(text)) || path == "/**";
            assert_eq!(pattern.matches(method.as_ref(), request), expected, "{path} {text}");
        }
        let without = pattern.matches(None, request);
        assert!(!without || method.is_none(), "a method that is not named fits no pattern of one");
        assert!(!pattern.matches(other.as_ref(), request) || method.is_none() || method == other);
    }
}

/// As the contract has it, character by character.
fn is_normal(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.starts_with('/')
        && text.len() <= 8192
        && (text == "/" || text[1..].split('/').all(|s| !matches!(s, "" | "." | "..")))
        && ["%2f", "%5c", "%00", "%2e"].iter().all(|escape| !lower.contains(escape))
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "\\?#".contains(c))
}

fn segments(path: &str) -> Vec<&str> {
    if path == "/" { Vec::new() } else { path[1..].split('/').collect() }
}

/// By a table: the obvious recursion can take for ever. Which beginnings of the path each unit leaves fitting.
fn matches_segments(pattern: &[&str], path: &[&str]) -> bool {
    let mut row: Vec<bool> = (0..=path.len()).map(|n| n == 0).collect();
    for (n, unit) in pattern.iter().enumerate() {
        let least = usize::from(n + 1 == pattern.len());
        let fits = |at: usize| match *unit {
            "**" => (0..=at).any(|begin| row[begin] && at - begin >= least),
            unit => {
                at > 0 && row[at - 1] && matches_bytes(unit.as_bytes(), path[at - 1].as_bytes())
            }
        };
        row = (0..=path.len()).map(fits).collect();
    }
    row[path.len()]
}

fn matches_bytes(pattern: &[u8], text: &[u8]) -> bool {
    // As above.
    let mut row: Vec<bool> = (0..=text.len()).map(|n| n == 0).collect();
    for unit in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = if *unit == b'*' {
                row[at] || (at > 0 && next[at - 1])
            } else {
                at > 0 && row[at - 1] && text[at - 1] == *unit
            };
        }
        row = next;
    }
    row[text.len()]
}

fn addresses(lines: &[&str]) {
    let blocks: Vec<IpBlock> = lines.iter().filter_map(|line| IpBlock::parse(line).ok()).collect();
    let asked: Vec<IpAddr> = lines.iter().filter_map(|line| line.parse().ok()).collect();
    for block in &blocks {
        let text = block.to_string();
        assert_eq!(IpBlock::parse(&text).as_ref(), Ok(block), "{text}");
        let (network, bits) = text.split_once('/').expect("a block is written with its length");
        let (network, bits): (IpAddr, u32) = (network.parse().unwrap(), bits.parse().unwrap());
        assert!(block.contains(network), "{text}");
        for address in &asked {
            let found = block.contains(*address);
            assert_eq!(found, within(network, bits, *address), "{text} {address}");
            if let IpAddr::V4(v4) = address {
                assert_eq!(block.contains(IpAddr::V6(v4.to_ipv6_mapped())), found);
            }
        }
    }
}

fn within(network: IpAddr, bits: u32, address: IpAddr) -> bool {
    let v4 = |ip: Ipv4Addr| u32::from(ip);
    let v6 = |ip: Ipv6Addr| u128::from(ip);
    match (network, address.to_canonical()) {
        (IpAddr::V4(a), IpAddr::V4(b)) => (v4(a) ^ v4(b)).checked_shr(32 - bits).unwrap_or(0) == 0,
        (IpAddr::V6(a), IpAddr::V6(b)) => (v6(a) ^ v6(b)).checked_shr(128 - bits).unwrap_or(0) == 0,
        _ => false,
    }
}

fn rates(lines: &[&str]) {
    let Some(Ok(rate)) = lines.first().map(|line| RateLimit::parse(line)) else { return };
    assert_eq!(RateLimit::parse(&rate.to_string()), Ok(rate));
    assert_eq!(RateLimit::new(rate.count(), rate.seconds()), Ok(rate));
    // Requests at the instants of the other lines: never more than the limit at once, and never
    // shut out for longer than a period.
    let (mut tat, mut through, mut first) = (None, 0_u128, None);
    let mut instants: Vec<u64> = lines[1..].iter().filter_map(|line| line.parse().ok()).collect();
    instants.sort_unstable();
    for nanos in instants {
        let now = Instant::from_nanos(nanos);
        match rate.admit(tat, now) {
            Ok(next) => {
                (tat, through) = (Some(next), through + 1);
                let from = *first.get_or_insert(nanos);
                let periods = u128::from(nanos - from) * u128::from(rate.count());
                let most = u128::from(rate.count())
                    + periods / (u128::from(rate.seconds()) * 1_000_000_000)
                    + 1;
                assert!(through <= most, "{rate}");
            }
            Err(late) => {
                assert!((1..=u64::from(rate.seconds())).contains(&late.retry_after_s), "{rate}");
                tat = Some(late.counter);
            }
        }
    }
}
