//! The figures of events as rows are read.

use std::collections::BTreeMap;

use shared::id::{EventId, OrganizationId, TicketTypeId};
use uuid::Uuid;

use super::stock::{Stock, TypeStock};
use crate::unreadable::Unreadable;

/// The figures of several events, by id.
pub type Stocks = BTreeMap<EventId, Stock>;

row!(
    /// A row of `availability_events`.
    #[derive(Debug)]
    pub struct EventRow {
        event_id: Uuid,
        organization_id: Uuid,
        status: String,
        published: bool,
        currency: String,
        total_capacity: Option<i64>,
        position: i64,
    }
);

row!(
    /// A row of `availability_types`.
    #[derive(Debug)]
    pub struct TypeRow {
        event_id: Uuid,
        ticket_type_id: Uuid,
        name: String,
        enabled: bool,
        allocation: Option<i64>,
        sold: i64,
        held: i64,
        ordinal: i64,
    }
);

/// Puts rows together. The types must come in the order in which they were added.
///
/// # Errors
///
/// [`Unreadable`] if a row was written by another program.
pub fn assemble(events: Vec<EventRow>, types: Vec<TypeRow>) -> Result<Stocks, Unreadable> {
    let mut stocks = Stocks::new();
    for row in events {
        let stock = Stock {
            event_id: EventId::new(row.event_id),
            organization_id: OrganizationId::new(row.organization_id),
            status: row.status.parse()?,
            published: row.published,
            currency: row.currency,
            total_capacity: row.total_capacity,
            position: row.position,
            ticket_types: Vec::new(),
        };
        stocks.insert(stock.event_id, stock);
    }
    for row in types {
        if let Some(stock) = stocks.get_mut(&EventId::new(row.event_id)) {
            stock.ticket_types.push(TypeStock {
                ticket_type_id: TicketTypeId::new(row.ticket_type_id),
                name: row.name,
                enabled: row.enabled,
                allocation: row.allocation,
                sold: row.sold,
                held: row.held,
                ordinal: row.ordinal,
            });
        }
    }
    Ok(stocks)
}
