//! Vaults with a past: the library takes its times from the caller, so that a test can have keys
//! that were made, used or rotated long ago without waiting.

use std::time::{SystemTime, UNIX_EPOCH};

use keyctl_vault::issue::{
    self, Expiry, IssueError, KeyEdit, KeyRef, NameChoice, NewKey, ReceiptBox, Rotation,
};
use keyctl_vault::{
    Author, LockedVault, Name, Owner, Passphrase, Project, Secret, SlotChoice, Transaction,
    UnlockedVault, Verb,
};
use keyctl_verify::{Code, Environment, KeyId, Kind, Receipt, Scope, Timestamp, Token};

use crate::support::{Home, PASSPHRASE};

pub const DAY: u64 = 86_400;

/// A key of the project `shop` that may read, made `age` seconds ago; its token.
pub fn key(home: &Home, name: &str, age: u64, expires: Expiry) -> String {
    made(home, name, age, expires).1
}

/// The same, rotated `rotated` seconds ago; the old token and the new one.
pub fn rotated_key(
    home: &Home,
    name: &str,
    age: u64,
    rotated: u64,
    grace: Option<&str>,
) -> [String; 2] {
    let (id, old) = made(home, name, age, Expiry::Never);
    let at = ago(rotated);
    let begin = Rotation::Begin { grace: grace.map(|grace| grace.parse().unwrap()) };
    let mut vault = open(home);
    let receipts = receipts(home, &vault);
    let work = |tx: &mut Transaction<'_>| issue::rotate(tx, id, begin, at);
    let done = issue::change(&mut vault, &author(at), Verb::Rotate, &receipts, work).unwrap();
    [old, done.token.unwrap().expose_token().to_owned()]
}

/// Rotates a key that many times without a grace, `age` seconds ago; the last token.
pub fn rotations(home: &Home, name: &str, age: u64, times: usize) -> String {
    let begin = Rotation::Begin { grace: None };
    let rotated = with_key(home, name, age, Verb::Rotate, |tx, id, at| {
        (0..times).map(|_| issue::rotate(tx, id, begin, at)).collect::<Result<Vec<_>, _>>()
    });
    rotated.last().unwrap().token.as_ref().unwrap().expose_token().to_owned()
}

/// Makes a key expire `lifetime` seconds after then, by an edit `age` seconds ago.
pub fn expire(home: &Home, name: &str, age: u64, lifetime: u64) {
    with_key(home, name, age, Verb::Edit, |tx, id, at| {
        let end = Expiry::At(at.saturating_add(lifetime));
        issue::edit(tx, id, KeyEdit { expires: Some(end), ..KeyEdit::default() }, at)
    });
}

/// One change of a key, `age` seconds ago.
fn with_key<T>(
    home: &Home,
    name: &str,
    age: u64,
    verb: Verb,
    work: impl FnOnce(&mut Transaction<'_>, KeyId, Timestamp) -> Result<T, IssueError>,
) -> T {
    let (mut vault, at) = (open(home), ago(age));
    let receipts = receipts(home, &vault);
    let wanted = KeyRef::parse(name).unwrap();
    let change = issue::change(&mut vault, &author(at), verb, &receipts, |tx| {
        let id = issue::find(tx, &wanted, None, at)?.id;
        work(tx, id, at)
    });
    change.unwrap()
}

/// A key `bot` that was disabled and enabled in turn, `count` times in all: a log of that many entries
/// more than two.
pub fn changes(home: &Home, count: usize) {
    let (id, _) = made(home, "bot", 100, Expiry::Never);
    let (mut vault, at) = (open(home), ago(50));
    let receipts = receipts(home, &vault);
    for n in 0..count {
        let disables = n % 2 == 0;
        let verb = if disables { Verb::Disable } else { Verb::Enable };
        let change = issue::change(&mut vault, &author(at), verb, &receipts, |tx| {
            if disables { issue::disable(tx, id, at) } else { issue::enable(tx, id, at) }
        });
        assert!(change.unwrap().is_changed());
    }
}

/// A receipt that says that a token was used `used` seconds ago, beside the vault.
pub fn use_token(home: &Home, token: &str, used: u64) {
    let token = Token::parse(token).unwrap();
    let prefix = token.prefix().clone();
    let receipt = Receipt::new(&token.digest(), prefix, ago(used), Code::Valid, None);
    receipts(home, &open(home)).keep(&receipt).unwrap();
}

/// That many seconds ago.
pub fn ago(seconds: u64) -> Timestamp {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Timestamp::from_unix(i64::try_from(now - seconds).unwrap()).unwrap()
}

fn made(home: &Home, name: &str, age: u64, expires: Expiry) -> (KeyId, String) {
    let at = ago(age);
    let new = NewKey {
        project: Some(Project::parse("shop").unwrap()),
        environment: Environment::Development,
        kind: Kind::General,
        owner: Some(Owner::parse("tester").unwrap()),
        name: NameChoice::Given(Name::parse(name).unwrap()),
        expires,
        not_before: None,
        scopes: [Scope::parse("read").unwrap()].into_iter().collect(),
        paths: Vec::new(),
        ips: Vec::new(),
        customers: Vec::new(),
        rate_limit: None,
        labels: Default::default(),
        note: None,
        recoverable: false,
    };
    let mut vault = open(home);
    let receipts = receipts(home, &vault);
    let work = |tx: &mut Transaction<'_>| issue::create(tx, new, at);
    let created = issue::change(&mut vault, &author(at), Verb::Create, &receipts, work).unwrap();
    (created.key.id, created.token.expose_token().to_owned())
}

fn open(home: &Home) -> UnlockedVault {
    let secret = Secret::Passphrase(Passphrase::new(PASSPHRASE).unwrap());
    let locked = LockedVault::open(&home.vault(), &home.state()).unwrap();
    locked.unlock(&secret, &SlotChoice::Any).unwrap()
}

fn receipts(home: &Home, vault: &UnlockedVault) -> ReceiptBox {
    ReceiptBox::new(&home.state(), &vault.id())
}

fn author(now: Timestamp) -> Author {
    Author { actor: "tester".to_owned(), host: "host".to_owned(), now }
}
