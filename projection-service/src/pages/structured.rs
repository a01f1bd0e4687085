//! An event in the vocabulary of schema.org, as search engines read it.

use chrono::SecondsFormat;
use chrono_tz::Tz;
use serde_json::{Map, Value, json};
use shared::{clock::Timestamp, events::box_office::Venue, money::Money};
use url::Url;

use super::event_page::{LeftByType, amount, price_bounds};
use crate::{
    catalogue::view::{EventView, TicketTypeView, price_range},
    status::EventStatus,
};

/// The event with its offers, at `now`. `url` is that of its page.
pub fn event(
    event: &EventView,
    organizer: &str,
    left: &LeftByType,
    url: &str,
    now: Timestamp,
) -> Value {
    let zone: Tz = event.time_zone.parse().unwrap_or(Tz::UTC);
    let local = |at: Timestamp| {
        let at = at.with_timezone(&zone);
        json!(at.to_rfc3339_opts(SecondsFormat::Secs, false))
    };
    let status = match event.status {
        EventStatus::Cancelled => "https://schema.org/EventCancelled",
        EventStatus::Draft | EventStatus::Published | EventStatus::Completed => {
            "https://schema.org/EventScheduled"
        }
    };
    let mut about = Map::new();
    let mut say = |name: &str, value: Value| about.insert(name.to_owned(), value);
    say("@context", json!("https://schema.org"));
    say("@type", json!("Event"));
    say("@id", json!(url));
    say("url", json!(url));
    say("name", json!(event.title));
    say("startDate", local(event.starts_at));
    say("eventStatus", json!(status));
    if let Some(ends_at) = event.ends_at {
        say("endDate", local(ends_at));
    }
    if !event.description.is_empty() {
        say("description", json!(event.description));
    }
    if let Some(image_url) = &event.image_url {
        // Ours are paths, and machines want addresses.
        let page = Url::parse(url).and_then(|page| page.join(image_url));
        say("image", json!([page.map_or_else(|_| image_url.clone(), String::from)]));
    }
    if let Some(venue) = &event.venue {
        say("eventAttendanceMode", json!("https://schema.org/OfflineEventAttendanceMode"));
        say("location", location(venue));
    }
    if !organizer.is_empty() {
        say("organizer", json!({ "@type": "Organization", "name": organizer }));
    }
    if let Some(bounds) = price_bounds(event)
        && !event.sales_suspended
    {
        say("offers", offers(event, bounds, left, url, now));
    }
    Value::Object(about)
}

fn location(venue: &Venue) -> Value {
    let mut address = Map::new();
    address.insert("@type".to_owned(), json!("PostalAddress"));
    let parts = [
        ("streetAddress", &venue.address),
        ("addressLocality", &venue.city),
        ("addressCountry", &venue.country),
    ];
    for (name, part) in parts {
        if let Some(part) = part {
            address.insert(name.to_owned(), json!(part));
        }
    }
    json!({ "@type": "Place", "name": venue.name, "address": address })
}

fn offers(
    event: &EventView,
    (low, high): (Money, Money),
    left: &LeftByType,
    url: &str,
    now: Timestamp,
) -> Value {
    let enabled = event.ticket_types.iter().filter(|kind| kind.enabled);
    let offers: Vec<Value> = enabled
        .map(|kind| {
            let (price, _) = price_range(kind.price);
            let mut offer = json!({
                "@type": "Offer",
                "name": kind.name,
                "url": url,
                "price": amount(Money::new(price, event.currency)),
                "priceCurrency": event.currency,
                "availability": availability(event, kind, left, now),
            });
            // Without a sale of its own a type is for sale from when the event was published.
            let from = kind.sale_starts_at.or(event.published_at);
            let until = kind.sale_ends_at.or(event.ends_at);
            for (name, at) in [("validFrom", from), ("validThrough", until)] {
                if let (Some(offer), Some(at)) = (offer.as_object_mut(), at) {
                    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
                    offer.insert(name.to_owned(), json!(at));
                }
            }
            offer
        })
        .collect();
    let in_stock = |offer: &Value| offer["availability"] == IN_STOCK;
    let first = || {
        offers.first().map_or(SOLD_OUT, |offer| offer["availability"].as_str().unwrap_or(SOLD_OUT))
    };
    json!({
        "@type": "AggregateOffer",
        "url": url,
        "priceCurrency": event.currency,
        "lowPrice": amount(low),
        "highPrice": amount(high),
        "offerCount": offers.len(),
        "availability": if offers.iter().any(in_stock) { IN_STOCK } else { first() },
        "offers": offers,
    })
}

const IN_STOCK: &str = "https://schema.org/InStock";
const SOLD_OUT: &str = "https://schema.org/SoldOut";
const PRE_ORDER: &str = "https://schema.org/PreOrder";
const DISCONTINUED: &str = "https://schema.org/Discontinued";

