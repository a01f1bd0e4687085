//! Connections to PostgreSQL that can't leave anything behind.

use std::time::Duration;

use sqlx::{
    Connection, Executor, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::auth::Seen;

/// Limits of every session: no statement, wait for a lock or idle transaction lasts for ever.
/// Notices are off: nobody here reads them.
pub(crate) const SESSION: [(&str, &str); 4] = [
    ("statement_timeout", "15s"),
    ("lock_timeout", "5s"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("client_min_messages", "error"),
];

/// A connection that was idle for so long is tried out before it is handed out.
const RESTED: Duration = Duration::from_millis(250);

/// Reads connection options from a URL and adds the limits of our sessions. What the URL says
/// itself (`application_name`, `options[…]`) is kept.
///
/// # Errors
///
/// [`sqlx::Error::Configuration`] if the URL can't be read.
pub fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    let options = match options.get_application_name() {
        Some(_) => options,
        None => options.application_name(&program_name()),
    };
    Ok(options.options(SESSION))
}

/// Opens a pool of at most `max` connections and checks that one can be made.
///
/// A request that is dropped inside `begin` can return a connection with an open transaction
/// (sqlx 0.8.4 to 0.9.0), and the next borrower's writes would vanish with it. So every connection
/// is rolled back when it is returned.
///
/// # Errors
///
/// If the URL can't be read or the server can't be reached within five seconds.
pub async fn connect(url: &str, max: u32) -> Result<PgPool, sqlx::Error> {
    pool_options(max).connect_with(options(url)?).await
}

/// The settings of our pools; see [`connect`].
pub fn pool_options(max: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(max)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            // A connection that just worked works; one that rested may have died with its server.
            let rested = meta.idle_for >= RESTED;
            Box::pin(async move { Ok(!rested || connection.ping().await.is_ok()) })
        })
        .after_release(|connection, _| {
            // One message. A ROLLBACK alone would leave a warning in the server's log each time; after
            // BEGIN there is always something to roll back. Inside of a transaction that failed BEGIN
            // is refused, and the connection is closed.
            Box::pin(async move { connection.execute("BEGIN; ROLLBACK").await.map(|_| true) })
        })
}

/// The settings of a pool whose connections show what the [task that takes them](Seen) may see, and
/// nothing to any other. One more message for each time that a connection is taken.
pub fn scoped_pool_options(max: u32) -> PgPoolOptions {
    pool_options(max)
        .after_connect(|connection, _| Box::pin(show(connection)))
        // Also tells whether the connection is alive.
        .before_acquire(|connection, _| Box::pin(async move { Ok(show(connection).await.is_ok()) }))
}

async fn show(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let statements = Seen::current().statements();
    connection.execute(statements.as_str()).await.map(drop)
}

/// The role that answers for an organisation.
pub const READER: &str = "fullhouse_reader";

/// The server could lose what it has acknowledged, or its settings can't be read.
#[derive(Debug, thiserror::Error)]
pub enum NotDurable {
    /// A setting that durability depends on is off.
    #[error("the server runs with {0} = off: acknowledged sales could be lost")]
    SettingOff(String),
    /// The settings can't be read.
    #[error("the server's settings can't be read")]
    Unreadable(#[from] sqlx::Error),
}

/// Checks that the server keeps what it acknowledges.
///
/// # Errors
///
/// [`NotDurable::SettingOff`] if `fsync`, `full_page_writes` or `synchronous_commit` is off.
pub async fn require_durable(pool: &PgPool) -> Result<(), NotDurable> {
    let off: Option<String> = sqlx::query_scalar(
        "SELECT name FROM pg_settings
          WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit') AND setting = 'off'
          ORDER BY name LIMIT 1",
    )
    .fetch_optional(pool)
    .await?;
    off.map_or(Ok(()), |name| Err(NotDurable::SettingOff(name)))
}

fn program_name() -> String {
    let program = std::env::current_exe().ok();
    let name = program.as_deref().and_then(|path| path.file_name()).and_then(|name| name.to_str());
    name.unwrap_or("fullhouse").to_owned()
}
