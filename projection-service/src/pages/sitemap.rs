//! What search engines are asked to look at, and what not.

use shared::{http::Problem, id::EventId};

use super::{encoding::Encoded, renders::Unwritten, settings::Origin};
use crate::{app::App, catalogue};

/// `robots.txt`: pages that are for one visitor aren't worth looking at.
pub fn robots(origin: &Origin) -> String {
    format!(
        "User-agent: *\nDisallow: /account\nDisallow: /orders/\nDisallow: /tickets\n\
         Disallow: /organizer\nDisallow: /scan\nDisallow: /api/v1/auth\n\n\
         Sitemap: {}\n",
        origin.url("/sitemap.xml")
    )
}

/// `sitemap.xml`: the list of events, and each published one that isn't over.
///
/// # Errors
///
/// If the events can't be read.
pub async fn write(app: &App, origin: &Origin) -> Result<Encoded, Unwritten> {
    let events =
        catalogue::query::upcoming(&app.pool, &app.withdrawn.suspended(), app.clock.now()).await;
    Ok(Encoded::text(sitemap(&events.map_err(Problem::from)?, origin)))
}

fn sitemap(events: &[EventId], origin: &Origin) -> String {
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let pages = events.iter().map(|event| format!("/events/{event}"));
    for path in std::iter::once("/".to_owned()).chain(pages) {
        // Neither an origin nor an id has anything to be escaped.
        xml.push_str("<url><loc>");
        xml.push_str(&origin.url(&path));
        xml.push_str("</loc></url>\n");
    }
    xml.push_str("</urlset>\n");
    xml
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::event_id;

    #[test]
    fn the_list_and_every_event_is_named() {
        let origin: Origin = "https://example.org".parse().unwrap();
        let xml = sitemap(&[event_id()], &origin);
        let locations: Vec<&str> =
            xml.split("<loc>").skip(1).filter_map(|rest| rest.split("</loc>").next()).collect();
        let event = format!("https://example.org/events/{}", event_id());
        assert_eq!(locations, ["https://example.org/", &event]);
        assert!(robots(&origin).contains("\nSitemap: https://example.org/sitemap.xml\n"));
    }
}
