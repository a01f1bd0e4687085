//! Histories as long sales leave them behind, made fast and appended through the log itself, so
//! that versions, positions and the chain are as true as any.

use std::sync::Arc;

use anyhow::Context;
use chrono::TimeDelta;
use shared::{
    clock::{Clock, Timestamp},
    event_log::{EventLog, Metadata, NewEvent, StreamAppend, StreamId},
    events::box_office::{
        BoxOfficeEvent, EventDetails, LatePayment, Line, Price, Provider, STREAM_TYPE,
        SalesSettings, TicketTypeTerms,
    },
    id::{
        CommandId, EventId, IdSource, OrderId, OrganizationId, PersonId, ReservationId, TicketId,
        TicketTypeId,
    },
    money::Currency,
};
use sqlx::PgPool;
use uuid::Uuid;

/// Whose events have such a history.
pub const ORGANIZATION: Uuid = Uuid::from_u128(1);

/// Events in one append.
const BATCH: usize = 1_000;

/// What one ticket costs.
pub const PRICE_MINOR: i64 = 4_500;

/// Of ten holds this many run out; the others are paid.
const EXPIRED_OF_TEN: u64 = 2;

/// An event with a past.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    pub event: EventId,
    pub ticket_type: TicketTypeId,
    /// How many facts are recorded about it.
    pub length: u64,
}

impl Past {
    /// Names an event whose past is still to be [written](Past::write).
    pub fn new(length: u64) -> Self {
        let ids = IdSource;
        let (event, ticket_type) = (EventId::new(ids.next()), TicketTypeId::new(ids.next()));
        Self { event, ticket_type, length }
    }

    /// The capacity that leaves at least `left` tickets when the past ends: fewer than one ticket
    /// is sold with each fact.
    pub fn capacity(&self, left: u32) -> u32 {
        u32::try_from(self.length).unwrap_or(u32::MAX).saturating_add(left)
    }

    /// Records the past: drafted, published, then holds of two tickets, most of them paid. It
    /// ends now, without an active hold, with `left` tickets to sell.
    ///
    /// # Errors
    ///
    /// If the log can't be written.
    pub async fn write(&self, log: &EventLog, left: u32) -> anyhow::Result<()> {
        let length = i64::try_from(self.length)?;
        // One recorded fact a millisecond or so; the first a little before the oldest of them.
        let start = Clock::system().now() - TimeDelta::milliseconds(2 * length + 60_000);
        let mut writer =
            Writer { log, past: self, at: start, version: 0, pending: Vec::with_capacity(BATCH) };
        let opening = opening(self.event, self.ticket_type, self.capacity(left), start);
        writer.add(IdSource.next(), opening).await?;
        for number in 0.. {
            if writer.length()? >= self.length {
                break;
            }
            writer.hold(number).await?;
        }
        writer.flush().await
    }
}

/// What has to be recorded before the first hold: the event exists, has capacity and one type of
/// ticket, and is on sale.
pub fn opening(
    event_id: EventId,
    ticket_type_id: TicketTypeId,
    total_capacity: u32,
    at: Timestamp,
) -> Vec<BoxOfficeEvent> {
    let details = EventDetails {
        title: "Bench".to_owned(),
        description: String::new(),
        category: None,
        tags: Vec::new(),
        image_url: None,
        image_alt: None,
        venue: None,
        starts_at: at + TimeDelta::days(365),
        ends_at: None,
        time_zone: "Europe/Berlin".to_owned(),
        currency: Currency::EUR,
    };
    let settings = SalesSettings {
        per_person_cap: 50,
        hold_ttl_seconds: 900,
        late_payment: LatePayment::AcquireAgain,
    };
    let terms = TicketTypeTerms {
        name: "Standard".to_owned(),
        description: String::new(),
        price: Price::Fixed { amount: PRICE_MINOR },
        allocation: None,
        sale_starts_at: None,
        sale_ends_at: None,
        min_per_order: 1,
        max_per_order: 10,
    };
    let organization_id = OrganizationId::new(ORGANIZATION);
    vec![
        BoxOfficeEvent::EventDrafted { event_id, organization_id, details, settings },
        BoxOfficeEvent::TicketTypeAdded { ticket_type_id, terms, enabled: true },
        BoxOfficeEvent::CapacitySet { total_capacity },
        BoxOfficeEvent::EventPublished {},
    ]
}

