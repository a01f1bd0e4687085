//! An HTTP server that does nothing: what is left when our own work is taken away.

use std::{net::SocketAddr, path::Path};

use axum::{Router, http::header, routing::get};
use bytes::Bytes;

use crate::platform::Program;

/// The command-line word under which this program is the server.
pub const CONSTANT_HANDLER: &str = "constant-handler";

/// Where it answers.
pub const PATH: &str = "/constant";

/// Starts the server as a process of its own, as ours are.
///
/// # Errors
///
/// If this program can't be started again.
pub async fn constant_handler(body: &str, logs: &Path) -> anyhow::Result<(Program, SocketAddr)> {
    let address = crate::platform::free_address()?;
    let settings =
        [("FULLHOUSE_LISTEN", address.to_string()), ("FULLHOUSE_BENCH_CONSTANT", body.to_owned())];
    let program = std::env::current_exe()?;
    let mut program =
        Program::start(&program, "constant-handler", &[CONSTANT_HANDLER], &settings, logs)?;
    program.ready(address, PATH).await?;
    Ok((program, address))
}

/// Answers every request with the same JSON, for ever.
///
/// # Errors
///
/// If the address is taken.
pub async fn serve_constant(address: SocketAddr, body: String) -> anyhow::Result<()> {
    let body = Bytes::from(body);
    let answer = move || {
        let body = body.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], body) }
    };
    let listener = tokio::net::TcpListener::bind(address).await?;
    let listener = axum::serve::ListenerExt::tap_io(listener, |stream| {
        // an answer must not wait for the next one
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, Router::new().route(PATH, get(answer))).await?;
    Ok(())
}
