//! Bringing an event into being, telling about it, putting it on sale and ending it.

mod body;
mod cancel_event;
mod change_event;
mod complete_event;
mod countries;
mod details;
mod draft_event;
pub(crate) mod http;
mod publish_event;
mod settings;

pub use body::{ChangeEventBody, DraftEventBody};
pub(super) use body::{edit, set};
pub use cancel_event::{CancelEvent, CancelEventRejected};
pub use change_event::{ChangeEvent, ChangeEventRejected};
pub use complete_event::{CompleteEvent, CompleteEventRejected};
pub use details::DetailsInput;
pub use draft_event::{DraftEvent, DraftEventRejected};
pub use publish_event::{PublishEvent, PublishEventRejected, blocking_rules};
pub use settings::SettingsInput;
