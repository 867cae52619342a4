//! Rows changed, moved, taken away and planted.

use keyctl_vault::Records;

use super::{Scene, some_bits};
use crate::support::{Lab, TABLES, at, is_integrity, make};

#[test]
fn a_flipped_bit_in_a_page_a_node_or_the_audit_log_is_found() {
    let scene = Scene::new();
    for table in ["page", "node", "audit"] {
        let rows = scene.lab.attacker().rows(table);
        for (row, d) in rows.iter().step_by(3) {
            for bit in some_bits(d.len()) {
                let what = format!("bit {bit} of {table} {row}");
                scene.must_find(&what, |attacker| attacker.flip(table, *row, bit));
            }
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn a_flipped_bit_in_the_head_or_the_vaults_id_is_refused_at_once() {
    let scene = Scene::new();
    for (table, len) in
        [("head", scene.lab.attacker().get("head", 1).unwrap().len()), ("vault", 32)]
    {
        for bit in some_bits(len) {
            let what = format!("bit {bit} of {table}");
            scene.must_refuse(&what, |attacker| attacker.flip(table, 1, bit));
        }
    }
}

#[test]
fn shortened_lengthened_and_emptied_rows_are_found() {
    let scene = Scene::new();
    for table in ["vault", "head", "page", "node", "audit"] {
        let (row, d) = scene.lab.attacker().rows(table).into_iter().next().unwrap();
        for other in [&d[..d.len() - 1], &d[..1], &[], &[&d[..], &[0]].concat()] {
            let what = format!("{table} of {} bytes", other.len());
            scene.must_find(&what, |attacker| attacker.put(table, row, Some(other)));
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn a_page_that_is_missing_or_too_many_is_named() {
    let lab = Lab::new().with_keys(5).0;
    let pages = lab.attacker().key_pages();
    let found = |row: i64, d: Option<&[u8]>| {
        lab.scratch(|| {
            lab.attacker().put("page", row, d);
            lab.open().snapshot().unwrap().keys(Some).unwrap_err().to_string()
        })
    };
    for row in &pages {
        let expected = format!("page {} of the table 'keys' is missing", row & 0xfff);
        let said = found(*row, None);
        assert!(said.contains(&expected), "{said}");
    }
    let planted = (1 << 12..2 << 12).find(|row| !pages.contains(row)).unwrap();
    let expected = format!("page {} of the table 'keys' should not be there", planted & 0xfff);
    let said = found(planted, Some(&[7; 552]));
    assert!(said.contains(&expected), "{said}");
}

#[test]
fn two_swapped_rows_are_found() {
    let scene = Scene::new();
    for table in ["page", "node"] {
        let rows: Vec<_> = scene.lab.attacker().rows(table).into_iter().collect();
        for pair in rows.windows(2) {
            let [(a, of_a), (b, of_b)] = pair else { unreachable!("windows of two") };
            scene.must_find(&format!("{table} {a} and {b}"), |attacker| {
                attacker.put(table, *a, Some(of_b));
                attacker.put(table, *b, Some(of_a));
            });
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn a_deleted_row_is_found() {
    let scene = Scene::new();
    for table in ["vault", "head", "page", "node", "audit"] {
        for row in scene.lab.attacker().ids(table) {
            let what = format!("{table} {row} deleted");
            scene.must_find(&what, |attacker| attacker.put(table, row, None));
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn a_row_moved_to_another_number_is_found() {
    let scene = Scene::new();
    for table in ["vault", "head", "page", "node", "audit"] {
        let row = scene.lab.attacker().ids(table)[0];
        for to in [row + 1_000_000, -row, i64::MAX, i64::MIN] {
            scene.must_find(&format!("{table} {row} moved to {to}"), |attacker| {
                attacker.sql(&format!("UPDATE {table} SET id = {to} WHERE id = {row}"));
            });
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn a_planted_row_is_found_wherever_it_is() {
    let scene = Scene::new();
    let beyond = [0, -1, 5 << 12, 1 << 40, i64::MAX, i64::MIN];
    for table in ["vault", "head", "page", "node", "audit"] {
        let rows = scene.lab.attacker().rows(table);
        let d = rows.values().next().unwrap();
        let inside =
            [2, (1 << 12) + 1, (2 << 12) + 1, (3 << 12) + 1, (4 << 12) + 1, 3 << 6, 4 << 6];
        for row in inside.into_iter().chain(beyond).filter(|row| !rows.contains_key(row)) {
            for planted in [&d[..], &[]] {
                let what = format!("{} bytes planted at {table} {row}", planted.len());
                scene.must_find(&what, |attacker| attacker.put(table, row, Some(planted)));
            }
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn a_page_replaced_by_a_planted_one_elsewhere_is_found_although_the_counts_fit() {
    let scene = Scene::new();
    let (row, d) = scene.lab.attacker().rows("page").into_iter().next().unwrap();
    for to in [5 << 12, (1 << 12) + 4095, (2 << 12) - 1, i64::MIN] {
        scene.must_find(&format!("page {row} at {to}"), |attacker| {
            attacker.put("page", row, None);
            attacker.put("page", to, Some(&d));
        });
    }
}

#[test]
fn a_blob_of_another_type_is_found() {
    let scene = Scene::new();
    for table in TABLES {
        let row = *scene.lab.attacker().ids(table).last().unwrap();
        for expression in ["'text'", "NULL", "7", "7.5", "CAST(d AS TEXT)"] {
            scene.must_find(&format!("{table} {row} = {expression}"), |attacker| {
                attacker.retype(table, row, expression);
            });
        }
        scene.lab.overwrite(&scene.clean);
    }
}

#[test]
fn every_row_of_another_vault_is_found() {
    let scene = Scene::new();
    let (other, _) = Lab::new().with_keys(8);
    for table in ["vault", "slot", "head", "audit"] {
        for (row, d) in other.attacker().rows(table) {
            let what = format!("{table} {row} of another vault");
            scene.must_find_as(&what, is_integrity_or_locked, |attacker| {
                attacker.put(table, row, Some(&d));
            });
        }
    }
}

fn is_integrity_or_locked(error: &keyctl_vault::VaultError) -> bool {
    is_integrity(error) || matches!(error, keyctl_vault::VaultError::Locked { .. })
}

#[test]
fn a_long_audit_log_is_verified_to_its_beginning() {
    let lab = Lab::new();
    let mut vault = lab.open();
    for n in 0..140 {
        make(&mut vault, &format!("k{n}"), at(n));
    }
    drop(vault);
    let clean = lab.bytes();
    let segments = lab.attacker().ids("audit");
    assert_eq!(segments.len(), 3);
    let last = *segments.last().unwrap();
    for row in segments {
        for attack in [true, false] {
            lab.overwrite(&clean);
            if attack {
                lab.attacker().flip("audit", row, 999);
            } else {
                lab.attacker().put("audit", row, None);
            }
            let mut vault = lab.open();
            let snapshot = vault.snapshot().unwrap();
            assert!(snapshot.check().is_err_and(|e| is_integrity(&e)), "segment {row}");
            assert!(snapshot.audit(1).is_err_and(|e| is_integrity(&e)), "segment {row}");
            // Who needs the last entries alone reads no more than their segment.
            assert_eq!(snapshot.audit(142).is_ok(), row != last, "segment {row}");
        }
    }
}

#[test]
fn an_attack_is_found_by_a_vault_that_is_open_already() {
    let scene = Scene::new();
    let mut vault = scene.lab.open();
    vault.snapshot().unwrap();
    let page = scene.lab.attacker().key_pages()[0];
    scene.lab.attacker().flip("page", page, 300);
    let snapshot = vault.snapshot().unwrap();
    assert!(snapshot.check().is_err_and(|e| is_integrity(&e)));
    drop(snapshot);
    scene.lab.attacker().flip("head", 1, 300);
    assert!(vault.snapshot().is_err_and(|e| is_integrity(&e)));
    let mut id = scene.lab.attacker().get("vault", 1).unwrap();
    id.reverse();
    scene.lab.attacker().put("vault", 1, Some(&id));
    assert!(vault.snapshot().is_err_and(|e| is_integrity(&e)));
}

#[test]
fn a_blob_larger_than_any_that_is_written_is_found() {
    let scene = Scene::new();
    for table in TABLES {
        let row = *scene.lab.attacker().ids(table).first().unwrap();
        scene.must_find(&format!("40 MiB in {table} {row}"), |attacker| {
            attacker.sql(&format!("UPDATE {table} SET d = zeroblob(41943040) WHERE id = {row}"));
        });
        scene.lab.overwrite(&scene.clean);
    }
}
