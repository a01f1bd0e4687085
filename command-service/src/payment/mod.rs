//! Money in and out: one provider adapter, what it tells us, and what we tell it.
//!
//! Nothing here decides. What a provider says becomes a command to the box office
//! (`settle`), and what the box office decides becomes a request to the provider (`refund`).
//! Every step may be repeated: names and keys derive from what caused them.

mod http;
mod inbox;
mod intents;
mod problem;
mod quarantine;
mod reconcile;
mod refund;
mod settle;
mod start;
mod stripe;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use shared::{
    clock::Clock,
    event_log::subscription::{Bookkeeping, Feed, Subscription},
    id::{CommandId, IdSource},
};
use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_cron_scheduler::{JobScheduler, JobSchedulerError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

pub use self::{
    http::routes,
    reconcile::{ReconcileError, Reconciled},
    start::{Begun, Due, StartError},
    stripe::StripeError,
};
use self::{refund::RefundPolicy, stripe::Stripe};
use crate::{
    config::StripeArgs,
    runtime::{BoxOffices, CommandContext},
};

/// How the provider is called in our tables and in the audit.
const STRIPE: &str = "stripe";

/// Starts everything that goes on beside requests, until `stop`: work through webhooks and
/// refunds, follow the log for requested refunds, compare with the provider.
///
/// # Errors
///
/// If the scheduler can't take the comparison.
pub async fn start(
    payments: &Payments,
    feed: &Feed,
    scheduler: &JobScheduler,
    tasks: &TaskTracker,
    stop: &CancellationToken,
) -> Result<(), JobSchedulerError> {
    let (pool, policy) = (payments.inner.pool.clone(), RefundPolicy::new(payments.clone()));
    let follow = Subscription::start(policy, feed, pool, Bookkeeping::Policy, stop.clone());
    tasks.spawn(follow.stopped());
    tasks.spawn(payments.clone().run_inbox(stop.clone()));
    tasks.spawn(payments.clone().run_refunds(stop.clone()));
    payments.schedule_reconciliation(scheduler).await
}

/// Everything about payments. A clone is the same.
#[derive(Clone)]
pub struct Payments {
    inner: Arc<Parts>,
}

struct Parts {
    pool: PgPool,
    offices: BoxOffices,
    stripe: Stripe,
    settings: StripeArgs,
    clock: Clock,
    ids: IdSource,
    webhook_came: Notify,
    refund_requested: Notify,
}

impl Payments {
    /// Payments through one provider.
    ///
    /// # Errors
    ///
    /// If TLS can't be set up.
    pub fn try_new(
        settings: &StripeArgs,
        pool: PgPool,
        offices: BoxOffices,
        clock: Clock,
    ) -> Result<Self, reqwest::Error> {
        let stripe = Stripe::try_new(settings)?;
        Ok(Self {
            inner: Arc::new(Parts {
                pool,
                offices,
                stripe,
                settings: settings.clone(),
                clock,
                ids: IdSource,
                webhook_came: Notify::new(),
                refund_requested: Notify::new(),
            }),
        })
    }

    /// The envelope of a command that the provider caused: the same cause is the same command.
    fn context(&self, cause: &str) -> CommandContext {
        let name = format!("payment/{STRIPE}/{cause}");
        let id = CommandId::new(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
        let trace_id = self.inner.ids.next().simple().to_string();
        CommandContext::of_policy("payment", id, &trace_id, format!("{STRIPE} {cause}"))
    }
}
