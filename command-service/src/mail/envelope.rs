//! From a letter to a mail that goes out: addressed, dated, recognisable.

use lettre::{
    Message,
    address::AddressError,
    message::{
        Attachment, Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use shared::{clock::Timestamp, id::PersonId, vault::mail_place};
use thiserror::Error;
use uuid::Uuid;

use super::{Language, letter::Letter, wording::one_line};

const AUTO_SUBMITTED: HeaderName = HeaderName::new_from_ascii_str("Auto-Submitted");
const CONTENT_LANGUAGE: HeaderName = HeaderName::new_from_ascii_str("Content-Language");

/// A mail can't be addressed.
#[derive(Debug, Error)]
pub(super) enum EnvelopeError {
    #[error("the address is none that mail can be sent to")]
    Address(#[from] AddressError),
    #[error("the mail can't be put together")]
    Message(#[from] lettre::error::Error),
    #[error("a part of the mail has no type")]
    ContentType(#[from] lettre::message::header::ContentTypeErr),
}

/// Who writes to whom, when, and under which id.
pub(super) struct Envelope<'a> {
    pub from: &'a Mailbox,
    pub to: &'a str,
    pub name: Option<&'a str>,
    pub language: Language,
    pub message_id: String,
    pub at: Timestamp,
}

/// The id of a mail follows from what it is, so that a repetition is recognised as one.
pub(super) fn message_id(cause: &str, kind: &str, recipient: PersonId, from: &Mailbox) -> String {
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &mail_place(cause, kind, recipient));
    format!("<{}@{}>", id.simple(), from.email.domain())
}

/// Puts a mail together: text, and HTML with its pictures, as alternatives.
pub(super) fn seal(letter: Letter, envelope: Envelope<'_>) -> Result<Message, EnvelopeError> {
    let name = envelope.name.map(one_line).filter(|name| !name.is_empty());
    let to = Mailbox::new(name, envelope.to.parse()?);
    let png = ContentType::parse("image/png")?;
    let html = letter.pictures.into_iter().fold(
        MultiPart::related().singlepart(SinglePart::html(letter.html)),
        |parts, picture| {
            let attachment =
                Attachment::new_inline_with_name(picture.content_id, picture.file_name);
            parts.singlepart(attachment.body(picture.png, png.clone()))
        },
    );
    let body = MultiPart::alternative().singlepart(SinglePart::plain(letter.text)).multipart(html);
    let language = envelope.language.code().to_owned();
    Ok(Message::builder()
        .from(envelope.from.clone())
        .to(to)
        .subject(one_line(&letter.subject))
        .date(envelope.at.into())
        .message_id(Some(envelope.message_id))
        .raw_header(HeaderValue::new(AUTO_SUBMITTED, "auto-generated".to_owned()))
        .raw_header(HeaderValue::new(CONTENT_LANGUAGE, language))
        .multipart(body)?)
}
