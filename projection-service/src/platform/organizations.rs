//! Every organisation with what it sold.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use shared::{clock::Timestamp, id::OrganizationId, money::Money};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    app::App,
    catalogue::platform as catalogue,
    http::{Cursor, Limit, Page, text},
    query_error::QueryError,
    sales::platform as sales,
};

/// Whether somebody may act with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// It works.
    Active,
    /// The platform has suspended it.
    Suspended,
}

impl Standing {
    pub(super) const fn of(suspended_at: Option<Timestamp>) -> Self {
        if suspended_at.is_some() { Self::Suspended } else { Self::Active }
    }
}

/// Which organisations are looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// An id, or a part of the name, whatever the case.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
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

/// An organisation as the platform sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlatformOrganization {
    pub organization_id: OrganizationId,
    pub name: String,
    pub state: Standing,
    #[schema(value_type = chrono::DateTime<chrono::Utc>)]
    pub created_at: Timestamp,
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub suspended_at: Option<Timestamp>,
    pub members: i64,
    pub events: i64,
    /// Events that are or were for sale.
    pub events_published: i64,
    /// What it sold in all, by currency.
    pub sales: Vec<PlatformSales>,
}

/// What was sold in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlatformSales {
    pub orders: i64,
    pub tickets: i64,
    pub revenue: Money,
}

impl From<sales::Sold> for PlatformSales {
    fn from(sold: sales::Sold) -> Self {
        let revenue = Money::new(sold.revenue_minor, sold.currency);
        Self { orders: sold.orders, tickets: sold.tickets, revenue }
    }
}

row!(
    struct Row {
        id: Uuid,
        name: String,
        created_at: Timestamp,
        suspended_at: Option<Timestamp>,
        members: i64,
    }
);

/// A page of organisations, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn list(app: &App, wanted: Wanted) -> Result<Page<PlatformOrganization>, QueryError> {
    let (before, before_id) = wanted.cursor.map(|cursor| cursor.0).unzip();
    let named = wanted.q.as_deref().map(str::trim);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT o.id, o.name, o.created_at, o.suspended_at,
                (SELECT count(*) FROM identity.memberships AS m WHERE m.organization_id = o.id)
                    AS members
           FROM identity.organizations AS o
          WHERE ($1::text IS NULL OR strpos(lower(o.name), lower($1)) > 0)
            AND ($2::uuid IS NULL OR o.id = $2)
            AND ($3::boolean IS NULL OR (o.suspended_at IS NOT NULL) = $3)
            AND ($4::timestamptz IS NULL OR (o.created_at, o.id) < ($4, $5::uuid))
          ORDER BY o.created_at DESC, o.id DESC LIMIT $6",
    )
    .bind(named.filter(|text| text.parse::<Uuid>().is_err()))
    .bind(named.and_then(|text| text.parse::<Uuid>().ok()))
    .bind(wanted.state.map(|state| state == Standing::Suspended))
    .bind(before)
    .bind(before_id)
    .bind(wanted.limit.plus_one())
    .fetch_all(&app.pool)
    .await?;
    let page = Page::of(rows, wanted.limit, |last| (last.created_at, last.id));
    let ids: Vec<Uuid> = page.data.iter().map(|row| row.id).collect();
    let counts = catalogue::by_organization(&app.pool, &ids).await?;
    let mut sold: HashMap<OrganizationId, Vec<PlatformSales>> = HashMap::new();
    for (organization, sales) in sales::by_organization(&app.pool, &ids).await? {
        sold.entry(organization).or_default().push(sales.into());
    }
    Ok(page.map(|row| {
        let organization_id = OrganizationId::new(row.id);
        let events = counts.get(&row.id).copied().unwrap_or_default();
        PlatformOrganization {
            organization_id,
            name: row.name,
            state: Standing::of(row.suspended_at),
            created_at: row.created_at,
            suspended_at: row.suspended_at,
            members: row.members,
            events: events.drafted,
            events_published: events.published,
            sales: sold.remove(&organization_id).unwrap_or_default(),
        }
    }))
}
