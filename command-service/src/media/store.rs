//! Keeps pictures, each once.

use sha2::{Digest, Sha256};
use shared::{clock::Timestamp, id::EventId};
use sqlx::{PgConnection, PgPool};

/// Pictures that an event may have had.
const MOST: i64 = 50;

/// A picture that is ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ready {
    /// JPEG.
    pub content: Vec<u8>,
    /// The same for lists.
    pub small: Vec<u8>,
    pub width: i32,
    pub height: i32,
}

/// Where a picture is found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// At this address.
    At(String),
    /// Nowhere: the event has had as many as it may.
    TooMany,
}

/// Keeps a picture of an event.
///
/// # Errors
///
/// If the database refuses.
pub async fn keep(
    pool: &PgPool,
    event: EventId,
    ready: &Ready,
    (who, at): (&str, Timestamp),
) -> Result<Kept, sqlx::Error> {
    let hash = Sha256::digest(&ready.content);
    let mut tx = pool.begin().await?;
    if count_others(&mut tx, event, &hash).await? >= MOST {
        return Ok(Kept::TooMany);
    }
    sqlx::query(
        "INSERT INTO media.images (sha256, content, small, width, height, created_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
    )
    .bind(hash.as_slice())
    .bind(&ready.content)
    .bind(&ready.small)
    .bind(ready.width)
    .bind(ready.height)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    sqlx::query(
        "INSERT INTO media.event_images (event_id, sha256, uploaded_by, uploaded_at)
         VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(event.uuid())
    .bind(hash.as_slice())
    .bind(who)
    .bind(at)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Kept::At(format!("/media/{}.jpg", hex::encode(hash))))
}

/// Others of this event than this one. One at a time counts and adds.
async fn count_others(
    tx: &mut PgConnection,
    event: EventId,
    hash: &[u8],
) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('images.' || $1, 0))")
        .bind(event.to_string())
        .execute(&mut *tx)
        .await?;
    sqlx::query_scalar(
        "SELECT count(*) FROM media.event_images WHERE event_id = $1 AND sha256 <> $2",
    )
    .bind(event.uuid())
    .bind(hash)
    .fetch_one(tx)
    .await
}
