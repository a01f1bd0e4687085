//! Everybody with an account. Addresses are sealed: one is found by the id derived from it.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    id::{AccountId, OrganizationId, PersonId},
    vault::normalised,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::organizations::Standing;
use crate::{
    accounts::MembershipView,
    app::App,
    contact::{self, BuyerContact},
    http::{Cursor, Limit, Page, text},
    query_error::QueryError,
    unreadable::Unreadable,
};

/// Which accounts are looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// With exactly this address, whatever the case.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200, example = "ada@example.org")]
    pub email: Option<String>,
    /// In this standing.
    #[serde(default)]
    pub state: Option<Standing>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<(Timestamp, Uuid)>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

/// An account as the platform sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformPerson {
    pub account_id: AccountId,
    /// Absent if the person was forgotten.
    pub email: Option<String>,
    pub name: Option<String>,
    pub state: Standing,
    pub email_verified: bool,
    pub platform_admin: bool,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub suspended_at: Option<Timestamp>,
    /// Open sessions.
    pub sessions: i64,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub last_seen_at: Option<Timestamp>,
    pub memberships: Vec<MembershipView>,
}

row!(
    struct Row {
        id: Uuid,
        person_id: Uuid,
        created_at: Timestamp,
        suspended_at: Option<Timestamp>,
        email_verified: bool,
        platform_admin: bool,
        sessions: i64,
        last_seen_at: Option<Timestamp>,
    }
);

/// A page of accounts, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn list(app: &App, wanted: Wanted) -> Result<Page<PlatformPerson>, QueryError> {
    let (before, before_id) = wanted.cursor.map(|cursor| cursor.0).unzip();
    let person = wanted.email.map(|email| app.person_key.person(&normalised(&email)));
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT a.id, a.person_id, a.created_at, a.suspended_at,
                a.email_verified_at IS NOT NULL AS email_verified, a.platform_admin,
                s.sessions, s.last_seen_at
           FROM identity.accounts AS a
           LEFT JOIN LATERAL (
                SELECT count(*) FILTER (WHERE ended_at IS NULL AND expires_at > $6) AS sessions,
                       max(last_used_at) AS last_seen_at
                  FROM identity.sessions
                 WHERE account_id = a.id AND impersonator_id IS NULL) AS s ON true
          WHERE ($1::uuid IS NULL OR a.person_id = $1)
            AND ($2::boolean IS NULL OR (a.suspended_at IS NOT NULL) = $2)
            AND ($3::timestamptz IS NULL OR (a.created_at, a.id) < ($3, $4::uuid))
          ORDER BY a.created_at DESC, a.id DESC LIMIT $5",
    )
    .bind(person.map(PersonId::uuid))
    .bind(wanted.state.map(|state| state == Standing::Suspended))
    .bind(before)
    .bind(before_id)
    .bind(wanted.limit.plus_one())
    .bind(app.clock.now())
    .fetch_all(&app.pool)
    .await?;
    let page = Page::of(rows, wanted.limit, |last| (last.created_at, last.id));
    let persons: Vec<PersonId> = page.data.iter().map(|row| PersonId::new(row.person_id)).collect();
    let contacts = contact::find_all(app, &persons).await?;
    let ids: Vec<Uuid> = page.data.iter().map(|row| row.id).collect();
    let mut memberships = memberships(app, &ids).await?;
    Ok(page.map(|row| {
        let contact = contacts.get(&PersonId::new(row.person_id));
        let memberships = memberships.remove(&row.id).unwrap_or_default();
        row.view(contact, memberships)
    }))
}

impl Row {
    fn view(
        self,
        contact: Option<&BuyerContact>,
        memberships: Vec<MembershipView>,
    ) -> PlatformPerson {
        PlatformPerson {
            account_id: AccountId::new(self.id),
            email: contact.map(|contact| contact.email.clone()),
            name: contact.and_then(|contact| contact.name.clone()),
            state: Standing::of(self.suspended_at),
            email_verified: self.email_verified,
            platform_admin: self.platform_admin,
            created_at: self.created_at,
            suspended_at: self.suspended_at,
            sessions: self.sessions,
            last_seen_at: self.last_seen_at,
            memberships,
        }
    }
}

async fn memberships(
    app: &App,
    accounts: &[Uuid],
) -> Result<HashMap<Uuid, Vec<MembershipView>>, QueryError> {
    let rows: Vec<(Uuid, Uuid, String, String)> = sqlx::query_as(
        "SELECT m.account_id, o.id, o.name, m.role
           FROM identity.memberships AS m
           JOIN identity.organizations AS o ON o.id = m.organization_id
          WHERE m.account_id = ANY($1::uuid[]) ORDER BY m.since",
    )
    .bind(accounts)
    .fetch_all(&app.pool)
    .await?;
    let mut found: HashMap<Uuid, Vec<MembershipView>> = HashMap::new();
    for (account, organization, organization_name, role) in rows {
        let role = shared::auth::MemberRole::parse(&role);
        found.entry(account).or_default().push(MembershipView {
            organization_id: OrganizationId::new(organization),
            organization_name,
            role: role.map_err(|unknown| Unreadable::new("role", unknown.0))?,
        });
    }
    Ok(found)
}
