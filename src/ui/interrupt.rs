//! Ctrl-C while something is asked.
//!
//! The prompt library hides the cursor, and sends itself the signal when it reads Ctrl-C: the
//! process would end in between and leave the terminal without a cursor. While a question is open
//! the signal only breaks the reading off; before and after it ends the process, as it does
//! everywhere else. A pager takes it as a key of its own, and must not lose us over it.

use std::io::{self, Stdin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::modes::Silent;

/// Whether the signal ends the process.
static ENDS: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// The signal ends nothing until this is dropped.
pub(super) struct Held(&'static AtomicBool);

impl Held {
    pub(super) fn new() -> io::Result<Self> {
        let ends = ENDS.get_or_init(|| Arc::new(AtomicBool::new(true)));
        // The handler is there once and for all, and the runtime's default is done through it.
        static IS_REGISTERED: OnceLock<bool> = OnceLock::new();
        let register = || flag::register_conditional_default(SIGINT, Arc::clone(ends)).is_ok();
        if !IS_REGISTERED.get_or_init(register) {
            return Err(io::Error::other("the signal of Ctrl-C cannot be handled"));
        }
        ends.store(false, Ordering::SeqCst);
        Ok(Held(ends))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A question is open until this is dropped.
pub(super) struct Question {
    // The terminal is put back first: until then Ctrl-C is a key.
    _silent: Silent<Stdin>,
    _held: Held,
}

impl Question {
    pub(super) fn open() -> io::Result<Self> {
        let held = Held::new()?;
        Ok(Question { _silent: Silent::among_others(io::stdin())?, _held: held })
    }
}
