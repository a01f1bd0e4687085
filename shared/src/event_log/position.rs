//! Where a recorded fact stands: shard, stream, position.

use std::{fmt, str::FromStr};

use uuid::Uuid;

/// One of the 16 slices of the log. Everything about one stream is in one shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(i16);

impl Shard {
    /// How many shards there are.
    pub const COUNT: usize = 16;

    /// The shard of a stream: the low four bits of its id's last byte.
    pub fn of(stream_id: Uuid) -> Self {
        let [.., last] = stream_id.into_bytes();
        Self(i16::from(last & 15))
    }

    /// All shards in order.
    pub fn all() -> impl ExactSizeIterator<Item = Self> + Clone {
        const ALL: [i16; Shard::COUNT] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
        ALL.into_iter().map(Self)
    }

    /// The shard of this number, if there is one.
    pub fn try_new(number: i16) -> Option<Self> {
        (0..16).contains(&number).then_some(Self(number))
    }

    /// 0 to 15, as stored.
    pub const fn number(self) -> i16 {
        self.0
    }

    /// 0 to 15, for arrays with one element per shard.
    pub fn index(self) -> usize {
        usize::from(self.0.unsigned_abs())
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names a stream: the history of one aggregate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StreamId {
    /// The kind of aggregate, for example `box_office`.
    pub stream_type: &'static str,
    /// The aggregate's id.
    pub id: Uuid,
}

impl StreamId {
    /// The shard this stream is in.
    pub fn shard(&self) -> Shard {
        Shard::of(self.id)
    }
}

/// A place in the log. Positions of one shard have no gaps and are in commit order; positions of
/// different shards say nothing about each other, so there is no order between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LogPosition {
    pub shard: Shard,
    /// From 1; 0 is before the first event.
    pub position: i64,
}

impl fmt::Display for LogPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.shard, self.position)
    }
}

/// The text isn't `shard:position`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a log position is a shard from 0 to 15 and a position from 0, as in 7:1234")]
pub struct ParsePositionError;

impl FromStr for LogPosition {
    type Err = ParsePositionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (shard, position) = text.split_once(':').ok_or(ParsePositionError)?;
        let shard = number(shard).and_then(|n| i16::try_from(n).ok()).and_then(Shard::try_new);
        let position = number(position);
        shard
            .zip(position)
            .map(|(shard, position)| Self { shard, position })
            .ok_or(ParsePositionError)
    }
}

/// Digits only: no sign, no spaces.
fn number(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shard_is_the_last_hexadecimal_digit_of_the_id() {
        let id: Uuid = "0190a000-0000-7000-8000-0000000000fb".parse().unwrap();
        assert_eq!(Shard::of(id).number(), 11);
        assert_eq!(Shard::of(id).index(), 11);
    }

    #[test]
    fn there_are_sixteen_shards_and_no_more() {
        assert_eq!(Shard::all().len(), Shard::COUNT);
        assert_eq!(Shard::try_new(15).map(Shard::number), Some(15));
        assert_eq!(Shard::try_new(16), None);
        assert_eq!(Shard::try_new(-1), None);
    }

    #[test]
    fn a_position_is_read_as_it_is_written() {
        let position = LogPosition { shard: Shard(7), position: 1234 };
        assert_eq!(position.to_string(), "7:1234");
        assert_eq!("7:1234".parse(), Ok(position));
    }

    #[test]
    fn what_is_no_position_is_refused() {
        for text in ["", "7", "7:", ":1", "16:1", "-1:1", "7:-1", "7:+1", "7: 1", "7:1:1"] {
            assert_eq!(text.parse::<LogPosition>(), Err(ParsePositionError), "{text}");
        }
        assert_eq!("7:99999999999999999999".parse::<LogPosition>(), Err(ParsePositionError));
    }
}
