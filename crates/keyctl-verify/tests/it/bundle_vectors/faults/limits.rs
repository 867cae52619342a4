//! Section 9 by its examples: scopes, paths, addresses, customers.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::Forge;
use crate::bundle_vectors::grant::Grant;

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// `ok-` and `VALID`, or the reason: by the name.
fn case(reason: &'static str, name: &str, about: &str, grant: Grant) -> Case {
    if name.starts_with("ok-") {
        Case::ok(name, about, &Forge::of(grant))
    } else {
        Case::denied(&[reason], name, about, grant)
    }
}

pub(in crate::bundle_vectors) fn scopes() -> Vec<Case> {
    let list: &[(&str, &str, &[&str], &[&str])] = &[
        (
            "ok-scope-two",
            "Two scopes are asked for, and both are there.",
            &["a:x", "b:y"],
            &["b:y", "a:x"],
        ),
        ("ok-scope-star", "Below a star.", &["a:*"], &["a:x"]),
        ("ok-scope-star-deep", "Two words below a star.", &["a:*"], &["a:x:y"]),
        ("ok-scope-star-itself", "The star itself is asked for.", &["a:*"], &["a:*"]),
        ("ok-scope-star-star", "A star below a star.", &["a:*"], &["a:x:*"]),
        ("ok-scope-all", "The star alone grants everything.", &["*"], &["a:x"]),
        ("ok-scope-all-all", "The star alone grants the star alone.", &["*"], &["*"]),
        ("scope-missing", "A scope that is not there.", &["a:x"], &["a:y"]),
        ("scope-one-missing", "Of two scopes the second is not there.", &["a:x"], &["a:x", "a:y"]),
        ("scope-stem", "A star does not grant what it stands below.", &["a:*"], &["a"]),
        (
            "scope-beside-star",
            "A star grants nothing that only begins like it.",
            &["a:*"],
            &["ab:x"],
        ),
        ("scope-longer", "A scope does not grant what is below it.", &["a:x"], &["a:x:y"]),
        (
            "scope-star-asked",
            "A star is asked for, and one scope below it is there.",
            &["a:x"],
            &["a:*"],
        ),
        ("scope-all-asked", "Everything is asked for, and a star is there.", &["a:*"], &["*"]),
        ("scope-dot", "A dot is no colon.", &["a:*"], &["a.x"]),
        ("scope-none", "The key has no scopes.", &[], &["a:x"]),
        ("scope-none-asked", "The key has no scopes, and none is asked for.", &[], &[]),
    ];
    let each = |(name, about, own, asked): &(&str, &str, &[&str], &[&str])| {
        case("INSUFFICIENT_SCOPE", name, about, Grant::with(|g| g.scopes = owned(own)))
            .request(|r| r.scopes = owned(asked))
    };
    list.iter().map(each).collect()
}

type Path = (&'static str, &'static str, &'static [&'static str], &'static str);

