//! The demo organisation and its events, made through the public API.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, bail};
use embedded_postgres::write_private;
use serde_json::{Value, json};

use crate::{
    api::{Api, text},
    console::Console,
    http::Request,
    instant::days_ahead,
};

/// The name of the organisation.
pub const ORGANIZATION: &str = "Playhouse on the Quay";

/// What a person needs to try things.
#[derive(Clone, Debug)]
pub struct Demo {
    pub organization_id: String,
    pub organizer_key: String,
    /// All events.
    pub event_ids: Vec<String>,
    /// One of them.
    pub event_id: String,
    /// A ticket type of it that can be bought.
    pub ticket_type_id: String,
    /// Of the owner of the organisation, once there is one.
    pub owner_password: Option<String>,
}

/// Makes what is missing; what is there stays as it is.
///
/// The file `record` keeps what was made, and the organizer's key, which the API tells only once.
///
/// # Errors
///
/// If the API refuses something.
pub async fn load(
    port: u16,
    admin_key: &str,
    record: &Path,
    console: Console,
) -> anyhow::Result<Demo> {
    let mut made = match known(port, record).await? {
        Some(known) => known,
        None => organization(&Api { port, key: admin_key }).await?,
    };
    keep(record, &made)?;
    let organizer_key = text(&made, "organizer_key")?;
    let api = Api { port, key: &organizer_key };
    for wanted in events() {
        let title = text(&wanted.details, "title")?;
        if is_ahead(&made["events"][&title]) {
            continue;
        }
        console.say("demo", &format!("putting “{title}” on sale"));
        let event_id = put_on_sale(&api, &wanted).await?;
        made["events"][&title] =
            json!({ "event_id": event_id, "starts_at": wanted.details["starts_at"] });
        keep(record, &made)?;
    }
    let event_id = text(&made["events"][FIRST], "event_id")?;
    let event = api.get(&format!("/events/{event_id}")).await?;
    let types = event["ticket_types"].as_array().cloned().unwrap_or_default();
    let open = types.iter().find(|ticket_type| ticket_type["enabled"] != json!(false));
    let ticket_type_id =
        text(open.context("the demo event has no ticket type")?, "ticket_type_id")?;
    let organization_id = text(&made, "organization_id")?;
    let all = made["events"].as_object().into_iter().flatten();
    let event_ids = all.map(|(_, event)| text(event, "event_id")).collect::<Result<_, _>>()?;
    Ok(Demo {
        organization_id,
        organizer_key,
        event_ids,
        event_id,
        ticket_type_id,
        owner_password: None,
    })
}

/// Made before, and not over by now.
fn is_ahead(event: &Value) -> bool {
    event["starts_at"].as_str().is_some_and(|starts_at| starts_at > days_ahead(1, 0).as_str())
}

/// What was made by an earlier start, if this database still knows the organisation.
async fn known(port: u16, record: &Path) -> anyhow::Result<Option<Value>> {
    let Ok(raw) = fs::read(record) else { return Ok(None) };
    let made: Value = serde_json::from_slice(&raw).context("demo.json is damaged")?;
    let (id, key) = (text(&made, "organization_id")?, text(&made, "organizer_key")?);
    let path = format!("/api/v1/organizations/{id}/events");
    let request = Request::new("GET", &path).header("Authorization", &format!("Bearer {key}"));
    let answer = request.send(port).await?;
    Ok((answer.status == 200).then_some(made))
}

fn keep(record: &Path, made: &Value) -> anyhow::Result<()> {
    write_private(record, serde_json::to_string_pretty(made)?.as_bytes())
}

async fn organization(admin: &Api<'_>) -> anyhow::Result<Value> {
    let made = admin.post("/organizations", json!({ "name": ORGANIZATION })).await?;
    let id = text(&made.json(), "organization_id")?;
    let path = format!("/organizations/{id}/api-keys");
    let wanted = json!({ "label": "demo", "role": "organizer" });
    let made = admin.post(&path, wanted).await?;
    let key = text(&made.json(), "secret")?;
    Ok(json!({ "organization_id": id, "organizer_key": key, "events": {} }))
}

