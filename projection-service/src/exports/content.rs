//! What stands in a file: a heading, then a row for each order, ticket, or day and type. The oldest
//! come first, so that what is added meanwhile comes at the end.

use std::collections::HashMap;

use chrono::SecondsFormat;
use shared::{
    clock::Timestamp,
    events::identity::ExportedData,
    id::{EventId, OrganizationId, PersonId},
    vault::{Person, find_persons},
};
use uuid::Uuid;

use super::{
    csv::{MARK, Row},
    job::{Job, Part},
};
use crate::{
    app::App,
    attendees::{self, query::Attendee},
    catalogue,
    http::CursorKey,
    orders::{self, query::Order},
    query_error::QueryError,
    sales::{
        query::{self as sales, Wanted},
        report::EventSales,
    },
    tickets,
    unreadable::Unreadable,
};

/// Rows of a part.
pub const ROWS: i64 = 1_000;

/// What a file is made of.
pub enum Content {
    Orders { organization: OrganizationId, event: Option<EventId> },
    Attendees { event: EventId },
    Sales { organization: OrganizationId, event: EventId },
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
        Ok(match (job.data, event) {
            (ExportedData::Orders, event) => Some(Self::Orders { organization, event }),
            (ExportedData::Attendees, Some(event)) => Some(Self::Attendees { event }),
            (ExportedData::Sales, Some(event)) => Some(Self::Sales { organization, event }),
            (ExportedData::Attendees | ExportedData::Sales, None) => None,
        })
    }

    /// How many rows there are now.
    pub async fn count(&self, app: &App) -> Result<i64, QueryError> {
        let count = match self {
            Self::Orders { organization, event } => {
                orders::lookup::count(&app.scoped, *organization, *event).await?
            }
            Self::Attendees { event } => tickets::query::count(&app.scoped, *event).await?,
            Self::Sales { organization, event } => {
                count(sales_rows(app, *organization, *event).await?.len())
            }
        };
        Ok(count)
    }

    const fn heading(&self) -> &'static str {
        match self {
            Self::Orders { .. } => {
                "order_id,event_id,event,status,paid_at,name,email,tickets,total,currency,\
                 payment_reference,late\r\n"
            }
            Self::Attendees { .. } => {
                "ticket_id,ticket_type,status,issued_at,order_id,name,email\r\n"
            }
            Self::Sales { .. } => "date,ticket_type,tickets,revenue,currency\r\n",
        }
    }
}

/// The next part of a file.
pub async fn part(app: &App, content: &Content, job: &Job) -> Result<Part, QueryError> {
    let after = job.after.as_deref();
    let (lines, after) = match content {
        Content::Orders { organization, event } => {
            order_lines(app, *organization, *event, cursor(after)?).await?
        }
        Content::Attendees { event } => attendee_lines(app, *event, cursor(after)?).await?,
        // There are never many: days, not orders.
        Content::Sales { organization, event } => {
            (sales_rows(app, *organization, *event).await?, None)
        }
    };
    let rows = count(lines.len());
    let is_first = job.parts == 0;
    let heading = if is_first { [MARK, content.heading()].concat() } else { String::new() };
    let is_last = rows < ROWS || matches!(content, Content::Sales { .. });
    Ok(Part { text: heading + &lines.concat(), rows, after, is_last })
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn cursor<K: CursorKey>(after: Option<&str>) -> Result<Option<K>, Unreadable> {
    after.map(|text| K::parse(text).ok_or_else(|| Unreadable::new("place", text))).transpose()
}

fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
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

trait WithPerson {
    fn person(self, person: Option<&Person>) -> Self;
}

impl WithPerson for Row {
    fn person(self, person: Option<&Person>) -> Self {
        let name = person.and_then(|person| person.name.as_deref());
        self.maybe(name).maybe(person.map(|person| person.email.as_str()))
    }
}

type Lines = (Vec<String>, Option<String>);

async fn order_lines(
    app: &App,
    organization: OrganizationId,
    event: Option<EventId>,
    after: Option<(Timestamp, Uuid)>,
) -> Result<Lines, QueryError> {
    let orders = orders::lookup::after(&app.scoped, (organization, event), after, ROWS).await?;
    let known = known(app, orders.iter().map(|order| order.person_id)).await?;
    let mut events: Vec<Uuid> = orders.iter().map(|order| order.event_id.uuid()).collect();
    events.dedup();
    let titles = catalogue::query::titles(&app.scoped, &events).await?;
    let line = |order: &Order| {
        let tickets = order.lines.iter().map(|line| i64::from(line.quantity)).sum();
        Row::default()
            .text(&order.order_id.to_string())
            .text(&order.event_id.to_string())
            .maybe(titles.get(&order.event_id.uuid()).map(String::as_str))
            .text(order.status.code())
            .text(&instant(order.paid_at))
            .person(known.get(&order.person_id))
            .number(tickets)
            .money(order.total)
            .text(&order.payment_reference)
            .text(if order.late { "yes" } else { "no" })
            .line()
    };
    let last = orders.last().map(|last| (last.paid_at, last.order_id.uuid()).to_text());
    Ok((orders.iter().map(line).collect(), last))
}

async fn attendee_lines(
    app: &App,
    event: EventId,
    after: Option<i64>,
) -> Result<Lines, QueryError> {
    let tickets =
        tickets::query::after(&app.scoped, event, after.unwrap_or_default(), ROWS).await?;
    let attendees = attendees::query::with_buyers(app, event, tickets).await?;
    let known = known(app, attendees.iter().filter_map(|one| one.person_id)).await?;
    let line = |one: &Attendee| {
        Row::default()
            .text(&one.ticket_id.to_string())
            .maybe(one.ticket_type.as_deref())
            .text(one.status.code())
            .text(&instant(one.issued_at))
            .text(&one.order_id.to_string())
            .person(one.person_id.and_then(|person| known.get(&person)))
            .line()
    };
    let last = attendees.last().map(|last| last.position.to_text());
    Ok((attendees.iter().map(line).collect(), last))
}

/// A row for each day, in the event's time zone, and type.
async fn sales_rows(
    app: &App,
    organization: OrganizationId,
    event: EventId,
) -> Result<Vec<String>, QueryError> {
    let wanted = Wanted { event_id: Some(event), ..Wanted::default() };
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
            let row = Row::default().text(&day.date.to_string()).maybe(name);
            rows.push(row.number(sold.tickets).money(sold.revenue).line());
        }
    }
    Ok(rows)
}
