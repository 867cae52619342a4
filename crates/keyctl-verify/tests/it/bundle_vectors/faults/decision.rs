//! Step 13 (section 8): what the grant says of the key, and what the request does not name.

use crate::bundle_vectors::case::Case;
use crate::bundle_vectors::forge::{Forge, ISSUED_AT, NOW};
use crate::bundle_vectors::grant::Grant;

const DAY: u64 = 86_400;

fn denied(
    reasons: &[&'static str],
    name: &str,
    about: &str,
    change: impl FnOnce(&mut Grant),
) -> Case {
    Case::denied(reasons, name, about, Grant::with(change))
}

fn ok(name: &str, about: &str, change: impl FnOnce(&mut Grant)) -> Case {
    Case::ok(name, about, &Forge::of(Grant::with(change)))
}

pub(in crate::bundle_vectors) fn keys() -> Vec<Case> {
    vec![
        denied(&["REVOKED"], "revoked", "The key was revoked.", |g| g.standing = 3)
            .status("revoked"),
        denied(&["DISABLED"], "disabled", "The key is disabled.", |g| g.standing = 2)
            .status("inactive"),
        denied(&["SUPERSEDED"], "superseded-ended", "The generation has ended.", |g| g.tenure = 3),
        denied(&["SUPERSEDED"], "superseded-grace-over", "The grace ends now.", |g| {
            (g.tenure, g.ends_at) = (2, Some(NOW));
        }),
        denied(
            &["SUPERSEDED"],
            "superseded-grace-no-end",
            "A grace without an end is none.",
            |g| {
                g.tenure = 2;
            },
        ),
        denied(
            &["SUPERSEDED"],
            "superseded-current-over",
            "The current generation ends now.",
            |g| {
                g.ends_at = Some(NOW);
            },
        ),
        denied(&["NOT_YET_VALID"], "not-yet-valid", "It is valid in a second.", |g| {
            g.not_before = Some(NOW + 1);
        })
        .status("pending"),
        ok("ok-not-before", "It is valid from now on.", |g| g.not_before = Some(NOW)),
        denied(&["EXPIRED"], "expired", "It expires now.", |g| g.expires_at = Some(NOW))
            .status("expired"),
        denied(
            &["NOT_YET_VALID", "EXPIRED"],
            "expired-pending",
            "Not yet valid, and expired.",
            |g| {
                (g.not_before, g.expires_at) = (Some(NOW + 1), Some(NOW));
            },
        )
        .status("pending"),
        denied(
            &["REVOKED", "SUPERSEDED", "NOT_YET_VALID", "EXPIRED"],
            "revoked-and-more",
            "Revoked, replaced, not yet valid and expired.",
            |g| {
                (g.standing, g.tenure) = (3, 3);
                (g.not_before, g.expires_at) = (Some(NOW + 1), Some(NOW));
            },
        )
        .status("revoked"),
        denied(
            &["SUPERSEDED", "DISABLED", "EXPIRED"],
            "disabled-and-more",
            "Replaced, disabled and expired.",
            |g| (g.standing, g.tenure, g.expires_at) = (2, 3, Some(NOW - 1)),
        )
        .status("inactive"),
        everything(),
    ]
}

/// All reasons that a key and a request can have at once.
fn everything() -> Case {
    let reasons = [
        "REVOKED",
        "SUPERSEDED",
        "NOT_YET_VALID",
        "EXPIRED",
        "WRONG_ENVIRONMENT",
        "WRONG_PROJECT",
        "PATH_DENIED",
        "IP_DENIED",
        "CUSTOMER_DENIED",
        "INSUFFICIENT_SCOPE",
    ];
    denied(&reasons, "everything", "All that can be wrong at once, in its order.", |g| {
        (g.standing, g.tenure) = (3, 3);
        (g.not_before, g.expires_at) = (Some(NOW + 1), Some(NOW));
        g.paths.push("/v1".to_owned());
        g.blocks.push("10.0.0.0/8".to_owned());
        g.customers.push("acme".to_owned());
        g.scopes.clear();
    })
    .request(|r| {
        r.environment = Some("development");
        r.project = Some("blog".to_owned());
    })
    .status("revoked")
}

pub(in crate::bundle_vectors) fn warnings() -> Vec<Case> {
    let aging = ISSUED_AT + 50_000;
    vec![
        ok("ok-in-grace", "Replaced, and its grace ends in a second.", |g| {
            (g.tenure, g.ends_at) = (2, Some(NOW + 1));
        })
        .warns(&["IN_GRACE", "NO_MEMORY"]),
        ok("ok-expires-now", "It expires in a second.", |g| g.expires_at = Some(NOW + 1))
            .warns(&["EXPIRES_SOON", "NO_MEMORY"]),
        ok("ok-expires-soon", "It expires in exactly 14 days.", |g| {
            g.expires_at = Some(NOW + 14 * DAY);
        })
        .warns(&["EXPIRES_SOON", "NO_MEMORY"]),
        ok("ok-expires-later", "It expires in 14 days and a second.", |g| {
            g.expires_at = Some(NOW + 14 * DAY + 1);
        }),
        ok("ok-all-warnings", "All warnings at once, in their order.", |g| {
            (g.tenure, g.ends_at, g.expires_at) = (2, Some(aging + 60), Some(aging + DAY));
        })
        .at(aging)
        .warns(&["IN_GRACE", "EXPIRES_SOON", "BUNDLE_AGING", "NO_MEMORY"]),
        denied(
            &["DISABLED"],
            "disabled-without-warnings",
            "Disabled, in its grace, expiring, by an aging bundle: only VALID has warnings.",
            |g| {
                g.standing = 2;
                (g.tenure, g.ends_at, g.expires_at) = (2, Some(aging + 60), Some(aging + DAY));
            },
        )
        .at(aging)
        .status("inactive"),
    ]
}

pub(in crate::bundle_vectors) fn places() -> Vec<Case> {
    let environment = |environment| {
        let name = format!("environment-{environment}");
        let about = format!("A production key is used in {environment}.");
        denied(&["WRONG_ENVIRONMENT"], &name, &about, |_| ())
            .request(|r| r.environment = Some(environment))
    };
    let project = |name, about, project: &str| {
        denied(&["WRONG_PROJECT"], name, about, |_| ())
            .request(|r| r.project = Some(project.to_owned()))
    };
    let redacted = |g: &mut Grant| (g.redacted, g.project, g.owner) = (true, None, None);
    vec![
        environment("staging"),
        project("project-empty", "A project is named, and its name is empty.", ""),
        environment("development"),
        project("project-another", "Another project.", "blog"),
        denied(
            &["WRONG_PROJECT"],
            "project-none",
            "A key without a project is right for none.",
            |g| {
                g.project = None;
            },
        ),
        denied(
            &["WRONG_PROJECT"],
            "project-redacted",
            "A project is named, and the bundle tells none.",
            redacted,
        ),
        Case::denied(
            &["WRONG_PROJECT"],
            "project-composed",
            "An umlaut as one character for the key, as two for the request.",
            Grant::with(|g| g.project = Some("b\u{e4}r".to_owned())),
        )
        .request(|r| r.project = Some("ba\u{308}r".to_owned())),
    ]
}

pub(in crate::bundle_vectors) fn unnamed() -> Vec<Case> {
    let nothing = |r: &mut crate::bundle_vectors::case::Request| {
        (r.project, r.environment) = (None, None);
        r.scopes.clear();
    };
    let strictly = |case: Case| case.request(|r| r.strict = true);
    let all = ["WRONG_ENVIRONMENT", "WRONG_PROJECT", "INSUFFICIENT_SCOPE"];
    vec![
        ok("ok-nothing-named", "The request names nothing, and the verdict says so.", |_| ())
            .request(nothing),
        ok("ok-project-unchecked", "The request names no project.", |_| ())
            .request(|r| r.project = None),
        ok("ok-environment-unchecked", "The request names no environment.", |_| ())
            .request(|r| r.environment = None),
        ok("ok-scopes-unchecked", "The request names no scopes.", |_| ())
            .request(|r| r.scopes.clear()),
        strictly(ok("ok-strict", "A strict verifier, and all is named.", |_| ())),
        strictly(denied(
            &all,
            "strict-nothing-named",
            "A strict verifier, and nothing is named.",
            |_| (),
        ))
        .request(nothing),
        strictly(denied(
            &["WRONG_PROJECT"],
            "strict-no-project",
            "Strict, and no project is named.",
            |_| (),
        ))
        .request(|r| r.project = None),
        strictly(denied(
            &["WRONG_ENVIRONMENT"],
            "strict-no-environment",
            "Strict, and no environment is named.",
            |_| (),
        ))
        .request(|r| r.environment = None),
        strictly(denied(
            &["INSUFFICIENT_SCOPE"],
            "strict-no-scopes",
            "Strict, and no scopes are named.",
            |_| (),
        ))
        .request(|r| r.scopes.clear()),
        denied(
            &["REVOKED"],
            "revoked-nothing-named",
            "Revoked, and the request names nothing.",
            |g| g.standing = 3,
        )
        .request(nothing)
        .status("revoked"),
        Case::refused(
            "UNKNOWN",
            "unknown-nothing-named",
            "Nobody's token, and the request names nothing.",
            &Forge::empty(),
        )
        .request(nothing),
        Case::unbelieved(
            "BUNDLE_UNREADABLE",
            "file-empty-nothing-named",
            "No bundle, and the request names nothing.",
            &Forge::plain().file(Vec::clear),
        )
        .request(nothing),
    ]
}
