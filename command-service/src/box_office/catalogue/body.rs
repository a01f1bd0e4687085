//! Bodies of requests that draft and edit events.

use serde::{Deserialize, Deserializer};
use shared::{
    clock::Timestamp,
    events::box_office::{LatePayment, Venue},
    id::{EventId, OrganizationId, TicketTypeId},
};
use utoipa::ToSchema;

use super::{ChangeEvent, DetailsInput, DraftEvent, SettingsInput};
use crate::box_office::validation::Edit;

/// A new event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftEventBody {
    /// Whose event it is; needed only where the key belongs to no organisation.
    #[serde(default)]
    pub organization_id: Option<OrganizationId>,
    #[serde(default)]
    #[schema(required = true, max_length = 200, example = "An evening of chamber music")]
    title: Option<String>,
    #[serde(default)]
    #[schema(max_length = 20_000)]
    description: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    #[schema(max_items = 20)]
    tags: Option<Vec<String>>,
    /// An `https` address, or what the upload of a picture answered.
    #[serde(default)]
    image_url: Option<String>,
    /// What the picture shows.
    #[serde(default)]
    #[schema(max_length = 300)]
    image_alt: Option<String>,
    #[serde(default)]
    venue: Option<Venue>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    starts_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(required = true, example = "Europe/Berlin")]
    time_zone: Option<String>,
    #[serde(default)]
    #[schema(required = true, example = "EUR")]
    currency: Option<String>,
    #[serde(default)]
    total_capacity: Option<u32>,
    #[serde(default)]
    per_person_cap: Option<u32>,
    #[serde(default)]
    hold_ttl_seconds: Option<u32>,
    #[serde(default)]
    late_payment: Option<LatePayment>,
}

impl DraftEventBody {
    /// The command, with ids for the event and its default ticket type.
    pub fn into_command(
        self,
        event_id: EventId,
        organization_id: OrganizationId,
        default_ticket_type_id: TicketTypeId,
    ) -> DraftEvent {
        DraftEvent {
            event_id,
            organization_id,
            details: DetailsInput {
                title: self.title,
                description: self.description,
                category: set(self.category),
                tags: self.tags,
                image_url: set(self.image_url),
                image_alt: set(self.image_alt),
                venue: set(self.venue),
                starts_at: self.starts_at,
                ends_at: set(self.ends_at),
                time_zone: self.time_zone,
                currency: self.currency,
            },
            settings: SettingsInput {
                per_person_cap: self.per_person_cap,
                hold_ttl_seconds: self.hold_ttl_seconds,
                late_payment: self.late_payment,
            },
            total_capacity: self.total_capacity,
            default_ticket_type_id,
        }
    }
}

/// An edit: an absent field stays as it is, `null` clears one that may be absent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEventBody {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>)]
    category: Edit<String>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>)]
    image_url: Edit<String>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>, max_length = 300)]
    image_alt: Edit<String>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<Venue>)]
    venue: Edit<Venue>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Edit<Timestamp>,
    #[serde(default)]
    time_zone: Option<String>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    total_capacity: Option<u32>,
    #[serde(default)]
    per_person_cap: Option<u32>,
    #[serde(default)]
    hold_ttl_seconds: Option<u32>,
    #[serde(default)]
    late_payment: Option<LatePayment>,
}

impl ChangeEventBody {
    pub fn into_command(self) -> ChangeEvent {
        ChangeEvent {
            details: DetailsInput {
                title: self.title,
                description: self.description,
                category: self.category,
                tags: self.tags,
                image_url: self.image_url,
                image_alt: self.image_alt,
                venue: self.venue,
                starts_at: self.starts_at,
                ends_at: self.ends_at,
                time_zone: self.time_zone,
                currency: self.currency,
            },
            settings: SettingsInput {
                per_person_cap: self.per_person_cap,
                hold_ttl_seconds: self.hold_ttl_seconds,
                late_payment: self.late_payment,
            },
            total_capacity: self.total_capacity,
        }
    }
}

/// Reads a field that is there: `null` clears. One that isn't there keeps, by `#[serde(default)]`.
pub(in crate::box_office) fn edit<'de, D, T>(deserializer: D) -> Result<Edit<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.map_or(Edit::Clear, Edit::Set))
}

pub(in crate::box_office) fn set<T>(given: Option<T>) -> Edit<T> {
    given.map_or(Edit::Keep, Edit::Set)
}
