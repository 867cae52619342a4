//! The policy to the second: when it is asked, what it leaves alone, and that an older one cannot
//! be put back.

use keyctl_vault::issue::{self, Expiry, IssueError, KeyEdit, NewKey, PolicyEdit, Refusal};
use keyctl_vault::issue::{NewOwner, Rotation};
use keyctl_vault::{Key, Lifetime, Owner, Policy, Records, UnlockedVault, Verb};
use keyctl_verify::{Code, Environment, KeyId, Timestamp};

use super::support::{
    DAY, Lab, Made, act, at, code, create, is_integrity, make, new_key, revoke, scope,
};

fn long(text: &str) -> Lifetime {
    text.parse().unwrap()
}

fn set(vault: &mut UnlockedVault, edit: PolicyEdit) {
    try_set(vault, edit).unwrap();
}

fn try_set(vault: &mut UnlockedVault, edit: PolicyEdit) -> Result<(Policy, bool), IssueError> {
    act(vault, Verb::Policy, at(1), |tx| issue::edit_policy(tx, &edit))
}

fn max_lifetime(text: &str) -> PolicyEdit {
    PolicyEdit { max_lifetime: Some(Some(long(text))), ..PolicyEdit::default() }
}

fn with(edit: PolicyEdit) -> (Lab, UnlockedVault) {
    let lab = Lab::new();
    let mut vault = lab.open();
    set(&mut vault, edit);
    (lab, vault)
}

fn ends(vault: &mut UnlockedVault, text: &str, expires: Expiry, now: i64) -> Result<Made, Refusal> {
    create(vault, NewKey { expires, ..new_key(text) }, at(now)).map_err(refusal)
}

fn edit(vault: &mut UnlockedVault, id: KeyId, edit: KeyEdit, now: i64) -> Result<(), Refusal> {
    let work = |tx: &mut keyctl_vault::Transaction<'_>| issue::edit(tx, id, edit, at(now));
    act(vault, Verb::Edit, at(now), work).map(drop).map_err(refusal)
}

fn expire(at: Expiry) -> KeyEdit {
    KeyEdit { expires: Some(at), ..KeyEdit::default() }
}

fn rotate(
    vault: &mut UnlockedVault,
    id: KeyId,
    how: Rotation,
    now: i64,
) -> Result<Option<String>, Refusal> {
    let work = |tx: &mut keyctl_vault::Transaction<'_>| issue::rotate(tx, id, how, at(now));
    let rotated = act(vault, Verb::Rotate, at(now), work).map_err(refusal)?;
    Ok(rotated.token.map(|token| token.expose_token().to_owned()))
}

fn refusal(error: IssueError) -> Refusal {
    match error {
        IssueError::Refused(refusal) => refusal,
        other => panic!("not refused by a rule: {other:?}"),
    }
}

fn key(vault: &mut UnlockedVault, id: KeyId) -> Key {
    vault.snapshot().unwrap().key(id).unwrap().unwrap()
}

fn day(text: &str) -> Timestamp {
    let time: chrono::DateTime<chrono::Utc> = text.parse().unwrap();
    Timestamp::from_unix(time.timestamp()).unwrap()
}

const AT_ONCE: Rotation = Rotation::Begin { grace: None };

#[test]
fn the_last_second_is_allowed_and_the_next_is_not() {
    let (_lab, mut vault) = with(max_lifetime("90d"));
    let last = 10 + 90 * DAY;
    let too_long = Refusal::LifetimeTooLong { max: long("90d") };
    assert!(ends(&mut vault, "last", Expiry::At(at(last)), 10).is_ok());
    assert_eq!(ends(&mut vault, "next", Expiry::At(at(last + 1)), 10).unwrap_err(), too_long);
    let made = ends(&mut vault, "days", Expiry::After(long("90d")), 10).unwrap();
    // The bound is counted from when the expiry is said.
    assert_eq!(edit(&mut vault, made.id, expire(Expiry::At(at(last + 6))), 15), Err(too_long));
    assert_eq!(edit(&mut vault, made.id, expire(Expiry::At(at(last + 5))), 15), Ok(()));
    // A rotation keeps a date, which has only come nearer.
    assert!(rotate(&mut vault, made.id, AT_ONCE, 20).is_ok());
    assert_eq!(key(&mut vault, made.id).expires_at, Some(at(last + 5)));
}