fn availability(
    event: &EventView,
    kind: &TicketTypeView,
    left: &LeftByType,
    now: Timestamp,
) -> &'static str {
    let is_over = kind.sale_ends_at.is_some_and(|end| end <= now)
        || event.ends_at.unwrap_or(event.starts_at) <= now;
    if event.status != EventStatus::Published || is_over {
        DISCONTINUED
    } else if left.get(&kind.ticket_type_id).is_none_or(|left| *left <= 0) {
        SOLD_OUT
    } else if kind.sale_starts_at.is_some_and(|start| start > now) {
        PRE_ORDER
    } else {
        IN_STOCK
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use shared::auth::Withdrawn;

    use super::*;
    use crate::{
        catalogue::fold::{Entries, fold},
        samples::{self, fact, noon, type_id},
    };

    fn an_event() -> EventView {
        let mut entries = Entries::new();
        let facts = [
            samples::drafted(),
            samples::type_added(1, None),
            samples::type_added(2, None),
            shared::events::box_office::BoxOfficeEvent::EventPublished {},
        ];
        for (event, version) in facts.into_iter().zip(1..) {
            fold(&mut entries, &fact(version, event));
        }
        let mut event =
            EventView::of(entries.remove(&samples::event_id()).unwrap(), &Withdrawn::default());
        event.ticket_types[1].price = shared::events::box_office::Price::PayWhatYouWant {
            minimum: 1000,
            maximum: 9000,
            suggested: 2000,
        };
        event
    }

    fn about(view: &EventView, left: [i64; 2]) -> Value {
        let left = [1, 2].map(type_id).into_iter().zip(left).collect();
        event(view, "Corner Stage e. V.", &left, "https://example.org/events/7", noon())
    }

    #[test]
    fn an_event_tells_when_and_for_how_much() {
        let about = about(&an_event(), [3, 3]);
        // 2026-07-01 12:00 UTC in Berlin.
        assert_eq!(about["startDate"], "2026-07-01T14:00:00+02:00");
        assert_eq!(about["eventStatus"], "https://schema.org/EventScheduled");
        let offers = &about["offers"];
        assert_eq!((&offers["lowPrice"], &offers["highPrice"]), (&json!("10.00"), &json!("90.00")));
        assert_eq!((&offers["priceCurrency"], &offers["offerCount"]), (&json!("EUR"), &json!(2)));
        assert_eq!(offers["offers"][0]["price"], "25.00");
        assert_eq!(offers["availability"], IN_STOCK);
    }

    #[test]
    fn an_offer_is_in_stock_while_it_can_be_bought() {
        let mut view = an_event();
        let shown = |view: &EventView, left| {
            about(view, left)["offers"]["offers"][0]["availability"].as_str().unwrap().to_owned()
        };
        assert_eq!(shown(&view, [1, 0]), IN_STOCK);
        assert_eq!(shown(&view, [0, 1]), SOLD_OUT);
        view.ticket_types[0].sale_starts_at = Some(noon() + TimeDelta::seconds(1));
        assert_eq!(shown(&view, [1, 0]), PRE_ORDER);
        view.ticket_types[0].sale_starts_at = Some(noon());
        assert_eq!(shown(&view, [1, 0]), IN_STOCK);
        view.ticket_types[0].sale_ends_at = Some(noon());
        assert_eq!(shown(&view, [1, 0]), DISCONTINUED);
        assert_eq!(about(&view, [0, 0])["offers"]["availability"], DISCONTINUED);
        assert_eq!(about(&view, [0, 1])["offers"]["availability"], IN_STOCK);
    }

    #[test]
    fn who_sells_it_and_from_when_is_told() {
        let mut view = an_event();
        view.published_at = Some(noon() - TimeDelta::days(1));
        let organizer = json!({"@type": "Organization", "name": "Corner Stage e. V."});
        let told = about(&view, [1, 1]);
        assert_eq!(told["organizer"], organizer);
        let from = &told["offers"]["offers"][0]["validFrom"];
        assert_eq!(
            from,
            &json!((noon() - TimeDelta::days(1)).to_rfc3339_opts(SecondsFormat::Secs, true))
        );
        let nobody = event(&view, "", &LeftByType::new(), "https://example.org/events/7", noon());
        assert!(nobody.get("organizer").is_none());
    }

    #[test]
    fn nothing_is_offered_of_an_event_that_is_over() {
        let mut view = an_event();
        view.starts_at = noon() - TimeDelta::hours(2);
        view.ends_at = Some(noon());
        assert_eq!(about(&view, [1, 1])["offers"]["availability"], DISCONTINUED);
        view.ends_at = Some(noon() + TimeDelta::seconds(1));
        assert_eq!(about(&view, [1, 1])["offers"]["availability"], IN_STOCK);
    }

    #[test]
    fn a_cancelled_event_says_so() {
        let mut view = an_event();
        view.status = EventStatus::Cancelled;
        let about = about(&view, [1, 1]);
        assert_eq!(about["eventStatus"], "https://schema.org/EventCancelled");
        assert_eq!(about["offers"]["availability"], DISCONTINUED);
    }

    #[test]
    fn the_place_is_told_as_far_as_it_is_known() {
        let mut view = an_event();
        assert!(about(&view, [1, 1]).get("location").is_none());
        let venue = json!({"name": "Corner Stage", "city": "Leipzig"});
        view.venue = Some(serde_json::from_value(venue).unwrap());
        let location = &about(&view, [1, 1])["location"];
        assert_eq!(
            location,
            &json!({"@type": "Place", "name": "Corner Stage",
                "address": {"@type": "PostalAddress", "addressLocality": "Leipzig"}})
        );
    }
}
