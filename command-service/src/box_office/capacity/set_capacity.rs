//! An organizer sets how many tickets may be sold over all types.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent};
use thiserror::Error;

use super::MAX_CAPACITY;
use crate::box_office::{BoxOffice, EventStatus, validation::Violations};

/// Sets, raises or lowers the capacity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetCapacity {
    pub total_capacity: u32,
}

/// Why a capacity can't be set.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SetCapacityRejected {
    #[error("there is no such event")]
    EventUnknown,
    #[error("the capacity of an event that is {} can't be changed", .status.name())]
    EventClosed { status: EventStatus },
    #[error("{sold} tickets are sold and {held} are held, more than {total_capacity}")]
    BelowSoldAndHeld { total_capacity: u32, sold: u32, held: u32 },
    #[error(
        "the allocations of the ticket types add up to {allocated}, more than {total_capacity}"
    )]
    BelowAllocations { total_capacity: u32, allocated: u64 },
    #[error("a capacity can't be more than {MAX_CAPACITY}")]
    TooLarge { total_capacity: u32 },
}

impl SetCapacity {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, SetCapacityRejected> {
        let catalogue = office.catalogue().ok_or(SetCapacityRejected::EventUnknown)?;
        if catalogue.status.is_final() {
            return Err(SetCapacityRejected::EventClosed { status: catalogue.status });
        }
        check_capacity(office, self.total_capacity)?;
        if office.total_capacity() == Some(self.total_capacity) {
            return Ok(Vec::new());
        }
        Ok(vec![BoxOfficeEvent::CapacitySet { total_capacity: self.total_capacity }])
    }
}

fn check_capacity(office: &BoxOffice, total_capacity: u32) -> Result<(), SetCapacityRejected> {
    if total_capacity > MAX_CAPACITY {
        return Err(SetCapacityRejected::TooLarge { total_capacity });
    }
    let (sold, held) = (office.sold(), office.held());
    if u64::from(total_capacity) < u64::from(sold) + u64::from(held) {
        return Err(SetCapacityRejected::BelowSoldAndHeld { total_capacity, sold, held });
    }
    let allocated = office.allocated();
    if u64::from(total_capacity) < allocated {
        return Err(SetCapacityRejected::BelowAllocations { total_capacity, allocated });
    }
    Ok(())
}

/// The same rules as findings about the field `/total_capacity` of a larger form.
pub(in crate::box_office) fn capacity_violations(
    office: &BoxOffice,
    total_capacity: u32,
    violations: &mut Violations,
) {
    let Err(rejected) = check_capacity(office, total_capacity) else { return };
    let code = match &rejected {
        SetCapacityRejected::BelowSoldAndHeld { .. } => "below-sold-and-held",
        SetCapacityRejected::BelowAllocations { .. } => "allocations-exceed-capacity",
        SetCapacityRejected::TooLarge { .. }
        | SetCapacityRejected::EventUnknown
        | SetCapacityRejected::EventClosed { .. } => "out-of-range",
    };
    violations.add("/total_capacity", code, rejected.to_string());
}

#[cfg(test)]
mod tests {
    use shared::events::box_office::{Price, TicketTypeTerms};

    use super::*;
    use crate::box_office::testing::{
        REDUCED, START, added, cancelled, capacity, completed, drafted, expired, given, held,
        held_by, on_sale, paid, terms,
    };

    #[test]
    fn sets_raises_and_lowers() {
        given([drafted()]).when(to(0)).then([capacity(0)]);
        given([drafted(), capacity(5)]).when(to(6)).then([capacity(6)]);
        given([drafted(), capacity(5)]).when(to(4)).then([capacity(4)]);
        given(on_sale(5)).when(to(4)).then([capacity(4)]);
    }

    #[test]
    fn records_nothing_when_it_stays() {
        given([drafted(), capacity(5)]).when(to(5)).then_nothing();
    }

    #[test]
    fn goes_down_to_what_is_sold_and_held_and_not_below() {
        let busy = || {
            given(on_sale(10)).and([held(1, 3)]).and(paid(1, 3)).and([held_by(
                crate::box_office::testing::BOB,
                2,
                2,
            )])
        };
        busy().when(to(5)).then([capacity(5)]);
        busy().when(to(4)).then_rejected(SetCapacityRejected::BelowSoldAndHeld {
            total_capacity: 4,
            sold: 3,
            held: 2,
        });
    }

    #[test]
    fn holds_that_are_due_do_not_count() {
        given(on_sale(10)).and([held(1, 3)]).at(START).when(to(0)).then([expired(1), capacity(0)]);
    }

    #[test]
    fn goes_down_to_the_sum_of_the_allocations_and_not_below() {
        let allocated =
            |quantity| TicketTypeTerms { allocation: Some(quantity), ..terms(Price::Free) };
        let divided = || {
            given([
                drafted(),
                capacity(10),
                added(REDUCED, allocated(3)),
                BoxOfficeEvent::TicketTypeAdded {
                    ticket_type_id: crate::box_office::testing::kind(3),
                    terms: allocated(4),
                    enabled: false,
                },
            ])
        };
        divided().when(to(7)).then([capacity(7)]);
        divided().when(to(6)).then_rejected(SetCapacityRejected::BelowAllocations {
            total_capacity: 6,
            allocated: 7,
        });
    }

    #[test]
    fn rejects_more_than_the_maximum() {
        given([drafted()]).when(to(MAX_CAPACITY)).then([capacity(MAX_CAPACITY)]);
        given([drafted()])
            .when(to(MAX_CAPACITY + 1))
            .then_rejected(SetCapacityRejected::TooLarge { total_capacity: MAX_CAPACITY + 1 });
    }

    #[test]
    fn rejects_closed_and_unknown_events() {
        for (last, status) in
            [(cancelled(), EventStatus::Cancelled), (completed(), EventStatus::Completed)]
        {
            given(on_sale(1))
                .and([last])
                .when(to(2))
                .then_rejected(SetCapacityRejected::EventClosed { status });
        }
        given([]).when(to(2)).then_rejected(SetCapacityRejected::EventUnknown);
    }

    fn to(total_capacity: u32) -> SetCapacity {
        SetCapacity { total_capacity }
    }
}
