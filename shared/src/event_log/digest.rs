//! The hash chain: what makes a change of history show.

use sha2::{Digest as _, Sha256};

use super::Shard;
use crate::clock::Timestamp;

/// SHA-256 over the events of one batch in order, each field with its length before it.
#[derive(Default)]
pub(super) struct BatchDigest(Sha256);

/// The fields of one event that the digest covers, as stored.
pub(super) struct Fields<'a> {
    pub(super) stream_type: &'a str,
    pub(super) stream_id: &'a str,
    pub(super) version: i64,
    pub(super) event_type: &'a str,
    pub(super) event_version: &'a str,
    pub(super) payload: &'a str,
    pub(super) metadata: &'a str,
}

impl BatchDigest {
    pub(super) fn add(&mut self, event: &Fields<'_>) {
        self.text(event.stream_type);
        self.text(event.stream_id);
        self.0.update(event.version.to_be_bytes());
        self.text(event.event_type);
        self.text(event.event_version);
        self.text(event.payload);
        self.text(event.metadata);
    }

    pub(super) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }

    fn text(&mut self, text: &str) {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(text);
    }
}

/// The chain before the first batch of a shard, as the migration computes it.
pub(super) fn genesis(shard: Shard) -> [u8; 32] {
    Sha256::digest(format!("fullhouse log, shard {shard}")).into()
}

/// The chain after a batch, as `es.append` computes it: SHA-256 over the chain before, the batch's
/// digest, its last position and its time in microseconds since 1970.
pub(super) fn chain(
    before: &[u8],
    digest: &[u8],
    last_position: i64,
    recorded_at: Timestamp,
) -> [u8; 32] {
    let mut hasher = Sha256::new();
    hasher.update(before);
    hasher.update(digest);
    hasher.update(last_position.to_be_bytes());
    hasher.update(recorded_at.timestamp_micros().to_be_bytes());
    hasher.finalize().into()
}
