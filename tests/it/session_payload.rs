//! What `unlock` leaves in the kernel's keyring, looked at as the kernel keeps it: who may read it,
//! and that nothing of it is left when it is over.

use std::io::Write;
use std::sync::mpsc::channel;

use linux_keyutils::{
    Key, KeyError, KeyPermissionsBuilder, KeyRing, KeyRingIdentifier, KeySerialId, Permission,
};

use crate::support::Home;

/// Runs something in a thread that has a login of its own: the kernel gives each thread a session
/// keyring, and what the thread starts inherits it. `None` where there are none.
fn in_a_login<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    let begin = || {
        let ring = |id, create| KeyRing::from_special_id(id, create).ok();
        let before = ring(KeyRingIdentifier::Session, false)?;
        let own = ring(KeyRingIdentifier::Session, true)?;
        // Where this is no new one, it is that of whoever runs the tests, and is left alone.
        (own != before).then_some(())
    };
    std::thread::scope(|scope| scope.spawn(|| begin().map(|()| work())).join().unwrap())
}

/// The key that 'unlock' has left in this login's keyring.
fn session_key() -> Option<Key> {
    let ring = KeyRing::from_special_id(KeyRingIdentifier::Session, false).ok()?;
    let links = ring.get_links(200).ok()?;
    let mut keys = links.iter().filter_map(linux_keyutils::LinkNode::as_key);
    keys.find(|key| {
        key.metadata().is_ok_and(|data| data.get_description().starts_with("keyctl:vault:"))
    })
}

/// What reading a key by its number says, wherever it is.
fn read(id: KeySerialId) -> Result<usize, KeyError> {
    Key::from_id(id).read(&mut [0_u8; 1024])
}

#[test]
fn the_payload_is_for_whoever_possesses_the_key_and_gone_with_lock() {
    let home = Home::new();
    let (ask, asked) = channel::<KeySerialId>();
    let (answer, answered) = channel();
    std::thread::scope(|scope| {
        // Another login of the same user, who is root here more often than not.
        let other = scope.spawn(move || {
            in_a_login(move || asked.iter().for_each(|id| answer.send(read(id)).unwrap()))
        });
        let home = &home;
        let tested = in_a_login(move || {
            home.ok(["unlock", "--admin", "--for", "1h", "-q"]);
            let key = session_key().expect("the key is in this login's keyring");
            let permissions = key.metadata().unwrap().get_perms().bits();
            let possessor = KeyPermissionsBuilder::builder().posessor(Permission::ALL).build();
            assert_eq!(permissions, possessor.bits(), "nobody else has any permission");
            let id = key.get_id();
            assert!(read(id).unwrap() > 64, "who possesses it reads it");
            ask.send(id).unwrap();
            let elsewhere = answered.recv().unwrap();
            assert!(matches!(elsewhere, Err(KeyError::AccessDenied)), "{elsewhere:?}");
            home.ok(["lock", "-q"]);
            assert!(read(id).is_err(), "and after 'lock' nobody reads it");
            assert!(session_key().is_none());
        });
        if tested.is_none() || other.join().unwrap().is_none() {
            let why = b"skipped: the kernel has no keyring of its own for a test here\n";
            drop(std::io::stderr().write_all(why));
        }
    });
}

#[test]
fn the_kernel_itself_ends_it_when_the_time_is_over() {
    let home = Home::new();
    in_a_login(|| {
        home.ok(["unlock", "--for", "1s", "-q"]);
        let Some(key) = session_key() else { return };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while read(key.get_id()).is_ok() {
            assert!(std::time::Instant::now() < deadline, "a second takes that long");
            std::thread::yield_now();
        }
        assert!(matches!(
            read(key.get_id()),
            Err(KeyError::KeyExpired | KeyError::KeyDoesNotExist)
        ));
    });
}
