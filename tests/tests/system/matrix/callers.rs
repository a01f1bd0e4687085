//! Every kind of caller, made anew for each cell: what one asks for must not be what another finds.

use chrono::TimeDelta;
use shared::{
    auth::{
        AccessTokens, AccountActor, ApiKeySecret, DeviceActor, DeviceClaims, MemberRole,
        Membership, TokenClaims, TokenKeys, TokenSigner,
    },
    clock::{Clock, Timestamp},
    config::SecretKey,
    id::{
        AccountId, ApiKeyId, DeviceId, EventId, IdSource, OrganizationId, PersonId, ReservationId,
        SessionId,
    },
    vault::{SealedPersons, Vault},
};
use sqlx::PgPool;
use uuid::Uuid;

use super::world::{Things, World};
use crate::platform::{ACCESS_KEY, ADMIN_KEY, TOKEN_KEYS, VAULT_KEYS};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    Public,
    Holder,
    Device,
    Account,
    DoorStaff,
    Finance,
    Manager,
    Owner,
    Key,
    ScopedKey,
    PlatformKey,
    Admin,
    UnprovedAdmin,
    Suspended,
    Impersonator,
}

/// What the scoped key of the table may do.
const SCOPES: [&str; 2] = ["manage_event", "view_order"];
/// A proof that is no longer fresh.
const STALE: TimeDelta = TimeDelta::minutes(6);

impl Caller {
    pub const ALL: [Self; 15] = [
        Self::Public,
        Self::Holder,
        Self::Device,
        Self::Account,
        Self::DoorStaff,
        Self::Finance,
        Self::Manager,
        Self::Owner,
        Self::Key,
        Self::ScopedKey,
        Self::PlatformKey,
        Self::Admin,
        Self::UnprovedAdmin,
        Self::Suspended,
        Self::Impersonator,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Holder => "holder",
            Self::Device => "device",
            Self::Account => "account",
            Self::DoorStaff => "door staff",
            Self::Finance => "finance",
            Self::Manager => "manager",
            Self::Owner => "owner",
            Self::Key => "key",
            Self::ScopedKey => "scoped key",
            Self::PlatformKey => "platform key",
            Self::Admin => "admin",
            Self::UnprovedAdmin => "unproved admin",
            Self::Suspended => "suspended",
            Self::Impersonator => "impersonator",
        }
    }

    /// Whether it is someone who is logged in, and so may have proved lately to be there.
    pub fn is_person(self) -> bool {
        !matches!(
            self,
            Self::Public
                | Self::Holder
                | Self::Device
                | Self::Key
                | Self::ScopedKey
                | Self::PlatformKey
        )
    }

    /// Whether an event of its own side is its organisation's, and not only something it bought.
    pub fn works_for_one(self) -> bool {
        !matches!(self, Self::Account | Self::DoorStaff | Self::UnprovedAdmin | Self::Suspended)
    }

    fn role(self) -> Option<MemberRole> {
        match self {
            Self::DoorStaff => Some(MemberRole::DoorStaff),
            Self::Finance => Some(MemberRole::Finance),
            Self::Manager => Some(MemberRole::Manager),
            Self::Owner | Self::Suspended | Self::Impersonator => Some(MemberRole::Owner),
            Self::Public
            | Self::Holder
            | Self::Device
            | Self::Account
            | Self::Key
            | Self::ScopedKey
            | Self::PlatformKey
            | Self::Admin
            | Self::UnprovedAdmin => None,
        }
    }
}

/// Someone who asks.
pub struct Who {
    /// The account or device, where it is one; else an id of nobody.
    pub account: Uuid,
    /// As the history names them.
    pub name: String,
    pub token: Option<String>,
}

/// A caller whose own things are these, and who holds this reservation.
pub async fn appear(world: &World, caller: Caller, own: &Things, held: Uuid, proved: bool) -> Who {
    let token = match caller {
        Caller::Public => None,
        Caller::Holder => {
            let tokens = AccessTokens::new(&SecretKey::new(ACCESS_KEY));
            Some(tokens.issue(ReservationId::new(held)))
        }
        Caller::Key => Some(api_key(world.pool(), own.organization, None).await),
        Caller::ScopedKey => Some(api_key(world.pool(), own.organization, Some(&SCOPES)).await),
        Caller::PlatformKey => Some(ADMIN_KEY.to_owned()),
        Caller::Device => return at_the_door(own),
        Caller::Account
        | Caller::DoorStaff
        | Caller::Finance
        | Caller::Manager
        | Caller::Owner
        | Caller::Admin
        | Caller::UnprovedAdmin
        | Caller::Suspended
        | Caller::Impersonator => return log_in(world, caller, own, proved).await,
    };
    let key = token.as_deref().and_then(ApiKeySecret::parse);
    let name = key.map(|key| format!("api_key:{}", key.id())).unwrap_or_default();
    Who { account: IdSource.next(), name, token }
}

