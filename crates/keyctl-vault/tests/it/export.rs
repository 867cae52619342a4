//! Exports: everything of a vault in a file of its own, and what takes it in.

use keyctl_vault::issue::{self, NewKey, Taken, Taking};
use keyctl_vault::{ExportSlot, LockedVault, Records, SlotChoice, UnlockedVault, VaultError, Verb};
use keyctl_verify::{Code, Status};

use super::restore::{assert_order, result};
use super::support::{KEYFILE, Lab, Made, act, at, by, code, create, keyfile, new_key, revoke};

#[test]
fn an_export_brings_keys_tokens_and_owners_into_another_vault() {
    let (from, made) = Lab::new().with_keys(3);
    let mut vault = from.open();
    let kept = create(&mut vault, NewKey { recoverable: true, ..new_key("kept") }, at(2)).unwrap();
    revoke(&mut vault, made[1].id, at(3));
    let path = from.folder().join("export");
    vault.export(&path, &ExportSlot::Passphrase(keyfile(3)), &by(at(4))).unwrap();
    drop(vault);
    let (to, _) = Lab::new().with_keys(2);
    let import = || -> Vec<Taken> {
        let locked = LockedVault::open_copy(&path, &to.state()).unwrap();
        let mut copy = locked.unlock(&keyfile(3), &SlotChoice::Any).unwrap();
        act(&mut to.open(), Verb::Import, at(9), |tx| issue::import_vault(tx, &mut copy, at(9)))
            .unwrap()
    };
    let taken = import();
    // `k0` is a name here too; `k1` was revoked, so that its name is nobody's.
    assert!(
        matches!(result(&taken, made[0].id).0, Taking::Failed(why) if why.contains("the name"))
    );
    for id in [made[1].id, made[2].id, kept.id] {
        assert_eq!(result(&taken, id).0, &Taking::Created);
    }
    let mut vault = to.open();
    assert_eq!(code(&mut vault, &made[2].token, at(10)), Code::Valid);
    assert_eq!(code(&mut vault, &made[1].token, at(10)), Code::Revoked);
    assert_eq!(code(&mut vault, &made[0].token, at(10)), Code::Unknown);
    let shown = act(&mut vault, Verb::Reveal, at(10), |tx| issue::reveal(tx, kept.id, None));
    assert_eq!(shown.unwrap().token.expose_token(), kept.token);
    vault.snapshot().unwrap().check().unwrap();
    let key = vault.snapshot().unwrap().key(made[1].id).unwrap().unwrap();
    assert_eq!(key.status(at(10)), Status::Revoked);
    drop(vault);
    let before = to.bytes();
    let again = import();
    assert_eq!(result(&again, kept.id).0, &Taking::Unchanged);
    assert_eq!(to.bytes(), before, "nothing was written");
    assert_order(&mut to.open(), 5);
}

#[test]
fn a_key_that_is_here_and_differs_is_left_alone() {
    let (from, made) = Lab::new().with_keys(1);
    let path = from.folder().join("export");
    from.open().export(&path, &ExportSlot::Passphrase(keyfile(3)), &by(at(4))).unwrap();
    revoke(&mut from.open(), made[0].id, at(5));
    let locked = LockedVault::open_copy(&path, &from.state()).unwrap();
    let mut copy = locked.unlock(&keyfile(3), &SlotChoice::Any).unwrap();
    let before = from.bytes();
    let import = |vault: &mut UnlockedVault, copy: &mut UnlockedVault| {
        act(vault, Verb::Import, at(9), |tx| issue::import_vault(tx, copy, at(9))).unwrap()
    };
    let taken = import(&mut from.open(), &mut copy);
    let (result, _) = result(&taken, made[0].id);
    assert!(matches!(result, Taking::Failed(why) if why.contains("differs in")), "{result:?}");
    assert_eq!(from.bytes(), before);
    assert_eq!(code(&mut from.open(), &made[0].token, at(9)), Code::Revoked);
}

#[test]
fn an_export_says_nothing_to_whoever_has_the_vaults_secrets() {
    let (lab, _): (Lab, Vec<Made>) = Lab::new().with_keys(1);
    let path = lab.folder().join("export");
    let mut vault = lab.open();
    let key = vault.export(&path, &ExportSlot::Passphrase(keyfile(3)), &by(at(4))).unwrap();
    assert_ne!(key, vault.vault_key());
    let open = |secret| {
        let locked = LockedVault::open_copy(&path, &lab.state()).unwrap();
        locked.unlock(&secret, &SlotChoice::Any).map(drop)
    };
    assert!(matches!(open(keyfile(KEYFILE)), Err(VaultError::Locked { .. })));
    open(keyfile(3)).unwrap();
}
