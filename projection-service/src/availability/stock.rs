//! What is for sale of one event and how much of it is gone: the fold behind every figure of
//! availability, in the read table and in memory.

use shared::{
    events::box_office::{BoxOfficeEvent, Line},
    id::{EventId, OrganizationId, ReservationId, TicketTypeId},
};

use crate::{projection::Fact, status::EventStatus};

/// The figures of one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: EventStatus,
    /// Customers may see it, because it was published once.
    pub published: bool,
    pub currency: String,
    /// Absent until it is set; nothing is available before.
    pub total_capacity: Option<i64>,
    /// The place in the shard of the last fact that changed a figure.
    pub position: i64,
    /// In the order in which they were added.
    pub ticket_types: Vec<TypeStock>,
}

/// The figures of one ticket type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypeStock {
    pub ticket_type_id: TicketTypeId,
    pub name: String,
    pub enabled: bool,
    pub allocation: Option<i64>,
    pub sold: i64,
    pub held: i64,
    /// The stream version at which the type was added.
    pub ordinal: i64,
}

/// What a reservation asked for, as long as it can still end.
pub trait Holds {
    /// The lines of a hold.
    fn lines_of(&self, reservation: ReservationId) -> Option<&[Line]>;
}

/// A hold ended whose beginning isn't known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the hold {0} ended, but its beginning isn't known")]
pub struct UnknownHold(pub ReservationId);

impl Stock {
    /// The figures of an event that was just drafted; absent if the fact is another one.
    pub fn drafted(fact: &Fact<'_>) -> Option<Self> {
        let BoxOfficeEvent::EventDrafted { organization_id, details, .. } = fact.event else {
            return None;
        };
        Some(Self {
            event_id: fact.event_id,
            organization_id: *organization_id,
            status: EventStatus::Draft,
            published: false,
            currency: details.currency.code().to_owned(),
            total_capacity: None,
            position: fact.position,
            ticket_types: Vec::new(),
        })
    }

    /// Folds one later fact.
    ///
    /// # Errors
    ///
    /// [`UnknownHold`] if a hold ends whose lines nobody remembers; nothing is changed then.
    pub fn apply(&mut self, fact: &Fact<'_>, holds: &impl Holds) -> Result<(), UnknownHold> {
        match fact.event {
            BoxOfficeEvent::EventDetailsChanged { details } => {
                details.currency.code().clone_into(&mut self.currency);
            }
            BoxOfficeEvent::EventPublished {} => {
                self.status = EventStatus::Published;
                self.published = true;
            }
            BoxOfficeEvent::EventCancelled { .. } => self.close(EventStatus::Cancelled),
            BoxOfficeEvent::EventCompleted {} => self.status = EventStatus::Completed,
            BoxOfficeEvent::CapacitySet { total_capacity } => {
                self.total_capacity = Some(i64::from(*total_capacity));
            }
            BoxOfficeEvent::TicketTypeAdded { .. }
            | BoxOfficeEvent::TicketTypeChanged { .. }
            | BoxOfficeEvent::TicketTypeEnabled { .. }
            | BoxOfficeEvent::TicketTypeDisabled { .. } => self.apply_type(fact),
            BoxOfficeEvent::ReservationCreated { lines, .. } => self.hold(lines, 1),
            BoxOfficeEvent::ReservationExpired { reservation_id }
            | BoxOfficeEvent::ReservationReleased { reservation_id } => {
                let lines = holds.lines_of(*reservation_id).ok_or(UnknownHold(*reservation_id))?;
                self.hold(lines, -1);
            }
            BoxOfficeEvent::OrderPaid { lines, late, .. } => self.sell(lines, *late),
            BoxOfficeEvent::EventDrafted { .. }
            | BoxOfficeEvent::SalesSettingsChanged { .. }
            | BoxOfficeEvent::ReservationExtended { .. }
            | BoxOfficeEvent::PaymentStarted { .. }
            | BoxOfficeEvent::PaymentFailed { .. }
            | BoxOfficeEvent::TicketIssued { .. }
            | BoxOfficeEvent::OrderCompleted { .. }
            | BoxOfficeEvent::RefundRequested { .. }
            | BoxOfficeEvent::RefundSettled { .. } => return Ok(()),
        }
        self.position = fact.position;
        Ok(())
    }
}

impl Stock {
    /// Tickets sold over all types.
    pub fn sold(&self) -> i64 {
        self.ticket_types.iter().map(|kind| kind.sold).sum()
    }

