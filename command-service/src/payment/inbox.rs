//! `payment.inbox`: what webhooks say is stored before they are answered, and worked through
//! afterwards. Their bodies, which may tell of people, are not kept.

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, Row, postgres::PgRow};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    Payments, STRIPE,
    quarantine::Quarantine,
    settle::{SettleError, Settled, Unknown},
    stripe::{Notice, NoticeKind},
};
use crate::waiting::{self, LEASE, Waiting};

const LONGEST_PAUSE: TimeDelta = TimeDelta::seconds(300);
/// After so many attempts (about a minute) an intent that isn't stored here never will be.
const ATTEMPTS_BEFORE_ADOPTION: i32 = 6;

/// A webhook that waits.
pub(super) struct Webhook {
    provider_event_id: String,
    notice: String,
    attempts: i32,
}

impl FromRow<'_, PgRow> for Webhook {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            provider_event_id: row.try_get("provider_event_id")?,
            notice: row.try_get("notice")?,
            attempts: row.try_get("attempts")?,
        })
    }
}

impl Payments {
    /// Stores what a webhook says whose signature was checked. A second delivery changes nothing.
    pub(super) async fn store_webhook(&self, body: &[u8]) -> Result<(), sqlx::Error> {
        let now = self.inner.clock.now();
        let (id, notice) = stored(body);
        let quarantined = notice.is_none().then_some(Quarantine::Unreadable);
        let stored = sqlx::query(
            "INSERT INTO payment.inbox (provider, provider_event_id, notice, received_at,
                next_attempt_at, processed_at, quarantined)
             VALUES ($1, $2, $3::jsonb, $4, $4, CASE WHEN $5::text IS NULL THEN NULL ELSE $4 END, $5)
             ON CONFLICT (provider, provider_event_id) DO NOTHING",
        )
        .bind(STRIPE)
        .bind(&id)
        .bind(notice)
        .bind(now)
        .bind(quarantined.map(Quarantine::name))
        .execute(&self.inner.pool)
        .await?;
        match quarantined {
            Some(reason) if stored.rows_affected() == 1 => reason.raise(&id),
            Some(_) | None => self.inner.webhook_came.notify_one(),
        }
        Ok(())
    }

    /// Works through stored webhooks until `stop`.
    pub(super) async fn run_inbox(self, stop: CancellationToken) {
        waiting::run(Inbox(self), stop).await;
    }

    async fn settle_webhook(&self, webhook: &Webhook) -> Result<Settled, SettleError> {
        let Ok(notice) = Notice::parse(webhook.notice.as_bytes()) else {
            return Ok(Err(Quarantine::Unreadable));
        };
        // Stripe names the account only if the endpoint doesn't belong to it.
        if notice.account.is_some_and(|account| account != self.inner.settings.stripe_account) {
            return Ok(Err(Quarantine::WrongAccount));
        }
        if notice.livemode != self.inner.stripe.is_live() {
            return Ok(Err(Quarantine::WrongMode));
        }
        let unknown = if webhook.attempts < ATTEMPTS_BEFORE_ADOPTION {
            Unknown::Wait
        } else {
            Unknown::Adopt
        };
        match notice.kind {
            NoticeKind::Intent(intent) => self.settle(&intent, unknown).await,
            NoticeKind::RefundFailed => Ok(Err(Quarantine::RefundFailed)),
            NoticeKind::Other => Ok(Ok(())),
        }
    }

    async fn webhook_settled(
        &self,
        id: &str,
        quarantined: Option<Quarantine>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE payment.inbox SET processed_at = $3, quarantined = $4, last_error = NULL
              WHERE provider = $1 AND provider_event_id = $2",
        )
        .bind(STRIPE)
        .bind(id)
        .bind(self.inner.clock.now())
        .bind(quarantined.map(Quarantine::name))
        .execute(&self.inner.pool)
        .await?;
        Ok(())
    }

    async fn webhook_waits(&self, webhook: &Webhook, error: &str) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE payment.inbox SET next_attempt_at = $3, last_error = $4
              WHERE provider = $1 AND provider_event_id = $2",
        )
        .bind(STRIPE)
        .bind(&webhook.provider_event_id)
        .bind(self.inner.clock.now() + waiting::pause(webhook.attempts, LONGEST_PAUSE))
        .bind(error)
        .execute(&self.inner.pool)
        .await?;
        Ok(())
    }
}

/// Under which name a webhook is stored, and what of it; nothing if it can't be read.
fn stored(body: &[u8]) -> (String, Option<String>) {
    let notice = Notice::parse(body).and_then(|notice| notice.kept());
    match (Notice::id_of(body), notice) {
        (Ok(id), Ok(notice)) => (id, Some(notice)),
        // By its name it can be looked up at the provider.
        (Ok(id), Err(_)) => (id, None),
        (Err(_), _) => (format!("sha256:{}", hex::encode(Sha256::digest(body))), None),
    }
}

#[derive(Clone)]
struct Inbox(Payments);

impl Waiting for Inbox {
    type Row = Webhook;

    const AT_ONCE: usize = 64;
    const WHAT: &'static str = "webhooks";

    fn news(&self) -> &Notify {
        &self.0.inner.webhook_came
    }

    async fn take(&self, limit: i64) -> Result<Vec<Webhook>, sqlx::Error> {
        let now = self.0.inner.clock.now();
        sqlx::query_as(
            "UPDATE payment.inbox SET next_attempt_at = $3, attempts = attempts + 1
              WHERE (provider, provider_event_id) IN (
                SELECT provider, provider_event_id FROM payment.inbox
                 WHERE provider = $1 AND processed_at IS NULL AND next_attempt_at <= $2
                 ORDER BY next_attempt_at LIMIT $4 FOR UPDATE SKIP LOCKED)
             RETURNING provider_event_id, notice::text AS notice, attempts",
        )
        .bind(STRIPE)
        .bind(now)
        .bind(now + LEASE)
        .bind(limit)
        .fetch_all(&self.0.inner.pool)
        .await
    }

    async fn work(self, webhook: Webhook) -> Result<(), sqlx::Error> {
        let id = &webhook.provider_event_id;
        match self.0.settle_webhook(&webhook).await {
            Ok(settled) => {
                self.0.webhook_settled(id, settled.err()).await?;
                if let Err(reason) = settled {
                    reason.raise(id);
                }
                Ok(())
            }
            Err(error) => {
                tracing::warn!(%error, attempts = webhook.attempts, "a webhook waits");
                self.0.webhook_waits(&webhook, &error.to_string()).await
            }
        }
    }
}
