//! What the handlers of this folder work with.

use std::{ops::Deref, sync::Arc};

use shared::{
    auth::{
        AccessTokens, ApiKeys, Authenticator, PublicTokenKeys, RevokedDevices, TokenKeys,
        TokenSigner, TokenVerifier,
    },
    clock::Clock,
    id::IdSource,
    vault::Vault,
};
use sqlx::PgPool;
use tokio::sync::Notify;

use super::{
    accounts::{chain::Successors, password::Passwords},
    audit::Audit,
    devices::{Challenges, Refusals},
    oidc::Providers,
    passkeys::RelyingParty,
};
use crate::{
    mail::Outbox,
    runtime::BoxOffices,
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
    /// Know whose an event is.
    pub offices: BoxOffices,
    pub token_keys: TokenKeys,
    pub persons: Persons,
    pub person_key: PersonKey,
    pub vault: Vault,
    pub outbox: Outbox,
    /// Where people can log in from elsewhere.
    pub providers: Providers,
    /// Absent if our address has no host name, which passkeys belong to.
    pub passkeys: Option<RelyingParty>,
    pub ids: IdSource,
    pub clock: Clock,
}

/// What the handlers work with.
pub struct Parts {
    pub(super) pool: PgPool,
    pub(super) keys: ApiKeys,
    pub(super) revoked_devices: RevokedDevices,
    pub(super) challenges: Challenges,
    pub(super) refusals: Refusals,
    pub(super) offices: BoxOffices,
    pub(super) signer: TokenSigner,
    public_keys: PublicTokenKeys,
    pub(super) successors: Successors,
    pub(super) passwords: Passwords,
    pub(super) persons: Persons,
    pub(super) person_key: PersonKey,
    pub(super) vault: Vault,
    pub(super) outbox: Outbox,
    /// Told when somebody made a wish.
    pub(super) wish_made: Notify,
    pub(super) providers: Providers,
    pub(super) passkeys: Option<RelyingParty>,
    pub(super) audit: Audit,
    pub(super) ids: IdSource,
    pub(super) clock: Clock,
}

impl IdentityState {
    /// Accounts, organisations and keys in this database.
    pub fn new(parts: IdentityParts) -> Self {
        Self(Arc::new(Parts {
            public_keys: parts.token_keys.public(),
            keys: parts.keys,
            revoked_devices: RevokedDevices::new(parts.pool.clone(), parts.clock.clone()),
            challenges: Challenges::new(&parts.token_keys),
            refusals: Refusals::default(),
            offices: parts.offices,
            pool: parts.pool,
            successors: Successors::new(&parts.token_keys),
            signer: TokenSigner::new(parts.token_keys),
            passwords: Passwords::default(),
            persons: parts.persons,
            person_key: parts.person_key,
            vault: parts.vault,
            outbox: parts.outbox,
            wish_made: Notify::new(),
            providers: parts.providers,
            passkeys: parts.passkeys,
            audit: Audit::new(parts.ids.clone(), parts.clock.clone()),
            ids: parts.ids,
            clock: parts.clock,
        }))
    }
}

impl IdentityState {
    /// Knows everybody that this state lets in: what is revoked here is outside at once.
    pub fn authenticator(&self, access_tokens: AccessTokens) -> Authenticator {
        let sessions = TokenVerifier::new(&self.public_keys, self.clock.clone());
        Authenticator::new(self.keys.clone(), access_tokens)
            .with_sessions(sessions)
            .with_devices(self.revoked_devices.clone())
    }
}

impl Deref for IdentityState {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
