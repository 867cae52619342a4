//! Heads: a signed one opens when it is one, has one form, and belongs to its vault; one that
//! nobody has signed never opens.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    std::hint::black_box(keyctl_vault::fuzzing::head(data));
});
