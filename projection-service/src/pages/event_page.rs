//! The page of one event.

use std::collections::HashMap;

use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::json;
use shared::{
    clock::Timestamp,
    http::Problem,
    id::{EventId, TicketTypeId},
    money::{Currency, Money},
};

use super::{
    boot::Boot,
    encoding::Encoded,
    head::{About, head},
    renders::Unwritten,
    scripts::EVENT,
    settings::Origin,
    site::Site,
    structured,
    template::Filling,
    top,
};
use crate::{
    app::App,
    availability::{self, memory::Answer},
    catalogue::{
        self, projection,
        view::{EventView, price_range},
    },
};

/// What of the figures is told to search engines.
#[derive(Debug, Deserialize)]
struct Figures {
    ticket_types: Vec<Left>,
}

#[derive(Debug, Deserialize)]
struct Left {
    ticket_type_id: TicketTypeId,
    available: i64,
}

/// What is left of each ticket type.
pub type LeftByType = HashMap<TicketTypeId, i64>;

/// Writes the page of an event that the public may see.
///
/// # Errors
///
/// [`Unwritten`].
pub async fn write(
    app: &App,
    site: &Site,
    origin: &Origin,
    event: EventId,
) -> Result<Encoded, Unwritten> {
    // As the API does: not before there are tables to read.
    app.freshness.wait(&[projection::NAME], None).await?;
    let entry = catalogue::query::find(&app.pool, event).await.map_err(Problem::from)?;
    let entry = entry.filter(|entry| entry.published_at.is_some()).ok_or(Unwritten::Unknown)?;
    let organizer = catalogue::query::organization_name(&app.pool, entry.organization_id);
    let organizer = organizer.await.map_err(Problem::from)?.unwrap_or_default();
    let view = EventView::of(entry, &app.withdrawn);
    // Of two read models the figures must not be behind what is said about the event.
    let read = app.freshness.wait(&[projection::NAME], None).await?.log_position(event);
    let figures = availability::http::published(app, event, read).await?;
    let told = Told { event: &view, organizer: &organizer, figures: &figures };
    let now = app.clock.now();
    fill(site, origin, &told, now).map_err(|error| Problem::internal(&error).into())
}

/// What is on the page.
struct Told<'a> {
    event: &'a EventView,
    /// Who sells the tickets.
    organizer: &'a str,
    figures: &'a Answer,
}

fn fill(
    site: &Site,
    origin: &Origin,
    told: &Told<'_>,
    now: Timestamp,
) -> Result<Encoded, serde_json::Error> {
    let Told { event, organizer, figures } = *told;
    let id = event.event_id;
    let mut boot = Boot::new(now);
    boot.answer(json!(["event", id]), serde_json::to_string(event)?)?;
    let figures_json = String::from_utf8_lossy(&figures.json).into_owned();
    boot.answer(json!(["availability", id]), figures_json)?;

    let path = format!("/events/{id}");
    let about = About {
        title: &event.title,
        description: &description(event),
        path: &path,
        image_url: event.image_url.as_deref(),
    };
    let mut head = head(&about, origin);
    let figures: Figures = serde_json::from_slice(&figures.json)?;
    let left = figures.ticket_types.iter().map(|kind| (kind.ticket_type_id, kind.available));
    let (left, url) = (left.collect(), origin.url(&path));
    head.structured(&structured::event(event, organizer, &left, &url, now));
    head.preload_scripts(site.scripts_of(EVENT));
    let (head, boot, top) = (head.into_html(), boot.into_html(), top::event(event));
    let filling = Filling { head: &head, top: &top, boot: &boot };
    Ok(Encoded::text(site.storefront.fill(filling)))
}

/// When, where, from how much; then what the organizer says.
fn description(event: &EventView) -> String {
    let zone: Tz = event.time_zone.parse().unwrap_or(Tz::UTC);
    let mut parts =
        vec![event.starts_at.with_timezone(&zone).format("%a, %-d %B %Y, %H:%M").to_string()];
    if let Some(venue) = &event.venue {
        parts.push(match &venue.city {
            Some(city) => format!("{}, {city}", venue.name),
            None => venue.name.clone(),
        });
    }
    if let Some((from, _)) = price_bounds(event) {
        parts.push(match from.amount {
            0 => "free".to_owned(),
            _ => format!("from {} {}", from.currency, amount(from)),
        });
    }
    let facts = parts.join(" · ");
    if event.description.is_empty() { facts } else { format!("{facts}. {}", event.description) }
}

/// What a ticket on offer costs at least and at most.
pub fn price_bounds(event: &EventView) -> Option<(Money, Money)> {
    let offered = event.ticket_types.iter().filter(|kind| kind.enabled);
    let prices: Vec<(i64, i64)> = offered.map(|kind| price_range(kind.price)).collect();
    let money = |amount| Money::new(amount, event.currency);
    let from = prices.iter().map(|(from, _)| *from).min()?;
    let to = prices.iter().map(|(_, to)| *to).max()?;
    Some((money(from), money(to)))
}

/// An amount in major units: 2342 cents are `23.42`, 500 yen are `500`.
pub fn amount(money: Money) -> String {
    decimal(money.amount, money.currency)
}

fn decimal(minor: i64, currency: Currency) -> String {
    let digits = usize::from(currency.exponent());
    let text = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
    let (major, fraction) = text.split_at(text.len() - digits);
    let sign = if minor < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{major}") } else { format!("{sign}{major}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_in_major_units() {
        for (minor, code, text) in [
            (2342, "EUR", "23.42"),
            (5, "EUR", "0.05"),
            (0, "EUR", "0.00"),
            (500, "JPY", "500"),
            (1234, "KWD", "1.234"),
            (-50, "EUR", "-0.50"),
        ] {
            assert_eq!(decimal(minor, Currency::parse(code).unwrap()), text);
        }
    }
}
