//! `payment.refunds`: drained to the provider, and back to the box office, until each is settled.

use chrono::TimeDelta;
use shared::{
    events::box_office::Provider,
    id::{EventId, ReservationId},
    money::Money,
};
use sqlx::{FromRow, Row, postgres::PgRow};
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::super::{
    Payments, STRIPE,
    intents::money,
    stripe::{CreateRefund, StripeError},
};
use crate::{
    box_office::{BoxOfficeCommand, order::SettleRefund},
    runtime::{CommandContext, ExecuteError},
    waiting::{self, LEASE, Waiting},
};

const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(600);
/// From this attempt on (after a good quarter of an hour) someone must look at it.
const ATTEMPTS_BEFORE_ALARM: i32 = 10;

/// A refund that isn't settled.
pub(super) struct WaitingRefund {
    payment_reference: String,
    reservation_id: ReservationId,
    event_id: EventId,
    amount: Money,
    cause: String,
    trace_id: String,
    attempts: i32,
    refund_reference: Option<String>,
}

impl FromRow<'_, PgRow> for WaitingRefund {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            payment_reference: row.try_get("payment_reference")?,
            reservation_id: ReservationId::new(row.try_get("reservation_id")?),
            event_id: EventId::new(row.try_get("event_id")?),
            amount: money(row)?,
            cause: row.try_get("cause")?,
            trace_id: row.try_get("trace_id")?,
            attempts: row.try_get("attempts")?,
            refund_reference: row.try_get("refund_reference")?,
        })
    }
}

#[derive(Debug, Error)]
enum RefundError {
    #[error(transparent)]
    Provider(#[from] StripeError),
    #[error(transparent)]
    BoxOffice(#[from] ExecuteError),
    #[error("the database can't be used")]
    Database(#[from] sqlx::Error),
}

impl Payments {
    /// Sends requested refunds to the provider until `stop`.
    pub(in super::super) async fn run_refunds(self, stop: CancellationToken) {
        waiting::run(Outbox(self), stop).await;
    }

    async fn settle_refund(&self, refund: &WaitingRefund) -> Result<(), RefundError> {
        let refund_reference = match &refund.refund_reference {
            Some(reference) => reference.clone(),
            None => self.send_refund(refund).await?,
        };
        let command = BoxOfficeCommand::SettleRefund(SettleRefund {
            reservation_id: refund.reservation_id,
            provider: Provider::Stripe,
            payment_reference: refund.payment_reference.clone(),
            refund_reference,
            amount_minor: refund.amount.amount,
        });
        let cause = format!("{} {} refunded", refund.payment_reference, refund.reservation_id);
        let context = CommandContext {
            trace_id: refund.trace_id.clone(),
            causation: Some(format!("policy/refund {}", refund.cause)),
            ..self.context(&cause)
        };
        self.inner.offices.execute(refund.event_id, command, context).await?;
        Ok(())
    }

    async fn send_refund(&self, refund: &WaitingRefund) -> Result<String, RefundError> {
        let create = CreateRefund {
            payment_reference: refund.payment_reference.clone(),
            reservation_id: refund.reservation_id,
            amount: refund.amount,
        };
        let taken = self.inner.stripe.refund(&create).await?;
        sqlx::query(
            "UPDATE payment.refunds SET refund_reference = $4
              WHERE provider = $1 AND payment_reference = $2 AND reservation_id = $3",
        )
        .bind(STRIPE)
        .bind(&refund.payment_reference)
        .bind(refund.reservation_id.uuid())
        .bind(&taken.reference)
        .execute(&self.inner.pool)
        .await?;
        Ok(taken.reference)
    }

    async fn refund_settled(&self, refund: &WaitingRefund) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE payment.refunds SET settled_at = $4, last_error = NULL
              WHERE provider = $1 AND payment_reference = $2 AND reservation_id = $3",
        )
        .bind(STRIPE)
        .bind(&refund.payment_reference)
        .bind(refund.reservation_id.uuid())
        .bind(self.inner.clock.now())
        .execute(&self.inner.pool)
        .await?;
        Ok(())
    }

    async fn refund_waits(&self, refund: &WaitingRefund, error: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE payment.refunds SET next_attempt_at = $4, last_error = $5
              WHERE provider = $1 AND payment_reference = $2 AND reservation_id = $3",
        )
        .bind(STRIPE)
        .bind(&refund.payment_reference)
        .bind(refund.reservation_id.uuid())
        .bind(self.inner.clock.now() + waiting::pause(refund.attempts, LONGEST_PAUSE))
        .bind(error)
        .execute(&self.inner.pool)
        .await?;
        Ok(())
    }
}

#[derive(Clone)]
struct Outbox(Payments);

impl Waiting for Outbox {
    type Row = WaitingRefund;

    const AT_ONCE: usize = 16;
    const WHAT: &'static str = "refunds";

    fn news(&self) -> &Notify {
        &self.0.inner.refund_requested
    }

    async fn take(&self, limit: i64) -> Result<Vec<WaitingRefund>, sqlx::Error> {
        let now = self.0.inner.clock.now();
        sqlx::query_as(
            "UPDATE payment.refunds SET next_attempt_at = $3, attempts = attempts + 1
              WHERE (provider, payment_reference, reservation_id) IN (
                SELECT provider, payment_reference, reservation_id FROM payment.refunds
                 WHERE provider = $1 AND settled_at IS NULL AND next_attempt_at <= $2
                 ORDER BY next_attempt_at LIMIT $4 FOR UPDATE SKIP LOCKED)
             RETURNING payment_reference, reservation_id, event_id, amount_minor, currency, cause,
                trace_id, attempts, refund_reference",
        )
        .bind(STRIPE)
        .bind(now)
        .bind(now + LEASE)
        .bind(limit)
        .fetch_all(&self.0.inner.pool)
        .await
    }

    async fn work(self, refund: WaitingRefund) -> Result<(), sqlx::Error> {
        match self.0.settle_refund(&refund).await {
            Ok(()) => self.0.refund_settled(&refund).await,
            Err(error) => {
                let (attempts, reference) = (refund.attempts, &refund.payment_reference);
                metrics::counter!("payment_refund_failures_total").increment(1);
                if attempts < ATTEMPTS_BEFORE_ALARM {
                    tracing::warn!(%error, attempts, reference, "a refund waits");
                } else {
                    tracing::error!(%error, attempts, reference, "a refund doesn't get through");
                }
                self.0.refund_waits(&refund, &error.to_string()).await
            }
        }
    }
}
