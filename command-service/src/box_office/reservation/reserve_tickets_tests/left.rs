//! What is left to be held, and for how long.

use shared::events::box_office::{BoxOfficeEvent, Line, Price, TicketTypeTerms};

use super::{insufficient, item, reserving, standard};
use crate::box_office::{
    reservation::{ReserveTickets, ReserveTicketsRejected},
    testing::{
        ALICE, BOB, REDUCED, STANDARD, TTL, added, after, drafted, expired, given, held, held_by,
        line, on_sale, on_sale_with, paid, paying, published, released, reservation, settings,
        terms,
    },
};

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
        lines: vec![line(3), Line { ticket_type_id: REDUCED, quantity: 2, unit_price_minor: 0 }],
        expires_at: after(TTL),
    }]);
    // The second line gets what the first leaves.
    mixed().when(two_types((3, 3))).then_rejected(insufficient(REDUCED, 3, 2));
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

#[test]
fn a_published_event_without_a_capacity_sells_nothing() {
    // Publishing wants one; this is what the rule falls back on.
    given([drafted(), added(STANDARD, standard()), published()])
        .when(reserving(1))
        .then_rejected(insufficient(STANDARD, 1, 0));
}
