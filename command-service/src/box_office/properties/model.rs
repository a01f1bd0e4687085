//! Every figure of a box office, recomputed from the list of its domain events each time.
//!
//! Slow, and written without a look at the state: it counts issued tickets where the state
//! counts the lines of orders, and walks the whole history where the state keeps counters.

use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Line, SalesSettings, TicketTypeTerms},
    id::{PersonId, ReservationId, TicketTypeId},
};

use crate::box_office::{EventStatus, Standing, reservation::ReserveTickets};

/// A domain event and the instant of its decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub at: Timestamp,
    pub event: BoxOfficeEvent,
}

/// A beginning of a history.
#[derive(Clone, Copy)]
pub struct Model<'a>(pub &'a [Recorded]);

/// A reservation as history tells it.
#[derive(Clone, Debug)]
pub struct Reservation {
    pub id: ReservationId,
    pub person_id: PersonId,
    pub lines: Vec<Line>,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    pub standing: Standing,
    pub payment_began: bool,
}

impl Reservation {
    pub fn quantity(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    pub fn total_minor(&self) -> i64 {
        self.lines.iter().map(|line| line.unit_price_minor * i64::from(line.quantity)).sum()
    }

    pub fn is_active(&self) -> bool {
        self.standing == Standing::Active
    }
}

impl<'a> Model<'a> {
    fn events(self) -> impl DoubleEndedIterator<Item = &'a BoxOfficeEvent> {
        self.0.iter().map(|recorded| &recorded.event)
    }

    pub fn status(self) -> Option<EventStatus> {
        self.events().rev().find_map(|event| match event {
            BoxOfficeEvent::EventDrafted { .. } => Some(EventStatus::Draft),
            BoxOfficeEvent::EventPublished {} => Some(EventStatus::Published),
            BoxOfficeEvent::EventCancelled { .. } => Some(EventStatus::Cancelled),
            BoxOfficeEvent::EventCompleted {} => Some(EventStatus::Completed),
            _ => None,
        })
    }

    /// How often organizers changed what is offered.
    pub fn edits(self) -> u32 {
        let edits = self.events().filter(|event| {
            let name = event.name();
            (name.starts_with("Event") || name.starts_with("TicketType"))
                || ["SalesSettingsChanged", "CapacitySet"].contains(&name)
        });
        u32::try_from(edits.count()).unwrap()
    }

    pub fn settings(self) -> Option<SalesSettings> {
        self.events().rev().find_map(|event| match event {
            BoxOfficeEvent::EventDrafted { settings, .. }
            | BoxOfficeEvent::SalesSettingsChanged { settings } => Some(*settings),
            _ => None,
        })
    }

    pub fn capacity(self) -> Option<u32> {
        self.events().rev().find_map(|event| match event {
            BoxOfficeEvent::CapacitySet { total_capacity } => Some(*total_capacity),
            _ => None,
        })
    }

    pub fn kinds(self) -> Vec<TicketTypeId> {
        self.events()
            .filter_map(|event| match event {
                BoxOfficeEvent::TicketTypeAdded { ticket_type_id, .. } => Some(*ticket_type_id),
                _ => None,
            })
            .collect()
    }

