//! The rules of holding tickets, each with its boundaries on both sides.

mod left;
mod prices;
mod terms;

use shared::{
    events::box_office::{Price, TicketTypeTerms},
    id::TicketTypeId,
};

use super::{ReserveItem, ReserveTickets, ReserveTicketsRejected};
use crate::box_office::testing::{ALICE, PRICE, STANDARD, reservation, terms};

fn standard() -> TicketTypeTerms {
    terms(Price::Fixed { amount: PRICE })
}

fn item(ticket_type_id: TicketTypeId, quantity: u32) -> ReserveItem {
    ReserveItem { ticket_type_id, quantity, unit_price_minor: None }
}

fn reserving(quantity: u32) -> ReserveTickets {
    ReserveTickets {
        reservation_id: reservation(1),
        person_id: ALICE,
        items: vec![item(STANDARD, quantity)],
    }
}

fn insufficient(
    ticket_type_id: TicketTypeId,
    requested: u32,
    remaining: u32,
) -> ReserveTicketsRejected {
    ReserveTicketsRejected::InsufficientInventory { ticket_type_id, requested, remaining }
}
