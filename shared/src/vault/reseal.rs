//! A new master key: what older ones sealed themselves is sealed anew.
//!
//! Whatever begins to seal under a master key ([`Vault::seal`]) has its place in [`Content`], or its
//! old master key can never be dropped.

use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    Randomness, RotateError, Vault,
    places::{export_part_place, export_place, mail_place, second_factor_place, wish_place},
};
use crate::id::PersonId;

/// What is sealed under a master key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Secrets that codes are made from.
    SecondFactors,
    /// Finished exports.
    Exports,
    /// Parts of exports of organisations.
    ExportParts,
    /// Mails that are not sent yet.
    Mails,
    /// What was asked for with an address, and isn't done yet.
    Wishes,
}

/// What became of one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resealed {
    /// The last row that was looked at: where the next batch begins.
    pub after: String,
    pub sealed: usize,
    /// Rows that no master key at hand opens; they stay as they are.
    pub unreadable: usize,
}

/// A row: its id, what its place is made of, what was sealed, and the name of the key.
type Row = (String, String, String, Uuid, Vec<u8>, String);

impl Content {
    /// All there are.
    pub const ALL: [Self; 5] =
        [Self::SecondFactors, Self::Exports, Self::ExportParts, Self::Mails, Self::Wishes];

    /// What a person calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::SecondFactors => "second factors",
            Self::Exports => "exports",
            Self::ExportParts => "parts of organisations' exports",
            Self::Mails => "mails",
            Self::Wishes => "wishes",
        }
    }

    fn place(self, cause: &str, kind: &str, owner: Uuid) -> Vec<u8> {
        match self {
            Self::SecondFactors => second_factor_place(owner),
            Self::Exports => export_place(owner),
            // What is no number opens nothing.
            Self::ExportParts => export_part_place(owner, kind.parse().unwrap_or(-1)),
            Self::Mails => mail_place(cause, kind, PersonId::new(owner)),
            Self::Wishes => wish_place(owner),
        }
    }

    /// Rows of one transaction. An export may be large.
    fn batch(self) -> i64 {
        match self {
            Self::SecondFactors | Self::Mails | Self::Wishes => 500,
            Self::Exports | Self::ExportParts => 10,
        }
    }

    fn find(self) -> &'static str {
        match self {
            Self::SecondFactors => {
                "SELECT account_id::text, '', '', account_id, secret, secret_key
                   FROM identity.second_factors
                  WHERE secret_key <> $1 AND account_id::text COLLATE \"C\" > $2
                  ORDER BY account_id::text COLLATE \"C\" LIMIT $3 FOR UPDATE"
            }
            Self::Exports => {
                "SELECT id::text, '', '', id, content, content_key
                   FROM vault.exports
                  WHERE content_key <> $1 AND id::text COLLATE \"C\" > $2
                  ORDER BY id::text COLLATE \"C\" LIMIT $3 FOR UPDATE"
            }
            Self::ExportParts => {
                "SELECT export_id || '/' || part, '', part::text, export_id, content, content_key
                   FROM vault.organization_export_parts
                  WHERE content_key <> $1 AND (export_id || '/' || part) COLLATE \"C\" > $2
                  ORDER BY (export_id || '/' || part) COLLATE \"C\" LIMIT $3 FOR UPDATE"
            }
            Self::Mails => {
                "SELECT id::text, cause, kind, person_id, content, content_key
                   FROM outbox.messages
                  WHERE content_key <> $1 AND id::text COLLATE \"C\" > $2
                  ORDER BY id::text COLLATE \"C\" LIMIT $3 FOR UPDATE"
            }
            Self::Wishes => {
                "SELECT id::text, '', '', id, content, content_key
                   FROM identity.wishes
                  WHERE content_key <> $1 AND id::text COLLATE \"C\" > $2
                  ORDER BY id::text COLLATE \"C\" LIMIT $3 FOR UPDATE"
            }
        }
    }

    fn change(self) -> &'static str {
        match self {
            Self::SecondFactors => {
                "UPDATE identity.second_factors SET secret = $2, secret_key = $3
                  WHERE account_id = $1::uuid"
            }
            Self::Exports => {
                "UPDATE vault.exports SET content = $2, content_key = $3 WHERE id = $1::uuid"
            }
            Self::ExportParts => {
                "UPDATE vault.organization_export_parts SET content = $2, content_key = $3
                  WHERE export_id || '/' || part = $1"
            }
            Self::Mails => {
                "UPDATE outbox.messages SET content = $2, content_key = $3 WHERE id = $1::bigint"
            }
            Self::Wishes => {
                "UPDATE identity.wishes SET content = $2, content_key = $3 WHERE id = $1::uuid"
            }
        }
    }
}

/// Seals the next rows after `after` with the newest master key; nothing if there are none left.
/// Safe to interrupt and to repeat: what is sealed anew isn't found again.
///
/// # Errors
///
/// [`RotateError`]; the batch is then as it was.
pub async fn reseal_batch(
    connection: &mut PgConnection,
    vault: &Vault,
    content: Content,
    after: Option<&str>,
) -> Result<Option<Resealed>, RotateError> {
    let mut tx = connection.begin().await?;
    let rows: Vec<Row> = sqlx::query_as(content.find())
        .bind(vault.newest_kid())
        .bind(after.unwrap_or_default())
        .bind(content.batch())
        .fetch_all(&mut *tx)
        .await?;
    let Some((last, ..)) = rows.last() else { return Ok(None) };
    let mut done = Resealed { after: last.clone(), sealed: 0, unreadable: 0 };
    let mut randomness = Randomness::draw(rows.len() * 24)?;
    for (id, cause, kind, owner, sealed, kid) in &rows {
        let place = content.place(cause, kind, *owner);
        let Ok(opened) = vault.open(&place, kid, sealed) else {
            done.unreadable += 1;
            continue;
        };
        let sealed = vault.seal(&place, &opened, &mut randomness)?;
        sqlx::query(content.change())
            .bind(id)
            .bind(sealed.bytes)
            .bind(sealed.kid)
            .execute(&mut *tx)
            .await?;
        done.sealed += 1;
    }
    tx.commit().await?;
    Ok(Some(done))
}
