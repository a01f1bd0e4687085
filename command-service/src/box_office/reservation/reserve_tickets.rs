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

#[cfg(test)]
mod tests {
    use shared::events::box_office::{SalesSettings, TicketTypeTerms};

    use super::*;
    use crate::box_office::testing::{
        ALICE, BOB, NOON, PRICE, REDUCED, STANDARD, START, TTL, added, after, cancelled, capacity,
        completed, drafted, expired, given, held, held_by, kind, line, on_sale, on_sale_with, paid,
        paying, published, released, reservation, settings, terms,
    };

    const DAY: i64 = 24 * 3600;

    #[test]
    fn holds_tickets_for_as_long_as_the_event_says() {
        given(on_sale(10)).when(reserving(2)).then([held(1, 2)]);
    }

    #[test]
    fn holds_the_last_tickets_and_not_one_more() {
        given(on_sale(2)).when(reserving(2)).then([held(1, 2)]);
        given(on_sale(2)).when(reserving(3)).then_rejected(insufficient(STANDARD, 3, 2));
        given(on_sale(0)).when(reserving(1)).then_rejected(insufficient(STANDARD, 1, 0));
    }

    #[test]
    fn what_is_sold_or_held_by_others_is_not_left() {
        let busy = || given(on_sale(5)).and([held(7, 1)]).and(paid(7, 1)).and([held_by(BOB, 8, 1)]);
        busy().when(reserving(3)).then([held(1, 3)]);
        busy().when(reserving(4)).then_rejected(insufficient(STANDARD, 4, 3));
    }

    #[test]
    fn what_was_given_back_or_ran_out_is_left_again() {
        given(on_sale(1)).and([held(7, 1), released(7)]).when(reserving(1)).then([held(1, 1)]);
        given(on_sale(1)).and([held(7, 1), expired(7)]).when(reserving(1)).then([held(1, 1)]);
    }

