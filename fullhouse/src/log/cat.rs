//! `fullhouse log cat`

use std::{process::ExitCode, str::FromStr};

use anyhow::{Context, bail};
use clap::Args;
use serde::Serialize;
use serde_json::value::RawValue;
use shared::{
    clock::Timestamp,
    event_log::{LogPosition, RecordedEvent, StreamId, read},
    events::box_office,
};

use crate::{database::Database, print};

/// Events read at once.
const PAGE: i64 = 1000;

/// Prints the events of a stream in order, one JSON object a line.
#[derive(Debug, Args)]
pub struct Cat {
    #[command(flatten)]
    database: Database,
    /// The stream as TYPE/ID, for example `box_office/0190a000-0000-7000-8000-000000000001`.
    #[arg(long, value_parser = parse_stream)]
    stream: StreamId,
    /// The last event: a version (`17`), a log position (`7:1234`) or the instant of a decision
    /// (`2027-01-02T03:04:05Z`); inclusive.
    #[arg(long)]
    until: Option<Until>,
}

/// Where to stop, inclusive.
#[derive(Clone, Copy, Debug)]
enum Until {
    Version(i64),
    Position(LogPosition),
    Instant(Timestamp),
}

impl FromStr for Until {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(version) = text.parse() {
            return Ok(Self::Version(version));
        }
        if let Ok(position) = text.parse() {
            return Ok(Self::Position(position));
        }
        let instant = text.parse().context("neither a version nor a position nor an instant")?;
        Ok(Self::Instant(instant))
    }
}

impl Until {
    fn includes(self, event: &RecordedEvent) -> anyhow::Result<bool> {
        Ok(match self {
            Self::Version(version) => event.version <= version,
            Self::Position(until) => {
                if until.shard != event.log_position.shard {
                    bail!("the stream is in shard {}", event.log_position.shard);
                }
                event.log_position.position <= until.position
            }
            Self::Instant(instant) => event.at()? <= instant,
        })
    }
}

#[derive(Serialize)]
struct Line<'a> {
    position: String,
    version: i64,
    recorded_at: Timestamp,
    event_type: &'a str,
    event_version: &'a str,
    payload: &'a RawValue,
    metadata: &'a RawValue,
}

impl Cat {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let pool = self.database.pool()?;
        let mut after = 0;
        loop {
            let events = read::stream(&pool, self.stream, after, PAGE).await?;
            for event in &events {
                if !self.until.map_or(Ok(true), |until| until.includes(event))? {
                    return Ok(ExitCode::SUCCESS);
                }
                print::line(&line(event)?);
                after = event.version;
            }
            if events.is_empty() {
                return Ok(ExitCode::SUCCESS);
            }
        }
    }
}

fn line(event: &RecordedEvent) -> anyhow::Result<String> {
    Ok(serde_json::to_string(&Line {
        position: event.log_position.to_string(),
        version: event.version,
        recorded_at: event.recorded_at,
        event_type: &event.event_type,
        event_version: &event.event_version,
        payload: serde_json::from_str(&event.payload)?,
        metadata: serde_json::from_str(&event.metadata)?,
    })?)
}

fn parse_stream(text: &str) -> anyhow::Result<StreamId> {
    let (stream_type, id) = text.split_once('/').context("a stream is TYPE/ID")?;
    if stream_type != box_office::STREAM_TYPE {
        bail!("there are streams of type {}", box_office::STREAM_TYPE);
    }
    let id = id.parse().context("the id is no UUID")?;
    Ok(StreamId { stream_type: box_office::STREAM_TYPE, id })
}
