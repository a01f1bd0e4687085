//! Work inside this process that may use all cores, beside the single-threaded runtime that
//! starts and stops everything.

use std::future::Future;

use anyhow::Context;

/// Runs `work` on a multi-threaded runtime of its own and waits for it.
///
/// # Errors
///
/// Those of `work`.
pub async fn run<T, F>(work: F) -> anyhow::Result<T>
where
    T: Send + 'static,
    F: Future<Output = anyhow::Result<T>> + Send + 'static,
{
    let run = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let result = runtime.block_on(work);
        runtime.shutdown_background();
        result
    };
    tokio::task::spawn_blocking(run).await.context("the work failed")?
}
