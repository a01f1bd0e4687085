//! The audit stream: what is security-relevant goes into the log.
//!
//! A fact is written in the transaction of the change it tells about ([`Audit::note`]) and brought
//! into the log behind it ([`recorder`]), in order, once.

mod recorder;

use shared::{
    clock::Clock,
    event_log::Metadata,
    events::identity::IdentityEvent,
    http::TraceId,
    id::{AccountId, CommandId, IdSource, OrganizationId},
};
use sqlx::PgConnection;
use uuid::Uuid;

#[cfg(test)]
pub use recorder::record_all;
pub use recorder::start_recorder;

/// Notes what is to be recorded.
#[derive(Clone, Debug)]
pub struct Audit {
    ids: IdSource,
    clock: Clock,
}

/// Whose history a fact belongs to.
#[derive(Clone, Copy, Debug)]
pub enum Subject {
    Account(AccountId),
    Organization(OrganizationId),
}

impl Subject {
    fn stream(self) -> Uuid {
        match self {
            Self::Account(account) => account.uuid(),
            Self::Organization(organization) => organization.uuid(),
        }
    }
}

impl Audit {
    pub(super) fn new(ids: IdSource, clock: Clock) -> Self {
        Self { ids, clock }
    }

    /// Notes a fact, in the transaction of its change. `actor` is who did it.
    ///
    /// # Errors
    ///
    /// If the database refuses.
    pub async fn note(
        &self,
        tx: &mut PgConnection,
        subject: Subject,
        actor: &str,
        fact: &IdentityEvent,
    ) -> Result<(), sqlx::Error> {
        let id = self.ids.next();
        let metadata = Metadata {
            command_id: CommandId::new(id),
            at: self.clock.now(),
            actor: actor.to_owned(),
            trace_id: TraceId::current().map(|trace| trace.to_string()).unwrap_or_default(),
            digest: None,
            causation: None,
        };
        let payload =
            serde_json::to_string(fact).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
        sqlx::query(
            "INSERT INTO identity.audit_pending (id, stream_id, event_type, payload, metadata) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(subject.stream())
        .bind(fact.name())
        .bind(payload)
        .bind(&*metadata.to_json())
        .execute(tx)
        .await?;
        Ok(())
    }
}

/// How an account is named in the history, when it acts before it has a session.
pub(super) fn named(account: AccountId) -> String {
    format!("account:{account}")
}
