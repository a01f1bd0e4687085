//! A mail in words: subject, text and HTML, pictures.

use askama::Template;
use shared::{event_log::read::ReadError, ticket_code::qr::QrFailed};
use thiserror::Error;

use super::{
    Language, Mail,
    note::{Note, greeting, signature},
    order::{OrderFacts, Orders},
};
use crate::runtime::ExecuteError;

/// What a mail says, before it is addressed.
#[derive(Debug)]
pub(super) struct Letter {
    pub subject: String,
    pub text: String,
    pub html: String,
    pub pictures: Vec<Picture>,
}

/// A picture that the HTML shows.
#[derive(Clone, Debug)]
pub(super) struct Picture {
    pub file_name: String,
    pub content_id: String,
    pub png: Vec<u8>,
}

/// A letter can't be written, at least not now.
#[derive(Debug, Error)]
pub(super) enum LetterError {
    #[error("the log doesn't know the order")]
    NoSuchOrder,
    #[error("the box office doesn't answer")]
    BoxOffice(#[from] ExecuteError),
    #[error(transparent)]
    Log(#[from] ReadError),
    #[error("a ticket can't be drawn")]
    Picture(#[from] QrFailed),
    #[error("the template can't be filled")]
    Template(#[from] askama::Error),
}

/// Whom a letter is written to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub language: Language,
    pub name: Option<&'a str>,
}

/// Writes a letter. `cause` is that of the mail.
pub(super) async fn write(
    orders: &Orders,
    cause: &str,
    mail: &Mail,
    reader: Reader<'_>,
) -> Result<Letter, LetterError> {
    if let Mail::OrderConfirmation { event_id, order_id } = mail {
        let facts = orders.facts(cause, *event_id, *order_id, reader.language).await?;
        return confirmation(&facts, reader);
    }
    // All others are notes.
    let note = Note::of(mail, reader.language, reader.name, &orders.links);
    let note = note.ok_or(LetterError::NoSuchOrder)?;
    let language = reader.language.code();
    Ok(Letter {
        text: NoteText { note: &note }.render()?,
        html: NoteHtml { language, note: &note }.render()?,
        subject: note.subject,
        pictures: Vec::new(),
    })
}

#[derive(Template)]
#[template(path = "mail/note.txt")]
struct NoteText<'a> {
    note: &'a Note,
}

#[derive(Template)]
#[template(path = "mail/note.html")]
struct NoteHtml<'a> {
    language: &'a str,
    note: &'a Note,
}

#[derive(Template)]
#[template(path = "mail/order_confirmation.txt")]
struct ConfirmationText<'a> {
    words: &'a Words,
    order: &'a OrderFacts,
}

#[derive(Template)]
#[template(path = "mail/order_confirmation.html")]
struct ConfirmationHtml<'a> {
    language: &'a str,
    subject: &'a str,
    words: &'a Words,
    order: &'a OrderFacts,
}

/// The words around an order.
struct Words {
    greeting: String,
    thanks: &'static str,
    each: &'static str,
    total: &'static str,
    number: &'static str,
    open: &'static str,
    codes: &'static str,
    ticket: &'static str,
    more: String,
    keep: &'static str,
    signature: &'static str,
}

fn confirmation(order: &OrderFacts, reader: Reader<'_>) -> Result<Letter, LetterError> {
    let language = reader.language;
    let (words, subject) = match language {
        Language::English => (english(order, reader), format!("Your tickets: {}", order.title)),
        Language::German => (german(order, reader), format!("Ihre Tickets: {}", order.title)),
    };
    Ok(Letter {
        text: ConfirmationText { words: &words, order }.render()?,
        html: ConfirmationHtml {
            language: language.code(),
            subject: &subject,
            words: &words,
            order,
        }
        .render()?,
        subject,
        pictures: order.pictures(),
    })
}

fn english(order: &OrderFacts, reader: Reader<'_>) -> Words {
    Words {
        greeting: greeting(reader.name, Language::English),
        thanks: "Thank you for your order. Here are your tickets.",
        each: "each",
        total: "Total",
        number: "Order",
        open: "Open your order",
        codes: "Each code admits one person, once. Show it at the door, on paper or on a screen.",
        ticket: "Ticket",
        more: format!("{} more tickets are on the page of your order.", order.more),
        keep: "Whoever has this mail has your tickets: don't pass it on, and show the codes to \
               nobody before the door.",
        signature: signature(Language::English),
    }
}

fn german(order: &OrderFacts, reader: Reader<'_>) -> Words {
    Words {
        greeting: greeting(reader.name, Language::German),
        thanks: "Danke für Ihre Bestellung. Hier sind Ihre Tickets.",
        each: "je",
        total: "Summe",
        number: "Bestellung",
        open: "Zur Bestellung",
        codes: "Jeder Code gilt einmal für eine Person. Zeigen Sie ihn am Einlass, auf Papier oder \
                auf einem Bildschirm.",
        ticket: "Ticket",
        more: format!("{} weitere Tickets stehen auf der Seite Ihrer Bestellung.", order.more),
        keep: "Wer diese Mail hat, hat Ihre Tickets: Geben Sie sie nicht weiter, und zeigen Sie \
               die Codes erst am Einlass.",
        signature: signature(Language::German),
    }
}
