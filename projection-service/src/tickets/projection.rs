//! Projection `tickets`: one row for each admission.

use futures::future::BoxFuture;
use shared::{
    clock::Timestamp,
    events::box_office::BoxOfficeEvent,
    id::{EventId, OrderId, OrganizationId, TicketId, TicketTypeId},
};
use sqlx::PgConnection;

use crate::{
    generation::Generation,
    projection::{Fact, FoldError, Projection},
    status::TicketStatus,
};

/// See the module.
#[derive(Clone, Copy, Debug)]
pub struct Tickets;

/// The name of the projection.
pub const NAME: &str = "tickets";

const INSERT_EVENTS: &str = "
    INSERT INTO read.ticket_events_vN (event_id, organization_id)
    SELECT * FROM unnest($1::uuid[], $2::uuid[])";

const INSERT_TICKETS: &str = "
    INSERT INTO read.tickets_vN (ticket_id, order_id, event_id, organization_id, ticket_type_id,
           status, issued_at, position)
    SELECT i.ticket_id, i.order_id, i.event_id, e.organization_id, i.ticket_type_id, $7, i.issued_at,
           i.position
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::bigint[])
        AS i (ticket_id, order_id, event_id, ticket_type_id, issued_at, position)
      JOIN read.ticket_events_vN AS e ON e.event_id = i.event_id";

/// The rows to insert.
#[derive(Debug, Default, PartialEq, Eq)]
struct Changes {
    events: Vec<(EventId, OrganizationId)>,
    issued: Vec<Issued>,
}

#[derive(Debug, PartialEq, Eq)]
struct Issued {
    ticket_id: TicketId,
    order_id: OrderId,
    event_id: EventId,
    ticket_type_id: TicketTypeId,
    at: Timestamp,
    position: i64,
}

impl Projection for Tickets {
    fn name(&self) -> &'static str {
        NAME
    }

    fn code_version(&self) -> i32 {
        3
    }

    fn tables(&self) -> &'static [&'static str] {
        &["ticket_events", "tickets"]
    }

    fn schema(&self) -> &'static str {
        include_str!("schema.sql")
    }

    fn wanted(&self) -> &'static [&'static str] {
        &["EventDrafted", "TicketIssued"]
    }

    fn fold<'a>(
        &'a self,
        tx: &'a mut PgConnection,
        generation: Generation,
        facts: &'a [Fact<'a>],
    ) -> BoxFuture<'a, Result<(), FoldError>> {
        Box::pin(async move {
            let changes = Changes::of(facts);
            insert_events(tx, generation, &changes.events).await?;
            insert_tickets(tx, generation, &changes.issued).await
        })
    }
}

impl Changes {
    fn of(facts: &[Fact<'_>]) -> Self {
        let mut changes = Self::default();
        for fact in facts {
            changes.fold(fact);
        }
        changes
    }

    fn fold(&mut self, fact: &Fact<'_>) {
        match fact.event {
            BoxOfficeEvent::EventDrafted { organization_id, .. } => {
                self.events.push((fact.event_id, *organization_id));
            }
            BoxOfficeEvent::TicketIssued { ticket_id, order_id, ticket_type_id } => {
                self.issued.push(Issued {
                    ticket_id: *ticket_id,
                    order_id: *order_id,
                    event_id: fact.event_id,
                    ticket_type_id: *ticket_type_id,
                    at: fact.at,
                    position: fact.position,
                });
            }
            BoxOfficeEvent::EventDetailsChanged { .. }
            | BoxOfficeEvent::SalesSettingsChanged { .. }
            | BoxOfficeEvent::EventPublished {}
            | BoxOfficeEvent::EventCancelled { .. }
            | BoxOfficeEvent::EventCompleted {}
            | BoxOfficeEvent::CapacitySet { .. }
            | BoxOfficeEvent::TicketTypeAdded { .. }
            | BoxOfficeEvent::TicketTypeChanged { .. }
            | BoxOfficeEvent::TicketTypeEnabled { .. }
            | BoxOfficeEvent::TicketTypeDisabled { .. }
            | BoxOfficeEvent::ReservationCreated { .. }
            | BoxOfficeEvent::ReservationExtended { .. }
            | BoxOfficeEvent::ReservationExpired { .. }
            | BoxOfficeEvent::ReservationReleased { .. }
            | BoxOfficeEvent::PaymentStarted { .. }
            | BoxOfficeEvent::PaymentFailed { .. }
            | BoxOfficeEvent::OrderPaid { .. }
            | BoxOfficeEvent::OrderCompleted { .. }
            | BoxOfficeEvent::RefundRequested { .. }
            | BoxOfficeEvent::RefundSettled { .. } => {}
        }
    }
}

async fn insert_events(
    tx: &mut PgConnection,
    generation: Generation,
    events: &[(EventId, OrganizationId)],
) -> Result<(), FoldError> {
    if events.is_empty() {
        return Ok(());
    }
    let (ids, organizations): (Vec<_>, Vec<_>) =
        events.iter().map(|(id, organization)| (id.uuid(), organization.uuid())).unzip();
    sqlx::query(&generation.sql(INSERT_EVENTS)).bind(ids).bind(organizations).execute(tx).await?;
    Ok(())
}

async fn insert_tickets(
    tx: &mut PgConnection,
    generation: Generation,
    issued: &[Issued],
) -> Result<(), FoldError> {
    if issued.is_empty() {
        return Ok(());
    }
    let all = || issued.iter();
    let inserted = sqlx::query(&generation.sql(INSERT_TICKETS))
        .bind(all().map(|ticket| ticket.ticket_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|ticket| ticket.order_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|ticket| ticket.event_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|ticket| ticket.ticket_type_id.uuid()).collect::<Vec<_>>())
        .bind(all().map(|ticket| ticket.at).collect::<Vec<_>>())
        .bind(all().map(|ticket| ticket.position).collect::<Vec<_>>())
        .bind(TicketStatus::Valid.code())
        .execute(tx)
        .await?
        .rows_affected();
    if usize::try_from(inserted) == Ok(issued.len()) {
        Ok(())
    } else {
        Err(FoldError::Contradiction("a ticket of an event that was never drafted".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{self, fact};

    #[test]
    fn a_ticket_is_a_row_of_its_order() {
        let facts = [fact(1, samples::drafted()), fact(2, samples::issued(1, 0))];
        let changes = Changes::of(&facts);
        assert_eq!(changes.events, vec![(samples::event_id(), samples::organization_id())]);
        assert_eq!(changes.issued[0].order_id, samples::reservation_id(1).into());
        assert_eq!(changes.issued[0].position, 2);
    }
}
