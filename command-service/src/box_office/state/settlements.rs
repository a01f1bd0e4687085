//! What became of payments: orders and refunds.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shared::{
    events::box_office::Provider,
    id::{OrderId, ReservationId},
};
use uuid::Uuid;

use super::snapshot;

/// An order's life: `Paid → Completed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrderStatus {
    /// It stands and has its tickets.
    Paid,
    /// Its confirmation was handed over.
    Completed,
}

/// Money that goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub reservation_id: ReservationId,
    pub amount_minor: i64,
    pub status: RefundStatus,
}

impl Refund {
    pub(super) const fn requested(reservation_id: ReservationId, amount_minor: i64) -> Self {
        Self { reservation_id, amount_minor, status: RefundStatus::Requested }
    }
}

/// How far a refund got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefundStatus {
    /// It is to be asked of the provider.
    Requested,
    /// The provider took it on.
    Settled,
}

/// The orders of one event, and the outcome of every payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Settlements {
    #[serde(with = "snapshot::sorted")]
    orders: BTreeMap<OrderId, OrderStatus>,
    #[serde(with = "snapshot::sorted")]
    paid: BTreeSet<Fingerprint>,
    #[serde(with = "snapshot::sorted")]
    refunds: BTreeMap<Fingerprint, Refund>,
}

/// Stands for a provider's payment reference: 16 bytes instead of a text of any length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Fingerprint(Uuid);

impl Fingerprint {
    fn of(provider: Provider, payment_reference: &str) -> Self {
        let namespace = match provider {
            Provider::None => Uuid::nil(),
            Provider::Stripe => Uuid::from_u128(1),
        };
        Self(Uuid::new_v5(&namespace, payment_reference.as_bytes()))
    }
}

impl Settlements {
    pub(super) fn order_status(&self, order_id: OrderId) -> Option<OrderStatus> {
        self.orders.get(&order_id).copied()
    }

    pub(super) fn is_settled(&self, provider: Provider, payment_reference: &str) -> bool {
        let payment = Fingerprint::of(provider, payment_reference);
        self.paid.contains(&payment) || self.refunds.contains_key(&payment)
    }

    pub(super) fn refund(&self, provider: Provider, payment_reference: &str) -> Option<&Refund> {
        self.refunds.get(&Fingerprint::of(provider, payment_reference))
    }

    pub(super) fn pay(&mut self, order_id: OrderId, provider: Provider, payment_reference: &str) {
        self.orders.insert(order_id, OrderStatus::Paid);
        match provider {
            Provider::None => {}
            Provider::Stripe => {
                self.paid.insert(Fingerprint::of(provider, payment_reference));
            }
        }
    }

    pub(super) fn complete(&mut self, order_id: OrderId) {
        if let Some(status) = self.orders.get_mut(&order_id) {
            *status = OrderStatus::Completed;
        }
    }

    pub(super) fn request_refund(
        &mut self,
        provider: Provider,
        payment_reference: &str,
        refund: Refund,
    ) {
        self.refunds.insert(Fingerprint::of(provider, payment_reference), refund);
    }

    pub(super) fn settle_refund(&mut self, provider: Provider, payment_reference: &str) {
        if let Some(refund) = self.refunds.get_mut(&Fingerprint::of(provider, payment_reference)) {
            refund.status = RefundStatus::Settled;
        }
    }
}
