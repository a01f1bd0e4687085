//! What a box office remembers, and the questions it answers.
//!
//! Compact: counters, active holds, what each person has, and one small record per order. The
//! fields are private to this folder; [`apply`](BoxOffice::apply) alone changes them.

mod apply;
mod ended;
mod holds;
mod instant;
mod lines;
mod people;
mod settlements;
mod snapshot;
mod ticket_types;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, EventDetails, Line, Provider, SalesSettings},
    id::{EventId, OrderId, OrganizationId, PaymentId, PersonId, ReservationId, TicketTypeId},
    money::Currency,
};

pub use self::{
    ended::EndedHold,
    holds::Hold,
    lines::Lines,
    settlements::{OrderStatus, Refund, RefundStatus},
    ticket_types::TicketType,
};
use self::{ended::EndedHolds, holds::Holds, people::People, settlements::Settlements};
use super::EventStatus;
use ticket_types::TicketTypes;

/// How many due holds one call of [`BoxOffice::due`] names at most.
const DUE_AT_ONCE: usize = 200;
/// An event without an end counts as over this long after its start.
const ASSUMED_DURATION: TimeDelta = TimeDelta::hours(24);

/// One event's capacity, holds and orders: a fold of its domain events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoxOffice {
    catalogue: Option<Catalogue>,
    edition: u32,
    total_capacity: Option<u32>,
    ticket_types: TicketTypes,
    holds: Holds,
    ended: EndedHolds,
    people: People,
    settlements: Settlements,
    #[serde(with = "chrono::serde::ts_microseconds")]
    as_of: Timestamp,
}

/// What is known about the event itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Catalogue {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: EventStatus,
    #[serde(with = "snapshot::json")]
    pub details: EventDetails,
    pub settings: SalesSettings,
}

impl Catalogue {
    const fn new(
        event_id: EventId,
        organization_id: OrganizationId,
        details: EventDetails,
        settings: SalesSettings,
    ) -> Self {
        Self { event_id, organization_id, status: EventStatus::Draft, details, settings }
    }
}

/// Where a reservation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// Its tickets are held.
    Active,
    /// Its time ran out.
    Expired,
    /// It was given back.
    Released,
    /// It ended with the event.
    EventCancelled,
    /// It became an order.
    Consumed,
    /// It never was, or it ended unpaid a day or more ago.
    Unknown,
}

impl BoxOffice {
    /// Changes whenever an older snapshot of the state can't be read any more.
    pub const SNAPSHOT_VERSION: i32 = 2;

    /// What is known about the event; absent before it was drafted.
    pub const fn catalogue(&self) -> Option<&Catalogue> {
        self.catalogue.as_ref()
    }

    /// Counts the edits of an organizer: what `If-Match` compares. Selling leaves it alone.
    pub const fn edition(&self) -> u32 {
        self.edition
    }

    /// The organisation that sells; absent before the event was drafted.
    pub fn organization_id(&self) -> Option<OrganizationId> {
        self.catalogue.as_ref().map(|catalogue| catalogue.organization_id)
    }

    /// The event's status; absent before it was drafted.
    pub fn status(&self) -> Option<EventStatus> {
        self.catalogue.as_ref().map(|catalogue| catalogue.status)
    }

    /// The currency of every price; absent before the event was drafted.
    pub fn currency(&self) -> Option<Currency> {
        self.catalogue.as_ref().map(|catalogue| catalogue.details.currency)
    }

    /// Whether the event is over as of `at`; without a known end, a day after its start.
    pub fn is_over(&self, at: Timestamp) -> bool {
        self.catalogue.as_ref().is_some_and(|catalogue| {
            let details = &catalogue.details;
            at >= details.ends_at.unwrap_or(details.starts_at + ASSUMED_DURATION)
        })
    }

    /// How many tickets may be sold over all types; absent until it is set.
    pub const fn total_capacity(&self) -> Option<u32> {
        self.total_capacity
    }

    /// How many tickets are sold over all types.
    pub const fn sold(&self) -> u32 {
        self.ticket_types.sold()
    }

