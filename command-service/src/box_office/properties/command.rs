//! Turns what a script asks into commands: its small numbers become ids.

use shared::{
    events::box_office::Provider,
    id::{OrderId, ReservationId, TicketTypeId},
    money::Currency,
};

use super::{
    run::{Run, reference},
    script::{Amount, Ask},
};
use crate::box_office::{
    BoxOfficeCommand,
    capacity::{AddTicketType, ChangeTicketType, SetCapacity, TermsInput},
    catalogue::{
        CancelEvent, ChangeEvent, CompleteEvent, DetailsInput, DraftEvent, PublishEvent,
        SettingsInput,
    },
    order::{CompleteOrder, RecordPayment, RecordPaymentFailure, SettleRefund},
    reservation::{ReleaseReservation, ReserveItem, ReserveTickets, StartPayment},
    testing::{EVENT, ORGANIZATION, START, after, kind, payment, person, reservation},
    validation::Edit,
};

impl Run {
    /// Turns numbers into ids. None where a question makes no sense yet.
    pub fn command(&mut self, ask: &Ask) -> Option<BoxOfficeCommand> {
        Some(match ask {
            Ask::Draft { .. }
            | Ask::Change { .. }
            | Ask::Publish
            | Ask::Cancel
            | Ask::Complete
            | Ask::Capacity(_)
            | Ask::AddType { .. }
            | Ask::ChangeType { .. } => organize(ask)?,
            Ask::Reserve { person: number, items } => {
                self.reservations += 1;
                let items = items.iter().map(|(number, quantity)| item(kind(*number), *quantity));
                BoxOfficeCommand::from(ReserveTickets {
                    reservation_id: reservation(self.reservations),
                    person_id: person(*number),
                    items: items.collect(),
                })
            }
            Ask::ReserveAgain { pick } => {
                let known = self.pick(*pick)?;
                if self.model().reservation(known).is_some_and(|one| self.is_forgotten(&one)) {
                    return None;
                }
                let items = vec![item(kind(1), 1)];
                ReserveTickets { reservation_id: known, person_id: person(1), items }.into()
            }
            Ask::Release { pick } => {
                ReleaseReservation { reservation_id: self.pick(*pick)? }.into()
            }
            Ask::StartPayment { pick, payment: number } => StartPayment {
                reservation_id: self.pick(*pick)?,
                payment_id: payment(*number),
                provider: Provider::Stripe,
            }
            .into(),
            Ask::Pay { pick, reference: number, amount } => {
                self.payment(*pick, *number, *amount)?.into()
            }
            Ask::Fail { pick, reference: number } => RecordPaymentFailure {
                reservation_id: self.pick(*pick)?,
                provider: Provider::Stripe,
                payment_reference: reference(*number),
                code: "card_declined".to_owned(),
            }
            .into(),
            Ask::CompleteOrder { pick } => {
                CompleteOrder { order_id: OrderId::from(self.pick(*pick)?) }.into()
            }
            Ask::SettleRefund { pick, reference: number } => {
                self.settlement(*pick, *number)?.into()
            }
        })
    }

    /// Counts back from the latest reservation; one that never was, now and then.
    fn pick(&self, pick: usize) -> Option<ReservationId> {
        let back = u128::try_from(pick).ok()?;
        Some(reservation(self.reservations.checked_sub(back)?))
    }

    fn payment(&self, pick: usize, number: u8, amount: Amount) -> Option<RecordPayment> {
        let reservation_id = self.pick(pick)?;
        let due = self.model().reservation(reservation_id).map_or(5, |one| one.total_minor());
        let (amount_minor, currency) = match amount {
            Amount::Due => (due, Currency::EUR),
            Amount::OneMore => (due + 1, Currency::EUR),
            Amount::OtherCurrency => (due, Currency::parse("USD").ok()?),
        };
        let payment_reference = reference(number);
        let provider = Provider::Stripe;
        // Nothing can be paid where nothing is due, and nothing before the event exists.
        (amount_minor > 0 && self.model().status().is_some()).then_some(RecordPayment {
            reservation_id,
            provider,
            payment_reference,
            amount_minor,
            currency,
        })
    }

    fn settlement(&self, pick: usize, number: u8) -> Option<SettleRefund> {
        let payment_reference = reference(number);
        let requested = self.office.refund(Provider::Stripe, &payment_reference);
        let (reservation_id, amount_minor) = match requested {
            Some(refund) => (refund.reservation_id, refund.amount_minor),
            None => (self.pick(pick)?, 1),
        };
        Some(SettleRefund {
            reservation_id,
            provider: Provider::Stripe,
            refund_reference: format!("re_{number}"),
            payment_reference,
            amount_minor,
        })
    }
}

fn organize(ask: &Ask) -> Option<BoxOfficeCommand> {
    Some(match ask {
        Ask::Draft { total_capacity } => DraftEvent {
            event_id: EVENT,
            organization_id: ORGANIZATION,
            details: DetailsInput {
                title: Some("Concert".to_owned()),
                starts_at: Some(after(START)),
                time_zone: Some("Europe/Berlin".to_owned()),
                currency: Some("EUR".to_owned()),
                ..DetailsInput::default()
            },
            settings: SettingsInput::default(),
            total_capacity: *total_capacity,
            default_ticket_type_id: kind(9),
        }
        .into(),
        Ask::Change { title, per_person_cap, hold_ttl_seconds, late_payment } => ChangeEvent {
            details: DetailsInput { title: title.map(str::to_owned), ..DetailsInput::default() },
            settings: SettingsInput {
                per_person_cap: *per_person_cap,
                hold_ttl_seconds: *hold_ttl_seconds,
                late_payment: Some(*late_payment),
            },
            ..ChangeEvent::default()
        }
        .into(),
        Ask::Publish => PublishEvent {}.into(),
        Ask::Cancel => CancelEvent { reason: "Rain".to_owned() }.into(),
        Ask::Complete => CompleteEvent {}.into(),
        Ask::Capacity(total_capacity) => SetCapacity { total_capacity: *total_capacity }.into(),
        Ask::AddType { kind: number, price, allocation, enabled } => AddTicketType {
            ticket_type_id: kind(*number),
            terms: TermsInput {
                name: Some("Standard".to_owned()),
                price: Some(*price),
                allocation: allocation.map_or(Edit::Keep, Edit::Set),
                ..TermsInput::default()
            },
            enabled: *enabled,
        }
        .into(),
        Ask::ChangeType { kind: number, allocation, enabled } => ChangeTicketType {
            ticket_type_id: kind(*number),
            terms: TermsInput {
                allocation: allocation.map_or(Edit::Clear, Edit::Set),
                ..TermsInput::default()
            },
            enabled: *enabled,
        }
        .into(),
        _ => return None,
    })
}

fn item(ticket_type_id: TicketTypeId, quantity: u32) -> ReserveItem {
    ReserveItem { ticket_type_id, quantity, unit_price_minor: None }
}
