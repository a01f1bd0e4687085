//! An entry of the front end, with places for what is written into it.
//!
//! The places are `<!--head-->`, `<!--static-->` and `<!--boot-->`. What stands between one and its
//! end, as in `<!--head--><title>Fullhouse</title><!--/head-->`, is there for the development server
//! and is replaced. An entry without a place for the head or the boot data gets them at the end of its
//! head and of its body.

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Larger styles are better kept by the browser than sent with each page.
const INLINE_AT_MOST: usize = 96 * 1024;

/// See the module.
#[derive(Debug)]
pub struct Template {
    pieces: Vec<Piece>,
    style_hashes: Vec<String>,
}

#[derive(Debug)]
enum Piece {
    Text(String),
    Place(Place),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Head,
    Top,
    Boot,
}

const PLACES: [(Place, &str, &str); 3] = [
    (Place::Head, "<!--head-->", "<!--/head-->"),
    (Place::Top, "<!--static-->", "<!--/static-->"),
    (Place::Boot, "<!--boot-->", "<!--/boot-->"),
];

/// What is written into the places, as HTML.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filling<'a> {
    pub head: &'a str,
    /// The visible top of the page.
    pub top: &'a str,
    pub boot: &'a str,
}

impl Template {
    /// Reads an entry.
    pub fn parse(html: &str) -> Self {
        let mut html = html.to_owned();
        for (mark, end) in [("<!--head-->", "</head>"), ("<!--boot-->", "</body>")] {
            if !html.contains(mark) {
                html = html.replacen(end, &format!("{mark}{end}"), 1);
            }
        }
        let (mut pieces, mut rest) = (Vec::new(), html.as_str());
        let next = |rest: &str| {
            let found = PLACES.iter().filter_map(|place| Some((rest.find(place.1)?, *place)));
            found.min_by_key(|(at, _)| *at)
        };
        while let Some((at, (place, mark, end))) = next(rest) {
            let (before, after) = rest.split_at(at);
            pieces.push(Piece::Text(before.to_owned()));
            pieces.push(Piece::Place(place));
            let after = after.strip_prefix(mark).unwrap_or(after);
            rest = after.split_once(end).map_or(after, |(_, rest)| rest);
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Self { pieces, style_hashes: Vec::new() }
    }

    /// The same with its stylesheets inside: a browser that has the page can show it at once.
    /// `style_of` knows the text of a stylesheet by its path below the folder.
    #[must_use]
    pub fn with_styles_inside(mut self, style_of: impl Fn(&str) -> Option<String>) -> Self {
        for piece in &mut self.pieces {
            if let Piece::Text(text) = piece {
                *text = inline_styles(text, &style_of, &mut self.style_hashes);
            }
        }
        self
    }

    /// The same with more in the head of every page.
    #[must_use]
    pub fn with_head(mut self, html: &str) -> Self {
        let is_head = |piece: &Piece| matches!(piece, Piece::Place(Place::Head));
        if let Some(at) = self.pieces.iter().position(is_head) {
            self.pieces.insert(at + 1, Piece::Text(html.to_owned()));
        }
        self
    }

    /// `sha256-…` of each stylesheet inside, for the policy of the page.
    pub fn style_hashes(&self) -> &[String] {
        &self.style_hashes
    }

    /// The page.
    pub fn fill(&self, filling: Filling<'_>) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Place(Place::Head) => filling.head,
            Piece::Place(Place::Top) => filling.top,
            Piece::Place(Place::Boot) => filling.boot,
        });
        pieces.collect()
    }
}

