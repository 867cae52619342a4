//! Grants and requests of every shape.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use keyctl_verify::{
    Environment, Grant, IpBlock, KeyId, Kind, Method, PathPattern, RateLimit, Request, Scope,
    Standing, Strictness, Tenure, Timestamp,
};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::kit::{NOW, at};

const SCOPES: &str = r"([a-z0-9._-]{1,6}:){0,3}[a-z0-9._-]{1,6}(:\*)?|\*|orders:(read|write|\*)";
const PATHS: &str = r"((GET|POST|X) )?/(v1|v2|\*\*)(/[a-c%*.é]{1,3}|/\*\*){0,3}";

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    let near = -20 * 86_400..20 * 86_400_i64;
    let time = prop_oneof![
        4 => near.prop_map(|away| NOW + away),
        1 => (-1..=1_i64).prop_map(|away| NOW + away),
        1 => 0..=Timestamp::MAX.unix(),
        1 => select(vec![0, 23, 24, 255, 256, 65_535, 65_536, Timestamp::MAX.unix()]),
    ];
    option::weighted(0.3, time.prop_map(|seconds| Timestamp::from_unix(seconds).unwrap()))
}

fn block() -> impl Strategy<Value = IpBlock> {
    let v4 = (any::<u32>(), 0..=32_u32).prop_map(|(address, bits)| {
        let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
        format!("{}/{bits}", Ipv4Addr::from_bits(address & mask))
    });
    let v6 = (any::<u128>(), 0..=128_u32).prop_map(|(address, bits)| {
        let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
        format!("{}/{bits}", Ipv6Addr::from_bits(address & mask))
    });
    let odd = select(vec!["::ffff:10.0.0.0/104", "::/0", "::1", "::102:304/128", "64:ff9b::/96"]);
    prop_oneof![v4, v6, odd.prop_map(str::to_owned)].prop_map(|text| IpBlock::parse(&text).unwrap())
}

fn rate() -> impl Strategy<Value = RateLimit> {
    let count = prop_oneof![1..=3_u32, 1..=1_000_000_000_u32];
    (count, 1..=31_622_400_u32).prop_map(|(count, seconds)| RateLimit::new(count, seconds).unwrap())
}

fn scopes() -> impl Strategy<Value = Vec<Scope>> {
    vec(SCOPES.prop_map(|text| Scope::parse(&text).unwrap()), 0..4)
}

fn paths() -> impl Strategy<Value = Vec<PathPattern>> {
    vec(PATHS.prop_filter_map("no pattern", |text| PathPattern::parse(&text).ok()), 0..3)
}

fn customers() -> impl Strategy<Value = Vec<String>> {
    vec(prop_oneof![Just("acme".to_owned()), any_text(1..10)], 0..3)
}

/// Text of any characters, no tame ones only.
fn any_text(length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    vec(any::<char>(), length).prop_map(String::from_iter)
}

/// From a handful of bytes to more than half of the largest entry.
fn labels() -> impl Strategy<Value = Option<BTreeMap<String, String>>> {
    let value = prop_oneof![3 => any_text(0..20), 1 => "x{0,1500}"];
    option::of(btree_map(any_text(1..8), value, 0..3))
}

fn name() -> impl Strategy<Value = Option<String>> {
    option::of(prop_oneof![Just("shop".to_owned()), any_text(1..30)])
}

/// More often than not no limit.
fn sometimes<T: std::fmt::Debug + Clone>(
    limits: impl Strategy<Value = Vec<T>>,
) -> impl Strategy<Value = Vec<T>> {
    prop_oneof![2 => Just(Vec::new()), 1 => limits]
}

pub(super) fn any_grant() -> impl Strategy<Value = Grant> {
    let who = ("[0-9A-Za-z]{12}", prop_oneof![1..30_u32, 1..=u32::MAX], any::<bool>());
    let what = (
        select(Environment::ALL.to_vec()),
        select(Kind::ALL.to_vec()),
        prop_oneof![3 => Just(Standing::Good), 1 => select(Standing::ALL.to_vec())],
        prop_oneof![3 => Just(Tenure::Current), 2 => select(Tenure::ALL.to_vec())],
    );
    let limits = (
        scopes(),
        sometimes(paths()),
        sometimes(vec(block(), 0..3)),
        sometimes(customers()),
        option::of(rate()),
    );
    let times = (time(), time(), time());
    (who, what, (name(), name()), limits, times, labels()).prop_map(
        |(who, what, names, limits, times, labels)| Grant {
            key_id: KeyId::parse(&format!("key_{}", who.0)).unwrap(),
            generation: who.1,
            redacted: who.2,
            environment: what.0,
            kind: what.1,
            standing: what.2,
            tenure: what.3,
            project: names.0.filter(|_| !who.2),
            owner: names.1.filter(|_| !who.2),
            scopes: limits.0.into_iter().collect(),
            paths: limits.1,
            ips: limits.2,
            customers: limits.3,
            rate_limit: limits.4,
            not_before: times.0,
            expires_at: times.1,
            // A grace mostly has an end.
            valid_until: times
                .2
                .or((what.3 == Tenure::InGrace && who.1 % 4 > 0).then(|| at(NOW + 9))),
            labels,
        },
    )
}

pub(super) fn any_request() -> impl Strategy<Value = Request> {
    let ip = prop_oneof![
        any::<u32>().prop_map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))),
        any::<u128>().prop_map(|bits| IpAddr::V6(Ipv6Addr::from_bits(bits))),
    ];
    let method = option::of(select(vec!["GET", "POST", "x"]));
    let path = option::of(r"/v[12](/[a-c]{1,2}){0,3}|/\.\./a");
    let strictness = select(vec![Strictness::Lenient, Strictness::Strict]);
    let asked = prop_oneof![scopes(), Just(Vec::new())];
    let where_to = (name(), option::of(select(Environment::ALL.to_vec())), asked);
    let any =
        (where_to, method, path, option::of(ip), option::of(Just("acme".to_owned())), strictness);
    let any = any.prop_map(|(where_to, method, path, ip, customer, strictness)| Request {
        project: where_to.0,
        environment: where_to.1,
        scopes: where_to.2,
        method: method.and_then(Method::parse),
        path,
        ip,
        customer,
        strictness,
    });
    prop_oneof![1 => Just(Request::default()), 2 => any]
}
