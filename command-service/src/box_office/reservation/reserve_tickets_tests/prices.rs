//! What a ticket costs.

use shared::{
    events::box_office::{BoxOfficeEvent, Line, Price},
    money::MAX_AMOUNT_MINOR,
};

use super::{item, reserving};
use crate::box_office::{
    reservation::{ReserveItem, ReserveTickets, ReserveTicketsRejected},
    testing::{
        ALICE, NOON, PRICE, STANDARD, TTL, after, given, line, on_sale, on_sale_with, reservation,
        settings, terms,
    },
};

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
