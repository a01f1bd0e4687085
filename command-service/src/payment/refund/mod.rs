//! Money goes back: the policy stores what the log asks for, the outbox drains it to the provider.

mod outbox;
mod policy;

pub use self::policy::RefundPolicy;
