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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::box_office::testing::{cancelled, given, held, on_sale, order, paid};

    #[test]
    fn completes_a_paid_order() {
        given(on_sale(5)).and([held(1, 2)]).and(paid(1, 2)).when(completing()).then([done()]);
    }

    #[test]
    fn changes_nothing_the_second_time() {
        given(on_sale(5))
            .and([held(1, 2)])
            .and(paid(1, 2))
            .and([done()])
            .when(completing())
            .then_nothing();
    }

    #[test]
    fn completes_orders_of_a_cancelled_event_too() {
        given(on_sale(5))
            .and([held(1, 2)])
            .and(paid(1, 2))
            .and([cancelled()])
            .when(completing())
            .then([done()]);
    }

    #[test]
    fn rejects_what_is_no_order() {
        given(on_sale(5))
            .and([held(1, 2)])
            .when(completing())
            .then_rejected(CompleteOrderRejected::OrderUnknown);
    }

    fn completing() -> CompleteOrder {
        CompleteOrder { order_id: order(1) }
    }

    fn done() -> BoxOfficeEvent {
        BoxOfficeEvent::OrderCompleted { order_id: order(1) }
    }
}
