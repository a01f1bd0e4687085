//! Something sold.

use std::time::Duration;

use anyhow::bail;
use serde_json::{Value, json};

use crate::{
    api::{Api, text},
    demo::Demo,
};

/// A hold, and an order with a ticket.
pub struct Sold {
    pub reservation_id: String,
    pub access_token: String,
    pub order_id: String,
    pub ticket_id: String,
}

/// Sells tickets of a free type, and holds some that cost money.
///
/// # Errors
///
/// If the API refuses something.
pub async fn sell(port: u16, demo: &Demo) -> anyhow::Result<Sold> {
    let api = Api { port, key: &demo.organizer_key };
    let held = hold(&api, &demo.event_id, &demo.ticket_type_id).await?;
    let (event_id, free_type) = free_type(&api, demo).await?;
    let bought = hold(&api, &event_id, &free_type).await?;
    let order_id = text(&bought, "reservation_id")?;
    let access_token = text(&bought, "access_token")?;
    let buyer = Api { port, key: &access_token };
    let path = format!("/events/{event_id}/reservations/{order_id}/payments");
    buyer.post(&path, json!({ "provider": "stripe" })).await?;
    let mut tickets = json!(null);
    for _ in 0..50 {
        tickets = buyer.get(&format!("/orders/{order_id}/tickets")).await.unwrap_or_default();
        if !tickets["data"][0].is_null() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let ticket_id = text(&tickets["data"][0], "ticket_id")?;
    let reservation_id = text(&held, "reservation_id")?;
    Ok(Sold { reservation_id, access_token: text(&held, "access_token")?, order_id, ticket_id })
}

async fn hold(api: &Api<'_>, event_id: &str, ticket_type_id: &str) -> anyhow::Result<Value> {
    let body = json!({
        "items": [{ "ticket_type_id": ticket_type_id, "quantity": 2 }],
        "contact": { "email": "ada@example.org" },
    });
    Ok(api.post(&format!("/events/{event_id}/reservations"), body).await?.json())
}

async fn free_type(api: &Api<'_>, demo: &Demo) -> anyhow::Result<(String, String)> {
    for event_id in &demo.event_ids {
        let event = api.get(&format!("/events/{event_id}")).await?;
        let types = event["ticket_types"].as_array().cloned().unwrap_or_default();
        let is_free = |found: &&Value| found["price"]["kind"] == "free" && found["enabled"] == true;
        if let Some(found) = types.iter().find(is_free) {
            return Ok((event_id.clone(), text(found, "ticket_type_id")?));
        }
    }
    bail!("no demo event has a free ticket type")
}
