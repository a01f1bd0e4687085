//! How many transactions of the log one process writes at the same time.

use std::{num::ParseIntError, str::FromStr, thread};

use thiserror::Error;

use super::Shard;

/// How many writers share the shards. Shards of one lane share transactions, which is cheaper; lanes
/// commit beside each other, which takes more processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lanes(usize);

/// Not a number of lanes.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotLanes {
    #[error(transparent)]
    NotANumber(#[from] ParseIntError),
    #[error("there are between 1 and {} lanes", Shard::COUNT)]
    OutOfRange,
}

impl Lanes {
    /// A lane for each shard: every transaction touches one shard, as a log that is distributed over
    /// several servers demands.
    pub const ONE_FOR_EACH_SHARD: Self = Self(Shard::COUNT);

    pub(super) fn count(self) -> usize {
        self.0
    }

    /// The lane of a shard, from 0.
    pub(super) fn of(self, shard: Shard) -> usize {
        shard.index() % self.0
    }
}

impl Default for Lanes {
    /// As many as there are processors, and at most one for each shard.
    fn default() -> Self {
        let processors = thread::available_parallelism().map_or(1, usize::from);
        Self(processors.clamp(1, Shard::COUNT))
    }
}

impl FromStr for Lanes {
    type Err = NotLanes;

    fn from_str(text: &str) -> Result<Self, NotLanes> {
        let count = text.parse()?;
        if (1..=Shard::COUNT).contains(&count) {
            Ok(Self(count))
        } else {
            Err(NotLanes::OutOfRange)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shard_has_a_lane() {
        for count in 1..=Shard::COUNT {
            let lanes: Lanes = count.to_string().parse().unwrap();
            assert!(Shard::all().all(|shard| lanes.of(shard) < lanes.count()), "{count}");
        }
        assert!((1..=Shard::COUNT).contains(&Lanes::default().count()));
        let alone = Shard::all().map(|shard| Lanes::ONE_FOR_EACH_SHARD.of(shard));
        assert!(alone.eq(0..Shard::COUNT));
    }

    #[test]
    fn only_numbers_of_lanes_are_lanes() {
        assert_eq!("0".parse::<Lanes>(), Err(NotLanes::OutOfRange));
        assert_eq!("17".parse::<Lanes>(), Err(NotLanes::OutOfRange));
        assert!(matches!("many".parse::<Lanes>(), Err(NotLanes::NotANumber(_))));
    }
}
