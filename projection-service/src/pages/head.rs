//! What a page says about itself: to search engines, to link previews, to the browser's tab.

use super::{
    html::{Head, shortened},
    settings::Origin,
    site::NAME,
};

/// Previews cut longer ones off.
const TITLE_CHARACTERS: usize = 110;
const DESCRIPTION_CHARACTERS: usize = 200;

/// What is said about a page.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    pub title: &'a str,
    pub description: &'a str,
    /// Of the page itself, from its slash on.
    pub path: &'a str,
    /// An address of a picture, or a path of one of ours.
    pub image_url: Option<&'a str>,
}

/// The head of a page that everybody may find.
pub fn head(about: &About<'_>, origin: &Origin) -> Head {
    let mut head = Head::default();
    let title = shortened(about.title, TITLE_CHARACTERS);
    let description = shortened(about.description, DESCRIPTION_CHARACTERS);
    let url = origin.url(about.path);
    head.title(&if title == NAME { title.clone() } else { format!("{title} · {NAME}") });
    head.name("description", &description);
    head.name("robots", "index, follow, max-image-preview:large");
    head.link("canonical", &url);
    head.property("og:type", "website");
    head.property("og:site_name", NAME);
    head.property("og:title", &title);
    head.property("og:description", &description);
    head.property("og:url", &url);
    head.name("twitter:title", &title);
    head.name("twitter:description", &description);
    match about.image_url {
        Some(image) => {
            let image = &origin.picture(image);
            head.property("og:image", image);
            head.name("twitter:card", "summary_large_image");
            head.name("twitter:image", image);
        }
        None => head.name("twitter:card", "summary"),
    }
    head
}
