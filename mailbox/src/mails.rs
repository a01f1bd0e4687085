//! What came: in memory and, if wanted, as files that outlive the program.

use std::{
    collections::VecDeque,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};
use serde::Serialize;
use shared::{
    clock::{Clock, Timestamp},
    id::IdSource,
};
use uuid::Uuid;

/// Mails shown; the oldest go first. Their files stay.
const MOST: usize = 2_000;

/// Who sent a mail to whom, as the server was told; the mail itself may say otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    pub from: String,
    pub to: Vec<String>,
}

/// A mail that came.
#[derive(Clone, Debug, Serialize)]
pub struct Mail {
    pub id: Uuid,
    pub received_at: Timestamp,
    pub envelope_from: String,
    pub envelope_to: Vec<String>,
    pub message_id: String,
    pub from: String,
    pub subject: String,
    pub text: Option<String>,
    pub html: Option<String>,
    pub attachments: Vec<Attachment>,
    #[serde(skip)]
    pub raw: Vec<u8>,
}

/// A part of a mail that isn't its text.
#[derive(Clone, Debug, Serialize)]
pub struct Attachment {
    pub name: String,
    pub media_type: String,
    /// What the mail's HTML calls it, behind `cid:`.
    pub content_id: Option<String>,
    pub size: usize,
    #[serde(skip)]
    pub content: Vec<u8>,
}

/// All mails. A clone shows the same.
#[derive(Clone, Debug)]
pub struct Mails {
    kept: Arc<Mutex<VecDeque<Arc<Mail>>>>,
    folder: Option<PathBuf>,
    clock: Clock,
}

impl Mails {
    /// Mails in memory, and in `folder` if there is one; what is there already is shown.
    ///
    /// # Errors
    ///
    /// If the folder can't be made or read.
    pub fn open(folder: Option<PathBuf>, clock: Clock) -> io::Result<Self> {
        let mut kept = VecDeque::new();
        if let Some(folder) = &folder {
            fs::create_dir_all(folder)?;
            kept = read_all(folder)?;
        }
        Ok(Self { kept: Arc::new(Mutex::new(kept)), folder, clock })
    }

    /// Keeps a mail.
    ///
    /// # Errors
    ///
    /// If its file can't be written.
    pub fn keep(&self, envelope: Envelope, raw: Vec<u8>) -> io::Result<Arc<Mail>> {
        let (id, at) = (IdSource.next(), self.clock.now());
        if let Some(folder) = &self.folder {
            let (draft, file) =
                (folder.join(format!("{id}.part")), folder.join(format!("{id}.eml")));
            fs::write(&draft, with_envelope(&envelope, at, &raw))?;
            fs::rename(draft, file)?;
        }
        let mail = Arc::new(read(id, at, envelope, raw));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(Arc::clone(&mail));
        kept.truncate(MOST);
        Ok(mail)
    }

    /// The mails to addresses that contain `to`, whatever their case, the newest first.
    pub fn to(&self, to: &str) -> Vec<Arc<Mail>> {
        let wanted = to.trim().to_lowercase();
        let is_wanted = |mail: &&Arc<Mail>| {
            let mut addresses = mail.envelope_to.iter().map(|address| address.to_lowercase());
            addresses.any(|address| address.contains(&wanted))
        };
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().filter(is_wanted).cloned().collect()
    }

    /// One mail.
    pub fn find(&self, id: Uuid) -> Option<Arc<Mail>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|mail| mail.id == id).cloned()
    }

    /// Forgets all mails and deletes their files.
    ///
    /// # Errors
    ///
    /// If a file can't be deleted.
    pub fn clear(&self) -> io::Result<()> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = &self.folder {
            for file in files(folder)? {
                fs::remove_file(file)?;
            }
        }
        kept.clear();
        Ok(())
    }
}

fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    Ok(paths.filter(|path| path.extension().is_some_and(|end| end == "eml")).collect())
}

/// Ids are ordered by time, and so are the names of the files.
fn read_all(folder: &Path) -> io::Result<VecDeque<Arc<Mail>>> {
    let mut files = files(folder)?;
    files.sort_unstable();
    let mut kept = VecDeque::new();
    for file in files.iter().rev().take(MOST) {
        let stem = file.file_stem().and_then(|stem| stem.to_str());
        let Some(id) = stem.and_then(|stem| Uuid::try_parse(stem).ok()) else { continue };
        let (envelope, at, raw) = without_envelope(fs::read(file)?);
        kept.push_back(Arc::new(read(id, at, envelope, raw)));
    }
    Ok(kept)
}

const ENVELOPE: &str = "X-Mailbox-Envelope: ";

/// The file is the mail with one line before it: when, from whom, to whom.
fn with_envelope(envelope: &Envelope, at: Timestamp, raw: &[u8]) -> Vec<u8> {
    let to = envelope.to.join(" ");
    let line = format!("{ENVELOPE}{}\t{}\t{to}\r\n", at.to_rfc3339(), envelope.from);
    [line.as_bytes(), raw].concat()
}

/// A file from elsewhere is a mail to nobody.
fn without_envelope(file: Vec<u8>) -> (Envelope, Timestamp, Vec<u8>) {
    let end = file.windows(2).position(|pair| pair == b"\r\n").unwrap_or(0);
    let line = file.get(..end).and_then(|line| std::str::from_utf8(line).ok()).unwrap_or_default();
    let mut parts = line.strip_prefix(ENVELOPE).unwrap_or_default().split('\t');
    let at = parts.next().and_then(|at| at.parse::<Timestamp>().ok());
    let (from, to) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let envelope =
        Envelope { from: from.to_owned(), to: to.split_whitespace().map(str::to_owned).collect() };
    match at {
        Some(at) => (envelope, at, file.get(end + 2..).unwrap_or_default().to_vec()),
        None => (Envelope::default(), Timestamp::UNIX_EPOCH, file),
    }
}

fn read(id: Uuid, received_at: Timestamp, envelope: Envelope, raw: Vec<u8>) -> Mail {
    let message = MessageParser::default().parse(&raw).unwrap_or_default();
    Mail {
        id,
        received_at,
        envelope_from: envelope.from,
        envelope_to: envelope.to,
        message_id: message.message_id().unwrap_or_default().to_owned(),
        from: sender(&message),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: body(message.text_bodies(), |part| match part {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        }),
        html: body(message.html_bodies(), |part| match part {
            PartType::Html(text) => Some(text.to_string()),
            _ => None,
        }),
        attachments: message.attachments().map(attachment).collect(),
        raw: raw.clone(),
    }
}

fn sender(message: &Message<'_>) -> String {
    let Some(first) = message.from().and_then(|from| from.first()) else { return String::new() };
    let address = first.address().unwrap_or_default();
    first.name().map_or_else(|| address.to_owned(), |name| format!("{name} <{address}>"))
}

fn body<'a>(
    mut parts: impl Iterator<Item = &'a mail_parser::MessagePart<'a>>,
    read: impl Fn(&PartType<'a>) -> Option<String>,
) -> Option<String> {
    parts.find_map(|part| read(&part.body))
}

fn attachment(part: &mail_parser::MessagePart<'_>) -> Attachment {
    let kind = part.content_type().map(|kind| {
        format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")).to_lowercase()
    });
    Attachment {
        name: part.attachment_name().unwrap_or("unnamed").to_owned(),
        media_type: kind.unwrap_or_else(|| "application/octet-stream".to_owned()),
        content_id: part.content_id().map(str::to_owned),
        size: part.contents().len(),
        content: part.contents().to_vec(),
    }
}
