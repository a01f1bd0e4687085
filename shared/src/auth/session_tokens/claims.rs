//! What a session token says.

use chrono::{DateTime, TimeDelta};
use serde::{Deserialize, Serialize};

use super::TOKEN_LASTS;
use crate::{
    auth::{AccountActor, MemberRole, Membership},
    clock::Timestamp,
    id::{AccountId, OrganizationId, PersonId, SessionId},
};

/// Who makes the tokens.
pub const ISSUER: &str = "https://fullhouse.dev";
/// Whom they are for.
pub const AUDIENCE: &str = "https://fullhouse.dev/api";
/// How long it counts that someone proved to be there.
pub const STEP_UP_LASTS: TimeDelta = TimeDelta::minutes(5);
/// By how much the clocks of two services may differ.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::seconds(5);

/// The claims of a token. Each one is required, also where it is `null`; others are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenClaims {
    iss: String,
    aud: String,
    sub: AccountId,
    sid: SessionId,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// Organisations with roles.
    mem: Vec<(OrganizationId, MemberRole)>,
    /// Persons whose address is proved.
    per: Vec<PersonId>,
    /// Runs the platform.
    adm: bool,
    /// Proved a second factor.
    mfa: bool,
    /// When its owner last proved to be there.
    #[serde(deserialize_with = "required")]
    sua: Option<i64>,
    /// The admin who looks through these eyes.
    #[serde(deserialize_with = "required")]
    imp: Option<AccountId>,
}

/// An `Option` that has to be written as `null`.
fn required<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

impl TokenClaims {
    /// Says who an account is, from `at` on. What [`AccountActor::stepped_up`] says is replaced by
    /// when that was.
    pub fn new(actor: &AccountActor, stepped_up_at: Option<Timestamp>, at: Timestamp) -> Self {
        let memberships = actor.memberships.iter();
        Self {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: actor.account,
            sid: actor.session,
            iat: at.timestamp(),
            nbf: at.timestamp(),
            exp: (at + TOKEN_LASTS).timestamp(),
            mem: memberships.map(|member| (member.organization, member.role)).collect(),
            per: actor.persons.clone(),
            adm: actor.platform_admin,
            mfa: actor.second_factor,
            sua: stepped_up_at.map(|instant| instant.timestamp()),
            imp: actor.impersonator,
        }
    }

    /// The account, if the token is ours, for us, and in force.
    pub(super) fn actor(self, now: Timestamp) -> Option<AccountActor> {
        let instant = |seconds| DateTime::from_timestamp_secs(seconds);
        let window = Window { iat: self.iat, nbf: self.nbf, exp: self.exp };
        if self.iss != ISSUER || self.aud != AUDIENCE || !window.holds(now, TOKEN_LASTS)? {
            return None;
        }
        let stepped_up = self.sua.and_then(instant).is_some_and(|at| {
            let age = now.signed_duration_since(at);
            age < STEP_UP_LASTS && age > -CLOCKS_DIFFER
        });
        let membership = |(organization, role)| Membership { organization, role };
        Some(AccountActor {
            account: self.sub,
            session: self.sid,
            persons: self.per,
            memberships: self.mem.into_iter().map(membership).collect(),
            platform_admin: self.adm,
            second_factor: self.mfa,
            stepped_up,
            impersonator: self.imp,
        })
    }
}

/// From when to when a token is in force.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub iat: i64,
    pub nbf: i64,
    pub exp: i64,
}

impl Window {
    /// Whether it is in force now, and for no longer than such tokens are made for.
    pub fn holds(self, now: Timestamp, longest: TimeDelta) -> Option<bool> {
        let instant = |seconds| DateTime::from_timestamp_secs(seconds);
        let (issued, begins, ends) = (instant(self.iat)?, instant(self.nbf)?, instant(self.exp)?);
        let soon = now.checked_add_signed(CLOCKS_DIFFER)?;
        let in_force = issued <= begins && begins <= soon && now < ends;
        Some(in_force && ends.signed_duration_since(issued) <= longest)
    }
}
