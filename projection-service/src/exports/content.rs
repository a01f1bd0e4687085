//! What stands in a file: a row for each order, ticket, or day and type. The oldest come first, so
//! that what is added meanwhile comes at the end.

use std::collections::HashMap;

use shared::{
    clock::Timestamp,
    events::identity::ExportedData,
    id::{EventId, OrganizationId, PersonId},
    vault::{Person, find_persons},
};
use uuid::Uuid;

use super::{
    job::{Between, Job, Part},
    table::{Cell, Row},
    wrap,
};
use crate::{
    app::App,
    attendees::{self, query::Attendee},
    catalogue,
    http::CursorKey,
    orders::{self, lookup::Placed, query::Order},
    query_error::QueryError,
    sales::{
        query::{self as sales, Wanted},
        report::EventSales,
    },
    tickets::{self, query::IssuedIn},
    unreadable::Unreadable,
};

/// Rows of a part.
pub const ROWS: i64 = 1_000;

/// What a file is made of.
pub struct Content {
    of: Of,
    between: Between,
}

enum Of {
    Orders(OrganizationId, Option<EventId>),
    Attendees(EventId),
    Sales(OrganizationId, EventId),
}

impl Content {
    /// What this file is to be made of; nothing if there is no such event.
    pub async fn of(app: &App, job: &Job) -> Result<Option<Self>, QueryError> {
        let (organization, event) = (job.organization, job.event);
        if let Some(event) = event {
            let seller = catalogue::query::seller(&app.scoped, event).await?;
            if seller != Some(organization) {
                return Ok(None);
            }
        }
        let of = match (job.data, event) {
            (ExportedData::Orders, event) => Of::Orders(organization, event),
            (ExportedData::Attendees, Some(event)) => Of::Attendees(event),
            (ExportedData::Sales, Some(event)) => Of::Sales(organization, event),
            (ExportedData::Attendees | ExportedData::Sales, None) => return Ok(None),
        };
        Ok(Some(Self { of, between: job.between }))
    }

    /// How many rows there are now.
    pub async fn count(&self, app: &App) -> Result<i64, QueryError> {
        let between = self.between;
        Ok(match self.of {
            Of::Orders(organization, event) => {
                orders::lookup::count(&app.scoped, &placed(organization, event, between)).await?
            }
            Of::Attendees(event) => {
                tickets::query::count(&app.scoped, &issued(event, between)).await?
            }
            Of::Sales(organization, event) => {
                count(sales_rows(app, (organization, event), between).await?.len())
            }
        })
    }

    /// Rows after one, and the last of them. All there are, if they are told at once.
    async fn rows(&self, app: &App, after: Option<&str>) -> Result<Rows, QueryError> {
        let between = self.between;
        match self.of {
            Of::Orders(organization, event) => {
                order_rows(app, &placed(organization, event, between), cursor(after)?).await
            }
            Of::Attendees(event) => {
                attendee_rows(app, &issued(event, between), cursor(after)?).await
            }
            // There are never many: days, not orders.
            Of::Sales(organization, event) => {
                Ok((sales_rows(app, (organization, event), between).await?, None))
            }
        }
    }
}

/// The next part of a file.
pub async fn part(app: &App, content: &Content, job: &Job) -> Result<Part, QueryError> {
    let (rows, after) = content.rows(app, job.after.as_deref()).await?;
    let text = wrap::part(job.format, wrap::columns(job.data), &rows, job.parts == 0);
    let rows = count(rows.len());
    let is_last = rows < ROWS || matches!(content.of, Of::Sales(..));
    Ok(Part { text, rows, after, is_last })
}

fn placed(organization: OrganizationId, event: Option<EventId>, between: Between) -> Placed {
    Placed { organization, event, from: between.from, to: between.to }
}

