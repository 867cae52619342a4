//! Keys as a scan gives them: records of which the beginning is enough for most.

use std::collections::BTreeMap;

use keyctl_vault::{Key, KeyRecord, KeyRecords};

use super::support::{Lab, at, revoke};

/// Records with where they lie among them.
#[derive(Default)]
struct Kept {
    records: KeyRecords,
    places: Vec<std::ops::Range<u32>>,
}

#[test]
fn what_is_kept_of_a_scan_is_every_key_and_its_outline() {
    let (lab, made) = Lab::new().with_keys(30);
    let mut vault = lab.open();
    revoke(&mut vault, made[3].id, at(50));
    let mut keys = BTreeMap::new();
    let snapshot = vault.snapshot().unwrap();
    let keep = |kept: &mut Kept, record: KeyRecord<'_>| {
        kept.places.push(kept.records.push(record));
        Ok(())
    };
    let read = |key: &Key| format!("{key:?}");
    let taken = snapshot.gather_keys(keep, |pages| {
        for Kept { mut records, places } in pages {
            records.shrink();
            for record in places.iter().map(|place| records.get(place)) {
                let key = record.key().unwrap();
                assert_eq!(record.outline().unwrap(), key.outline());
                assert_eq!(record.outline().unwrap().status(at(60)), key.status(at(60)));
                keys.insert(key.id, read(&key));
            }
        }
        Ok(())
    });
    taken.unwrap();
    let mut expected = BTreeMap::new();
    snapshot
        .each_key(|key| {
            expected.insert(key.id, read(&key));
            Ok(())
        })
        .unwrap();
    assert_eq!((keys.len(), keys), (30, expected));
}
