//! Completes an order once its confirmation is handed over.

use shared::{
    event_log::{RecordedEvent, subscription::{HandleError, Subscriber}},
    events::box_office::BoxOfficeEvent,
    id::{CommandId, EventId},
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{
    box_office::{BoxOfficeCommand, CompleteOrder},
    runtime::{BoxOffices, CommandContext, ExecuteError},
};

const NAME: &str = "fulfilment";

/// Sends `CompleteOrder` after every `OrderPaid`.
pub struct Fulfilment {
    offices: BoxOffices,
}

impl Fulfilment {
    pub fn new(offices: BoxOffices) -> Self {
        Self { offices }
    }

    async fn fulfil(&self, paid: &RecordedEvent) -> Result<(), HandleError> {
        let BoxOfficeEvent::OrderPaid { order_id, .. } = paid.box_office()? else { return Ok(()) };
        let cause = format!("{NAME} {}", paid.log_position);
        let id = CommandId::new(Uuid::new_v5(&Uuid::NAMESPACE_OID, cause.as_bytes()));
        let context = CommandContext::of_policy(NAME, id, &paid.metadata.trace_id, cause);
        let command = BoxOfficeCommand::CompleteOrder(CompleteOrder { order_id });
        match self.offices.execute(EventId::new(paid.stream_id), command, context).await {
            // A refusal means that the order is past this step.
            Ok(_) | Err(ExecuteError::Rejected(_)) => Ok(()),
            Err(error) => Err(HandleError::retry(error)),
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
        _tx: &mut PgConnection,
        batch: &[RecordedEvent],
    ) -> Result<(), HandleError> {
        // At once, so that the orders of one event are completed in one commit.
        let orders = batch.iter().filter(|event| event.event_type == "OrderPaid");
        futures::future::try_join_all(orders.map(|paid| self.fulfil(paid))).await?;
        Ok(())
    }
}
