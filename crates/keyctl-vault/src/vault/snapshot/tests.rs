//! Where a record lives depends on what it is of; one that says otherwise is damage.

use super::*;

fn key(text: &str) -> KeyId {
    KeyId::parse(text).unwrap()
}

#[test]
fn the_index_has_a_name_where_that_name_lives() {
    let (shop, blog) = (Project::parse("shop").unwrap(), Project::parse("blog").unwrap());
    let (ci, cd) = (Name::parse("ci").unwrap(), Name::parse("cd").unwrap());
    let entry = NameEntry { project: Some("shop"), name: "ci", key: key("key_000000000001") };
    let record = entry.encode();
    assert_eq!(read_name(&record, Some(&shop), &ci).unwrap(), entry.key);
    assert!(read_name(&record, Some(&shop), &cd).is_err(), "of another name");
    assert!(read_name(&record, Some(&blog), &ci).is_err(), "of another project");
    assert!(read_name(&record, None, &ci).is_err(), "of no project");
}

#[test]
fn the_index_has_a_public_id_where_that_id_lives() {
    let (id, other) = (PublicId::parse("3fK9aQ1xZ0bT"), PublicId::parse("3fK9aQ1xZ0bU"));
    let entry = PublicIdEntry { public_id: id.unwrap(), key: key("key_000000000001"), n: 7 };
    let record = entry.encode();
    assert_eq!(read_public_id(&record, id.unwrap()).unwrap(), (entry.key, 7));
    assert!(read_public_id(&record, other.unwrap()).is_err());
}

#[test]
fn an_owner_is_where_that_owner_lives() {
    let (bob, eve) = (Owner::parse("bob").unwrap(), Owner::parse("eve").unwrap());
    let time = keyctl_verify::Timestamp::from_unix(1).unwrap();
    let record = OwnerRecord {
        name: bob.clone(),
        ceiling: Default::default(),
        created_at: time,
        updated_at: time,
        personal_key: key("key_000000000001"),
    };
    assert_eq!(read_owner(&record.encode(), &bob).unwrap().name, bob);
    assert!(read_owner(&record.encode(), &eve).is_err());
}
