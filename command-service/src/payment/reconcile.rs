//! Compares the provider's list with ours and settles what no webhook told.
//!
//! Young intents are found in the provider's list; those that stay open longer are looked up one
//! by one, less and less often, and given up in the end, so that no money can come for ever.

use std::collections::HashMap;

use chrono::TimeDelta;
use futures::{StreamExt, stream};
use shared::clock::Timestamp;
use thiserror::Error;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use super::{
    Payments, STRIPE,
    intents::{self, KnownIntent, KnownStatus},
    settle::Unknown,
    stripe::{Intent, IntentStatus, StripeError},
};

const EVERY_MINUTE: &str = "0 * * * * *";
/// Intents this much older than the last comparison are listed again: most payments take less.
const OVERLAP: TimeDelta = TimeDelta::minutes(20);
/// How far the first comparison of all looks back.
const FIRST_LOOK_BACK: TimeDelta = TimeDelta::days(1);
/// An intent that isn't stored here after so long never will be.
const ADOPTION_AGE: TimeDelta = TimeDelta::minutes(5);
/// No hold lasts so long: an intent still unpaid then is given up.
const ABANDONED_AGE: TimeDelta = TimeDelta::hours(2);
/// Another process may take over when one comparison lasts longer.
const LEASE: TimeDelta = TimeDelta::minutes(2);
const CHECKS_AT_ONCE: usize = 8;
const CHECKS_PER_RUN: i64 = 500;

/// What a comparison found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Intents that were looked at.
    pub compared: usize,
    /// Told to the box office, because no webhook had.
    pub settled: usize,
    /// Could not be settled now; the next comparison tries again.
    pub failed: usize,
    /// The two sides contradict each other.
    pub disagreements: usize,
}

