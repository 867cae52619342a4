//! Slots as the file has them, what they wrap, and the secrets that open them, as people hold them.
#![no_main]

use keyctl_vault::{
    Identities, Passphrase, Recipient, RecoveryKey, Secret, Session, VaultKey, fuzzing,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let secret = Secret::keyfile(&[3; 32]).expect("it is long enough");
    let is_slot = fuzzing::slot(data, &secret);
    let wraps = fuzzing::contents(data);
    assert!(!(is_slot && wraps), "keys are shorter than any slot");
    if let Some(session) = Session::parse(data) {
        assert_eq!(session.expose_bytes(), data);
    }
    if let Some(Secret::Keyfile(_)) = Secret::keyfile(data) {
        assert!(data.len() >= keyctl_vault::MIN_KEYFILE_LEN);
    }
    secrets(&String::from_utf8_lossy(data));
});

fn secrets(text: &str) {
    if let Ok(key) = RecoveryKey::parse(text) {
        let written = key.expose_text();
        let again = RecoveryKey::parse(&written).expect("what was written is read");
        assert_eq!(*again.expose_text(), *written);
    }
    if let Ok(recipient) = Recipient::parse(text) {
        assert_eq!(recipient.to_string(), text.to_ascii_lowercase());
    }
    if let Some(key) = VaultKey::parse(text) {
        assert_eq!(VaultKey::parse(&key.to_string()), Some(key));
    }
    if let Ok(identities) = Identities::parse(text) {
        assert_eq!(format!("{identities:?}"), "Identities(…)");
    }
    if let Ok(passphrase) = Passphrase::new(text) {
        assert!(text.len() <= 1024 && passphrase.chars() > 0);
        let again = Passphrase::new(text).expect("as before");
        assert!(passphrase.same_as(&again));
    }
}
