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
    runtime::{BoxOffices, CommandContext, ExecuteError},
};

const NAME: &str = "fulfilment";

const STORE: &str = "INSERT INTO outbox.messages (cause, kind, person_id, event_id, order_id) \
     SELECT cause, 'order_confirmation', person_id, event_id, order_id \
       FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::uuid[]) \
            AS given (cause, person_id, event_id, order_id) \
     ON CONFLICT ON CONSTRAINT messages_once DO NOTHING";

/// Follows `OrderPaid`.
pub struct Fulfilment {
    offices: BoxOffices,
}

/// A paid order, as its event tells it.
struct Paid<'a> {
    recorded: &'a RecordedEvent,
    order_id: OrderId,
    person_id: PersonId,
}

impl Fulfilment {
    pub fn new(offices: BoxOffices) -> Self {
        Self { offices }
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
        hand_over(tx, &orders).await?;
        // All at once, so that the orders of one event are completed in one commit.
        futures::future::try_join_all(orders.iter().map(|paid| self.complete(paid))).await?;
        Ok(())
    }
}

async fn hand_over(tx: &mut PgConnection, orders: &[Paid<'_>]) -> Result<(), sqlx::Error> {
    let causes: Vec<String> =
        orders.iter().map(|it| it.recorded.log_position.to_string()).collect();
    let persons: Vec<Uuid> = orders.iter().map(|it| it.person_id.uuid()).collect();
    let events: Vec<Uuid> = orders.iter().map(|it| it.recorded.stream_id).collect();
    let order_ids: Vec<Uuid> = orders.iter().map(|it| it.order_id.uuid()).collect();
    sqlx::query(STORE).bind(causes).bind(persons).bind(events).bind(order_ids).execute(tx).await?;
    Ok(())
}
