//! The page with the events on sale.

use serde_json::json;
use shared::{clock::Timestamp, http::Problem};

use super::{
    boot::Boot,
    encoding::Encoded,
    head::{About, head},
    home_top,
    language::Language,
    renders::Unwritten,
    scripts::HOME,
    settings::Origin,
    site::{NAME, Site},
    template::Filling,
    top,
};
use crate::{
    app::App,
    catalogue::{
        self,
        facets::{Counted, FacetsView},
        query::Wanted,
        view::EventSummary,
    },
    http::{Limit, Page},
};

const DESCRIPTION: &str =
    "Tickets for concerts, plays and conferences: live availability, held for you while you pay.";

/// Writes the page with its first list of events, and with its first words in this language.
///
/// # Errors
///
/// If the events can't be read.
pub async fn write(
    app: &App,
    site: &Site,
    origin: &Origin,
    language: Language,
) -> Result<Encoded, Unwritten> {
    let now = app.clock.now();
    let wanted = Wanted { limit: Limit::SCREENFUL, ..Wanted::default() };
    let suspended = app.withdrawn.suspended();
    let list = catalogue::query::list(&app.pool, wanted, Vec::new(), &suspended, now).await;
    let list = list.map_err(Problem::from)?;
    let list = list.map(|entry| catalogue::http::summary(app, entry));
    let counted = Counted::default();
    let gone = app.availability.gone();
    let facets = catalogue::facets::count(&app.pool, counted, &gone, &suspended, now).await;
    let facets = facets.map_err(Problem::from)?;
    let boot = answers(now, &list, &facets).map_err(|error| Problem::internal(&error))?;
    let top = home_top::home(language, &list.data);
    Ok(fill(site, origin, language, Filling { top: &top, boot: &boot.into_html(), head: "" }))
}

/// The list, and what it can be filtered by.
fn answers(
    now: Timestamp,
    list: &Page<EventSummary>,
    facets: &FacetsView,
) -> Result<Boot, serde_json::Error> {
    let mut boot = Boot::new(now);
    // The list grows page by page; the cache of the page keeps it so.
    let pages = json!({ "pages": [list], "pageParams": [null] });
    boot.answer(json!(["events", {}]), pages.to_string())?;
    boot.answer(json!(["facets", {}]), serde_json::to_string(facets)?)?;
    Ok(boot)
}

/// The page of which the address says what is looked for: it asks by itself.
pub fn search(site: &Site, origin: &Origin) -> Encoded {
    let top = top::header();
    fill(site, origin, Language::English, Filling { top: &top, ..Filling::default() })
}

/// With its head.
fn fill(site: &Site, origin: &Origin, language: Language, filling: Filling<'_>) -> Encoded {
    let about = About { title: NAME, description: DESCRIPTION, path: "/", image_url: None };
    let mut head = head(&about, origin);
    head.preload_scripts(site.scripts_of(HOME));
    head.preload_scripts(site.words_of(language));
    let head = head.into_html();
    Encoded::text(site.storefront.fill(Filling { head: &head, ..filling }))
}
