//! The fold: how each domain event changes the state. Infallible, because history is true.

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Line},
    id::{OrderId, PersonId, ReservationId},
};

use super::{BoxOffice, Catalogue, Refund, Standing, holds::Hold};
use crate::box_office::EventStatus;

impl BoxOffice {
    /// Folds in one domain event that was decided at `at`.
    pub fn apply(&mut self, event: &BoxOfficeEvent, at: Timestamp) {
        use BoxOfficeEvent as Fact;
        self.pass_time(at);
        self.edition = self.edition.saturating_add(u32::from(is_edit(event)));
        match event {
            Fact::EventDrafted { event_id, organization_id, details, settings } => {
                let details = details.clone();
                self.catalogue =
                    Some(Catalogue::new(*event_id, *organization_id, details, *settings));
            }
            Fact::EventDetailsChanged { details } => self.change(|it| it.details = details.clone()),
            Fact::SalesSettingsChanged { settings } => self.change(|it| it.settings = *settings),
            Fact::EventPublished {} => self.change(|it| it.status = EventStatus::Published),
            Fact::EventCompleted {} => self.change(|it| it.status = EventStatus::Completed),
            Fact::EventCancelled { reason: _ } => self.cancel(at),
            Fact::CapacitySet { total_capacity } => self.total_capacity = Some(*total_capacity),
            Fact::TicketTypeAdded { ticket_type_id: id, terms, enabled } => {
                self.ticket_types.add(*id, terms.clone(), *enabled);
            }
            Fact::TicketTypeChanged { ticket_type_id: id, terms } => {
                self.ticket_types.change(*id, terms.clone());
            }
            Fact::TicketTypeEnabled { ticket_type_id: id } => self.ticket_types.enable(*id, true),
            Fact::TicketTypeDisabled { ticket_type_id: id } => self.ticket_types.enable(*id, false),
            Fact::ReservationCreated { reservation_id, person_id, lines, expires_at } => {
                let hold = Hold::new(*person_id, self.ticket_types.compact(lines), at, *expires_at);
                self.create_hold(*reservation_id, hold);
            }
            Fact::ReservationExtended { reservation_id, expires_at } => {
                self.holds.extend(*reservation_id, *expires_at);
            }
            Fact::ReservationExpired { reservation_id: id } => {
                self.end_hold(*id, Standing::Expired, at);
            }
            Fact::ReservationReleased { reservation_id: id } => {
                self.end_hold(*id, Standing::Released, at);
            }
            Fact::PaymentStarted { reservation_id, payment_id, provider, amount_minor: _ } => {
                self.holds.begin_payment(*reservation_id, (*payment_id, *provider));
            }
            // The hold stands, and tickets are no more than their order's lines so far.
            Fact::PaymentFailed { .. } | Fact::TicketIssued { .. } => {}
            Fact::OrderPaid { order_id, person_id, lines, provider, payment_reference, .. } => {
                self.sell(*order_id, *person_id, lines);
                self.settlements.pay(*order_id, *provider, payment_reference);
            }
            Fact::OrderCompleted { order_id } => self.settlements.complete(*order_id),
            Fact::RefundRequested {
                reservation_id,
                provider,
                payment_reference,
                amount_minor,
                ..
            } => {
                self.holds.forget_payment(*reservation_id);
                let refund = Refund::requested(*reservation_id, *amount_minor);
                self.settlements.request_refund(*provider, payment_reference, refund);
            }
            Fact::RefundSettled { provider, payment_reference, .. } => {
                self.settlements.settle_refund(*provider, payment_reference);
            }
        }
    }

    /// The instant of a domain event, as far as the event itself and those before it tell.
    pub(in crate::box_office) fn told_by(&self, event: &BoxOfficeEvent) -> Timestamp {
        if let BoxOfficeEvent::ReservationCreated { expires_at, .. } = event
            && let Some(catalogue) = &self.catalogue
        {
            let ttl = TimeDelta::seconds(i64::from(catalogue.settings.hold_ttl_seconds));
            return self.as_of.max(*expires_at - ttl);
        }
        self.as_of
    }

    fn pass_time(&mut self, at: Timestamp) {
        self.as_of = self.as_of.max(at);
        self.ended.forget(at);
    }

    fn change(&mut self, change: impl FnOnce(&mut Catalogue)) {
        if let Some(catalogue) = &mut self.catalogue {
            change(catalogue);
        }
    }

    fn cancel(&mut self, at: Timestamp) {
        self.change(|catalogue| catalogue.status = EventStatus::Cancelled);
        for (reservation_id, hold) in self.holds.take_all() {
            self.free(&hold);
            self.ended.add(reservation_id, hold, Standing::EventCancelled, at);
        }
    }

    fn create_hold(&mut self, reservation_id: ReservationId, hold: Hold) {
        self.ticket_types.hold(hold.lines());
        self.people.give(hold.person_id(), hold.lines().quantity());
        self.holds.add(reservation_id, hold);
    }

    fn end_hold(&mut self, reservation_id: ReservationId, standing: Standing, at: Timestamp) {
        if let Some(hold) = self.holds.remove(reservation_id) {
            self.free(&hold);
            self.ended.add(reservation_id, hold, standing, at);
        }
    }

    fn free(&mut self, hold: &Hold) {
        self.ticket_types.free(hold.lines());
        self.people.take(hold.person_id(), hold.lines().quantity());
    }

    fn sell(&mut self, order_id: OrderId, person_id: PersonId, lines: &[Line]) {
        let reservation_id = ReservationId::from(order_id);
        match self.holds.remove(reservation_id) {
            Some(hold) => self.free(&hold),
            None => self.ended.remove(reservation_id),
        }
        let lines = self.ticket_types.compact(lines);
        self.ticket_types.sell(&lines);
        self.people.give(person_id, lines.quantity());
    }
}

/// Whether an organizer changed what buyers are offered.
fn is_edit(event: &BoxOfficeEvent) -> bool {
    use BoxOfficeEvent as Fact;
    match event {
        Fact::EventDrafted { .. }
        | Fact::EventDetailsChanged { .. }
        | Fact::SalesSettingsChanged { .. }
        | Fact::EventPublished {}
        | Fact::EventCancelled { .. }
        | Fact::EventCompleted {}
        | Fact::CapacitySet { .. }
        | Fact::TicketTypeAdded { .. }
        | Fact::TicketTypeChanged { .. }
        | Fact::TicketTypeEnabled { .. }
        | Fact::TicketTypeDisabled { .. } => true,
        Fact::ReservationCreated { .. }
        | Fact::ReservationExtended { .. }
        | Fact::ReservationExpired { .. }
        | Fact::ReservationReleased { .. }
        | Fact::PaymentStarted { .. }
        | Fact::PaymentFailed { .. }
        | Fact::OrderPaid { .. }
        | Fact::TicketIssued { .. }
        | Fact::OrderCompleted { .. }
        | Fact::RefundRequested { .. }
        | Fact::RefundSettled { .. } => false,
    }
}
