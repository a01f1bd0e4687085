//! Events on sale, made through the API as an organiser would.

use anyhow::Context;
use hyper::Method;
use serde_json::{Value, json};

use super::{Answered, Client};

/// An event that can be bought.
#[derive(Clone, Debug)]
pub struct Sale {
    pub organization_id: String,
    pub event_id: String,
    pub ticket_type_id: String,
    pub capacity: u32,
}

impl Sale {
    /// Drafts an event with `capacity` tickets of one type at `price_minor` and publishes it.
    ///
    /// # Errors
    ///
    /// If any step is refused.
    pub async fn open(admin: &Client, capacity: u32, price_minor: u32) -> anyhow::Result<Self> {
        let organization = json!({"name": "Bench"});
        let organization = send(admin, Method::POST, "/organizations", "", &organization);
        let organization_id = organization.await?.text("/organization_id")?;
        let event = json!({
            "organization_id": organization_id, "title": "Bench", "time_zone": "Europe/Berlin",
            "starts_at": "2099-01-01T20:00:00Z", "currency": "EUR", "total_capacity": capacity,
            "hold_ttl_seconds": 3600,
        });
        let drafted = send(admin, Method::POST, "/events", "", &event).await?;
        let event_id = drafted.text("/event_id")?;
        let ticket_type_id = drafted.text("/ticket_types/0/ticket_type_id")?;
        let price = match price_minor {
            0 => json!({"kind": "free"}),
            amount => json!({"kind": "fixed", "amount": amount}),
        };
        let terms = json!({"enabled": true, "price": price});
        let path = format!("/events/{event_id}/ticket-types/{ticket_type_id}");
        let edition = drafted.header("etag").to_owned();
        let changed = send(admin, Method::PATCH, &path, &edition, &terms).await?;
        let edition = changed.header("etag").to_owned();
        let path = format!("/events/{event_id}/publish");
        send(admin, Method::POST, &path, &edition, &json!({})).await?;
        Ok(Self { organization_id, event_id, ticket_type_id, capacity })
    }

    /// Where holds are made.
    pub fn reservations_path(&self) -> String {
        format!("/api/v1/events/{}/reservations", self.event_id)
    }

    /// Where availability is told.
    pub fn availability_path(&self) -> String {
        format!("/api/v1/events/{}/availability", self.event_id)
    }
}

async fn send(
    client: &Client,
    method: Method,
    path: &str,
    edition: &str,
    body: &Value,
) -> anyhow::Result<Answered> {
    let condition = [("If-Match", edition)];
    let headers = if edition.is_empty() { &[][..] } else { &condition[..] };
    let words = format!("{method} {path}");
    let answered = client.send(method, &format!("/api/v1{path}"), headers, body).await;
    answered.and_then(Answered::expect_success).context(words)
}
