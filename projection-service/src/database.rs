//! Connections to PostgreSQL for what this service does with it.

use shared::postgres;
use sqlx::{PgPool, postgres::PgConnectOptions};

/// Folds find their rows by key, however many a batch has. The planner knows neither how large a
/// batch is nor that a table filled a second ago has a million rows, and would read all of it.
const BY_KEY: [(&str, &str); 5] = [
    ("plan_cache_mode", "force_generic_plan"),
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("jit", "off"),
];

/// A pool for folding; connects when needed.
pub fn folding_pool(options: PgConnectOptions, max: u32) -> PgPool {
    postgres::pool_options(max).connect_lazy_with(options.options(BY_KEY))
}

/// A pool for answers to organizers and buyers: shows what the task that takes a connection may see.
/// Connects when needed.
pub fn scoped_pool(options: PgConnectOptions, max: u32) -> PgPool {
    let options = options.options([("role", postgres::READER)]);
    postgres::scoped_pool_options(max).connect_lazy_with(options)
}