/// Patterns of the key, and what is requested: a method and a space, or none; then the path.
const PATHS: &[Path] = &[
    ("ok-path-exact", "The very path.", &["/v1/orders"], "/v1/orders"),
    ("ok-path-unlimited", "A path is named, and the key has none.", &[], "/v1/orders"),
    ("ok-path-root", "The path that has no segments.", &["/"], "/"),
    ("ok-path-method", "The method that is asked for.", &["GET /v1/*"], "GET /v1/a"),
    (
        "ok-path-method-lower",
        "The method in lower case, as it arrived.",
        &["GET /v1/*"],
        "get /v1/a",
    ),
    ("ok-path-star", "A star for one segment.", &["/v1/*/items"], "/v1/7/items"),
    ("ok-path-star-nothing", "A star for no bytes.", &["/v1/ord*s"], "/v1/ords"),
    ("ok-path-star-letter", "A star for a letter of two bytes.", &["/a*z"], "/a\u{e4}z"),
    ("ok-path-star-again", "A star that has to try more than once.", &["/*ab"], "/aaab"),
    ("ok-path-star-twice", "Two stars in one segment, around its first letter.", &["/*a*"], "/ab"),
    ("ok-path-stars-many", "Two stars at the end for three segments.", &["/v1/**"], "/v1/a/b/c"),
    ("ok-path-stars-none", "Two stars in the middle for no segment.", &["/a/**/b"], "/a/b"),
    ("ok-path-stars-middle", "Two stars in the middle for two segments.", &["/a/**/b"], "/a/x/y/b"),
    ("ok-path-stars-again", "Two stars that have to try more than once.", &["/**/a/b"], "/a/a/b"),
    ("ok-path-all", "The pattern for every path.", &["/**"], "/v1/a/b"),
    ("ok-path-all-root", "The pattern for every path matches the root too.", &["/**"], "/"),
    ("ok-path-all-method", "The same with a method.", &["GET /**"], "GET /"),
    ("ok-path-twice-stars", "Two pairs of stars for one segment.", &["/**/**"], "/a"),
    ("ok-path-percent", "Escapes that mean nothing else anywhere.", &["/**"], "/a%20b/%252F/%"),
    ("ok-path-zero-width", "A zero-width space is no white space.", &["/**"], "/a\u{200b}b"),
    ("path-longer", "A segment more.", &["/v1/orders"], "/v1/orders/1"),
    ("path-case", "In another case.", &["/v1/orders"], "/v1/Orders"),
    (
        "path-escaped",
        "A letter is escaped, and nothing is decoded.",
        &["/v1/orders"],
        "/v1/%6frders",
    ),
    ("path-method", "Another method.", &["GET /v1/*"], "POST /v1/a"),
    ("path-method-none", "No method, and the pattern has one.", &["GET /v1/*"], "/v1/a"),
    (
        "path-crossed",
        "The method of one pattern and the path of another.",
        &["POST /a", "GET /b"],
        "GET /a",
    ),
    ("path-root", "The root is not below itself.", &["/*"], "/"),
    ("path-star-missing", "A star for no segment.", &["/v1/*"], "/v1"),
    ("path-star-part", "After a star comes something else.", &["/v1/ord*s"], "/v1/order"),
    ("path-stars-missing", "Two stars at the end for no segment.", &["/v1/**"], "/v1"),
    ("path-stars-part", "Two stars stand for whole segments.", &["/a/**/b"], "/a/bb"),
    (
        "path-stars-both-ends",
        "Two stars at the end need a segment of their own.",
        &["/**/x/**"],
        "/x",
    ),
    ("path-twice-stars-root", "Only two stars alone match the root.", &["/**/**"], "/"),
    (
        "path-star-is-none",
        "A star in a request is a star and nothing more.",
        &["/v1/orders"],
        "/v1/*",
    ),
];

/// Requests that others may read differently, to a key that may go everywhere.
const NOT_NORMAL: &[(&str, &str, &str)] = &[
    ("empty", "No path at all.", ""),
    ("relative", "No slash first.", "v1"),
    ("dots", "A segment of two dots.", "/v1/../a"),
    ("escaped-slash", "An escaped slash.", "/v1%2Fa"),
    ("slash-last", "A slash at the end.", "/v1/a/"),
    ("slashes", "An empty segment.", "/v1//a"),
    ("escaped-backslash", "An escaped backslash, in lower case.", "/v1%5ca"),
    ("escaped-zero", "An escaped zero.", "/v1%00"),
    ("escaped-dots", "Escaped dots.", "/v1/%2E%2e/a"),
    ("backslash", "A backslash.", "/v1\\a"),
    ("query", "A query.", "/v1?a=1"),
    ("no-break-space", "A no-break space.", "/v1\u{a0}a"),
    ("c1-control", "A control character beyond ASCII.", "/v1\u{9b}a"),
];