    /// Tickets held over all types.
    pub fn held(&self) -> i64 {
        self.ticket_types.iter().map(|kind| kind.held).sum()
    }

    /// What is left of the event (source document 002, T6): capacity less sold and held, never
    /// below 0.
    pub fn available(&self) -> i64 {
        self.total_capacity.map_or(0, |capacity| (capacity - self.sold() - self.held()).max(0))
    }

    /// What a customer can get of one type (T6): the smaller of what is left of the type's
    /// allocation and of the event; without allocation what is left of the event.
    pub fn available_of(&self, kind: &TypeStock) -> i64 {
        let left_of_event = self.available();
        kind.allocation.map_or(left_of_event, |allocation| {
            (allocation - kind.sold - kind.held).clamp(0, left_of_event)
        })
    }

    /// What customers can have now, of all types on offer: allocations may leave some of the event's
    /// capacity to nobody.
    pub fn on_offer(&self) -> i64 {
        let offered = self.ticket_types.iter().filter(|kind| kind.enabled);
        let sum: i64 = offered.map(|kind| self.available_of(kind)).sum();
        sum.min(self.available())
    }

    /// The types of which nothing is left.
    pub fn gone(&self) -> impl Iterator<Item = TicketTypeId> {
        let gone = self.ticket_types.iter().filter(|kind| self.available_of(kind) == 0);
        gone.map(|kind| kind.ticket_type_id)
    }

    fn apply_type(&mut self, fact: &Fact<'_>) {
        if let BoxOfficeEvent::TicketTypeAdded { ticket_type_id, terms, enabled } = fact.event {
            self.ticket_types.push(TypeStock {
                ticket_type_id: *ticket_type_id,
                name: terms.name.clone(),
                enabled: *enabled,
                allocation: terms.allocation.map(i64::from),
                sold: 0,
                held: 0,
                ordinal: fact.version,
            });
        } else if let BoxOfficeEvent::TicketTypeChanged { ticket_type_id, terms } = fact.event {
            if let Some(kind) = self.kind(*ticket_type_id) {
                kind.name.clone_from(&terms.name);
                kind.allocation = terms.allocation.map(i64::from);
            }
        } else if let BoxOfficeEvent::TicketTypeEnabled { ticket_type_id } = fact.event {
            self.enable(*ticket_type_id, true);
        } else if let BoxOfficeEvent::TicketTypeDisabled { ticket_type_id } = fact.event {
            self.enable(*ticket_type_id, false);
        }
    }

    fn enable(&mut self, id: TicketTypeId, enabled: bool) {
        if let Some(kind) = self.kind(id) {
            kind.enabled = enabled;
        }
    }

    fn kind(&mut self, id: TicketTypeId) -> Option<&mut TypeStock> {
        self.ticket_types.iter_mut().find(|kind| kind.ticket_type_id == id)
    }

    // Every hold is over with the event; what is recorded of them afterwards frees nothing more.
    fn close(&mut self, status: EventStatus) {
        self.status = status;
        for kind in &mut self.ticket_types {
            kind.held = 0;
        }
    }

    fn hold(&mut self, lines: &[Line], sign: i64) {
        if self.status == EventStatus::Cancelled {
            return;
        }
        for line in lines {
            if let Some(kind) = self.kind(line.ticket_type_id) {
                kind.held += sign * i64::from(line.quantity);
            }
        }
    }

