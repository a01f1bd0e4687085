//! API keys: credentials of programs, stored hashed, remembered for a few seconds.

use std::{fmt, sync::Arc, time::Duration};

use chrono::TimeDelta;
use moka::sync::Cache;
use sha2::{Digest, Sha256};
use sqlx::{FromRow, PgPool, Row, postgres::PgRow};
use subtle::ConstantTimeEq;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::{Action, Actor, Scopes};
use crate::{
    clock::{Clock, Timestamp},
    id::{ApiKeyId, OrganizationId},
};

const PREFIX: &str = "fhk_";
const SECRET_BYTES: usize = 32;
/// A revoked key may work for this long.
const REMEMBERED: TimeDelta = TimeDelta::seconds(5);
const REMEMBERED_AT_MOST: u64 = 10_000;
/// How exactly it is known when a key was last used.
const NOTED_EVERY: Duration = Duration::from_mins(1);
/// Unknown keys must not take every connection to the database.
const LOOKUPS_AT_ONCE: usize = 4;

/// What a key lets its bearer be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyRole {
    /// Runs the platform.
    Admin,
    /// Acts for one organisation.
    Organizer,
}

impl ApiKeyRole {
    /// The role as stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Organizer => "organizer",
        }
    }
}

/// A key as its bearer presents it: `fhk_<key id>_<secret>`, both in hex. Never printed.
#[derive(Clone)]
pub struct ApiKeySecret {
    id: ApiKeyId,
    secret: [u8; SECRET_BYTES],
}

impl ApiKeySecret {
    /// A new secret from the operating system's generator.
    ///
    /// # Errors
    ///
    /// If the operating system gives no randomness.
    pub fn generate(id: ApiKeyId) -> Result<Self, getrandom::Error> {
        let mut secret = [0; SECRET_BYTES];
        getrandom::fill(&mut secret)?;
        Ok(Self { id, secret })
    }

    /// Reads a presented key. Says nothing about whether it is genuine.
    pub fn parse(token: &str) -> Option<Self> {
        let (id, secret_hex) = token.strip_prefix(PREFIX)?.split_once('_')?;
        if id.len() != 32 {
            return None;
        }
        let id = ApiKeyId::new(Uuid::try_parse(id).ok()?);
        let mut secret = [0; SECRET_BYTES];
        hex::decode_to_slice(secret_hex, &mut secret).ok()?;
        Some(Self { id, secret })
    }

    /// The public half.
    pub fn id(&self) -> ApiKeyId {
        self.id
    }

    /// What is stored. One round of SHA-256 is enough: the secret has 256 random bits.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.secret).into()
    }

    /// The key in full, to be shown once.
    pub fn expose(&self) -> String {
        format!("{PREFIX}{}_{}", self.id.uuid().simple(), hex::encode(self.secret))
    }
}

impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeySecret({}, [secret])", self.id)
    }
}

/// The stored keys, each remembered for at most five seconds, unknown ones included.
#[derive(Clone)]
pub struct ApiKeys {
    pool: PgPool,
    clock: Clock,
    remembered: Cache<ApiKeyId, Remembered>,
    /// The keys whose use was noted within the last minute.
    noted: Cache<ApiKeyId, ()>,
    lookups: Arc<Semaphore>,
}

#[derive(Clone)]
struct Remembered {
    until: Timestamp,
    key: Option<Arc<StoredKey>>,
}

struct StoredKey {
    organization_id: Option<Uuid>,
    role: String,
    secret_sha256: Vec<u8>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    /// The actions it is limited to, if it is.
    scopes: Option<Vec<String>>,
    /// Whether its organisation is suspended.
    suspended: bool,
}

impl ApiKeys {
    /// The keys in this database.
    pub fn new(pool: PgPool, clock: Clock) -> Self {
        let time_to_live = REMEMBERED.to_std().unwrap_or(Duration::ZERO);
        Self {
            pool,
            clock,
            remembered: Cache::builder()
                .max_capacity(REMEMBERED_AT_MOST)
                .time_to_live(time_to_live)
                .build(),
            noted: Cache::builder()
                .max_capacity(REMEMBERED_AT_MOST)
                .time_to_live(NOTED_EVERY)
                .build(),
            lookups: Arc::new(Semaphore::new(LOOKUPS_AT_ONCE)),
        }
    }

