//! Pages and the records in them: each has one form, and a record is of one kind.
#![no_main]

use keyctl_fuzz::Input;
use keyctl_vault::fuzzing;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut input = Input::new(data);
    match input.byte() % 2 {
        0 => std::hint::black_box(fuzzing::record(input.rest())),
        _ => {
            let number = u16::from_be_bytes([input.byte(), input.byte()]);
            std::hint::black_box(fuzzing::page(number, input.rest()))
        }
    };
});
