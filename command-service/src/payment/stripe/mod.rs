//! The one adapter for Stripe and for the simulator that speaks its protocol.

mod amount;
mod client;
mod error;
mod intent;
mod name;
mod notice;
mod refund;
mod signature;

pub use self::{
    client::Stripe,
    error::StripeError,
    intent::{CreateIntent, Failure, Intent, IntentStatus},
    notice::{Notice, NoticeKind},
    refund::CreateRefund,
    signature::verify_signature,
};
