//! Token buckets in the memory of this process, one for each subject.
//!
//! Of each bucket only the instant is kept at which it will be full again (GCRA); one that is full
//! needs no memory.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::Rate;

/// Locks, so that threads seldom meet.
const SHARDS: usize = 64;
/// Buckets of a shard that are kept at most. Of more, some are forgotten: full again.
const MOST: usize = 16 * 1024;
/// From so many on it is looked which are full.
const PRUNE_FROM: usize = 256;

/// The buckets of one rate.
#[derive(Debug)]
pub(super) struct Buckets {
    rate: Rate,
    began: Instant,
    // With a key of its own: nobody can choose subjects that meet in one bucket.
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
}

/// What is left in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) left: u64,
    pub(super) full_in: Duration,
}

/// There isn't enough left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Empty {
    /// When there will be.
    pub(super) again_in: Duration,
    pub(super) level: Level,
}

#[derive(Debug, Default)]
struct Shard {
    full_at: HashMap<u64, u64, BuildHasherDefault<Hashed>>,
    prune_at: usize,
}

impl Buckets {
    pub(super) fn new(rate: Rate) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { rate, began: Instant::now(), hasher: RandomState::new(), shards }
    }

    pub(super) fn rate(&self) -> Rate {
        self.rate
    }

    /// Takes so many units out of the bucket of this subject, all or none. More than the bucket
    /// holds are all it holds.
    pub(super) fn take(
        &self,
        subject: impl Hash,
        units: u32,
        now: Instant,
    ) -> Result<Level, Empty> {
        let (key, now) = (self.hasher.hash_one(subject), self.nanos(now));
        let needed = self.rate.nanos_per_unit.saturating_mul(u64::from(units).min(self.rate.burst));
        let window = self.rate.nanos_per_unit.saturating_mul(self.rate.burst);
        let Some(shard) = self.shard(key) else { return Ok(self.level(now, now)) };
        let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let full_at = shard.full_at.get(&key).copied().unwrap_or(now).max(now);
        let full_after = full_at.saturating_add(needed);
        let beyond = full_after.saturating_sub(now.saturating_add(window));
        if beyond > 0 {
            let level = self.level(full_at, now);
            return Err(Empty { again_in: Duration::from_nanos(beyond), level });
        }
        shard.put(key, full_after, now);
        Ok(self.level(full_after, now))
    }

    fn shard(&self, key: u64) -> Option<&Mutex<Shard>> {
        let mask = u64::try_from(SHARDS - 1).unwrap_or_default();
        self.shards.get(usize::try_from((key >> 32) & mask).unwrap_or_default())
    }

    fn level(&self, full_at: u64, now: u64) -> Level {
        let missing = full_at.saturating_sub(now);
        let left = self.rate.burst.saturating_sub(missing.div_ceil(self.rate.nanos_per_unit));
        Level { left, full_in: Duration::from_nanos(missing) }
    }

    fn nanos(&self, now: Instant) -> u64 {
        let since = now.saturating_duration_since(self.began);
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    }
}

impl Shard {
    fn put(&mut self, key: u64, full_at: u64, now: u64) {
        if self.full_at.len() >= self.prune_at.max(PRUNE_FROM) {
            self.full_at.retain(|_, full_at| *full_at > now);
            if self.full_at.len() >= MOST {
                let mut kept = 0_u8;
                self.full_at.retain(|_, _| {
                    kept = kept.wrapping_add(1);
                    !kept.is_multiple_of(4)
                });
            }
            self.prune_at = (self.full_at.len() * 2).min(MOST);
        }
        self.full_at.insert(key, full_at);
    }
}

/// The keys are hashes already.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(per_second: u32, burst: u32) -> Buckets {
        Buckets::new(Rate::try_new(per_second, Duration::from_secs(1), burst).unwrap())
    }

    #[test]
    fn gives_a_burst_and_then_at_its_rate() {
        let buckets = buckets(10, 5);
        let now = Instant::now();
        for left in (0..5).rev() {
            assert_eq!(buckets.take("a", 1, now).unwrap().left, left);
        }
        let empty = buckets.take("a", 1, now).unwrap_err();
        assert_eq!(empty.again_in, Duration::from_millis(100));
        assert_eq!((empty.level.left, empty.level.full_in), (0, Duration::from_millis(500)));
        let soon = now + Duration::from_millis(99);
        assert!(buckets.take("a", 1, soon).is_err());
        assert!(buckets.take("a", 1, now + Duration::from_millis(100)).is_ok());
        assert_eq!(buckets.take("a", 5, now + Duration::from_mins(1)).unwrap().left, 0);
    }

    #[test]
    fn subjects_have_buckets_of_their_own() {
        let buckets = buckets(1, 1);
        let now = Instant::now();
        assert!(buckets.take(1, 1, now).is_ok() && buckets.take(2, 1, now).is_ok());
        assert!(buckets.take(1, 1, now).is_err());
    }

    #[test]
    fn what_costs_more_than_the_bucket_holds_takes_all_of_it() {
        let buckets = buckets(1, 5);
        let now = Instant::now();
        assert_eq!(buckets.take("a", 50, now).unwrap().left, 0);
        assert!(buckets.take("a", 50, now + Duration::from_secs(4)).is_err());
        assert!(buckets.take("a", 50, now + Duration::from_secs(5)).is_ok());
    }

    #[test]
    fn millions_of_subjects_need_no_more_memory_than_a_million() {
        let buckets = buckets(1, 1);
        let now = Instant::now();
        for subject in 0..2_000_000_u32 {
            assert!(buckets.take(subject, 1, now).is_ok());
        }
        let kept: usize =
            buckets.shards.iter().map(|shard| shard.lock().unwrap().full_at.len()).sum();
        assert!(kept <= SHARDS * MOST, "{kept}");
    }

    #[test]
    fn full_buckets_are_forgotten() {
        let buckets = buckets(1000, 1);
        let began = Instant::now();
        for subject in 0..100_000_u32 {
            let now = began + Duration::from_millis(u64::from(subject));
            assert!(buckets.take(subject, 1, now).is_ok());
        }
        let kept: usize =
            buckets.shards.iter().map(|shard| shard.lock().unwrap().full_at.len()).sum();
        assert!(kept <= SHARDS * PRUNE_FROM, "{kept}");
    }
}