    pub fn terms(self, kind: TicketTypeId) -> Option<&'a TicketTypeTerms> {
        self.events().rev().find_map(|event| match event {
            BoxOfficeEvent::TicketTypeAdded { ticket_type_id, terms, .. }
            | BoxOfficeEvent::TicketTypeChanged { ticket_type_id, terms }
                if *ticket_type_id == kind =>
            {
                Some(terms)
            }
            _ => None,
        })
    }

    pub fn is_enabled(self, kind: TicketTypeId) -> bool {
        self.events()
            .rev()
            .find_map(|event| match event {
                BoxOfficeEvent::TicketTypeAdded { ticket_type_id, enabled, .. }
                    if *ticket_type_id == kind =>
                {
                    Some(*enabled)
                }
                BoxOfficeEvent::TicketTypeEnabled { ticket_type_id } if *ticket_type_id == kind => {
                    Some(true)
                }
                BoxOfficeEvent::TicketTypeDisabled { ticket_type_id }
                    if *ticket_type_id == kind =>
                {
                    Some(false)
                }
                _ => None,
            })
            .unwrap_or(false)
    }

    /// All reservations ever made, in order.
    pub fn reservations(self) -> Vec<Reservation> {
        let mut reservations: Vec<Reservation> = Vec::new();
        for Recorded { at, event } in self.0 {
            if let BoxOfficeEvent::ReservationCreated {
                reservation_id,
                person_id,
                lines,
                expires_at,
            } = event
            {
                reservations.push(Reservation {
                    id: *reservation_id,
                    person_id: *person_id,
                    lines: lines.clone(),
                    created_at: *at,
                    expires_at: *expires_at,
                    ended_at: None,
                    standing: Standing::Active,
                    payment_began: false,
                });
            }
            for reservation in &mut reservations {
                reservation.hear_of(event, *at);
            }
        }
        reservations
    }

    pub fn active(self) -> Vec<Reservation> {
        self.reservations().into_iter().filter(Reservation::is_active).collect()
    }

    pub fn reservation(self, id: ReservationId) -> Option<Reservation> {
        self.reservations().into_iter().find(|reservation| reservation.id == id)
    }

    /// Issued tickets, of one type or of all.
    pub fn sold(self, kind: Option<TicketTypeId>) -> u32 {
        let is_of_kind = |event: &&BoxOfficeEvent| match event {
            BoxOfficeEvent::TicketIssued { ticket_type_id, .. } => {
                kind.is_none_or(|kind| kind == *ticket_type_id)
            }
            _ => false,
        };
        u32::try_from(self.events().filter(is_of_kind).count()).unwrap()
    }

    /// Held tickets, of one type or of all.
    pub fn held(self, kind: Option<TicketTypeId>) -> u32 {
        self.active()
            .iter()
            .flat_map(|reservation| &reservation.lines)
            .filter(|line| kind.is_none_or(|kind| kind == line.ticket_type_id))
            .map(|line| line.quantity)
            .sum()
    }

    /// Source 002, T6, word by word.
    pub fn available(self, kind: TicketTypeId) -> i64 {
        let event_remaining = i64::from(self.capacity().unwrap_or(0))
            - (i64::from(self.sold(None)) + i64::from(self.held(None)));
        match self.terms(kind).and_then(|terms| terms.allocation) {
            Some(allocation) => {
                let ticket_type_remaining = i64::from(allocation)
                    - (i64::from(self.sold(Some(kind))) + i64::from(self.held(Some(kind))));
                ticket_type_remaining.min(event_remaining)
            }
            None => event_remaining,
        }
    }

    pub fn tickets_of(self, person: PersonId) -> u32 {
        let held: u32 = self
            .active()
            .iter()
            .filter(|reservation| reservation.person_id == person)
            .map(Reservation::quantity)
            .sum();
        let bought: u32 = self
            .events()
            .filter_map(|event| match event {
                BoxOfficeEvent::OrderPaid { person_id, lines, .. } if *person_id == person => {
                    Some(lines.iter().map(|line| line.quantity).sum::<u32>())
                }
                _ => None,
            })
            .sum();
        held + bought
    }

    /// How often a payment got an outcome: an order or a refund.
    pub fn outcomes(self, reference: &str) -> usize {
        self.events()
            .filter(|event| match event {
                BoxOfficeEvent::OrderPaid { payment_reference, .. }
                | BoxOfficeEvent::RefundRequested { payment_reference, .. } => {
                    payment_reference == reference
                }
                _ => false,
            })
            .count()
    }

    /// Whether this must be granted: everything that is asked is on sale and there.
    pub fn grants(self, command: &ReserveTickets, is_over: bool) -> bool {
        let on_sale = self.status() == Some(EventStatus::Published) && !is_over;
        let is_new = self.reservation(command.reservation_id).is_none();
        let kinds_differ = command.items.iter().enumerate().all(|(index, item)| {
            command.items[..index].iter().all(|one| one.ticket_type_id != item.ticket_type_id)
        });
        let lines_fit = command.items.iter().all(|item| {
            self.is_enabled(item.ticket_type_id)
                && self.terms(item.ticket_type_id).is_some_and(|terms| {
                    (terms.min_per_order..=terms.max_per_order).contains(&item.quantity)
                })
                && i64::from(item.quantity) <= self.available(item.ticket_type_id)
        });
        let quantity: u32 = command.items.iter().map(|item| item.quantity).sum();
        let all_fit = i64::from(quantity)
            <= i64::from(self.capacity().unwrap_or(0))
                - i64::from(self.sold(None))
                - i64::from(self.held(None));
        let within_cap = self.settings().is_some_and(|settings| {
            self.tickets_of(command.person_id) + quantity <= settings.per_person_cap
        });
        on_sale && is_new && kinds_differ && lines_fit && all_fit && within_cap
    }
}

impl Reservation {
    fn hear_of(&mut self, event: &BoxOfficeEvent, at: Timestamp) {
        let id = self.id;
        match event {
            BoxOfficeEvent::ReservationExtended { reservation_id, expires_at }
                if *reservation_id == id =>
            {
                self.expires_at = *expires_at;
            }
            BoxOfficeEvent::PaymentStarted { reservation_id, .. } if *reservation_id == id => {
                self.payment_began = true;
            }
            BoxOfficeEvent::ReservationExpired { reservation_id } if *reservation_id == id => {
                self.end(Standing::Expired, at);
            }
            BoxOfficeEvent::ReservationReleased { reservation_id } if *reservation_id == id => {
                self.end(Standing::Released, at);
            }
            BoxOfficeEvent::OrderPaid { order_id, .. } if order_id.uuid() == id.uuid() => {
                self.end(Standing::Consumed, at);
            }
            BoxOfficeEvent::EventCancelled { .. } if self.is_active() => {
                self.end(Standing::EventCancelled, at);
            }
            _ => {}
        }
    }

    fn end(&mut self, standing: Standing, at: Timestamp) {
        self.standing = standing;
        self.ended_at = Some(at);
    }
}