    #[test]
    fn a_hold_ends_at_its_deadline_and_not_before() {
        let busy = || given(on_sale(1)).and([held(7, 1)]);
        busy().at(TTL - 1).when(reserving(1)).then_rejected(insufficient(STANDARD, 1, 0));
        let renewed = BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(1),
            person_id: ALICE,
            lines: vec![line(1)],
            expires_at: after(2 * TTL),
        };
        busy().at(TTL).when(reserving(1)).then([expired(7), renewed]);
    }

    #[test]
    fn an_allocation_caps_its_type() {
        let capped = TicketTypeTerms { allocation: Some(2), ..standard() };
        let divided = || given(on_sale_with(10, capped.clone(), settings()));
        divided().when(reserving(2)).then([held(1, 2)]);
        divided().when(reserving(3)).then_rejected(insufficient(STANDARD, 3, 2));
        divided().and([held(7, 1)]).when(reserving(2)).then_rejected(insufficient(STANDARD, 2, 1));
        let none = TicketTypeTerms { allocation: Some(0), ..standard() };
        given(on_sale_with(10, none, settings()))
            .when(reserving(1))
            .then_rejected(insufficient(STANDARD, 1, 0));
    }

    #[test]
    fn an_allocation_reserves_nothing() {
        let capped = TicketTypeTerms { allocation: Some(2), ..standard() };
        let other = BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(7),
            person_id: BOB,
            lines: vec![Line { ticket_type_id: REDUCED, quantity: 4, unit_price_minor: 0 }],
            expires_at: after(TTL),
        };
        given(on_sale_with(5, capped, settings()))
            .and([added(REDUCED, terms(Price::Free)), other])
            .when(reserving(2))
            .then_rejected(insufficient(STANDARD, 2, 1));
    }

    #[test]
    fn holds_all_lines_or_none() {
        let two_types = |quantities: (u32, u32)| ReserveTickets {
            items: vec![item(STANDARD, quantities.0), item(REDUCED, quantities.1)],
            ..reserving(1)
        };
        let mixed = || given(on_sale(5)).and([added(REDUCED, terms(Price::Free))]);
        mixed().when(two_types((3, 2))).then([BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(1),
            person_id: ALICE,
            lines: vec![
                line(3),
                Line { ticket_type_id: REDUCED, quantity: 2, unit_price_minor: 0 },
            ],
            expires_at: after(TTL),
        }]);
        // The second line gets what the first leaves.
        mixed().when(two_types((3, 3))).then_rejected(insufficient(REDUCED, 3, 2));
    }

    #[test]
    fn wants_between_one_and_ten_different_types() {
        let many = |count: u128| ReserveTickets {
            items: (0..count).map(|number| item(kind(100 + number), 1)).collect(),
            ..reserving(1)
        };
        let wide = || {
            given(on_sale(50))
                .and((0..11).map(|number| added(kind(100 + number), terms(Price::Free))))
        };
        assert_eq!(wide().when(many(10)).events().len(), 1);
        wide().when(many(11)).then_rejected(ReserveTicketsRejected::TooManyItems { items: 11 });
        wide().when(many(0)).then_rejected(ReserveTicketsRejected::NoItems);
        let twice =
            ReserveTickets { items: vec![item(STANDARD, 1), item(STANDARD, 1)], ..reserving(1) };
        wide().when(twice).then_rejected(ReserveTicketsRejected::DuplicateTicketType {
            ticket_type_id: STANDARD,
        });
    }

    #[test]
    fn wants_a_quantity_within_the_terms() {
        let terms = TicketTypeTerms { min_per_order: 2, max_per_order: 3, ..standard() };
        let out_of_range = |quantity| ReserveTicketsRejected::QuantityOutOfRange {
            ticket_type_id: STANDARD,
            quantity,
            minimum: 2,
            maximum: 3,
        };
        let limited = || given(on_sale_with(10, terms.clone(), settings()));
        limited().when(reserving(2)).then([held(1, 2)]);
        limited().when(reserving(3)).then([held(1, 3)]);
        for quantity in [0, 1, 4, u32::MAX] {
            limited().when(reserving(quantity)).then_rejected(out_of_range(quantity));
        }
    }

    #[test]
    fn sells_within_the_window_of_the_type() {
        let terms = TicketTypeTerms {
            sale_starts_at: Some(after(10)),
            sale_ends_at: Some(after(20)),
            ..standard()
        };
        let windowed = || given(on_sale_with(10, terms.clone(), settings()));
        windowed().at(9).when(reserving(1)).then_rejected(ReserveTicketsRejected::SaleNotOpen {
            ticket_type_id: STANDARD,
            opens_at: after(10),
        });
        assert_eq!(windowed().at(10).when(reserving(1)).events().len(), 1);
        assert_eq!(windowed().at(19).when(reserving(1)).events().len(), 1);
        windowed().at(20).when(reserving(1)).then_rejected(ReserveTicketsRejected::SaleClosed {
            ticket_type_id: STANDARD,
            closed_at: after(20),
        });
    }

    #[test]
    fn sells_published_events_only() {
        let not_published = |status| ReserveTicketsRejected::EventNotPublished { status };
        given([drafted(), capacity(1), added(STANDARD, standard())])
            .when(reserving(1))
            .then_rejected(not_published(EventStatus::Draft));
        given(on_sale(1))
            .and([cancelled()])
            .when(reserving(1))
            .then_rejected(not_published(EventStatus::Cancelled));
        given(on_sale(1))
            .and([completed()])
            .when(reserving(1))
            .then_rejected(not_published(EventStatus::Completed));
        given([]).when(reserving(1)).then_rejected(ReserveTicketsRejected::EventUnknown);
    }

    #[test]
    fn sells_until_the_event_is_over() {
        assert_eq!(given(on_sale(1)).at(START + DAY - 1).when(reserving(1)).events().len(), 1);
        given(on_sale(1))
            .at(START + DAY)
            .when(reserving(1))
            .then_rejected(ReserveTicketsRejected::EventOver);
    }

    #[test]
    fn sells_known_and_enabled_types_only() {
        let unknown = ReserveTickets { items: vec![item(kind(9), 1)], ..reserving(1) };
        given(on_sale(1))
            .when(unknown)
            .then_rejected(ReserveTicketsRejected::TicketTypeUnknown { ticket_type_id: kind(9) });
        given(on_sale(1))
            .and([BoxOfficeEvent::TicketTypeDisabled { ticket_type_id: STANDARD }])
            .when(reserving(1))
            .then_rejected(ReserveTicketsRejected::TicketTypeDisabled { ticket_type_id: STANDARD });
    }

    #[test]
    fn caps_what_one_person_has_over_holds_and_orders() {
        let settings = SalesSettings { per_person_cap: 5, ..settings() };
        let busy = || {
            given(on_sale_with(100, standard(), settings))
                .and([held(7, 2)])
                .and(paid(7, 2))
                .and([held(8, 1), held_by(BOB, 9, 5)])
        };
        busy().when(reserving(2)).then([held(1, 2)]);
        busy()
            .when(reserving(3))
            .then_rejected(ReserveTicketsRejected::PerPersonCap { cap: 5, remaining: 2 });
        let for_bob = ReserveTickets { person_id: BOB, ..reserving(1) };
        busy()
            .when(for_bob)
            .then_rejected(ReserveTicketsRejected::PerPersonCap { cap: 5, remaining: 0 });
    }

    #[test]
    fn a_lowered_cap_leaves_nothing_rather_than_less_than_nothing() {
        let lowered = SalesSettings { per_person_cap: 1, ..settings() };
        given(on_sale(10))
            .and([held(7, 2), BoxOfficeEvent::SalesSettingsChanged { settings: lowered }])
            .when(reserving(1))
            .then_rejected(ReserveTicketsRejected::PerPersonCap { cap: 1, remaining: 0 });
    }

    #[test]
    fn what_a_person_gave_back_no_longer_counts() {
        let settings = SalesSettings { per_person_cap: 1, ..settings() };
        given(on_sale_with(10, standard(), settings))
            .and([held(7, 1), released(7)])
            .when(reserving(1))
            .then([held(1, 1)]);
    }

    #[test]
    fn the_buyer_names_the_price_within_its_bounds() {
        let price = Price::PayWhatYouWant { minimum: 100, maximum: 900, suggested: 500 };
        let free_choice = || given(on_sale_with(10, terms(price), settings()));
        for (named, expected) in [(None, 500), (Some(100), 100), (Some(900), 900)] {
            free_choice().when(reserving_for(named)).then([held_at(expected)]);
        }
        for named in [99, 901, -1, i64::MIN, i64::MAX] {
            free_choice().when(reserving_for(Some(named))).then_rejected(
                ReserveTicketsRejected::PriceOutOfRange {
                    ticket_type_id: STANDARD,
                    minimum: 100,
                    maximum: 900,
                },
            );
        }
    }

    #[test]
    fn a_price_that_was_seen_must_still_be_right() {
        let changed = |unit_price_minor| ReserveTicketsRejected::PriceChanged {
            ticket_type_id: STANDARD,
            unit_price_minor,
        };
        given(on_sale(1)).when(reserving_for(Some(PRICE))).then([held_at(PRICE)]);
        given(on_sale(1)).when(reserving_for(Some(PRICE - 1))).then_rejected(changed(PRICE));
        let free = || given(on_sale_with(1, terms(Price::Free), settings()));
        free().when(reserving_for(Some(0))).then([held_at(0)]);
        free().when(reserving_for(Some(1))).then_rejected(changed(0));
    }

    #[test]
    fn rejects_a_total_above_the_maximum() {
        let dear = || {
            let price = Price::Fixed { amount: MAX_AMOUNT_MINOR / 2 };
            given(on_sale_with(10, terms(price), settings()))
        };
        assert_eq!(dear().when(reserving(2)).events().len(), 1);
        dear().when(reserving(3)).then_rejected(ReserveTicketsRejected::TotalTooLarge);
    }

    #[test]
    fn rejects_an_id_that_names_another_reservation() {
        let again = || reserving(1);
        for history in [
            vec![held(1, 1)],
            vec![held(1, 1), released(1)],
            vec![held(1, 1), expired(1)],
            vec![held(1, 1), paying(1, 1), expired(1)],
            [vec![held(1, 1)], paid(1, 1)].concat(),
        ] {
            given(on_sale(10))
                .and(history)
                .when(again())
                .then_rejected(ReserveTicketsRejected::AlreadyReserved);
        }
    }

    #[test]
    fn a_refusal_says_what_a_buyer_wants_to_know() {
        let refusal = insufficient(STANDARD, 3, 2);
        assert_eq!(refusal.to_string(), "3 tickets were asked for and 2 are left");
    }

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

    fn reserving_for(unit_price_minor: Option<i64>) -> ReserveTickets {
        ReserveTickets {
            items: vec![ReserveItem { unit_price_minor, ..item(STANDARD, 1) }],
            ..reserving(1)
        }
    }

    fn held_at(unit_price_minor: i64) -> BoxOfficeEvent {
        BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(1),
            person_id: ALICE,
            lines: vec![Line { unit_price_minor, ..line(1) }],
            expires_at: after(NOON + TTL),
        }
    }

    fn insufficient(
        ticket_type_id: TicketTypeId,
        requested: u32,
        remaining: u32,
    ) -> ReserveTicketsRejected {
        ReserveTicketsRejected::InsufficientInventory { ticket_type_id, requested, remaining }
    }

    #[test]
    fn a_published_event_without_a_capacity_sells_nothing() {
        // Publishing wants one; this is what the rule falls back on.
        given([drafted(), added(STANDARD, standard()), published()])
            .when(reserving(1))
            .then_rejected(insufficient(STANDARD, 1, 0));
    }
}
