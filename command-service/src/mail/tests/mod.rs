//! Mail on a real database, through a real SMTP server.

pub(crate) mod fixture;
mod letters;
mod outbox;
mod sending;
