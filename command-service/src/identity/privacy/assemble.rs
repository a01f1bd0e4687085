//! Everything that is held about the owner of an account, as JSON.

use std::time::Duration;

use serde_json::{Value, json};
use shared::{
    clock::Timestamp,
    event_log::{ReadError, StreamId, read},
    events::identity::STREAM_TYPE,
    id::{AccountId, PersonId},
    vault::{ReadPersonError, Vault, find_persons},
};
use sqlx::PgPool;
use thiserror::Error;
use uuid::Uuid;

use crate::mail::{OrderReader, ReadOrderError};

/// Facts are recorded within a second; an export doesn't fail because they aren't.
const LOOKS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// The export, and who is told about it.
pub(super) struct Assembled {
    pub person: PersonId,
    pub content: Value,
}

/// Something can't be read.
#[derive(Debug, Error)]
pub(super) enum AssembleError {
    #[error("the database refused")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Person(#[from] ReadPersonError),
    #[error(transparent)]
    Order(#[from] ReadOrderError),
    #[error(transparent)]
    Log(#[from] ReadError),
}

/// Events of an account's history that are exported at most.
const LONGEST_HISTORY: i64 = 100_000;

/// Collects everything; nothing if there is no such account.
pub(super) async fn assemble(
    pool: &PgPool,
    vault: &Vault,
    orders: &OrderReader,
    account: AccountId,
    at: Timestamp,
) -> Result<Option<Assembled>, AssembleError> {
    let kept: Option<(Uuid, Value)> = sqlx::query_as(
        "SELECT a.person_id, jsonb_build_object('account_id', a.id, 'created_at', a.created_at,
                'email_verified_at', a.email_verified_at,
                'password_changed_at', a.password_changed_at,
                'second_factor_since', (SELECT confirmed_at FROM identity.second_factors AS f
                                         WHERE f.account_id = a.id))
           FROM identity.accounts AS a WHERE a.id = $1",
    )
    .bind(account.uuid())
    .fetch_optional(pool)
    .await?;
    let Some((person, profile)) = kept else { return Ok(None) };
    let persons: Vec<Uuid> = sqlx::query_scalar(
        "SELECT person_id FROM identity.proved_persons WHERE account_id = $1
          UNION SELECT person_id FROM identity.accounts WHERE id = $1",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    recorded(pool, account).await?;
    let content = json!({
        "exported_at": at,
        "account": profile,
        "contacts": contacts(pool, vault, &persons).await?,
        "sessions": sessions(pool, account).await?,
        "linked_logins": linked_logins(pool, account).await?,
        "passkeys": passkeys(pool, account).await?,
        "memberships": memberships(pool, account).await?,
        "orders": bought(pool, orders, &persons).await?,
        "mails": mails(pool, &persons).await?,
        "history": history(pool, account).await?,
    });
    Ok(Some(Assembled { person: PersonId::new(person), content }))
}

async fn contacts(pool: &PgPool, vault: &Vault, ids: &[Uuid]) -> Result<Value, AssembleError> {
    let persons: Vec<PersonId> = ids.iter().copied().map(PersonId::new).collect();
    let found = find_persons(pool, vault, &persons).await?;
    let contact = |person: &PersonId| {
        let known = found.get(person)?;
        Some(json!({"person_id": person, "email": known.email, "name": known.name}))
    };
    Ok(persons.iter().filter_map(contact).collect())
}

async fn sessions(pool: &PgPool, account: AccountId) -> Result<Value, sqlx::Error> {
    let sessions: Vec<Value> = sqlx::query_scalar(
        "SELECT jsonb_build_object('session_id', id, 'device', device, 'created_at', created_at,
                'last_used_at', last_used_at, 'expires_at', expires_at, 'ended_at', ended_at,
                'ended_because', ended_because)
           FROM identity.sessions WHERE account_id = $1 ORDER BY created_at",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    Ok(Value::Array(sessions))
}

async fn passkeys(pool: &PgPool, account: AccountId) -> Result<Value, sqlx::Error> {
    let passkeys: Vec<Value> = sqlx::query_scalar(
        "SELECT jsonb_build_object('passkey_id', id, 'name', name, 'created_at', created_at,
                'last_used_at', last_used_at, 'credential_id', encode(credential_id, 'hex'),
                'backup_eligible', backup_eligible, 'backed_up', backed_up,
                'credential', credential)
           FROM identity.passkeys WHERE account_id = $1 ORDER BY created_at",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    Ok(Value::Array(passkeys))
}

async fn linked_logins(pool: &PgPool, account: AccountId) -> Result<Value, sqlx::Error> {
    let linked: Vec<Value> = sqlx::query_scalar(
        "SELECT jsonb_build_object('provider', provider, 'linked_at', linked_at,
                'last_used_at', last_used_at)
           FROM identity.linked_logins WHERE account_id = $1 ORDER BY linked_at",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    Ok(Value::Array(linked))
}

async fn memberships(pool: &PgPool, account: AccountId) -> Result<Value, sqlx::Error> {
    let memberships: Vec<Value> = sqlx::query_scalar(
        "SELECT jsonb_build_object('organization_id', m.organization_id, 'name', o.name,
                'role', m.role, 'since', m.since)
           FROM identity.memberships AS m
           JOIN identity.organizations AS o ON o.id = m.organization_id
          WHERE m.account_id = $1 ORDER BY m.since",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    Ok(Value::Array(memberships))
}

/// Every order has had its confirmation asked for, under the position of its payment.
async fn bought(
    pool: &PgPool,
    reader: &OrderReader,
    persons: &[Uuid],
) -> Result<Value, AssembleError> {
    let asked: Vec<(String, Uuid, Uuid, Timestamp)> = sqlx::query_as(
        "SELECT cause, event_id, order_id, created_at FROM outbox.messages
          WHERE person_id = ANY($1) AND kind = 'order_confirmation' ORDER BY id",
    )
    .bind(persons)
    .fetch_all(pool)
    .await?;
    let mut orders = Vec::with_capacity(asked.len());
    for (cause, event, order, at) in asked {
        let facts = reader.read(&cause, event.into(), order.into()).await?;
        orders.push(json!({"ordered_at": at, "event_id": event, "order": facts}));
    }
    Ok(Value::Array(orders))
}

async fn mails(pool: &PgPool, persons: &[Uuid]) -> Result<Value, sqlx::Error> {
    let mails: Vec<Value> = sqlx::query_scalar(
        "SELECT jsonb_build_object('kind', kind, 'language', language, 'status', status,
                'asked_for_at', created_at, 'sent_at', sent_at)
           FROM outbox.messages WHERE person_id = ANY($1) ORDER BY id",
    )
    .bind(persons)
    .fetch_all(pool)
    .await?;
    Ok(Value::Array(mails))
}

/// Waits a little until what is noted about the account is in the log: the newest facts, such as the
/// proof that was given for this export, belong into it.
async fn recorded(pool: &PgPool, account: AccountId) -> Result<(), sqlx::Error> {
    for _ in 0..LOOKS {
        let is_noted: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM identity.audit_pending WHERE stream_id = $1)",
        )
        .bind(account.uuid())
        .fetch_one(pool)
        .await?;
        if !is_noted {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(())
}

async fn history(pool: &PgPool, account: AccountId) -> Result<Value, ReadError> {
    let stream = StreamId { stream_type: STREAM_TYPE, id: account.uuid() };
    let events = read::stream(pool, stream, 0, LONGEST_HISTORY).await?;
    let event = |event: &shared::event_log::RecordedEvent| {
        let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        json!({"at": event.recorded_at, "what": event.event_type, "details": payload})
    };
    Ok(events.iter().map(event).collect())
}
