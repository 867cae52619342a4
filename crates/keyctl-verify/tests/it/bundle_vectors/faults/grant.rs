//! Step 12: grants that are well written and say what a grant cannot say, and those that just can.

use super::cbor::replaced;
use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::cbor::{NULL, array, text, texts, uint};
use crate::bundle_vectors::forge::Forge;
use crate::bundle_vectors::grant::{
    BLOCKS, CUSTOMERS, ENDS_AT, ENVIRONMENT, EXPIRES_AT, Grant, KEY_ID, KIND, LABELS, NOT_BEFORE,
    PATHS, RATE, SCOPES, STANDING, TENURE,
};

const LAST: u64 = 253_402_300_799;

fn item(name: &str, about: &str, item: usize, bytes: &[u8]) -> Case {
    Case::corrupt(&format!("grant-{name}"), about, &Forge::of_text(replaced(item, bytes)))
}

fn grant(name: &str, about: &str, change: impl FnOnce(&mut Grant)) -> Case {
    Case::corrupt(&format!("grant-{name}"), about, &Forge::of(Grant::with(change)))
}

fn ok(name: &str, about: &str, change: impl FnOnce(&mut Grant)) -> Case {
    Case::ok(&format!("ok-grant-{name}"), about, &Forge::of(Grant::with(change)))
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

pub(in crate::bundle_vectors) fn codes() -> Vec<Case> {
    let mut cases = vec![
        item("id-11", "A key id of 11 digits.", KEY_ID, &text("Grant000001")),
        item(
            "id-hyphen",
            "A key id with a character that is no digit of base62.",
            KEY_ID,
            &text("Grant-000001"),
        ),
        item("id-prefixed", "A key id with the key_ before it.", KEY_ID, &text("key_Grant0000001")),
        grant("generation-0", "Generation 0.", |g| g.generation = 0),
        grant("generation-2-32", "Generation 2^32.", |g| g.generation = 1 << 32),
        ok("kind-personal", "A personal key.", |g| g.kind = 2),
        ok("kind-webhook", "A webhook's key.", |g| g.kind = 3),
        ok("project-none", "A key of no project, for which none is named.", |g| g.project = None)
            .request(|r| r.project = None),
        ok("owner-none", "A key of nobody.", |g| g.owner = None),
        grant("project-empty", "An empty project.", |g| g.project = Some(String::new())),
        grant("owner-empty", "An empty owner.", |g| g.owner = Some(String::new())),
        grant("redacted-project", "Redacted, and there is a project.", |g| {
            g.redacted = true;
            g.owner = None;
        }),
        grant("redacted-owner", "Redacted, and there is an owner.", |g| {
            g.redacted = true;
            g.project = None;
        }),
        ok("redacted", "Redacted; no project is named.", |g| {
            g.redacted = true;
            (g.project, g.owner) = (None, None);
        })
        .request(|r| r.project = None),
    ];
    let coded =
        [("environment", ENVIRONMENT), ("kind", KIND), ("standing", STANDING), ("tenure", TENURE)];
    for (name, at) in coded {
        for code in [0, 4] {
            let about = format!("The code {code} for {name}.");
            cases.push(item(&format!("{name}-{code}"), &about, at, &uint(code)));
        }
    }
    cases.push(item(
        "environment-text",
        "The environment as a text.",
        ENVIRONMENT,
        &text("production"),
    ));
    cases
}

pub(in crate::bundle_vectors) fn scopes() -> Vec<Case> {
    let bad = |name: &str, about: &str, scopes: &[&str]| {
        item(&format!("scopes-{name}"), about, SCOPES, &texts(scopes))
    };
    let long = |len: usize| format!("orders:{}", "r".repeat(len - 7));
    vec![
        item("scopes-null", "The scopes are null.", SCOPES, &[NULL]),
        bad("unsorted", "Two scopes descend.", &["orders:write", "orders:read"]),
        bad("by-length", "Two scopes that ascend by length, not as bytes.", &["z", "orders:read"]),
        bad("capital", "A scope with a capital.", &["Orders:read", "orders:read"]),
        bad("twice", "The same scope twice.", &["orders:read", "orders:read"]),
        bad("colon-last", "A scope that ends with a colon.", &["orders:", "orders:read"]),
        bad("colons", "A scope with an empty word.", &["orders::read", "orders:read"]),
        bad("star-inside", "A star that is not the last word.", &["orders:*:read", "orders:read"]),
        bad("star-glued", "A star at the end of a word.", &["orders*", "orders:read"]),
        bad("129", "A scope of 129 bytes.", &[&long(129)]),
        ok("scopes-128", "A scope of 128 bytes.", |g| g.scopes = vec![long(128)])
            .request(|r| r.scopes = vec![long(128)]),
    ]
}

pub(in crate::bundle_vectors) fn paths() -> Vec<Case> {
    let bad = |name: &str, about: &str, path: &str| {
        item(&format!("paths-{name}"), about, PATHS, &texts(&[path]))
    };
    let long = |len: usize| format!("/{}", "a".repeat(len - 1));
    vec![
        bad("empty", "An empty path pattern.", ""),
        bad("relative", "A path pattern without a slash first.", "v1/orders"),
        bad(
            "lower-case",
            "A method in lower case, which is not how it is written.",
            "get /v1/orders",
        ),
        bad("method-only", "A method without a path.", "GET"),
        bad("method-17", "A method of 17 letters.", "ABCDEFGHIJKLMNOPQ /v1"),
        bad("two-spaces", "Two spaces after the method.", "GET  /v1"),
        bad("no-break-space", "A no-break space in the path.", "/v1\u{a0}a"),
        bad("slash-last", "A slash last.", "/v1/"),
        bad("dots", "A segment of two dots.", "/v1/../a"),
        bad("brackets", "Brackets.", "/v1/[ab]"),
        bad("escaped-slash", "An escaped slash.", "/v1%2fa"),
        bad("stars-glued", "Two stars beside a letter.", "/v1/a**"),
        bad("513", "A path pattern of 513 bytes.", &long(513)),
        ok("paths-512", "A path pattern of 512 bytes.", |g| g.paths = vec![long(512)])
            .request(|r| r.path = Some(long(512))),
        ok("paths-method-16", "A method of 16 letters.", |g| {
            g.paths = owned(&["ABCDEFGHIJKLMNOP /v1"]);
        })
        .request(|r| {
            r.method = Some("ABCDEFGHIJKLMNOP".to_owned());
            r.path = Some("/v1".to_owned());
        }),
        ok("paths-unsorted", "Paths have no order, and one may be there twice.", |g| {
            g.paths = owned(&["/z", "/a", "/z"]);
        })
        .request(|r| r.path = Some("/a".to_owned())),
    ]
}

pub(in crate::bundle_vectors) fn blocks() -> Vec<Case> {
    let bad = |name: &str, about: &str, block: &str| {
        item(&format!("blocks-{name}"), about, BLOCKS, &texts(&[block]))
    };
    let block = |name, about, block: &str, ip: &str| {
        ok(name, about, |g| g.blocks = owned(&[block])).request(|r| r.ip = Some(ip.to_owned()))
    };
    vec![
        bad("empty", "An empty address block.", ""),
        bad("single", "An address without bits.", "10.0.0.1"),
        bad("host-bits", "A bit set beyond the prefix.", "10.0.0.1/8"),
        bad("129", "An IPv6 block of 129 bits.", "2001:db8::/129"),
        bad("bits-zero-first", "Bits with a zero first.", "10.0.0.0/08"),
        bad("short", "An IPv4 address of two numbers.", "10.0/8"),
        bad("capitals", "IPv6 in capitals.", "2001:DB8::/32"),
        bad("not-shortened", "Zeros that could be shortened.", "2001:db8:0:0:0:0:0:0/32"),
        bad("one-group-shortened", "One zero group alone, shortened.", "1::3:4:5:6:7:8/128"),
        bad(
            "second-run-shortened",
            "Of two runs of one length the second is shortened.",
            "2001:0:0:1:1::1/128",
        ),
        bad(
            "shorter-run-shortened",
            "Of two runs of zeros the shorter one is shortened.",
            "2001::1:0:0:0:1/128",
        ),
        bad("zone", "An address with a zone.", "fe80::%eth0/64"),
        bad("mapped", "An IPv4 block written as IPv6.", "::ffff:10.0.0.0/104"),
        bad("dotted", "The end of an IPv6 address in decimal.", "2001:db8::192.0.2.0/120"),
        block("blocks-single", "A block of one IPv4 address.", "10.0.0.1/32", "10.0.0.1"),
        block("blocks-all", "The block of all IPv4 addresses.", "0.0.0.0/0", "255.255.255.255"),
        block(
            "blocks-one-group",
            "One zero group alone, which is not shortened.",
            "1:0:3:4:5:6:7:8/128",
            "1:0:3:4:5:6:7:8",
        ),
        block(
            "blocks-tie",
            "Two runs of zeros of one length: the first is shortened.",
            "2001::1:1:0:0:1/128",
            "2001::1:1:0:0:1",
        ),
    ]
}

pub(in crate::bundle_vectors) fn others() -> Vec<Case> {
    let rate = |numbers: &[u64]| {
        replaced(RATE, &array(&numbers.iter().map(|n| uint(*n)).collect::<Vec<_>>()))
    };
    let bad_rate = |name: &str, about: &str, numbers: &[u64]| {
        Case::corrupt(&format!("grant-rate-{name}"), about, &Forge::of_text(rate(numbers)))
    };
    let rated = |name, about, rate| ok(name, about, |g| g.rate = Some(rate));
    let mut cases = vec![
        item("customers-empty", "An empty customer.", CUSTOMERS, &texts(&["acme", ""])),
        bad_rate("count-0", "A rate of 0 in a minute.", &[0, 60]),
        bad_rate("seconds-0", "A rate of 100 in 0 seconds.", &[100, 0]),
        bad_rate("count-large", "A rate of 10^9 + 1.", &[1_000_000_001, 60]),
        bad_rate("seconds-large", "A rate per 366 days and a second.", &[100, 31_622_401]),
        bad_rate(
            "count-2-32",
            "A rate of 2^32 + 1: one for who has 32 bits.",
            &[(1 << 32) + 1, 60],
        ),
        bad_rate("one", "A rate of one number.", &[100]),
        rated("rate-minute", "A rate of 100 in a minute.", (100, 60, "100/1m")),
        rated("rate-smallest", "The smallest count and period.", (1, 1, "1/1s")),
        rated(
            "rate-largest",
            "The largest count and period.",
            (1_000_000_000, 31_622_400, "1000000000/366d"),
        ),
        ok("times-1970", "Not before the first instant there is.", |g| g.not_before = Some(0)),
        ok(
            "times-9999",
            "It expires at the last instant there is, and so does its generation.",
            |g| {
                (g.expires_at, g.ends_at) = (Some(LAST), Some(LAST));
            },
        ),
    ];
    for (name, at) in [("not-before", NOT_BEFORE), ("expires-at", EXPIRES_AT), ("ends-at", ENDS_AT)]
    {
        let about = format!("A second after the last instant there is, as {name}.");
        cases.push(item(&format!("{name}-10000"), &about, at, &uint(LAST + 1)));
    }
    cases.push(item(
        "expires-at-text",
        "A time as a text.",
        EXPIRES_AT,
        &text("2027-01-15T08:00:00Z"),
    ));
    cases.extend(labels());
    cases
}

fn labels() -> Vec<Case> {
    let pairs = |pairs: &[&[&str]]| {
        let pairs: Vec<_> = pairs.iter().map(|pair| texts(pair)).collect();
        array(&pairs)
    };
    let bad = |name: &str, about: &str, labels: &[&[&str]]| {
        item(&format!("labels-{name}"), about, LABELS, &pairs(labels))
    };
    let labelled = |name, about, labels: &[(&str, &str)]| {
        let labels = labels.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        ok(name, about, |g| g.labels = Some(labels))
    };
    vec![
        bad("unsorted", "Labels that descend.", &[&["team", "a"], &["app", "b"]]),
        bad("twice", "The same label twice.", &[&["app", "a"], &["app", "b"]]),
        bad(
            "by-length",
            "Labels that ascend by length, not as bytes.",
            &[&["z", "a"], &["app", "b"]],
        ),
        bad("name-empty", "A label without a name.", &[&["", "a"]]),
        bad("one", "A label without a value.", &[&["app"]]),
        bad("three", "A label with two values.", &[&["app", "a", "b"]]),
        item(
            "labels-map",
            "The labels are a map.",
            LABELS,
            &[&[0xa1], &text("app")[..], &text("a")].concat(),
        ),
        item(
            "labels-null-value",
            "A label's value is null.",
            LABELS,
            &array(&[array(&[text("app"), vec![NULL]])]),
        ),
        labelled("labels", "Two labels.", &[("app", "checkout"), ("team", "payments")]),
        labelled("labels-none", "Labels were exported, and the key has none.", &[]),
        labelled("labels-value-empty", "A label with an empty value.", &[("app", "")]),
        labelled(
            "labels-bytes",
            "Labels in the order of their bytes: capitals before small letters.",
            &[("Z", "1"), ("a", "2"), ("\u{e4}", "3")],
        ),
    ]
}
