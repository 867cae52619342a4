//! The contract of keys, written from the product's description alone: no vault, no pages, no
//! cryptography. Times are seconds since the beginning of the test.

use std::collections::BTreeSet;

use keyctl_verify::{Code, Standing, Status};

const DAY: i64 = 86_400;
const MAX_GRACE: i64 = 7 * DAY;

/// When a key ends, as somebody asks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ends {
    Never,
    /// At an instant this far from now.
    In(i64),
    /// After so many days, which a rotation starts anew.
    AfterDays(i64),
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum No {
    Refused,
    Gone,
}

/// What a list shows of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) project: String,
    pub(crate) name: String,
    pub(crate) status: Status,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) expires: Option<i64>,
    pub(crate) current: u32,
    pub(crate) generations: Vec<(u32, Option<i64>)>,
}

#[derive(Clone, PartialEq)]
struct Key {
    project: String,
    name: String,
    scopes: BTreeSet<String>,
    standing: Standing,
    starts: Option<i64>,
    ends: Option<i64>,
    days: Option<i64>,
    current: u32,
    tokens: Vec<Token>,
    deleted: bool,
}

#[derive(Clone, PartialEq)]
struct Token {
    text: String,
    n: u32,
    ends: Option<i64>,
    /// The key's expiry and days before this one was rotated away, and after; of one that has ended
    /// for good nothing, whatever a clock says that is set back.
    replaced: Option<[Window; 2]>,
}

/// When a key ends, and after how many days a rotation makes it end.
type Window = (Option<i64>, Option<i64>);

#[derive(Clone, Default)]
pub(crate) struct Model {
    pub(crate) now: i64,
    keys: Vec<Key>,
}

fn resolve(ends: Ends, now: i64) -> (Option<i64>, Option<i64>) {
    match ends {
        Ends::Never => (None, None),
        Ends::In(seconds) => (Some(now + seconds), None),
        Ends::AfterDays(days) => (Some(now + days * DAY), Some(days)),
    }
}

/// A new expiry lies ahead, and after the beginning.
fn has_room(starts: Option<i64>, ends: Option<i64>, now: i64) -> bool {
    ends.is_none_or(|end| end > now && starts.is_none_or(|start| start < end))
}

impl Model {
    pub(crate) fn create(
        &mut self,
        project: &str,
        name: &str,
        starts: Option<i64>,
        ends: Ends,
        token: String,
    ) -> Result<(), No> {
        let starts = starts.map(|seconds| self.now + seconds);
        let (ends, days) = resolve(ends, self.now);
        if !has_room(starts, ends, self.now) || self.holder(project, name).is_some() {
            return Err(No::Refused);
        }
        self.keys.push(Key {
            project: project.to_owned(),
            name: name.to_owned(),
            scopes: BTreeSet::from(["orders:read".to_owned()]),
            standing: Standing::Good,
            starts,
            ends,
            days,
            current: 1,
            tokens: vec![Token { text: token, n: 1, ends: None, replaced: None }],
            deleted: false,
        });
        Ok(())
    }

    /// The live key that has a name.
    fn holder(&self, project: &str, name: &str) -> Option<usize> {
        let has = |key: &Key| key.is_live() && key.project == project && key.name == name;
        self.keys.iter().position(has)
    }

    fn key(&mut self, key: usize) -> Result<&mut Key, No> {
        self.keys.get_mut(key).filter(|key| !key.deleted).ok_or(No::Gone)
    }

    fn live(&mut self, key: usize) -> Result<&mut Key, No> {
        self.key(key).and_then(|key| if key.is_live() { Ok(key) } else { Err(No::Refused) })
    }

    /// Does something with a key. A change closes a grace that has run out by then.
    pub(crate) fn change(
        &mut self,
        key: usize,
        work: impl FnOnce(&mut Model) -> Result<(), No>,
    ) -> Result<(), No> {
        let before = self.keys.get(key).cloned();
        work(self)?;
        let (now, after) = (self.now, self.keys.get_mut(key));
        if let (Some(before), Some(after)) = (before, after)
            && before != *after
        {
            after.close_grace(now);
        }
        Ok(())
    }

    pub(crate) fn scope(&mut self, key: usize, add: bool, scope: &str) -> Result<(), No> {
        let key = self.live(key)?;
        if add {
            key.scopes.insert(scope.to_owned());
        } else {
            key.scopes.remove(scope);
        }
        Ok(())
    }

    pub(crate) fn rename(&mut self, key: usize, name: &str) -> Result<(), No> {
        let project = self.live(key)?.project.clone();
        match self.holder(&project, name) {
            Some(holder) if holder != key => Err(No::Refused),
            _ => {
                self.live(key)?.name = name.to_owned();
                Ok(())
            }
        }
    }

    pub(crate) fn extend(&mut self, key: usize, ends: Ends) -> Result<(), No> {
        let now = self.now;
        let key = self.live(key)?;
        let (ends, days) = resolve(ends, now);
        if !has_room(key.starts, ends, now) {
            return Err(No::Refused);
        }
        (key.ends, key.days) = (ends, days);
        Ok(())
    }

