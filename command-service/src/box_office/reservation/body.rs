//! Bodies and answers of requests about holds.

use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    events::box_office::{Line, Provider},
    id::{EventId, OrderId, PaymentId, PersonId, ReservationId, TicketTypeId},
    money::{Currency, Money},
};
use utoipa::ToSchema;

use super::{ReserveItem, ReserveTickets};
use crate::vault::Contact;

/// What to hold, and for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReserveBody {
    #[schema(min_items = 1)]
    pub items: Vec<ItemBody>,
    pub contact: Contact,
}

/// So many tickets of one type.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemBody {
    ticket_type_id: TicketTypeId,
    #[schema(minimum = 1, maximum = 50)]
    quantity: u32,
    /// In minor units; only where the buyer names the price.
    #[serde(default)]
    unit_price: Option<i64>,
}

impl ReserveBody {
    pub fn into_command(
        self,
        reservation_id: ReservationId,
        person_id: PersonId,
    ) -> (ReserveTickets, Contact) {
        let item = |item: ItemBody| ReserveItem {
            ticket_type_id: item.ticket_type_id,
            quantity: item.quantity,
            unit_price_minor: item.unit_price,
        };
        let items = self.items.into_iter().map(item).collect();
        (ReserveTickets { reservation_id, person_id, items }, self.contact)
    }
}

/// An active hold.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReservationAnswer {
    pub reservation_id: ReservationId,
    pub event_id: EventId,
    /// `ACTIVE`.
    pub status: &'static str,
    pub items: Vec<ItemAnswer>,
    pub total: Money,
    /// The tickets are held until this instant (exclusive).
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// Opens this reservation and the order it becomes. Keep it secret.
    pub access_token: String,
}

/// So many tickets of one type at one price.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemAnswer {
    ticket_type_id: TicketTypeId,
    quantity: u32,
    unit_price: Money,
    line_total: Money,
}

impl ItemAnswer {
    /// A line of a decision; the decision has checked that its total can be held.
    pub fn new(line: &Line, currency: Currency) -> Self {
        Self {
            ticket_type_id: line.ticket_type_id,
            quantity: line.quantity,
            unit_price: Money::new(line.unit_price_minor, currency),
            line_total: Money::new(line_total(line), currency),
        }
    }
}

/// Price times quantity. Saturates where no decision ever gets.
pub(super) fn line_total(line: &Line) -> i64 {
    line.unit_price_minor.saturating_mul(i64::from(line.quantity))
}

/// How to pay.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayBody {
    pub provider: PayProvider,
}

/// Who moves the money.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PayProvider {
    /// Stripe, or the simulator that speaks its protocol.
    Stripe,
}

impl From<PayProvider> for Provider {
    fn from(provider: PayProvider) -> Self {
        match provider {
            PayProvider::Stripe => Self::Stripe,
        }
    }
}

/// A payment under way, or, if nothing is due, the order.
#[derive(Debug, Serialize, ToSchema)]
pub struct PaymentAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// `PENDING`, or `SUCCEEDED` if the money is there or none was due.
    pub status: &'static str,
    pub amount: Money,
    /// The provider's name of the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_reference: Option<String>,
    /// Confirms the payment at the provider, from the buyer's browser.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret: Option<String>,
    /// Where a person can pay, if the provider has such a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment_url: Option<String>,
    /// The tickets are held until this instant (exclusive).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
}