    /// Who the bearer of this key is; nothing if the key is unknown, wrong, expired or revoked.
    ///
    /// # Errors
    ///
    /// If the database can't be asked.
    pub async fn verify(&self, presented: &ApiKeySecret) -> Result<Option<Actor>, sqlx::Error> {
        let at = self.clock.now();
        let stored = match self.remembered.get(&presented.id()) {
            Some(remembered) if at < remembered.until => remembered.key,
            Some(_) | None => self.look_up(presented.id(), at).await?,
        };
        let actor = stored.filter(|key| key.is_secret(presented)).and_then(|key| key.actor(at));
        if actor.is_some() {
            self.note_use(presented.id(), at);
        }
        Ok(actor)
    }

    /// Notes that a key is in use: at most once a minute, beside the request.
    fn note_use(&self, id: ApiKeyId, at: Timestamp) {
        if self.noted.contains_key(&id) {
            return;
        }
        self.noted.insert(id, ());
        let pool = self.pool.clone();
        tokio::spawn(async move {
            let noted = sqlx::query(
                "UPDATE identity.api_keys SET last_used_at = $2 WHERE id = $1 \
                    AND (last_used_at IS NULL OR last_used_at < $2 - interval '1 minute')",
            )
            .bind(id.uuid())
            .bind(at)
            .execute(&pool)
            .await;
            if let Err(error) = noted {
                tracing::debug!(%error, "the use of an API key was not noted");
            }
        });
    }

    /// Forgets a key, so that this process notices at once that it was revoked.
    pub fn forget(&self, id: ApiKeyId) {
        self.remembered.invalidate(&id);
    }

    async fn look_up(
        &self,
        id: ApiKeyId,
        at: Timestamp,
    ) -> Result<Option<Arc<StoredKey>>, sqlx::Error> {
        let permit = self.lookups.acquire().await;
        let found: Option<StoredKey> = sqlx::query_as(
            "SELECT k.organization_id, k.role, k.secret_sha256, k.expires_at, k.revoked_at, \
                    k.scopes, o.suspended_at IS NOT NULL AS suspended \
               FROM identity.api_keys AS k \
               LEFT JOIN identity.organizations AS o ON o.id = k.organization_id \
              WHERE k.id = $1",
        )
        .bind(id.uuid())
        .fetch_optional(&self.pool)
        .await?;
        drop(permit);
        let key = found.map(Arc::new);
        self.remembered.insert(id, Remembered { until: at + REMEMBERED, key: key.clone() });
        Ok(key)
    }
}

impl FromRow<'_, PgRow> for StoredKey {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            organization_id: row.try_get("organization_id")?,
            role: row.try_get("role")?,
            secret_sha256: row.try_get("secret_sha256")?,
            expires_at: row.try_get("expires_at")?,
            revoked_at: row.try_get("revoked_at")?,
            scopes: row.try_get("scopes")?,
            suspended: row.try_get("suspended")?,
        })
    }
}

impl StoredKey {
    fn is_secret(&self, presented: &ApiKeySecret) -> bool {
        self.secret_sha256.as_slice().ct_eq(&presented.sha256()).into()
    }

    fn actor(&self, at: Timestamp) -> Option<Actor> {
        let expired = self.expires_at.is_some_and(|expires_at| expires_at <= at);
        if expired || self.revoked_at.is_some() || self.suspended {
            return None;
        }
        match (self.role.as_str(), self.organization_id, &self.scopes) {
            ("admin", None, None) => Some(Actor::Admin),
            ("organizer", Some(id), None) => Some(Actor::Organizer(OrganizationId::new(id))),
            ("organizer", Some(id), Some(names)) => {
                Some(Actor::ScopedKey(OrganizationId::new(id), scopes(names)?))
            }
            _ => None,
        }
    }
}

