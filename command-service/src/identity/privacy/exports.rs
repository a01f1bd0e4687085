//! Collects exports as they are asked for. Any number of processes share the work.

use std::sync::Arc;

use chrono::TimeDelta;
use shared::{
    id::AccountId,
    vault::{Randomness, export_place},
};
use thiserror::Error;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::assemble::{AssembleError, assemble};
use crate::{
    identity::{IdentityState, state},
    mail::{Mail, MailError, NewMail, OrderReader},
    waiting::{self, LEASE, Waiting},
};

const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// Collects exports. A clone is the same.
#[derive(Clone)]
pub struct Exports(Arc<Parts>);

struct Parts {
    state: IdentityState,
    orders: OrderReader,
    news: Notify,
}

/// An export wasn't collected; it is tried again.
#[derive(Debug, Error)]
enum ExportError {
    #[error(transparent)]
    Assemble(#[from] AssembleError),
    #[error("there is no randomness")]
    Randomness(#[from] getrandom::Error),
    #[error("the mail can't be asked for")]
    Mail(#[from] MailError),
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
}

/// An export that waits.
#[derive(Clone, Copy)]
pub struct Asked {
    id: Uuid,
    account: AccountId,
    attempts: i32,
}

impl Exports {
    pub fn new(state: IdentityState, orders: OrderReader) -> Self {
        Self(Arc::new(Parts { state, orders, news: Notify::new() }))
    }

    /// Collects what is asked for, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        waiting::run(self, stop).await;
    }

    async fn collect(&self, asked: Asked) -> Result<(), ExportError> {
        let Parts { state, orders, .. } = &*self.0;
        let (pool, vault, at) = (&state.pool, &state.vault, state.clock.now());
        let Some(found) = assemble(pool, vault, orders, asked.account, at).await? else {
            // Erased in the meantime, and the export with it.
            return Ok(());
        };
        let content = found.content.to_string();
        let place = export_place(asked.id);
        let sealed = vault.seal(&place, content.as_bytes(), &mut Randomness::draw(24)?)?;
        let mut tx = pool.begin().await?;
        let done = sqlx::query(
            "UPDATE vault.exports SET ready_at = $2, content = $3, content_key = $4
              WHERE id = $1 AND ready_at IS NULL",
        )
        .bind(asked.id)
        .bind(at)
        .bind(sealed.bytes)
        .bind(sealed.kid)
        .execute(&mut *tx)
        .await?;
        if done.rows_affected() == 1 {
            let kind = Mail::DataExportReady { export_id: asked.id };
            let mail = NewMail { cause: asked.id.to_string(), recipient: found.person, kind };
            state.outbox.enqueue(&mut tx, mail).await?;
        }
        Ok(tx.commit().await?)
    }
}

impl Waiting for Exports {
    type Row = Asked;

    const AT_ONCE: usize = 2;
    const WHAT: &'static str = "exports";

    fn news(&self) -> &Notify {
        &self.0.news
    }

    async fn take(&self, limit: i64) -> Result<Vec<Asked>, sqlx::Error> {
        let Parts { state, .. } = &*self.0;
        let (pool, now) = (&state.pool, state.clock.now());
        sqlx::query("DELETE FROM vault.exports WHERE expires_at <= $1")
            .bind(now)
            .execute(pool)
            .await?;
        let rows: Vec<(Uuid, Uuid, i32)> = sqlx::query_as(
            "UPDATE vault.exports SET next_attempt_at = $2, attempts = attempts + 1
              WHERE id IN (SELECT id FROM vault.exports
                            WHERE ready_at IS NULL AND next_attempt_at <= $1
                            ORDER BY next_attempt_at LIMIT $3 FOR UPDATE SKIP LOCKED)
             RETURNING id, account_id, attempts",
        )
        .bind(now)
        .bind(now + LEASE)
        .bind(limit)
        .fetch_all(pool)
        .await?;
        let asked =
            |(id, account, attempts)| Asked { id, account: AccountId::new(account), attempts };
        Ok(rows.into_iter().map(asked).collect())
    }

    async fn work(self, asked: Asked) -> Result<(), sqlx::Error> {
        let Err(error) = self.collect(asked).await else { return Ok(()) };
        tracing::warn!(%error, attempts = asked.attempts, "an export can't be collected; soon again");
        let state::Parts { pool, clock, .. } = &*self.0.state;
        sqlx::query(
            "UPDATE vault.exports SET next_attempt_at = $2 WHERE id = $1 AND ready_at IS NULL",
        )
        .bind(asked.id)
        .bind(clock.now() + waiting::pause(asked.attempts, LONGEST_PAUSE))
        .execute(pool)
        .await?;
        Ok(())
    }
}
