//! The projection service; see the library.

use std::io::{self, Write};

use clap::Parser;
use projection_service::config::Config;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    if std::env::args_os().any(|argument| argument == "--print-openapi") {
        serde_json::to_writer_pretty(io::stdout().lock(), &projection_service::openapi())?;
        return Ok(io::stdout().write_all(b"\n")?);
    }
    let config = Config::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(projection_service::run(config))
}
