//! Token buckets in the memory of this process, one for each subject.
//!
//! Of each bucket only the instant is kept at which it will be full again (GCRA); one that is full
//! needs no memory. Buckets can be shared with other processes: then it is kept besides what was
//! taken here and isn't known elsewhere yet, and [`exchange`](super::exchange) tells it.

use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hash, Hasher, RandomState},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use super::{Rate, exchange::Unsent};

/// Locks, so that threads seldom meet.
const SHARDS: usize = 64;
/// Buckets of a shard that are kept at most. Of more, some are forgotten: full again.
const MOST: usize = 16 * 1024;
/// From so many on it is looked which are full.
const PRUNE_FROM: usize = 256;
/// Of a shared bucket, what part is told once it was taken here, ...
const TOLD_FROM: u64 = 16;
/// ... told at once, ...
const URGENT_FROM: u64 = 8;
/// ... and may be taken before it was told; ...
const UNTOLD_AT_MOST: u64 = 4;
/// ... of small ones so many units.
const UNTOLD_UNITS: u64 = 100;
/// Processes that didn't hear of each other for so long count alone.
const OUT_OF_TOUCH: u64 = 1_000_000_000;
/// Until when it will have been told.
const SOON: Duration = Duration::from_millis(250);

/// The name of a bucket in all processes: a hash.
pub(super) type SharedId = [u8; 16];

/// The buckets of one rate.
#[derive(Debug)]
pub(super) struct Buckets {
    rate: Rate,
    began: Instant,
    // With a key of its own: nobody can choose subjects that meet in one bucket.
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
    sharing: Option<Sharing>,
}

/// How buckets are shared with other processes.
#[derive(Debug)]
struct Sharing {
    /// The limit, the same in all processes.
    name: &'static str,
    /// Called when something should be told at once.
    wake: Arc<Notify>,
    /// When this process last heard of the others, as `nanos` counts.
    heard_at: AtomicU64,
}

/// A bucket that isn't full.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    full_at: u64,
    /// What was taken here and isn't told, in the time that it takes to come back. Never more than
    /// is missing.
    unsent: u64,
    /// What is being told; the sum of all isn't known yet.
    sending: u64,
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
    buckets: HashMap<u64, Bucket, BuildHasherDefault<Hashed>>,
    /// Of which something is to be told.
    due: Vec<(u64, SharedId)>,
    prune_at: usize,
}

impl Buckets {
    pub(super) fn new(rate: Rate) -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { rate, began: Instant::now(), hasher: RandomState::new(), shards, sharing: None }
    }

    /// The same, shared with the processes that have buckets of this name.
    pub(super) fn shared(self, name: &'static str, wake: Arc<Notify>) -> Self {
        Self { sharing: Some(Sharing { name, wake, heard_at: AtomicU64::new(0) }), ..self }
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
        let (key, now) = (self.hasher.hash_one(&subject), self.nanos(now));
        let window = self.window();
        let Some(mut shard) = self.shard(key) else { return Ok(self.level(now, now)) };
        let before = shard.get(key, now);
        let (needed, full_at) = self.room(before, units, now)?;
        let mut after = Bucket { full_at, ..before };
        if let Some(sharing) = &self.sharing {
            after.unsent = before.unsent.saturating_add(needed);
            let passes = |part: u64| before.unsent < window / part && after.unsent >= window / part;
            let is_too_much = before.untold() > 0 && after.untold() > self.untold_at_most();
            if is_too_much && sharing.is_in_touch(now) {
                return Err(Empty { again_in: SOON, level: self.level(before.full_at, now) });
            }
            if passes(TOLD_FROM) {
                shard.due.push((key, sharing.id(&subject)));
            }
            if passes(URGENT_FROM) {
                sharing.wake.notify_one();
            }
        }
        shard.put(key, after, now);
        Ok(self.level(full_at, now))
    }

    /// Whether so many units are left in the bucket of this subject. Takes none.
    pub(super) fn check(&self, subject: impl Hash, units: u32, now: Instant) -> Result<(), Empty> {
        let (key, now) = (self.hasher.hash_one(&subject), self.nanos(now));
        let Some(shard) = self.shard(key) else { return Ok(()) };
        self.room(shard.get(key, now), units, now).map(drop)
    }

    /// What so many units need, and when the bucket would be full without them.
    fn room(&self, before: Bucket, units: u32, now: u64) -> Result<(u64, u64), Empty> {
        let needed = self.rate.nanos_per_unit.saturating_mul(u64::from(units).min(self.rate.burst));
        let full_at = before.full_at.saturating_add(needed);
        let beyond = full_at.saturating_sub(now.saturating_add(self.window()));
        if beyond > 0 {
            let level = self.level(before.full_at, now);
            return Err(Empty { again_in: Duration::from_nanos(beyond), level });
        }
        Ok((needed, full_at))
    }

    /// Takes out what is to be told, of at most so many buckets.
    pub(super) fn take_unsent(&self, at_most: usize) -> Vec<Unsent> {
        let now = self.nanos(Instant::now());
        let mut unsent = Vec::new();
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            while unsent.len() < at_most
                && let Some((key, id)) = shard.due.pop()
            {
                let nanos = shard.get(key, now).unsent;
                if nanos > 0
                    && let Some(bucket) = shard.buckets.get_mut(&key)
                {
                    (bucket.unsent, bucket.sending) = (0, nanos);
                    unsent.push(Unsent { id, key, nanos });
                }
            }
        }
        unsent
    }

    /// Takes back what couldn't be told.
    pub(super) fn put_back(&self, unsent: Vec<Unsent>) {
        let now = self.nanos(Instant::now());
        for Unsent { id, key, nanos } in unsent {
            let Some(mut shard) = self.shard(key) else { continue };
            let bucket = shard.get(key, now);
            let unsent = bucket.unsent.saturating_add(nanos);
            shard.put(key, Bucket { unsent, sending: 0, ..bucket }, now);
            shard.due.push((key, id));
        }
    }

    /// Takes over in what time the buckets of which something was `sent` are full, all processes
    /// taken together.
    pub(super) fn hear(&self, sent: &[Unsent], full_in: &[(SharedId, Duration)]) {
        let now = self.nanos(Instant::now());
        let full_in: HashMap<_, _> = full_in.iter().copied().collect();
        for Unsent { id, key, .. } in sent {
            let Some(mut shard) = self.shard(*key) else { continue };
            let bucket = shard.get(*key, now);
            let missing = full_in.get(id).copied().unwrap_or_default();
            let missing = u64::try_from(missing.as_nanos()).unwrap_or(u64::MAX);
            // What was taken since is known to nobody else.
            let full_at = now.saturating_add(missing).saturating_add(bucket.unsent);
            let full_at = full_at.max(bucket.full_at);
            shard.put(*key, Bucket { full_at, sending: 0, ..bucket }, now);
        }
        if let Some(sharing) = &self.sharing {
            sharing.heard_at.store(now, Ordering::Relaxed);
        }
    }

    fn untold_at_most(&self) -> u64 {
        (self.window() / UNTOLD_AT_MOST).max(self.rate.nanos_per_unit.saturating_mul(UNTOLD_UNITS))
    }

    fn window(&self) -> u64 {
        self.rate.nanos_per_unit.saturating_mul(self.rate.burst)
    }

    fn shard(&self, key: u64) -> Option<MutexGuard<'_, Shard>> {
        let mask = u64::try_from(SHARDS - 1).unwrap_or_default();
        let shard = self.shards.get(usize::try_from((key >> 32) & mask).unwrap_or_default())?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
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

