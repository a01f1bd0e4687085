//! The visible top of the list of events: what people see before any script has run.
//!
//! The same elements with the same classes as `HomePage`, `FilterBar` and `EventCard` in
//! `web/src/storefront`, so that nothing moves when they take over. Titles and pictures are here; when
//! and for how much is written by the page, which knows the reader's region, and has its place.

use std::fmt::Write;

use super::{html::escaped, language::Language, top};
use crate::catalogue::view::EventSummary;

/// As many cards as fit on a large screen: the page draws the others soon enough.
const CARDS: usize = 6;

/// The page's own words, which are the front end's.
struct Words {
    title: &'static str,
    lead: &'static str,
}

impl Words {
    fn of(language: Language) -> Self {
        match language {
            Language::English => Self {
                title: "Find your next night out",
                lead: "Concerts, readings, festivals. Prices include all fees.",
            },
            Language::German => Self {
                title: "Was haben Sie vor?",
                lead: "Konzerte, Lesungen, Festivals. Alle Gebühren sind in den Preisen enthalten.",
            },
        }
    }
}

/// Header, title, the place of the filters, and the first cards.
pub fn home(language: Language, events: &[EventSummary]) -> String {
    let Words { title, lead } = Words::of(language);
    let mut top = top::header();
    // A string takes everything.
    let _ = write!(
        top,
        "<main id=\"main\" tabindex=\"-1\" lang=\"{}\" class=\"page flex-1 py-4 pb-16 sm:py-6\">\
         <div class=\"flex flex-col gap-6\"><div class=\"pt-2 sm:pt-4\">\
         <h1 tabindex=\"-1\" class=\"text-3xl font-bold sm:text-4xl\">{}</h1>\
         <p class=\"mt-2 text-lg text-muted\">{}</p></div>",
        language.code(),
        escaped(title),
        escaped(lead)
    );
    filters(&mut top);
    if !events.is_empty() {
        top.push_str("<div class=\"flex flex-col gap-4\">");
        blank(&mut top, "h-6 w-24");
        top.push_str("<ul class=\"grid gap-5 sm:grid-cols-2 lg:grid-cols-3\">");
        for (index, event) in events.iter().take(CARDS).enumerate() {
            card(&mut top, event, index == 0);
        }
        top.push_str("</ul></div>");
    }
    top.push_str("</div></main>");
    top
}

/// A button on phones; five fields and a row of chips on wide screens.
fn filters(top: &mut String) {
    top.push_str(
        "<div aria-hidden=\"true\"><div class=\"flex items-center gap-3 lg:hidden\">\
         <div class=\"w-28\"><div class=\"control\"></div></div></div>\
         <div class=\"hidden flex-wrap items-end gap-3 lg:flex\">",
    );
    for _ in 0..5 {
        top.push_str(
            "<div class=\"flex basis-40 flex-col gap-1.5\">\
             <span class=\"font-semibold\">&nbsp;</span><div class=\"control\"></div></div>",
        );
    }
    top.push_str("<div class=\"min-h-11 w-full\"></div></div></div>");
}

fn card(top: &mut String, event: &EventSummary, is_first: bool) {
    top.push_str(
        "<li class=\"flex\">\
         <article class=\"card group relative flex w-full flex-col overflow-hidden\">\
         <div class=\"relative aspect-video overflow-hidden bg-surface-2\">",
    );
    if let Some(image_url) = &event.image_url {
        picture(top, image_url, is_first);
    }
    let _ = write!(
        top,
        "</div><div class=\"flex flex-1 flex-col gap-1.5 p-4\">\
         <h3 dir=\"auto\" class=\"text-lg font-bold\"><a href=\"/events/{}\" \
         class=\"rounded-sm after:absolute after:inset-0 group-hover:underline\">{}</a></h3>",
        event.event_id,
        escaped(&event.title)
    );
    line(top, "text-sm", "h-4 w-3/5");
    if event.venue.is_some() {
        line(top, "text-sm", "h-4 w-2/5");
    }
    line(top, "mt-auto pt-2 font-semibold", "h-5 w-1/3");
    top.push_str("</div></article></li>");
}

