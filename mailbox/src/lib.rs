//! A mailbox to try things out with: takes every mail by SMTP, delivers none, and shows them all.
//!
//! [`smtp`] is the server that programs send to, [`mails`] what came, [`http`] the page and the
//! JSON that show it. Everything is meant for the loopback address of one machine.

pub mod http;
pub mod mails;
mod running;
pub mod smtp;

pub use running::{RunningMailbox, Settings, StartError};
