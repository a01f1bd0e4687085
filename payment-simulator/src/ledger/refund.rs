//! Refunds: never more than was received.

use std::collections::BTreeMap;

use super::{Ledger, Outcome, Record};
use crate::{
    error::ApiError,
    intent::{Refund, Status},
};

/// What a refund is made of.
#[derive(Debug)]
pub struct NewRefund {
    pub payment_intent: String,
    /// All that is left, if absent.
    pub amount: Option<i64>,
    pub reason: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

impl Ledger {
    /// Sends money back.
    ///
    /// # Errors
    ///
    /// An unknown or unpaid intent, or more than is left of the payment.
    pub fn create_refund(&mut self, new: NewRefund) -> Result<Outcome, ApiError> {
        let mut intent = self.intents.get(&new.payment_intent).cloned().ok_or_else(|| {
            ApiError::missing("payment_intent", "payment_intent", &new.payment_intent)
        })?;
        if intent.status != Status::Succeeded {
            let message = format!(
                "This PaymentIntent ({}) does not have a successful charge to refund.",
                intent.id
            );
            return Err(ApiError::unreadable(message));
        }
        let left = intent.amount_received - intent.amount_refunded;
        if left == 0 {
            let message = "Charge has already been refunded.";
            return Err(ApiError::invalid("charge_already_refunded", "payment_intent", message));
        }
        let amount = new.amount.unwrap_or(left);
        if !(1..=left).contains(&amount) {
            let message =
                format!("Refund amount ({amount}) is greater than unrefunded amount ({left})");
            return Err(ApiError::invalid("parameter_invalid_integer", "amount", message));
        }
        intent.amount_refunded += amount;
        let refund = Refund {
            id: self.mint("re"),
            payment_intent: intent.id.clone(),
            charge: intent.latest_charge.clone(),
            amount,
            currency: intent.currency.clone(),
            created: self.seconds(),
            reason: new.reason,
            metadata: new.metadata,
        };
        let answer = refund.to_json();
        self.stage(Record::Intent(intent));
        self.stage(Record::Refund(refund));
        let event = self.tell("refund.created", answer.clone(), 1);
        Ok(Outcome { webhooks: vec![event], ..Outcome::answer(answer) })
    }
}
