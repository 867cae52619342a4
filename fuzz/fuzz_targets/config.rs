//! Configuration files: any bytes are settings that mean something, or a fault in words.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    match keyctl::fuzzing::config(data) {
        Ok(settings) => assert!(settings.len() <= 6),
        Err(why) => assert!(!why.is_empty()),
    }
});
