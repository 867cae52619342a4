//! Bundles under attack, and what they promise for every grant, every size and every time. Files
//! come from the crate's own encoder, and are then changed by whoever holds them: without the
//! signer's key, and with it.

mod flips;
mod forged;
mod grants;
mod hostile;
mod kit;
mod layout;
mod privacy;
mod reads;
mod receipts;
mod round_trip;
mod sealed;
mod signatures;
mod sizes;
mod splices;
mod survey;
mod tall;
mod times;
mod writer;
