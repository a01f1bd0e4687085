//! Accounts from outside: what people do, and what attackers try.

mod changes;
mod registering;
mod secrets;
mod sessions;

const ADA: &str = "ada@example.org";
