//! The fold of purchases: what a batch of facts does to the rows of orders.

use std::collections::{BTreeMap, HashMap};

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Line, Provider},
    id::{EventId, OrderId, OrganizationId, PersonId},
    money::Currency,
};

use super::steps::Step;
use crate::projection::Fact;

/// The rows to insert and to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Sellers and currencies of events, new or changed; later ones stand for earlier ones.
    pub events: BTreeMap<EventId, EventFacts>,
    /// Orders that begin in this batch.
    pub paid: Vec<Paid<'a>>,
    /// Orders of earlier batches that are completed in this one.
    pub completed: Vec<(OrderId, Timestamp)>,
    /// What happened, in order.
    pub steps: Vec<Step<'a>>,
    paid_index: HashMap<OrderId, usize>,
}

/// What an order takes from its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventFacts {
    /// Absent if the event was drafted in an earlier batch.
    pub organization_id: Option<OrganizationId>,
    pub currency: Currency,
}

/// A purchase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid<'a> {
    pub order_id: OrderId,
    pub event_id: EventId,
    pub person_id: PersonId,
    pub lines: &'a [Line],
    pub total_minor: i64,
    pub provider: Provider,
    pub payment_reference: &'a str,
    pub late: bool,
    pub paid_at: Timestamp,
    /// When it was completed, if that happens in the same batch.
    pub completed_at: Option<Timestamp>,
}

impl<'a> Changes<'a> {
    /// Folds a batch.
    pub fn of(facts: &[Fact<'a>]) -> Self {
        let mut changes = Self::default();
        for fact in facts {
            changes.fold(fact);
        }
        changes
    }

    fn fold(&mut self, fact: &Fact<'a>) {
        match fact.event {
            BoxOfficeEvent::EventDrafted { organization_id, details, .. } => {
                self.event(fact.event_id, Some(*organization_id), details.currency);
            }
            BoxOfficeEvent::EventDetailsChanged { details } => {
                self.event(fact.event_id, None, details.currency);
            }
            BoxOfficeEvent::OrderPaid { .. } => self.pay(fact),
            BoxOfficeEvent::OrderCompleted { order_id } => self.complete(*order_id, fact.at),
            BoxOfficeEvent::SalesSettingsChanged { .. }
            | BoxOfficeEvent::EventPublished {}
            | BoxOfficeEvent::EventCancelled { .. }
            | BoxOfficeEvent::EventCompleted {}
            | BoxOfficeEvent::CapacitySet { .. }
            | BoxOfficeEvent::TicketTypeAdded { .. }
            | BoxOfficeEvent::TicketTypeChanged { .. }
            | BoxOfficeEvent::TicketTypeEnabled { .. }
            | BoxOfficeEvent::TicketTypeDisabled { .. }
            | BoxOfficeEvent::ReservationCreated { .. }
            | BoxOfficeEvent::ReservationExtended { .. }
            | BoxOfficeEvent::ReservationExpired { .. }
            | BoxOfficeEvent::ReservationReleased { .. }
            | BoxOfficeEvent::PaymentStarted { .. }
            | BoxOfficeEvent::PaymentFailed { .. }
            | BoxOfficeEvent::TicketIssued { .. }
            | BoxOfficeEvent::RefundRequested { .. }
            | BoxOfficeEvent::RefundSettled { .. } => {}
        }
        self.steps.extend(Step::of(fact));
    }

    fn event(&mut self, id: EventId, organization_id: Option<OrganizationId>, currency: Currency) {
        let known = self.events.entry(id).or_insert(EventFacts { organization_id, currency });
        known.currency = currency;
    }

    fn pay(&mut self, fact: &Fact<'a>) {
        if let BoxOfficeEvent::OrderPaid {
            order_id,
            person_id,
            lines,
            total_minor,
            provider,
            payment_reference,
            late,
        } = fact.event
        {
            self.paid_index.insert(*order_id, self.paid.len());
            self.paid.push(Paid {
                order_id: *order_id,
                event_id: fact.event_id,
                person_id: *person_id,
                lines,
                total_minor: *total_minor,
                provider: *provider,
                payment_reference,
                late: *late,
                paid_at: fact.at,
                completed_at: None,
            });
        }
    }

    fn complete(&mut self, id: OrderId, at: Timestamp) {
        let paid = self.paid_index.get(&id).and_then(|index| self.paid.get_mut(*index));
        if let Some(paid) = paid {
            paid.completed_at = Some(at);
        } else {
            self.completed.push((id, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{self, fact};

    fn completed(number: u128) -> BoxOfficeEvent {
        BoxOfficeEvent::OrderCompleted { order_id: samples::reservation_id(number).into() }
    }

    fn facts(events: Vec<BoxOfficeEvent>) -> Vec<Fact<'static>> {
        events.into_iter().zip(1..).map(|(event, version)| fact(version, event)).collect()
    }

    #[test]
    fn an_order_completed_in_its_batch_is_one_row() {
        let facts = facts(vec![samples::paid(1, 2, false), completed(1)]);
        let changes = Changes::of(&facts);
        assert_eq!(changes.paid[0].completed_at, Some(facts[1].at));
        assert!(changes.completed.is_empty());
    }

    #[test]
    fn an_older_order_is_completed_by_id() {
        let facts = facts(vec![completed(1)]);
        let order = OrderId::from(samples::reservation_id(1));
        assert_eq!(Changes::of(&facts).completed, vec![(order, facts[0].at)]);
    }

    #[test]
    fn every_movement_of_money_is_a_step() {
        let facts = facts(vec![
            samples::payment_started(1, 5000),
            samples::paid(1, 2, false),
            samples::issued(1, 0),
            completed(1),
        ]);
        let changes = Changes::of(&facts);
        let positions: Vec<_> = changes.steps.iter().map(|step| step.position).collect();
        assert_eq!(positions, vec![1, 2, 4]);
    }

    #[test]
    fn the_last_currency_of_an_event_stands() {
        let mut details = samples::details();
        details.currency = Currency::parse("USD").unwrap();
        let facts =
            facts(vec![samples::drafted(), BoxOfficeEvent::EventDetailsChanged { details }]);
        let event = Changes::of(&facts).events[&samples::event_id()];
        assert_eq!(event.organization_id, Some(samples::organization_id()));
        assert_eq!(event.currency.code(), "USD");
    }
}
