//! Tells readers that there is more to read.

use std::{sync::Arc, time::Duration};

use sqlx::{ConnectOptions, PgConnection, PgPool, postgres::PgConnectOptions};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};

/// The channel that readers listen on.
pub const CHANNEL: &str = "es";

/// Pause after a notification. A notification inside the append would make all commits of the
/// server wait for each other, so one task sends them afterwards, and not for each commit.
const PAUSE: Duration = Duration::from_millis(20);
const LIMIT: Duration = Duration::from_secs(5);

/// Sends notifications from a task of its own until the last clone is gone.
#[derive(Clone, Debug)]
pub(super) struct Notifier {
    pending: Arc<Pending>,
}

#[derive(Debug)]
struct Pending {
    wake: Arc<Notify>,
    task: tokio::task::AbortHandle,
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Notifier {
    pub(super) fn start(pool: &PgPool) -> Self {
        let wake = Arc::new(Notify::new());
        let task = tokio::spawn(run(pool.connect_options(), wake.clone())).abort_handle();
        Self { pending: Arc::new(Pending { wake, task }) }
    }

    /// Something was committed.
    pub(super) fn notify(&self) {
        self.pending.wake.notify_one();
    }
}

async fn run(options: Arc<PgConnectOptions>, wake: Arc<Notify>) {
    let mut connection = None;
    loop {
        wake.notified().await;
        // Readers also poll, so a notification that can't be sent is only late news.
        match timeout(LIMIT, send(&options, connection.take())).await {
            Ok(Ok(open)) => connection = Some(open),
            Ok(Err(error)) => tracing::warn!(%error, "readers of the log were not notified"),
            Err(_) => tracing::warn!("readers of the log were not notified in time"),
        }
        sleep(PAUSE).await;
    }
}

async fn send(
    options: &PgConnectOptions,
    connection: Option<PgConnection>,
) -> Result<PgConnection, sqlx::Error> {
    let mut connection = match connection {
        Some(connection) => connection,
        None => options.connect().await?,
    };
    sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(&mut connection).await?;
    Ok(connection)
}
