//! A file that is being made, as it is kept.

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::identity::ExportedData,
    export::ExportFormat,
    id::{EventId, ExportId, OrganizationId},
    vault::{Randomness, export_part_place},
};
use uuid::Uuid;

use crate::{app::App, query_error::QueryError, unreadable::Unreadable};

/// A file that was taken and not gone on with is free again after this long.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// A file is given up after so many attempts in a row that made no part.
const MOST_ATTEMPTS: i32 = 8;

/// A file that is worked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: ExportId,
    pub organization: OrganizationId,
    pub event: Option<EventId>,
    pub data: ExportedData,
    pub format: ExportFormat,
    pub between: Between,
    /// Parts that are made.
    pub parts: i32,
    /// Rows in them.
    pub done: i64,
    /// The last of them.
    pub after: Option<String>,
    pub total: Option<i64>,
    attempts: i32,
}

/// Of when rows are: this instant and later, before that one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Between {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

/// The next part of a file.
#[derive(Debug)]
pub struct Part {
    pub text: String,
    pub rows: i64,
    pub after: Option<String>,
    pub is_last: bool,
}

row!(
    struct Row {
        id: Uuid,
        organization_id: Uuid,
        event_id: Option<Uuid>,
        kind: String,
        format: String,
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        parts: i32,
        done: i64,
        after: Option<String>,
        total: Option<i64>,
        attempts: i32,
    }
);

impl Job {
    /// Takes the file that waits longest, if one does, and throws old ones away.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn take(app: &App) -> Result<Option<Self>, QueryError> {
        let now = app.clock.now();
        sqlx::query("DELETE FROM vault.organization_exports WHERE expires_at <= $1")
            .bind(now)
            .execute(&app.pool)
            .await?;
        let row: Option<Row> = sqlx::query_as(
            "UPDATE vault.organization_exports
                SET next_attempt_at = $2, attempts = attempts + 1
              WHERE id IN (SELECT id FROM vault.organization_exports
                            WHERE ready_at IS NULL AND failed_at IS NULL
                              AND next_attempt_at <= $1
                            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
             RETURNING id, organization_id, event_id, kind, format, since, until, parts, done,
                after, total, attempts",
        )
        .bind(now)
        .bind(now + LEASE)
        .fetch_optional(&app.pool)
        .await?;
        Ok(row.map(Row::read).transpose()?)
    }

    /// Writes down how many rows there will be, or that there is nothing to make it of.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn expect(&mut self, app: &App, total: i64) -> Result<(), QueryError> {
        sqlx::query("UPDATE vault.organization_exports SET total = $2 WHERE id = $1")
            .bind(self.id.uuid())
            .bind(total)
            .execute(&app.pool)
            .await?;
        self.total = Some(total);
        Ok(())
    }

    /// Keeps the next part, unless somebody else has made it meanwhile. Tells whether the file is to
    /// be gone on with.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn keep(&mut self, app: &App, part: Part) -> Result<bool, QueryError> {
        let now = app.clock.now();
        let place = export_part_place(self.id.uuid(), self.parts);
        let mut randomness = Randomness::draw(24).map_err(no_randomness)?;
        let sealed = app.vault.seal(&place, part.text.as_bytes(), &mut randomness);
        let sealed = sealed.map_err(no_randomness)?;
        let mut tx = app.pool.begin().await?;
        let kept = sqlx::query(
            "UPDATE vault.organization_exports
                SET parts = parts + 1, done = done + $3, after = $4, attempts = 0,
                    next_attempt_at = $5, ready_at = $6,
                    total = CASE WHEN $6 IS NULL THEN total ELSE done + $3 END
              WHERE id = $1 AND parts = $2 AND ready_at IS NULL AND failed_at IS NULL",
        )
        .bind(self.id.uuid())
        .bind(self.parts)
        .bind(part.rows)
        .bind(&part.after)
        .bind(now + LEASE)
        .bind(part.is_last.then_some(now))
        .execute(&mut *tx)
        .await?;
        if kept.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "INSERT INTO vault.organization_export_parts (export_id, part, content, content_key)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(self.id.uuid())
        .bind(self.parts)
        .bind(sealed.bytes)
        .bind(sealed.kid)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        self.parts += 1;
        self.done += part.rows;
        self.after = part.after;
        Ok(!part.is_last)
    }

    /// Lets somebody else go on at once.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn hand_over(&self, app: &App) -> Result<(), QueryError> {
        self.again_at(app, app.clock.now()).await
    }

    /// Tries again a little later, or gives up.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn postpone(&self, app: &App) -> Result<(), QueryError> {
        if self.attempts >= MOST_ATTEMPTS {
            return self.fail(app).await;
        }
        let doublings = u32::try_from(self.attempts).unwrap_or_default();
        let pause = TimeDelta::seconds(1_i64 << doublings.min(6));
        self.again_at(app, app.clock.now() + pause).await
    }

    /// There is nothing to make the file of, or it can't be made.
    ///
    /// # Errors
    ///
    /// [`QueryError`].
    pub async fn fail(&self, app: &App) -> Result<(), QueryError> {
        sqlx::query(
            "UPDATE vault.organization_exports SET failed_at = $2
              WHERE id = $1 AND ready_at IS NULL",
        )
        .bind(self.id.uuid())
        .bind(app.clock.now())
        .execute(&app.pool)
        .await?;
        Ok(())
    }

    async fn again_at(&self, app: &App, at: Timestamp) -> Result<(), QueryError> {
        sqlx::query(
            "UPDATE vault.organization_exports SET next_attempt_at = $2
              WHERE id = $1 AND parts = $3 AND ready_at IS NULL",
        )
        .bind(self.id.uuid())
        .bind(at)
        .bind(self.parts)
        .execute(&app.pool)
        .await?;
        Ok(())
    }
}

impl Row {
    fn read(self) -> Result<Job, Unreadable> {
        let (data, format) = what(&self.kind, &self.format)?;
        Ok(Job {
            id: ExportId::new(self.id),
            organization: OrganizationId::new(self.organization_id),
            event: self.event_id.map(EventId::new),
            data,
            format,
            between: Between { from: self.since, to: self.until },
            parts: self.parts,
            done: self.done,
            after: self.after,
            total: self.total,
            attempts: self.attempts,
        })
    }
}

/// What a file is about and written as, as it is kept.
///
/// # Errors
///
/// [`Unreadable`] if it is something else.
pub fn what(kind: &str, format: &str) -> Result<(ExportedData, ExportFormat), Unreadable> {
    let data = ExportedData::parse(kind);
    let data = data.map_err(|unknown| Unreadable::new("kind of export", unknown.0))?;
    let format = ExportFormat::parse(format);
    Ok((data, format.map_err(|unknown| Unreadable::new("format of export", unknown.0))?))
}

fn no_randomness(error: getrandom::Error) -> QueryError {
    sqlx::Error::Io(std::io::Error::other(error)).into()
}
