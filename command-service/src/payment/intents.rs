//! `payment.intents`: what we asked the provider to collect.

use shared::{
    clock::Timestamp,
    id::{EventId, PaymentId, ReservationId},
    money::{Currency, Money},
};
use sqlx::{FromRow, PgPool, Row, postgres::PgRow};

use super::STRIPE;

/// An intent as we know it.
#[derive(Clone, Debug)]
pub(super) struct KnownIntent {
    pub reference: String,
    pub event_id: EventId,
    pub reservation_id: ReservationId,
    pub payment_id: PaymentId,
    /// What is due.
    pub amount: Money,
    pub status: KnownStatus,
    /// The last failed attempt that the box office was told of.
    pub failed_attempt: Option<String>,
    pub created_at: Timestamp,
}

/// How far an intent is settled on our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownStatus {
    /// Money may still come.
    Open,
    /// The box office was told that money came.
    Succeeded,
    /// No money can come.
    Canceled,
}

impl KnownStatus {
    fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
        }
    }

    fn parse(name: &str) -> Result<Self, sqlx::Error> {
        match name {
            "open" => Ok(Self::Open),
            "succeeded" => Ok(Self::Succeeded),
            "canceled" => Ok(Self::Canceled),
            other => Err(sqlx::Error::Decode(format!("no status of an intent: {other}").into())),
        }
    }
}

impl FromRow<'_, PgRow> for KnownIntent {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            reference: row.try_get("payment_reference")?,
            event_id: EventId::new(row.try_get("event_id")?),
            reservation_id: ReservationId::new(row.try_get("reservation_id")?),
            payment_id: PaymentId::new(row.try_get("payment_id")?),
            amount: money(row)?,
            status: KnownStatus::parse(row.try_get("status")?)?,
            failed_attempt: row.try_get("failed_attempt")?,
            created_at: row.try_get("created_at")?,
        })
    }
}

/// Reads the columns `amount_minor` and `currency`.
pub(super) fn money(row: &PgRow) -> Result<Money, sqlx::Error> {
    let currency = Currency::parse(row.try_get("currency")?);
    let currency = currency.map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Money::new(row.try_get("amount_minor")?, currency))
}

/// Stores an open intent. False if the reservation has another open one.
pub(super) async fn insert(
    pool: &PgPool,
    intent: &KnownIntent,
    check_at: Timestamp,
) -> Result<bool, sqlx::Error> {
    // An intent that is known already stays as it is.
    let kept: Option<i32> = sqlx::query_scalar(
        "WITH inserted AS (
            INSERT INTO payment.intents (provider, payment_reference, event_id, reservation_id,
                payment_id, amount_minor, currency, status, created_at, check_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT DO NOTHING RETURNING 1)
         SELECT 1 FROM inserted UNION ALL
         SELECT 1 FROM payment.intents WHERE provider = $1 AND payment_reference = $2 LIMIT 1",
    )
    .bind(STRIPE)
    .bind(&intent.reference)
    .bind(intent.event_id.uuid())
    .bind(intent.reservation_id.uuid())
    .bind(intent.payment_id.uuid())
    .bind(intent.amount.amount)
    .bind(intent.amount.currency.code())
    .bind(intent.status.name())
    .bind(intent.created_at)
    .bind(check_at)
    .fetch_optional(pool)
    .await?;
    Ok(kept.is_some())
}

/// The intent with this name at the provider.
pub(super) async fn find(
    pool: &PgPool,
    reference: &str,
) -> Result<Option<KnownIntent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT payment_reference, event_id, reservation_id, payment_id, amount_minor, currency,
                status, failed_attempt, created_at
           FROM payment.intents WHERE provider = $1 AND payment_reference = $2",
    )
    .bind(STRIPE)
    .bind(reference)
    .fetch_optional(pool)
    .await
}

/// Those of these intents that we know.
pub(super) async fn find_all(
    pool: &PgPool,
    references: &[&str],
) -> Result<Vec<KnownIntent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT payment_reference, event_id, reservation_id, payment_id, amount_minor, currency,
                status, failed_attempt, created_at
           FROM payment.intents WHERE provider = $1 AND payment_reference = ANY($2)",
    )
    .bind(STRIPE)
    .bind(references)
    .fetch_all(pool)
    .await
}

/// The open intent of a reservation, else its newest.
pub(super) async fn of_reservation(
    pool: &PgPool,
    reservation_id: ReservationId,
) -> Result<Option<KnownIntent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT payment_reference, event_id, reservation_id, payment_id, amount_minor, currency,
                status, failed_attempt, created_at
           FROM payment.intents WHERE provider = $1 AND reservation_id = $2
          ORDER BY status = 'open' DESC, created_at DESC LIMIT 1",
    )
    .bind(STRIPE)
    .bind(reservation_id.uuid())
    .fetch_optional(pool)
    .await
}

/// Open intents that are to be looked up at the provider, the most urgent first.
pub(super) async fn to_check(
    pool: &PgPool,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<KnownIntent>, sqlx::Error> {
    sqlx::query_as(
        "SELECT payment_reference, event_id, reservation_id, payment_id, amount_minor, currency,
                status, failed_attempt, created_at
           FROM payment.intents WHERE provider = $1 AND status = 'open' AND check_at <= $2
          ORDER BY check_at LIMIT $3",
    )
    .bind(STRIPE)
    .bind(now)
    .bind(limit)
    .fetch_all(pool)
    .await
}

/// Looks at an open intent again later.
pub(super) async fn check_again(
    pool: &PgPool,
    reference: &str,
    check_at: Timestamp,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE payment.intents SET check_at = $3
          WHERE provider = $1 AND payment_reference = $2 AND status = 'open'",
    )
    .bind(STRIPE)
    .bind(reference)
    .bind(check_at)
    .execute(pool)
    .await?;
    Ok(())
}

/// The box office was told that money came; stores the intent if it wasn't known.
pub(super) async fn succeeded(pool: &PgPool, intent: &KnownIntent) -> Result<(), sqlx::Error> {
    sqlx::query(
        "INSERT INTO payment.intents (provider, payment_reference, event_id, reservation_id,
            payment_id, amount_minor, currency, status, created_at, check_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'succeeded', $8, $8)
         ON CONFLICT (provider, payment_reference) DO UPDATE SET status = 'succeeded'",
    )
    .bind(STRIPE)
    .bind(&intent.reference)
    .bind(intent.event_id.uuid())
    .bind(intent.reservation_id.uuid())
    .bind(intent.payment_id.uuid())
    .bind(intent.amount.amount)
    .bind(intent.amount.currency.code())
    .bind(intent.created_at)
    .execute(pool)
    .await?;
    Ok(())
}

/// No money can come any more.
pub(super) async fn canceled(pool: &PgPool, reference: &str) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE payment.intents SET status = 'canceled'
          WHERE provider = $1 AND payment_reference = $2 AND status = 'open'",
    )
    .bind(STRIPE)
    .bind(reference)
    .execute(pool)
    .await?;
    Ok(())
}

/// The box office was told of a failed attempt.
pub(super) async fn failed(
    pool: &PgPool,
    reference: &str,
    attempt: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "UPDATE payment.intents SET failed_attempt = $3
          WHERE provider = $1 AND payment_reference = $2",
    )
    .bind(STRIPE)
    .bind(reference)
    .bind(attempt)
    .execute(pool)
    .await?;
    Ok(())
}
