//! A list in no order: keys are written as they come, and memory does not grow with the vault.

use std::ops::ControlFlow;

use keyctl_vault::{Key, Records};

use super::{Hidden, ListArgs, Why, say_hidden};
use crate::context::Context;
use crate::error::CliError;
use crate::exit::Exit;
use crate::render::{KeyLines, KeyView, Search, Shape};

/// One key, written out already, or why it is left out.
enum Row {
    Shown(Vec<u8>),
    Hidden(Why),
}

pub(super) fn run(ctx: &mut Context, args: &ListArgs, shape: Shape) -> Result<Exit, CliError> {
    let filter = super::filter(ctx, args)?;
    let mut vault = ctx.open()?;
    let seen = ctx.seen(&vault);
    let (brand, ceilings) = {
        let snapshot = vault.snapshot()?;
        (snapshot.brand().clone(), snapshot.ceilings()?)
    };
    let search = args.search.as_deref().map(Search::new);
    let (now, lines) = (ctx.now, KeyLines::new(shape, &ctx.ui));
    let row = |mut key: Key| {
        let named = search.as_ref().is_none_or(|search| search.score(&key).is_some());
        if !named {
            return None;
        }
        seen.count_in(&mut key, &brand, now);
        if !filter.matches_effectively(&key, &ceilings, now) {
            return None;
        }
        Some(match args.hides(&key) {
            Some(why) => Row::Hidden(why),
            None => Row::Shown(lines.one(&KeyView::of(&key, &brand, now))),
        })
    };
    let (mut count, mut hidden) = (0, Hidden::default());
    let most = args.limit.unwrap_or(usize::MAX);
    ctx.ui.write_bytes(&lines.begin())?;
    vault.each_key_in_pieces(row, |rows| -> Result<_, CliError> {
        for row in rows {
            match row {
                Row::Hidden(why) => hidden.count(why),
                Row::Shown(_) if count == most => return Ok(ControlFlow::Break(())),
                Row::Shown(bytes) => {
                    ctx.ui.write_bytes(lines.between(count))?;
                    ctx.ui.write_bytes(&bytes)?;
                    count += 1;
                }
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    ctx.ui.write_bytes(lines.end(count))?;
    ctx.ui.flush()?;
    if count == 0 {
        ctx.ui.note("no key fits");
    }
    say_hidden(ctx, args, hidden);
    Ok(Exit::Done)
}
