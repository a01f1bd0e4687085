//! Finds orders by what an organizer typed.

use shared::{
    clock::Timestamp,
    id::{EventId, OrganizationId, PersonId},
};
use uuid::Uuid;

use super::query::{self, Filter, Order, Wanted};
use crate::{
    app::App,
    http::{Limit, Page},
    query_error::QueryError,
    search::{self, Candidate, Target},
    status::OrderStatus,
};

type Key = (Timestamp, Uuid);

row!(
    /// An order, as far as it is searched.
    struct Searched {
        order_id: Uuid,
        person_id: Uuid,
        paid_at: Timestamp,
        payment_reference: String,
    }
);

impl Candidate for Searched {
    type Key = Key;

    fn key(&self) -> Key {
        (self.paid_at, self.order_id)
    }

    fn person(&self) -> Option<PersonId> {
        Some(PersonId::new(self.person_id))
    }

    fn also(&self) -> &str {
        &self.payment_reference
    }
}

/// A page of the orders that are wanted, in these organizations, or in all.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(
    app: &App,
    organizations: Option<Vec<OrganizationId>>,
    wanted: Wanted,
) -> Result<Page<Order>, QueryError> {
    let organizations: Option<Vec<Uuid>> =
        organizations.map(|all| all.into_iter().map(OrganizationId::uuid).collect());
    let mut filter = Filter {
        organizations,
        event: wanted.event_id.map(EventId::uuid),
        status: wanted.status,
        from: wanted.from,
        to: wanted.to,
        orders: None,
        person: None,
    };
    let (before, limit) = (wanted.cursor.map(|cursor| cursor.0), wanted.limit);
    if let Some(text) = wanted.q {
        match search::target(app, filter.organizations.as_deref(), &text).await? {
            Target::Named { mut orders, tickets } => {
                orders.extend(tickets.into_iter().map(|(order, _)| order));
                filter.orders = Some(orders);
            }
            Target::Person(person) => filter.person = Some(person.uuid()),
            Target::Words(words) => {
                let read = |last, count| candidates(app, &filter, last, count);
                let found = search::scan(app, &words, (before, limit), read).await?;
                return in_full(app, found).await;
            }
        }
    }
    query::list(&app.scoped, &filter, before, limit).await
}

/// The orders that were found, with all that is answered about them.
async fn in_full(app: &App, found: Page<Searched>) -> Result<Page<Order>, QueryError> {
    let ids = found.data.iter().map(|order| order.order_id).collect();
    let filter = Filter { orders: Some(ids), ..Filter::default() };
    let orders = query::list(&app.scoped, &filter, None, Limit::LARGEST).await?;
    Ok(Page { data: orders.data, next_cursor: found.next_cursor })
}

async fn candidates(
    app: &App,
    filter: &Filter,
    before: Option<Key>,
    count: i64,
) -> Result<Vec<Searched>, QueryError> {
    let (before, before_id) = before.unzip();
    let rows = sqlx::query_as(
        "SELECT order_id, person_id, paid_at, payment_reference FROM read.orders
          WHERE ($1::uuid[] IS NULL OR organization_id = ANY($1))
            AND ($2::uuid IS NULL OR event_id = $2)
            AND ($3::text IS NULL OR status = $3)
            AND ($4::timestamptz IS NULL OR (paid_at, order_id) < ($4, $5::uuid))
            AND ($6::timestamptz IS NULL OR paid_at >= $6)
            AND ($7::timestamptz IS NULL OR paid_at < $7)
          ORDER BY paid_at DESC, order_id DESC LIMIT $8",
    )
    .bind(filter.organizations.as_deref())
    .bind(filter.event)
    .bind(filter.status.map(OrderStatus::code))
    .bind(before)
    .bind(before_id)
    .bind(filter.from)
    .bind(filter.to)
    .bind(count)
    .fetch_all(&app.scoped)
    .await?;
    Ok(rows)
}
