//! What the handlers of this folder work with.

use std::{ops::Deref, sync::Arc};

use shared::{
    auth::{ApiKeys, TokenKeys, TokenSigner},
    clock::Clock,
    id::IdSource,
    vault::Vault,
};
use sqlx::PgPool;

use super::{
    accounts::{chain::Successors, password::Passwords},
    audit::Audit,
};
use crate::{
    mail::Outbox,
    vault::{PersonKey, Persons},
};

/// The state behind the identity routes. Clones share everything.
#[derive(Clone)]
pub struct IdentityState(Arc<Parts>);

/// What an [`IdentityState`] is made of.
pub struct IdentityParts {
    pub pool: PgPool,
    /// Forgets at once what is revoked here.
    pub keys: ApiKeys,
    pub token_keys: TokenKeys,
    pub persons: Persons,
    pub person_key: PersonKey,
    pub vault: Vault,
    pub outbox: Outbox,
    pub ids: IdSource,
    pub clock: Clock,
}

/// What the handlers work with.
pub struct Parts {
    pub(super) pool: PgPool,
    pub(super) keys: ApiKeys,
    pub(super) signer: TokenSigner,
    pub(super) successors: Successors,
    pub(super) passwords: Passwords,
    pub(super) persons: Persons,
    pub(super) person_key: PersonKey,
    pub(super) vault: Vault,
    pub(super) outbox: Outbox,
    pub(super) audit: Audit,
    pub(super) ids: IdSource,
    pub(super) clock: Clock,
}

impl IdentityState {
    /// Accounts, organisations and keys in this database.
    pub fn new(parts: IdentityParts) -> Self {
        Self(Arc::new(Parts {
            pool: parts.pool,
            keys: parts.keys,
            successors: Successors::new(&parts.token_keys),
            signer: TokenSigner::new(parts.token_keys),
            passwords: Passwords::default(),
            persons: parts.persons,
            person_key: parts.person_key,
            vault: parts.vault,
            outbox: parts.outbox,
            audit: Audit::new(parts.ids.clone(), parts.clock.clone()),
            ids: parts.ids,
            clock: parts.clock,
        }))
    }
}

impl Deref for IdentityState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
