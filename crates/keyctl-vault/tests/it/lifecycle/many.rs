//! Keys that are made together come out as they would one after the other.

use keyctl_vault::issue::{self, Created, IssueError, NameChoice, NewKey, Refusal};
use keyctl_vault::{Key, Records, Verb};
use keyctl_verify::Code;

use super::super::support::{act, at, code, name, new_key};
use super::Desk;

fn make_all(desk: &mut Desk, new: Vec<NewKey>) -> Result<Vec<Created>, (usize, IssueError)> {
    let mut place = 0;
    let made = act(&mut desk.vault, Verb::Create, at(0), |tx| {
        let made = issue::create_many(tx, new.into_iter(), at(0), |_| ());
        made.map_err(|(n, error)| {
            place = n;
            error
        })
    });
    made.map_err(|error| (place, error))
}

fn names(desk: &mut Desk) -> Vec<String> {
    let mut keys: Vec<Key> = desk.vault.snapshot().unwrap().keys(Some).unwrap();
    keys.sort_by_key(|key| key.order);
    keys.iter().map(|key| key.name.to_string()).collect()
}

#[test]
fn thousands_are_made_in_their_order() {
    let mut desk = Desk::new();
    super::super::support::make(&mut desk.vault, "first", at(0));
    // Twice as many as are drafted at a time, and some more.
    let wanted: Vec<String> = (0..4_500).map(|n| format!("k{n}")).collect();
    let mut told = Vec::new();
    let made = act(&mut desk.vault, Verb::Create, at(0), |tx| {
        let new = wanted.iter().map(|text| new_key(text));
        issue::create_many(tx, new, at(0), |made| told.push(made)).map_err(|(_, error)| error)
    })
    .unwrap();
    assert!(told.is_sorted() && told.last() == Some(&wanted.len()), "{told:?}");
    let all: Vec<String> = ["first".to_owned()].into_iter().chain(wanted.clone()).collect();
    assert_eq!(names(&mut desk), all);
    for (created, text) in made.iter().zip(&wanted).step_by(450) {
        assert_eq!(created.key.name.as_str(), text);
        assert_eq!(code(&mut desk.vault, created.token.expose_token(), at(1)), Code::Valid);
        assert_eq!(format!("{:?}", desk.key(created.key.id)), format!("{:?}", created.key));
    }
    let entries = desk.vault.snapshot().unwrap().audit(1).unwrap();
    let changed: Vec<_> =
        entries.last().unwrap().changes.iter().map(|c| c.subject.name.clone().unwrap()).collect();
    assert_eq!(changed, wanted);
    desk.check();
    // The next is counted on from there.
    let next = super::super::support::make(&mut desk.vault, "next", at(1));
    assert_eq!(desk.key(next.id).order, 4_501);
}

#[test]
fn the_first_that_is_refused_is_named_and_nothing_is_made() {
    let mut desk = Desk::new();
    let with = |twice: usize| {
        let text = |n| if n == twice { "k7".to_owned() } else { format!("k{n}") };
        (0..3_000).map(|n| new_key(&text(n))).collect::<Vec<_>>()
    };
    for twice in [8, 2_500, 2_999] {
        let (place, error) = make_all(&mut desk, with(twice)).unwrap_err();
        assert_eq!(place, twice);
        assert!(matches!(error, IssueError::Refused(Refusal::NameTaken { .. })), "{error}");
    }
    // One that is wrong in itself is known before those ahead of it are in the vault.
    let mut new = with(2_500);
    new[2_600].not_before = Some(at(5));
    new[2_600].expires = issue::Expiry::At(at(4));
    assert_eq!(make_all(&mut desk, new.clone()).unwrap_err().0, 2_500);
    new[2_500] = new_key("k2500");
    let (place, error) = make_all(&mut desk, new).unwrap_err();
    assert!(matches!((place, error), (2_600, IssueError::Refused(Refusal::NeverValid))));
    assert_eq!((names(&mut desk), desk.generation()), (Vec::new(), 2));
}

#[test]
fn automatic_names_give_way_to_those_that_were_given() {
    let mut desk = Desk::new();
    let base = "API key 20231114221320";
    let automatic = || NewKey { name: NameChoice::Automatic, ..new_key("unused") };
    let given = NewKey { name: NameChoice::Given(name(&format!("{base} (2)"))), ..automatic() };
    let new = vec![automatic(), given, automatic(), automatic()];
    let made = make_all(&mut desk, new).unwrap();
    let made: Vec<_> = made.iter().map(|created| created.key.name.to_string()).collect();
    assert_eq!(made, names(&mut desk));
    assert_eq!(made[..2], [base.to_owned(), format!("{base} (2)")]);
    assert_eq!(made.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{made:?}");
    desk.check();
}