pub(in crate::bundle_vectors) fn paths() -> Vec<Case> {
    let each = |(name, about, patterns, request): &Path| {
        let (method, path) =
            request.split_once(' ').map_or((None, *request), |(m, p)| (Some(m), p));
        case("PATH_DENIED", name, about, Grant::with(|g| g.paths = owned(patterns))).request(|r| {
            r.method = method.map(str::to_owned);
            r.path = Some((*path).to_owned());
        })
    };
    let not_normal = |(name, about, path): &(&str, &str, &str)| {
        let grant = Grant::with(|g| g.paths = owned(&["/**"]));
        case("PATH_DENIED", &format!("path-not-normal-{name}"), about, grant)
            .request(|r| r.path = Some((*path).to_owned()))
    };
    let long = |len: usize| Some(format!("/{}", "a".repeat(len - 1)));
    let mut cases: Vec<_> = PATHS.iter().map(each).collect();
    cases.extend(NOT_NORMAL.iter().map(not_normal));
    cases.extend([
        case("PATH_DENIED", "path-unnamed", "No path is named, and the key is limited to some.", {
            Grant::with(|g| g.paths = owned(&["/**"]))
        }),
        case(
            "PATH_DENIED",
            "path-not-normal-unlimited",
            "Not in normal form, though the key has no paths.",
            Grant::plain(),
        )
        .request(|r| r.path = Some("/v1/../a".to_owned())),
        case("", "ok-path-8192", "A path of 8,192 bytes.", Grant::plain())
            .request(|r| r.path = long(8192)),
        case("PATH_DENIED", "path-8193", "A path of 8,193 bytes.", Grant::plain())
            .request(|r| r.path = long(8193)),
    ]);
    cases
}

pub(in crate::bundle_vectors) fn addresses() -> Vec<Case> {
    let list: &[(&str, &str, &[&str], Option<&str>)] = &[
        ("ok-ip-last", "The last address of a block.", &["192.0.2.0/25"], Some("192.0.2.127")),
        (
            "ok-ip-second-block",
            "An address of the second of two blocks.",
            &["10.0.0.0/8", "2001:db8::/32"],
            Some("2001:db8:ffff::1"),
        ),
        (
            "ok-ip-mapped",
            "An IPv4 address that arrived as IPv6.",
            &["10.0.0.0/8"],
            Some("::ffff:10.1.2.3"),
        ),
        (
            "ok-ip-unlimited",
            "An address is named, and the key has no blocks.",
            &[],
            Some("198.51.100.1"),
        ),
        ("ip-before", "The address before a block.", &["192.0.2.128/25"], Some("192.0.2.127")),
        ("ip-after", "The address after a block.", &["192.0.2.0/25"], Some("192.0.2.128")),
        (
            "ip-unnamed",
            "No address is named, and the key is limited to some.",
            &["0.0.0.0/0"],
            None,
        ),
        ("ip-4-in-6", "An IPv4 address is in no IPv6 block.", &["::/0"], Some("10.1.2.3")),
        (
            "ip-mapped-in-6",
            "An IPv4 address that arrived as IPv6 is in no IPv6 block either.",
            &["::/0"],
            Some("::ffff:10.1.2.3"),
        ),
        ("ip-6-in-4", "An IPv6 address is in no IPv4 block.", &["0.0.0.0/0"], Some("2001:db8::1")),
        (
            "ip-compatible",
            "An IPv6 address that only ends like an IPv4 address.",
            &["10.0.0.0/8"],
            Some("::a01:203"),
        ),
    ];
    let each = |(name, about, blocks, ip): &(&str, &str, &[&str], Option<&str>)| {
        case("IP_DENIED", name, about, Grant::with(|g| g.blocks = owned(blocks)))
            .request(|r| r.ip = ip.map(str::to_owned))
    };
    list.iter().map(each).chain(customers()).collect()
}

fn customers() -> Vec<Case> {
    let list: &[(&str, &str, &[&str], Option<&str>)] = &[
        ("ok-customer", "The second of two customers.", &["acme", "globex"], Some("globex")),
        ("ok-customer-unlimited", "A customer is named, and the key has none.", &[], Some("acme")),
        ("customer-another", "Another customer.", &["acme", "globex"], Some("initech")),
        ("customer-case", "A customer in another case.", &["acme"], Some("Acme")),
        ("customer-space", "A customer with a space after it.", &["acme"], Some("acme ")),
        ("customer-empty", "A customer is named, and its name is empty.", &["acme"], Some("")),
        (
            "customer-unnamed",
            "No customer is named, and the key is limited to some.",
            &["acme"],
            None,
        ),
    ];
    let each = |(name, about, customers, customer): &(&str, &str, &[&str], Option<&str>)| {
        case("CUSTOMER_DENIED", name, about, Grant::with(|g| g.customers = owned(customers)))
            .request(|r| r.customer = customer.map(str::to_owned))
    };
    list.iter().map(each).collect()
}
