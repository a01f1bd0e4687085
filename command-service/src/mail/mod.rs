//! Mail to people: asked for in the transaction of its cause, sent later, once.
//!
//! Whoever has something to tell a person calls [`Outbox::enqueue`]. Replays of the log never come
//! here: only policies and handlers do, and the same cause is the same mail. [`Sender`] looks the
//! address up in the vault, writes the letter (`note`, `order`) and hands it to the mail server.

mod envelope;
mod kind;
mod letter;
mod links;
mod note;
mod order;
mod outbox;
mod sender;
mod start;
mod state;
#[cfg(test)]
pub(crate) mod tests;
mod wording;

pub use self::{
    kind::{Language, Mail, NewMail},
    order::{OrderReader, ReadOrderError},
    outbox::{MailError, Outbox},
    sender::{MailSettingsError, Sender},
    start::{Needs, start},
};