/// An event as it is to be.
struct Wanted {
    details: Value,
    ticket_types: Vec<Value>,
}

/// The event that a person is invited to try.
const FIRST: &str = "Four Hands, One Piano";

fn events() -> [Wanted; 3] {
    [concert(), reading(), festival()]
}

/// The first 60 cost less until a month before; both share 400 places.
fn concert() -> Wanted {
    Wanted {
        details: json!({
            "title": FIRST,
            "description": "Schubert and Ravel for two players, with an interval.",
            "category": "concert",
            "tags": ["music", "piano"],
            "venue": { "name": "Great Hall", "city": "Hamburg", "country": "DE" },
            "starts_at": days_ahead(60, 18), "ends_at": days_ahead(60, 21),
            "time_zone": "Europe/Berlin", "currency": "EUR", "total_capacity": 400,
        }),
        ticket_types: vec![
            json!({
                "name": "Early bird", "price": { "kind": "fixed", "amount": 1900 },
                "allocation": 60, "sale_ends_at": days_ahead(30, 0),
            }),
            json!({ "name": "Regular", "price": { "kind": "fixed", "amount": 2900 } }),
        ],
    }
}

/// One price, first come, first served.
fn reading() -> Wanted {
    Wanted {
        details: json!({
            "title": "An Evening of Sea Stories",
            "description": "Three authors read from new books.",
            "category": "reading",
            "tags": ["books"],
            "venue": { "name": "Loft", "city": "Bremen", "country": "DE" },
            "starts_at": days_ahead(21, 18), "ends_at": days_ahead(21, 20),
            "time_zone": "Europe/Berlin", "currency": "EUR", "total_capacity": 80,
        }),
        ticket_types: vec![json!({
            "name": "General admission", "price": { "kind": "fixed", "amount": 1200 },
        })],
    }
}

/// Everybody pays what they can, some nothing; four places a person.
fn festival() -> Wanted {
    Wanted {
        details: json!({
            "title": "Quayside Summer Festival",
            "description": "Two stages, street food, children welcome.",
            "category": "festival",
            "tags": ["open air", "family"],
            "venue": { "name": "Harbour Meadow", "city": "Hamburg", "country": "DE" },
            "starts_at": days_ahead(90, 12), "ends_at": days_ahead(90, 22),
            "time_zone": "Europe/Berlin", "currency": "EUR", "total_capacity": 2000,
            "per_person_cap": 4,
        }),
        ticket_types: vec![
            json!({
                "name": "Pay what you want",
                "price": {
                    "kind": "pay_what_you_want",
                    "minimum": 500, "maximum": 10_000, "suggested": 1500,
                },
            }),
            json!({ "name": "Community", "price": { "kind": "free" }, "allocation": 200 }),
        ],
    }
}

/// Drafts, adds the ticket types, publishes, and waits until customers see it.
async fn put_on_sale(api: &Api<'_>, wanted: &Wanted) -> anyhow::Result<String> {
    let drafted = api.post("/events", wanted.details.clone()).await?;
    let event_id = text(&drafted.json(), "event_id")?;
    for ticket_type in &wanted.ticket_types {
        let path = format!("/events/{event_id}/ticket-types");
        api.post(&path, ticket_type.clone()).await?;
    }
    let path = format!("/events/{event_id}/publish");
    let published = api.post(&path, json!({})).await?;
    let position = published.header("Log-Position").unwrap_or_default().to_owned();
    for _ in 0..20 {
        let path = format!("/api/v1/events/{event_id}");
        let request = Request::new("GET", &path).header("Min-Log-Position", &position);
        if request.send(api.port).await?.status == 200 {
            return Ok(event_id);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("{event_id} was published but can't be seen")
}
