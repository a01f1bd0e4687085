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
    #[serde(default)]
    image_url: Option<String>,
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
    #[serde(default, deserialize_with = "present")]
    category: Option<Option<String>>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default, deserialize_with = "present")]
    image_url: Option<Option<String>>,
    #[serde(default, deserialize_with = "present")]
    venue: Option<Option<Venue>>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Option<Timestamp>>,
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
                category: edit(self.category),
                tags: self.tags,
                image_url: edit(self.image_url),
                venue: edit(self.venue),
                starts_at: self.starts_at,
                ends_at: edit(self.ends_at),
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

/// Tells `null` (`Some(None)`) from an absent field (`None`).
pub(in crate::box_office) fn present<'de, D, T>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}

pub(in crate::box_office) fn edit<T>(given: Option<Option<T>>) -> Edit<T> {
    match given {
        None => Edit::Keep,
        Some(None) => Edit::Clear,
        Some(Some(value)) => Edit::Set(value),
    }
}

pub(in crate::box_office) fn set<T>(given: Option<T>) -> Edit<T> {
    given.map_or(Edit::Keep, Edit::Set)
}
