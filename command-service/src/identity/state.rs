//! What the handlers of this folder work with.

use shared::{auth::ApiKeys, clock::Clock, id::IdSource};
use sqlx::PgPool;

/// The state behind the identity routes.
#[derive(Clone)]
pub struct IdentityState {
    pub(super) pool: PgPool,
    pub(super) keys: ApiKeys,
    pub(super) ids: IdSource,
    pub(super) clock: Clock,
}

impl IdentityState {
    /// Organisations and keys in this database; `keys` forgets at once what is revoked here.
    pub fn new(pool: PgPool, keys: ApiKeys, ids: IdSource, clock: Clock) -> Self {
        Self { pool, keys, ids, clock }
    }
}
