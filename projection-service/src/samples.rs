//! Small, named facts that the tests of the folds start from.

use chrono::{DateTime, TimeDelta};
use shared::{
    clock::Timestamp,
    events::box_office::{
        BoxOfficeEvent, EventDetails, LatePayment, Line, Price, Provider, SalesSettings,
        TicketTypeTerms,
    },
    id::{
        EventId, OrderId, OrganizationId, PaymentId, PersonId, ReservationId, TicketId,
        TicketTypeId,
    },
    money::Currency,
};
use uuid::Uuid;

use crate::projection::Fact;

pub fn event_id() -> EventId {
    EventId::new(Uuid::from_u128(0xE0E7_0007))
}

pub fn organization_id() -> OrganizationId {
    OrganizationId::new(Uuid::from_u128(0x0666))
}

pub fn type_id(number: u128) -> TicketTypeId {
    TicketTypeId::new(Uuid::from_u128(0x7777_0000 + number))
}

pub fn reservation_id(number: u128) -> ReservationId {
    ReservationId::new(Uuid::from_u128(0x4E5E_0000 + number))
}

pub fn person_id() -> PersonId {
    PersonId::new(Uuid::from_u128(0xBEEF))
}

/// 2026-06-01 12:00 UTC.
pub fn noon() -> Timestamp {
    DateTime::from_timestamp(1_780_315_200, 0).unwrap()
}

/// A fact at `version`, as many seconds after noon.
pub fn fact(version: i64, event: BoxOfficeEvent) -> Fact<'static> {
    Fact {
        event_id: event_id(),
        position: version,
        version,
        at: noon() + TimeDelta::seconds(version),
        event: Box::leak(Box::new(event)),
    }
}

pub fn details() -> EventDetails {
    EventDetails {
        title: "Rust Nacht".to_owned(),
        description: "An evening of ownership".to_owned(),
        category: Some("conference".to_owned()),
        tags: vec!["systems".to_owned()],
        image_url: None,
        image_alt: None,
        venue: None,
        starts_at: noon() + TimeDelta::days(30),
        ends_at: None,
        time_zone: "Europe/Berlin".to_owned(),
        currency: Currency::EUR,
    }
}

pub fn settings() -> SalesSettings {
    SalesSettings {
        per_person_cap: 50,
        hold_ttl_seconds: 900,
        late_payment: LatePayment::AcquireAgain,
    }
}

pub fn drafted() -> BoxOfficeEvent {
    BoxOfficeEvent::EventDrafted {
        event_id: event_id(),
        organization_id: organization_id(),
        details: details(),
        settings: settings(),
    }
}

pub fn terms(allocation: Option<u32>) -> TicketTypeTerms {
    TicketTypeTerms {
        name: "Standard".to_owned(),
        description: String::new(),
        price: Price::Fixed { amount: 2500 },
        allocation,
        sale_starts_at: None,
        sale_ends_at: None,
        min_per_order: 1,
        max_per_order: 10,
    }
}

pub fn type_added(number: u128, allocation: Option<u32>) -> BoxOfficeEvent {
    BoxOfficeEvent::TicketTypeAdded {
        ticket_type_id: type_id(number),
        terms: terms(allocation),
        enabled: true,
    }
}

pub fn lines(quantity: u32) -> Vec<Line> {
    vec![Line { ticket_type_id: type_id(1), quantity, unit_price_minor: 2500 }]
}

/// A hold on `quantity` tickets of the first type, until a quarter past noon.
pub fn reserved(number: u128, quantity: u32) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationCreated {
        reservation_id: reservation_id(number),
        person_id: person_id(),
        lines: lines(quantity),
        expires_at: noon() + TimeDelta::minutes(15),
    }
}

pub fn expired(number: u128) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationExpired { reservation_id: reservation_id(number) }
}

pub fn released(number: u128) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationReleased { reservation_id: reservation_id(number) }
}

/// The order of that reservation, paid by card.
pub fn paid(number: u128, quantity: u32, late: bool) -> BoxOfficeEvent {
    BoxOfficeEvent::OrderPaid {
        order_id: OrderId::from(reservation_id(number)),
        person_id: person_id(),
        lines: lines(quantity),
        total_minor: 2500 * i64::from(quantity),
        provider: Provider::Stripe,
        payment_reference: format!("pi_{number}"),
        late,
    }
}

pub fn issued(number: u128, ticket: u32) -> BoxOfficeEvent {
    let order_id = OrderId::from(reservation_id(number));
    BoxOfficeEvent::TicketIssued {
        ticket_id: TicketId::of_order(order_id, ticket),
        order_id,
        ticket_type_id: type_id(1),
    }
}

/// The first attempt to pay that reservation.
pub fn payment_started(number: u128, amount_minor: i64) -> BoxOfficeEvent {
    BoxOfficeEvent::PaymentStarted {
        reservation_id: reservation_id(number),
        payment_id: PaymentId::new(Uuid::from_u128(0x9A10_0000 + number)),
        provider: Provider::Stripe,
        amount_minor,
    }
}
