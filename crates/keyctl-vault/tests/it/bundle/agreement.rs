//! Random vaults, random requests, random times: the bundle and the vault give the same verdict
//! on every token that was ever issued, and on those that never were.

use keyctl_vault::issue::{self, Expiry, ExportOptions, NewKey, Rotation};
use keyctl_vault::{Customer, LabelKey, LabelValue, Owner, UnlockedVault, Verb};
use keyctl_verify::{
    Advice, Code, Environment, IpBlock, KeyFacts, KeyId, Kind, Method, PathPattern, RateLimit,
    Refusal, Request, SecretBody, Strictness, Timestamp, Token, Unchecked, Verdict, Warning,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{Press, days, whole};
use crate::support::{DAY, HOUR, act, at, create, new_key, project, scope};

const PROJECTS: [&str; 2] = ["alpha", "beta"];
const SCOPES: [&str; 4] = ["orders:read", "orders:*", "users:*", "*"];
const ASKED: [&str; 4] = ["orders:read", "orders:read:all", "users:*", "orders"];
const PATHS: [&str; 4] = ["GET /v1/orders/**", "/v1/*", "/**", "POST /v2/a*b/c"];
const IPS: [&str; 3] = ["192.0.2.0/24", "2001:db8::/32", "198.51.100.7/32"];
const CUSTOMERS: [&str; 2] = ["acme", "umbrella"];

/// What a key is, but for its name.
#[derive(Clone, Debug)]
struct Plan {
    project: Option<usize>,
    environment: Environment,
    kind: Kind,
    owner: Option<&'static str>,
    scopes: Vec<&'static str>,
    limits: (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>),
    rate: Option<&'static str>,
    labels: bool,
    starts: Option<i64>,
    ends: Option<(bool, i64)>,
    life: Vec<Event>,
}

/// What becomes of it; where a rule forbids that, nothing does.
#[derive(Clone, Debug)]
enum Event {
    Wait(i64),
    Rotate(Option<i64>),
    Finish,
    Cancel,
    Disable,
    Enable,
    Revoke,
    Delete,
    Rescope(Vec<&'static str>),
}

fn some_of(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![3 => Just(Vec::new()), 1 => subsequence(all, 1..=all.len())]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (1..3 * DAY).prop_map(Event::Wait),
        4 => prop::option::weighted(0.7, 1..7 * 24_i64).prop_map(Event::Rotate),
        1 => Just(Event::Finish),
        2 => Just(Event::Cancel),
        1 => Just(Event::Disable),
        2 => Just(Event::Enable),
        1 => Just(Event::Revoke),
        1 => Just(Event::Delete),
        1 => subsequence(&SCOPES, 0..=2).prop_map(Event::Rescope),
    ]
}

fn plan() -> impl Strategy<Value = Plan> {
    let limits = (some_of(&PATHS), some_of(&IPS), some_of(&CUSTOMERS));
    let bound = (
        prop::option::weighted(0.85, 0..2_usize),
        select(&Environment::ALL),
        select(vec![Kind::General, Kind::Personal, Kind::Webhook]),
        select(vec![None, Some("ann"), Some("Größe & Söhne")]),
    );
    let times = (
        prop::option::weighted(0.2, 0..2 * DAY),
        prop::option::weighted(0.5, (any::<bool>(), 2..25_i64)),
    );
    let rest = (subsequence(&SCOPES, 0..=4), limits, any::<bool>());
    let rate = select(vec![None, Some("100/1m"), Some("5/30s")]);
    (bound, times, rest, rate, prop::collection::vec(event(), 0..6)).prop_map(
        |(bound, (starts, ends), (scopes, limits, labels), rate, life)| {
            let (project, environment, kind, owner) = bound;
            Plan {
                project,
                environment,
                kind,
                owner,
                scopes,
                limits,
                rate,
                labels,
                starts,
                ends,
                life,
            }
        },
    )
}

fn request() -> impl Strategy<Value = Request> {
    let paths = ["/v1/orders/7", "/v1/x", "/v1/x", "/v2/a-b/c", "/v1/../x", "/"];
    let ips = ["192.0.2.9", "::ffff:192.0.2.9", "2001:db8::1", "198.51.100.8"];
    let rarely = 0.25;
    (
        prop::option::weighted(rarely, select(vec!["alpha", "beta", "gamma"])),
        prop::option::weighted(rarely, select(&Environment::ALL)),
        some_of(&ASKED),
        prop::option::of(select(vec!["GET", "post", "PUT"])),
        prop::option::weighted(0.75, select(paths.to_vec())),
        prop::option::weighted(0.75, select(ips.to_vec())),
        prop::option::weighted(0.75, select(vec!["acme", "nobody"])),
        prop::bool::weighted(rarely),
    )
        .prop_map(|(project, environment, scopes, method, path, ip, customer, strict)| {
            Request {
                project: project.map(str::to_owned),
                environment,
                scopes: scopes.into_iter().map(scope).collect(),
                method: method.map(|method| Method::parse(method).unwrap()),
                path: path.map(str::to_owned),
                ip: ip.map(|ip| ip.parse().unwrap()),
                customer: customer.map(str::to_owned),
                strictness: if strict { Strictness::Strict } else { Strictness::Lenient },
            }
        })
}

/// Everything that a verdict says of a token.
type Said = (Code, Vec<Code>, Vec<Unchecked>, Vec<Advice>, Vec<Warning>, Option<KeyFacts>);

fn said(verdict: &Verdict) -> Said {
    let of_bundles = [Warning::BundleAging, Warning::NoMemory];
    let warnings = verdict.warnings().iter().copied();
    (
        verdict.code(),
        verdict.reasons().to_vec(),
        verdict.unchecked().to_vec(),
        verdict.advice().to_vec(),
        warnings.filter(|warning| !of_bundles.contains(warning)).collect(),
        verdict.key().cloned(),
    )
}

/// A vault that grows by plans, and every token that it ever gave out.
struct History {
    press: Press,
    now: i64,
    tokens: Vec<String>,
}

impl History {
    fn of(plans: &[Plan]) -> Self {
        let mut history = History { press: Press::new(), now: 0, tokens: Vec::new() };
        for (n, plan) in plans.iter().enumerate() {
            history.live(&format!("k{n}"), plan);
        }
        history
    }

    fn live(&mut self, text: &str, plan: &Plan) {
        let (now, (paths, ips, customers)) = (self.now, &plan.limits);
        let label = (LabelKey::parse("team").unwrap(), LabelValue::parse("core").unwrap());
        let new = NewKey {
            project: plan.project.map(|n| project(PROJECTS[n])),
            environment: plan.environment,
            kind: plan.kind,
            owner: plan.owner.map(|owner| Owner::parse(owner).unwrap()),
            expires: match plan.ends {
                None => Expiry::Never,
                Some((true, days)) => Expiry::After(format!("{days}d").parse().unwrap()),
                Some((false, days)) => Expiry::At(at(now + days * DAY)),
            },
            not_before: plan.starts.map(|start| at(now + start)),
            scopes: plan.scopes.iter().map(|text| scope(text)).collect(),
            paths: paths.iter().map(|text| PathPattern::parse(text).unwrap()).collect(),
            ips: ips.iter().map(|text| IpBlock::parse(text).unwrap()).collect(),
            customers: customers.iter().map(|text| Customer::parse(text).unwrap()).collect(),
            rate_limit: plan.rate.map(|text| RateLimit::parse(text).unwrap()),
            labels: plan.labels.then_some(label).into_iter().collect(),
            ..new_key(text)
        };
        let vault = &mut self.press.vault;
        let made = create(vault, new, at(now)).unwrap();
        self.tokens.push(made.token);
        for event in &plan.life {
            self.happen(made.id, event);
        }
    }

    fn happen(&mut self, id: KeyId, event: &Event) {
        if let Event::Wait(seconds) = event {
            self.now += seconds;
            return;
        }
        let now = at(self.now);
        let rotation = |hours: Option<i64>| Rotation::Begin {
            grace: hours.map(|hours| format!("{hours}h").parse().unwrap()),
        };
        let done = act(&mut self.press.vault, Verb::Edit, now, |tx| {
            let rotated = match event {
                Event::Rotate(hours) => issue::rotate(tx, id, rotation(*hours), now)?,
                Event::Finish => issue::rotate(tx, id, Rotation::Finish, now)?,
                Event::Cancel => issue::rotate(tx, id, Rotation::Cancel, now)?,
                Event::Disable => return issue::disable(tx, id, now).map(|_| None),
                Event::Enable => return issue::enable(tx, id, now).map(|_| None),
                Event::Revoke => return issue::revoke(tx, id, None, now).map(|_| None),
                Event::Delete => return issue::delete(tx, id, None, now).map(|_| None),
                Event::Rescope(scopes) => {
                    let scopes = scopes.iter().map(|text| scope(text)).collect();
                    let scopes = Some(issue::ScopeEdit::Set(scopes));
                    let edit = issue::KeyEdit { scopes, ..issue::KeyEdit::default() };
                    return issue::edit(tx, id, edit, now).map(|_| None);
                }
                Event::Wait(_) => unreachable!("waited above"),
            };
            Ok(rotated.token.map(|token| token.expose_token().to_owned()))
        });
        self.tokens.extend(done.ok().flatten());
    }

    /// Tokens that were never given out: of another vault, mistyped, and with the prefix of a
    /// real one but another secret.
    fn strangers(&self) -> Vec<String> {
        let real = &self.tokens[0];
        let prefix = Token::parse(real).unwrap().prefix().clone();
        let secret = SecretBody::draw(|bytes| {
            bytes.fill(7);
            Ok::<_, ()>(())
        });
        let forged = Token::assemble(&prefix, &secret.unwrap()).expose_token().to_owned();
        let last = if real.ends_with('0') { "1" } else { "0" };
        let mistyped = format!("{}{last}", &real[..real.len() - 1]);
        vec![forged, mistyped, real.to_uppercase(), format!("{real}\n"), String::new()]
    }
}

/// What the vault says of a token, were it only of the keys that were chosen.
fn vault_says(
    vault: &mut UnlockedVault,
    chosen: &ExportOptions,
    token: &str,
    request: &Request,
    now: Timestamp,
) -> Said {
    let verdict = issue::verify(&vault.snapshot().unwrap(), token, request, now).unwrap();
    let left_out = verdict.key().is_some_and(|key| {
        let project = chosen.project.as_ref().map(ToString::to_string);
        (project.is_some() && key.project != project)
            || chosen.environment.is_some_and(|environment| key.environment != environment)
    });
    if left_out {
        return said(&Verdict::refused(Refusal::Unknown, request));
    }
    said(&verdict)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_bundle_says_what_the_vault_says(
        plans in prop::collection::vec(plan(), 1..10),
        requests in prop::collection::vec((request(), 0..DAY), 6),
        selection in (prop::option::weighted(0.2, 0..2_usize), prop::option::weighted(0.1, select(&Environment::ALL))),
        wait in 0..2 * DAY,
        with_labels in any::<bool>(),
    ) {
        let mut history = History::of(&plans);
        history.now += wait;
        let issued = history.now;
        let options = ExportOptions {
            project: selection.0.map(|n| project(PROJECTS[n])),
            environment: selection.1,
            with_labels,
            valid_for: days(1),
            ..whole()
        };
        history.press.export(&options, issued).unwrap();
        let bundle = history.press.read(issued);
        let tokens = [history.strangers(), history.tokens.clone()].concat();
        for (request, later) in &requests {
            // The end of a grace, of an expiry and of the wait may lie between.
            let now = at(issued + later - later % HOUR);
            for token in &tokens {
                let mut ours = said(&bundle.decide(token, request, now));
                let vault = &mut history.press.vault;
                let theirs = vault_says(vault, &options, token, request, now);
                let labels = ours.5.as_mut().and_then(|key| key.labels.take());
                prop_assert_eq!(labels.is_some(), with_labels && theirs.5.is_some());
                prop_assert_eq!(ours, theirs, "{} {:?}", token, request);
            }
        }
    }
}
