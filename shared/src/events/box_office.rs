//! What is recorded about one event: the payloads of stream type `box_office`.
//!
//! Facts only, nothing derived; who, when and why are on the envelope
//! ([`crate::event_log::Metadata`]). People stand here by [`PersonId`]. A field may be added if it
//! has a default; anything else is a new version with an upcaster and a golden file. A variant is
//! never renamed or deleted: the stored payload is `{"VariantName": {…}}`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    clock::Timestamp,
    id::{
        EventId, OrderId, OrganizationId, PaymentId, PersonId, ReservationId, TicketId,
        TicketTypeId,
    },
    money::Currency,
};

/// The stream type of box offices; the stream id is the [`EventId`].
pub const STREAM_TYPE: &str = "box_office";

/// A recorded fact about one event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BoxOfficeEvent {
    /// The event came into being, invisible to customers.
    EventDrafted {
        event_id: EventId,
        organization_id: OrganizationId,
        details: EventDetails,
        settings: SalesSettings,
    },
    /// What is told about the event was replaced.
    EventDetailsChanged { details: EventDetails },
    /// The rules of selling were replaced. Holds made before keep theirs.
    SalesSettingsChanged { settings: SalesSettings },
    /// Customers see the event and can buy from now on.
    EventPublished {},
    /// The event won't take place; nothing can be bought any more and every hold is over.
    EventCancelled { reason: String },
    /// The event is over; nothing new can be held. Holds run on and may still be paid.
    EventCompleted {},
    /// How many tickets may be sold over all types.
    CapacitySet { total_capacity: u32 },
    /// A kind of ticket was added.
    TicketTypeAdded { ticket_type_id: TicketTypeId, terms: TicketTypeTerms, enabled: bool },
    /// The terms of a kind of ticket were replaced. Holds made before keep theirs.
    TicketTypeChanged { ticket_type_id: TicketTypeId, terms: TicketTypeTerms },
    /// New holds of this type are possible again.
    TicketTypeEnabled { ticket_type_id: TicketTypeId },
    /// No new holds of this type; existing ones are untouched.
    TicketTypeDisabled { ticket_type_id: TicketTypeId },
    /// Tickets are held for one person until `expires_at` (exclusive).
    ReservationCreated {
        reservation_id: ReservationId,
        person_id: PersonId,
        lines: Vec<Line>,
        expires_at: Timestamp,
    },
    /// The hold lasts longer, because a payment is under way.
    ReservationExtended { reservation_id: ReservationId, expires_at: Timestamp },
    /// The hold's time ran out; its tickets are free again.
    ReservationExpired { reservation_id: ReservationId },
    /// The hold was given back; its tickets are free again.
    ReservationReleased { reservation_id: ReservationId },
    /// An attempt to pay was begun at a provider.
    PaymentStarted {
        reservation_id: ReservationId,
        payment_id: PaymentId,
        provider: Provider,
        amount_minor: i64,
    },
    /// The provider declined; the hold stands and may be tried again.
    PaymentFailed {
        reservation_id: ReservationId,
        provider: Provider,
        payment_reference: String,
        code: String,
    },
    /// The purchase stands. Recorded together with its `TicketIssued`.
    OrderPaid {
        order_id: OrderId,
        person_id: PersonId,
        lines: Vec<Line>,
        total_minor: i64,
        provider: Provider,
        /// The provider's name of the payment; empty if nothing was due.
        payment_reference: String,
        /// The hold was over when the money came, and the tickets were still free.
        late: bool,
    },
    /// One admission exists.
    TicketIssued { ticket_id: TicketId, order_id: OrderId, ticket_type_id: TicketTypeId },
    /// The confirmation was handed over.
    OrderCompleted { order_id: OrderId },
    /// Money that came for nothing must go back to where it came from.
    RefundRequested {
        reservation_id: ReservationId,
        provider: Provider,
        payment_reference: String,
        amount_minor: i64,
        currency: Currency,
        reason: RefundReason,
    },
    /// The provider took the refund on.
    RefundSettled {
        reservation_id: ReservationId,
        provider: Provider,
        payment_reference: String,
        refund_reference: String,
        amount_minor: i64,
    },
}

