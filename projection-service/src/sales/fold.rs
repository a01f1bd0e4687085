//! The fold of sales: how much a batch of facts adds to which quarter of an hour.

use std::collections::BTreeMap;

use chrono::DateTime;
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, EventDetails, Line},
    id::{EventId, OrganizationId, TicketTypeId},
};

use crate::projection::{Fact, FoldError};

const QUARTER_SECONDS: i64 = 900;

/// The rows to insert, to change and to add to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Events, new or changed.
    pub events: BTreeMap<EventId, EventFacts<'a>>,
    /// Ticket types, new or changed.
    pub types: BTreeMap<(EventId, TicketTypeId), TypeFacts<'a>>,
    /// Tickets sold by type and quarter.
    pub tickets: BTreeMap<(EventId, TicketTypeId, Timestamp), Sum>,
    /// Orders by quarter.
    pub orders: BTreeMap<(EventId, Timestamp), Sum>,
}

/// What a report shows of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventFacts<'a> {
    /// Absent if the event was drafted in an earlier batch.
    pub organization_id: Option<OrganizationId>,
    pub details: &'a EventDetails,
}

/// What a report shows of a ticket type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeFacts<'a> {
    /// The stream version at which it was added; absent if that was in an earlier batch.
    pub ordinal: Option<i64>,
    pub name: &'a str,
}

/// So many, for so much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub count: i64,
    pub revenue_minor: i64,
}

impl Sum {
    fn add(&mut self, count: i64, revenue_minor: i64) -> Option<()> {
        self.count = self.count.checked_add(count)?;
        self.revenue_minor = self.revenue_minor.checked_add(revenue_minor)?;
        Some(())
    }
}

/// The quarter of an hour that an instant is in, by its beginning.
pub fn quarter(at: Timestamp) -> Timestamp {
    let seconds = at.timestamp();
    DateTime::from_timestamp(seconds - seconds.rem_euclid(QUARTER_SECONDS), 0).unwrap_or(at)
}

impl<'a> Changes<'a> {
    /// Folds a batch.
    ///
    /// # Errors
    ///
    /// [`FoldError::Contradiction`] if a sum exceeds 64 bits.
    pub fn of(facts: &[Fact<'a>]) -> Result<Self, FoldError> {
        let mut changes = Self::default();
        for fact in facts {
            changes.fold(fact).ok_or_else(|| {
                FoldError::Contradiction(format!("the sales at {} overflow", fact.position))
            })?;
        }
        Ok(changes)
    }

    fn fold(&mut self, fact: &Fact<'a>) -> Option<()> {
        let event_id = fact.event_id;
        match fact.event {
            BoxOfficeEvent::EventDrafted { organization_id, details, .. } => {
                let facts = EventFacts { organization_id: Some(*organization_id), details };
                self.events.insert(event_id, facts);
            }
            BoxOfficeEvent::EventDetailsChanged { details } => {
                let new = EventFacts { organization_id: None, details };
                self.events.entry(event_id).or_insert(new).details = details;
            }
            BoxOfficeEvent::TicketTypeAdded { ticket_type_id, terms, .. } => {
                let facts = TypeFacts { ordinal: Some(fact.version), name: &terms.name };
                self.types.insert((event_id, *ticket_type_id), facts);
            }
            BoxOfficeEvent::TicketTypeChanged { ticket_type_id, terms } => {
                let new = TypeFacts { ordinal: None, name: &terms.name };
                self.types.entry((event_id, *ticket_type_id)).or_insert(new).name = &terms.name;
            }
            BoxOfficeEvent::OrderPaid { lines, total_minor, .. } => {
                return self.sell(fact, lines, *total_minor);
            }
            BoxOfficeEvent::SalesSettingsChanged { .. }
            | BoxOfficeEvent::EventPublished {}
            | BoxOfficeEvent::EventCancelled { .. }
            | BoxOfficeEvent::EventCompleted {}
            | BoxOfficeEvent::CapacitySet { .. }
            | BoxOfficeEvent::TicketTypeEnabled { .. }
            | BoxOfficeEvent::TicketTypeDisabled { .. }
            | BoxOfficeEvent::ReservationCreated { .. }
            | BoxOfficeEvent::ReservationExtended { .. }
            | BoxOfficeEvent::ReservationExpired { .. }
            | BoxOfficeEvent::ReservationReleased { .. }
            | BoxOfficeEvent::PaymentStarted { .. }
            | BoxOfficeEvent::PaymentFailed { .. }
            | BoxOfficeEvent::TicketIssued { .. }
            | BoxOfficeEvent::OrderCompleted { .. }
            | BoxOfficeEvent::RefundRequested { .. }
            | BoxOfficeEvent::RefundSettled { .. } => {}
        }
        Some(())
    }

    fn sell(&mut self, fact: &Fact<'_>, lines: &[Line], total_minor: i64) -> Option<()> {
        let quarter = quarter(fact.at);
        for line in lines {
            let quantity = i64::from(line.quantity);
            let key = (fact.event_id, line.ticket_type_id, quarter);
            let revenue_minor = line.unit_price_minor.checked_mul(quantity)?;
            self.tickets.entry(key).or_default().add(quantity, revenue_minor)?;
        }
        self.orders.entry((fact.event_id, quarter)).or_default().add(1, total_minor)
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::samples::{self, fact};

    #[test]
    fn quarters_begin_on_the_quarter() {
        let noon = samples::noon();
        assert_eq!(quarter(noon), noon);
        assert_eq!(quarter(noon + TimeDelta::seconds(899)), noon);
        assert_eq!(quarter(noon + TimeDelta::seconds(900)), noon + TimeDelta::minutes(15));
        assert_eq!(quarter(noon - TimeDelta::microseconds(1)), noon - TimeDelta::minutes(15));
    }

    #[test]
    fn sales_of_a_quarter_are_one_row() {
        let facts = [fact(1, samples::paid(1, 2, false)), fact(2, samples::paid(2, 3, true))];
        let changes = Changes::of(&facts).unwrap();
        let key = (samples::event_id(), samples::type_id(1), samples::noon());
        assert_eq!(changes.tickets[&key], Sum { count: 5, revenue_minor: 12_500 });
        let key = (samples::event_id(), samples::noon());
        assert_eq!(changes.orders[&key], Sum { count: 2, revenue_minor: 12_500 });
    }

    #[test]
    fn holds_are_no_sales() {
        let changes_of = |event| Changes::of(&[fact(1, event)]).unwrap();
        assert_eq!(changes_of(samples::reserved(1, 2)), Changes::default());
    }

    #[test]
    fn a_sum_that_overflows_is_refused() {
        let mut order = samples::paid(1, 2, false);
        if let BoxOfficeEvent::OrderPaid { total_minor, .. } = &mut order {
            *total_minor = i64::MAX;
        }
        let facts = [fact(1, order.clone()), fact(2, order)];
        assert!(Changes::of(&facts).is_err());
    }
}
