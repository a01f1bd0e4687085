//! Holding tickets for a while, giving them back, and beginning to pay for them.

mod body;
pub(crate) mod http;
mod release_reservation;
mod reserve_tickets;
#[cfg(test)]
mod reserve_tickets_tests;
mod start_payment;

pub use release_reservation::{ReleaseReservation, ReleaseReservationRejected};
pub use reserve_tickets::{ReserveItem, ReserveTickets, ReserveTicketsRejected};
pub use start_payment::{StartPayment, StartPaymentRejected};

/// No order may have more lines than this.
pub const MAX_LINES: usize = 10;
