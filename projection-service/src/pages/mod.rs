//! Pages: the front end as it was built, and what is written into it before it is sent.
//!
//! [`site`] keeps the built files in memory, [`address`] says what a path is, [`http`] answers. What
//! search engines, link previews and the first paint need is put together per event by [`event_page`]
//! and per list by [`home_page`], filled into a [`template`], and kept for a second by [`renders`], so
//! that a rush on one event is one render.

mod address;
mod boot;
mod encoding;
mod event_page;
mod file;
mod follow;
mod head;
mod home_page;
mod home_top;
mod html;
mod http;
mod language;
mod media;
mod policy;
mod renders;
mod scripts;
mod settings;
mod site;
mod sitemap;
mod structured;
mod template;
#[cfg(test)]
mod tests;
mod top;

pub use follow::CurrentSite;
pub use http::{Pages, routes};
pub use settings::{Origin, PageSettings};