fn issued(event: EventId, between: Between) -> IssuedIn {
    IssuedIn { event, from: between.from, to: between.to }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn cursor<K: CursorKey>(after: Option<&str>) -> Result<Option<K>, Unreadable> {
    after.map(|text| K::parse(text).ok_or_else(|| Unreadable::new("place", text))).transpose()
}

async fn known(
    app: &App,
    persons: impl Iterator<Item = PersonId>,
) -> Result<HashMap<PersonId, Person>, QueryError> {
    let mut persons: Vec<PersonId> = persons.collect();
    persons.sort_unstable_by_key(|person| person.uuid());
    persons.dedup();
    Ok(find_persons(&app.pool, &app.vault, &persons).await?)
}

fn name(person: Option<&Person>) -> Cell {
    Cell::maybe(person.and_then(|person| person.name.as_deref()))
}

fn email(person: Option<&Person>) -> Cell {
    Cell::maybe(person.map(|person| person.email.as_str()))
}

type Rows = (Vec<Row>, Option<String>);

async fn order_rows(
    app: &App,
    wanted: &Placed,
    after: Option<(Timestamp, Uuid)>,
) -> Result<Rows, QueryError> {
    let orders = orders::lookup::after(&app.scoped, wanted, after, ROWS).await?;
    let known = known(app, orders.iter().map(|order| order.person_id)).await?;
    let mut events: Vec<Uuid> = orders.iter().map(|order| order.event_id.uuid()).collect();
    events.dedup();
    let titles = catalogue::query::titles(&app.scoped, &events).await?;
    let row = |order: &Order| {
        let tickets = order.lines.iter().map(|line| i64::from(line.quantity)).sum();
        let person = known.get(&order.person_id);
        vec![
            Cell::text(order.order_id),
            Cell::text(order.event_id),
            Cell::maybe(titles.get(&order.event_id.uuid()).map(String::as_str)),
            Cell::text(order.status.code()),
            Cell::Instant(order.paid_at),
            name(person),
            email(person),
            Cell::Number(tickets),
            Cell::Money(order.total),
            Cell::text(&order.payment_reference),
            Cell::Flag(order.late),
        ]
    };
    let last = orders.last().map(|last| (last.paid_at, last.order_id.uuid()).to_text());
    Ok((orders.iter().map(row).collect(), last))
}

async fn attendee_rows(
    app: &App,
    wanted: &IssuedIn,
    after: Option<i64>,
) -> Result<Rows, QueryError> {
    let after = after.unwrap_or_default();
    let tickets = tickets::query::after(&app.scoped, wanted, after, ROWS).await?;
    let attendees = attendees::query::with_buyers(app, wanted.event, tickets).await?;
    let known = known(app, attendees.iter().filter_map(|one| one.person_id)).await?;
    let row = |one: &Attendee| {
        let person = one.person_id.and_then(|person| known.get(&person));
        vec![
            Cell::text(one.ticket_id),
            Cell::maybe(one.ticket_type.as_deref()),
            Cell::text(one.status.code()),
            Cell::Instant(one.issued_at),
            Cell::text(one.order_id),
            name(person),
            email(person),
        ]
    };
    let last = attendees.last().map(|last| last.position.to_text());
    Ok((attendees.iter().map(row).collect(), last))
}

/// A row for each day, in the event's time zone, and type.
async fn sales_rows(
    app: &App,
    (organization, event): (OrganizationId, EventId),
    Between { from, to }: Between,
) -> Result<Vec<Row>, QueryError> {
    let wanted = Wanted { event_id: Some(event), from, to };
    let types = sales::types(&app.scoped, &[event.uuid()], wanted).await?;
    let Some(sold) = sales::events(&app.scoped, organization, wanted).await?.pop() else {
        return Ok(Vec::new());
    };
    let quarters = sales::quarters(&app.scoped, event, wanted).await?;
    let report = EventSales::of(sold, &types).over_time(&quarters)?;
    let name = |id: Uuid| types.iter().find(|kind| kind.ticket_type_id == id);
    let mut rows = Vec::new();
    for day in &report.days {
        for sold in &day.ticket_types {
            let name = name(sold.ticket_type_id.uuid()).map(|kind| kind.name.as_str());
            rows.push(vec![
                Cell::Day(day.date),
                Cell::maybe(name),
                Cell::Number(sold.tickets),
                Cell::Money(sold.revenue),
            ]);
        }
    }
    Ok(rows)
}
