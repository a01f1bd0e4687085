//! Sends what waits in the outbox. Any number of processes share the work.
//!
//! A mail is taken under a lease, sent, and marked. A process that dies between sending and
//! marking leaves a mail that another one sends again, with the same Message-ID: mail programs and
//! servers that look at ids show it once. The other order would lose mails instead.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::Mailbox,
    transport::smtp::{self, response::Severity},
};
use shared::{
    clock::Clock,
    id::{EventId, OrderId, PersonId},
    vault::{CannotOpen, Vault, mail_place},
};
use sqlx::{FromRow, PgPool, Row, postgres::PgRow};
use thiserror::Error;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    Language, Mail,
    envelope::{Envelope, EnvelopeError, message_id, seal},
    letter::{self, LetterError, Reader},
    order::Orders,
};
use crate::{
    config::MailArgs,
    vault::{ReadPersonError, find_person},
    waiting::{self, LEASE, Waiting},
};

/// A conversation with the mail server ends before the lease does.
const PATIENCE: Duration = Duration::from_secs(45);
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(2);
/// The pauses before the 44th attempt add up to three days.
const ATTEMPTS: i32 = 44;

/// A mail of the outbox.
pub struct Queued {
    id: i64,
    cause: String,
    kind: String,
    recipient: PersonId,
    order: Option<(EventId, OrderId)>,
    content: Option<(String, Vec<u8>)>,
    language: Language,
    attempts: i32,
}

impl FromRow<'_, PgRow> for Queued {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        let event: Option<Uuid> = row.try_get("event_id")?;
        let order: Option<Uuid> = row.try_get("order_id")?;
        let key: Option<String> = row.try_get("content_key")?;
        let content: Option<Vec<u8>> = row.try_get("content")?;
        Ok(Self {
            id: row.try_get("id")?,
            cause: row.try_get("cause")?,
            kind: row.try_get("kind")?,
            recipient: PersonId::new(row.try_get("person_id")?),
            order: event.zip(order).map(|(event, order)| (event.into(), order.into())),
            content: key.zip(content),
            language: Language::of(row.try_get("language")?),
            attempts: row.try_get("attempts")?,
        })
    }
}

/// The mail server, and who we are to it.
#[derive(Clone)]
pub(super) struct Post {
    pub transport: AsyncSmtpTransport<Tokio1Executor>,
    pub from: Mailbox,
}

