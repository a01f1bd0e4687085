//! A buyer asks for tickets: all of them are held for a while, or none.

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Line, Price},
    id::{PersonId, ReservationId, TicketTypeId},
    money::MAX_AMOUNT_MINOR,
};
use thiserror::Error;

use super::MAX_LINES;
use crate::box_office::{
    BoxOffice, EventStatus,
    state::{Catalogue, TicketType},
};

/// Holds tickets of one or several types for one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReserveTickets {
    pub reservation_id: ReservationId,
    pub person_id: PersonId,
    pub items: Vec<ReserveItem>,
}

/// So many tickets of one type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReserveItem {
    pub ticket_type_id: TicketTypeId,
    pub quantity: u32,
    /// The price that the buyer names (pay what you want; absent: the suggested one) or has seen.
    pub unit_price_minor: Option<i64>,
}

/// Why tickets can't be held.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ReserveTicketsRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("this event isn't on sale")]
    EventNotPublished { status: EventStatus },
    #[error("the event is over")]
    EventOver,
    #[error("this reservation exists already")]
    AlreadyReserved,
    #[error("choose at least one ticket")]
    NoItems,
    #[error("an order can't have more than {MAX_LINES} lines")]
    TooManyItems { items: usize },
    #[error("the same ticket type is listed twice")]
    DuplicateTicketType { ticket_type_id: TicketTypeId },
    #[error("there is no such ticket type")]
    TicketTypeUnknown { ticket_type_id: TicketTypeId },
    #[error("this ticket type isn't on sale")]
    TicketTypeDisabled { ticket_type_id: TicketTypeId },
    #[error("the sale of this ticket type opens at {opens_at}")]
    SaleNotOpen { ticket_type_id: TicketTypeId, opens_at: Timestamp },
    #[error("the sale of this ticket type closed at {closed_at}")]
    SaleClosed { ticket_type_id: TicketTypeId, closed_at: Timestamp },
    #[error("between {minimum} and {maximum} tickets of this type can be ordered")]
    QuantityOutOfRange { ticket_type_id: TicketTypeId, quantity: u32, minimum: u32, maximum: u32 },
    #[error("the price must lie between {minimum} and {maximum} minor units")]
    PriceOutOfRange { ticket_type_id: TicketTypeId, minimum: i64, maximum: i64 },
    #[error("the price is now {unit_price_minor} minor units")]
    PriceChanged { ticket_type_id: TicketTypeId, unit_price_minor: i64 },
    #[error("an order can't exceed {MAX_AMOUNT_MINOR} minor units")]
    TotalTooLarge,
    #[error("{requested} tickets were asked for and {remaining} are left")]
    InsufficientInventory { ticket_type_id: TicketTypeId, requested: u32, remaining: u32 },
    #[error("one person can have {cap} tickets, so {remaining} more are possible")]
    PerPersonCap { cap: u32, remaining: u32 },
}

impl ReserveTickets {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, ReserveTicketsRejected> {
        let catalogue = self.check_event(office, at)?;
        self.check_items()?;

        let mut lines = Vec::with_capacity(self.items.len());
        let mut quantity: u32 = 0;
        let mut total_minor: i64 = 0;
        for item in &self.items {
            let line = item.line(office, quantity, at)?;
            // Ten lines of fifty tickets at most: far from any overflow.
            quantity = quantity.saturating_add(line.quantity);
            total_minor = line
                .unit_price_minor
                .checked_mul(i64::from(line.quantity))
                .and_then(|line_total| total_minor.checked_add(line_total))
                .filter(|total_minor| *total_minor <= MAX_AMOUNT_MINOR)
                .ok_or(ReserveTicketsRejected::TotalTooLarge)?;
            lines.push(line);
        }

        let cap = catalogue.settings.per_person_cap;
        let remaining = cap.saturating_sub(office.tickets_of(self.person_id));
        if quantity > remaining {
            return Err(ReserveTicketsRejected::PerPersonCap { cap, remaining });
        }
        let ttl = TimeDelta::seconds(i64::from(catalogue.settings.hold_ttl_seconds));
        Ok(vec![BoxOfficeEvent::ReservationCreated {
            reservation_id: self.reservation_id,
            person_id: self.person_id,
            lines,
            expires_at: at + ttl,
        }])
    }

