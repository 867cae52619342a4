//! Two things at once.

/// Does `ahead` on the other cores while `here` is done on this one, if that is worth the while.
pub(crate) fn beside<T: Send, E>(
    worth: bool,
    ahead: impl FnOnce() -> T + Send,
    here: impl FnOnce() -> Result<(), E>,
) -> Result<T, E> {
    if !worth {
        here()?;
        return Ok(ahead());
    }
    let mut result = None;
    rayon::in_place_scope(|scope| {
        scope.spawn(|_| result = Some(ahead()));
        here()
    })?;
    Ok(result.expect("the scope waits for what it has spawned"))
}
