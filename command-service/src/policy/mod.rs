//! What follows from recorded facts and from time: policies issue commands, never rows.
//!
//! The refund policy lives beside the provider it talks to, in `payment`.

mod expiry;
mod fulfilment;

pub use expiry::start_expiry_sweep;
pub use fulfilment::Fulfilment;

/// The event types that policies of this service follow, those of `payment` included.
pub const WANTED: [&str; 2] = ["OrderPaid", "RefundRequested"];
