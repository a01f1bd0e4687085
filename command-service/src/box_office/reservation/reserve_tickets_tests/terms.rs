//! What is sold when, how many of it, and to whom.

use shared::events::box_office::{BoxOfficeEvent, Price, SalesSettings, TicketTypeTerms};

use super::{item, reserving, standard};
use crate::box_office::{
    EventStatus,
    reservation::{ReserveTickets, ReserveTicketsRejected},
    testing::{
        BOB, STANDARD, START, added, after, cancelled, capacity, completed, drafted, given, held,
        held_by, kind, on_sale, on_sale_with, paid, released, settings, terms,
    },
};

const DAY: i64 = 24 * 3600;

#[test]
fn wants_between_one_and_ten_different_types() {
    let many = |count: u128| ReserveTickets {
        items: (0..count).map(|number| item(kind(100 + number), 1)).collect(),
        ..reserving(1)
    };
    let wide = || {
        given(on_sale(50)).and((0..11).map(|number| added(kind(100 + number), terms(Price::Free))))
    };
    assert_eq!(wide().when(many(10)).events().len(), 1);
    wide().when(many(11)).then_rejected(ReserveTicketsRejected::TooManyItems { items: 11 });
    wide().when(many(0)).then_rejected(ReserveTicketsRejected::NoItems);
    let twice =
        ReserveTickets { items: vec![item(STANDARD, 1), item(STANDARD, 1)], ..reserving(1) };
    wide()
        .when(twice)
        .then_rejected(ReserveTicketsRejected::DuplicateTicketType { ticket_type_id: STANDARD });
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
