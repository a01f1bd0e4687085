//! A fold of its own, apart from the projections: how an event stood after some of its history.

use std::collections::HashMap;

use serde::Serialize;
use shared::{
    clock::Timestamp,
    event_log::{DecodeError, LogPosition, RecordedEvent},
    events::box_office::{BoxOfficeEvent, Line},
    id::{EventId, OrganizationId, ReservationId, TicketTypeId},
};
use utoipa::ToSchema;

use crate::status::EventStatus;

/// How an event stood.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// The stream version of the last fact.
    pub version: i64,
    /// The log position of the last fact.
    pub log_position: Option<LogPosition>,
    /// When it was decided.
    pub at: Option<Timestamp>,
    pub event: Option<EventState>,
    holds: HashMap<ReservationId, Vec<Line>>,
}

/// The figures of an event at some time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EventState {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub title: String,
    pub status: EventStatus,
    pub total_capacity: Option<u32>,
    pub sold: i64,
    pub held: i64,
    /// Holds that were active.
    pub reservations: i64,
    pub orders: i64,
    pub completed_orders: i64,
    pub tickets_issued: i64,
    #[schema(example = "EUR")]
    pub currency: String,
    /// What was paid for orders, in minor units.
    pub revenue_minor: i64,
    /// What was asked to go back, in minor units.
    pub refunds_requested_minor: i64,
    /// What went back, in minor units.
    pub refunds_settled_minor: i64,
    pub ticket_types: Vec<TypeState>,
}

/// The figures of a ticket type at some time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TypeState {
    pub ticket_type_id: TicketTypeId,
    pub name: String,
    pub enabled: bool,
    pub allocation: Option<u32>,
    pub sold: i64,
    pub held: i64,
}

impl State {
    /// Goes one fact on.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if the fact can't be read.
    pub fn fold(&mut self, recorded: &RecordedEvent) -> Result<(), DecodeError> {
        let fact = recorded.box_office()?;
        self.version = recorded.version;
        self.log_position = Some(recorded.log_position);
        self.at = Some(recorded.at()?);
        self.apply(fact);
        Ok(())
    }

    fn apply(&mut self, fact: &BoxOfficeEvent) {
        if let BoxOfficeEvent::EventDrafted { event_id, organization_id, details, .. } = fact {
            self.event = Some(EventState {
                event_id: *event_id,
                organization_id: *organization_id,
                title: details.title.clone(),
                status: EventStatus::Draft,
                total_capacity: None,
                sold: 0,
                held: 0,
                reservations: 0,
                orders: 0,
                completed_orders: 0,
                tickets_issued: 0,
                currency: details.currency.code().to_owned(),
                revenue_minor: 0,
                refunds_requested_minor: 0,
                refunds_settled_minor: 0,
                ticket_types: Vec::new(),
            });
        } else if let Some(event) = &mut self.event {
            event.apply(fact, &mut self.holds);
        }
    }
}

impl EventState {
    fn apply(&mut self, fact: &BoxOfficeEvent, holds: &mut HashMap<ReservationId, Vec<Line>>) {
        match fact {
            BoxOfficeEvent::EventDetailsChanged { details } => {
                self.title.clone_from(&details.title);
                details.currency.code().clone_into(&mut self.currency);
            }
            BoxOfficeEvent::EventPublished {} => self.status = EventStatus::Published,
            BoxOfficeEvent::EventCompleted {} => self.status = EventStatus::Completed,
            BoxOfficeEvent::EventCancelled { .. } => self.cancel(holds),
            BoxOfficeEvent::CapacitySet { total_capacity } => {
                self.total_capacity = Some(*total_capacity);
            }
            BoxOfficeEvent::TicketTypeAdded { .. }
            | BoxOfficeEvent::TicketTypeChanged { .. }
            | BoxOfficeEvent::TicketTypeEnabled { .. }
            | BoxOfficeEvent::TicketTypeDisabled { .. } => self.apply_type(fact),
            BoxOfficeEvent::ReservationCreated { reservation_id, lines, .. } => {
                self.reservations += 1;
                self.hold(lines, 1);
                holds.insert(*reservation_id, lines.clone());
            }
            BoxOfficeEvent::ReservationExpired { reservation_id }
            | BoxOfficeEvent::ReservationReleased { reservation_id } => {
                self.end_hold(*reservation_id, holds);
            }
            BoxOfficeEvent::OrderPaid { order_id, lines, total_minor, .. } => {
                self.end_hold((*order_id).into(), holds);
                self.orders += 1;
                self.revenue_minor = self.revenue_minor.saturating_add(*total_minor);
                self.sell(lines);
            }
            BoxOfficeEvent::TicketIssued { .. } => self.tickets_issued += 1,
            BoxOfficeEvent::OrderCompleted { .. } => self.completed_orders += 1,
            BoxOfficeEvent::RefundRequested { amount_minor, .. } => {
                let sum = self.refunds_requested_minor.saturating_add(*amount_minor);
                self.refunds_requested_minor = sum;
            }
            BoxOfficeEvent::RefundSettled { amount_minor, .. } => {
                self.refunds_settled_minor =
                    self.refunds_settled_minor.saturating_add(*amount_minor);
            }
            BoxOfficeEvent::EventDrafted { .. }
            | BoxOfficeEvent::SalesSettingsChanged { .. }
            | BoxOfficeEvent::ReservationExtended { .. }
            | BoxOfficeEvent::PaymentStarted { .. }
            | BoxOfficeEvent::PaymentFailed { .. } => {}
        }
    }