/// The envelope of what a buyer's command caused.
pub fn metadata(command: Uuid, at: Timestamp) -> Metadata {
    Metadata {
        command_id: CommandId::new(command),
        at,
        actor: "public".to_owned(),
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
        digest: Some("0011223344556677".to_owned()),
        causation: None,
    }
}

struct Writer<'a> {
    log: &'a EventLog,
    past: &'a Past,
    at: Timestamp,
    version: i64,
    pending: Vec<NewEvent>,
}

impl Writer<'_> {
    /// One hold and what became of it.
    async fn hold(&mut self, number: u64) -> anyhow::Result<()> {
        let ids = IdSource;
        let reservation_id = ReservationId::new(ids.next());
        let person_id = PersonId::new(ids.next());
        let line = Line {
            ticket_type_id: self.past.ticket_type,
            quantity: 2,
            unit_price_minor: PRICE_MINOR,
        };
        let created = BoxOfficeEvent::ReservationCreated {
            reservation_id,
            person_id,
            lines: vec![line],
            expires_at: self.at + TimeDelta::milliseconds(1),
        };
        self.add(reservation_id.uuid(), vec![created]).await?;
        if number % 10 < EXPIRED_OF_TEN {
            let expired = BoxOfficeEvent::ReservationExpired { reservation_id };
            return self.add(Uuid::nil(), vec![expired]).await;
        }
        let order_id = OrderId::from(reservation_id);
        let paid = BoxOfficeEvent::OrderPaid {
            order_id,
            person_id,
            lines: vec![line],
            total_minor: 2 * PRICE_MINOR,
            provider: Provider::Stripe,
            payment_reference: format!("pi_{}", reservation_id.uuid().simple()),
            late: false,
        };
        let issued = (0..2).map(|ticket| BoxOfficeEvent::TicketIssued {
            ticket_id: TicketId::of_order(order_id, ticket),
            order_id,
            ticket_type_id: self.past.ticket_type,
        });
        self.add(ids.next(), std::iter::once(paid).chain(issued).collect()).await?;
        self.add(ids.next(), vec![BoxOfficeEvent::OrderCompleted { order_id }]).await
    }

    /// Records what one command caused.
    async fn add(&mut self, command: Uuid, events: Vec<BoxOfficeEvent>) -> anyhow::Result<()> {
        self.at += TimeDelta::milliseconds(1);
        let metadata = metadata(command, self.at).to_json();
        for event in events {
            self.pending.push(NewEvent::box_office(&event, Arc::clone(&metadata)));
        }
        if self.pending.len() < BATCH { Ok(()) } else { self.flush().await }
    }

    async fn flush(&mut self) -> anyhow::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let events = std::mem::replace(&mut self.pending, Vec::with_capacity(BATCH));
        let (expected_version, count) = (self.version, i64::try_from(events.len())?);
        let stream = StreamId { stream_type: STREAM_TYPE, id: self.past.event.uuid() };
        let append = StreamAppend { stream, expected_version, next_deadline: None, events };
        self.log.append(append).await.context("the history can't be written")?;
        self.version += count;
        Ok(())
    }

    fn length(&self) -> anyhow::Result<u64> {
        Ok(u64::try_from(self.version)? + u64::try_from(self.pending.len())?)
    }
}

/// Writes several pasts at the same time.
///
/// # Errors
///
/// If the log can't be written.
pub async fn write_all(pool: PgPool, pasts: Vec<Past>, left: u32) -> anyhow::Result<()> {
    let log = EventLog::start(pool);
    let mut writing = Vec::with_capacity(pasts.len());
    for past in pasts {
        let log = log.clone();
        writing.push(tokio::spawn(async move { past.write(&log, left).await }));
    }
    for written in writing {
        written.await??;
    }
    Ok(())
}
