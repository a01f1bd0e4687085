//! The command service as a program.

use std::io::Write;

use clap::Parser;
use command_service::config::Config;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    // Documentation needs neither settings nor a database.
    if std::env::args().nth(1).as_deref() == Some("--print-openapi") {
        let document = serde_json::to_string_pretty(&command_service::openapi())?;
        return Ok(writeln!(std::io::stdout(), "{document}")?);
    }
    rustls::crypto::ring::default_provider()
        .install_default()
        .map_err(|_| anyhow::anyhow!("a TLS provider is installed already"))?;
    let config = Config::parse();
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(command_service::run(config))
}