/// A device of the own event. Its row is made with what it asks for.
fn at_the_door(own: &Things) -> Who {
    let at = Clock::system().now();
    let device = DeviceActor {
        device: DeviceId::new(IdSource.next()),
        organization: OrganizationId::new(own.organization),
        event: EventId::new(own.event),
        gates: Vec::new(),
        lease_ends_at: at + TimeDelta::hours(1),
    };
    let keys: TokenKeys = TOKEN_KEYS.parse().expect("keys");
    let token = TokenSigner::new(keys).sign_device(&DeviceClaims::new(&device, at));
    let name = format!("device:{}", device.device);
    Who { account: device.device.uuid(), name, token: Some(token) }
}

async fn api_key(pool: &PgPool, organization: Uuid, scopes: Option<&[&str]>) -> String {
    let secret = ApiKeySecret::generate(ApiKeyId::new(IdSource.next())).expect("randomness");
    let scopes: Option<Vec<String>> =
        scopes.map(|names| names.iter().map(|name| (*name).to_owned()).collect());
    sqlx::query(
        "INSERT INTO identity.api_keys (id, organization_id, role, label, secret_sha256,
                created_at, scopes)
         VALUES ($1, $2, 'organizer', 'matrix', $3, now(), $4)",
    )
    .bind(secret.id().uuid())
    .bind(organization)
    .bind(secret.sha256().to_vec())
    .bind(scopes)
    .execute(pool)
    .await
    .expect("a key");
    secret.expose()
}

/// An account with a session, as the database would have it after a log-in, and the token of that.
async fn log_in(world: &World, caller: Caller, own: &Things, proved: bool) -> Who {
    let at = Clock::system().now();
    let stepped_up_at = if proved { at } else { at - STALE };
    let impersonates = caller == Caller::Impersonator;
    let actor = AccountActor {
        account: AccountId::new(IdSource.next()),
        session: SessionId::new(IdSource.next()),
        persons: vec![PersonId::new(own.buyer)],
        memberships: caller
            .role()
            .map(|role| Membership { organization: OrganizationId::new(own.organization), role })
            .into_iter()
            .collect(),
        platform_admin: matches!(caller, Caller::Admin | Caller::UnprovedAdmin),
        second_factor: caller == Caller::Admin,
        stepped_up: proved,
        impersonator: impersonates.then_some(AccountId::new(world.an_admin())),
    };
    keep(world.pool(), &actor, stepped_up_at, at).await;
    let keys: TokenKeys = TOKEN_KEYS.parse().expect("keys");
    let token = TokenSigner::new(keys).sign(&TokenClaims::new(&actor, Some(stepped_up_at), at));
    let name = match actor.impersonator {
        Some(admin) => format!("account:{admin} as account:{}", actor.account),
        None => format!("account:{}", actor.account),
    };
    Who { account: actor.account.uuid(), name, token: Some(token) }
}

async fn keep(pool: &PgPool, actor: &AccountActor, stepped_up_at: Timestamp, at: Timestamp) {
    let membership = actor.memberships.first();
    let person = PersonId::new(IdSource.next());
    know(pool, person).await;
    sqlx::query(
        "WITH account AS (
             INSERT INTO identity.accounts (id, person_id, email_verified_at, platform_admin,
                    created_at)
             VALUES ($1, $2, $3, $4, $3) RETURNING id, created_at
         ), session AS (
             INSERT INTO identity.sessions (id, account_id, device, created_at, last_used_at,
                    expires_at, second_factor, stepped_up_at, impersonator_id)
             SELECT $5, id, 'matrix', created_at, created_at, created_at + interval '1 day', $6,
                    $7, $8
               FROM account
         )
         INSERT INTO identity.memberships (organization_id, account_id, role, since)
         SELECT $9, id, $10, created_at FROM account WHERE $9 IS NOT NULL",
    )
    .bind(actor.account.uuid())
    .bind(person.uuid())
    .bind(at)
    .bind(actor.platform_admin)
    .bind(actor.session.uuid())
    .bind(actor.second_factor)
    .bind(stepped_up_at)
    .bind(actor.impersonator.map(AccountId::uuid))
    .bind(membership.map(|membership| membership.organization.uuid()))
    .bind(membership.map(|membership| membership.role.name()))
    .execute(pool)
    .await
    .expect("an account");
}

/// Keeps an address of the person.
async fn know(pool: &PgPool, person: PersonId) {
    let vault = Vault::new(&VAULT_KEYS.parse().expect("keys"));
    let address = format!("{}@example.org", person.uuid().simple());
    let sealed = SealedPersons::seal(&vault, [(person, &*address, None)].into_iter());
    let mut sealed = sealed.expect("randomness");
    sqlx::query(
        "INSERT INTO vault.persons (person_id, data_key, master_key, sealed_email, likeness,
                updated_at)
         VALUES ($1, $2, $3, $4, $5, now())",
    )
    .bind(person.uuid())
    .bind(sealed.data_keys.remove(0))
    .bind(vault.newest_kid())
    .bind(sealed.emails.remove(0))
    .bind(sealed.likenesses.remove(0))
    .execute(pool)
    .await
    .expect("a person");
}