/// The comparison broke off.
#[derive(Debug, Error)]
pub enum ReconcileError {
    #[error(transparent)]
    Provider(#[from] StripeError),
    #[error("the database can't be used")]
    Database(#[from] sqlx::Error),
}

enum Compared {
    Same,
    Settled,
    Failed,
    Disagreement,
}

impl Reconciled {
    fn count(&mut self, compared: &Compared) {
        self.compared += 1;
        match compared {
            Compared::Same => {}
            Compared::Settled => self.settled += 1,
            Compared::Failed => self.failed += 1,
            Compared::Disagreement => self.disagreements += 1,
        }
    }
}

impl Payments {
    /// Adds the comparison to `scheduler`: every minute, and now.
    ///
    /// # Errors
    ///
    /// If the scheduler can't take the job.
    pub async fn schedule_reconciliation(
        &self,
        scheduler: &JobScheduler,
    ) -> Result<(), JobSchedulerError> {
        let at_start = self.clone();
        tokio::spawn(async move { at_start.reconcile_and_tell().await });
        let payments = self.clone();
        let job = Job::new_async(EVERY_MINUTE, move |_, _| {
            let payments = payments.clone();
            Box::pin(async move { payments.reconcile_and_tell().await })
        })?;
        scheduler.add(job).await.map(|_| ())
    }

    async fn reconcile_and_tell(&self) {
        match self.reconcile().await {
            Ok(Some(Reconciled { settled: 0, failed: 0, disagreements: 0, .. }) | None) => {}
            Ok(Some(reconciled)) => {
                tracing::warn!(?reconciled, "payments were settled without their webhooks");
            }
            Err(error) => tracing::warn!(%error, "payments can't be compared; soon again"),
        }
        if let Err(error) = self.measure_backlog().await {
            tracing::warn!(%error, "the backlog of payments can't be measured");
        }
    }

    /// Compares once. `None` if another process is at it.
    ///
    /// # Errors
    ///
    /// [`ReconcileError`]; the horizon then stays where it was.
    pub async fn reconcile(&self) -> Result<Option<Reconciled>, ReconcileError> {
        let begun = self.inner.clock.now();
        let Some(horizon) = self.take_horizon(begun).await? else { return Ok(None) };
        let compared = self.compare(horizon).await;
        // After a failure the lease is given back and the horizon stays.
        let reached = if compared.is_ok() { begun } else { horizon };
        self.leave_horizon(reached).await?;
        compared.map(Some)
    }

    async fn compare(&self, horizon: Timestamp) -> Result<Reconciled, ReconcileError> {
        let mut reconciled = Reconciled::default();
        self.compare_list(horizon - OVERLAP, &mut reconciled).await?;
        self.check_open(&mut reconciled).await?;
        Ok(reconciled)
    }

    async fn compare_list(
        &self,
        since: Timestamp,
        reconciled: &mut Reconciled,
    ) -> Result<(), ReconcileError> {
        let mut cursor: Option<String> = None;
        loop {
            let page = self.inner.stripe.intents_since(since, cursor.as_deref()).await?;
            let references: Vec<&str> =
                page.intents.iter().map(|intent| intent.reference.as_str()).collect();
            let known = intents::find_all(&self.inner.pool, &references).await?;
            let mut known: HashMap<String, KnownIntent> =
                known.into_iter().map(|known| (known.reference.clone(), known)).collect();
            cursor = references.last().map(|&reference| reference.to_owned());
            let mut compared = stream::iter(page.intents)
                .map(|intent| {
                    let known = known.remove(&intent.reference);
                    async move { self.compare_one(&intent, known.as_ref()).await }
                })
                .buffer_unordered(CHECKS_AT_ONCE);
            while let Some(outcome) = compared.next().await {
                reconciled.count(&outcome);
            }
            if !page.has_more || cursor.is_none() {
                return Ok(());
            }
        }
    }

    async fn compare_one(&self, intent: &Intent, known: Option<&KnownIntent>) -> Compared {
        let contradiction = match self.contradiction(intent, known).await {
            Ok(contradiction) => contradiction,
            Err(error) => {
                tracing::warn!(%error, "an intent can't be compared; soon again");
                return Compared::Failed;
            }
        };
        let is_paid = intent.status == IntentStatus::Succeeded;
        let settled = match known {
            None if contradiction.is_some() => self.settle_by_list(intent, Unknown::Adopt).await,
            Some(known) if is_news(intent, known) => {
                self.settle_by_list(intent, Unknown::Wait).await
            }
            None | Some(_) => Compared::Same,
        };
        let Some(kind) = contradiction else { return settled };
        metrics::counter!("payment_disagreements_total", "kind" => kind).increment(1);
        let payment_reference = &intent.reference;
        tracing::error!(kind, is_paid, payment_reference, "the provider contradicts us");
        match settled {
            Compared::Failed => Compared::Failed,
            Compared::Same | Compared::Settled | Compared::Disagreement => Compared::Disagreement,
        }
    }

    /// What can't be on both sides at once, if anything.
    async fn contradiction(
        &self,
        intent: &Intent,
        known: Option<&KnownIntent>,
    ) -> Result<Option<&'static str>, StripeError> {
        let is_paid = intent.status == IntentStatus::Succeeded;
        let Some(known) = known else {
            return Ok((is_paid && self.is_lost(intent)).then_some("not-stored"));
        };
        Ok(match (known.status, is_paid) {
            (KnownStatus::Succeeded, false) => {
                // It may have been paid since the list was made.
                let now = self.inner.stripe.intent(&intent.reference).await?;
                (now.status != IntentStatus::Succeeded).then_some("not-paid")
            }
            (KnownStatus::Canceled, true) => Some("canceled"),
            (KnownStatus::Open | KnownStatus::Canceled, false)
            | (KnownStatus::Open | KnownStatus::Succeeded, true) => {
                (intent.amount() != Ok(known.amount)).then_some("amount")
            }
        })
    }

    /// Ours, paid, and old enough to have been stored if it ever would be.
    fn is_lost(&self, intent: &Intent) -> bool {
        let old_enough = self.inner.clock.now() - ADOPTION_AGE;
        intent.purpose().is_some() && intent.created_at().is_some_and(|at| at <= old_enough)
    }

    async fn settle_by_list(&self, intent: &Intent, unknown: Unknown) -> Compared {
        match self.settle(intent, unknown).await {
            Ok(Ok(())) => {
                metrics::counter!("payment_settled_without_webhook_total").increment(1);
                Compared::Settled
            }
            Ok(Err(reason)) => {
                reason.raise(&intent.reference);
                Compared::Disagreement
            }
            Err(error) => {
                tracing::warn!(%error, "a payment can't be settled; soon again");
                Compared::Failed
            }
        }
    }

    /// Looks up those that are open for long.
    async fn check_open(&self, reconciled: &mut Reconciled) -> Result<(), ReconcileError> {
        let now = self.inner.clock.now();
        let open = intents::to_check(&self.inner.pool, now, CHECKS_PER_RUN).await?;
        let mut checks = stream::iter(open)
            .map(|known| async move { self.check(&known).await })
            .buffer_unordered(CHECKS_AT_ONCE);
        while let Some(checked) = checks.next().await {
            reconciled.count(&checked?);
        }
        Ok(())
    }

    async fn check(&self, known: &KnownIntent) -> Result<Compared, ReconcileError> {
        let now = self.inner.clock.now();
        let age = now - known.created_at;
        let intent = match self.inner.stripe.intent(&known.reference).await {
            Ok(intent) => intent,
            // What the provider doesn't know can't be paid.
            Err(StripeError::NotFound) if age >= ABANDONED_AGE => {
                intents::canceled(&self.inner.pool, &known.reference).await?;
                let payment_reference = &known.reference;
                tracing::error!(payment_reference, "the provider has lost an intent");
                return Ok(Compared::Disagreement);
            }
            Err(error) => return Err(error.into()),
        };
        let compared = self.compare_one(&intent, Some(known)).await;
        match intent.status {
            IntentStatus::Succeeded | IntentStatus::Canceled => return Ok(compared),
            IntentStatus::RequiresPaymentMethod
            | IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
                if age >= ABANDONED_AGE =>
            {
                return self.abandon(known).await;
            }
            IntentStatus::RequiresPaymentMethod
            | IntentStatus::RequiresConfirmation
            | IntentStatus::RequiresAction
            | IntentStatus::RequiresCapture
            | IntentStatus::Processing
            | IntentStatus::Unknown => {}
        }
        let pause = (age / 4).max(TimeDelta::minutes(1));
        intents::check_again(&self.inner.pool, &known.reference, now + pause).await?;
        Ok(compared)
    }

    async fn abandon(&self, known: &KnownIntent) -> Result<Compared, ReconcileError> {
        match self.inner.stripe.cancel_intent(&known.reference).await {
            Ok(_) => {
                intents::canceled(&self.inner.pool, &known.reference).await?;
                Ok(Compared::Same)
            }
            // Paid in this very moment: the next comparison sees it.
            Err(StripeError::UnexpectedState) => Ok(Compared::Failed),
            Err(error) => Err(error.into()),
        }
    }

    async fn take_horizon(&self, now: Timestamp) -> Result<Option<Timestamp>, sqlx::Error> {
        sqlx::query_scalar(
            "INSERT INTO payment.reconciliations AS mine (provider, horizon, lease_until)
             VALUES ($1, $2, $3)
             ON CONFLICT (provider) DO UPDATE SET lease_until = excluded.lease_until
              WHERE mine.lease_until <= $4 RETURNING horizon",
        )
        .bind(STRIPE)
        .bind(now - FIRST_LOOK_BACK)
        .bind(now + LEASE)
        .bind(now)
        .fetch_optional(&self.inner.pool)
        .await
    }

    async fn leave_horizon(&self, reached: Timestamp) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE payment.reconciliations
                SET horizon = greatest(horizon, $2), lease_until = '-infinity' WHERE provider = $1",
        )
        .bind(STRIPE)
        .bind(reached)
        .execute(&self.inner.pool)
        .await?;
        Ok(())
    }

    /// How much waits, for the alarms.
    async fn measure_backlog(&self) -> Result<(), sqlx::Error> {
        let (webhooks, refunds, quarantined): (i64, i64, i64) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM payment.inbox WHERE processed_at IS NULL),
                    (SELECT count(*) FROM payment.refunds WHERE settled_at IS NULL),
                    (SELECT count(*) FROM payment.inbox WHERE quarantined IS NOT NULL)",
        )
        .fetch_one(&self.inner.pool)
        .await?;
        for (name, value) in [
            ("payment_inbox_waiting", webhooks),
            ("payment_refunds_waiting", refunds),
            ("payment_inbox_quarantined", quarantined),
        ] {
            metrics::gauge!(name).set(f64::from(i32::try_from(value).unwrap_or(i32::MAX)));
        }
        Ok(())
    }
}

/// Whether the provider tells something that we haven't told the box office.
fn is_news(intent: &Intent, known: &KnownIntent) -> bool {
    let is_paid = intent.status == IntentStatus::Succeeded;
    let failed = intent.failure().is_some_and(|failure| {
        known.failed_attempt.as_deref() != Some(failure.attempt.as_deref().unwrap_or(&failure.code))
    });
    match known.status {
        KnownStatus::Open => is_paid || intent.status == IntentStatus::Canceled || failed,
        KnownStatus::Canceled => is_paid,
        KnownStatus::Succeeded => false,
    }
}