    // A late order grew from a hold that was over already.
    fn sell(&mut self, lines: &[Line], late: bool) {
        if !late {
            self.hold(lines, -1);
        }
        for line in lines {
            if let Some(kind) = self.kind(line.ticket_type_id) {
                kind.sold += i64::from(line.quantity);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::samples::{self, fact};

    #[expect(clippy::implicit_hasher, reason = "tests use no other")]
    impl Holds for HashMap<ReservationId, Vec<Line>> {
        fn lines_of(&self, reservation: ReservationId) -> Option<&[Line]> {
            self.get(&reservation).map(Vec::as_slice)
        }
    }

    fn remembered() -> HashMap<ReservationId, Vec<Line>> {
        (1..10).map(|number| (samples::reservation_id(number), samples::lines(2))).collect()
    }

    fn an_event_with(capacity: u32, allocation: Option<u32>) -> Stock {
        let mut stock = Stock::drafted(&fact(1, samples::drafted())).unwrap();
        apply(
            &mut stock,
            vec![
                BoxOfficeEvent::CapacitySet { total_capacity: capacity },
                samples::type_added(1, allocation),
                samples::type_added(2, None),
                BoxOfficeEvent::EventPublished {},
            ],
        );
        stock
    }

    fn apply(stock: &mut Stock, events: Vec<BoxOfficeEvent>) {
        for (event, version) in events.into_iter().zip(stock.position + 1..) {
            stock.apply(&fact(version, event), &remembered()).unwrap();
        }
    }

    fn available(stock: &Stock) -> (i64, Vec<i64>) {
        let of_types = stock.ticket_types.iter().map(|kind| stock.available_of(kind)).collect();
        (stock.available(), of_types)
    }

    #[test]
    fn nothing_is_available_before_a_capacity_is_set() {
        let stock = Stock::drafted(&fact(1, samples::drafted())).unwrap();
        assert_eq!(stock.available(), 0);
    }

    #[test]
    fn an_allocation_caps_its_type_and_reserves_nothing() {
        assert_eq!(available(&an_event_with(100, Some(30))), (100, vec![30, 100]));
    }

    #[test]
    fn the_event_caps_every_type() {
        assert_eq!(available(&an_event_with(20, Some(30))), (20, vec![20, 20]));
    }

    #[test]
    fn holds_and_sales_reduce_the_type_and_the_event() {
        let mut stock = an_event_with(100, Some(30));
        apply(&mut stock, vec![samples::reserved(1, 2), samples::reserved(2, 2)]);
        apply(&mut stock, vec![samples::paid(1, 2, false)]);
        assert_eq!((stock.sold(), stock.held()), (2, 2));
        assert_eq!(available(&stock), (96, vec![26, 96]));
    }

    #[test]
    fn on_offer_is_what_enabled_types_leave_to_customers() {
        let mut stock = an_event_with(100, Some(30));
        assert_eq!(stock.on_offer(), 100);
        stock.ticket_types[1].enabled = false;
        assert_eq!((stock.available(), stock.on_offer()), (100, 30));
        stock.ticket_types[0].enabled = false;
        assert_eq!(stock.on_offer(), 0);
        assert_eq!(stock.gone().count(), 0);
        apply(&mut stock, vec![samples::reserved(1, 2)]);
        stock.ticket_types[0].allocation = Some(2);
        assert_eq!(stock.gone().collect::<Vec<_>>(), [samples::type_id(1)]);
    }

    #[test]
    fn an_ended_hold_is_free_again() {
        let mut stock = an_event_with(100, None);
        apply(&mut stock, vec![samples::reserved(1, 2), samples::reserved(2, 2)]);
        apply(&mut stock, vec![samples::expired(1), samples::released(2)]);
        assert_eq!((stock.sold(), stock.held(), stock.available()), (0, 0, 100));
    }

    #[test]
    fn a_late_order_takes_nothing_from_the_holds() {
        let mut stock = an_event_with(100, None);
        apply(&mut stock, vec![samples::reserved(1, 2), samples::expired(1)]);
        apply(&mut stock, vec![samples::paid(1, 2, true)]);
        assert_eq!((stock.sold(), stock.held(), stock.available()), (2, 0, 98));
    }

    #[test]
    fn never_shows_less_than_nothing() {
        let mut stock = an_event_with(1, Some(1));
        apply(&mut stock, vec![samples::reserved(1, 2)]);
        assert_eq!(available(&stock), (0, vec![0, 0]));
    }

    #[test]
    fn cancelling_ends_every_hold_once() {
        let mut stock = an_event_with(100, None);
        apply(&mut stock, vec![samples::reserved(1, 2)]);
        apply(
            &mut stock,
            vec![
                BoxOfficeEvent::EventCancelled { reason: "storm".to_owned() },
                samples::released(1),
            ],
        );
        assert_eq!(stock.held(), 0);
    }

    #[test]
    fn an_unknown_end_changes_nothing() {
        let mut stock = an_event_with(100, None);
        let before = stock.clone();
        let refused = stock.apply(&fact(9, samples::expired(99)), &remembered());
        assert_eq!(refused, Err(UnknownHold(samples::reservation_id(99))));
        assert_eq!(stock, before);
    }

    #[test]
    fn the_position_is_that_of_the_last_change() {
        let mut stock = an_event_with(100, None);
        let extended = BoxOfficeEvent::ReservationExtended {
            reservation_id: samples::reservation_id(1),
            expires_at: samples::noon(),
        };
        stock.apply(&fact(40, samples::reserved(1, 2)), &remembered()).unwrap();
        stock.apply(&fact(41, extended), &remembered()).unwrap();
        assert_eq!(stock.position, 40);
    }
}