/// The settings of mail can't be used.
#[derive(Debug, Error)]
pub enum MailSettingsError {
    #[error("FULLHOUSE_SMTP_URL is no address of a mail server")]
    Url(#[source] smtp::Error),
    #[error("FULLHOUSE_MAIL_FROM is no address")]
    From(#[from] lettre::address::AddressError),
}

impl Post {
    /// Nothing if there is no mail server.
    ///
    /// # Errors
    ///
    /// [`MailSettingsError`].
    pub(super) fn try_new(settings: &MailArgs) -> Result<Option<Self>, MailSettingsError> {
        let from = settings.mail_from.parse()?;
        let Some(url) = &settings.smtp_url else { return Ok(None) };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose());
        let builder = builder.map_err(MailSettingsError::Url)?;
        let transport = builder.timeout(Some(Duration::from_secs(20))).build();
        Ok(Some(Self { transport, from }))
    }
}

/// A mail wasn't sent.
#[derive(Debug, Error)]
pub(super) enum SendError {
    #[error("the vault has no address of the recipient")]
    NoAddress,
    #[error("the vault can't be read")]
    Vault(#[from] ReadPersonError),
    #[error(transparent)]
    Sealed(#[from] CannotOpen),
    #[error("what the mail says can't be read")]
    Content(#[from] serde_json::Error),
    #[error("of this kind of mail nothing is known")]
    UnknownKind,
    #[error(transparent)]
    Letter(#[from] LetterError),
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("the mail server refuses: {0}")]
    Server(#[from] smtp::Error),
    #[error("the mail server takes too long")]
    Slow,
}

impl SendError {
    /// Whether another attempt is pointless: the server doesn't want mail for this address.
    fn is_final(&self) -> bool {
        match self {
            Self::Server(error) => error.status().is_some_and(|code| {
                // 53x is about us, not about the address.
                let about_us = code.category == smtp::response::Category::Unspecified3;
                code.severity == Severity::PermanentNegativeCompletion && !about_us
            }),
            Self::Envelope(EnvelopeError::Address(_)) => true,
            Self::NoAddress
            | Self::Vault(_)
            | Self::Sealed(_)
            | Self::Content(_)
            | Self::UnknownKind
            | Self::Letter(_)
            | Self::Envelope(_)
            | Self::Slow => false,
        }
    }

    /// What may stand in logs and metrics: no address, and nothing that a server said.
    const fn name(&self) -> &'static str {
        match self {
            Self::NoAddress => "no_address",
            Self::Vault(_) => "vault",
            Self::Sealed(_) => "sealed",
            Self::Content(_) | Self::UnknownKind => "content",
            Self::Letter(_) => "letter",
            Self::Envelope(_) => "envelope",
            Self::Server(_) => "server",
            Self::Slow => "slow",
        }
    }
}

/// Sends mails. A clone is the same.
#[derive(Clone)]
pub struct Sender(Arc<Parts>);

pub(super) struct Parts {
    pub pool: PgPool,
    pub vault: Vault,
    pub orders: Orders,
    pub post: Option<Post>,
    pub clock: Clock,
    pub news: Notify,
}

impl Sender {
    pub(super) fn of(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.0
    }

    /// Sends mails as they become due, until `stop`. Without a mail server they wait.
    pub async fn run(self, stop: CancellationToken) {
        if self.0.post.is_some() {
            waiting::run(self, stop).await;
        } else {
            tracing::warn!("mails wait: there is no FULLHOUSE_SMTP_URL");
            stop.cancelled().await;
        }
    }

    /// Writes one mail and hands it to the server.
    pub(super) async fn send(&self, queued: &Queued) -> Result<(), SendError> {
        let Some(post) = &self.0.post else { return Err(SendError::Slow) };
        let mail = self.read(queued)?;
        let person = find_person(&self.0.pool, &self.0.vault, queued.recipient).await?;
        let person = person.ok_or(SendError::NoAddress)?;
        let name = person.name.as_deref();
        let reader = Reader { language: queued.language, name };
        let letter = letter::write(&self.0.orders, &queued.cause, &mail, reader).await?;
        let envelope = Envelope {
            from: &post.from,
            to: &person.email,
            name,
            language: queued.language,
            message_id: message_id(&queued.cause, &queued.kind, queued.recipient, &post.from),
            at: self.0.clock.now(),
        };
        let sent = timeout(PATIENCE, post.transport.send(seal(letter, envelope)?)).await;
        sent.map_err(|_| SendError::Slow)??;
        Ok(())
    }

    /// What a mail says, from its columns or from what was sealed.
    fn read(&self, queued: &Queued) -> Result<Mail, SendError> {
        if let Some((event_id, order_id)) = queued.order {
            return Ok(Mail::OrderConfirmation { event_id, order_id });
        }
        let (key, sealed) = queued.content.as_ref().ok_or(SendError::UnknownKind)?;
        let place = mail_place(&queued.cause, &queued.kind, queued.recipient);
        Ok(serde_json::from_slice(&self.0.vault.open(&place, key, sealed)?)?)
    }

    /// The links in it were secrets: once they are sent, nobody needs them here.
    async fn mark_sent(&self, queued: &Queued) -> Result<(), sqlx::Error> {
        sqlx::query(
            "UPDATE outbox.messages SET status = 'sent', sent_at = $2, content = NULL,
                    content_key = NULL, last_error = NULL
              WHERE id = $1 AND status = 'waiting'",
        )
        .bind(queued.id)
        .bind(self.0.clock.now())
        .execute(&self.0.pool)
        .await?;
        metrics::counter!("mail_sent_total", "kind" => queued.kind.clone()).increment(1);
        Ok(())
    }

    async fn mark_failed(&self, queued: &Queued, error: &SendError) -> Result<(), sqlx::Error> {
        let is_over = error.is_final() || queued.attempts >= ATTEMPTS;
        let reason = error.name();
        metrics::counter!("mail_failures_total", "reason" => reason).increment(1);
        if is_over {
            metrics::counter!("mail_given_up_total").increment(1);
            tracing::error!(mail.id = queued.id, reason, "a mail is given up");
        } else {
            tracing::warn!(mail.id = queued.id, reason, queued.attempts, "a mail waits");
        }
        sqlx::query(
            "UPDATE outbox.messages
                SET status = CASE WHEN $2 THEN 'failed' ELSE status END, next_attempt_at = $3,
                    last_error = $4
              WHERE id = $1 AND status = 'waiting'",
        )
        .bind(queued.id)
        .bind(is_over)
        .bind(self.0.clock.now() + pause(queued.attempts))
        .bind(describe(error))
        .execute(&self.0.pool)
        .await?;
        Ok(())
    }
}

impl Waiting for Sender {
    type Row = Queued;

    const AT_ONCE: usize = 8;
    const WHAT: &'static str = "mail";

    fn news(&self) -> &Notify {
        &self.0.news
    }

    async fn take(&self, limit: i64) -> Result<Vec<Queued>, sqlx::Error> {
        let now = self.0.clock.now();
        sqlx::query_as(
            "UPDATE outbox.messages SET next_attempt_at = $2, attempts = attempts + 1
              WHERE id IN (SELECT id FROM outbox.messages
                            WHERE status = 'waiting' AND next_attempt_at <= $1
                            ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING id, cause, kind, person_id, event_id, order_id, content, content_key,
                       language, attempts",
        )
        .bind(now)
        .bind(now + LEASE)
        .bind(limit)
        .fetch_all(&self.0.pool)
        .await
    }

    async fn work(self, queued: Queued) -> Result<(), sqlx::Error> {
        match self.send(&queued).await {
            Ok(()) => self.mark_sent(&queued).await,
            Err(error) => self.mark_failed(&queued, &error).await,
        }
    }
}

/// The error and its causes, for the operator. May name the recipient.
fn describe(error: &SendError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text.chars().take(500).collect()
}

/// 30 s, 1 min, 2 min … up to two hours, each shorter or longer by up to a quarter.
fn pause(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(20);
    let whole = FIRST_PAUSE.num_milliseconds() << doublings;
    let whole = whole.min(LONGEST_PAUSE.num_milliseconds());
    // Without randomness, without jitter.
    let random = i64::from(getrandom::u32().map_or(500, |random| random % 1001));
    TimeDelta::milliseconds(whole * 3 / 4 + whole / 2 * random / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_two_hours_and_add_up_to_three_days() {
        for (attempts, seconds) in [(1, 30), (2, 60), (9, 7_200), (ATTEMPTS, 7_200)] {
            for _ in 0..50 {
                let pause = pause(attempts).num_milliseconds();
                assert!((750 * seconds..=1_250 * seconds).contains(&pause), "{attempts}: {pause}");
            }
        }
        let whole = |attempts: i32| (30_i64 << (attempts - 1).min(20)).min(7_200);
        let all: i64 = (1..ATTEMPTS).map(whole).sum();
        assert_eq!(all / 86_400, 3);
    }

    #[test]
    fn pauses_differ() {
        assert!((0..20).any(|_| pause(9) != pause(9)));
    }
}
