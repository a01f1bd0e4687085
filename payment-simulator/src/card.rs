//! The cards one can pay with, and how each of them behaves.

use serde::{Deserialize, Serialize};

/// A test card. The first three are Stripe's own; the others exist here only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Card {
    /// Pays at once.
    Succeeds,
    /// Is declined.
    Declined(DeclineCode),
    /// The holder has to approve first, at an address that the answer names.
    NeedsApproval,
    /// Is processed for a while (`delay_ms`) and then pays.
    SucceedsLate,
    /// Pays; the webhook comes twice.
    WebhookTwice,
    /// Is declined and then pays; the webhooks come the other way round.
    WebhooksOutOfOrder,
    /// Pays; the webhook comes before the answer to the confirmation.
    WebhookBeforeAnswer,
    /// Pays; no webhook comes.
    WebhookNever,
    /// Pays less than was asked for.
    WrongAmount,
}

/// Why the bank said no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeclineCode {
    GenericDecline,
    InsufficientFunds,
    AuthenticationFailed,
}

impl DeclineCode {
    /// Stripe's `decline_code`.
    pub fn decline_code(self) -> &'static str {
        match self {
            Self::GenericDecline | Self::AuthenticationFailed => "generic_decline",
            Self::InsufficientFunds => "insufficient_funds",
        }
    }

    /// Stripe's error `code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::GenericDecline | Self::InsufficientFunds => "card_declined",
            Self::AuthenticationFailed => "payment_intent_authentication_failure",
        }
    }

    /// What the card holder is told.
    pub fn message(self) -> &'static str {
        match self {
            Self::GenericDecline => "Your card was declined.",
            Self::InsufficientFunds => "Your card has insufficient funds.",
            Self::AuthenticationFailed => "The payment was not approved.",
        }
    }
}

/// Every card by its `payment_method` and a label for people.
pub const CARDS: [(&str, Card, &str); 10] = [
    ("pm_card_visa", Card::Succeeds, "Pay with a good card"),
    ("pm_card_chargeDeclined", Card::Declined(DeclineCode::GenericDecline), "Card is declined"),
    (
        "pm_card_chargeDeclinedInsufficientFunds",
        Card::Declined(DeclineCode::InsufficientFunds),
        "Card has insufficient funds",
    ),
    ("pm_card_authenticationRequired", Card::NeedsApproval, "Card asks for approval"),
    ("pm_sim_succeed_late", Card::SucceedsLate, "Pays after five seconds"),
    ("pm_sim_webhook_twice", Card::WebhookTwice, "Pays, webhook comes twice"),
    (
        "pm_sim_webhooks_out_of_order",
        Card::WebhooksOutOfOrder,
        "Declined, then pays, webhooks the other way round",
    ),
    ("pm_sim_webhook_before_answer", Card::WebhookBeforeAnswer, "Pays, webhook before the answer"),
    ("pm_sim_webhook_never", Card::WebhookNever, "Pays, webhook never comes"),
    ("pm_sim_wrong_amount", Card::WrongAmount, "Pays one unit too little"),
];

impl Card {
    /// The card with this `payment_method`.
    pub fn named(payment_method: &str) -> Option<Self> {
        match payment_method {
            "pm_card_visa_chargeDeclined" => Some(Self::Declined(DeclineCode::GenericDecline)),
            "pm_card_mastercard" => Some(Self::Succeeds),
            name => CARDS.iter().find(|(known, ..)| *known == name).map(|(_, card, _)| *card),
        }
    }

    /// How many times a webhook about this card's payment is sent.
    pub fn webhook_copies(self) -> u8 {
        match self {
            Self::WebhookNever => 0,
            Self::WebhookTwice => 2,
            Self::Succeeds
            | Self::Declined(_)
            | Self::NeedsApproval
            | Self::SucceedsLate
            | Self::WebhooksOutOfOrder
            | Self::WebhookBeforeAnswer
            | Self::WrongAmount => 1,
        }
    }
}