#[test]
fn a_stricter_policy_leaves_what_is_there_and_holds_what_comes() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let never = make(&mut vault, "never", at(1));
    let year = ends(&mut vault, "year", Expiry::After(long("1y")), 1).unwrap();
    set(&mut vault, max_lifetime("90d"));
    let far = at(300 * DAY);
    for made in [&never, &year] {
        assert_eq!(code(&mut vault, &made.token, far), Code::Valid);
        let refused = rotate(&mut vault, made.id, AT_ONCE, 5).unwrap_err();
        assert_eq!(refused, Refusal::LifetimeTooLong { max: long("90d") });
        assert_eq!(code(&mut vault, &made.token, far), Code::Valid, "the old token goes on");
        let wider = KeyEdit {
            scopes: Some(issue::ScopeEdit::Add(vec![scope("users:read")])),
            ..KeyEdit::default()
        };
        assert_eq!(edit(&mut vault, made.id, wider, 6), Ok(()));
        assert!(edit(&mut vault, made.id, expire(Expiry::Never), 6).is_err());
        assert_eq!(edit(&mut vault, made.id, expire(Expiry::After(long("30d"))), 6), Ok(()));
        let token = rotate(&mut vault, made.id, AT_ONCE, 7).unwrap().unwrap();
        assert_eq!(code(&mut vault, &token, far), Code::Expired);
    }
}

#[test]
fn a_rotation_from_before_can_still_be_taken_back() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let made = ends(&mut vault, "k", Expiry::After(long("1y")), 1).unwrap();
    let grace = Rotation::Begin { grace: Some(long("7d")) };
    rotate(&mut vault, made.id, grace, 2).unwrap();
    let strict = PolicyEdit { max_grace: Some(long("1m")), ..max_lifetime("30d") };
    set(&mut vault, strict);
    assert_eq!(rotate(&mut vault, made.id, Rotation::Cancel, 3), Ok(None));
    assert_eq!(key(&mut vault, made.id).expires_at, Some(long("1y").after(at(1))));
    assert_eq!(code(&mut vault, &made.token, at(4)), Code::Valid);
    let grace_too_long = Refusal::GraceTooLong { asked: long("61s"), max: long("1m") };
    let grace = Rotation::Begin { grace: Some(long("61s")) };
    assert_eq!(rotate(&mut vault, made.id, grace, 5), Err(grace_too_long));
}

#[test]
fn a_default_is_never_refused_for_the_length_of_a_month_or_a_year() {
    let lab = Lab::new();
    let mut vault = lab.open();
    let starts = ["2023-11-14T22:00:00Z", "2023-12-14T22:00:00Z", "2024-01-31T00:00:00Z"];
    let more = ["2024-02-29T12:00:00Z", "2025-02-01T00:00:00Z", "2027-06-01T00:00:00Z"];
    for (n, (default, max)) in
        [("1mo", "30d"), ("30d", "1mo"), ("1y", "365d"), ("12mo", "364d"), ("90d", "3mo")]
            .into_iter()
            .enumerate()
    {
        set(
            &mut vault,
            PolicyEdit { default_lifetime: Some(Some(long(default))), ..max_lifetime(max) },
        );
        for (m, start) in starts.into_iter().chain(more).enumerate() {
            let now = day(start);
            let new = NewKey { expires: Expiry::Default, ..new_key(&format!("k{n} {m}")) };
            let made = create(&mut vault, new, now).unwrap();
            let end = key(&mut vault, made.id).expires_at.unwrap();
            assert_eq!(end, long(default).after(now).min(long(max).after(now)), "{start}");
            let new = NewOwner {
                name: Owner::parse(&format!("o{n} {m}")).unwrap(),
                ceiling: [scope("*")].into_iter().collect(),
                project: None,
                environment: Environment::Development,
                expires: Expiry::Default,
            };
            act(&mut vault, Verb::OwnerAdd, now, |tx| issue::add_owner(tx, new, now)).unwrap();
        }
    }
}

