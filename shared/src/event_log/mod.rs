//! The log: the append-only table of all recorded facts, in 16 shards.
//!
//! Writing: [`EventLog::append`] merges what is waiting for a shard into one transaction. Reading:
//! [`read`] for streams and shards, [`subscription`] for whatever follows the log. Checking: [`verify`]
//! recomputes the hash chain.

mod append;
mod batch;
mod digest;
mod lanes;
mod metadata;
mod notify;
mod position;
pub mod read;
mod recorded;
pub mod subscription;
pub mod verify;
mod writer;

pub use append::{AppendError, Appended, EventLog, NewEvent, StreamAppend};
pub use lanes::{Lanes, NotLanes};
pub use metadata::Metadata;
pub use position::{LogPosition, ParsePositionError, Shard, StreamId};
pub use read::ReadError;
pub use recorded::{DecodeError, RecordedEvent};
