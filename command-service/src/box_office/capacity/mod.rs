//! How many tickets there are, of which kinds and on which terms.

mod add_ticket_type;
mod body;
mod change_ticket_type;
pub(crate) mod http;
mod set_capacity;
mod terms;

pub use add_ticket_type::{AddTicketType, AddTicketTypeRejected};
pub use body::{AddTicketTypeBody, ChangeTicketTypeBody, SetCapacityBody};
pub use change_ticket_type::{ChangeTicketType, ChangeTicketTypeRejected};
pub(super) use set_capacity::capacity_violations;
pub use set_capacity::{SetCapacity, SetCapacityRejected};
pub use terms::TermsInput;

/// No event may have more tickets than this.
pub const MAX_CAPACITY: u32 = 10_000_000;
/// No event may have more ticket types than this.
pub const MAX_TICKET_TYPES: usize = 100;
/// No line of an order may have more tickets than this.
pub const MAX_PER_LINE: u32 = 50;
/// What a line may have if the organizer doesn't say.
pub(super) const DEFAULT_MAX_PER_ORDER: u32 = 10;