/// As `Artwork` asks for it. What the reader waits for is the first one.
fn picture(top: &mut String, image_url: &str, is_first: bool) {
    let (loading, priority) = if is_first { ("eager", "high") } else { ("lazy", "auto") };
    top.push_str("<img ");
    if let Some(name) = own_picture(image_url) {
        let _ = write!(
            top,
            "sizes=\"(max-width: 40rem) 50vw, 24rem\" \
             srcset=\"{name}-640.jpg 640w, {image_url} 1600w\" "
        );
    }
    let _ = write!(
        top,
        "src=\"{}\" alt=\"\" loading=\"{loading}\" decoding=\"async\" fetchpriority=\"{priority}\" \
         class=\"object-cover size-full\">",
        escaped(image_url)
    );
}

/// The name of a picture of ours, of which there is a small copy for lists.
fn own_picture(image_url: &str) -> Option<&str> {
    let name = image_url.strip_suffix(".jpg")?;
    let hash = name.strip_prefix("/media/")?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then_some(name)
}

/// The place of a line of text.
fn line(top: &mut String, line: &str, size: &str) {
    let _ = write!(top, "<p aria-hidden=\"true\" class=\"flex items-center {line}\">");
    blank(top, size);
    // A line is as high as its text.
    top.push_str("&nbsp;</p>");
}

/// What `Skeleton` shows.
fn blank(top: &mut String, size: &str) {
    let _ = write!(
        top,
        "<span aria-hidden=\"true\" class=\"block animate-pulse rounded-sm bg-surface-2 {size}\"></span>"
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        catalogue::fold::{Entries, fold},
        samples::{self, fact},
    };

    const SOURCES: [(Language, &str); 2] = [
        (Language::English, include_str!("../../../web/src/storefront/i18n/en.ts")),
        (Language::German, include_str!("../../../web/src/storefront/i18n/de.ts")),
    ];

    fn an_event() -> EventSummary {
        let mut entries = Entries::new();
        fold(&mut entries, &fact(1, samples::drafted()));
        let entry = entries.remove(&samples::event_id()).unwrap();
        EventSummary::new(entry, None)
    }

    #[test]
    fn the_words_are_those_of_the_front_end() {
        for (language, source) in SOURCES {
            let Words { title, lead } = Words::of(language);
            for (key, words) in [("home.title", title), ("home.lead", lead)] {
                let entry = format!("\"{key}\": \"{words}\"");
                assert!(source.contains(&entry), "{entry}");
            }
            let top = home(language, &[]);
            assert!(top.contains(&format!("lang=\"{}\"", language.code())), "{top}");
            assert!(top.contains(&format!(">{title}</h1>")), "{top}");
            assert!(!top.contains("<ul"), "{top}");
        }
    }

    #[test]
    fn the_first_cards_have_titles_and_pictures() {
        let mut shown = an_event();
        shown.title = "Four <Hands>".to_owned();
        let own = format!("/media/{}.jpg", "0a".repeat(32));
        shown.image_url = Some(own.clone());
        let mut other = an_event();
        other.image_url = Some("https://example.org/a.jpg?b=1&c=\"".to_owned());
        let mut events = vec![shown, other];
        events.extend((0..10).map(|_| an_event()));
        let top = home(Language::English, &events);
        assert_eq!(top.matches("<article").count(), CARDS);
        assert_eq!(top.matches("<img").count(), 2);
        let link = format!("<a href=\"/events/{}\"", samples::event_id());
        assert!(top.contains(&link) && top.contains(">Four &lt;Hands&gt;</a></h3>"), "{top}");
        let small = own.replace(".jpg", "-640.jpg");
        assert!(
            top.contains(&format!("srcset=\"{small} 640w, {own} 1600w\" src=\"{own}\"")),
            "{top}"
        );
        assert!(top.contains("src=\"https://example.org/a.jpg?b=1&amp;c=&quot;\""), "{top}");
        // One of them is what the reader waits for.
        assert_eq!(top.matches("fetchpriority=\"high\"").count(), 1);
    }

    #[test]
    fn nothing_is_left_open() {
        let top = home(Language::German, &[an_event()]);
        for element in
            ["header", "main", "div", "ul", "li", "article", "h1", "h3", "p", "a", "span"]
        {
            let opened = top.matches(&format!("<{element} ")).count();
            let opened = opened + top.matches(&format!("<{element}>")).count();
            assert_eq!(opened, top.matches(&format!("</{element}>")).count(), "{element}");
        }
    }
}