/// The scopes of these names; none if one isn't known: the key then works for nothing.
fn scopes(names: &[String]) -> Option<Scopes> {
    let actions: Result<Vec<Action>, _> = names.iter().map(|name| Action::parse(name)).collect();
    Scopes::of(&actions.ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn an_id() -> ApiKeyId {
        ApiKeyId::new(Uuid::from_u128(5))
    }

    fn a_stored(secret: &ApiKeySecret) -> StoredKey {
        StoredKey {
            organization_id: None,
            role: "admin".to_owned(),
            secret_sha256: secret.sha256().to_vec(),
            expires_at: None,
            revoked_at: None,
            scopes: None,
            suspended: false,
        }
    }

    #[test]
    fn reads_back_what_it_shows_once() {
        let secret = ApiKeySecret::generate(an_id()).unwrap();
        let read = ApiKeySecret::parse(&secret.expose()).unwrap();
        assert_eq!((read.id(), read.sha256()), (an_id(), secret.sha256()));
    }

    #[test]
    fn two_secrets_differ() {
        let secret = || ApiKeySecret::generate(an_id()).unwrap().expose();
        assert_ne!(secret(), secret());
    }

    #[test]
    fn is_not_printed() {
        let secret = ApiKeySecret::generate(an_id()).unwrap();
        let half = hex::encode(secret.secret);
        assert!(!format!("{secret:?}").contains(&half));
    }

    #[test]
    fn text_that_is_no_key_is_refused() {
        let id = Uuid::from_u128(5);
        let long_id = format!("fhk_{}_{}", id.hyphenated(), "00".repeat(32));
        let short = format!("fhk_{}_{}", id.simple(), "00".repeat(31));
        for text in ["", "fhk_", "fhk__", "fhk_é_é", &long_id, &short, "sk_test_1"] {
            assert!(ApiKeySecret::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn only_the_right_secret_fits() {
        let secret = ApiKeySecret::generate(an_id()).unwrap();
        let stored = a_stored(&secret);
        assert!(stored.is_secret(&secret));
        assert!(!stored.is_secret(&ApiKeySecret::generate(an_id()).unwrap()));
    }

    #[test]
    fn a_key_ends_at_its_expiry_and_when_revoked() {
        let at = Clock::system().now();
        let secret = ApiKeySecret::generate(an_id()).unwrap();
        let expiring = StoredKey { expires_at: Some(at), ..a_stored(&secret) };
        assert_eq!(expiring.actor(at - TimeDelta::microseconds(1)), Some(Actor::Admin));
        assert_eq!(expiring.actor(at), None);
        let revoked = StoredKey { revoked_at: Some(at), ..a_stored(&secret) };
        assert_eq!(revoked.actor(at), None);
    }

    #[test]
    fn a_key_is_limited_to_its_scopes() {
        let at = Clock::system().now();
        let secret = ApiKeySecret::generate(an_id()).unwrap();
        let key = |scopes: &[&str]| StoredKey {
            organization_id: Some(Uuid::from_u128(1)),
            role: "organizer".to_owned(),
            scopes: Some(scopes.iter().map(|scope| (*scope).to_owned()).collect()),
            ..a_stored(&secret)
        };
        let organization = OrganizationId::new(Uuid::from_u128(1));
        let scopes = Scopes::of(&[Action::ViewOrder]).unwrap();
        let limited = key(&["view_order"]).actor(at);
        assert_eq!(limited, Some(Actor::ScopedKey(organization, scopes)));
        for wrong in [&["fly"][..], &["manage_platform"], &["view_order", "impersonate"]] {
            assert_eq!(key(wrong).actor(at), None, "{wrong:?}");
        }
        let suspended = StoredKey { suspended: true, ..key(&["view_order"]) };
        assert_eq!(suspended.actor(at), None);
    }

    #[test]
    fn a_role_that_does_not_fit_its_organization_is_nobody() {
        let at = Clock::system().now();
        let secret = ApiKeySecret::generate(an_id()).unwrap();
        let organization = Some(Uuid::from_u128(1));
        let admin_of_one = StoredKey { organization_id: organization, ..a_stored(&secret) };
        assert_eq!(admin_of_one.actor(at), None);
        let organizer_of_none = StoredKey { role: "organizer".to_owned(), ..a_stored(&secret) };
        assert_eq!(organizer_of_none.actor(at), None);
    }
}
