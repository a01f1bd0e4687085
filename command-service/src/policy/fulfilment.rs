//! Hands the confirmation of every paid order over to the mail system, then completes the order.
//!
//! The message goes into the outbox in the transaction of the checkpoint, unique by its cause; the
//! command's id derives from the same cause. So a second delivery of an event changes nothing.

use std::sync::Arc;

use shared::{
    event_log::{
        RecordedEvent,
        subscription::{HandleError, Subscriber},
    },
    events::box_office::BoxOfficeEvent,
    id::{CommandId, EventId, OrderId, PersonId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    box_office::{BoxOfficeCommand, order::CompleteOrder},
    mail::{Mail, NewMail, Outbox},
    runtime::{BoxOffices, CommandContext, ExecuteError},
};

const NAME: &str = "fulfilment";

/// Follows `OrderPaid`.
pub struct Fulfilment {
    offices: BoxOffices,
    outbox: Outbox,
}

/// A paid order, as its event tells it.
struct Paid<'a> {
    recorded: &'a RecordedEvent,
    order_id: OrderId,
    person_id: PersonId,
}

impl Paid<'_> {
    fn confirmation(&self) -> NewMail {
        let event_id = EventId::new(self.recorded.stream_id);
        NewMail {
            cause: self.recorded.log_position.to_string(),
            recipient: self.person_id,
            kind: Mail::OrderConfirmation { event_id, order_id: self.order_id },
        }
    }
}

impl Fulfilment {
    pub fn new(offices: BoxOffices, outbox: Outbox) -> Self {
        Self { offices, outbox }
    }

    async fn complete(&self, paid: &Paid<'_>) -> Result<(), HandleError> {
        let cause = format!("{NAME} {}", paid.recorded.log_position);
        let id = CommandId::new(Uuid::new_v5(&Uuid::NAMESPACE_OID, cause.as_bytes()));
        let trace_id = paid.recorded.metadata()?.trace_id;
        let context = CommandContext::of_policy(NAME, id, &trace_id, cause);
        let command = BoxOfficeCommand::CompleteOrder(CompleteOrder { order_id: paid.order_id });
        match self.offices.execute(EventId::new(paid.recorded.stream_id), command, context).await {
            Ok(_) => Ok(()),
            Err(error @ (ExecuteError::Overloaded | ExecuteError::Unavailable)) => {
                Err(HandleError::NotNow(error.to_string()))
            }
            Err(error) => Err(HandleError::Impossible(error.to_string())),
        }
    }
}

impl Subscriber for Fulfilment {
    fn name(&self) -> &'static str {
        NAME
    }

    fn version(&self) -> i32 {
        1
    }

    fn wanted(&self) -> Option<&'static [&'static str]> {
        Some(&["OrderPaid"])
    }

    async fn handle(
        &self,
        tx: &mut PgConnection,
        batch: &[Arc<RecordedEvent>],
    ) -> Result<(), HandleError> {
        let mut orders = Vec::with_capacity(batch.len());
        for recorded in batch {
            if let BoxOfficeEvent::OrderPaid { order_id, person_id, .. } = recorded.box_office()? {
                orders.push(Paid { recorded, order_id: *order_id, person_id: *person_id });
            }
        }
        let mails = orders.iter().map(Paid::confirmation).collect();
        let stored = self.outbox.enqueue_all(tx, mails).await;
        stored.map_err(|error| HandleError::NotNow(error.to_string()))?;
        // All at once, so that the orders of one event are completed in one commit.
        futures::future::try_join_all(orders.iter().map(|paid| self.complete(paid))).await?;
        Ok(())
    }
}
