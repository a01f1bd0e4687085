//! Money: what a payment becomes, and what goes back.

mod complete_order;
mod paid;
mod record_payment;
mod record_payment_failure;
mod settle_refund;

pub use complete_order::{CompleteOrder, CompleteOrderRejected};
pub(super) use paid::{Payment, paid_order};
pub use record_payment::{RecordPayment, RecordPaymentRejected};
pub use record_payment_failure::{RecordPaymentFailure, RecordPaymentFailureRejected};
pub use settle_refund::{SettleRefund, SettleRefundRejected};