impl Bucket {
    /// What others can't know of.
    fn untold(self) -> u64 {
        self.unsent.saturating_add(self.sending)
    }
}

impl Sharing {
    /// Whether others hear of what is taken here; if not, there is no use in waiting for it.
    fn is_in_touch(&self, now: u64) -> bool {
        let heard_at = self.heard_at.load(Ordering::Relaxed);
        heard_at > 0 && now.saturating_sub(heard_at) < OUT_OF_TOUCH
    }

    /// Says nothing about whom the bucket is for, and is seldom asked for.
    fn id(&self, subject: &impl Hash) -> SharedId {
        let mut hash = Hashing(Sha256::new());
        hash.write(self.name.as_bytes());
        hash.write_u8(0);
        subject.hash(&mut hash);
        let full: [u8; 32] = hash.0.finalize().into();
        full.first_chunk().copied().unwrap_or_default()
    }
}

impl Shard {
    /// A bucket as it is now.
    fn get(&self, key: u64, now: u64) -> Bucket {
        let full = Bucket { full_at: now, unsent: 0, sending: 0 };
        let bucket = self.buckets.get(&key).copied().unwrap_or(full);
        let full_at = bucket.full_at.max(now);
        Bucket { full_at, unsent: bucket.unsent.min(full_at - now), ..bucket }
    }

    fn put(&mut self, key: u64, bucket: Bucket, now: u64) {
        if self.buckets.len() >= self.prune_at.max(PRUNE_FROM) {
            self.buckets.retain(|_, bucket| bucket.full_at > now);
            if self.buckets.len() >= MOST {
                let mut kept = 0_u8;
                self.buckets.retain(|_, _| {
                    kept = kept.wrapping_add(1);
                    !kept.is_multiple_of(4)
                });
            }
            self.prune_at = (self.buckets.len() * 2).min(MOST);
        }
        self.buckets.insert(key, bucket);
    }
}

/// Hashes in the same way in every process.
struct Hashing(Sha256);

impl Hasher for Hashing {
    /// Not what it is for.
    fn finish(&self) -> u64 {
        0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
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
    fn what_is_left_may_be_asked_without_taking_it() {
        let buckets = buckets(10, 1);
        let now = Instant::now();
        assert_eq!((buckets.check("a", 1, now), buckets.check("a", 1, now)), (Ok(()), Ok(())));
        buckets.take("a", 1, now).unwrap();
        assert_eq!(buckets.check("a", 1, now), buckets.take("a", 1, now).map(drop));
        assert!(buckets.check("a", 1, now).is_err());
        assert!(buckets.check("a", 1, now + Duration::from_millis(100)).is_ok());
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
            buckets.shards.iter().map(|shard| shard.lock().unwrap().buckets.len()).sum();
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
            buckets.shards.iter().map(|shard| shard.lock().unwrap().buckets.len()).sum();
        assert!(kept <= SHARDS * PRUNE_FROM, "{kept}");
    }
}
