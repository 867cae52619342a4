//! Numbers that follow from a number.

use super::super::model::Step;
use super::super::model::contract::Ends;
use super::super::support::{DAY, HOUR};

pub(super) struct Chance(u64);

impl Chance {
    pub(super) fn new(seed: u64) -> Self {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A number below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// A number of seconds up to `end`.
    pub(super) fn seconds(&mut self, end: i64) -> i64 {
        i64::try_from(self.next() % end.unsigned_abs()).unwrap()
    }

    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn ends(&mut self) -> Ends {
        match self.below(3) {
            0 => Ends::Never,
            1 => Ends::In(self.seconds(20 * DAY) - HOUR),
            _ => Ends::AfterDays(1 + self.seconds(20)),
        }
    }

    /// A change of a key, of which some are refused.
    pub(super) fn step(&mut self) -> Step {
        let key = self.below(8);
        match self.below(16) {
            0..=4 => Step::Create {
                project: self.below(2),
                name: self.below(4),
                starts: self.one_in(5).then(|| self.seconds(5 * DAY)),
                ends: self.ends(),
            },
            5 => Step::Scope { key, add: self.one_in(2), scope: self.below(3) },
            6 => Step::Rename { key, name: self.below(4) },
            7 => Step::Extend { key, ends: self.ends() },
            8 | 9 => Step::Rotate {
                key,
                grace: (!self.one_in(4)).then(|| HOUR * (1 + self.seconds(8 * 24))),
            },
            10 => Step::Finish { key },
            11 => Step::Cancel { key },
            12 => Step::Disable { key },
            13 => Step::Enable { key },
            14 => Step::Revoke { key },
            _ => Step::Delete { key },
        }
    }
}
