//! Payment intents: create, confirm, approve, cancel.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use shared::money::Currency;

use super::{Ledger, Outcome, Record};
use crate::{
    card::{Card, DeclineCode},
    error::ApiError,
    intent::{Intent, Status},
};

const MAX_AMOUNT: i64 = 99_999_999;

/// What a new intent is made of.
#[derive(Debug)]
pub struct NewIntent {
    pub amount: i64,
    pub currency: String,
    pub description: Option<String>,
    pub metadata: BTreeMap<String, String>,
}

impl NewIntent {
    fn check(&self) -> Result<(), ApiError> {
        Currency::parse(&self.currency.to_uppercase())
            .map_err(|_| ApiError::invalid_currency(&self.currency))?;
        if self.amount < 1 {
            let message = "This value must be greater than or equal to 1.";
            return Err(ApiError::invalid("parameter_invalid_integer", "amount", message));
        }
        let minimum = minimum_amount(&self.currency);
        if self.amount < minimum {
            let message = format!("Amount must be at least {minimum} {}.", self.currency);
            return Err(ApiError::invalid("amount_too_small", "amount", message));
        }
        if self.amount > MAX_AMOUNT {
            let message = format!("Amount must be no more than {MAX_AMOUNT} {}.", self.currency);
            return Err(ApiError::invalid("amount_too_large", "amount", message));
        }
        let fits = |(key, value): (&String, &String)| key.len() <= 40 && value.len() <= 500;
        if self.metadata.len() > 50 || !self.metadata.iter().all(fits) {
            let message = "At most 50 keys of 40 characters with values of 500 characters.";
            return Err(ApiError::invalid("parameter_invalid", "metadata", message));
        }
        Ok(())
    }
}

/// The least that can be charged, for the currencies whose minimum is well known.
fn minimum_amount(currency: &str) -> i64 {
    match currency {
        "eur" | "usd" | "chf" | "cad" | "aud" | "nzd" | "sgd" | "brl" | "inr" | "jpy" => 50,
        "gbp" => 30,
        "dkk" => 250,
        "nok" | "sek" => 300,
        "pln" | "aed" | "ron" => 200,
        "czk" => 1_500,
        "huf" => 17_500,
        "mxn" => 1_000,
        "hkd" => 400,
        _ => 1,
    }
}

impl Ledger {
    /// Makes an intent that waits for a card.
    ///
    /// # Errors
    ///
    /// A wrong amount, currency or metadata.
    pub fn create_intent(&mut self, new: NewIntent) -> Result<Outcome, ApiError> {
        let new = NewIntent { currency: new.currency.to_lowercase(), ..new };
        new.check()?;
        let id = self.mint("pi");
        let intent = Intent {
            client_secret: self.client_secret(&id),
            id,
            amount: new.amount,
            amount_received: 0,
            amount_refunded: 0,
            currency: new.currency,
            status: Status::RequiresPaymentMethod,
            created: self.seconds(),
            canceled_at: None,
            cancellation_reason: None,
            description: new.description,
            metadata: new.metadata,
            payment_method: None,
            latest_charge: None,
            decline: None,
            approval_url: None,
            succeeds_at: None,
        };
        let answer = intent.to_json();
        self.stage(Record::Intent(intent));
        self.tell("payment_intent.created", answer.clone(), 0);
        Ok(Outcome::answer(answer))
    }

    /// Pays with a card. `delay` is for the one that pays late, `page` is where one approves.
    ///
    /// # Errors
    ///
    /// An unknown intent or card, or an intent that can't be paid any more.
    pub fn confirm(
        &mut self,
        id: &str,
        payment_method: &str,
        delay: TimeDelta,
        page: &str,
    ) -> Result<Outcome, ApiError> {
        let mut intent = self.intent(id)?.clone();
        let card = Card::named(payment_method)
            .ok_or_else(|| ApiError::missing("PaymentMethod", "payment_method", payment_method))?;
        match intent.status {
            Status::RequiresPaymentMethod | Status::RequiresAction => {}
            Status::Processing | Status::Succeeded | Status::Canceled => {
                return Err(ApiError::unexpected_state(&intent, "confirm"));
            }
        }
        intent.payment_method = Some(payment_method.to_owned());
        intent.approval_url = None;
        intent.decline = None;
        match card {
            Card::Succeeds
            | Card::WebhookTwice
            | Card::WebhookBeforeAnswer
            | Card::WebhookNever => {
                let amount = intent.amount;
                let outcome = self.succeed(intent, amount, card.webhook_copies());
                let webhooks_first = card == Card::WebhookBeforeAnswer;
                Ok(Outcome { webhooks_first, ..outcome })
            }
            Card::WrongAmount => {
                let amount = intent.amount - 1;
                Ok(self.succeed(intent, amount, 1))
            }
            Card::Declined(code) => Ok(self.decline(intent, code)),
            Card::NeedsApproval => {
                intent.approval_url =
                    Some(format!("{page}/pay/{id}?client_secret={}", intent.client_secret));
                Ok(self.wait(intent, Status::RequiresAction))
            }
            Card::SucceedsLate => {
                intent.succeeds_at = self.now().checked_add_signed(delay);
                Ok(self.wait(intent, Status::Processing))
            }
            Card::WebhooksOutOfOrder => {
                let declined = self.decline(intent, DeclineCode::GenericDecline);
                let intent = self.intent(id)?.clone();
                let amount = intent.amount;
                let paid = self.succeed(Intent { decline: None, ..intent }, amount, 1);
                let webhooks = paid.webhooks.iter().chain(&declined.webhooks).cloned().collect();
                Ok(Outcome { webhooks, ..paid })
            }
        }
    }