    fn check_event<'office>(
        &self,
        office: &'office BoxOffice,
        at: Timestamp,
    ) -> Result<&'office Catalogue, ReserveTicketsRejected> {
        let catalogue = office.catalogue().ok_or(ReserveTicketsRejected::EventUnknown)?;
        match catalogue.status {
            EventStatus::Published => {}
            status @ (EventStatus::Draft | EventStatus::Completed | EventStatus::Cancelled) => {
                return Err(ReserveTicketsRejected::EventNotPublished { status });
            }
        }
        if office.is_over(at) {
            return Err(ReserveTicketsRejected::EventOver);
        }
        if office.knows_reservation(self.reservation_id) {
            return Err(ReserveTicketsRejected::AlreadyReserved);
        }
        Ok(catalogue)
    }

    fn check_items(&self) -> Result<(), ReserveTicketsRejected> {
        if self.items.is_empty() {
            return Err(ReserveTicketsRejected::NoItems);
        }
        if self.items.len() > MAX_LINES {
            return Err(ReserveTicketsRejected::TooManyItems { items: self.items.len() });
        }
        for (index, item) in self.items.iter().enumerate() {
            let ticket_type_id = item.ticket_type_id;
            if self.items.iter().take(index).any(|one| one.ticket_type_id == ticket_type_id) {
                return Err(ReserveTicketsRejected::DuplicateTicketType { ticket_type_id });
            }
        }
        Ok(())
    }
}

impl ReserveItem {
    /// The line as it will be held, given that `taken` tickets go to earlier lines.
    fn line(
        &self,
        office: &BoxOffice,
        taken: u32,
        at: Timestamp,
    ) -> Result<Line, ReserveTicketsRejected> {
        let ticket_type_id = self.ticket_type_id;
        let kind = office
            .ticket_type(ticket_type_id)
            .ok_or(ReserveTicketsRejected::TicketTypeUnknown { ticket_type_id })?;
        self.check_terms(kind, at)?;
        let unit_price_minor = self.unit_price(kind)?;
        let remaining = office.available_of(kind).min(office.remaining().saturating_sub(taken));
        if self.quantity > remaining {
            return Err(ReserveTicketsRejected::InsufficientInventory {
                ticket_type_id,
                requested: self.quantity,
                remaining,
            });
        }
        Ok(Line { ticket_type_id, quantity: self.quantity, unit_price_minor })
    }

    fn check_terms(&self, kind: &TicketType, at: Timestamp) -> Result<(), ReserveTicketsRejected> {
        let ticket_type_id = self.ticket_type_id;
        if !kind.is_enabled() {
            return Err(ReserveTicketsRejected::TicketTypeDisabled { ticket_type_id });
        }
        let terms = kind.terms();
        if let Some(opens_at) = terms.sale_starts_at
            && at < opens_at
        {
            return Err(ReserveTicketsRejected::SaleNotOpen { ticket_type_id, opens_at });
        }
        if let Some(closed_at) = terms.sale_ends_at
            && at >= closed_at
        {
            return Err(ReserveTicketsRejected::SaleClosed { ticket_type_id, closed_at });
        }
        let (minimum, maximum) = (terms.min_per_order, terms.max_per_order);
        if !(minimum..=maximum).contains(&self.quantity) {
            return Err(ReserveTicketsRejected::QuantityOutOfRange {
                ticket_type_id,
                quantity: self.quantity,
                minimum,
                maximum,
            });
        }
        Ok(())
    }

    fn unit_price(&self, kind: &TicketType) -> Result<i64, ReserveTicketsRejected> {
        let ticket_type_id = self.ticket_type_id;
        let asked = match kind.terms().price {
            Price::Free => 0,
            Price::Fixed { amount } => amount,
            Price::PayWhatYouWant { minimum, maximum, suggested } => {
                let named = self.unit_price_minor.unwrap_or(suggested);
                if !(minimum..=maximum).contains(&named) {
                    return Err(ReserveTicketsRejected::PriceOutOfRange {
                        ticket_type_id,
                        minimum,
                        maximum,
                    });
                }
                named
            }
        };
        match self.unit_price_minor {
            Some(seen) if seen != asked => Err(ReserveTicketsRejected::PriceChanged {
                ticket_type_id,
                unit_price_minor: asked,
            }),
            Some(_) | None => Ok(asked),
        }
    }
}
