//! Mail on a real database, through a real SMTP server.

mod fixture;
mod letters;
mod outbox;
mod sending;
