//! How large a key may become, so that every bundle can carry it, and how far it may reach: what is
//! asked for has to lie below its owner's ceiling when it is asked.

use keyctl_verify::Scope;

use super::Refusal;
use super::words::joined;
use crate::domain::{GRANT_BUDGET, Key, MAX_ITEMS, OwnerRecord};

/// Refuses what a bundle could not carry.
pub(super) fn check_size(key: &Key) -> Result<(), Refusal> {
    let lists = [
        ("scopes", key.scopes.len()),
        ("paths", key.paths.len()),
        ("address blocks", key.ips.len()),
        ("customers", key.customers.len()),
        ("labels", key.labels.len()),
    ];
    if let Some((what, _)) = lists.into_iter().find(|(_, len)| *len > MAX_ITEMS) {
        return Err(Refusal::TooMany { what });
    }
    let size = key.grant_size();
    if size > GRANT_BUDGET { Err(Refusal::TooLarge { size }) } else { Ok(()) }
}

/// Refuses scopes that a key asks for anew and that the ceiling of its owner, if they are
/// registered, does not cover.
pub(super) fn check_ceiling(
    owner: Option<&OwnerRecord>,
    before: Option<&Key>,
    after: &Key,
) -> Result<(), Refusal> {
    let Some(owner) = owner else { return Ok(()) };
    let is_new = |scope: &&Scope| before.is_none_or(|before| !before.scopes.contains(scope));
    let beyond = after.scopes.iter().filter(is_new).find(|scope| !owner.ceiling.grants(scope));
    if let Some(scope) = beyond {
        return Err(Refusal::BeyondCeiling {
            owner: owner.name.to_string(),
            scope: scope.to_string(),
            ceiling: joined(owner.ceiling.iter()).map_or("nothing".to_owned(), Into::into),
        });
    }
    let scopes = after.scopes.intersect(&owner.ceiling);
    check_size(&Key { scopes, ..after.clone() })
}