/// What is told about an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventDetails {
    pub title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// An `https` address of a picture, or where on this site one that was uploaded is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
    /// What the picture shows, for who doesn't see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_alt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue: Option<Venue>,
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Not before `starts_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ends_at: Option<Timestamp>,
    /// IANA name, for example `Europe/Berlin`.
    pub time_zone: String,
    /// The currency of every price of this event.
    pub currency: Currency,
}

/// Where an event takes place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
}

/// A place on earth in millionths of a degree (WGS 84), so that no float is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Coordinates {
    pub latitude_micro: i32,
    pub longitude_micro: i32,
}

/// The rules of selling of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SalesSettings {
    /// Tickets that one person may have over all orders and active holds.
    pub per_person_cap: u32,
    /// How long a hold lasts; 60 to 3600.
    pub hold_ttl_seconds: u32,
    /// What happens to money that arrives after the hold ended.
    pub late_payment: LatePayment,
}

/// What happens to money that arrives after the hold ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LatePayment {
    /// The order stands if the same tickets are still free, else the money goes back.
    AcquireAgain,
    /// The money always goes back.
    AlwaysRefund,
}

/// The terms under which one kind of ticket is sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketTypeTerms {
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    pub price: Price,
    /// At most this many of this type (0 to the event's capacity); absent: the event's capacity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocation: Option<u32>,
    /// Inclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sale_starts_at: Option<Timestamp>,
    /// Exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sale_ends_at: Option<Timestamp>,
    pub min_per_order: u32,
    pub max_per_order: u32,
}

/// What one ticket costs, in minor units of the event's currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Price {
    Free,
    Fixed {
        amount: i64,
    },
    /// The buyer names the price within these bounds (inclusive).
    PayWhatYouWant {
        minimum: i64,
        maximum: i64,
        suggested: i64,
    },
}

/// So many tickets of one type at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub ticket_type_id: TicketTypeId,
    pub quantity: u32,
    pub unit_price_minor: i64,
}

/// Who moves the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// Nothing was due.
    None,
    /// Stripe, or the simulator that speaks its protocol.
    Stripe,
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundReason {
    /// The hold was over and the tickets were gone.
    TooLate,
    /// The hold was over and the event refunds late payments always.
    LatePaymentsRefused,
    /// The reservation was already paid by another payment.
    AlreadyPaid,
    /// Not the amount or currency that was due.
    WrongAmount,
    /// There is no such reservation.
    UnknownReservation,
    /// The event was cancelled or is over.
    EventClosed,
}

impl BoxOfficeEvent {
    /// The variant's name, as stored in `event_type`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::EventDrafted { .. } => "EventDrafted",
            Self::EventDetailsChanged { .. } => "EventDetailsChanged",
            Self::SalesSettingsChanged { .. } => "SalesSettingsChanged",
            Self::EventPublished {} => "EventPublished",
            Self::EventCancelled { .. } => "EventCancelled",
            Self::EventCompleted {} => "EventCompleted",
            Self::CapacitySet { .. } => "CapacitySet",
            Self::TicketTypeAdded { .. } => "TicketTypeAdded",
            Self::TicketTypeChanged { .. } => "TicketTypeChanged",
            Self::TicketTypeEnabled { .. } => "TicketTypeEnabled",
            Self::TicketTypeDisabled { .. } => "TicketTypeDisabled",
            Self::ReservationCreated { .. } => "ReservationCreated",
            Self::ReservationExtended { .. } => "ReservationExtended",
            Self::ReservationExpired { .. } => "ReservationExpired",
            Self::ReservationReleased { .. } => "ReservationReleased",
            Self::PaymentStarted { .. } => "PaymentStarted",
            Self::PaymentFailed { .. } => "PaymentFailed",
            Self::OrderPaid { .. } => "OrderPaid",
            Self::TicketIssued { .. } => "TicketIssued",
            Self::OrderCompleted { .. } => "OrderCompleted",
            Self::RefundRequested { .. } => "RefundRequested",
            Self::RefundSettled { .. } => "RefundSettled",
        }
    }

    /// The payload's version, as stored in `event_version`.
    pub fn version(&self) -> &'static str {
        "1.0"
    }
}

impl cqrs_es::DomainEvent for BoxOfficeEvent {
    fn event_type(&self) -> String {
        self.name().to_owned()
    }

    fn event_version(&self) -> String {
        self.version().to_owned()
    }
}
