//! The load driver: many connections on one thread, as cheap as they can be, because what the
//! driver takes is missing to those who are measured.
//!
//! `buyer` says what a connection asks, `purchaser` how one buys to the end, `log_in` how somebody tries
//! passwords, `answer` reads what
//! comes back, `connection` is the socket, `drive` the loop around all of them and `tally` what
//! came of it. `listeners` are those who follow a stream meanwhile, `listener` is one of them.

mod answer;
mod buyer;
mod connection;
mod drive;
mod listener;
mod listeners;
mod log_in;
mod purchaser;
mod tally;

use answer::Answer;
use buyer::{Buyer, Request, Verdict};

pub use buyer::{Holder, Reader, Sample, Samples};
pub use drive::{Pace, Plan, drive};
pub use listener::Message;
pub use listeners::Listeners;
pub use log_in::{Counts, Flood, LogIns};
pub use purchaser::Purchaser;
pub use tally::Tally;
