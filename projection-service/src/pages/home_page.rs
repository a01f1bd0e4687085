//! The page with the events on sale.

use serde_json::json;
use shared::http::Problem;

use super::{
    boot::Boot,
    encoding::Encoded,
    head::{About, head},
    renders::Unwritten,
    scripts::HOME,
    settings::Origin,
    site::{NAME, Site},
    template::Filling,
    top,
};
use crate::{
    app::App,
    catalogue::{self, query::Wanted, view::EventSummary},
    http::{Limit, Page},
};

const DESCRIPTION: &str =
    "Tickets for concerts, plays and conferences: live availability, held for you while you pay.";

/// Writes the page with its first list of events.
///
/// # Errors
///
/// If the events can't be read.
pub async fn write(app: &App, site: &Site, origin: &Origin) -> Result<Encoded, Unwritten> {
    let now = app.clock.now();
    let wanted = Wanted { limit: Limit::SCREENFUL, ..Wanted::default() };
    let list = catalogue::query::list(&app.pool, wanted, now).await;
    let list: Page<EventSummary> = list.map_err(Problem::from)?.map(Into::into);
    let mut boot = Boot::new(now);
    answer(&mut boot, &list, app).map_err(|error| Problem::internal(&error))?;
    Ok(fill(site, origin, &boot.into_html()))
}

/// The list, and what is left of each event on it.
fn answer(boot: &mut Boot, list: &Page<EventSummary>, app: &App) -> Result<(), serde_json::Error> {
    // The list grows page by page; the cache of the page keeps it so.
    let pages = json!({ "pages": [list], "pageParams": [null] });
    boot.answer(json!(["events", {}]), pages.to_string())?;
    for event in &list.data {
        if let Some(figures) = app.availability.of(event.event_id) {
            let figures = String::from_utf8_lossy(&figures.answer().json).into_owned();
            boot.answer(json!(["availability", event.event_id]), figures)?;
        }
    }
    Ok(())
}

/// The page of which the address says what is looked for: it asks by itself.
pub fn search(site: &Site, origin: &Origin) -> Encoded {
    fill(site, origin, "")
}

fn fill(site: &Site, origin: &Origin, boot: &str) -> Encoded {
    let about = About { title: NAME, description: DESCRIPTION, path: "/", image_url: None };
    let mut head = head(&about, origin);
    head.preload_scripts(site.scripts_of(HOME));
    let head = head.into_html();
    Encoded::text(site.storefront.fill(Filling { head: &head, top: &top::header(), boot }))
}
