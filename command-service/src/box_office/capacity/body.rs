//! Bodies of requests about capacity and ticket types.

use serde::Deserialize;
use shared::{clock::Timestamp, events::box_office::Price, id::TicketTypeId};
use utoipa::ToSchema;

use super::{AddTicketType, ChangeTicketType, TermsInput};
use crate::box_office::{
    catalogue::{edit, set},
    validation::Edit,
};

/// How many tickets may be sold over all types.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetCapacityBody {
    #[schema(example = 1000)]
    pub total_capacity: u32,
}

/// A new ticket type.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddTicketTypeBody {
    #[serde(default)]
    #[schema(required = true, example = "Early bird")]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    #[schema(required = true)]
    price: Option<Price>,
    /// At most this many of this type; absent: as many as the event has.
    #[serde(default)]
    allocation: Option<u32>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    sale_starts_at: Option<Timestamp>,
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    sale_ends_at: Option<Timestamp>,
    #[serde(default)]
    min_per_order: Option<u32>,
    #[serde(default)]
    max_per_order: Option<u32>,
    /// Whether it is on sale as soon as the event is published; it is, if absent.
    #[serde(default)]
    enabled: Option<bool>,
}

impl AddTicketTypeBody {
    pub fn into_command(self, ticket_type_id: TicketTypeId) -> AddTicketType {
        AddTicketType {
            ticket_type_id,
            terms: TermsInput {
                name: self.name,
                description: self.description,
                price: self.price,
                allocation: set(self.allocation),
                sale_starts_at: set(self.sale_starts_at),
                sale_ends_at: set(self.sale_ends_at),
                min_per_order: self.min_per_order,
                max_per_order: self.max_per_order,
            },
            enabled: self.enabled.unwrap_or(true),
        }
    }
}

/// An edit: an absent field stays as it is, `null` clears one that may be absent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeTicketTypeBody {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    price: Option<Price>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<u32>)]
    allocation: Edit<u32>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>, format = DateTime)]
    sale_starts_at: Edit<Timestamp>,
    #[serde(default, deserialize_with = "edit")]
    #[schema(value_type = Option<String>, format = DateTime)]
    sale_ends_at: Edit<Timestamp>,
    #[serde(default)]
    min_per_order: Option<u32>,
    #[serde(default)]
    max_per_order: Option<u32>,
    #[serde(default)]
    enabled: Option<bool>,
}

impl ChangeTicketTypeBody {
    pub fn into_command(self, ticket_type_id: TicketTypeId) -> ChangeTicketType {
        ChangeTicketType {
            ticket_type_id,
            terms: TermsInput {
                name: self.name,
                description: self.description,
                price: self.price,
                allocation: self.allocation,
                sale_starts_at: self.sale_starts_at,
                sale_ends_at: self.sale_ends_at,
                min_per_order: self.min_per_order,
                max_per_order: self.max_per_order,
            },
            enabled: self.enabled,
        }
    }
}
