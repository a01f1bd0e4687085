//! Runs the mailbox until it is told to stop.

use std::{net::SocketAddr, path::PathBuf};

use clap::Parser;
use mailbox::{RunningMailbox, Settings};
use shared::{clock::Clock, config::LogArgs};
use tokio::signal::unix::{SignalKind, signal};

/// A mailbox to try things out with: takes every mail, delivers none, shows them all.
#[derive(Parser)]
struct Arguments {
    /// Where the page is.
    #[arg(long, env = "FULLHOUSE_LISTEN", default_value = "127.0.0.1:8025")]
    listen: SocketAddr,
    /// Where mail is taken by SMTP.
    #[arg(long, env = "FULLHOUSE_SMTP_LISTEN", default_value = "127.0.0.1:1025")]
    smtp_listen: SocketAddr,
    /// A folder for the mails, so that they outlive a restart.
    #[arg(long, env = "FULLHOUSE_MAILBOX_FOLDER")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    log: LogArgs,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    shared::telemetry::install(&arguments.log)?;
    let settings =
        Settings { smtp: arguments.smtp_listen, page: arguments.listen, folder: arguments.folder };
    let mailbox = RunningMailbox::start(settings, Clock::system()).await?;
    tracing::info!(smtp = %mailbox.smtp_address(), page = mailbox.page_url(), "the mailbox is open");
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    mailbox.stop().await;
    Ok(())
}
