//! The confirmation of an order was handed over.

use shared::{clock::Timestamp, events::box_office::BoxOfficeEvent, id::OrderId};
use thiserror::Error;

use crate::box_office::{BoxOffice, state::OrderStatus};

/// Completes a paid order. Completing a completed one again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteOrder {
    pub order_id: OrderId,
}

/// Why an order can't be completed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CompleteOrderRejected {
    #[error("there is no such order")]
    OrderUnknown,
}

impl CompleteOrder {
    pub(in crate::box_office) fn decide(
        &self,
        office: &BoxOffice,
        _at: Timestamp,
    ) -> Result<Vec<BoxOfficeEvent>, CompleteOrderRejected> {
        let order_id = self.order_id;
        match office.order_status(order_id) {
            Some(OrderStatus::Paid) => Ok(vec![BoxOfficeEvent::OrderCompleted { order_id }]),
            Some(OrderStatus::Completed) => Ok(Vec::new()),
            None => Err(CompleteOrderRejected::OrderUnknown),
        }
    }
}
