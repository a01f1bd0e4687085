//! A purchase that stands: the order and exactly its tickets, recorded together.

use shared::{
    events::box_office::{BoxOfficeEvent, Line, Provider},
    id::{OrderId, PersonId, TicketId},
};

/// How an order was paid.
#[derive(Clone, Copy, Debug)]
pub(in crate::box_office) struct Payment<'a> {
    pub provider: Provider,
    pub reference: &'a str,
    pub late: bool,
}

/// `OrderPaid`, then one `TicketIssued` for each ticket in the order of the lines.
pub(in crate::box_office) fn paid_order(
    order_id: OrderId,
    person_id: PersonId,
    lines: Vec<Line>,
    payment: Payment<'_>,
) -> Vec<BoxOfficeEvent> {
    let kinds = lines.iter().flat_map(|line| (0..line.quantity).map(|_| line.ticket_type_id));
    let tickets: Vec<_> = (0..)
        .zip(kinds)
        .map(|(number, ticket_type_id)| BoxOfficeEvent::TicketIssued {
            ticket_id: TicketId::of_order(order_id, number),
            order_id,
            ticket_type_id,
        })
        .collect();
    let total_minor = lines.iter().fold(0_i64, |total, line| {
        // The hold was refused if this could overflow.
        total.saturating_add(line.unit_price_minor.saturating_mul(i64::from(line.quantity)))
    });
    let mut events = Vec::with_capacity(tickets.len().saturating_add(1));
    events.push(BoxOfficeEvent::OrderPaid {
        order_id,
        person_id,
        lines,
        total_minor,
        provider: payment.provider,
        payment_reference: payment.reference.to_owned(),
        late: payment.late,
    });
    events.extend(tickets);
    events
}
