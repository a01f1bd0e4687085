//! `fullhouse log …`

mod cat;
mod verify;

use std::process::ExitCode;

use clap::Subcommand;

/// Verifies and shows the log.
#[derive(Debug, Subcommand)]
pub enum Log {
    /// Recomputes the hash chain from the stored events; exit code 1 names the first broken batch.
    Verify(verify::Verify),
    /// Prints the events of a stream, one JSON object a line.
    Cat(cat::Cat),
}

impl Log {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Verify(command) => command.run().await,
            Self::Cat(command) => command.run().await,
        }
    }
}