    fn apply_type(&mut self, fact: &BoxOfficeEvent) {
        if let BoxOfficeEvent::TicketTypeAdded { ticket_type_id, terms, enabled } = fact {
            self.ticket_types.push(TypeState {
                ticket_type_id: *ticket_type_id,
                name: terms.name.clone(),
                enabled: *enabled,
                allocation: terms.allocation,
                sold: 0,
                held: 0,
            });
        } else if let BoxOfficeEvent::TicketTypeChanged { ticket_type_id, terms } = fact {
            self.change(*ticket_type_id, |kind| {
                kind.name.clone_from(&terms.name);
                kind.allocation = terms.allocation;
            });
        } else if let BoxOfficeEvent::TicketTypeEnabled { ticket_type_id } = fact {
            self.change(*ticket_type_id, |kind| kind.enabled = true);
        } else if let BoxOfficeEvent::TicketTypeDisabled { ticket_type_id } = fact {
            self.change(*ticket_type_id, |kind| kind.enabled = false);
        }
    }

    fn cancel(&mut self, holds: &mut HashMap<ReservationId, Vec<Line>>) {
        self.status = EventStatus::Cancelled;
        self.reservations = 0;
        for (_, lines) in holds.drain() {
            self.hold(&lines, -1);
        }
    }

    fn end_hold(&mut self, id: ReservationId, holds: &mut HashMap<ReservationId, Vec<Line>>) {
        if let Some(lines) = holds.remove(&id) {
            self.reservations -= 1;
            self.hold(&lines, -1);
        }
    }

    fn hold(&mut self, lines: &[Line], sign: i64) {
        for line in lines {
            let quantity = sign * i64::from(line.quantity);
            self.held += quantity;
            self.change(line.ticket_type_id, |kind| kind.held += quantity);
        }
    }

    fn sell(&mut self, lines: &[Line]) {
        for line in lines {
            let quantity = i64::from(line.quantity);
            self.sold += quantity;
            self.change(line.ticket_type_id, |kind| kind.sold += quantity);
        }
    }

    fn change(&mut self, id: TicketTypeId, change: impl FnOnce(&mut TypeState)) {
        if let Some(kind) = self.ticket_types.iter_mut().find(|kind| kind.ticket_type_id == id) {
            change(kind);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    fn after(facts: Vec<BoxOfficeEvent>) -> EventState {
        let mut state = State::default();
        for fact in facts {
            state.apply(&fact);
        }
        state.event.unwrap()
    }

    fn on_sale() -> Vec<BoxOfficeEvent> {
        vec![
            samples::drafted(),
            BoxOfficeEvent::CapacitySet { total_capacity: 100 },
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
        ]
    }

    #[test]
    fn holds_become_sales() {
        let mut facts = on_sale();
        facts.extend([samples::reserved(1, 2), samples::reserved(2, 3)]);
        facts.extend([samples::paid(1, 2, false), samples::issued(1, 0), samples::issued(1, 1)]);
        let event = after(facts);
        assert_eq!((event.sold, event.held, event.reservations), (2, 3, 1));
        assert_eq!((event.orders, event.tickets_issued, event.revenue_minor), (1, 2, 5000));
        assert_eq!((event.ticket_types[0].sold, event.ticket_types[0].held), (2, 3));
    }

    #[test]
    fn ended_holds_leave_nothing() {
        let mut facts = on_sale();
        facts.extend([samples::reserved(1, 2), samples::reserved(2, 3), samples::reserved(3, 4)]);
        facts.extend([samples::expired(1), samples::released(2)]);
        facts.push(BoxOfficeEvent::EventCancelled { reason: "storm".to_owned() });
        let event = after(facts);
        assert_eq!((event.held, event.reservations), (0, 0));
        assert_eq!(event.status, EventStatus::Cancelled);
    }
}
