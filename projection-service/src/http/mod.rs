//! What the routes of all read models share: answers with their log position, pages, parameters.

mod answer;
mod items;
mod page;
mod parameters;

pub use answer::{Answer, IfNoneMatch, LOG_POSITION};
pub use items::{Item, items, total};
pub use page::{Cursor, CursorKey, Limit, Page};
pub use parameters::{amount, instant, log_position, text};