    /// How many tickets are held over all types.
    pub const fn held(&self) -> u32 {
        self.ticket_types.held()
    }

    /// How many tickets of the event are neither sold nor held.
    pub fn remaining(&self) -> u32 {
        self.total_capacity.unwrap_or(0).saturating_sub(self.sold()).saturating_sub(self.held())
    }

    /// The ticket types in the order in which they were added.
    pub fn ticket_types(&self) -> std::slice::Iter<'_, TicketType> {
        self.ticket_types.iter()
    }

    /// One ticket type.
    pub fn ticket_type(&self, ticket_type_id: TicketTypeId) -> Option<&TicketType> {
        self.ticket_types.get(ticket_type_id)
    }

    /// The sum of the allocations of all types that have one, disabled ones included.
    pub fn allocated(&self) -> u64 {
        self.ticket_types.iter().filter_map(|kind| kind.terms().allocation).map(u64::from).sum()
    }

    /// How many tickets of a type a customer can get (source 002, T6); 0 for an unknown type.
    pub fn available(&self, ticket_type_id: TicketTypeId) -> u32 {
        self.ticket_type(ticket_type_id).map_or(0, |kind| self.available_of(kind))
    }

    /// [`BoxOffice::available`] of a type that was looked up already.
    pub fn available_of(&self, kind: &TicketType) -> u32 {
        kind.remaining().map_or(self.remaining(), |remaining| remaining.min(self.remaining()))
    }

    /// Whether all these tickets are free together.
    pub fn are_available(&self, lines: &Lines) -> bool {
        lines.quantity() <= self.remaining()
            && lines.as_slice().iter().all(|line| {
                self.ticket_types
                    .at(line.kind)
                    .is_some_and(|kind| line.quantity.get() <= self.available_of(kind))
            })
    }

    /// The lines with the ids of their ticket types.
    pub fn lines_of(&self, lines: &Lines) -> Vec<Line> {
        lines.as_slice().iter().filter_map(|line| self.ticket_types.line(*line)).collect()
    }

    /// How many tickets a person has over all orders and active holds.
    pub fn tickets_of(&self, person_id: PersonId) -> u32 {
        self.people.tickets_of(person_id)
    }

    /// An active hold.
    pub fn hold(&self, reservation_id: ReservationId) -> Option<&Hold> {
        self.holds.get(reservation_id)
    }

    /// Who a reservation is for, while it is held and while its money may still come.
    pub fn holder_of(&self, reservation_id: ReservationId) -> Option<PersonId> {
        let held = self.holds.get(reservation_id).map(Hold::person_id);
        held.or_else(|| self.ended.payable(reservation_id).map(EndedHold::person_id))
    }

    /// Where a reservation stands.
    pub fn standing(&self, reservation_id: ReservationId) -> Standing {
        if self.holds.get(reservation_id).is_some() {
            Standing::Active
        } else if self.order_status(OrderId::from(reservation_id)).is_some() {
            Standing::Consumed
        } else {
            self.ended.standing(reservation_id)
        }
    }

    /// Whether there is, or lately was, a reservation with this id.
    pub fn knows_reservation(&self, reservation_id: ReservationId) -> bool {
        match self.standing(reservation_id) {
            Standing::Unknown => false,
            Standing::Active
            | Standing::Expired
            | Standing::Released
            | Standing::EventCancelled
            | Standing::Consumed => true,
        }
    }

    /// A hold that ended after its payment began: its money may still come.
    pub fn payable_late(&self, reservation_id: ReservationId) -> Option<&EndedHold> {
        self.ended.payable(reservation_id)
    }

    /// The payment under way for an active hold.
    pub fn payment_of(&self, reservation_id: ReservationId) -> Option<(PaymentId, Provider)> {
        self.holds.get(reservation_id).and_then(Hold::payment)
    }

    /// An order's status; absent if there is no such order.
    pub fn order_status(&self, order_id: OrderId) -> Option<OrderStatus> {
        self.settlements.order_status(order_id)
    }

    /// Whether a payment already has its outcome, an order or a refund.
    pub fn is_settled(&self, provider: Provider, payment_reference: &str) -> bool {
        self.settlements.is_settled(provider, payment_reference)
    }

    /// The refund of a payment, if one was requested.
    pub fn refund(&self, provider: Provider, payment_reference: &str) -> Option<&Refund> {
        self.settlements.refund(provider, payment_reference)
    }

    /// The instant of the last decision: none may come before it.
    pub const fn as_of(&self) -> Timestamp {
        self.as_of
    }

    /// When the next hold expires.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.holds.next_deadline()
    }

    /// The expiry of holds whose time ran out at or before `at`, in the order of their deadlines.
    ///
    /// At most 200 at once: apply them and ask again until none is left.
    pub fn due(&self, at: Timestamp) -> Vec<BoxOfficeEvent> {
        self.holds
            .due(at)
            .take(DUE_AT_ONCE)
            .map(|reservation_id| BoxOfficeEvent::ReservationExpired { reservation_id })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::box_office::testing::{
        ALICE, STANDARD, TTL, after, given, held, line, on_sale, paid, paying, reservation,
    };

    #[test]
    fn what_is_due_comes_in_the_order_of_deadlines() {
        let until = |number, seconds| BoxOfficeEvent::ReservationCreated {
            reservation_id: reservation(number),
            person_id: ALICE,
            lines: vec![line(1)],
            expires_at: after(seconds),
        };
        let office = given(on_sale(9)).and([until(1, 30), until(2, 10), until(3, 20)]).office();
        assert_eq!(office.next_deadline(), Some(after(10)));
        assert_eq!(office.due(after(9)), []);
        assert_eq!(due(&office, 10), [2]);
        assert_eq!(due(&office, 29), [2, 3]);
        assert_eq!(due(&office, 30), [2, 3, 1]);
    }

    #[test]
    fn two_hundred_are_due_at_once_and_the_rest_afterwards() {
        let mut office = given(on_sale(300)).and((0..250).map(|number| held(number, 1))).office();
        let first = office.due(after(TTL));
        assert_eq!(first.len(), 200);
        for event in first {
            office.apply(&event, after(TTL));
        }
        assert_eq!((office.due(after(TTL)).len(), office.held()), (50, 50));
    }

    #[test]
    fn an_order_without_a_hold_in_memory_still_counts_as_sold() {
        let office = given(on_sale(9)).and(paid(1, 2)).office();
        assert_eq!((office.sold(), office.held(), office.available(STANDARD)), (2, 0, 7));
    }

    #[test]
    fn answers_nothing_before_the_event_was_drafted() {
        let office = BoxOffice::default();
        assert_eq!(office.view(), None);
        assert_eq!((office.status(), office.organization_id()), (None, None));
        assert_eq!((office.remaining(), office.available(STANDARD)), (0, 0));
        assert!(!office.is_over(after(0)));
    }

    #[test]
    fn the_view_shows_the_figures() {
        let office = given(on_sale(9)).and([held(1, 1), held(2, 2)]).and(paid(2, 2)).office();
        let view = office.view().unwrap();
        assert_eq!((view.status, view.total_capacity), (EventStatus::Published, Some(9)));
        assert_eq!((view.sold, view.held), (2, 1));
        let kind = view.ticket_types.first().unwrap();
        assert_eq!((kind.ticket_type_id, kind.enabled), (STANDARD, true));
        assert_eq!((kind.sold, kind.held, kind.available), (2, 1, 6));
    }

    #[test]
    fn stock_snapshots_in_json_are_read_back() {
        let office = given(on_sale(9)).and([held(1, 1), paying(1, 1)]).and(paid(2, 2)).office();
        let text = serde_json::to_string(&office).unwrap();
        assert_eq!(serde_json::from_str::<BoxOffice>(&text).unwrap(), office);
    }

    fn due(office: &BoxOffice, seconds: i64) -> Vec<u128> {
        office
            .due(after(seconds))
            .into_iter()
            .map(|event| {
                let BoxOfficeEvent::ReservationExpired { reservation_id } = event else {
                    panic!("not an expiry: {event:?}")
                };
                reservation_id.uuid().as_u128() - reservation(0).uuid().as_u128()
            })
            .collect()
    }
}
