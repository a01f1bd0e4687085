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