#[test]
fn the_number_of_keys_holds_for_many_in_one_change() {
    let edit = PolicyEdit { max_keys_per_owner: Some(3), ..PolicyEdit::default() };
    let (lab, mut vault) = with(edit);
    let hers = |n: usize| NewKey { owner: Owner::parse("ada").ok(), ..new_key(&format!("k{n}")) };
    let before = lab.bytes();
    let four = act(&mut vault, Verb::Create, at(2), |tx| {
        (0..4).map(|n| issue::create(tx, hers(n), at(2))).collect::<Result<Vec<_>, _>>()
    });
    let wanted = Refusal::TooManyKeys { owner: "ada".to_owned(), has: 3, max: 3 };
    assert_eq!(refusal(four.unwrap_err()), wanted);
    assert_eq!(lab.bytes(), before, "all or none");
    let ids = [0, 1, 2].map(|n| create(&mut vault, hers(n), at(3)).unwrap().id);
    // Who revokes one and makes one in the same change needs no room for both.
    act(&mut vault, Verb::Create, at(4), |tx| {
        issue::revoke(tx, ids[0], None, at(4))?;
        issue::create(tx, hers(9), at(4))
    })
    .unwrap();
    revoke(&mut vault, ids[1], at(5));
    // A key without an owner is nobody's, and not counted.
    for n in 0..5 {
        make(&mut vault, &format!("nobody's {n}"), at(6));
    }
}

#[test]
fn an_older_policy_cannot_be_put_back() {
    let (lab, mut vault) = with(max_lifetime("100y"));
    let settings = |lab: &Lab| {
        let rows = lab.attacker().rows("page");
        rows.into_iter().filter(|(row, _)| row >> 12 == 4).collect::<Vec<_>>()
    };
    let lax = settings(&lab);
    set(&mut vault, max_lifetime("1d"));
    drop(vault);
    let strict = settings(&lab);
    let (row, page) = lax.iter().find(|page| !strict.contains(page)).unwrap();
    for page in [Some(page.as_slice()), None] {
        lab.attacker().put("page", *row, page);
        let mut vault = lab.open();
        let policy = vault.snapshot().unwrap().policy().unwrap_err();
        assert!(is_integrity(&policy), "{policy}");
        let made = create(&mut vault, new_key("k"), at(9)).unwrap_err();
        assert!(matches!(made, IssueError::Vault(error) if is_integrity(&error)));
    }
}

#[test]
fn a_vault_without_a_policy_has_the_default() {
    let lab = Lab::new();
    let mut vault = lab.open();
    assert_eq!(vault.snapshot().unwrap().policy().unwrap(), Policy::default());
    let before = lab.bytes();
    let (policy, changed) = try_set(&mut vault, PolicyEdit::default()).unwrap();
    assert_eq!((policy, changed), (Policy::default(), false));
    assert_eq!(lab.bytes(), before);
    let lifetimes = |default, max| PolicyEdit {
        default_lifetime: Some(Some(long(default))),
        ..max_lifetime(max)
    };
    let wrong = refusal(try_set(&mut vault, lifetimes("31d", "30d")).unwrap_err());
    assert_eq!(wrong, Refusal::DefaultTooLong { default: long("31d"), max: long("30d") });
    assert_eq!(lab.bytes(), before);
    assert!(try_set(&mut vault, lifetimes("30d", "30d")).unwrap().1);
}
