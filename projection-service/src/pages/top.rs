//! The visible top of the storefront's pages: what people see before any script has run.
//!
//! The same elements with the same classes as `ShopLayout`, `ShopHeader` and `EventHead` in
//! `web/src/storefront`, so that nothing moves when they take over. Only what reads the same in every
//! language is here: the page is one for all visitors.

use std::fmt::Write;

use super::{html::escaped, site::NAME};
use crate::catalogue::view::EventView;

const LOGO: &str = concat!(
    "<svg width=\"32\" height=\"32\" viewBox=\"0 0 32 32\" aria-hidden=\"true\" class=\"shrink-0\">",
    "<rect width=\"32\" height=\"32\" rx=\"9\" class=\"fill-primary\"></rect>",
    "<g class=\"stroke-on-primary\" fill=\"none\" stroke-width=\"2\" stroke-linecap=\"round\" ",
    "stroke-linejoin=\"round\"><path d=\"M8 13.2V11.5A1.5 1.5 0 0 1 9.5 10h13a1.5 1.5 0 0 1 1.5 ",
    "1.5v1.7a2.9 2.9 0 0 0 0 5.6v1.7a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 8 20.5v-1.7a2.9 2.9 ",
    "0 0 0 0-5.6Z\"></path><path d=\"M17.5 13v1.6m0 2.8V19\"></path></g></svg>",
);

/// The header, the picture and the title.
pub fn event(event: &EventView) -> String {
    let mut top = header();
    top.push_str(
        "<main id=\"main\" tabindex=\"-1\" class=\"page flex-1 py-4 pb-16 sm:py-6\">\
         <div class=\"grid gap-x-8 gap-y-6 lg:grid-cols-[minmax(0,1fr)_24rem] \
         lg:grid-rows-[auto_auto_1fr]\">\
         <div class=\"h-40 overflow-hidden rounded-lg bg-surface-2 sm:h-72 lg:col-span-2\">",
    );
    if let Some(image_url) = &event.image_url {
        // A string takes everything.
        let _ = write!(
            top,
            "<img src=\"{}\" alt=\"{}\" loading=\"eager\" decoding=\"async\" fetchpriority=\"high\" \
             class=\"object-cover size-full\">",
            escaped(image_url),
            escaped(event.image_alt.as_deref().unwrap_or_default())
        );
    }
    let _ = write!(
        top,
        "</div><div class=\"flex min-w-0 flex-col gap-4 lg:col-start-1\">\
         <div class=\"flex min-h-6 flex-wrap gap-2\"></div>\
         <h1 tabindex=\"-1\" dir=\"auto\" class=\"text-3xl font-bold sm:text-4xl\">{}</h1></div></div></main>",
        escaped(&event.title)
    );
    top
}

/// The header alone, for pages that say nothing more yet.
pub fn header() -> String {
    format!(
        "<header class=\"sticky top-0 z-30 border-b border-border bg-bg/95 backdrop-blur\">\
         <div class=\"page flex min-h-16 flex-wrap items-center gap-x-3 gap-y-2 py-2 sm:gap-x-6\">\
         <a href=\"/\" class=\"flex min-h-11 items-center gap-2 rounded-sm text-lg font-bold \
         tracking-tight\">{LOGO}{NAME}</a>\
         <div class=\"order-last w-full sm:order-none sm:w-auto sm:flex-1\">\
         <div class=\"control rounded-full bg-surface ps-10\"></div></div></div></header>"
    )
}

#[cfg(test)]
mod tests {
    use shared::auth::Withdrawn;

    use super::*;
    use crate::{
        catalogue::fold::{Entries, fold},
        samples::{self, fact},
    };

    fn an_event() -> EventView {
        let mut entries = Entries::new();
        fold(&mut entries, &fact(1, samples::drafted()));
        let entry = entries.remove(&samples::event_id()).unwrap();
        EventView::of(entry, &Withdrawn::default())
    }

    #[test]
    fn the_top_has_the_title_and_the_picture() {
        let mut shown = an_event();
        shown.title = "Four <Hands> & \"One\" Piano".to_owned();
        assert!(!event(&shown).contains("<img"));
        shown.image_url = Some("https://example.org/a.jpg?b=1&c=\"".to_owned());
        let top = event(&shown);
        assert!(top.contains(">Four &lt;Hands&gt; &amp; &quot;One&quot; Piano</h1>"), "{top}");
        assert!(top.contains("<img src=\"https://example.org/a.jpg?b=1&amp;c=&quot;\""), "{top}");
    }

    #[test]
    fn nothing_is_left_open() {
        let top = event(&an_event());
        for element in ["header", "main", "div", "svg", "g", "a", "h1", "path", "rect"] {
            let opened = top.matches(&format!("<{element} ")).count();
            let opened = opened + top.matches(&format!("<{element}>")).count();
            assert_eq!(opened, top.matches(&format!("</{element}>")).count(), "{element}");
        }
    }
}