    pub(crate) fn rotate(
        &mut self,
        key: usize,
        grace: Option<i64>,
        token: String,
    ) -> Result<(), No> {
        let now = self.now;
        let key = self.live(key)?;
        let expired = key.ends.is_some_and(|end| now >= end);
        if expired || grace.is_some_and(|grace| grace > MAX_GRACE) {
            return Err(No::Refused);
        }
        key.end_old(now);
        let end = (now + grace.unwrap_or(0)).min(key.ends.unwrap_or(i64::MAX));
        let before = (key.ends, key.days);
        if let Some(days) = key.days {
            key.ends = Some(now + days * DAY);
        }
        let after = (key.ends, key.days);
        let current = key.current_mut();
        (current.ends, current.replaced) = (Some(end), Some([before, after]));
        let n = key.tokens.last().map_or(1, |token| token.n + 1);
        key.tokens.push(Token { text: token, n, ends: None, replaced: None });
        key.current = n;
        Ok(())
    }

    pub(crate) fn finish(&mut self, key: usize) -> Result<(), No> {
        let now = self.now;
        let key = self.live(key)?;
        // One that has run out by now could still go on by a clock that is set back.
        if key.tokens.iter().any(|token| token.replaced.is_some()) {
            key.end_old(now);
        }
        Ok(())
    }

    pub(crate) fn cancel(&mut self, key: usize) -> Result<(), No> {
        let now = self.now;
        let key = self.live(key)?;
        let old = key.in_grace(now).ok_or(No::Refused)?;
        key.current_mut().ends = Some(now);
        let token = &mut key.tokens[old];
        token.ends = None;
        let [before, after] = token.replaced.take().expect("it was rotated away");
        key.current = token.n;
        // An expiry that somebody has given since is kept.
        if (key.ends, key.days) == after {
            (key.ends, key.days) = before;
        }
        Ok(())
    }

    pub(crate) fn stand(&mut self, key: usize, standing: Standing) -> Result<(), No> {
        let key = self.key(key)?;
        match (key.standing, standing) {
            (Standing::Revoked, Standing::Revoked) => Ok(()),
            (Standing::Revoked, _) => Err(No::Refused),
            _ => {
                key.standing = standing;
                Ok(())
            }
        }
    }

    pub(crate) fn delete(&mut self, key: usize) -> Result<(), No> {
        self.key(key)?.deleted = true;
        Ok(())
    }

    pub(crate) fn list(&self) -> Vec<Shown> {
        let there = self.keys.iter().filter(|key| !key.deleted);
        there.map(|key| key.show(self.now)).collect()
    }

    /// How many keys were ever made.
    pub(crate) fn made(&self) -> usize {
        self.keys.len()
    }

    /// The place of the key that has or had a token.
    pub(crate) fn key_with(&self, token: &str) -> Option<usize> {
        self.keys.iter().position(|key| key.tokens.iter().any(|own| own.text == token))
    }

    /// The number of the last token that a key got.
    pub(crate) fn last_token(&self, key: usize) -> u32 {
        self.keys[key].tokens.last().map_or(0, |token| token.n)
    }

    /// Every token that was ever issued and handed over, and what is to be said of it.
    pub(crate) fn tokens(&self) -> impl Iterator<Item = (&str, Code)> {
        let all = self.keys.iter().flat_map(|key| key.tokens.iter().map(move |t| (key, t)));
        let all = all.filter(|(_, token)| !token.text.is_empty());
        all.map(|(key, token)| (token.text.as_str(), key.judge(token, self.now)))
    }
}

impl Key {
    fn is_live(&self) -> bool {
        !self.deleted && self.standing != Standing::Revoked
    }

    fn current_mut(&mut self) -> &mut Token {
        let current = self.current;
        self.tokens.iter_mut().find(|token| token.n == current).expect("it is there")
    }

    fn in_grace(&self, now: i64) -> Option<usize> {
        let in_grace = |t: &Token| {
            t.n != self.current && t.replaced.is_some() && t.ends.is_some_and(|end| now < end)
        };
        self.tokens.iter().position(in_grace)
    }

    fn end_old(&mut self, now: i64) {
        let current = self.current;
        for token in self.tokens.iter_mut().filter(|token| token.n != current) {
            token.ends = token.ends.map(|end| end.min(now));
            token.replaced = None;
        }
    }

    fn close_grace(&mut self, now: i64) {
        for token in &mut self.tokens {
            token.replaced = token.replaced.filter(|_| token.ends.is_none_or(|end| now < end));
        }
    }

    fn status(&self, now: i64) -> Status {
        match self.standing {
            Standing::Revoked => Status::Revoked,
            Standing::Disabled => Status::Inactive,
            Standing::Good if self.starts.is_some_and(|start| now < start) => Status::Pending,
            Standing::Good if self.ends.is_some_and(|end| end <= now) => Status::Expired,
            Standing::Good => Status::Active,
        }
    }

    fn judge(&self, token: &Token, now: i64) -> Code {
        let is_closed = token.n != self.current && token.replaced.is_none();
        let over = is_closed || token.ends.is_some_and(|end| end <= now);
        match self.status(now) {
            _ if self.deleted => Code::Unknown,
            Status::Revoked => Code::Revoked,
            _ if over => Code::Superseded,
            Status::Inactive => Code::Disabled,
            Status::Pending => Code::NotYetValid,
            Status::Expired => Code::Expired,
            Status::Active if self.scopes.is_empty() => Code::InsufficientScope,
            Status::Active => Code::Valid,
        }
    }

    fn show(&self, now: i64) -> Shown {
        Shown {
            project: self.project.clone(),
            name: self.name.clone(),
            status: self.status(now),
            scopes: self.scopes.clone(),
            expires: self.ends,
            current: self.current,
            generations: self.tokens.iter().map(|token| (token.n, token.ends)).collect(),
        }
    }
}
