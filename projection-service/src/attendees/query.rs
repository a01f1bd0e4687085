//! Questions to the attendees of an event.

use serde::Deserialize;
use shared::{
    clock::Timestamp,
    id::{EventId, OrderId, PersonId, TicketId, TicketTypeId},
};
use utoipa::IntoParams;

use crate::{
    app::App,
    catalogue,
    http::{Cursor, Limit, Page, text},
    orders,
    query_error::QueryError,
    search::{self, Candidate, Target},
    status::TicketStatus,
    tickets::{
        self,
        query::{OfEvent, Ticket},
    },
};

/// Which attendees are looked for. Everything is optional; what is given must all apply.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// With a ticket of this type.
    #[serde(default)]
    pub ticket_type_id: Option<TicketTypeId>,
    /// With a ticket in this status.
    #[serde(default)]
    pub status: Option<TicketStatus>,
    /// An order's or ticket's id or its last 12 characters, a ticket's code, an address, or words
    /// that occur in the buyer's name or address. Looks through some thousand tickets at a time: a
    /// page that isn't full may have a next one.
    #[serde(default, deserialize_with = "text")]
    #[param(min_length = 1, max_length = 200)]
    pub q: Option<String>,
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    pub cursor: Option<Cursor<i64>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    pub limit: Limit,
}

/// A ticket with who bought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attendee {
    pub ticket_id: TicketId,
    pub order_id: OrderId,
    pub ticket_type_id: TicketTypeId,
    /// Absent if the type is not known yet.
    pub ticket_type: Option<String>,
    pub status: TicketStatus,
    pub issued_at: Timestamp,
    /// Absent if the order is not known yet.
    pub person_id: Option<PersonId>,
    /// The place in the shard.
    pub position: i64,
}

impl Candidate for Attendee {
    type Key = i64;

    fn key(&self) -> i64 {
        self.position
    }

    fn person(&self) -> Option<PersonId> {
        self.person_id
    }

    fn also(&self) -> &'static str {
        ""
    }
}

/// A page of the attendees that are wanted, the latest first.
///
/// # Errors
///
/// [`QueryError`].
pub async fn find(app: &App, event: EventId, wanted: Wanted) -> Result<Page<Attendee>, QueryError> {
    let Wanted { ticket_type_id, status, q, cursor, limit } = wanted;
    let filter = OfEvent { event, ticket_type: ticket_type_id, status };
    let before = cursor.map(|cursor| cursor.0);
    let Some(text) = q else {
        let rows = list(app, &filter, before, limit.plus_one()).await?;
        return Ok(Page::of(rows, limit, Candidate::key));
    };
    let (orders, tickets) = match search::target(app, None, &text).await? {
        Target::Named { orders, tickets } => {
            (orders, tickets.into_iter().map(|(_, ticket)| ticket).collect())
        }
        Target::Person(person) => {
            (orders::lookup::of_person(&app.scoped, event, person).await?, Vec::new())
        }
        Target::Words(words) => {
            let read = |last, count| list(app, &filter, last, count);
            return search::scan(app, &words, (before, limit), read).await;
        }
    };
    let rows = tickets::query::named(
        &app.scoped,
        &filter,
        (&orders, &tickets),
        (before, limit.plus_one()),
    );
    let rows = with_buyers(app, event, rows.await?).await?;
    Ok(Page::of(rows, limit, Candidate::key))
}

async fn list(
    app: &App,
    filter: &OfEvent,
    before: Option<i64>,
    count: i64,
) -> Result<Vec<Attendee>, QueryError> {
    let tickets = tickets::query::latest(&app.scoped, filter, before, count).await?;
    with_buyers(app, filter.event, tickets).await
}

/// Tickets of an event with the names of their types and their buyers.
///
/// # Errors
///
/// [`QueryError`].
pub async fn with_buyers(
    app: &App,
    event: EventId,
    tickets: Vec<Ticket>,
) -> Result<Vec<Attendee>, QueryError> {
    let orders: Vec<OrderId> = tickets.iter().map(|ticket| ticket.order_id).collect();
    let buyers = orders::lookup::buyers(&app.scoped, &orders).await?;
    let names = catalogue::query::type_names(&app.scoped, event).await?;
    let attendee = |ticket: Ticket| Attendee {
        ticket_id: ticket.ticket_id,
        order_id: ticket.order_id,
        ticket_type_id: ticket.ticket_type_id,
        ticket_type: names.get(&ticket.ticket_type_id.uuid()).cloned(),
        status: ticket.status,
        issued_at: ticket.issued_at,
        person_id: buyers.get(&ticket.order_id).copied(),
        position: ticket.position,
    };
    Ok(tickets.into_iter().map(attendee).collect())
}
