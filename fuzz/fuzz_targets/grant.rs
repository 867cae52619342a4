//! The text of an entry, sealed, hashed and signed by whoever is trusted: it is CORRUPT, or a grant
//! that is written in the one way there is, and the verdict is what the grant says.
#![no_main]

use keyctl_fuzz::{at, forge};
use keyctl_verify::{
    Class, Code, Method, Policy, Request, Scope, Sealer, Standing, Strictness, Token,
    UnverifiedBundle,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(entry) = forge::entry(data) else { return };
    let file = forge::bundle(vec![forge::leaf(std::slice::from_ref(&entry))], 1, |_, _| {});
    let (token, trusted) = (forge::token(), [forge::trusted()]);
    let open = || UnverifiedBundle::open(&file).expect("it begins as a bundle");
    let verified = open().verify(&trusted, Policy::default(), at(60)).expect("it is signed");
    let ask = |request: &Request| verified.decide(token, request, at(60));
    let verdict = ask(&Request::default());

    let digest = Token::parse(token).expect("it is a token").digest();
    let (_, _, survey) = open().authenticate(&trusted).expect("it is signed");
    let Ok(Some(grant)) = survey.grant_of(&digest) else {
        assert_eq!(verdict.code(), Code::BundleCorrupt);
        assert!(verdict.key().is_none());
        return;
    };
    let sealer = Sealer::new(forge::stream(), forge::SERIAL, |salt| {
        salt.copy_from_slice(&forge::SALT);
        Ok::<_, ()>(())
    });
    let again = sealer.expect("the salt is given").seal(&digest, &grant);
    assert_eq!(again.expect("it was sealed before").as_bytes(), entry, "a grant has one form");

    if grant.environment != keyctl_verify::Environment::Production {
        assert_eq!(verdict.code(), Code::BundleCorrupt);
        return;
    }
    if verdict.is_valid() {
        assert_eq!(grant.standing, Standing::Good);
        assert!(!grant.scopes.is_empty());
        assert!(grant.paths.is_empty() && grant.ips.is_empty() && grant.customers.is_empty());
        assert!(grant.expires_at.is_none_or(|end| end > at(60)));
        assert!(grant.not_before.is_none_or(|start| start <= at(60)));
    }
    assert_ne!(verdict.code().class(), Class::Unavailable);
    let key = verdict.key().expect("the secret has matched");
    assert_eq!(key.id, grant.key_id);
    // Who asks for more gets no more: every reason is still there.
    let more = Request {
        project: Some("shop".to_owned()),
        scopes: Scope::parse("orders:read").into_iter().collect(),
        method: Method::parse("GET"),
        path: Some("/v1/../admin".to_owned()),
        strictness: Strictness::Strict,
        ..Request::default()
    };
    let strict = ask(&more);
    assert!(strict.reasons().contains(&Code::PathDenied), "a path that is not normal is denied");
    assert!(strict.reasons().contains(&Code::WrongEnvironment), "strict, and none was named");
    let is_of_the_key = |code: &&Code| **code < Code::WrongEnvironment;
    assert!(verdict.reasons().iter().filter(is_of_the_key).all(|c| strict.reasons().contains(c)));
    let sorted = |codes: &[Code]| codes.is_sorted_by(|a, b| a < b);
    assert!(sorted(verdict.reasons()) && sorted(strict.reasons()));
});
