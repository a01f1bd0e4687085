//! Stores every requested refund once, in the transaction of the checkpoint.
//!
//! No provider is called here: one that is down must not hold the log up, and a stored refund is
//! never given up or parked.

use std::sync::Arc;

use shared::{
    event_log::{
        RecordedEvent,
        subscription::{HandleError, Subscriber},
    },
    events::box_office::{BoxOfficeEvent, Provider},
};
use sqlx::PgConnection;

use super::super::{Payments, STRIPE};

/// Follows the log for requested refunds. Its checkpoints are never reset: it is no projection.
pub struct RefundPolicy {
    payments: Payments,
}

impl RefundPolicy {
    pub(in super::super) fn new(payments: Payments) -> Self {
        Self { payments }
    }

    async fn store(
        &self,
        tx: &mut PgConnection,
        recorded: &RecordedEvent,
    ) -> Result<(), HandleError> {
        let BoxOfficeEvent::RefundRequested {
            reservation_id,
            provider,
            payment_reference,
            amount_minor,
            currency,
            reason,
        } = recorded.box_office()?
        else {
            return Ok(());
        };
        match provider {
            Provider::Stripe => {}
            Provider::None => {
                return Err(HandleError::Impossible("nobody to refund by".to_owned()));
            }
        }
        sqlx::query(
            "INSERT INTO payment.refunds (provider, payment_reference, reservation_id, event_id,
                amount_minor, currency, reason, cause, trace_id, requested_at, next_attempt_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
             ON CONFLICT (provider, payment_reference, reservation_id) DO NOTHING",
        )
        .bind(STRIPE)
        .bind(payment_reference)
        .bind(reservation_id.uuid())
        .bind(recorded.stream_id)
        .bind(amount_minor)
        .bind(currency.code())
        .bind(format!("{reason:?}"))
        .bind(recorded.log_position.to_string())
        .bind(recorded.metadata()?.trace_id)
        .bind(recorded.at()?)
        .bind(self.payments.inner.clock.now())
        .execute(tx)
        .await?;
        Ok(())
    }
}

impl Subscriber for RefundPolicy {
    fn name(&self) -> &'static str {
        "refund"
    }

    fn version(&self) -> i32 {
        1
    }

    fn wanted(&self) -> Option<&'static [&'static str]> {
        Some(&["RefundRequested"])
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[Arc<RecordedEvent>],
    ) -> Result<(), HandleError> {
        for recorded in batch {
            self.store(tx, recorded).await?;
        }
        // They are seen once the transaction is through: at the next poll at the latest.
        self.payments.inner.refund_requested.notify_one();
        Ok(())
    }
}
