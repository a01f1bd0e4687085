//! The operator's tool: brings the database into shape, verifies and shows the log, takes up what
//! was parked, rebuilds and compares read tables.
//!
//! Exit codes: 0 done, 1 the answer is no (a broken log, a difference), 2 it couldn't be found out.

mod database;
mod log;
mod mail;
mod migrate;
mod parked;
mod print;
mod projection;
mod token_keys;
mod vault;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "fullhouse", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Applies what is missing of the database's shape. Safe to repeat.
    Migrate(migrate::Migrate),
    /// Verifies and shows the log.
    #[command(subcommand)]
    Log(log::Log),
    /// Mails that aren't sent yet, or won't be.
    #[command(subcommand)]
    Mail(mail::Mail),
    /// Events that could not be handled, and all later ones of their streams.
    #[command(subcommand)]
    Parked(parked::Parked),
    /// Read tables, which are folded from the log.
    #[command(subcommand)]
    Projection(projection::Projection),
    /// What is known about people, sealed.
    #[command(subcommand)]
    Vault(vault::Vault),
    /// Public halves of the keys that sign session tokens.
    TokenKeys(token_keys::PrintTokenKeys),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Migrate(command) => command.run().await,
        Command::Log(command) => command.run().await,
        Command::Mail(command) => command.run().await,
        Command::Parked(command) => command.run().await,
        Command::Projection(command) => command.run().await,
        Command::Vault(command) => command.run().await,
        Command::TokenKeys(command) => Ok(command.run()),
    };
    done.unwrap_or_else(|error| {
        print::complaint(&format!("{error:#}"));
        ExitCode::from(2)
    })
}
