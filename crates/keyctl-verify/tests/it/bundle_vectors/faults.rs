//! Every vector, in the order of the steps of section 7.

mod cbor;
mod decision;
mod entry;
mod fields;
mod grant;
mod header;
mod limits;
mod order;
mod page;
mod shapes;
mod signature;
mod token;

use super::case::Case;

pub(super) fn all() -> Vec<Case> {
    [
        header::files(),
        header::magics(),
        header::unsigned(),
        signature::keys(),
        signature::blocks(),
        signature::forged(),
        fields::zeros(),
        fields::times(),
        fields::counts(),
        fields::sizes(),
        order::streams(),
        order::clocks(),
        order::serials(),
        order::steps(),
        token::all(),
        shapes::all(),
        page::heads(),
        page::hashes(),
        page::orders(),
        page::bounds(),
        entry::sizes(),
        entry::seals(),
        cbor::arrays(),
        cbor::numbers(),
        cbor::texts_and_bools(),
        grant::codes(),
        grant::scopes(),
        grant::paths(),
        grant::blocks(),
        grant::others(),
        decision::keys(),
        decision::warnings(),
        decision::places(),
        decision::unnamed(),
        limits::scopes(),
        limits::paths(),
        limits::addresses(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
