//! A second look at a state that was verified, from another thread: a connection belongs to one.

use std::cell::RefCell;
use std::path::PathBuf;
use std::thread;

use super::head::{Head, head_digest};
use super::snapshot::{Snapshot, read_slots, slots_digest};
use crate::crypto::{Digest, ReadKeys, VaultId};
use crate::error::VaultError;
use crate::store::{Access, FileId, Relation, Store};

/// With more keys, or changes, a second look is worth a thread and a connection; with fewer, the thread
/// that has read the keys looks itself, while others open them.
const FEW: u64 = 4096;

/// Waits for what the other thread has found.
pub(crate) type Found<'f, T> = Box<dyn FnOnce() -> Result<T, VaultError> + 'f>;

/// A state of the vault that was verified, and that can be looked at through a connection of its
/// own.
struct Again<'v> {
    path: PathBuf,
    file: FileId,
    id: VaultId,
    keys: &'v ReadKeys,
    head: Head,
    head_digest: Digest,
}

impl Again<'_> {
    /// What `look` finds; `None` when the state or the file is another by now, or cannot be read.
    fn look<T>(
        self,
        look: impl FnOnce(&Snapshot<'_>) -> Result<T, VaultError>,
    ) -> Option<Result<T, VaultError>> {
        let mut store = Store::open(&self.path).ok()?;
        let tx = store.begin(Access::Read).ok().filter(|tx| tx.file() == self.file)?;
        let signed = tx.get(Relation::Head, 1).ok()??;
        let slots = read_slots(&tx).ok()?;
        let Again { id, keys, head, head_digest: expected, .. } = self;
        let is_same = head_digest(&signed) == expected && slots_digest(id, &slots) == head.slots;
        let slots = slots.into_iter().map(|(_, slot)| slot).collect();
        let nodes = RefCell::default();
        let snapshot = Snapshot { tx, id, keys, head, head_digest: expected, slots, nodes };
        is_same.then(|| look(&snapshot))
    }
}

impl<'v> Snapshot<'v> {
    /// Has `look` find something in this state while `here` does what it does, which is given how to wait
    /// for that. In a small vault, or when the other thread finds anything wrong, it is looked for when
    /// it is waited for.
    pub(crate) fn beside<T: Send, U>(
        &self,
        look: impl Fn(&Snapshot<'_>) -> Result<T, VaultError> + Sync,
        here: impl FnOnce(Found<'_, T>) -> U,
    ) -> U {
        self.beside_if(self.key_count().max(self.generation()) > FEW, look, here)
    }

    fn beside_if<T: Send, U>(
        &self,
        is_worth: bool,
        look: impl Fn(&Snapshot<'_>) -> Result<T, VaultError> + Sync,
        here: impl FnOnce(Found<'_, T>) -> U,
    ) -> U {
        if !is_worth {
            return here(Box::new(|| look(self)));
        }
        let (again, look) = (self.again(), &look);
        thread::scope(|scope| {
            let beside = scope.spawn(move || again.look(look));
            here(Box::new(move || match beside.join().expect("looking does not panic") {
                Some(Ok(found)) => Ok(found),
                // The vault has been changed since, or this says what is wrong with it.
                _ => look(self),
            }))
        })
    }

    fn again(&self) -> Again<'v> {
        Again {
            path: self.tx.path().to_owned(),
            file: self.tx.file(),
            id: self.id,
            keys: self.keys,
            head: self.head.clone(),
            head_digest: self.head_digest,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread::ThreadId;

    use super::*;
    use crate::domain::{Change, Subject, Verb};
    use crate::error::Finding;
    use crate::vault::{Transaction, UnlockedVault, sample};

    /// On which thread the vault is looked at.
    fn looked(vault: &mut UnlockedVault, is_worth: bool, before: impl FnOnce()) -> ThreadId {
        let snapshot = vault.snapshot().unwrap();
        before();
        let look = |found: &Snapshot<'_>| {
            assert_eq!(found.head_digest, snapshot.head_digest);
            found.check_beside_keys().map(|()| thread::current().id())
        };
        snapshot.beside_if(is_worth, look, |found| found()).unwrap()
    }

    #[test]
    fn the_same_state_is_looked_at_on_another_thread_or_else_on_this_one() {
        let (folder, mut vault, by) = sample::vault();
        let (path, old, here) =
            (vault.path().to_owned(), folder.path().join("old"), thread::current().id());
        fs::copy(&path, &old).unwrap();
        let change = Change { subject: Subject::vault(), fields: Vec::new() };
        let noted = |tx: &mut Transaction<'_>| {
            tx.note(&change);
            Ok::<_, VaultError>(())
        };
        vault.transaction(&by, Verb::Edit, noted).unwrap();
        assert_eq!(looked(&mut vault, false, || ()), here);
        assert_ne!(looked(&mut vault, true, || ()), here);
        // The same state in another file, which may be damaged elsewhere.
        let [same, aside] = ["same", "aside"].map(|name| folder.path().join(name));
        fs::copy(&path, &same).unwrap();
        let exchange = || {
            fs::rename(&path, &aside).unwrap();
            fs::rename(&same, &path).unwrap();
        };
        assert_eq!(looked(&mut vault, true, exchange), here);
        fs::rename(&aside, &path).unwrap();
        assert_ne!(looked(&mut vault, true, || ()), here);
        assert_eq!(looked(&mut vault, true, || fs::rename(&old, &path).unwrap()), here);
    }

    #[test]
    fn what_is_found_wrong_there_is_said_by_this_thread() {
        let (_folder, mut vault, _) = sample::vault();
        let (snapshot, looks) = (vault.snapshot().unwrap(), AtomicU32::new(0));
        let look = |_: &Snapshot<'_>| {
            let n = looks.fetch_add(1, Ordering::SeqCst);
            Err::<(), _>(Finding::damaged(format!("look {n}")).into())
        };
        let found = snapshot.beside_if(true, look, |found| found());
        let expected: VaultError = Finding::damaged("look 1").into();
        assert_eq!(found.unwrap_err().to_string(), expected.to_string());
    }
}
