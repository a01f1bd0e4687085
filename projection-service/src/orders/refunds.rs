//! Money that was given back, for whoever runs the platform.

use chrono::NaiveDate;
use shared::{clock::Timestamp, money::Currency};
use sqlx::PgPool;

use crate::{query_error::QueryError, unreadable::Unreadable};

/// What was given back in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenBack {
    pub currency: Currency,
    pub payments: i64,
    pub amount_minor: i64,
}

/// What was given back on each day (UTC) from an instant to another, by currency, in order. It counts on
/// the day on which it was decided.
///
/// # Errors
///
/// [`QueryError`].
pub async fn by_day(
    pool: &PgPool,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<(NaiveDate, GivenBack)>, QueryError> {
    let rows: Vec<(NaiveDate, String, i64, i64)> = sqlx::query_as(
        "SELECT (at AT TIME ZONE 'UTC')::date AS day, currency, count(*),
                sum(amount_minor)::bigint
           FROM read.order_steps
          WHERE kind = 'refund_requested' AND at >= $1 AND at < $2
          GROUP BY 1, 2 ORDER BY 1, 2",
    )
    .bind(from)
    .bind(to)
    .fetch_all(pool)
    .await?;
    let given_back = |(day, code, payments, amount_minor): (NaiveDate, String, i64, i64)| {
        let currency = Currency::parse(&code).map_err(|_| Unreadable::new("currency", code))?;
        Ok((day, GivenBack { currency, payments, amount_minor }))
    };
    rows.into_iter().map(given_back).collect()
}
