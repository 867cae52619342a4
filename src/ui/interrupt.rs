//! Ctrl-C while something is asked.
//!
//! The prompt library hides the cursor, and sends itself the signal when it reads Ctrl-C: the
//! process would end in between and leave the terminal without a cursor. While a question is open
//! the signal only breaks the reading off; before and after it ends the process, as it does
//! everywhere else.

use std::io::{self, Stdin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use super::modes::Silent;

/// Whether the signal ends the process.
static ENDS: OnceLock<Arc<AtomicBool>> = OnceLock::new();

/// A question is open until this is dropped.
pub(super) struct Question<'e> {
    ends: &'e AtomicBool,
    // Dropped after the signal ends the process again: until then Ctrl-C is a key.
    _silent: Silent<Stdin>,
}

impl Question<'_> {
    pub(super) fn open() -> io::Result<Self> {
        let ends = ENDS.get_or_init(|| Arc::new(AtomicBool::new(true)));
        // The handler is there once and for all, and the runtime's default is done through it.
        static IS_REGISTERED: OnceLock<bool> = OnceLock::new();
        let register = || flag::register_conditional_default(SIGINT, Arc::clone(ends)).is_ok();
        if !IS_REGISTERED.get_or_init(register) {
            return Err(io::Error::other("the signal of Ctrl-C cannot be handled"));
        }
        let silent = Silent::among_others(io::stdin())?;
        ends.store(false, Ordering::SeqCst);
        Ok(Question { ends, _silent: silent })
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
    }
}