    /// The card holder approves or refuses.
    ///
    /// # Errors
    ///
    /// An unknown intent or one that isn't waiting for it.
    pub fn approve(&mut self, id: &str, approved: bool) -> Result<Outcome, ApiError> {
        let mut intent = self.intent(id)?.clone();
        if intent.status != Status::RequiresAction {
            return Err(ApiError::unexpected_state(&intent, "approve"));
        }
        intent.approval_url = None;
        if !approved {
            return Ok(self.decline(intent, DeclineCode::AuthenticationFailed));
        }
        let amount = intent.amount;
        Ok(self.succeed(intent, amount, 1))
    }

    /// A late payment arrives, if it is still on its way and due.
    pub fn arrive(&mut self, id: &str) -> Option<Outcome> {
        let intent = self.intents.get(id)?.clone();
        let due = intent.succeeds_at.is_some_and(|at| at <= self.now());
        (intent.status == Status::Processing && due).then(|| {
            let amount = intent.amount;
            self.succeed(intent, amount, 1)
        })
    }

    /// Nothing can be paid any more.
    ///
    /// # Errors
    ///
    /// An unknown intent, or one that was paid, is being paid, or was cancelled before.
    pub fn cancel(&mut self, id: &str, reason: Option<String>) -> Result<Outcome, ApiError> {
        let mut intent = self.intent(id)?.clone();
        match intent.status {
            Status::RequiresPaymentMethod | Status::RequiresAction => {}
            Status::Processing | Status::Succeeded | Status::Canceled => {
                return Err(ApiError::unexpected_state(&intent, "cancel"));
            }
        }
        intent.status = Status::Canceled;
        intent.canceled_at = Some(self.seconds());
        intent.cancellation_reason = reason;
        intent.approval_url = None;
        Ok(self.settle(intent, "payment_intent.canceled", 1))
    }

    fn succeed(&mut self, mut intent: Intent, amount: i64, copies: u8) -> Outcome {
        intent.status = Status::Succeeded;
        intent.amount_received = amount;
        intent.latest_charge = Some(self.mint("ch"));
        intent.succeeds_at = None;
        self.settle(intent, "payment_intent.succeeded", copies)
    }

    fn decline(&mut self, mut intent: Intent, code: DeclineCode) -> Outcome {
        intent.status = Status::RequiresPaymentMethod;
        intent.latest_charge = Some(self.mint("ch"));
        intent.decline = Some(code);
        let error = ApiError::declined(&intent, code.code(), code.message());
        let told = self.settle(intent, "payment_intent.payment_failed", 1);
        Outcome { answer: Err(error), ..told }
    }

    fn wait(&mut self, mut intent: Intent, status: Status) -> Outcome {
        intent.status = status;
        let arrives_at = intent.succeeds_at;
        let kind = match status {
            Status::Processing => "payment_intent.processing",
            Status::RequiresPaymentMethod
            | Status::RequiresAction
            | Status::Succeeded
            | Status::Canceled => "payment_intent.requires_action",
        };
        Outcome { arrives_at, ..self.settle(intent, kind, 1) }
    }

    fn settle(&mut self, intent: Intent, kind: &str, copies: u8) -> Outcome {
        let answer = intent.to_json();
        self.stage(Record::Intent(intent));
        let event = self.tell(kind, answer.clone(), copies);
        Outcome { webhooks: vec![event], ..Outcome::answer(answer) }
    }
}
