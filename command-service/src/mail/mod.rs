//! Mail to people: asked for in the transaction of its cause, sent later, once.
//!
//! Whoever has something to tell a person calls [`Outbox::enqueue`]. Replays of the log never come
//! here: only policies and handlers do, and the same cause is the same mail.

mod kind;
mod outbox;
#[cfg(test)]
mod tests;

pub use self::{
    kind::{Language, Mail, NewMail},
    outbox::{MailError, Outbox},
};
