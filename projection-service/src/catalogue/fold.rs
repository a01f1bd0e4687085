//! The fold of the catalogue: one event with its ticket types, fact by fact.

use std::collections::BTreeMap;

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, EventDetails, SalesSettings, TicketTypeTerms},
    id::{EventId, OrganizationId, TicketTypeId},
};

use crate::{projection::Fact, status::EventStatus};

/// One event as the catalogue shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: EventStatus,
    pub details: EventDetails,
    pub settings: SalesSettings,
    pub total_capacity: Option<u32>,
    pub cancellation_reason: Option<String>,
    pub drafted_at: Timestamp,
    pub published_at: Option<Timestamp>,
    /// The edition: how many facts are shown here. The command side counts the same ones, so that an
    /// edit can name the edition it was made for.
    pub version: i64,
    /// In the order in which they were added.
    pub ticket_types: Vec<OfferedType>,
}

/// One kind of ticket as the catalogue shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedType {
    pub ticket_type_id: TicketTypeId,
    /// The stream version at which the type was added: types are shown in this order.
    pub ordinal: i64,
    pub terms: TicketTypeTerms,
    pub enabled: bool,
}

/// Every event a batch touches, by id.
pub type Entries = BTreeMap<EventId, Entry>;

/// Folds one fact into the entries. A fact about an event that was never drafted changes nothing.
pub fn fold(entries: &mut Entries, fact: &Fact<'_>) {
    if let BoxOfficeEvent::EventDrafted { organization_id, details, settings, .. } = fact.event {
        let entry = Entry {
            event_id: fact.event_id,
            organization_id: *organization_id,
            status: EventStatus::Draft,
            details: details.clone(),
            settings: *settings,
            total_capacity: None,
            cancellation_reason: None,
            drafted_at: fact.at,
            published_at: None,
            version: 1,
            ticket_types: Vec::new(),
        };
        entries.insert(fact.event_id, entry);
    } else if let Some(entry) = entries.get_mut(&fact.event_id) {
        entry.apply(fact);
    }
}

impl Entry {
    fn apply(&mut self, fact: &Fact<'_>) {
        match fact.event {
            BoxOfficeEvent::EventDetailsChanged { details } => self.details = details.clone(),
            BoxOfficeEvent::SalesSettingsChanged { settings } => self.settings = *settings,
            BoxOfficeEvent::EventPublished {} => {
                self.status = EventStatus::Published;
                self.published_at = Some(fact.at);
            }
            BoxOfficeEvent::EventCancelled { reason } => {
                self.status = EventStatus::Cancelled;
                self.cancellation_reason = Some(reason.clone());
            }
            BoxOfficeEvent::EventCompleted {} => self.status = EventStatus::Completed,
            BoxOfficeEvent::CapacitySet { total_capacity } => {
                self.total_capacity = Some(*total_capacity);
            }
            BoxOfficeEvent::TicketTypeAdded { ticket_type_id, terms, enabled } => {
                self.ticket_types.push(OfferedType {
                    ticket_type_id: *ticket_type_id,
                    ordinal: fact.version,
                    terms: terms.clone(),
                    enabled: *enabled,
                });
            }
            BoxOfficeEvent::TicketTypeChanged { ticket_type_id, terms } => {
                self.change(*ticket_type_id, |offered| offered.terms = terms.clone());
            }
            BoxOfficeEvent::TicketTypeEnabled { ticket_type_id } => {
                self.change(*ticket_type_id, |offered| offered.enabled = true);
            }
            BoxOfficeEvent::TicketTypeDisabled { ticket_type_id } => {
                self.change(*ticket_type_id, |offered| offered.enabled = false);
            }
            BoxOfficeEvent::EventDrafted { .. }
            | BoxOfficeEvent::ReservationCreated { .. }
            | BoxOfficeEvent::ReservationExtended { .. }
            | BoxOfficeEvent::ReservationExpired { .. }
            | BoxOfficeEvent::ReservationReleased { .. }
            | BoxOfficeEvent::PaymentStarted { .. }
            | BoxOfficeEvent::PaymentFailed { .. }
            | BoxOfficeEvent::OrderPaid { .. }
            | BoxOfficeEvent::TicketIssued { .. }
            | BoxOfficeEvent::OrderCompleted { .. }
            | BoxOfficeEvent::RefundRequested { .. }
            | BoxOfficeEvent::RefundSettled { .. } => return,
        }
        self.version += 1;
    }

    fn change(&mut self, id: TicketTypeId, change: impl FnOnce(&mut OfferedType)) {
        let offered = self.ticket_types.iter_mut().find(|offered| offered.ticket_type_id == id);
        if let Some(offered) = offered {
            change(offered);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{self, fact};

    fn folded(events: Vec<BoxOfficeEvent>) -> Entry {
        let mut entries = Entries::new();
        for (event, version) in events.into_iter().zip(1..) {
            fold(&mut entries, &fact(version, event));
        }
        entries.remove(&samples::event_id()).unwrap()
    }

    #[test]
    fn an_event_is_born_as_a_draft() {
        let entry = folded(vec![samples::drafted()]);
        assert_eq!(entry.status, EventStatus::Draft);
        assert_eq!(entry.organization_id, samples::organization_id());
        assert_eq!(entry.published_at, None);
    }

    #[test]
    fn the_version_counts_the_facts_shown() {
        let entry = folded(vec![
            samples::drafted(),
            samples::type_added(1, Some(10)),
            samples::reserved(1, 2),
            BoxOfficeEvent::EventPublished {},
        ]);
        assert_eq!(entry.version, 3);
    }

    #[test]
    fn types_keep_their_place_when_they_change() {
        let mut terms = samples::terms(None);
        terms.name = "Renamed".to_owned();
        let entry = folded(vec![
            samples::drafted(),
            samples::type_added(1, None),
            samples::type_added(2, None),
            BoxOfficeEvent::TicketTypeChanged { ticket_type_id: samples::type_id(1), terms },
            BoxOfficeEvent::TicketTypeDisabled { ticket_type_id: samples::type_id(1) },
        ]);
        let first = &entry.ticket_types[0];
        assert_eq!(
            (first.ordinal, first.terms.name.as_str(), first.enabled),
            (2, "Renamed", false)
        );
    }

    #[test]
    fn publishing_and_cancelling_show() {
        let published = folded(vec![samples::drafted(), BoxOfficeEvent::EventPublished {}]);
        assert_eq!(published.status, EventStatus::Published);
        assert!(published.published_at.is_some());
        let reason = "storm".to_owned();
        let cancelled = folded(vec![samples::drafted(), BoxOfficeEvent::EventCancelled { reason }]);
        assert_eq!(cancelled.status, EventStatus::Cancelled);
        assert_eq!(cancelled.cancellation_reason.as_deref(), Some("storm"));
    }
}
