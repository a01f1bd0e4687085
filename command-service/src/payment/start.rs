//! A buyer begins to pay. The box office has recorded it; now the provider is asked, then the
//! intent is stored, and only then the buyer gets what is needed to pay. A crash in between leaves
//! nothing that could be paid, and a repetition goes on where the first attempt stopped.

use chrono::TimeDelta;
use shared::{
    id::{EventId, PaymentId, ReservationId},
    money::Money,
};
use thiserror::Error;

use super::{
    Payments,
    intents::{self, KnownIntent, KnownStatus},
    settle::Unknown,
    stripe::{CreateIntent, Intent, IntentStatus, StripeError},
};

/// When the provider is asked what became of an intent, if no webhook told.
const FIRST_CHECK: TimeDelta = TimeDelta::minutes(2);

/// What the box office wants to have paid.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    pub event: EventId,
    pub reservation: ReservationId,
    /// As recorded: the same payment always gets the same intent.
    pub payment_id: PaymentId,
    pub amount: Money,
}

/// A payment that waits for the buyer.
#[derive(Clone)]
pub struct Begun {
    /// The provider's name of the payment.
    pub reference: String,
    /// Lets the buyer's browser pay. Never logged.
    pub client_secret: String,
    /// The simulator's page to pay on; Stripe has none.
    pub payment_url: Option<String>,
}

/// A payment could not begin.
#[derive(Debug, Error)]
pub enum StartError {
    #[error(transparent)]
    Provider(#[from] StripeError),
    #[error("the database can't be used")]
    Database(#[from] sqlx::Error),
    /// It names another amount, or no client secret.
    #[error("the provider's intent isn't the one that was asked for")]
    UnusableIntent,
}

impl Payments {
    /// Begins a payment, or goes on with the one that has begun for the same reservation: there is
    /// never more than one that could be paid.
    ///
    /// # Errors
    ///
    /// [`StartError`]; it may be repeated.
    pub async fn start(&self, due: Due) -> Result<Begun, StartError> {
        let known = intents::of_reservation(&self.inner.pool, due.reservation).await?;
        if let Some(known) = known.filter(|known| is_same(known, &due)) {
            return self.go_on(&known).await;
        }
        let intent = self
            .inner
            .stripe
            .create_intent(CreateIntent {
                event_id: due.event,
                reservation_id: due.reservation,
                payment_id: due.payment_id,
                amount: due.amount,
            })
            .await?;
        if intent.amount() != Ok(due.amount) {
            return Err(StartError::UnusableIntent);
        }
        let now = self.inner.clock.now();
        let known = KnownIntent {
            reference: intent.reference.clone(),
            event_id: due.event,
            reservation_id: due.reservation,
            payment_id: due.payment_id,
            amount: due.amount,
            status: KnownStatus::Open,
            failed_attempt: None,
            created_at: now,
        };
        if intents::insert(&self.inner.pool, &known, now + FIRST_CHECK).await? {
            return self.begun(&intent);
        }
        // Someone began to pay the same reservation at the same time: theirs is to be paid.
        self.inner.stripe.cancel_intent(&intent.reference).await?;
        let other = intents::of_reservation(&self.inner.pool, due.reservation).await?;
        self.go_on(&other.ok_or(StartError::UnusableIntent)?).await
    }

    async fn go_on(&self, known: &KnownIntent) -> Result<Begun, StartError> {
        let intent = self.inner.stripe.intent(&known.reference).await?;
        if intent.status == IntentStatus::Succeeded {
            // The webhook is still on its way; whoever comes first tells the box office.
            match self.settle(&intent, Unknown::Wait).await {
                Ok(Ok(())) => {}
                Ok(Err(reason)) => reason.raise(&intent.reference),
                Err(error) => tracing::info!(%error, "the payment is left to its webhook"),
            }
        }
        self.begun(&intent)
    }

    fn begun(&self, intent: &Intent) -> Result<Begun, StartError> {
        let secret = intent.client_secret.as_ref().ok_or(StartError::UnusableIntent)?.expose();
        let payment_url = self.inner.stripe.payment_url(&intent.reference, secret);
        Ok(Begun {
            reference: intent.reference.clone(),
            client_secret: secret.to_owned(),
            payment_url: payment_url.map(String::from),
        })
    }
}

fn is_same(known: &KnownIntent, due: &Due) -> bool {
    known.payment_id == due.payment_id
        || (known.status == KnownStatus::Open && known.amount == due.amount)
}
