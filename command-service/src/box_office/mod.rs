//! The box office of one event: the only place that decides about its capacity, holds and orders.
//!
//! Pure: commands and instants come in, domain events come out; no clock, randomness or I/O.
//! Read [`BoxOfficeCommand`] for what may be asked, [`state`] for what is remembered.

#![warn(clippy::wildcard_enum_match_arm)]

mod aggregate;
mod answers;
pub mod capacity;
pub mod catalogue;
mod command;
pub mod http;
pub mod order;
mod problem;
#[cfg(test)]
mod properties;
pub mod reservation;
pub mod state;
#[cfg(test)]
mod testing;
pub mod validation;
mod view;

pub use answers::{EventAnswer, TicketTypeAnswer};
pub use command::{BoxOfficeCommand, BoxOfficeRejected};
pub use state::{BoxOffice, Standing};
pub use view::{EventStatus, EventView, TicketTypeView};
