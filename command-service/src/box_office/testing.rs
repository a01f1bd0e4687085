//! Given what happened, when something is asked, then this is recorded or refused.
//!
//! Samples are small and named. Time counts in seconds from [`NOON`].

use chrono::{DateTime, TimeDelta};
use cqrs_es::test::TestFramework;
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

use super::{BoxOffice, BoxOfficeCommand, BoxOfficeRejected};

pub const EVENT: EventId = EventId::new(Uuid::from_u128(0xe0));
pub const ORGANIZATION: OrganizationId = OrganizationId::new(Uuid::from_u128(0x0e));
/// Costs 25.00.
pub const STANDARD: TicketTypeId = kind(1);
/// Another type, where a test adds one.
pub const REDUCED: TicketTypeId = kind(2);
/// The price of [`STANDARD`].
pub const PRICE: i64 = 2500;
pub const ALICE: PersonId = person(1);
pub const BOB: PersonId = person(2);
/// How long holds last in the samples.
pub const TTL: i64 = 900;
/// When the sample event starts, in seconds after [`NOON`].
pub const START: i64 = 30 * 24 * 3600;

pub const fn kind(number: u128) -> TicketTypeId {
    TicketTypeId::new(Uuid::from_u128(0x7000 + number))
}

pub const fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(0x9000 + number))
}

pub const fn reservation(number: u128) -> ReservationId {
    ReservationId::new(Uuid::from_u128(0x4000 + number))
}

pub const fn order(number: u128) -> OrderId {
    OrderId::new(reservation(number).uuid())
}

pub const fn payment(number: u128) -> PaymentId {
    PaymentId::new(Uuid::from_u128(0xa000 + number))
}

/// Seconds after noon of 1 March 2026.
pub fn after(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(1_772_366_400, 0).unwrap() + TimeDelta::seconds(seconds)
}

/// The start of the samples.
pub const NOON: i64 = 0;

pub fn details() -> EventDetails {
    EventDetails {
        title: "Concert".to_owned(),
        description: String::new(),
        category: None,
        tags: Vec::new(),
        image_url: None,
        image_alt: None,
        venue: None,
        starts_at: after(START),
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

pub fn terms(price: Price) -> TicketTypeTerms {
    TicketTypeTerms {
        name: "Standard".to_owned(),
        description: String::new(),
        price,
        allocation: None,
        sale_starts_at: None,
        sale_ends_at: None,
        min_per_order: 1,
        max_per_order: 10,
    }
}

pub fn drafted() -> BoxOfficeEvent {
    BoxOfficeEvent::EventDrafted {
        event_id: EVENT,
        organization_id: ORGANIZATION,
        details: details(),
        settings: settings(),
    }
}

pub fn capacity(total_capacity: u32) -> BoxOfficeEvent {
    BoxOfficeEvent::CapacitySet { total_capacity }
}

pub fn added(ticket_type_id: TicketTypeId, terms: TicketTypeTerms) -> BoxOfficeEvent {
    BoxOfficeEvent::TicketTypeAdded { ticket_type_id, terms, enabled: true }
}

pub fn published() -> BoxOfficeEvent {
    BoxOfficeEvent::EventPublished {}
}

pub fn cancelled() -> BoxOfficeEvent {
    BoxOfficeEvent::EventCancelled { reason: "Rain".to_owned() }
}

pub fn completed() -> BoxOfficeEvent {
    BoxOfficeEvent::EventCompleted {}
}

/// A published event with so many tickets of [`STANDARD`].
pub fn on_sale(total_capacity: u32) -> Vec<BoxOfficeEvent> {
    on_sale_with(total_capacity, terms(Price::Fixed { amount: PRICE }), settings())
}

/// A published event with one type on these terms.
pub fn on_sale_with(
    total_capacity: u32,
    terms: TicketTypeTerms,
    settings: SalesSettings,
) -> Vec<BoxOfficeEvent> {
    vec![
        BoxOfficeEvent::EventDrafted {
            event_id: EVENT,
            organization_id: ORGANIZATION,
            details: details(),
            settings,
        },
        capacity(total_capacity),
        added(STANDARD, terms),
        published(),
    ]
}

pub fn line(quantity: u32) -> Line {
    Line { ticket_type_id: STANDARD, quantity, unit_price_minor: PRICE }
}

/// Alice holds so many tickets from noon on.
pub fn held(number: u128, quantity: u32) -> BoxOfficeEvent {
    held_by(ALICE, number, quantity)
}

pub fn held_by(person_id: PersonId, number: u128, quantity: u32) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationCreated {
        reservation_id: reservation(number),
        person_id,
        lines: vec![line(quantity)],
        expires_at: after(TTL),
    }
}

pub fn expired(number: u128) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationExpired { reservation_id: reservation(number) }
}

pub fn released(number: u128) -> BoxOfficeEvent {
    BoxOfficeEvent::ReservationReleased { reservation_id: reservation(number) }
}