fn inline_styles(
    html: &str,
    style_of: &impl Fn(&str) -> Option<String>,
    hashes: &mut Vec<String>,
) -> String {
    let (mut inlined, mut rest) = (String::with_capacity(html.len()), html);
    while let Some(at) = rest.find("<link ") {
        let (before, link) = rest.split_at(at);
        inlined.push_str(before);
        let end = link.find('>').map_or(link.len(), |end| end + 1);
        let (link, after) = link.split_at(end);
        let style = stylesheet(link).and_then(style_of).filter(|style| fits_inside(style));
        match style {
            Some(style) => {
                hashes.push(format!("sha256-{}", STANDARD.encode(Sha256::digest(&style))));
                inlined.push_str("<style>");
                inlined.push_str(&style);
                inlined.push_str("</style>");
                // What loads parts of the page later looks for the link, and would load it again.
                let open = link.trim_end_matches(['>', '/', ' ']);
                inlined.push_str(open);
                inlined.push_str(" disabled>");
            }
            None => inlined.push_str(link),
        }
        rest = after;
    }
    inlined.push_str(rest);
    inlined
}

/// The path of the stylesheet that a `<link>` names.
fn stylesheet(link: &str) -> Option<&str> {
    let is_style = link.contains("rel=\"stylesheet\"");
    let (_, href) = link.split_once("href=\"/").filter(|_| is_style)?;
    href.split('"').next()
}

/// Whether a stylesheet means the same inside of a page as it does in its own file.
fn fits_inside(style: &str) -> bool {
    let is_relative = |url: &str| {
        let url = url.trim_start_matches(['"', '\'']);
        !url.starts_with(['/', '#']) && !url.starts_with("data:")
    };
    style.len() <= INLINE_AT_MOST
        && !style.contains("</")
        && !style.contains('\r')
        && !style.split("url(").skip(1).any(is_relative)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "<html><head><!--head--><title>Dev</title><!--/head--></head>\
        <body><div id=\"root\"><!--static--></div><!--boot--></body></html>";

    #[test]
    fn what_is_for_development_is_replaced() {
        let page = Template::parse(ENTRY).fill(Filling { head: "H", top: "T", boot: "B" });
        assert_eq!(page, "<html><head>H</head><body><div id=\"root\">T</div>B</body></html>");
        let bare = Template::parse(ENTRY).fill(Filling::default());
        assert_eq!(bare, "<html><head></head><body><div id=\"root\"></div></body></html>");
    }

    #[test]
    fn an_entry_without_places_gets_them() {
        let entry = "<head><title>X</title></head><body><div id=\"root\"></div></body>";
        let page = Template::parse(entry).fill(Filling { head: "H", top: "T", boot: "B" });
        assert_eq!(page, "<head><title>X</title>H</head><body><div id=\"root\"></div>B</body>");
    }

    #[test]
    fn a_stylesheet_inside_is_named_by_its_hash() {
        let link = "<link rel=\"stylesheet\" crossorigin href=\"/assets/a.css\">";
        let icon = "<link rel=\"icon\" href=\"/favicon.svg\">";
        let entry = format!("<head>{icon}{link}<!--head--></head>");
        let style = "b{color:red;src:url(/assets/x.woff2)}";
        let template = Template::parse(&entry)
            .with_styles_inside(|path| (path == "assets/a.css").then(|| style.to_owned()));
        let page = template.fill(Filling::default());
        // Named, so that it isn't loaded once more, and not loaded from there.
        let named = "<link rel=\"stylesheet\" crossorigin href=\"/assets/a.css\" disabled>";
        assert_eq!(page, format!("<head>{icon}<style>{style}</style>{named}</head>"));
        // As `openssl dgst -sha256 -binary | base64` says.
        let hash = "sha256-5dA/EPGOy8R0QoKI3VOL0oBXqgi1h0VD8bSqsFz7cF0=";
        assert_eq!(template.style_hashes(), [hash]);
    }

    #[test]
    fn styles_that_would_mean_something_else_stay_outside() {
        let large = "a".repeat(INLINE_AT_MOST + 1);
        for style in ["b{src:url(x.woff2)}", "b{src:url(\"./x\")}", "/*</style>*/", &large] {
            let link = "<link rel=\"stylesheet\" href=\"/assets/a.css\">";
            let template = Template::parse(link).with_styles_inside(|_| Some(style.to_owned()));
            assert_eq!(template.fill(Filling::default()), link);
            assert!(template.style_hashes().is_empty());
        }
    }
}
