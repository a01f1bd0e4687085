//! What is answered about availability.

use serde::Serialize;
use shared::{
    event_log::{LogPosition, Shard},
    id::{EventId, TicketTypeId},
};
use utoipa::ToSchema;

use super::stock::Stock;
use crate::status::EventStatus;

/// What is left of an event.
#[derive(Debug, Serialize, ToSchema)]
pub struct AvailabilityView<'a> {
    event_id: EventId,
    status: EventStatus,
    /// The log position of the last change.
    #[schema(example = "7:1234")]
    as_of: String,
    total_capacity: Option<i64>,
    sold: i64,
    held: i64,
    available: i64,
    ticket_types: Vec<TypeAvailability<'a>>,
}

/// What is left of a ticket type.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeAvailability<'a> {
    ticket_type_id: TicketTypeId,
    name: &'a str,
    enabled: bool,
    allocation: Option<i64>,
    sold: i64,
    held: i64,
    available: i64,
}

/// Where in the log the figures of an event changed last.
pub fn log_position(stock: &Stock) -> LogPosition {
    LogPosition { shard: Shard::of(stock.event_id.uuid()), position: stock.position }
}

impl<'a> From<&'a Stock> for AvailabilityView<'a> {
    fn from(stock: &'a Stock) -> Self {
        let ticket_types = stock.ticket_types.iter().map(|kind| TypeAvailability {
            ticket_type_id: kind.ticket_type_id,
            name: &kind.name,
            enabled: kind.enabled,
            allocation: kind.allocation,
            sold: kind.sold,
            held: kind.held,
            available: stock.available_of(kind),
        });
        Self {
            event_id: stock.event_id,
            status: stock.status,
            as_of: log_position(stock).to_string(),
            total_capacity: stock.total_capacity,
            sold: stock.sold(),
            held: stock.held(),
            available: stock.available(),
            ticket_types: ticket_types.collect(),
        }
    }
}
