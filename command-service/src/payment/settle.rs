//! What became of an intent, told to the box office. The same path for webhooks and reconciliation.

use shared::{events::box_office::Provider, money::Money};
use thiserror::Error;

use super::{
    Payments,
    intents::{self, KnownIntent, KnownStatus},
    quarantine::Quarantine,
    stripe::{Failure, Intent, IntentStatus, StripeError},
};
use crate::{
    box_office::{
        BoxOfficeCommand,
        order::{RecordPayment, RecordPaymentFailure},
    },
    runtime::ExecuteError,
};

/// Nothing is settled yet; it may be repeated.
#[derive(Debug, Error)]
pub enum SettleError {
    /// It may be stored a moment later.
    #[error("the intent isn't stored here (yet)")]
    UnknownIntent,
    #[error("the database can't be used")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Provider(#[from] StripeError),
    #[error(transparent)]
    BoxOffice(ExecuteError),
}

/// What to do about an intent that we didn't store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unknown {
    /// It may be stored a moment later.
    Wait,
    /// It never will be: our database has lost it. What we wrote on it must do.
    Adopt,
}

/// What came of it, apart from its being settled.
pub(super) type Settled = Result<(), Quarantine>;

impl Payments {
    /// Tells the box office what became of an intent. Repeating it changes nothing.
    pub(super) async fn settle(
        &self,
        intent: &Intent,
        unknown: Unknown,
    ) -> Result<Settled, SettleError> {
        if intent.livemode != self.inner.stripe.is_live() {
            return Ok(Err(Quarantine::WrongMode));
        }
        let Some(known) = intents::find(&self.inner.pool, &intent.reference).await? else {
            return self.settle_unknown(intent, unknown).await;
        };
        if known.status == KnownStatus::Succeeded {
            return Ok(Ok(()));
        }
        match (intent.status, intent.failure()) {
            (IntentStatus::Succeeded, _) => self.settle_success(intent, &known).await,
            (IntentStatus::Canceled, _) => {
                intents::canceled(&self.inner.pool, &intent.reference).await?;
                Ok(Ok(()))
            }
            (IntentStatus::RequiresPaymentMethod, Some(failure)) => {
                self.settle_failure(&known, failure).await
            }
            (
                IntentStatus::RequiresPaymentMethod
                | IntentStatus::RequiresConfirmation
                | IntentStatus::RequiresAction
                | IntentStatus::RequiresCapture
                | IntentStatus::Processing
                | IntentStatus::Unknown,
                _,
            ) => Ok(Ok(())),
        }
    }

    /// Money for something we didn't store: what we wrote on the intent says what it is for.
    async fn settle_unknown(
        &self,
        intent: &Intent,
        unknown: Unknown,
    ) -> Result<Settled, SettleError> {
        let Some(purpose) = intent.purpose() else {
            tracing::info!(payment_reference = intent.reference, "someone else's intent");
            return Ok(Ok(()));
        };
        if intent.status != IntentStatus::Succeeded {
            return Ok(Ok(()));
        }
        match unknown {
            Unknown::Wait => return Err(SettleError::UnknownIntent),
            Unknown::Adopt => {}
        }
        let Ok(amount) = intent.amount() else {
            return Ok(Err(Quarantine::NotRepresentable));
        };
        let known = KnownIntent {
            reference: intent.reference.clone(),
            event_id: purpose.event,
            reservation_id: purpose.reservation,
            payment_id: purpose.payment,
            amount,
            status: KnownStatus::Open,
            failed_attempt: None,
            created_at: self.inner.clock.now(),
        };
        tracing::warn!(payment_reference = intent.reference, "money for an intent we didn't store");
        self.settle_success(intent, &known).await
    }

    async fn settle_success(
        &self,
        intent: &Intent,
        known: &KnownIntent,
    ) -> Result<Settled, SettleError> {
        if intent.amount_received() == Ok(known.amount) {
            return self.record_payment(known, known.amount).await;
        }
        // Not what was due. A webhook alone isn't believed that.
        let confirmed = self.inner.stripe.intent(&intent.reference).await?;
        if confirmed.status != IntentStatus::Succeeded {
            return Ok(Err(Quarantine::NotConfirmed));
        }
        let Ok(received) = confirmed.amount_received() else {
            return Ok(Err(Quarantine::NotRepresentable));
        };
        let settled = self.record_payment(known, received).await?;
        let doubt = if received == known.amount {
            Quarantine::NotConfirmed
        } else {
            Quarantine::WrongAmount
        };
        Ok(settled.and(Err(doubt)))
    }

    async fn record_payment(
        &self,
        known: &KnownIntent,
        received: Money,
    ) -> Result<Settled, SettleError> {
        let command = BoxOfficeCommand::RecordPayment(RecordPayment {
            reservation_id: known.reservation_id,
            provider: Provider::Stripe,
            payment_reference: known.reference.clone(),
            amount_minor: received.amount,
            currency: received.currency,
        });
        let context = self.context(&format!("{} succeeded", known.reference));
        match self.inner.offices.execute(known.event_id, command, context).await {
            Ok(_) => {
                intents::succeeded(&self.inner.pool, known).await?;
                Ok(Ok(()))
            }
            Err(ExecuteError::Rejected(rejected)) => {
                tracing::error!(%rejected, "money can't be recorded");
                Ok(Err(Quarantine::NotRecordable))
            }
            Err(ExecuteError::NotFound) => Ok(Err(Quarantine::NotRecordable)),
            Err(error) => Err(SettleError::BoxOffice(error)),
        }
    }

    async fn settle_failure(
        &self,
        known: &KnownIntent,
        failure: Failure,
    ) -> Result<Settled, SettleError> {
        // An intent may be tried several times; each failure is told once.
        let attempt = failure.attempt.unwrap_or_else(|| failure.code.clone());
        if known.failed_attempt.as_ref() == Some(&attempt) {
            return Ok(Ok(()));
        }
        let command = BoxOfficeCommand::RecordPaymentFailure(RecordPaymentFailure {
            reservation_id: known.reservation_id,
            provider: Provider::Stripe,
            payment_reference: known.reference.clone(),
            code: failure.code,
        });
        let context = self.context(&format!("{} failed {attempt}", known.reference));
        match self.inner.offices.execute(known.event_id, command, context).await {
            // Without a hold there is nothing to note.
            Ok(_) | Err(ExecuteError::Rejected(_) | ExecuteError::NotFound) => {
                intents::failed(&self.inner.pool, &known.reference, &attempt).await?;
                Ok(Ok(()))
            }
            Err(error) => Err(SettleError::BoxOffice(error)),
        }
    }
}