pub fn paying(number: u128, quantity: u32) -> BoxOfficeEvent {
    BoxOfficeEvent::PaymentStarted {
        reservation_id: reservation(number),
        payment_id: payment(number),
        provider: Provider::Stripe,
        amount_minor: PRICE * i64::from(quantity),
    }
}

/// The order of Alice's hold and its tickets, paid by `pi_<number>`.
pub fn paid(number: u128, quantity: u32) -> Vec<BoxOfficeEvent> {
    order_with_tickets(BoxOfficeEvent::OrderPaid {
        order_id: order(number),
        person_id: ALICE,
        lines: vec![line(quantity)],
        total_minor: PRICE * i64::from(quantity),
        provider: Provider::Stripe,
        payment_reference: format!("pi_{number}"),
        late: false,
    })
}

/// An `OrderPaid` followed by what belongs to it.
pub fn order_with_tickets(order_paid: BoxOfficeEvent) -> Vec<BoxOfficeEvent> {
    let BoxOfficeEvent::OrderPaid { order_id, lines, .. } = &order_paid else {
        panic!("not an OrderPaid: {order_paid:?}")
    };
    let kinds =
        lines.iter().flat_map(|line| vec![line.ticket_type_id; line.quantity.try_into().unwrap()]);
    let tickets: Vec<_> = (0..)
        .zip(kinds)
        .map(|(number, ticket_type_id)| BoxOfficeEvent::TicketIssued {
            ticket_id: TicketId::of_order(*order_id, number),
            order_id: *order_id,
            ticket_type_id,
        })
        .collect();
    std::iter::once(order_paid).chain(tickets).collect()
}

/// Begins a test with what was recorded before.
pub fn given(events: impl IntoIterator<Item = BoxOfficeEvent>) -> Given {
    Given { events: events.into_iter().collect(), at: after(NOON) }
}

/// What was recorded, and the time of what is asked.
pub struct Given {
    events: Vec<BoxOfficeEvent>,
    at: Timestamp,
}

impl Given {
    /// Also recorded.
    pub fn and(mut self, events: impl IntoIterator<Item = BoxOfficeEvent>) -> Self {
        self.events.extend(events);
        self
    }

    /// Seconds after noon; noon if not said.
    pub fn at(mut self, seconds: i64) -> Self {
        self.at = after(seconds);
        self
    }

    /// Asks.
    pub fn when(self, command: impl Into<BoxOfficeCommand>) -> Then {
        let outcome = TestFramework::<BoxOffice>::with(self.at)
            .given(self.events)
            .when(command.into())
            .inspect_result();
        Then { outcome }
    }

    /// The state itself, where a test is about its answers.
    pub fn office(self) -> BoxOffice {
        let mut office = BoxOffice::default();
        for event in &self.events {
            office.apply(event, office.told_by(event));
        }
        office
    }
}

/// What came of it.
pub struct Then {
    outcome: Result<Vec<BoxOfficeEvent>, BoxOfficeRejected>,
}

impl Then {
    /// Exactly this was recorded.
    pub fn then(self, expected: impl IntoIterator<Item = BoxOfficeEvent>) {
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(self.outcome, Ok(expected));
    }

    /// It succeeded and nothing had to be recorded.
    pub fn then_nothing(self) {
        self.then([]);
    }

    /// It was refused for this reason.
    pub fn then_rejected(self, expected: impl Into<BoxOfficeRejected>) {
        assert_eq!(self.outcome, Err(expected.into()));
    }

    /// It was refused with exactly these findings, as `pointer code`.
    pub fn then_violations(self, expected: &[&str]) {
        let found: Vec<_> = match self.outcome {
            Ok(events) => panic!("not refused: {events:?}"),
            Err(rejected) => findings(&rejected),
        };
        assert_eq!(found, expected);
    }

    /// What was recorded, to look at in part.
    pub fn events(self) -> Vec<BoxOfficeEvent> {
        self.outcome.unwrap()
    }
}

fn findings(rejected: &BoxOfficeRejected) -> Vec<String> {
    use super::{
        capacity::{AddTicketTypeRejected, ChangeTicketTypeRejected},
        catalogue::{
            CancelEventRejected, ChangeEventRejected, DraftEventRejected, PublishEventRejected,
        },
    };
    let (BoxOfficeRejected::DraftEvent(DraftEventRejected::Invalid(violations))
    | BoxOfficeRejected::ChangeEvent(ChangeEventRejected::Invalid(violations))
    | BoxOfficeRejected::PublishEvent(PublishEventRejected::Blocked(violations))
    | BoxOfficeRejected::CancelEvent(CancelEventRejected::Invalid(violations))
    | BoxOfficeRejected::AddTicketType(AddTicketTypeRejected::Invalid(violations))
    | BoxOfficeRejected::ChangeTicketType(ChangeTicketTypeRejected::Invalid(violations))) =
        rejected
    else {
        panic!("not refused for its input: {rejected:?}")
    };
    violations.iter().map(|violation| format!("{} {}", violation.pointer, violation.code)).collect()
}
