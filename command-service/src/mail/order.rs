//! What an order confirmation tells, from the log and the box office.

use std::str::FromStr;

use chrono_tz::Tz;
use serde_json::{Value, json};
use shared::{
    event_log::{LogPosition, read, read::ReadError},
    events::box_office::{BoxOfficeEvent, EventDetails, Line, Venue},
    id::{EventId, OrderId, TicketId, TicketTypeId},
    money::Money,
    ticket_code::{TicketCodes, qr},
};
use sqlx::PgPool;
use thiserror::Error;

use super::{
    Language,
    letter::{LetterError, Picture},
    links::Links,
    wording::{amount, local_time, one_line},
};
use crate::{box_office::EventView, runtime::BoxOffices};

/// Tickets shown in a mail. Whoever buys more finds the others on the page of the order.
const MOST_TICKETS: usize = 50;

/// An order as its buyer reads about it.
#[derive(Debug)]
pub(super) struct OrderFacts {
    pub order_id: OrderId,
    pub title: String,
    pub when: String,
    pub place: Option<String>,
    pub lines: Vec<LineFacts>,
    pub total: String,
    pub url: String,
    pub tickets: Vec<TicketFacts>,
    /// How many tickets aren't shown.
    pub more: usize,
}

#[derive(Debug)]
pub(super) struct LineFacts {
    pub quantity: u32,
    pub name: String,
    pub unit_price: String,
    pub total: String,
}

#[derive(Debug)]
pub(super) struct TicketFacts {
    pub name: String,
    pub code: String,
    pub content_id: String,
    pub picture: Vec<u8>,
}

/// Reads orders for others than mails.
#[derive(Clone)]
pub struct OrderReader(Orders);

/// An order can't be read, at least not now.
#[derive(Debug, Error)]
#[error(transparent)]
pub struct ReadOrderError(#[from] LetterError);

impl OrderReader {
    pub(super) fn new(orders: Orders) -> Self {
        Self(orders)
    }

    /// The order whose `OrderPaid` stands at the position `cause`, with the codes of its tickets.
    ///
    /// # Errors
    ///
    /// [`ReadOrderError`].
    pub async fn read(
        &self,
        cause: &str,
        event: EventId,
        order: OrderId,
    ) -> Result<Value, ReadOrderError> {
        let facts = self.0.facts(cause, event, order, Language::English).await?;
        let lines = facts
            .lines
            .iter()
            .map(|line| json!({"quantity": line.quantity, "name": line.name, "total": line.total}));
        let tickets =
            facts.tickets.iter().map(|ticket| json!({"name": ticket.name, "code": ticket.code}));
        Ok(json!({
            "order_id": order,
            "title": facts.title,
            "when": facts.when,
            "place": facts.place,
            "lines": lines.collect::<Value>(),
            "total": facts.total,
            "tickets": tickets.collect::<Value>(),
            "tickets_not_listed": facts.more,
        }))
    }
}

/// Finds what there is to tell about orders.
#[derive(Clone)]
pub(super) struct Orders {
    pub pool: PgPool,
    pub offices: BoxOffices,
    pub ticket_codes: TicketCodes,
    pub links: Links,
}

/// What the log says about an order.
struct Paid {
    lines: Vec<Line>,
    total_minor: i64,
    tickets: Vec<(TicketId, TicketTypeId)>,
}

impl Orders {
    /// What to tell about the order whose `OrderPaid` stands at the position `cause`.
    pub(super) async fn facts(
        &self,
        cause: &str,
        event: EventId,
        order: OrderId,
        language: Language,
    ) -> Result<OrderFacts, LetterError> {
        let paid = self.paid(cause, order).await?.ok_or(LetterError::NoSuchOrder)?;
        let view = self.offices.inspect(event, |office, _| office.view()).await?;
        let view = view.ok_or(LetterError::NoSuchOrder)?;
        let EventDetails { currency, starts_at, .. } = view.details;
        let zone = Tz::from_str(&view.details.time_zone).unwrap_or(Tz::UTC);
        let money = |minor| amount(Money::new(minor, currency), language);
        let lines = paid.lines.iter().map(|line| LineFacts {
            quantity: line.quantity,
            name: name_of(&view, line.ticket_type_id),
            unit_price: money(line.unit_price_minor),
            total: money(line.unit_price_minor.saturating_mul(i64::from(line.quantity))),
        });
        let tickets = paid.tickets.iter().take(MOST_TICKETS).map(|(ticket, kind)| {
            let code = self.ticket_codes.sign(*ticket);
            Ok(TicketFacts {
                name: name_of(&view, *kind),
                content_id: format!("{}@tickets", ticket.uuid().simple()),
                picture: qr::as_png(&code)?,
                code,
            })
        });
        Ok(OrderFacts {
            order_id: order,
            title: one_line(&view.details.title),
            when: local_time(starts_at, zone, language),
            place: view.details.venue.as_ref().map(place),
            lines: lines.collect(),
            total: money(paid.total_minor),
            url: self.links.order(order),
            tickets: tickets.collect::<Result<_, LetterError>>()?,
            more: paid.tickets.len().saturating_sub(MOST_TICKETS),
        })
    }

    /// The tickets stand right behind the payment: all were recorded together.
    async fn paid(&self, cause: &str, order: OrderId) -> Result<Option<Paid>, ReadError> {
        let Ok(LogPosition { shard, position }) = cause.parse::<LogPosition>() else {
            return Ok(None);
        };
        let first = read::at_positions(&self.pool, shard, &[position]).await?.pop();
        let Some(Ok(BoxOfficeEvent::OrderPaid { order_id, lines, total_minor, .. })) =
            first.map(shared::event_log::RecordedEvent::into_box_office)
        else {
            return Ok(None);
        };
        if order_id != order {
            return Ok(None);
        }
        let quantity = lines.iter().fold(0, |sum, line| sum + i64::from(line.quantity));
        let positions: Vec<i64> = (position + 1..=position + quantity).collect();
        let behind = read::at_positions(&self.pool, shard, &positions).await?;
        let issued = behind.into_iter().filter_map(|recorded| match recorded.into_box_office() {
            Ok(BoxOfficeEvent::TicketIssued { ticket_id, order_id, ticket_type_id })
                if order_id == order =>
            {
                Some((ticket_id, ticket_type_id))
            }
            _ => None,
        });
        Ok(Some(Paid { lines, total_minor, tickets: issued.collect() }))
    }
}

impl OrderFacts {
    /// The codes of the tickets.
    pub(super) fn pictures(&self) -> Vec<Picture> {
        let picture = |(number, ticket): (usize, &TicketFacts)| Picture {
            file_name: format!("ticket-{}.png", number + 1),
            content_id: ticket.content_id.clone(),
            png: ticket.picture.clone(),
        };
        self.tickets.iter().enumerate().map(picture).collect()
    }
}

fn name_of(view: &EventView, kind: TicketTypeId) -> String {
    let kind = view.ticket_types.iter().find(|known| known.ticket_type_id == kind);
    kind.map(|kind| one_line(&kind.terms.name)).unwrap_or_default()
}

fn place(venue: &Venue) -> String {
    let parts = [Some(&venue.name), venue.address.as_ref(), venue.city.as_ref()];
    parts.into_iter().flatten().map(|part| one_line(part)).collect::<Vec<_>>().join(", ")
}
