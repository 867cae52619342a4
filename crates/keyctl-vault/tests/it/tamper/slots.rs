//! Slots: they are read before anybody has vouched for them.

use std::ops::Range;
use std::time::{Duration, Instant};

use keyctl_vault::{Finding, SlotChoice, VaultError};

use super::{Scene, some_bits};
use crate::support::{PASSPHRASE, is_integrity, passphrase};

/// Rows of the slots of [`Scene`]: `main` takes a passphrase, `robot` is the one that is used.
const MAIN: i64 = 1;
const ROBOT: i64 = 2;
const WATCH: i64 = 3;
/// Where the Argon2id parameters of `main` lie: after version, id, kind, role, its name and the
/// lengths of both.
const PARAMS: Range<usize> = 27..39;

fn is_integrity_or_locked(error: &VaultError) -> bool {
    is_integrity(error) || matches!(error, VaultError::Locked { .. })
}

#[test]
fn a_flipped_bit_in_a_slot_beside_the_one_used_is_found() {
    let scene = Scene::new();
    for row in [MAIN, WATCH] {
        let len = scene.lab.attacker().get("slot", row).unwrap().len();
        for bit in some_bits(len).into_iter().chain((0..len * 8).step_by(37)) {
            let what = format!("bit {bit} of slot {row}");
            scene.must_refuse(&what, |attacker| attacker.flip("slot", row, bit));
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn a_flipped_bit_in_the_slot_that_is_used_never_opens() {
    let scene = Scene::new();
    let len = scene.lab.attacker().get("slot", ROBOT).unwrap().len();
    for bit in (0..len * 8).step_by(5) {
        let what = format!("bit {bit}");
        scene.must_find_as(&what, is_integrity_or_locked, |a| a.flip("slot", ROBOT, bit));
        assert!(scene.lab.look().is_err());
    }
}

#[test]
fn a_slot_removed_added_moved_or_doubled_is_found() {
    let scene = Scene::new();
    let watch = scene.lab.attacker().get("slot", WATCH).unwrap();
    scene.must_refuse("a slot removed", |a| a.put("slot", MAIN, None));
    scene.must_refuse("another removed", |a| a.put("slot", WATCH, None));
    for row in [4, 0, -1, 1 << 40, i64::MIN] {
        scene.must_refuse(&format!("at {row}"), |a| a.put("slot", row, Some(&watch)));
        scene.must_refuse(&format!("moved to {row}"), |a| {
            a.put("slot", WATCH, None);
            a.put("slot", row, Some(&watch));
        });
    }
    scene.must_refuse("two exchanged", |a| {
        let main = a.get("slot", MAIN).unwrap();
        a.put("slot", MAIN, Some(&watch));
        a.put("slot", WATCH, Some(&main));
    });
}

#[test]
fn a_slot_planted_at_the_last_possible_row_is_found() {
    let scene = Scene::new();
    let watch = scene.lab.attacker().get("slot", WATCH).unwrap();
    scene.must_refuse("at the last row", |a| a.put("slot", i64::MAX, Some(&watch)));
}

#[test]
fn without_the_slot_that_is_used_the_vault_stays_locked() {
    let scene = Scene::new();
    scene.must_find_as(
        "the used slot removed",
        |error| matches!(error, VaultError::Locked { .. }),
        |attacker| attacker.put("slot", ROBOT, None),
    );
}

#[test]
fn a_vault_without_any_slot_is_damaged_and_not_locked() {
    let scene = Scene::new();
    scene.must_refuse("every slot removed", |attacker| attacker.sql("DELETE FROM slot"));
}

#[test]
fn greedy_numbers_are_refused_before_anything_is_allocated() {
    let scene = Scene::new();
    let main = scene.lab.attacker().get("slot", MAIN).unwrap();
    let (mib, passes, lanes) = (19 * 1024_u32, 1_u32, 4_u32);
    assert_eq!(main[PARAMS], params(mib, passes, lanes), "the parameters are where we think");
    let greedy = [
        (u32::MAX, passes, lanes),
        (2048 * 1024 + 1, passes, lanes),
        (mib - 1, passes, lanes),
        (0, passes, lanes),
        (mib, u32::MAX, lanes),
        (mib, 17, lanes),
        (mib, 0, lanes),
        (mib, passes, u32::MAX),
        (mib, passes, 5),
        (mib, passes, 0),
    ];
    for (mib, passes, lanes) in greedy {
        let mut slot = main.clone();
        slot[PARAMS].copy_from_slice(&params(mib, passes, lanes));
        let start = Instant::now();
        let what = format!("{mib} KiB, {passes} passes, {lanes} lanes");
        scene.must_refuse(&what, |attacker| attacker.put("slot", MAIN, Some(&slot)));
        let error = scene.lab.locked().err().unwrap();
        assert!(error.to_string().contains("beyond its bounds"), "{error}");
        assert!(start.elapsed() < Duration::from_secs(2), "{what}");
    }
}

fn params(mib: u32, passes: u32, lanes: u32) -> [u8; 12] {
    let bytes = [mib, passes, lanes].map(u32::to_be_bytes);
    bytes.concat().try_into().unwrap()
}

#[test]
fn several_slots_at_the_bounds_are_more_work_than_is_allowed() {
    let scene = Scene::new();
    let mut main = scene.lab.attacker().get("slot", MAIN).unwrap();
    main[PARAMS].copy_from_slice(&params(2048 * 1024, 16, 4));
    scene.lab.attacker().put("slot", MAIN, Some(&main));
    scene.lab.attacker().put("slot", 9, Some(&main));
    let locked = scene.lab.locked().unwrap();
    let error = locked.unlock(&passphrase(PASSPHRASE), &SlotChoice::Any).err().unwrap();
    let VaultError::ExcessiveWork { slots, work_gib, limit_gib } = error else { panic!("{error}") };
    assert_eq!((slots, work_gib, limit_gib), (2, 64, 32));
    // A key file costs no work, and still the planted slot is found.
    assert!(scene.lab.look().is_err_and(|e| is_integrity(&e)));
}

#[test]
fn more_than_thirty_two_slots_or_eight_passphrases_are_refused() {
    let scene = Scene::new();
    let planted = |row: i64, count: i64| {
        scene.lab.overwrite(&scene.clean);
        let slot = scene.lab.attacker().get("slot", row).unwrap();
        (0..count).for_each(|n| scene.lab.attacker().put("slot", 4 + n, Some(&slot)));
        scene.lab.locked().map(drop)
    };
    planted(WATCH, 29).unwrap();
    assert!(planted(WATCH, 30).is_err_and(|e| e.to_string().contains("1 to 32")));
    assert!(planted(WATCH, 500).is_err_and(|e| is_integrity(&e)));
    planted(MAIN, 7).unwrap();
    let error = planted(MAIN, 8).unwrap_err();
    assert!(error.to_string().contains("more than 8 passphrase"), "{error}");
}

#[test]
fn a_slot_of_any_other_shape_is_refused() {
    let scene = Scene::new();
    let watch = scene.lab.attacker().get("slot", WATCH).unwrap();
    let mut long = watch.clone();
    long.resize(1 << 20, 0);
    let mut shapes = vec![Vec::new(), vec![1], vec![1; 200], vec![0xff; 1024], long];
    shapes.extend((1..watch.len()).step_by(7).map(|len| watch[..len].to_vec()));
    for shape in shapes {
        let what = format!("a slot of {} bytes", shape.len());
        scene.must_refuse(&what, |attacker| attacker.put("slot", WATCH, Some(&shape)));
    }
}

#[test]
fn a_slot_whose_role_was_raised_does_not_open_as_an_admin() {
    let scene = Scene::new();
    scene.lab.attacker().sql("DELETE FROM slot WHERE id IN (1, 2)");
    let mut watch = scene.lab.attacker().get("slot", WATCH).unwrap();
    watch[18] = 1;
    scene.lab.attacker().put("slot", WATCH, Some(&watch));
    let error = scene.lab.unlock(&crate::support::keyfile(2)).err().unwrap();
    assert!(matches!(error, VaultError::Locked { .. }), "{error}");
}

#[test]
fn another_vaults_id_is_another_vault_before_the_secret_is_asked() {
    let scene = Scene::new();
    let other = crate::support::Lab::new();
    let id = other.attacker().get("vault", 1).unwrap();
    scene.lab.attacker().put("vault", 1, Some(&id));
    let error = scene.lab.locked().err().unwrap();
    assert!(matches!(error, VaultError::Integrity(Finding::OtherVault { .. })), "{error}");
}
