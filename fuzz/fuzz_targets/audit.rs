//! Segments of the audit log and their entries: each has one form, and counts on.
#![no_main]

use keyctl_fuzz::Input;
use keyctl_vault::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    match input.byte() % 2 {
        0 => std::hint::black_box(fuzzing::entry(input.rest())),
        _ => {
            let first = u64::from(input.byte());
            // Padding is 512 zeros at most, which a fuzzer need not guess.
            let mut plain = input.rest().to_vec();
            plain.resize(plain.len().next_multiple_of(512), 0);
            std::hint::black_box(fuzzing::segment(first, &plain))
        }
    };
});
